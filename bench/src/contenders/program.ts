// SPDX-License-Identifier: Apache-2.0
/** A process that says what came out of it as one line of JSON, the last of its output. */
import { type ChildProcess, spawn } from 'node:child_process';
import { basename } from 'node:path';

/** Far more than anything takes here, on a busy machine too. */
const END_LIMIT_MS = 120_000;
const COMPLAINT_LENGTH = 2_000;
const WORDS_SHOWN = 8;

export type Values = Readonly<Record<string, number>>;

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  /** Ends by SIGTERM and not with its input. */
  readonly endsBySignal?: boolean;
}

/** Those that still run: they must not outlive this process. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) {
    child.kill('SIGKILL');
  }
});

export class Program {
  readonly #child: ChildProcess;
  readonly #endsBySignal: boolean;
  readonly #ended: Promise<void>;
  #output = '';
  #errors = '';

  constructor({ command, args, endsBySignal = false }: Command) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    this.#endsBySignal = endsBySignal;
    running.add(child);
    child.stdout.on('data', (chunk) => {
      this.#output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      this.#errors += chunk;
    });
    child.stdin.on('error', () => undefined); // it ended before it was told to
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => {
        running.delete(child);
        resolve();
      });
    });
    this.#ended.catch(() => undefined);
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits for the end. @returns what it said. @throws Error with what it complained about. */
  async result(): Promise<Values> {
    await this.#untilEnd();
    if (this.#child.exitCode !== 0) {
      throw new Error(this.complaint());
    }
    const last = this.#output.trim().split('\n').at(-1) ?? '';
    return last.startsWith('{') ? (JSON.parse(last) as Values) : {};
  }

  /** How it ended, and what it said about that. */
  complaint(): string {
    const end = this.#child.signalCode ?? this.#child.exitCode;
    // Without where it stands: it goes into results that others read.
    const words = this.#child.spawnargs
      .filter((word) => !word.startsWith('directory='))
      .slice(-WORDS_SHOWN)
      .map((word) => basename(word))
      .join(' ');
    return `${words} ended with ${end}: ${this.#errors.slice(0, COMPLAINT_LENGTH)}`;
  }

  /** Tells it to end, and waits until it has. @returns what it said. */
  async stop(): Promise<Values> {
    if (this.#endsBySignal) {
      this.#child.kill('SIGTERM');
    } else {
      this.#child.stdin?.end('\n');
    }
    await this.#untilEnd().catch(() => undefined);
    const last = this.#output.trim().split('\n').at(-1) ?? '';
    return last.startsWith('{') ? (JSON.parse(last) as Values) : {};
  }

  async #untilEnd(): Promise<void> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_LIMIT_MS);
    try {
      await this.#ended;
    } finally {
      clearTimeout(timer);
    }
  }
}
