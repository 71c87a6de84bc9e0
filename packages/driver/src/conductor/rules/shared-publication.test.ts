// SPDX-License-Identifier: Apache-2.0
import type { PublicationParams } from './publication-params.ts';
import { sharedPublicationMismatch } from './shared-publication.ts';

const EXISTING = {
  channel: 'aeron:ipc?mtu=1408',
  sessionId: 5,
  mtuLength: 1408,
  termLength: 65536,
  initialTermId: 1,
  startingTermId: 2,
  startingTermOffset: 64,
};

/** Parameters that all differ from what exists, so that only those that are stated may count. */
const REQUESTED = {
  sessionId: 6,
  mtuLength: 4096,
  termLength: 131072,
  position: { initialTermId: 3, termId: 3, termOffset: 0 },
} as PublicationParams;

function mismatch(names: readonly string[], requested = REQUESTED) {
  const uri = { get: (name: string) => (names.includes(name) ? 'stated' : undefined), toString: () => 'aeron:ipc?new' };
  return sharedPublicationMismatch(uri, requested, EXISTING);
}

describe('sharedPublicationMismatch', () => {
  it('minds only what the new URI states', () => {
    expect(mismatch([])).toBeUndefined();
  });

  it.each([
    ['mtu', '1408', '4096'],
    ['term-length', '65536', '131072'],
    ['session-id', '5', '6'],
    ['init-term-id', '1', '3'],
    ['term-id', '2', '3'],
    ['term-offset', '64', '0'],
  ])('finds a different %s', (name, existing, requested) => {
    expect(mismatch([name])).toBe(
      `existing publication has different '${name}': existing=${existing} requested=${requested} ` +
        'existingChannel=aeron:ipc?mtu=1408 channel=aeron:ipc?new',
    );
  });

  it('is content when all that is stated agrees', () => {
    const same = {
      ...REQUESTED,
      sessionId: 5,
      mtuLength: 1408,
      termLength: 65536,
      position: { initialTermId: 1, termId: 2, termOffset: 64 },
    };
    expect(
      mismatch(['mtu', 'term-length', 'session-id', 'init-term-id', 'term-id', 'term-offset'], same),
    ).toBeUndefined();
  });
});
