// SPDX-License-Identifier: Apache-2.0
/**
 * Resolves names by a table, for tests of re-resolution: each row has a counter by which one switches between its two hosts,
 * or makes the name unknown. `name,host,hostOnReResolution|…`. Native-resource agent.
 */
import { type AtomicCounter, ConfigurationError } from '@aeron/core/internal';
import { type NameParameter, type NameResolution, type NameResolver, settledResolution } from './name-resolver.ts';

/** Rows of a table. */
export const MAX_CSV_ROWS = 1024;

/** Values of a row's counter: what its name resolves to. */
export const CsvToggle = { DISABLED: -1, INITIAL_HOST: 0, RE_RESOLUTION_HOST: 1 } as const;

/** One name. */
export interface CsvRow {
  readonly name: string;
  readonly initialHost: string;
  readonly reResolutionHost: string;
}

const COLUMN_COUNT = 3;

/** @throws ConfigurationError naming the row that does not have three columns, or for too many rows. */
export function parseCsvTable(text: string): readonly CsvRow[] {
  const rows = text.split('|').filter((row) => row !== '');
  if (rows.length > MAX_CSV_ROWS) {
    throw new ConfigurationError(`a name table has ${rows.length} rows, at most ${MAX_CSV_ROWS}`);
  }
  return rows.map((row) => {
    const columns = row.split(',').map((column) => column.trim());
    const [name = '', initialHost = '', reResolutionHost = ''] = columns;
    if (columns.length !== COLUMN_COUNT || columns.includes('')) {
      throw new ConfigurationError(`expected name,host,hostOnReResolution in the name table: row=${row}`);
    }
    return { name, initialHost, reResolutionHost };
  });
}

/** A row and the counter that switches it. */
export interface SwitchedCsvRow extends CsvRow {
  readonly toggle: Pick<AtomicCounter, 'get'>;
}

/** @source aeron-driver/aeron_csv_table_name_resolver */
export class CsvNameResolver implements NameResolver {
  readonly name = 'csv';
  readonly #rows: ReadonlyMap<string, SwitchedCsvRow>;
  readonly #delegate: NameResolver;

  /** @param delegate resolves the hosts of the table, and names that are not in it. */
  constructor(rows: readonly SwitchedCsvRow[], delegate: NameResolver) {
    this.#rows = new Map(rows.map((row) => [row.name, row]));
    this.#delegate = delegate;
  }

  lookup(name: string, parameter: NameParameter, isReLookup: boolean): string {
    return this.#delegate.lookup(name, parameter, isReLookup);
  }

  resolve(host: string, parameter: NameParameter, isReResolution: boolean): NameResolution {
    const row = this.#rows.get(host);
    if (row === undefined) {
      return this.#delegate.resolve(host, parameter, isReResolution);
    }
    switch (row.toggle.get()) {
      case CsvToggle.DISABLED:
        return settledResolution(undefined);
      case CsvToggle.RE_RESOLUTION_HOST:
        return this.#delegate.resolve(row.reResolutionHost, parameter, isReResolution);
      default:
        return this.#delegate.resolve(row.initialHost, parameter, isReResolution);
    }
  }
}
