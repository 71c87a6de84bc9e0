// SPDX-License-Identifier: Apache-2.0
/** Worker threads, and blocking a thread where that is allowed. */
import { isMainThread, Worker } from 'node:worker_threads';
import type { ThreadHandle, Threads } from '../ports.ts';

const NS_PER_MS = 1_000_000;

class NodeThread implements ThreadHandle {
  readonly name: string;
  readonly exited: Promise<number>;
  readonly #worker: Worker;
  readonly #early: Error[] = [];
  #onError: ((error: Error) => void) | undefined;

  constructor(name: string, module: string | URL, data: unknown) {
    this.name = name;
    this.#worker = new Worker(module, { name, workerData: data, execArgv: execArgv() });
    this.exited = new Promise((resolve) => {
      this.#worker.once('exit', resolve);
    });
    // A worker's error without a listener would end this thread, so one is there from the start.
    this.#worker.on('error', (error: unknown) => this.#deliver(isError(error) ? error : new Error(String(error))));
  }

  post(message: unknown): void {
    this.#worker.postMessage(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#worker.on('message', listener);
  }

  onError(listener: (error: Error) => void): void {
    this.#onError = listener;
    for (const error of this.#early.splice(0)) {
      listener(error);
    }
  }

  holdProcess(isHeld: boolean): void {
    if (isHeld) {
      this.#worker.ref();
    } else {
      this.#worker.unref();
    }
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #deliver(error: Error): void {
    if (this.#onError === undefined) {
      this.#early.push(error);
    } else {
      this.#onError(error);
    }
  }
}

/** The options of this thread, without those of a program that is given as text: they would refuse the script of the thread. */
function execArgv(): string[] {
  return process.execArgv.filter((option) => !option.startsWith('--input-type'));
}

/** Starts worker threads. `park` is exact to about 0.1 ms. */
export class NodeThreads implements Threads {
  readonly mayBlock = !isMainThread;
  readonly #word = new Int32Array(new SharedArrayBuffer(4));

  spawn(name: string, module: string, data: unknown): ThreadHandle {
    return new NodeThread(name, module.startsWith('file:') ? new URL(module) : module, data);
  }

  park(durationNs: number): void {
    Atomics.wait(this.#word, 0, 0, durationNs / NS_PER_MS);
  }
}

/** An error that comes from a worker is rebuilt by Node and need not be one of this realm's class. */
function isError(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'message' in value && 'stack' in value;
}
