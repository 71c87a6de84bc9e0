// SPDX-License-Identifier: Apache-2.0
/** Small pieces of log text. What comes from outside can neither end a quoted text nor begin a line of its own. */
import { formatIpAddress, longestZeroRun } from '@aeron/codecs/internal';

const NS_PER_S = 1_000_000_000;
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };

/** `[seconds.nnnnnnnnn]`. */
export function timestamp(timeNs: number): string {
  const seconds = Math.floor(timeNs / NS_PER_S);
  return `[${seconds}.${String(timeNs - seconds * NS_PER_S).padStart(9, '0')}]`;
}

/** A text that stands without quotes: control characters are escaped. */
export function bare(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\x00-\x1f\x7f]/g, escaped);
}

/** A text in quotes: quotes, backslashes and control characters are escaped. */
export function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return `"${text.replace(/[\x00-\x1f\x7f"\\]/g, escaped)}"`;
}

function escaped(character: string): string {
  return ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** Eight binary digits, most significant first. */
export function bits(value: number): string {
  return (value & 0xff).toString(2).padStart(8, '0');
}

/** A semantic version packed into an int: `1.2.3`. */
export function packedVersion(value: number): string {
  return `${(value >> 16) & 0xff}.${(value >> 8) & 0xff}.${value & 0xff}`;
}

/** As releases up to 1.52 write it: IPv6 as eight groups without padding. */
export function classicAddress(bytes: Uint8Array | null): string {
  if (bytes === null) {
    return 'unknown-address';
  }
  return bytes.length === 16
    ? `[${groupsOf(bytes)
        .map((group) => group.toString(16))
        .join(':')}]`
    : ipv4(bytes);
}

/** As releases from 1.53 on write it: IPv6 as groups of four digits, the longest run of two zeros or more as `::`. */
export function modernAddress(bytes: Uint8Array): string {
  if (bytes.length !== 16) {
    return ipv4(bytes);
  }
  const groups = groupsOf(bytes);
  const { start, length } = longestZeroRun(groups);
  const texts = groups.map((group) => group.toString(16).padStart(4, '0'));
  return length < 2
    ? `[${texts.join(':')}]`
    : `[${texts.slice(0, start).join(':')}::${texts.slice(start + length).join(':')}]`;
}

function ipv4(bytes: Uint8Array): string {
  return bytes.length === 4 ? formatIpAddress(bytes) : `address of ${bytes.length} bytes`;
}

function groupsOf(bytes: Uint8Array): number[] {
  return Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
}
