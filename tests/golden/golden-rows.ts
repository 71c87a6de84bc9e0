// SPDX-License-Identifier: Apache-2.0
/** Memory as the golden files have it: its length, and the stretches of it that are not zero. */
import { AtomicBuffer } from '@aeron/core/internal';

const LINE_LENGTH = 16;

/** @param golden rows by name; the row is "<length> <offset>:<hex> …". */
export function goldenRow(golden: Readonly<Record<string, string>>, name: string): AtomicBuffer {
  const [length, ...stretches] = (golden[name] ?? '0').split(' ');
  const buffer = AtomicBuffer.allocate(Number(length));
  for (const stretch of stretches) {
    const [offset, hex] = stretch.split(':');
    buffer.putUint8Array(Number(offset), Buffer.from(hex ?? '', 'hex'));
  }
  return buffer;
}

/** One line for each 16 bytes that are not zero, so that a difference shows where it is. */
export function goldenLines(buffer: AtomicBuffer): string[] {
  const found: string[] = [];
  for (let at = 0; at < buffer.capacity; at += LINE_LENGTH) {
    const bytes = Buffer.from(buffer.bytes.slice(at, at + LINE_LENGTH));
    if (bytes.some((byte) => byte !== 0)) {
      found.push(`${at}: ${bytes.toString('hex')}`);
    }
  }
  return found;
}
