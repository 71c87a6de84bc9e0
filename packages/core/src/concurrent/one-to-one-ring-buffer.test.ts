// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { allocationPerCall } from '../testing/allocation.ts';
import { OneToOneRingBuffer } from './one-to-one-ring-buffer.ts';
import { RING_BUFFER_TRAILER_LENGTH } from './ring-buffer-descriptor.ts';

const CAPACITY = 256;

function sharedMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(CAPACITY + RING_BUFFER_TRAILER_LENGTH);
}

/** The two ends, each as in a thread of its own. */
function newPair(): { producer: OneToOneRingBuffer; consumer: OneToOneRingBuffer; memory: AtomicBuffer } {
  const shared = sharedMemory();
  const end = () => new OneToOneRingBuffer(new AtomicBuffer(shared));
  return { producer: end(), consumer: end(), memory: new AtomicBuffer(shared) };
}

function offer(ring: OneToOneRingBuffer, typeId: number, value: string): boolean {
  return ring.offer(typeId, new AtomicBuffer(Buffer.from(value)), 0, value.length);
}

function drain(ring: OneToOneRingBuffer, limit = 1000): string[] {
  const messages: string[] = [];
  ring.drain((typeId, buffer, offset, length) => messages.push(`${typeId}:${buffer.getAscii(offset, length)}`), limit);
  return messages;
}

describe('OneToOneRingBuffer', () => {
  it('hands messages over in order, as many as asked for', () => {
    const { producer, consumer } = newPair();
    for (const name of ['a', 'bb', '']) {
      expect(offer(producer, 5, name)).toBe(true);
    }
    expect(producer.size).toBe(16 + 16 + 8);
    expect(drain(consumer, 2)).toEqual(['5:a', '5:bb']);
    expect(drain(consumer)).toEqual(['5:']);
    expect(drain(consumer)).toEqual([]);
    expect(consumer.size).toBe(0);
  });

  it('refuses what has no room, and says so beforehand', () => {
    const { producer, consumer } = newPair();
    for (let i = 0; i < 8; i++) {
      expect(producer.hasRoomFor(24)).toBe(true);
      expect(offer(producer, 1, 'x'.repeat(24))).toBe(true);
    }
    expect(producer.hasRoomFor(0)).toBe(false);
    expect(offer(producer, 1, '')).toBe(false);
    drain(consumer, 1);
    expect(producer.hasRoomFor(24)).toBe(true);
    expect(producer.hasRoomFor(25)).toBe(false);
    expect(offer(producer, 1, 'x'.repeat(24))).toBe(true);
  });

  it('refuses types below 1 and lengths out of bounds, and leaves no trace of a failed copy', () => {
    const { producer, consumer } = newPair();
    expect(() => offer(producer, 0, 'a')).toThrow('typeId=0');
    expect(() => offer(producer, 1, 'x'.repeat(33))).toThrow('length=33 maxMessageLength=32');
    expect(() => producer.offer(1, AtomicBuffer.allocate(8), 4, 8)).toThrow(RangeError);
    offer(producer, 1, 'sound');
    expect(drain(consumer)).toEqual(['1:sound']);
  });

  it('goes on behind a message whose handler throws', () => {
    const { producer, consumer } = newPair();
    offer(producer, 1, 'a');
    offer(producer, 1, 'b');
    expect(() =>
      consumer.drain(() => {
        throw new Error('handler');
      }, 5),
    ).toThrow('handler');
    expect(drain(consumer)).toEqual(['1:b']);
  });

  it('continues where an earlier instance stopped', () => {
    const { producer, consumer, memory } = newPair();
    offer(producer, 1, 'a');
    drain(consumer);
    offer(producer, 1, 'b');
    const later = new OneToOneRingBuffer(memory);
    expect(drain(later)).toEqual(['1:b']);
    expect(offer(later, 1, 'c')).toBe(true);
    expect(drain(later)).toEqual(['1:c']);
  });

  it.each([
    [0, 24],
    [0, -8],
    [0, 0],
    [4, 0],
    [4, -5],
  ])('reports a record that can not be (at %i: %i) once, and goes on', (offset, value) => {
    const { producer, consumer, memory } = newPair();
    offer(producer, 1, 'a');
    memory.putInt32(offset, value);
    expect(() => drain(consumer)).toThrow('invalid record dropped: offset=0');
    expect(drain(consumer)).toEqual([]);
    offer(producer, 1, 'b');
    expect(drain(consumer)).toEqual(['1:b']);
  });

  it('allocates nothing per message', () => {
    const { producer, consumer } = newPair();
    const source = AtomicBuffer.allocate(32);
    const onMessage = (): void => {};
    const perCall = allocationPerCall(() => {
      producer.offer(1, source, 0, 32);
      consumer.drain(onMessage, 10);
    }, 200_000);
    expect(perCall).toBeLessThan(1);
  });

  it('loses and reorders nothing in any interleaving', () => {
    const step = fc.record({ isOffer: fc.boolean(), length: fc.nat(32) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const { producer, consumer } = newPair();
        const expected: string[] = [];
        const received: string[] = [];
        for (const [index, { isOffer, length }] of steps.entries()) {
          const content = `${index}`.padEnd(length, '.').slice(0, length);
          if (!isOffer) {
            received.push(...drain(consumer, length));
          } else if (offer(producer, index + 1, content)) {
            expected.push(`${index + 1}:${content}`);
          } else {
            expect(CAPACITY - producer.size).toBeLessThan(2 * (length + 16));
          }
        }
        received.push(...drain(consumer));
        expect(received).toEqual(expected);
      }),
    );
  });
});
