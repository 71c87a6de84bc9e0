// SPDX-License-Identifier: Apache-2.0
/** A running process of the reference, told what to do line by line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { peerArguments } from './reference-jar.ts';

const ANSWER_LIMIT_MS = 90_000;

/** The reference refused: `kind` is the simple name of its exception. */
export class RefusalByReference extends Error {
  override readonly name = 'RefusalByReference';
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(`${kind}: ${message}`);
    this.kind = kind;
  }
}

export class ReferencePeer {
  readonly process: ChildProcess;
  readonly #waiting: ((line: string) => void)[] = [];
  #errorOutput = '';

  private constructor(child: ChildProcess) {
    this.process = child;
    createInterface({ input: streamOf(child.stdout) }).on('line', (line) => this.#waiting.shift()?.(line));
    streamOf(child.stderr).on('data', (chunk) => {
      this.#errorOutput += String(chunk);
    });
  }

  static async start(referenceVersion: string): Promise<ReferencePeer> {
    const child = spawn('java', peerArguments(referenceVersion), { stdio: ['pipe', 'pipe', 'pipe'] });
    const peer = new ReferencePeer(child);
    const first = await peer.#nextLine('start');
    if (first !== 'ready') {
      throw new Error(`the reference's peer said: ${first} ${peer.#errorOutput}`);
    }
    return peer;
  }

  /** Runs one command. @returns its values. @throws RefusalByReference when the reference refuses. */
  async call(command: string, ...args: (string | number)[]): Promise<string[]> {
    const answer = this.#nextLine(command);
    this.process.stdin?.write(`${[command, ...args].join('\t')}\n`);
    const [status, ...values] = (await answer).split('\t');
    if (status === 'err') {
      throw new RefusalByReference(values[0] ?? '', values[1] ?? '');
    }
    return values;
  }

  /** Ends the process in order, or at once if it does not follow. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) {
      return;
    }
    const exited = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.stdin?.end();
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 15_000);
    await exited;
    clearTimeout(timer);
  }

  /** Ends the process without a word. */
  async kill(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const exited = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill('SIGKILL');
      await exited;
    }
  }

  #nextLine(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        reject(new Error(`${command}: the reference's peer ${why} ${this.#errorOutput.slice(-2000)}`));
      };
      const timer = setTimeout(() => fail(`gave no answer within ${ANSWER_LIMIT_MS} ms`), ANSWER_LIMIT_MS);
      const onExit = (code: number | null): void => {
        clearTimeout(timer);
        fail(`exited with status ${code}`);
      };
      this.process.once('exit', onExit);
      this.#waiting.push((line) => {
        clearTimeout(timer);
        this.process.off('exit', onExit);
        resolve(line);
      });
    });
  }
}

function streamOf<T>(stream: T | null): T {
  if (stream === null) {
    throw new Error('the child has no such stream');
  }
  return stream;
}
