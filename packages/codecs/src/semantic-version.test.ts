// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { composeVersion, formatVersion, majorVersion, minorVersion, patchVersion } from './semantic-version.ts';

describe('semantic version', () => {
  it('keeps its parts', () => {
    const part = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 255 }), part, part, (major, minor, patch) => {
        const version = composeVersion(major, minor, patch);
        expect([majorVersion(version), minorVersion(version), patchVersion(version)]).toEqual([major, minor, patch]);
        expect(formatVersion(version)).toBe(`${major}.${minor}.${patch}`);
      }),
      { seed: 1 },
    );
  });

  it('refuses parts that do not fit in a byte, and nothing at all', () => {
    for (const [major, minor, patch] of [
      [256, 0, 0],
      [0, -1, 1],
      [0, 0, 0.5],
      [0, 0, 0],
    ] as const) {
      expect(() => composeVersion(major, minor, patch)).toThrow(`version=${major}.${minor}.${patch}`);
    }
  });
});
