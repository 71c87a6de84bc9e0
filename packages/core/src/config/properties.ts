// SPDX-License-Identifier: Apache-2.0
/**
 * Properties files as both reference drivers read them. Pure: the caller has read the text from wherever it lives.
 */
import { ConfigurationError } from '../errors/aeron-error.ts';

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

/**
 * Parses `name=value` and `name:value` lines. `#` and `!` start a comment line, a backslash at the end of a line continues
 * it on the next (whose leading blanks go away), and Java's escapes (`\t`, `\\`, `\:`, a u with four hex digits) are undone.
 * The last of two lines with one name wins. An empty value is kept: it unsets the setting.
 *
 * @throws ConfigurationError naming `source` and the line that has no name or no separator.
 * @source aeron-client/aeron_properties_util
 */
export function parseProperties(text: string, source = 'properties'): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const { line, number } of logicalLines(text)) {
    const pair = splitPair(line);
    if (pair === undefined) {
      throw new ConfigurationError(`not a \`name=value\` line: ${source} line=${number} text=${line}`);
    }
    properties[pair[0]] = pair[1];
  }
  return properties;
}

/**
 * Splits one `name=value` text, as on a command line.
 *
 * @returns undefined when there is no name or no separator.
 */
export function splitPair(line: string): [name: string, value: string] | undefined {
  const separator = line.search(/(?<!\\)[=:]/);
  const name = separator < 0 ? '' : undoEscapes(line.slice(0, separator).trim());
  return name === '' ? undefined : [name, undoEscapes(line.slice(separator + 1).trim())];
}

interface LogicalLine {
  line: string;
  /** Of its first physical line, from 1. */
  number: number;
}

function logicalLines(text: string): LogicalLine[] {
  const result: LogicalLine[] = [];
  let open: LogicalLine | undefined;
  for (const [index, physical] of text.split(/\r\n|\n|\r/).entries()) {
    const content = physical.trimStart();
    const isComment = content.startsWith('#') || content.startsWith('!');
    // Inside a continued value the reference's C parser skips blank and comment lines; Java's takes a comment for text.
    if (content === '' || isComment) {
      continue;
    }
    const isContinued = endsWithOddBackslashes(content);
    const part = isContinued ? content.slice(0, -1) : content;
    if (open === undefined) {
      open = { line: part, number: index + 1 };
      result.push(open);
    } else {
      open.line += part;
    }
    if (!isContinued) {
      open = undefined;
    }
  }
  return result;
}

function endsWithOddBackslashes(content: string): boolean {
  const run = /\\*$/.exec(content);
  return run !== null && run[0].length % 2 === 1;
}

function undoEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (whole, hex: string | undefined, char: string | undefined) => {
    if (hex !== undefined) {
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const simple = ESCAPES[char ?? ''];
    // An escape that Java does not know stays as it is, so that a path with backslashes survives, as in the C driver.
    return simple ?? (/[\\:=#! ]/.test(char ?? '') ? (char ?? '') : whole);
  });
}
