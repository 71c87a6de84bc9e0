// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer } from '@aeron/core';
import { bytes } from '../testing/subscription-fixture.ts';
import { BufferBuilder, suitableCapacity } from './buffer-builder.ts';
import { Header } from './header.ts';

const MAX_CAPACITY = 2 ** 31 - 9;

function contents(builder: BufferBuilder): Uint8Array {
  return builder.buffer.bytes.slice(0, builder.limit);
}

describe('BufferBuilder', () => {
  it('sets nothing aside unless asked', () => {
    const builder = new BufferBuilder();
    expect([builder.capacity, builder.limit, builder.nextTermOffset]).toEqual([0, 0, -1]);
    expect(new BufferBuilder(100).capacity).toBe(100);
  });

  it.each([-1, MAX_CAPACITY + 1, Number.NaN])('refuses an initial capacity of %d', (capacity) => {
    expect(() => new BufferBuilder(capacity)).toThrow(`initialCapacity=${capacity}`);
  });

  it.each([
    [0, 1, 4096],
    [100, 5000, 6144],
    [4096, 4097, 6144],
    [4096, 6145, 9216],
    [8192, 12288, 12288],
    [8192, 12289, 18432],
    [1_500_000_000, 2_000_000_000, MAX_CAPACITY],
    [0, MAX_CAPACITY, MAX_CAPACITY],
  ])('grows from %d bytes for %d to %d', (capacity, required, expected) => {
    expect(suitableCapacity(capacity, required)).toBe(expected);
  });

  it('appends and keeps what it has while it grows', () => {
    const builder = new BufferBuilder(10);
    const source = AtomicBuffer.allocate(8192);
    source.putUint8Array(0, bytes(8192));
    builder.append(source, 0, 10);
    expect(builder.capacity).toBe(10);
    builder.append(source, 10, 8000);
    builder.append(source, 8010, 0);
    expect(builder.capacity).toBe(9216);
    expect(contents(builder)).toEqual(bytes(8192).slice(0, 8010));
    builder.reset();
    expect([builder.limit, builder.capacity]).toEqual([0, 9216]);
  });

  it('compacts to what it holds, at least 4096 bytes', () => {
    const builder = new BufferBuilder(20_000);
    const source = AtomicBuffer.allocate(5000);
    source.putUint8Array(0, bytes(5000));
    builder.append(source, 0, 5000);
    builder.compact();
    expect(builder.capacity).toBe(5000);
    expect(contents(builder)).toEqual(bytes(5000));
    builder.reset();
    builder.compact();
    expect(builder.capacity).toBe(4096);
    builder.compact();
    expect(builder.capacity).toBe(4096);
  });

  it('takes a limit back, but none outside its memory', () => {
    const builder = new BufferBuilder(64);
    builder.append(AtomicBuffer.allocate(50), 0, 50);
    builder.limit = 20;
    expect(builder.limit).toBe(20);
    expect(() => {
      builder.limit = -1;
    }).toThrow('limit=-1');
    expect(() => {
      builder.limit = 65;
    }).toThrow('limit=65 capacity=64');
  });

  it('refuses to collect more than a buffer can hold', () => {
    const builder = new BufferBuilder();
    const source = AtomicBuffer.allocate(64);
    builder.append(source, 0, 64);
    expect(() => builder.append(source, 0, MAX_CAPACITY)).toThrow(`limit=64 additionalLength=${MAX_CAPACITY}`);
  });
});

describe('Header', () => {
  it('computes positions over the wrap of term ids', () => {
    const buffer = AtomicBuffer.allocate(96);
    const header = new Header(0x7fffffff, 16, 'context');
    header.buffer = buffer;
    header.offset = 64;
    buffer.putInt32(64, 33);
    buffer.putInt32(64 + 8, 65536 - 64);
    buffer.putInt32(64 + 20, -0x80000000);
    expect(header.nextTermOffset).toBe(65536);
    expect(header.position).toBe(2 * 65536);
    expect(header.context).toBe('context');
  });

  it('reads an end of message from what it is told an assembled message took up', () => {
    const buffer = AtomicBuffer.allocate(32);
    const header = new Header(0, 16);
    header.buffer = buffer;
    buffer.putInt32(0, 32 + 5000);
    buffer.putInt32(8, 1024);
    header.fragmentedFrameLength = 5 * 1408;
    expect(header.nextTermOffset).toBe(1024 + 5 * 1408);
    expect(header.frameLength).toBe(5032);
  });
});
