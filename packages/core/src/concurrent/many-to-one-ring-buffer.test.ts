// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { isAeronError } from '../errors/aeron-error.ts';
import { ManyToOneRingBuffer } from './many-to-one-ring-buffer.ts';
import { ControlledAction } from './message-handler.ts';
import { INSUFFICIENT_CAPACITY, PADDING_TYPE_ID, RING_BUFFER_TRAILER_LENGTH } from './ring-buffer-descriptor.ts';

const CAPACITY = 1024;
const TAIL = CAPACITY + 128;
const HEAD_CACHE = CAPACITY + 256;
const HEAD = CAPACITY + 384;
const CORRELATION = CAPACITY + 512;
const HEARTBEAT = CAPACITY + 640;

function newRing(): { ring: ManyToOneRingBuffer; memory: AtomicBuffer } {
  const memory = AtomicBuffer.allocate(CAPACITY + RING_BUFFER_TRAILER_LENGTH);
  return { ring: new ManyToOneRingBuffer(memory), memory };
}

/** An empty ring whose positions have moved to `position`. */
function ringAt(position: number): { ring: ManyToOneRingBuffer; memory: AtomicBuffer } {
  const made = newRing();
  for (const offset of [TAIL, HEAD_CACHE, HEAD]) {
    made.memory.putInt64(offset, position);
  }
  return made;
}

function text(value: string): AtomicBuffer {
  return new AtomicBuffer(Buffer.from(value));
}

function send(ring: ManyToOneRingBuffer, typeId: number, value: string): boolean {
  return ring.write(typeId, text(value), 0, value.length);
}

function readAll(ring: ManyToOneRingBuffer, limit = 1000): string[] {
  const messages: string[] = [];
  ring.read((typeId, buffer, offset, length) => messages.push(`${typeId}:${buffer.getAscii(offset, length)}`), limit);
  return messages;
}

function recordBytes(memory: AtomicBuffer): number {
  return memory.subarray(0, CAPACITY).reduce((sum, byte) => sum + (byte === 0 ? 0 : 1), 0);
}

