// SPDX-License-Identifier: Apache-2.0
/** Taking memory away from the views of it, where this version of Node can. */

/** `ArrayBuffer.prototype.transfer` came after Node 20. */
interface Transferable {
  readonly transfer?: (length: number) => ArrayBuffer;
}

/**
 * Makes every view of `memory` read as empty.
 *
 * @returns whether that was done: only then may the memory itself be given back, as reading it afterwards would end the process.
 */
export function detach(memory: ArrayBuffer): boolean {
  const { transfer } = memory as Transferable;
  if (transfer === undefined) {
    return false;
  }
  transfer.call(memory, 0);
  return memory.byteLength === 0;
}
