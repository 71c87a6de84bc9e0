// SPDX-License-Identifier: Apache-2.0
/** Arguments of a program: name=value. The reference's programs take the same. */
import { Aeron, type AeronOptions } from '@aeron/client';

export const FRAGMENT_LIMIT = 10;

const values = new Map(process.argv.slice(2).map((argument) => splitAtFirst(argument)));

function splitAtFirst(argument: string): [string, string] {
  const separator = argument.indexOf('=');
  return [argument.slice(0, separator), argument.slice(separator + 1)];
}

/** @throws Error where the argument is missing. */
export function text(name: string): string {
  const value = values.get(name);
  if (value === undefined) {
    throw new Error(`argument is missing: ${name}`);
  }
  return value;
}

export function integer(name: string): number {
  const value = Number(text(name));
  if (!Number.isInteger(value)) {
    throw new Error(`argument is no integer: ${name}=${text(name)}`);
  }
  return value;
}

/** A client of the driver that this program was told of. */
export function connect(options: AeronOptions = {}): Promise<Aeron> {
  return Aeron.connect({ aeronDirectoryName: text('directory'), driverTimeoutMs: 30_000, ...options });
}
