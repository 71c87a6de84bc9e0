// SPDX-License-Identifier: Apache-2.0
/**
 * The kinds of value that channel parameters have: how a text becomes a value, what else a program may give for one, which
 * values are refused, and how a value is written. A problem is a text; whoever asked adds the parameter and the URI.
 */
import { formatDurationNs, formatSize, parseDurationNs, parseSize } from '@aeron/core/internal';

/** What is wrong with a value. */
export class ParameterProblem {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** One kind. `V` is what the parameter is in a program; `G` is what a program may give for it. */
export interface ParameterKind<V, G = V> {
  readonly name: string;
  /** Reads the text of a URI. */
  parse(text: string): V | ParameterProblem;
  /** Takes what a program gives. */
  accept(given: G): V | ParameterProblem;
  format(value: V): string;
}

const INT32_MAX = 2 ** 31 - 1;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const WHOLE_NUMBER = /^[+-]?\d+$/;

/** Bounds of a number, all inclusive and optional. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
  readonly multipleOf?: number;
  readonly powerOfTwo?: boolean;
}

function boundsProblem(value: number, { min, max, multipleOf, powerOfTwo }: Bounds): ParameterProblem | undefined {
  if (min !== undefined && value < min) {
    return new ParameterProblem(`less than ${min}`);
  }
  if (max !== undefined && value > max) {
    return new ParameterProblem(`more than ${max}`);
  }
  if (multipleOf !== undefined && value % multipleOf !== 0) {
    return new ParameterProblem(`not a multiple of ${multipleOf}`);
  }
  if (powerOfTwo === true && !Number.isInteger(Math.log2(value))) {
    return new ParameterProblem('not a power of two');
  }
  return undefined;
}

/** Any text without `|`, which would end the parameter. */
export function text(): ParameterKind<string> {
  const accept = (given: string) =>
    typeof given === 'string' && !given.includes('|') ? given : new ParameterProblem("not a text without '|'");
  return { name: 'text', parse: accept, accept, format: (value) => value };
}

/** One of the given words. */
export function choice<const W extends string>(...words: W[]): ParameterKind<W> {
  const accept = (given: string) =>
    words.find((word) => word === given) ?? new ParameterProblem(`not one of ${words.join(', ')}`);
  return { name: words.join(' | '), parse: accept, accept, format: (value) => value };
}

/** `true` and `false`. As in the reference a text is true if it reads `true` in any case, else false. */
export function boolean(): ParameterKind<boolean> {
  return {
    name: 'boolean',
    parse: (given) => given.toLowerCase() === 'true',
    accept: (given) => (typeof given === 'boolean' ? given : new ParameterProblem('not a boolean')),
    format: String,
  };
}

/** `true`, `false`, or left to the driver to infer. */
export function inferableBoolean(): ParameterKind<boolean | 'infer'> {
  return {
    name: 'boolean | infer',
    parse: (given) => (given === 'infer' ? given : given.toLowerCase() === 'true'),
    accept: (given) =>
      typeof given === 'boolean' || given === 'infer' ? given : new ParameterProblem("not a boolean or 'infer'"),
    format: String,
  };
}

/** A signed 32-bit number, within bounds. */
export function int32(bounds: Bounds = {}): ParameterKind<number> {
  const accept = (given: number) =>
    (given | 0) === given ? (boundsProblem(given, bounds) ?? given) : new ParameterProblem('not a 32-bit number');
  return { name: 'int32', parse: (given) => accept(wholeNumber(given)), accept, format: String };
}

/** All values of a signed 64-bit number. */
export function int64(): ParameterKind<bigint, bigint | number> {
  const accept = (given: bigint | number) => {
    if (typeof given === 'number' && !Number.isSafeInteger(given)) {
      return new ParameterProblem('not a whole number that is exact; give a bigint');
    }
    const value = BigInt(given);
    return value >= INT64_MIN && value <= INT64_MAX ? value : new ParameterProblem('not a 64-bit number');
  };
  return {
    name: 'int64',
    parse: (given) =>
      WHOLE_NUMBER.test(given) ? accept(BigInt(given.replace('+', ''))) : new ParameterProblem('not a 64-bit number'),
    accept,
    format: String,
  };
}

/** Bytes, as a number or as a text with `k`, `m` or `g`. */
export function size(bounds: Bounds = {}): ParameterKind<number, number | string> {
  const check = (value: number) => boundsProblem(value, { min: 0, max: INT32_MAX, ...bounds }) ?? value;
  const parse = (given: string) => {
    const value = parseSize(given);
    return value === undefined ? new ParameterProblem('not a size such as 64k') : check(value);
  };
  return {
    name: 'size',
    parse,
    accept: (given) => {
      if (typeof given === 'string') {
        return parse(given);
      }
      return Number.isInteger(given) ? check(given) : new ParameterProblem('not a whole number of bytes');
    },
    format: formatSize,
  };
}

/** Nanoseconds, as a number or as a text with `s`, `ms`, `us` or `ns`. */
export function duration(): ParameterKind<number, number | string> {
  const parse = (given: string) => parseDurationNs(given) ?? new ParameterProblem('not a duration such as 5s');
  return {
    name: 'duration',
    parse,
    accept: (given) => {
      if (typeof given === 'string') {
        return parse(given);
      }
      return Number.isSafeInteger(given) && given >= 0 ? given : new ParameterProblem('not a whole number of ns');
    },
    format: formatDurationNs,
  };
}

/** A number, or one word in its place. */
export function int32Or<const W extends string>(word: W): ParameterKind<number | W> {
  const number = int32();
  return {
    name: `int32 | ${word}`,
    parse: (given) => (given === word ? word : number.parse(given)),
    accept: (given) => (given === word ? word : number.accept(given as number)),
    format: String,
  };
}

/** An id that the driver has given out (at least `min`), or one word in its place. */
export function idOr<const W extends string>(word: W, min: number): ParameterKind<number | W> {
  const accept = (given: number | W) => {
    if (given === word) {
      return word;
    }
    return Number.isSafeInteger(given) && (given as number) >= min
      ? given
      : new ParameterProblem(`not a number of at least ${min} or '${word}'`);
  };
  return {
    name: `id | ${word}`,
    parse: (given) => accept(given === word ? word : (wholeNumber(given) as never)),
    accept,
    format: String,
  };
}

/** A session id, or a reference to the session of a tagged publication. */
export type SessionIdValue = number | `tag:${bigint}`;

export function sessionId(): ParameterKind<SessionIdValue, SessionIdValue | string> {
  const number = int32();
  const tag = int64();
  const parse = (given: string): SessionIdValue | ParameterProblem => {
    if (!given.startsWith('tag:')) {
      return number.parse(given);
    }
    const value = tag.parse(given.slice(4));
    return value instanceof ParameterProblem ? value : `tag:${value}`;
  };
  return {
    name: 'int32 | tag:<int64>',
    parse,
    accept: (given) => (typeof given === 'string' ? parse(given) : number.accept(given)),
    format: String,
  };
}

/** NaN for what is no whole number, or so large that no bound would let it pass. */
function wholeNumber(given: string): number {
  const value = WHOLE_NUMBER.test(given) ? Number(given) : Number.NaN;
  return value === 0 ? 0 : value; // not -0
}
