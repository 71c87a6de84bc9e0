// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { pattern } from '../../conformance/subjects.ts';
import { DatagramRing, RING_LENGTH_MIN } from './datagram-ring.ts';

interface Model {
  readonly content: Uint8Array;
  readonly address: string;
  readonly port: number;
}

describe('DatagramRing', () => {
  it('gives back in order what it took, whatever the lengths and the pace', () => {
    const action = fc.oneof(
      fc.record({ push: fc.oneof(fc.nat(2000), fc.nat(65536), fc.constantFrom(0, 0, 32768, 65536)) }),
      fc.record({ poll: fc.integer({ min: 0, max: 9 }) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        const ring = new DatagramRing(RING_LENGTH_MIN, 16);
        const model: Model[] = [];
        let sequence = 0;
        for (const step of actions) {
          if ('push' in step) {
            const datagram = { content: pattern(step.push, sequence), address: `address ${sequence}`, port: sequence };
            sequence++;
            const isTaken = ring.push(datagram.content, datagram.address, datagram.port);
            const heldLength = model.reduce((sum, { content }) => sum + content.length, 0);
            // Half of the ring at least can always be used, whatever lies where.
            expect(isTaken || model.length === 16 || heldLength + step.push > RING_LENGTH_MIN / 2).toBe(true);
            if (isTaken) {
              model.push(datagram);
            }
          } else {
            const expected = model.splice(0, step.poll);
            const seen: Model[] = [];
            const bytes = ring.poll(
              (buffer, offset, length, address, port) =>
                seen.push({ content: buffer.slice(offset, offset + length), address, port }),
              0,
              step.poll,
            );
            expect(seen.length).toBe(expected.length);
            expect(bytes).toBe(expected.reduce((sum, { content }) => sum + content.length, 0));
            seen.forEach((datagram, index) => {
              const wanted = expected[index] as Model;
              expect([datagram.address, datagram.port]).toEqual([wanted.address, wanted.port]);
              expect(Buffer.compare(datagram.content, wanted.content)).toBe(0);
            });
          }
          expect(ring.count).toBe(model.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what is oldest when the newest ends right before it', () => {
    const ring = new DatagramRing(RING_LENGTH_MIN, 16);
    const lengths = [65536, 32768, 32768];
    lengths.forEach((length, index) => void ring.push(pattern(length, index), 'a', index));
    ring.poll(() => {}, 0, 1);
    ring.push(pattern(65536, 3), 'a', 3);
    ring.push(pattern(0), 'a', 4);
    ring.push(pattern(30000, 5), 'a', 5);
    const firsts: (number | undefined)[] = [];
    ring.poll((buffer, offset, length) => firsts.push(length === 0 ? -1 : buffer[offset]), 0, 2);
    expect(firsts).toEqual([1, 2]);
  });

  it('delivers only what was there when the poll began', () => {
    const ring = new DatagramRing(RING_LENGTH_MIN, 4);
    ring.push(pattern(1), 'a', 1);
    let calls = 0;
    ring.poll(
      () => {
        calls++;
        ring.push(pattern(1), 'a', 1);
      },
      0,
      10,
    );
    expect([calls, ring.count]).toEqual([1, 1]);
  });

  it('refuses sizes that can not work', () => {
    expect(() => new DatagramRing(1000, 16)).toThrow('length=1000');
    expect(() => new DatagramRing(RING_LENGTH_MIN, 15)).toThrow('countMax=15');
  });
});
