// SPDX-License-Identifier: Apache-2.0
/** Which software this is: all packages carry one version. For counter labels, file headers and `-v` options. */

declare const AERON_BUILD_COMMIT: string | undefined;

/** Equal to the version of every package; a test holds them together. */
export const VERSION = '0.1.0';

/** `[major, minor, patch]` of it. */
export const VERSION_PARTS: readonly [major: number, minor: number, patch: number] = [0, 1, 0];

/** Abbreviated id of the commit that was built; `unknown` where the build could not tell. */
export const COMMIT: string = typeof AERON_BUILD_COMMIT === 'string' ? AERON_BUILD_COMMIT : 'unknown';
