// SPDX-License-Identifier: Apache-2.0
/**
 * Reads typed values out of the parameters of a channel URI. Pure. A value that does not parse refuses the channel, with a
 * message that names the parameter, the value and the channel.
 */
import { parseDurationNs, parseSize } from '@aeron/core/internal';
import { throwInvalidChannel } from '../control-protocol-error.ts';

/** What the rules read of a parsed channel URI. */
export interface UriParameters {
  get(name: string): string | undefined;
  toString(): string;
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const WHOLE_NUMBER = /^[+-]?\d+$/;

/** Refuses the channel for what one of its parameters says. */
export function refuse(uri: UriParameters, problem: string, cause?: unknown): never {
  throwInvalidChannel(`${problem} channel=${uri.toString()}`, cause);
}

/** @returns the int32, or undefined when the parameter is absent. */
export function int32Parameter(uri: UriParameters, name: string): number | undefined {
  const text = uri.get(name);
  if (text === undefined) {
    return undefined;
  }
  const value = WHOLE_NUMBER.test(text) ? Number(text) : Number.NaN;
  return (value | 0) === value ? value | 0 : refuse(uri, `invalid ${name}=${text}, must be a 32-bit number:`);
}

/** All 64 bits of `text`, or undefined when it is no int64. */
export function parseInt64(text: string): bigint | undefined {
  if (!WHOLE_NUMBER.test(text)) {
    return undefined;
  }
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value >= INT64_MIN && value <= INT64_MAX ? value : undefined;
}

/**
 * @param text the value, or the part of it that is the number.
 * @returns the int64, or undefined when there is no text.
 */
export function int64Parameter(uri: UriParameters, name: string, text: string | undefined): bigint | undefined {
  return text === undefined
    ? undefined
    : (parseInt64(text) ?? refuse(uri, `invalid ${name}=${text}, must be a 64-bit number:`));
}

/** Bytes, or undefined when the parameter is absent. */
export function sizeParameter(uri: UriParameters, name: string): number | undefined {
  const text = uri.get(name);
  if (text === undefined) {
    return undefined;
  }
  return parseSize(text) ?? refuse(uri, `invalid ${name}=${text}, must be a size such as 64k:`);
}

/** Ns, or `defaultNs` when the parameter is absent. */
export function durationParameterNs(uri: UriParameters, name: string, defaultNs: number): number {
  const text = uri.get(name);
  if (text === undefined) {
    return defaultNs;
  }
  return parseDurationNs(text) ?? refuse(uri, `invalid ${name}=${text}, must be a duration such as 5s:`);
}

/** Only the text `true` is true, as in the reference. */
export function booleanParameter(uri: UriParameters, name: string, defaultValue: boolean): boolean {
  const text = uri.get(name);
  return text === undefined ? defaultValue : text === 'true';
}
