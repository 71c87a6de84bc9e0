// SPDX-License-Identifier: Apache-2.0
/** How to run the programs of a measurement with this implementation or with the reference. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reference } from './reference/maven.ts';

export type ProgramName = 'publisher' | 'subscriber' | 'turns' | 'ping' | 'pong';

export interface Implementation {
  readonly name: string;
  /** Starts a driver that ends with its standard input or by SIGTERM. */
  startDriver(directory: string): Program;
  start(program: ProgramName, args: readonly (string | number)[]): Program;
}

const END_LIMIT_MS = 90_000;
const DIST = dirname(fileURLToPath(import.meta.url));
const AERONMD = join(dirname(createRequire(import.meta.url).resolve('@aeron/driver')), 'bin', 'aeronmd.js');

/** A process that says what came out of it as one line of JSON. */
export class Program {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #output = '';
  #errors = '';

  constructor(command: string, args: readonly string[]) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    child.stdout.on('data', (chunk) => {
      this.#output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      this.#errors += chunk;
    });
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => resolve());
    });
    this.#ended.catch(() => undefined);
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Waits for the end. @returns what it said. @throws Error with what it complained about. */
  async result(): Promise<Record<string, number>> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_LIMIT_MS);
    await this.#ended;
    clearTimeout(timer);
    if (this.#child.exitCode !== 0) {
      const end = this.#child.signalCode ?? this.#child.exitCode;
      throw new Error(`${this.#child.spawnargs.slice(-6).join(' ')} ended with ${end}: ${this.#errors.slice(0, 2000)}`);
    }
    return this.#output.trim() === '' ? {} : (JSON.parse(this.#output) as Record<string, number>);
  }

  async stop(): Promise<void> {
    this.#child.stdin?.end();
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_LIMIT_MS);
    await this.#ended.catch(() => undefined);
    clearTimeout(timer);
  }
}

export const TYPESCRIPT: Implementation = {
  name: 'TypeScript',
  startDriver: (directory) =>
    new Program(process.execPath, [
      AERONMD,
      `-Daeron.dir=${directory}`,
      '-Daeron.threading.mode=SHARED',
      '-Daeron.dir.delete.on.start=true',
      '-Daeron.dir.delete.on.shutdown=true',
    ]),
  start: (program, args) => new Program(process.execPath, [join(DIST, `${program}.js`), ...args.map(String)]),
};

/** @returns undefined where the reference is missing. */
export function referenceImplementation(reference: Reference): Implementation | undefined {
  if ('missing' in reference) {
    return undefined;
  }
  const { javaArguments } = reference;
  return {
    name: 'Java',
    startDriver: (directory) => new Program('java', [...javaArguments, 'driver', directory]),
    start: (program, args) => new Program('java', [...javaArguments, program, ...args.map(String)]),
  };
}

/** A directory of shared memory that nobody has. */
export function newDirectory(name: string): string {
  const parent = existsSync('/dev/shm') ? '/dev/shm' : (process.env['TMPDIR'] ?? '/tmp');
  return join(parent, `aeron-bench-${process.pid}-${name}`);
}
