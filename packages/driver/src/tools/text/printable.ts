// SPDX-License-Identifier: Apache-2.0
/**
 * Text from shared memory made fit for people. Any process that may write to the directory decides on labels, channels and
 * error texts, so no control character of theirs may reach a terminal. Pure.
 */

const CONTROL = /\p{Cc}/gu;
const CONTROL_WITHIN_LINES = /(?![\n\t])\p{Cc}/gu;

/** One line: every control character becomes a dot. */
export function printable(text: string): string {
  return text.replace(CONTROL, '.');
}

/** Several lines: line ends and tabs stay, every other control character becomes a dot. */
export function printableLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROL_WITHIN_LINES, '.');
}
