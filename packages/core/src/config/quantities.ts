// SPDX-License-Identifier: Apache-2.0
/**
 * Sizes and durations as text, the way Aeron writes them in settings and in channel URIs: a whole number with an optional
 * unit, `64k`, `500ms`. Pure functions; a malformed text gives `undefined`, and the caller knows how to name the culprit.
 */

const SIZE_UNITS = [
  ['g', 1024 ** 3],
  ['m', 1024 ** 2],
  ['k', 1024],
] as const;

const DURATION_UNITS = [
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
  ['ns', 1],
] as const;

/** The largest int64, as a number. What is above it does not fit the fields that these values end up in. */
const INT64_LIMIT = 2 ** 63;

/**
 * @returns bytes, or undefined when `text` is not digits with an optional `k`, `m` or `g` (of 1024), or too large to be exact.
 * @source agrona/SystemUtil
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+)([kmg]?)$/i.exec(text);
  const value = match === null ? undefined : scaled(match, SIZE_UNITS);
  return value !== undefined && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/**
 * @returns ns, or undefined when `text` is not digits with an optional `ns`, `us`, `ms` or `s`, or beyond an int64. Digits
 * alone are ns. Above 2^53 ns (104 days) the value is rounded.
 * @source agrona/SystemUtil
 */
export function parseDurationNs(text: string): number | undefined {
  const match = /^(\d+)(ns|us|ms|s)?$/i.exec(text);
  const value = match === null ? undefined : scaled(match, DURATION_UNITS);
  return value !== undefined && value <= INT64_LIMIT ? value : undefined;
}

/** The shortest exact text for a number of bytes: `64k`, not `65536`. */
export function formatSize(length: number): string {
  return withUnit(length, SIZE_UNITS) ?? String(length);
}

/** The shortest exact text for a duration: `1s`, `1500ms`, `0ns`. */
export function formatDurationNs(durationNs: number): string {
  return withUnit(durationNs, DURATION_UNITS) ?? `${durationNs}ns`;
}

type Units = readonly (readonly [name: string, factor: number])[];

function scaled(match: RegExpExecArray, units: Units): number {
  const unit = (match[2] ?? '').toLowerCase();
  const factor = units.find(([name]) => name === unit)?.[1] ?? 1;
  return Number(match[1]) * factor;
}

function withUnit(value: number, units: Units): string | undefined {
  const fitting = units.find(([, factor]) => value >= factor && value % factor === 0);
  return fitting === undefined ? undefined : `${value / fitting[1]}${fitting[0]}`;
}
