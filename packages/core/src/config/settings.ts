// SPDX-License-Identifier: Apache-2.0
/**
 * What a settings table is: one row states everything about one setting, and types, validation, help and documentation
 * follow from the rows (ADR 0004). This file is the vocabulary; the kinds of rows are in setting-kinds.ts.
 */

/** What every row says about its setting. */
export interface SettingFacts {
  /** The reference's property name, `aeron.timer.interval`. Left out when only options can set it. */
  readonly property?: string;
  /** Where the environment variable does not follow from the property (upper case, `.` to `_`). */
  readonly environment?: string;
  /** The channel URI parameter that overrides the setting for one channel. */
  readonly uriParameter?: string;
  /** One or two sentences for help and documentation. */
  readonly doc: string;
}

/**
 * One row.
 *
 * @typeParam V what the resolved configuration holds.
 * @typeParam I what a user may pass as option; texts are always accepted.
 */
export interface Setting<V, I = V> extends SettingFacts {
  /** Name of the kind, for documentation. */
  readonly kind: string;
  /** As a user would write it; undefined when the setting is unset by default. */
  readonly defaultText: string | undefined;
  /** Bounds or choices in words; empty when there are none. */
  readonly bounds: string;
  /** The value when nothing sets it. */
  readonly defaultValue: V;
  /** Turns a text into a value. */
  parse(text: string): Parsed<V>;
  /** Turns an option into a value. Texts come here too. */
  accept(option: I | string): Parsed<V>;
  /** The text that would parse to `value`; `undefined` for an unset one. */
  format(value: V): string | undefined;
}

/** A value, or what is wrong with the input, in words that fit behind `name=value: `. */
export type Parsed<V> =
  | { readonly value: V; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string };

// biome-ignore lint/suspicious/noExplicitAny: rows of all types meet here; their types come back through SettingsConfig
export type SettingRows = Readonly<Record<string, Setting<any, any>>>;

export interface SettingsGroup {
  readonly title: string;
  readonly rows: SettingRows;
}

export interface SettingsTable<R extends SettingRows = SettingRows> {
  readonly rows: R;
  /** The same rows in the order and under the titles that help and documentation show. */
  readonly groups: readonly SettingsGroup[];
}

/** The resolved configuration of a table. */
export type SettingsConfig<T> =
  T extends SettingsTable<infer R>
    ? { readonly [K in keyof R]: R[K] extends Setting<infer V, infer _> ? V : never }
    : never;

/** What a user may pass for a table; `undefined` is the same as leaving it out. */
export type SettingsOptions<T> =
  T extends SettingsTable<infer R>
    ? { readonly [K in keyof R]?: R[K] extends Setting<infer _, infer I> ? I | string | undefined : never }
    : never;

/** A rule over several settings: its name, and a function that says what is wrong, if anything. */
export type SettingsRule<C> = readonly [name: string, check: (config: C) => string | undefined];

/** Makes a table of rows. The keys name the values in code and carry the unit: `timerIntervalNs`. */
export function settingsTable<const R extends SettingRows>(rows: R, title = 'Settings'): SettingsTable<R> {
  return Object.freeze({ rows: Object.freeze(rows), groups: Object.freeze([Object.freeze({ title, rows })]) });
}

type RowsOf<T> = T extends SettingsTable<infer R> ? R : never;
type Together<U> = (U extends unknown ? (part: U) => void : never) extends (whole: infer W) => void ? W : never;
type Flat<T> = { readonly [K in keyof T]: T[K] };

/** The table that joins the tables of the tuple `T`. */
export type JoinedSettings<T extends readonly SettingsTable[]> =
  Flat<Together<RowsOf<T[number]>>> extends infer R extends SettingRows ? SettingsTable<R> : never;

/** Puts tables together; each stays a group of its own in help and documentation. Keys must differ. */
export function joinSettings<const T extends readonly SettingsTable[]>(...tables: T): JoinedSettings<T> {
  const rows: Record<string, Setting<unknown, unknown>> = {};
  for (const table of tables) {
    for (const [key, row] of Object.entries(table.rows)) {
      if (key in rows) {
        throw new TypeError(`two settings have one key: ${key}`);
      }
      rows[key] = row;
    }
  }
  const groups = Object.freeze(tables.flatMap((table) => table.groups));
  return Object.freeze({ rows: Object.freeze(rows), groups }) as JoinedSettings<T>;
}

/** The environment variable of a row; undefined when only options can set it. */
export function environmentName(row: SettingFacts): string | undefined {
  return row.environment ?? (row.property === undefined ? undefined : environmentNameOf(row.property));
}

/** `aeron.timer.interval` → `AERON_TIMER_INTERVAL`, the reference's rule. */
export function environmentNameOf(property: string): string {
  return property.toUpperCase().replaceAll('.', '_');
}
