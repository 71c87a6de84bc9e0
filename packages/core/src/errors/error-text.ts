// SPDX-License-Identifier: Apache-2.0
/** An error as the text of an error log: its name and message, where it was thrown, and the same of all that lies behind it. */

/** Chains of causes may be long, and rings. */
const MAX_ERRORS = 16;

export function errorText(error: Error): string {
  const seen = new Set<unknown>();
  return textOf(error, seen);
}

function textOf(thrown: unknown, seen: Set<unknown>): string {
  if (!(thrown instanceof Error)) {
    return `${String(thrown)}\n`;
  }
  if (seen.has(thrown) || seen.size === MAX_ERRORS) {
    return `${thrown.name}: as above, or left out\n`;
  }
  seen.add(thrown);
  let text = describe(thrown);
  for (const part of thrown instanceof AggregateError ? thrown.errors : []) {
    text += `Together with: ${textOf(part, seen)}`;
  }
  if (thrown.cause !== undefined && thrown.cause !== null) {
    text += `Caused by: ${textOf(thrown.cause, seen)}`;
  }
  return text;
}

/** The stack's first line names the class that it was captured in, so only the frames are taken. */
function describe(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = 'code' in error ? ` [${String(error.code)}]` : '';
  return `${error.name}${code}: ${error.message}\n${frames.map((line) => `${line}\n`).join('')}`;
}
