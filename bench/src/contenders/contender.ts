// SPDX-License-Identifier: Apache-2.0
/** Who is measured: this implementation and the reference, each with a driver and programs that take the same arguments. */

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reference } from '../reference/maven.ts';
import type { Command } from './program.ts';

export type ProgramName =
  | 'publisher'
  | 'subscriber'
  | 'duplex'
  | 'turns'
  | 'ping'
  | 'pong'
  | 'circuit'
  | 'streams'
  | 'first-message'
  | 'churn';

export type ProgramArguments = Readonly<Record<string, string | number>>;

/** Properties of the driver; both sides know the same names. */
export type DriverProperties = Readonly<Record<string, string | number>>;

export const OURS = 'TypeScript';
export const REFERENCE = 'Java';

export interface Contender {
  readonly name: string;
  /** @param hasEventLog whether the event log is loaded into its process; which events are on, properties say. */
  driver(directory: string, properties: DriverProperties, hasEventLog: boolean): Command;
  program(name: ProgramName, args: ProgramArguments, properties: DriverProperties): Command;
}

const DIST = dirname(fileURLToPath(import.meta.url));
const DRIVER_COLLECTIONS = join(DIST, 'driver-collections.js');

export const ours: Contender = {
  name: OURS,
  driver: (directory, properties, hasEventLog) => ({
    command: process.execPath,
    args: [
      ...['--import', DRIVER_COLLECTIONS, ...(hasEventLog ? ['--import', eventLog()] : []), aeronmd()],
      ...defines({
        'aeron.dir': directory,
        'aeron.dir.delete.on.start': 'true',
        'aeron.dir.delete.on.shutdown': 'true',
        ...properties,
      }),
    ],
    endsBySignal: true,
  }),
  program: (name, args) => ({ command: process.execPath, args: [join(DIST, `${name}.js`), ...pairs(args)] }),
};

/** @returns undefined where the reference is missing. */
export function referenceContender(reference: Reference): Contender | undefined {
  if ('missing' in reference) {
    return undefined;
  }
  const { options, main } = reference;
  return {
    name: REFERENCE,
    driver: (directory, properties) => ({
      command: 'java',
      args: [...options, ...defines({ ...THREADS, ...properties }), main, 'driver', `directory=${directory}`],
    }),
    program: (name, args, properties) => ({
      command: 'java',
      args: [...options, ...defines({ ...THREADS, ...properties }), main, name, ...pairs(args)],
    }),
  };
}

/** The one default that differs: a driver of ours is SHARED unless told otherwise. */
const THREADS: DriverProperties = { 'aeron.threading.mode': 'SHARED' };

/** Found when it is needed, not before: the packages may be others than those that this file was built with. */
function aeronmd(): string {
  return join(dirname(createRequire(import.meta.url).resolve('@aeron/driver')), 'bin', 'aeronmd.js');
}

/** What `@aeron/agent/register` is where modules are ES modules. */
function eventLog(): string {
  return join(dirname(createRequire(import.meta.url).resolve('@aeron/agent')), 'register.js');
}

function defines(properties: DriverProperties): string[] {
  return Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
}

function pairs(args: ProgramArguments): string[] {
  return Object.entries(args).map(([name, value]) => `${name}=${value}`);
}
