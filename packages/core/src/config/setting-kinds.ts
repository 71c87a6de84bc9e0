// SPDX-License-Identifier: Apache-2.0
/**
 * The kinds of settings rows: duration, size, integer, decimal, int64, boolean, text, choice and list. Each makes a `Setting` of what
 * the row says. A mistake in a row (a default outside its bounds) throws at once, when the module that holds it is loaded.
 */
import { formatDurationNs, formatSize, parseDurationNs, parseSize } from './quantities.ts';
import type { Parsed, Setting, SettingFacts } from './settings.ts';

interface Facts<D> extends SettingFacts {
  /** As a user would write it. Left out, the setting is unset by default. */
  readonly default?: D;
}

interface QuantityFacts extends Facts<string> {
  readonly min?: string;
  readonly max?: string;
  /** A further demand on the value: what is wrong with it, or undefined. */
  readonly check?: (value: number) => string | undefined;
}

type Unless<S, V> = S extends { readonly default: infer D } ? (undefined extends D ? V | undefined : V) : V | undefined;

/** A duration in ns. Options: ns as a number, or a text such as `'500ms'`. */
export function duration<const S extends QuantityFacts>(facts: S): Setting<Unless<S, number>, number> {
  return quantity(facts, parseDurationNs, {
    kind: 'duration',
    expected: 'a duration such as 500ms (ns, us, ms, s)',
    format: formatDurationNs,
    ...readBounds(facts, parseDurationNs),
  });
}

/** A number of bytes. Options: a number, or a text such as `'64k'`. */
export function size<const S extends QuantityFacts>(facts: S): Setting<Unless<S, number>, number> {
  return quantity(facts, parseSize, {
    kind: 'size',
    expected: 'a size such as 4096, 64k, 8m or 1g',
    format: formatSize,
    ...readBounds(facts, parseSize),
  });
}

interface IntegerFacts extends Facts<number> {
  readonly min?: number;
  readonly max?: number;
  readonly check?: (value: number) => string | undefined;
}

/** A whole number; negative ones too where `min` allows. */
export function integer<const S extends IntegerFacts>(facts: S): Setting<Unless<S, number>, number> {
  return quantity(facts, parseInteger, {
    kind: 'integer',
    expected: 'a whole number',
    format: String,
    min: facts.min ?? Number.MIN_SAFE_INTEGER,
    max: facts.max ?? Number.MAX_SAFE_INTEGER,
    bounds: boundsText(facts.min, facts.max),
  });
}

function parseInteger(text: string): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** A number with or without a fraction. */
export function decimal<const S extends IntegerFacts>(facts: S): Setting<Unless<S, number>, number> {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, check } = facts;
  const bounded = (value: number): Parsed<number> => {
    const isWithin = value >= min && value <= max;
    const problem = isWithin ? check?.(value) : value < min ? `less than ${min}` : `more than ${max}`;
    return problem === undefined ? { value } : { problem };
  };
  const expected = { problem: 'expected a number such as 0.5' };
  return define(facts, {
    kind: 'decimal',
    bounds: boundsText(facts.min, facts.max),
    parse: (input) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(input) ? bounded(Number(input)) : expected),
    accept: (option: unknown) => (typeof option === 'number' && Number.isFinite(option) ? bounded(option) : expected),
    format: String,
  });
}

/** A value that uses all 64 bits, such as a tag. Options: a bigint, or a whole number. */
export function int64<const S extends Facts<bigint>>(facts: S): Setting<Unless<S, bigint>, bigint | number> {
  const parse = (text: string): Parsed<bigint> => {
    const value = /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
    return value !== undefined && BigInt.asIntN(64, value) === value
      ? { value }
      : { problem: 'expected a whole number of at most 64 bits' };
  };
  return define(facts, {
    kind: 'int64',
    bounds: '',
    parse,
    accept: (option: unknown) =>
      typeof option === 'bigint' || Number.isSafeInteger(option)
        ? parse(String(option))
        : { problem: 'expected a bigint or a whole number' },
    format: String,
  });
}

const BOOLEAN_TEXTS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['off', false],
]);

/** True or false; as text also `1`/`on` and `0`/`off`, as the C driver takes them. */
export function boolean<const S extends Facts<boolean>>(facts: S): Setting<Unless<S, boolean>, boolean> {
  return define(facts, {
    kind: 'boolean',
    bounds: '',
    parse: (text) => {
      const value = BOOLEAN_TEXTS.get(text.toLowerCase());
      return value === undefined ? { problem: 'expected true or false' } : { value };
    },
    accept: (option: unknown) =>
      typeof option === 'boolean' ? { value: option } : { problem: 'expected true or false' },
    format: String,
  });
}

interface TextFacts extends Facts<string> {
  readonly maxLength?: number;
  readonly check?: (value: string) => string | undefined;
}

/** Any text. */
export function text<const S extends TextFacts>(facts: S): Setting<Unless<S, string>, string> {
  const { maxLength = Number.POSITIVE_INFINITY, check } = facts;
  const parse = (value: string): Parsed<string> => {
    const problem = value.length > maxLength ? `longer than ${maxLength} characters` : check?.(value);
    return problem === undefined ? { value } : { problem };
  };
  return define(facts, {
    kind: 'text',
    bounds: facts.maxLength === undefined ? '' : `at most ${maxLength} characters`,
    parse,
    accept: (option: unknown) => (typeof option === 'string' ? parse(option) : { problem: 'expected a text' }),
    format: String,
  });
}

