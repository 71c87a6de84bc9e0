// SPDX-License-Identifier: Apache-2.0
/**
 * Turns a settings table and what the user gave into one frozen, typed record. Each value comes from the first source that
 * has it: options, environment, properties, default. Everything that is wrong is reported together.
 */
import { ConfigurationError } from '../errors/aeron-error.ts';
import {
  environmentName,
  type Parsed,
  type Setting,
  type SettingRows,
  type SettingsConfig,
  type SettingsOptions,
  type SettingsRule,
  type SettingsTable,
} from './settings.ts';

/** Where values come from; what is left out has none. */
export interface SettingsSources<T> {
  readonly options?: SettingsOptions<T>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly properties?: Readonly<Record<string, string | undefined>>;
}

/** A text that unsets a setting, so that the default holds whatever a lower source says. An empty text does so too. */
export const UNSET_TEXT = '@null';

/**
 * Resolves every row of `table`, then applies `rules`. A rule that reads a setting which is itself invalid is left out.
 *
 * @returns a frozen record with one value per row.
 * @throws ConfigurationError with one line per failure, each naming the setting, its value and where it came from.
 */
export function resolveSettings<T extends SettingsTable>(
  table: T,
  sources: SettingsSources<T>,
  rules: readonly SettingsRule<SettingsConfig<T>>[] = [],
): SettingsConfig<T> {
  const options: Readonly<Record<string, unknown>> = sources.options ?? {};
  const values: Record<string, unknown> = {};
  const problems = unknownOptions(table.rows, options);
  for (const [key, row] of Object.entries(table.rows)) {
    const found = find(key, row, options, sources);
    const parsed = found === undefined ? undefined : read(row, found.input);
    if (found !== undefined && parsed?.problem !== undefined) {
      problems.push(`${found.name}=${String(found.input)}: ${parsed.problem}${found.origin}`);
      defineUnknown(values, key);
    } else {
      values[key] = parsed === undefined ? row.defaultValue : parsed.value;
    }
  }
  const config = Object.freeze(values) as SettingsConfig<T>;
  problems.push(...brokenRules(config, rules));
  if (problems.length > 0) {
    const head = problems.length === 1 ? 'invalid setting: ' : `${problems.length} invalid settings:\n  `;
    throw new ConfigurationError(head + problems.join('\n  '));
  }
  return config;
}

interface Found {
  readonly input: unknown;
  readonly name: string;
  /** In words, in brackets; empty where the name says it. */
  readonly origin: string;
}

function find<T>(
  key: string,
  row: Setting<unknown, unknown>,
  options: Readonly<Record<string, unknown>>,
  sources: SettingsSources<T>,
): Found | undefined {
  const option = options[key];
  if (option !== undefined) {
    return { input: option, name: key, origin: row.property === undefined ? '' : ` (option for ${row.property})` };
  }
  const variable = environmentName(row);
  const fromEnvironment = variable === undefined ? undefined : sources.environment?.[variable];
  const fromProperties = row.property === undefined ? undefined : sources.properties?.[row.property];
  if (fromEnvironment !== undefined && fromEnvironment !== fromProperties) {
    return { input: fromEnvironment, name: row.property ?? key, origin: ` (environment variable ${variable})` };
  }
  return fromProperties === undefined ? undefined : { input: fromProperties, name: row.property ?? key, origin: '' };
}

function read(row: Setting<unknown, unknown>, input: unknown): Parsed<unknown> {
  if (typeof input === 'string') {
    const trimmed = input.trim();
    return trimmed === '' || trimmed === UNSET_TEXT ? { value: row.defaultValue } : row.parse(trimmed);
  }
  return row.accept(input);
}

function unknownOptions(rows: SettingRows, options: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(options)
    .filter((key) => !Object.hasOwn(rows, key))
    .map((key) => `${key}=${String(options[key])}: no such option`);
}

/** What a rule meets when it reads a setting that has no valid value. */
const UNKNOWN_VALUE = Symbol('unknown value');

function defineUnknown(values: object, key: string): void {
  Object.defineProperty(values, key, {
    enumerable: true,
    get: () => {
      throw UNKNOWN_VALUE;
    },
  });
}

function brokenRules<C>(config: C, rules: readonly SettingsRule<C>[]): string[] {
  const problems: string[] = [];
  for (const [name, check] of rules) {
    try {
      const problem = check(config);
      if (problem !== undefined) {
        problems.push(`${name}: ${problem}`);
      }
    } catch (error) {
      if (error !== UNKNOWN_VALUE) {
        throw error;
      }
    }
  }
  return problems;
}
