// SPDX-License-Identifier: Apache-2.0
/** What a program says about a command line that it can't understand: the program, what is wrong, and where to read on. */

/** Advice behind every such line. */
export const USAGE_ADVICE = '--help shows what is expected.';

/**
 * Lines for standard error, in place of the whole help, in which the one line that counts would be lost.
 *
 * @param problem as the library for command lines has it: `error: unknown option '--wtach'`, perhaps with a proposal below.
 */
export function usageErrorText(program: string, problem: string): string {
  const text = problem
    .trim()
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ');
  return `${program}: ${text}\n${USAGE_ADVICE}\n`;
}
