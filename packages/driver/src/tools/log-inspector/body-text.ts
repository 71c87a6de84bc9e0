// SPDX-License-Identifier: Apache-2.0
/** Bytes of a message as hexadecimal digits or characters, in pieces: a body may be longer than any string. Pure. */
import type { AtomicBuffer } from '@aeron/core/internal';

/** How bodies are shown. */
export type BodyFormat = 'hex' | 'ascii';

const PIECE_LENGTH = 64 * 1024;
const ASCII_END = 0x80;
const ESCAPE = /(?![\n\t])\p{Cc}/gu;

/** @param visible makes control characters dots, for terminals; else they are printed as they are, what is not ASCII as NUL. */
export function* bodyText(
  { bytes }: AtomicBuffer,
  offset: number,
  length: number,
  format: BodyFormat,
  visible = false,
): Generator<string> {
  for (let at = offset; at < offset + length; at += PIECE_LENGTH) {
    const piece = bytes.subarray(at, Math.min(at + PIECE_LENGTH, offset + length));
    if (format === 'hex') {
      yield Buffer.from(piece).toString('hex').toUpperCase();
    } else {
      const text = Buffer.from(piece.map((byte) => (byte < ASCII_END ? byte : 0))).toString('latin1');
      yield visible ? text.replace(ESCAPE, '.') : text;
    }
  }
}
