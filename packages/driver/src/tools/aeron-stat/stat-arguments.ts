// SPDX-License-Identifier: Apache-2.0
/** The `name=value` arguments of aeron-stat, in the manner of the reference's Java tool. Pure. */
import { AeronError } from '@aeron/core/internal';
import { type CounterFilter, FILTER_NAMES, type FilterName } from './counter-filter.ts';

const MS_PER_S = 1000;

/** What the arguments say; what is left out was not given. */
export interface StatArguments {
  readonly updateIntervalMs?: number;
  readonly watch?: boolean;
  readonly filter: CounterFilter;
}

/** @throws AeronError INVALID_ARGUMENT naming the argument that can't be understood. */
export function parseStatArguments(args: readonly string[]): StatArguments {
  let result: StatArguments = { filter: {} };
  for (const argument of args) {
    const separator = argument.indexOf('=');
    if (separator < 0) {
      throw invalid(`Arguments must be in name=pattern format: Invalid '${argument}'`);
    }
    const name = argument.slice(0, separator);
    const value = argument.slice(separator + 1);
    if (name === 'watch') {
      result = { ...result, watch: parseWatch(value) };
    } else if (name === 'delay') {
      result = { ...result, updateIntervalMs: parseInterval(name, value) * MS_PER_S };
    } else if (isFilterName(name)) {
      result = { ...result, filter: { ...result.filter, [name]: parsePattern(name, value) } };
    } else {
      throw invalid(`Unrecognised argument: '${argument}'`);
    }
  }
  return result;
}

/** @throws AeronError INVALID_ARGUMENT. */
export function parseWatch(text: string): boolean {
  if (text !== 'true' && text !== 'false') {
    throw invalid(`true or false is expected: watch=${text}`);
  }
  return text === 'true';
}

/** In whatever unit. @throws AeronError INVALID_ARGUMENT, with the name that the user gave, unless it is a number above 0. */
export function parseInterval(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= Number.MAX_SAFE_INTEGER)) {
    throw invalid(`a number above 0 is expected: ${name}=${text}`);
  }
  return value;
}

function isFilterName(name: string): name is FilterName {
  return (FILTER_NAMES as readonly string[]).includes(name);
}

function parsePattern(name: FilterName, source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (cause) {
    throw new AeronError('INVALID_ARGUMENT', `not a regular expression: ${name}=${source}`, { cause });
  }
}

function invalid(message: string): AeronError {
  return new AeronError('INVALID_ARGUMENT', message);
}