interface ChoiceFacts<C extends string> extends Facts<C> {
  /** Other spellings: the reference's class names and the like. */
  readonly aliases?: Readonly<Record<string, C>>;
}

/** One of a few words, in any case. */
export function choice<const C extends string, const S extends ChoiceFacts<C>>(
  choices: readonly C[],
  facts: S & ChoiceFacts<C>,
): Setting<Unless<S, C>, C> {
  const spellings = new Map<string, C>(choices.map((word) => [word.toLowerCase(), word]));
  for (const [alias, word] of Object.entries(facts.aliases ?? {})) {
    spellings.set(alias.toLowerCase(), word);
  }
  const parse = (input: string): Parsed<C> => {
    const value = spellings.get(input.toLowerCase());
    return value === undefined ? { problem: `expected one of ${choices.join(', ')}` } : { value };
  };
  return define<S, C, C>(facts, {
    kind: 'choice',
    bounds: choices.join(', '),
    parse,
    accept: (option: unknown) => parse(String(option)),
    format: String,
  });
}

/** Texts, separated by commas when written as one text. */
export function list<const S extends Facts<string>>(
  facts: S,
): Setting<Unless<S, readonly string[]>, readonly string[]> {
  const parse = (input: string): Parsed<readonly string[]> => ({
    value: Object.freeze(
      input
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    ),
  });
  const isTexts = (option: unknown): option is readonly string[] =>
    Array.isArray(option) && option.every((part) => typeof part === 'string');
  return define<S, readonly string[], readonly string[]>(facts, {
    kind: 'list',
    bounds: '',
    parse,
    accept: (option: unknown) =>
      isTexts(option) ? { value: Object.freeze([...option]) } : { problem: 'expected a list of texts' },
    format: (value) => value.join(','),
  });
}

interface Quantity {
  readonly kind: string;
  /** In words, for the message about an input that is none. */
  readonly expected: string;
  readonly min: number;
  readonly max: number;
  readonly bounds: string;
  format(value: number): string;
}

interface NumberFacts extends Facts<string | number> {
  readonly check?: (value: number) => string | undefined;
}

function quantity<const S extends NumberFacts>(
  facts: S,
  read: (text: string) => number | undefined,
  { kind, expected, min, max, bounds, format }: Quantity,
): Setting<Unless<S, number>, number> {
  const bounded = (value: number): Parsed<number> => {
    if (!(value >= min && value <= max)) {
      return { problem: value < min ? `less than ${format(min)}` : `more than ${format(max)}` };
    }
    const problem = facts.check?.(value);
    return problem === undefined ? { value } : { problem };
  };
  return define(facts, {
    kind,
    bounds,
    parse: (input) => {
      const value = read(input);
      return value === undefined ? { problem: `expected ${expected}` } : bounded(value);
    },
    accept: (option: unknown) =>
      typeof option === 'number' && Number.isInteger(option) ? bounded(option) : { problem: `expected ${expected}` },
    format,
  });
}

function readBounds(facts: QuantityFacts, read: (text: string) => number | undefined) {
  return {
    min: facts.min === undefined ? 0 : (read(facts.min) ?? Number.NaN),
    max: facts.max === undefined ? Number.POSITIVE_INFINITY : (read(facts.max) ?? Number.NaN),
    bounds: boundsText(facts.min, facts.max),
  };
}

function boundsText(min: string | number | undefined, max: string | number | undefined): string {
  return [min === undefined ? '' : `≥ ${min}`, max === undefined ? '' : `≤ ${max}`].join(' ').trim();
}

interface Behaviour<V> {
  readonly kind: string;
  readonly bounds: string;
  parse(text: string): Parsed<V>;
  accept(option: unknown): Parsed<V>;
  format(value: V): string;
}

function define<const S extends Facts<unknown>, V, I>(facts: S, behaviour: Behaviour<V>): Setting<Unless<S, V>, I> {
  const { property, environment, uriParameter, doc } = facts;
  const given: unknown = facts.default;
  const initial = given === undefined ? undefined : fromEither(behaviour, given);
  if (initial?.problem !== undefined) {
    throw new TypeError(`the default of a setting is invalid: ${property}=${String(given)}: ${initial.problem}`);
  }
  const setting: Setting<V | undefined, I> = {
    doc,
    ...(property === undefined ? {} : { property }),
    ...(environment === undefined ? {} : { environment }),
    ...(uriParameter === undefined ? {} : { uriParameter }),
    kind: behaviour.kind,
    bounds: behaviour.bounds,
    defaultValue: initial?.value,
    defaultText: initial === undefined ? undefined : behaviour.format(initial.value),
    parse: (input) => behaviour.parse(input),
    accept: (option) => fromEither(behaviour, option),
    format: (value) => (value === undefined ? undefined : behaviour.format(value)),
  };
  return Object.freeze(setting) as Setting<Unless<S, V>, I>;
}

function fromEither<V>(behaviour: Behaviour<V>, input: unknown): Parsed<V> {
  return typeof input === 'string' ? behaviour.parse(input) : behaviour.accept(input);
}
