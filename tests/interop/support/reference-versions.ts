// SPDX-License-Identifier: Apache-2.0
/** The released versions of io.aeron:aeron-all that the tests run against: the newest one first. */
export const REFERENCE_VERSIONS: readonly string[] = ['1.51.0', '1.46.9'];

export type NewerOperation = 'revoke' | 'reject' | 'next-session-id' | 'stream-id' | 'pub-wnd' | 'leave-for-good';

const LACKING: Readonly<Record<string, readonly NewerOperation[]>> = {
  '1.46.9': ['revoke', 'reject', 'next-session-id', 'stream-id', 'pub-wnd', 'leave-for-good'],
};

/** Whether a cell can run: it cannot when a side that takes part is the reference in a version without the operation. */
export function isKnown(operation: NewerOperation, version: string, ...sides: readonly string[]): boolean {
  return !(LACKING[version]?.includes(operation) && sides.includes('reference'));
}
