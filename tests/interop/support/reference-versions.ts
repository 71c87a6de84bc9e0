// SPDX-License-Identifier: Apache-2.0
/** The released versions of io.aeron:aeron-all that the tests run against: the newest one first. */
export const REFERENCE_VERSIONS: readonly string[] = ['1.51.0'];
