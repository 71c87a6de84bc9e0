// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { AtomicBuffer } from './atomic-buffer.ts';

type Access = [name: string, length: number, put: (offset: number) => void, get: (offset: number) => unknown];

function accesses(buffer: AtomicBuffer): Access[] {
  return [
    ['uint8', 1, (offset) => buffer.putUint8(offset, 200), (offset) => buffer.getUint8(offset)],
    ['int8', 1, (offset) => buffer.putInt8(offset, -2), (offset) => buffer.getInt8(offset)],
    ['uint16', 2, (offset) => buffer.putUint16(offset, 65000), (offset) => buffer.getUint16(offset)],
    ['int16', 2, (offset) => buffer.putInt16(offset, -3), (offset) => buffer.getInt16(offset)],
    ['int32', 4, (offset) => buffer.putInt32(offset, -4), (offset) => buffer.getInt32(offset)],
    ['int32 in order', 4, (offset) => buffer.putInt32Release(offset, -5), (offset) => buffer.getInt32Volatile(offset)],
    ['int64', 8, (offset) => buffer.putInt64(offset, 2 ** 40 + 1), (offset) => buffer.getInt64(offset)],
    ['negative int64', 8, (offset) => buffer.putInt64(offset, -1), (offset) => buffer.getInt64(offset)],
    ['int64 in order', 8, (offset) => buffer.putInt64Release(offset, 7), (offset) => buffer.getInt64Volatile(offset)],
    [
      'unaligned int64',
      8,
      (offset) => buffer.putInt64Unaligned(offset, -9),
      (offset) => buffer.getInt64Unaligned(offset),
    ],
    ['bigint', 8, (offset) => buffer.putBigInt64(offset, -9n), (offset) => buffer.getBigInt64(offset)],
    [
      'bigint in order',
      8,
      (offset) => buffer.putBigInt64Release(offset, 3n),
      (offset) => buffer.getBigInt64Volatile(offset),
    ],
    ['int32 addition', 4, (offset) => buffer.getAndAddInt32(offset, 5), (offset) => buffer.getInt32(offset)],
    ['int64 addition', 8, (offset) => buffer.getAndAddInt64(offset, 5), (offset) => buffer.getInt64(offset)],
    ['int32 exchange', 4, (offset) => buffer.compareAndSetInt32(offset, 0, 5), (offset) => buffer.getInt32(offset)],
    ['int64 exchange', 8, (offset) => buffer.compareAndSetInt64(offset, 0, 5), (offset) => buffer.getInt64(offset)],
  ];
}

