// SPDX-License-Identifier: Apache-2.0
/** Modules that the settings name: events of the user's own, and readers. Every thread that needs them loads them by itself. */
import type { EventTable } from '@aeron/codecs/internal';
import { ConfigurationError } from '@aeron/core/internal';

/** Loads a module at once: a path from the working directory, or a package that the program has. */
export type LoadModule = (specifier: string) => unknown;

/** @throws ConfigurationError for a module that can't be loaded or exports no `eventTables`. */
export function loadEventTables(specifiers: readonly string[], load: LoadModule): readonly EventTable[] {
  return specifiers.flatMap((specifier) => {
    const tables = exportOf(load, 'aeron.event.log.extensions', specifier, 'eventTables');
    if (!Array.isArray(tables)) {
      throw new ConfigurationError(`module exports no array eventTables: aeron.event.log.extensions=${specifier}`);
    }
    return tables as readonly EventTable[];
  });
}

/**
 * @returns undefined when the module has no such export.
 * @throws ConfigurationError for a module that can't be loaded.
 */
export function exportOf(load: LoadModule, property: string, specifier: string, name: string): unknown {
  let loaded: Readonly<Record<string, unknown>>;
  try {
    loaded = load(specifier) as typeof loaded;
  } catch (cause) {
    throw new ConfigurationError(`module can't be loaded: ${property}=${specifier}`, { cause });
  }
  const inDefault = loaded['default'] as typeof loaded | undefined; // a CommonJS module may be seen as its default alone
  return loaded[name] ?? inDefault?.[name];
}