describe('ManyToOneRingBuffer', () => {
  it('puts records where the reference puts them', () => {
    const { ring, memory } = newRing();
    expect(send(ring, 7, 'hello')).toBe(true);
    expect(send(ring, 8, '')).toBe(true);
    expect([memory.getInt32(0), memory.getInt32(4), memory.getAscii(8, 5)]).toEqual([13, 7, 'hello']);
    expect([memory.getInt32(16), memory.getInt32(20)]).toEqual([8, 8]);
    expect(memory.getInt64(TAIL)).toBe(24);
    expect(ring.maxMessageLength).toBe(128);
    expect(readAll(ring)).toEqual(['7:hello', '8:']);
    expect(memory.getInt64(HEAD)).toBe(24);
    expect(recordBytes(memory)).toBe(0);
  });

  it('keeps positions, correlation ids and the heartbeat in its trailer', () => {
    const { ring, memory } = newRing();
    expect([ring.nextCorrelationId(), ring.nextCorrelationId()]).toEqual([0, 1]);
    expect(memory.getInt64(CORRELATION)).toBe(2);
    ring.putConsumerHeartbeatTimeMs(1_700_000_000_000);
    expect(memory.getInt64(HEARTBEAT)).toBe(1_700_000_000_000);
    ring.putConsumerHeartbeatTimeMs(-1);
    expect(ring.consumerHeartbeatTimeMs).toBe(-1);
    send(ring, 1, 'x');
    expect([ring.producerPosition, ring.consumerPosition, ring.size]).toEqual([16, 0, 16]);
  });

  it('refuses lengths that are no power of two and a trailer, and unaligned memory', () => {
    for (const length of [0, 768, 2048, 1000 + 768, 4 + 768]) {
      expect(() => new ManyToOneRingBuffer(AtomicBuffer.allocate(length))).toThrow(`length=${length}`);
    }
    expect(() => new ManyToOneRingBuffer(new AtomicBuffer(new ArrayBuffer(2000), 4, 1024 + 768))).toThrow(
      'multiple of 8',
    );
  });

  it('refuses types below 1 and lengths out of bounds, and claims nothing then', () => {
    const { ring } = newRing();
    const source = AtomicBuffer.allocate(256);
    expect(() => ring.write(0, source, 0, 4)).toThrow('typeId=0');
    expect(() => ring.write(PADDING_TYPE_ID, source, 0, 4)).toThrow('typeId=-1');
    expect(() => ring.write(1, source, 0, 129)).toThrow('length=129 maxMessageLength=128');
    expect(() => ring.tryClaim(1, -1)).toThrow('length=-1');
    expect(() => ring.write(1, source, 250, 10)).toThrow(RangeError);
    expect(ring.producerPosition).toBe(0);
  });

  it('takes no more than fits, and goes on once there is room', () => {
    const { ring } = newRing();
    let sent = 0;
    while (send(ring, 1, 'x'.repeat(120))) {
      sent++;
    }
    expect(sent).toBe(8);
    expect(ring.tryClaim(1, 0)).toBe(INSUFFICIENT_CAPACITY);
    expect(readAll(ring, 3)).toHaveLength(3);
    expect(ring.size).toBe(5 * 128);
    expect(send(ring, 1, 'again')).toBe(true);
    expect(readAll(ring)).toHaveLength(5); // up to the end of the block
    expect(readAll(ring)).toEqual(['1:again']);
  });

  it('pads the end of the block for a record that does not fit before it', () => {
    const { ring, memory } = ringAt(CAPACITY - 16);
    expect(send(ring, 3, 'longer than 8')).toBe(true);
    expect([memory.getInt32(CAPACITY - 16), memory.getInt32(CAPACITY - 12)]).toEqual([16, PADDING_TYPE_ID]);
    expect([memory.getInt32(0), memory.getInt32(4)]).toEqual([21, 3]);
    expect(ring.producerPosition).toBe(CAPACITY + 24);
    expect(readAll(ring)).toEqual([]);
    expect(readAll(ring)).toEqual(['3:longer than 8']);
  });

  it('does not wrap onto what is not consumed yet', () => {
    const { ring } = ringAt(8);
    while (send(ring, 1, 'x'.repeat(120))) {}
    // 7 records of 128 lie at 8..904; a padded wrap would need more than the 8 bytes before the head
    expect(ring.producerPosition).toBe(8 + 7 * 128);
    expect(send(ring, 2, 'x'.repeat(100))).toBe(true);
    expect(send(ring, 2, 'x'.repeat(100))).toBe(false);
  });

  it('crosses 2^32 and works near 2^53', () => {
    for (const position of [2 ** 32 - 64, 2 ** 53 - CAPACITY * 4]) {
      const { ring } = ringAt(position);
      for (let i = 0; i < 20; i++) {
        expect(send(ring, 1, `m${i}`)).toBe(true);
        expect(readAll(ring)).toEqual([`1:m${i}`]);
      }
      expect(ring.consumerPosition).toBe(position + 20 * 16);
    }
  });

  it('delivers nothing behind a claim until it is committed, and skips it when aborted', () => {
    const { ring, memory } = newRing();
    const first = ring.tryClaim(1, 4);
    const second = ring.tryClaim(2, 4);
    send(ring, 3, 'c');
    expect(memory.getInt32(0)).toBe(-12);
    memory.putAscii(first, 'aaaa');
    expect(readAll(ring)).toEqual([]);
    ring.commit(first);
    expect(readAll(ring)).toEqual(['1:aaaa']);
    ring.abort(second);
    expect(readAll(ring)).toEqual(['3:c']);
  });

  it('refuses to commit or abort what is no claim', () => {
    const { ring } = newRing();
    const claim = ring.tryClaim(1, 4);
    ring.commit(claim);
    expect(() => ring.commit(claim)).toThrow('no claim here');
    expect(() => ring.abort(claim)).toThrow('no claim here');
    for (const offset of [0, -8, CAPACITY + 8, Number.NaN]) {
      expect(() => ring.commit(offset)).toThrow(`offset=${offset}`);
    }
  });

  it('consumes a message whose handler throws, and those before it', () => {
    const { ring, memory } = newRing();
    for (const name of ['a', 'b', 'c']) {
      send(ring, 1, name);
    }
    expect(() =>
      ring.read((_typeId, buffer, offset) => {
        if (buffer.getAscii(offset, 1) === 'b') {
          throw new Error('handler');
        }
      }, 10),
    ).toThrow('handler');
    expect(ring.consumerPosition).toBe(32);
    expect(Buffer.from(memory.subarray(0, 32)).filter((byte) => byte !== 0).length).toBe(0);
    expect(readAll(ring)).toEqual(['1:c']);
  });

  it('does what a controlled handler answers', () => {
    const { ring, memory } = newRing();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      send(ring, 1, name);
    }
    const plan: Record<string, ControlledAction> = {
      a: ControlledAction.CONTINUE,
      b: ControlledAction.COMMIT,
      c: ControlledAction.BREAK,
      d: ControlledAction.ABORT,
    };
    const heads: number[] = [];
    const step = (_typeId: number, buffer: AtomicBuffer, offset: number): ControlledAction => {
      heads.push(memory.getInt64(HEAD));
      return plan[buffer.getAscii(offset, 1)] ?? ControlledAction.CONTINUE;
    };
    expect(ring.controlledRead(step, 10)).toBe(3);
    expect(heads).toEqual([0, 0, 32]);
    expect(ring.consumerPosition).toBe(48);
    expect(ring.controlledRead(step, 10)).toBe(0);
    expect(ring.controlledRead(step, 10)).toBe(0);
    expect(ring.consumerPosition).toBe(48);
    plan['d'] = ControlledAction.CONTINUE;
    expect(ring.controlledRead(step, 1)).toBe(1);
    expect(ring.controlledRead(step, 10)).toBe(1);
  });

  it('ignores what a plain handler returns', () => {
    const { ring } = newRing();
    send(ring, 1, 'a');
    send(ring, 1, 'b');
    expect(ring.read((() => ControlledAction.ABORT) as () => void, 10)).toBe(2);
  });

  describe('facing memory that can not be', () => {
    const corruptions: [name: string, corrupt: (memory: AtomicBuffer) => void, left: string[]][] = [
      ['a length beyond the tail', (memory) => memory.putInt32(16, 64), []],
      ['a length beyond the block', (memory) => memory.putInt32(16, CAPACITY), []],
      ['a length near 2^31', (memory) => memory.putInt32(16, 0x7fffffff), []],
      ['a length below the header', (memory) => memory.putInt32(16, 7), []],
      ['a type of 0', (memory) => memory.putInt32(20, 0), ['1:c']],
      ['a negative type', (memory) => memory.putInt32(20, -2), ['1:c']],
    ];

    it.each(corruptions)('reports %s once, and goes on', (_name, corrupt, left) => {
      const { ring, memory } = newRing();
      for (const name of ['a', 'b', 'c']) {
        send(ring, 1, name);
      }
      corrupt(memory);
      const seen: string[] = [];
      let error: unknown;
      try {
        ring.read((_typeId, buffer, offset) => seen.push(buffer.getAscii(offset, 1)), 10);
      } catch (thrown) {
        error = thrown;
      }
      expect(isAeronError(error, 'RING_BUFFER_CORRUPT')).toBe(true);
      expect(String(error)).toContain(`offset=16 length=`);
      expect(seen).toEqual(['a']);
      expect(readAll(ring)).toEqual(left);
      expect(ring.size).toBe(0);
      expect(recordBytes(memory)).toBe(0);
      expect(send(ring, 9, 'next')).toBe(true);
      expect(readAll(ring)).toEqual(['9:next']);
    });

    it('refuses positions that are negative or unaligned', () => {
      for (const position of [-8, 4, -1]) {
        expect(() => readAll(ringAt(position).ring)).toThrow(`head=${position}`);
        expect(() => ringAt(position).ring.tryClaim(1, 1)).toThrow(/(tail|head)=/);
        const { ring, memory } = ringAt(position);
        memory.putInt64(TAIL, 64);
        expect(() => ring.unblock()).toThrow(`head=${position}`);
      }
      const { ring, memory } = newRing();
      memory.putInt64(HEAD_CACHE, 4096);
      expect(() => ring.tryClaim(1, 1)).toThrow('head=4096');
    });
  });

  describe('unblock', () => {
    it('does nothing when empty, or when the record at the head is committed', () => {
      const { ring } = newRing();
      expect(ring.unblock()).toBe(false);
      send(ring, 1, 'a');
      expect(ring.unblock()).toBe(false);
    });

    it('turns a marked claim into padding, and its late producer learns of it', () => {
      const { ring } = newRing();
      const claim = ring.tryClaim(1, 20);
      send(ring, 2, 'b');
      expect(readAll(ring)).toEqual([]);
      expect(ring.unblock()).toBe(true);
      expect(readAll(ring)).toEqual(['2:b']);
      expect(() => ring.commit(claim)).toThrow('no claim here');
    });

    it('pads a gap that was claimed but not marked up to the next record', () => {
      const { ring, memory } = newRing();
      memory.putInt64(TAIL, 40);
      expect(ring.unblock()).toBe(false); // nothing behind it yet
      send(ring, 2, 'b');
      expect(ring.unblock()).toBe(true);
      expect([memory.getInt32(0), memory.getInt32(4)]).toEqual([40, PADDING_TYPE_ID]);
      expect(readAll(ring)).toEqual(['2:b']);
    });

    it('pads a gap that reaches the end of the block once there is a record at its start', () => {
      const { ring, memory } = ringAt(CAPACITY - 16);
      memory.putInt64(TAIL, CAPACITY);
      expect(ring.unblock()).toBe(false);
      const claim = ring.tryClaim(5, 4);
      expect(ring.unblock()).toBe(true);
      expect([memory.getInt32(CAPACITY - 16), memory.getInt32(CAPACITY - 12)]).toEqual([16, PADDING_TYPE_ID]);
      ring.commit(claim);
      expect(readAll(ring)).toEqual([]);
      expect(readAll(ring)).toEqual(['5:\0\0\0\0']);
    });

    it('leaves a gap alone when nothing at the start of the block says that it is dead', () => {
      const { ring, memory } = ringAt(CAPACITY - 16);
      memory.putInt64(TAIL, CAPACITY + 16);
      expect(ring.unblock()).toBe(false);
    });

    it('pads an unmarked gap in front of a marked claim, then that claim', () => {
      const { ring, memory } = newRing();
      memory.putInt64(TAIL, 16);
      ring.tryClaim(1, 8);
      send(ring, 2, 'b');
      expect(ring.unblock()).toBe(true);
      expect(readAll(ring)).toEqual([]);
      expect(ring.unblock()).toBe(true);
      expect(readAll(ring)).toEqual(['2:b']);
    });

    it.each([-7, -1, -2048, -(2 ** 31)])('reports a claimed length of %i, and unblocks all the same', (length) => {
      const { ring, memory } = newRing();
      ring.tryClaim(1, 8);
      send(ring, 2, 'b');
      memory.putInt32(0, length);
      expect(() => ring.unblock()).toThrow(`offset=0 length=${length}`);
      expect(readAll(ring)).toEqual([]);
      expect(ring.size).toBe(0);
    });
  });

  it('delivers whatever is written, in order, in any interleaving of writes, claims, aborts and reads', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constantFrom('write', 'claim', 'abort'), length: fc.nat(128) }),
      fc.record({ kind: fc.constant('read'), length: fc.nat(10) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.nat(CAPACITY / 8), (steps, start) => {
        const { ring, memory } = ringAt(start * 8);
        const expected: string[] = [];
        const received: string[] = [];
        let next = 0;
        const body = (length: number): string => `${next++}`.padEnd(length, '.').slice(0, length);
        for (const { kind, length } of steps) {
          if (kind === 'read') {
            ring.read(
              (typeId, buffer, offset, size) => received.push(`${typeId}:${buffer.getAscii(offset, size)}`),
              length,
            );
            continue;
          }
          const content = body(length);
          const claim = ring.tryClaim(next, length);
          if (claim === INSUFFICIENT_CAPACITY) {
            expect(CAPACITY - ring.size).toBeLessThan(2 * (length + 16));
            continue;
          }
          expect(memory.subarray(claim, length).every((byte) => byte === 0)).toBe(true);
          memory.putAscii(claim, content);
          if (kind === 'abort') {
            ring.abort(claim);
          } else {
            ring.commit(claim);
            expected.push(`${next}:${content}`);
          }
        }
        while (ring.size > 0) {
          ring.read(
            (typeId, buffer, offset, size) => received.push(`${typeId}:${buffer.getAscii(offset, size)}`),
            1000,
          );
        }
        expect(received).toEqual(expected);
        expect(recordBytes(memory)).toBe(0);
      }),
    );
  });
});
