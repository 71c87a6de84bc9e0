// SPDX-License-Identifier: Apache-2.0
/** The sample programs as a user runs them: each in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export const SAMPLES_FOLDER = join(__dirname, '..', '..', 'samples', 'dist');
const LIMIT_MS = 30_000;

const running = new Set<ChildProcess>();

/** Ends those that a failed test has left. */
export function killSamples(): void {
  for (const child of running) {
    child.kill('SIGKILL');
  }
}

/** A sample under way. */
export class Sample {
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  #output = '';

  constructor(name: string, args: readonly string[], environment: Record<string, string> = {}) {
    const child = spawn(process.execPath, [join(SAMPLES_FOLDER, `${name}.js`), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    running.add(child);
    this.#child = child;
    child.stdout?.on('data', (chunk) => {
      this.#output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      this.#output += chunk;
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (status) => {
        running.delete(child);
        resolve(status);
      });
    });
  }

  get output(): string {
    return this.#output;
  }

  async untilPrinted(pattern: RegExp): Promise<void> {
    const deadlineMs = Date.now() + LIMIT_MS;
    while (!pattern.test(this.#output)) {
      if (Date.now() > deadlineMs || this.#child.exitCode !== null) {
        throw new Error(`waited in vain for ${pattern} in: ${this.#output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** As a person would with Ctrl-C. @returns the exit status. */
  interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return this.ended;
  }
}
