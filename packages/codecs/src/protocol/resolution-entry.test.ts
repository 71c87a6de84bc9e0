// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer } from '@aeron/core/internal';
import fc from 'fast-check';
import {
  type ResolutionEntry,
  readResolutionEntry,
  resolutionEntryLength,
  writeResolutionEntry,
} from './resolution-entry.ts';

const ENTRY: ResolutionEntry = {
  isSelf: false,
  udpPort: 8050,
  ageInMs: 250,
  address: Uint8Array.of(10, 0, 0, 1),
  hostName: 'node-1',
};

const entries: fc.Arbitrary<ResolutionEntry> = fc.record({
  isSelf: fc.boolean(),
  udpPort: fc.integer({ min: 0, max: 65535 }),
  ageInMs: fc.integer({ min: 0, max: 0x7fffffff }),
  address: fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 })),
  hostName: fc.string({ unit: fc.constantFrom(...'abcXYZ019.-_'), minLength: 1, maxLength: 512 }),
});

describe('resolution entries', () => {
  it('travel one after the other in one frame', () => {
    fc.assert(
      fc.property(fc.array(entries, { maxLength: 5 }), (written) => {
        const buffer = AtomicBuffer.allocate(5 * 600);
        let end = 8;
        for (const entry of written) {
          end += writeResolutionEntry(buffer, end, entry);
        }
        const read: ResolutionEntry[] = [];
        for (let offset = 8; offset < end; ) {
          const { length, ...entry } = readResolutionEntry(buffer, offset, end - offset) ?? { ...ENTRY, length: end };
          expect(length % 8).toBe(0);
          expect(length).toBe(resolutionEntryLength(entry.address.length, entry.hostName.length));
          read.push(entry);
          offset += length;
        }
        expect(read).toEqual(written);
      }),
      { seed: 5, numRuns: 50 },
    );
  });

  it('are refused when they are cut short', () => {
    const buffer = AtomicBuffer.allocate(64);
    writeResolutionEntry(buffer, 0, ENTRY);
    const lengths = Array.from({ length: 24 }, (_, length) => length);
    // The zeros up to the next entry need not be there.
    expect(lengths.filter((length) => readResolutionEntry(buffer, 0, length) !== undefined)).toEqual([20, 21, 22, 23]);
    expect(readResolutionEntry(buffer, 0, 65)).toBeUndefined();
  });

  it('are refused with an unknown kind of address or a name that is empty or too long', () => {
    const buffer = AtomicBuffer.allocate(1024);
    const readable = () => readResolutionEntry(buffer, 0, 1024) !== undefined;
    writeResolutionEntry(buffer, 0, ENTRY);
    expect(readable()).toBe(true);
    for (const nameLength of [0, -1, 513, 0x7fff]) {
      buffer.putInt16(12, nameLength);
      expect(readable()).toBe(false);
    }
    buffer.putInt16(12, 512);
    expect(readable()).toBe(true);
    for (const type of [0, 3, -1]) {
      buffer.putInt8(0, type);
      expect(readable()).toBe(false);
    }
  });

  it('are not written with an address or name that could not be read', () => {
    const buffer = AtomicBuffer.allocate(1024);
    expect(() => writeResolutionEntry(buffer, 0, { ...ENTRY, address: new Uint8Array(5) })).toThrow('length=5');
    expect(() => writeResolutionEntry(buffer, 0, { ...ENTRY, hostName: '' })).toThrow('length=0');
    expect(() => writeResolutionEntry(buffer, 0, { ...ENTRY, hostName: 'x'.repeat(513) })).toThrow('length=513');
    expect(() => writeResolutionEntry(buffer, 1010, ENTRY)).toThrow(RangeError);
  });
});
