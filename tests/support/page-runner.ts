// SPDX-License-Identifier: Apache-2.0
/**
 * Follows a page as its reader would: writes its files, runs its programs and commands, leaves those running that go on, and
 * compares what is printed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Block } from './markdown.ts';
import { until } from './until.ts';

const STOP_LIMIT_MS = 20_000;

export interface PageRunnerOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** What commands have in their environment besides. Programs that are not started by a command do not. */
  readonly shellVariables?: NodeJS.ProcessEnv;
  /** How long one block may take. */
  readonly limitMs?: number;
}

interface Ended {
  readonly status: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export class PageRunner {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #shellVariables: NodeJS.ProcessEnv;
  readonly #limitMs: number;
  readonly #terminals: Running[] = [];
  #output = '';

  /** @param folder where the reader stands; made if it is not there. */
  constructor(folder: string, options: PageRunnerOptions = {}) {
    this.#folder = folder;
    this.#environment = options.environment ?? process.env;
    this.#shellVariables = options.shellVariables ?? {};
    this.#limitMs = options.limitMs ?? 60_000;
    mkdirSync(folder, { recursive: true });
  }

  /** All that was printed so far. */
  get output(): string {
    return this.#output;
  }

  /** @throws Error with all that was printed when the block does not do what a reader expects of it. */
  async run(block: Block): Promise<void> {
    const { language, mode, fileName, text } = block;
    switch (language) {
      case 'ts':
        return this.#runProgram(`line-${block.line}.mjs`, javaScriptOf(text));
      case 'js':
        if (fileName === undefined) {
          return this.#runProgram(`line-${block.line}.mjs`, text);
        }
        writeFileSync(join(this.#folder, fileName), text);
        return check(await this.#end(this.#spawn(process.execPath, ['--check', fileName])));
      case 'sh': {
        const running = this.#spawn('bash', ['-euo', 'pipefail', '-c', text], this.#shellVariables);
        if (mode === 'terminal') {
          this.#terminals.push(running);
          return;
        }
        return check(await this.#end(running));
      }
      case 'text':
        return mode === 'output' ? this.#expectOutput(text) : undefined;
      default:
        return undefined;
    }
  }

  /** As the reader does at last: Ctrl-C in each terminal, the last one first. @throws Error when something does not end. */
  async close(): Promise<void> {
    for (const running of this.#terminals.splice(0).reverse()) {
      signal(running, 'SIGINT');
      await this.#end(running, STOP_LIMIT_MS);
    }
  }

  async #runProgram(name: string, program: string): Promise<void> {
    writeFileSync(join(this.#folder, name), program);
    const ended = await this.#end(this.#spawn(process.execPath, [name]));
    check(ended);
    if (ended.stderr !== '' || ended.stdout === '') {
      throw new Error(`a program prints something, and nothing on standard error: ${describe(ended)}`);
    }
  }

  async #expectOutput(text: string): Promise<void> {
    const patterns = text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => new RegExp(line.split('…').map(escaped).join('.*')));
    const missing = () => patterns.filter((pattern) => !pattern.test(this.#output)).map(String);
    await until(
      () => missing().length === 0,
      () => `output ${missing().join(', ')}; there was:\n${this.#output}`,
      this.#limitMs,
    );
  }

  /** In a process group of its own, as in a terminal. */
  #spawn(command: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}): Running {
    const child = spawn(command, args, {
      cwd: this.#folder,
      env: { ...this.#environment, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const printed = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (chunk) => {
        printed[name] += chunk;
        this.#output += chunk;
      });
    }
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, killedBy) => resolve({ status: code ?? killedBy, ...printed }));
    });
    ended.catch(() => undefined); // whoever waits for it is told
    return { process: child, ended };
  }

  async #end(running: Running, limitMs = this.#limitMs): Promise<Ended> {
    const timer = setTimeout(() => signal(running, 'SIGKILL'), limitMs);
    const ended = await running.ended;
    clearTimeout(timer);
    if (ended.status === 'SIGKILL') {
      throw new Error(`no end within ${limitMs} ms: ${describe(ended)}`);
    }
    return ended;
  }
}

function javaScriptOf(program: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(program, { compilerOptions }).outputText;
}

function signal({ process: { pid, exitCode, signalCode } }: Running, name: NodeJS.Signals): void {
  if (pid !== undefined && exitCode === null && signalCode === null) {
    process.kill(-pid, name);
  }
}

function check(ended: Ended): void {
  if (ended.status !== 0) {
    throw new Error(describe(ended));
  }
}

function describe({ status, stdout, stderr }: Ended): string {
  return `status=${status}\n${stdout}\n${stderr}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
