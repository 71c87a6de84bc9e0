// SPDX-License-Identifier: Apache-2.0
/** A child process of a test, with all that it said. Killed by its own id and waited for. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  /** Who the process is; only for root. */
  readonly uid?: number;
  readonly gid?: number;
  /** In place of the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Options of Node itself. */
  readonly execArgv?: readonly string[];
  /** What runs it, as `ip netns exec NAME`; it must become the process, not have it for a child. */
  readonly command?: readonly string[];
}

export class Child {
  readonly process: ChildProcess;
  /** Settles when it has ended and all that it said has arrived. */
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';
  #isRunning = true;

  constructor(
    script: string,
    args: readonly string[] = [],
    { execArgv = [], command = [], ...identity }: ChildOptions = {},
  ) {
    const [program = process.execPath, ...all] = [...command, process.execPath, ...execArgv, script, ...args];
    this.process = spawn(program, all, { ...identity, stdio: ['pipe', 'pipe', 'pipe'] });
    this.process.stdout?.on('data', (chunk) => {
      this.#stdout += chunk;
    });
    this.process.stderr?.on('data', (chunk) => {
      this.#stderr += chunk;
    });
    this.process.stdin?.on('error', () => undefined); // it may end while it is written to
    this.ended = new Promise((resolve, reject) => {
      this.process.once('error', reject);
      this.process.once('close', (code, signal) => {
        this.#isRunning = false;
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
    this.ended.catch(() => undefined);
  }

  get pid(): number {
    const { pid } = this.process;
    if (pid === undefined) {
      throw new Error('the child was not started');
    }
    return pid;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** What it has said so far. */
  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** kill -9. @returns when it is gone. */
  async kill(): Promise<Ended> {
    this.process.kill('SIGKILL');
    return this.ended;
  }
}
