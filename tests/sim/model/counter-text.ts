// SPDX-License-Identifier: Apache-2.0
/** What identifies a counter in a comparison. Who owns it counts only for what goes with its owner. */

const SHARED_TYPE_IDS: ReadonlySet<number> = new Set([1, 12]); // of publications, which outlive the client that added them

export function describeCounter(typeId: number, registrationId: number, ownerId: number): string {
  const owner = SHARED_TYPE_IDS.has(typeId) ? '' : ` ownerId=${ownerId}`;
  return `typeId=${typeId} registrationId=${registrationId}${owner}`;
}