describe('AtomicBuffer', () => {
  const names = accesses(AtomicBuffer.allocate(0)).map(([name]) => name);

  it.each(names.map((name, index) => [name, index] as const))(
    'writes and reads %s at its place only',
    (_name, index) => {
      const buffer = AtomicBuffer.allocate(48);
      const [, length, put, get] = accesses(buffer)[index] as Access;
      put(16);
      expect(get(16)).not.toBe(get(32));
      const touched = buffer.bytes.map((byte, at) => (at >= 16 && at < 16 + length ? 0 : byte));
      expect(touched.every((byte) => byte === 0)).toBe(true);
    },
  );

  it.each(names.map((name, index) => [name, index] as const))(
    'refuses %s outside, and changes nothing',
    (_name, index) => {
      const memory = new ArrayBuffer(64);
      const buffer = new AtomicBuffer(memory, 16, 32);
      const [, , put, get] = accesses(buffer)[index] as Access;
      for (const offset of [-8, -16, 32, 40, 2 ** 31, 2 ** 32, 2 ** 32 + 8, 2 ** 53, Infinity]) {
        expect(() => put(offset)).toThrow(RangeError);
        expect(() => get(offset)).toThrow(RangeError);
      }
      expect(new Uint8Array(memory).every((byte) => byte === 0)).toBe(true);
    },
  );

  it('keeps integers little-endian', () => {
    const buffer = AtomicBuffer.allocate(16);
    buffer.putInt32(0, 0x04030201);
    buffer.putInt32Release(4, 0x08070605);
    buffer.putInt64(8, 0x0807060504030);
    expect([...buffer.bytes]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 0x30, 0x40, 0x50, 0x60, 0x70, 0x80, 0, 0]);
  });

  it('refuses ordered access where the alignment is missing', () => {
    const aligned = AtomicBuffer.allocate(32);
    expect(() => aligned.getInt32Volatile(2)).toThrow('offset=2 alignment=4');
    expect(() => aligned.putInt64Release(4, 1)).toThrow('offset=4 alignment=8');
    expect(() => aligned.getInt64(12)).toThrow('offset=12 alignment=8');
    const unaligned = new AtomicBuffer(new ArrayBuffer(64), 4, 32);
    expect(() => unaligned.getInt32Volatile(0)).toThrow(RangeError);
    expect(() => unaligned.getInt64(0)).toThrow(RangeError);
    expect(() => unaligned.putInt64(0, 5)).toThrow(RangeError);
    unaligned.putInt64Unaligned(1, 2 ** 52 + 3);
    expect(unaligned.getInt64Unaligned(1)).toBe(2 ** 52 + 3);
  });

  it('wraps parts of arrays, buffers and views, in place', () => {
    const bytes = new Uint8Array(64).map((_, index) => index);
    const sources = [
      new AtomicBuffer(bytes, 8, 16),
      new AtomicBuffer(bytes.buffer, 8, 16),
      new AtomicBuffer(Buffer.from(bytes.buffer, 4, 40), 4, 16),
      new AtomicBuffer(new DataView(bytes.buffer, 2), 6, 16),
      new AtomicBuffer(bytes).slice(8, 16),
    ];
    for (const buffer of sources) {
      expect([...buffer.bytes]).toEqual([...bytes.subarray(8, 24)]);
      expect(buffer.getInt32Volatile(0)).toBe(0x0b0a0908);
    }
    expect(new AtomicBuffer(bytes, 60).capacity).toBe(4);
    expect(new AtomicBuffer(new SharedArrayBuffer(8)).capacity).toBe(8);
  });

  it.each([
    [-1, 4],
    [0, 65],
    [60, 5],
    [65, 0],
    [0, -1],
    [Number.NaN, 1],
  ])('refuses to wrap offset %i length %i of 64 bytes', (offset, length) => {
    expect(() => new AtomicBuffer(new ArrayBuffer(64), offset, length)).toThrow(RangeError);
    expect(() => AtomicBuffer.allocate(64).slice(offset, length)).toThrow(RangeError);
  });

  it('copies exactly the bytes asked for, whatever they are, at any length and alignment', () => {
    // Bytes of 0x7f, 0xf0, 0xf8 and 0xff make doubles that are NaNs of every kind: no copy may pass through one.
    const byte = fc.oneof(fc.constantFrom(0x7f, 0xf0, 0xf8, 0xff, 0xf6), fc.nat(255));
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 700, maxLength: 700 }),
        fc.array(byte, { minLength: 16, maxLength: 16 }),
        fc.integer({ min: 0, max: 600 }),
        fc.nat(40),
        fc.nat(40),
        fc.boolean(),
        (noise, pattern, length, sourceOffset, targetOffset, isWhole) => {
          const sourceBytes = noise.map((value, index) => (index % 3 === 0 ? value : (pattern[index % 16] as number)));
          const source = isWhole ? new AtomicBuffer(sourceBytes.slice(0, length)) : new AtomicBuffer(sourceBytes);
          const from = isWhole ? 0 : sourceOffset;
          const copies = [
            (target: AtomicBuffer) => target.putBytes(targetOffset, source, from, length),
            (target: AtomicBuffer) => target.putUint8Array(targetOffset, source.bytes, from, length),
            (target: AtomicBuffer) => source.getBytes(from, target.bytes, targetOffset, length),
          ];
          for (const copy of copies) {
            const target = new AtomicBuffer(new Uint8Array(700).fill(0xa5));
            copy(target);
            const expected = Buffer.alloc(700, 0xa5);
            expected.set(source.bytes.subarray(from, from + length), targetOffset);
            expect(expected.equals(target.bytes)).toBe(true);
          }
        },
      ),
    );
  });

  it('copies exactly once it is compiled, too', () => {
    const source = new AtomicBuffer(
      new Uint8Array(256).map((_, index) => [0x01, 0, 0, 0, 0, 0xf0, 0x7f, 0xff][index & 7] ?? 0),
    );
    const target = AtomicBuffer.allocate(256);
    for (let i = 0; i < 200_000; i++) {
      target.putBytes((i & 7) << 3, source, (i & 3) << 3, 32);
    }
    target.putBytes(0, source, 0, 128);
    expect(Buffer.compare(target.subarray(0, 128), source.subarray(0, 128))).toBe(0);
  });

  it('refuses copies that reach outside either side, and copies nothing then', () => {
    const small = new AtomicBuffer(new Uint8Array(300).fill(1));
    const target = AtomicBuffer.allocate(300);
    for (const [to, from, length] of [
      [290, 0, 16],
      [0, 290, 16],
      [-8, 0, 16],
      [0, -8, 16],
      [0, 0, -1],
      [0, 8, 296],
      [8, 0, 296],
      [0, Number.NaN, 8],
    ] as const) {
      expect(() => target.putBytes(to, small, from, length)).toThrow(RangeError);
      expect(() => target.putUint8Array(to, small.bytes, from, length)).toThrow(RangeError);
      expect(() => small.getBytes(from, target.bytes, to, length)).toThrow(RangeError);
    }
    expect(target.bytes.every((byte) => byte === 0)).toBe(true);
    expect(() => target.setMemory(296, 8, 1)).toThrow(RangeError);
    expect(() => target.subarray(296, 8)).toThrow(RangeError);
  });

  it('reads and writes text', () => {
    const buffer = AtomicBuffer.allocate(32);
    expect(buffer.putAscii(1, 'naïve€')).toBe(6);
    expect(buffer.getAscii(1, 6)).toBe('na?ve?');
    buffer.putUint8Array(8, Buffer.from('é€'));
    expect(buffer.getUtf8(8, 5)).toBe('é€');
    expect(buffer.getAscii(32, 0)).toBe('');
    for (const read of [() => buffer.getAscii(30, 3), () => buffer.getUtf8(-1, 3), () => buffer.putAscii(31, 'ab')]) {
      expect(read).toThrow(RangeError);
    }
    buffer.setMemory(0, 32, 0x61);
    expect(buffer.getAscii(0, 32)).toBe('a'.repeat(32));
  });
});
