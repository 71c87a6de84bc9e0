// SPDX-License-Identifier: Apache-2.0
/** Some rounds of what `npm run sim -- --fuzz` does by the million. */

import { receiverVerdict, senderVerdict } from './expected-counts.ts';
import { FuzzFailure, fuzzRound } from './fuzz.ts';

jest.setTimeout(120_000);

const ROUND_LENGTH = 50_000;

describe('frames and commands, mutated and random', () => {
  it.each([1, 2, 3])('are survived, bounded, and counted where they belong: seed %i', (seed) => {
    fuzzRound(seed, ROUND_LENGTH);
  });

  it('fail with the seed that repeats it', () => {
    expect(new FuzzFailure(77, 'sender', new Error('why')).message).toMatch(
      /sender failed with seed=77: Error: why[\s\S]*npm run sim -- --fuzz \d+ --seed 77$/,
    );
  });
});

describe('the expectation', () => {
  const view = new DataView(new ArrayBuffer(2048));
  it('knows a frame that is too short, of another version or of an unknown type', () => {
    const known = { sessionId: 1, streamId: 2, termLength: 65536 };
    const verdicts = (set: () => void, length: number) => {
      new Uint8Array(view.buffer).fill(0);
      view.setUint16(6, 3, true);
      set();
      return [receiverVerdict(view, 0, length), senderVerdict(view, 0, length, known)];
    };
    expect(verdicts(() => undefined, 36)).toEqual(['valid', 'STATUS_MESSAGES_RECEIVED']);
    expect(verdicts(() => undefined, 35)).toEqual(['invalid', 'INVALID_PACKETS']);
    expect(verdicts(() => view.setUint8(4, 1), 36)).toEqual(['invalid', 'INVALID_PACKETS']);
    expect(verdicts(() => view.setUint16(6, 8, true), 64)).toEqual(['invalid', 'INVALID_PACKETS']);
    expect(verdicts(() => view.setInt32(24, -1, true), 36)).toEqual(['valid', 'INVALID_PACKETS']);
  });
});
