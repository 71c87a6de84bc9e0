// SPDX-License-Identifier: Apache-2.0
/** An empty project of a user, into which tarballs are installed. */
import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MINUTE_MS, NPM_QUIET, type Packed } from './packages.ts';

export interface ProjectOptions {
  /** The Node binary that installs and runs; that of the tests when left out. */
  readonly node?: string;
  readonly npmOptions?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

const NPM_CLI = execFileSync('npm', ['root', '-g'], { encoding: 'utf8' }).trim();

export class Project {
  readonly path: string;
  readonly #node: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** Installs the tarballs into a new project at `path`. @throws Error with what npm said when that fails. */
  constructor(path: string, tarballs: readonly Packed[], options: ProjectOptions = {}) {
    const { node = process.execPath, npmOptions = [], environment = {} } = options;
    this.path = path;
    this.#node = node;
    // Programs find the chosen Node by the path, as they would find the user's.
    this.#environment = { ...process.env, PATH: `${dirname(node)}:${process.env['PATH']}`, ...environment };
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
    const files = tarballs.map(({ tarball }) => tarball);
    const npm = join(NPM_CLI, 'npm', 'bin', 'npm-cli.js');
    const result = spawnSync(node, [npm, 'install', ...files, ...npmOptions, ...NPM_QUIET], {
      cwd: path,
      encoding: 'utf8',
      env: this.#environment,
      timeout: 5 * MINUTE_MS,
    });
    if (result.status !== 0) {
      throw new Error(`npm install failed: status=${result.status}\n${result.stdout}\n${result.stderr}`);
    }
  }

  /** Runs a program to its end, which must be a good one without a word on standard error. @returns what it printed. */
  run(file: string, program: string, ...nodeOptions: string[]): string {
    const result = this.attempt(file, program, ...nodeOptions);
    expect({ file, status: result.status, stderr: result.stderr }).toEqual({ file, status: 0, stderr: '' });
    return result.stdout.trim();
  }

  /** Runs a program to its end, good or bad. */
  attempt(file: string, program: string, ...nodeOptions: string[]): SpawnSyncReturns<string> {
    writeFileSync(join(this.path, file), program);
    return this.#spawn(this.#node, [...nodeOptions, file]);
  }

  /** Runs one of the installed commands. */
  command(name: string, ...args: string[]): SpawnSyncReturns<string> {
    return this.#spawn(join(this.path, 'node_modules', '.bin', name), args);
  }

  #spawn(command: string, args: readonly string[]): SpawnSyncReturns<string> {
    return spawnSync(command, args, {
      cwd: this.path,
      encoding: 'utf8',
      env: this.#environment,
      timeout: MINUTE_MS,
    });
  }
}
