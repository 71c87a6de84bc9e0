// SPDX-License-Identifier: Apache-2.0
/**
 * The threads of the agents beside a conductor that has a thread of its own. They are started by the owner of the conductor's thread,
 * who is asked by messages: Node stops what a thread has started, together with that thread and without asking it, so that threads
 * below the conductor's would leave their sockets open when it crashes.
 *
 *     conductor's thread              owner
 *     AgentThreads
 *       RelayedThreads ──requests──▶ ThreadRelay ──spawn──▶ sender, receiver, native resources
 *                      ◀──events───
 */
import { AeronError, type Platform, type ThreadHandle, type Threads, toError } from '@aeron/core/internal';
import { AGENT_CLOSE_TIMEOUT_MS } from './agent-threads.ts';
import { type ErrorData, errorFromData, errorToData, type ToDriver } from './thread-messages.ts';

const CLOSE: ToDriver = { kind: 'close' };

/** From the conductor's thread; `id` tells its threads apart. */
export type ThreadRequest =
  | {
      readonly step: 'spawn';
      readonly id: number;
      readonly name: string;
      readonly module: string;
      readonly data: unknown;
    }
  | { readonly step: 'post'; readonly id: number; readonly message: unknown }
  | { readonly step: 'terminate'; readonly id: number };

/** To the conductor's thread. */
export type ThreadEvent =
  | { readonly step: 'message'; readonly id: number; readonly message: unknown }
  | { readonly step: 'error'; readonly id: number; readonly error: ErrorData }
  | { readonly step: 'exited'; readonly id: number; readonly exitCode: number };

/** In place of the platform's threads, in the conductor's thread. */
export class RelayedThreads implements Threads {
  readonly mayBlock: boolean;
  readonly #own: Threads;
  readonly #request: (request: ThreadRequest) => void;
  readonly #threads: RelayedThread[] = [];

  /** @param own of the calling thread, which may park. */
  constructor(own: Threads, request: (request: ThreadRequest) => void) {
    this.mayBlock = own.mayBlock;
    this.#own = own;
    this.#request = request;
  }

  spawn(name: string, module: string, data: unknown): ThreadHandle {
    const thread = new RelayedThread(name, this.#threads.length, this.#request);
    this.#threads.push(thread);
    this.#request({ step: 'spawn', id: thread.id, name, module, data });
    return thread;
  }

  park(durationNs: number): void {
    this.#own.park(durationNs);
  }

  onEvent(event: ThreadEvent): void {
    this.#threads[event.id]?.onEvent(event);
  }
}

/** Who gets a handle listens in the same turn, and events come in later ones. */
class RelayedThread implements ThreadHandle {
  readonly name: string;
  readonly id: number;
  readonly exited: Promise<number>;
  readonly #request: (request: ThreadRequest) => void;
  #onMessage: (message: unknown) => void = () => undefined;
  #onError: (error: Error) => void = () => undefined;
  #onExit: (exitCode: number) => void = () => undefined;

  constructor(name: string, id: number, request: (request: ThreadRequest) => void) {
    this.name = name;
    this.id = id;
    this.#request = request;
    this.exited = new Promise((resolve) => {
      this.#onExit = resolve;
    });
  }

  post(message: unknown): void {
    this.#request({ step: 'post', id: this.id, message });
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage = listener;
  }

  onError(listener: (error: Error) => void): void {
    this.#onError = listener;
  }

  holdProcess(): void {
    // the owner is told of the whole driver
  }

  async terminate(): Promise<void> {
    this.#request({ step: 'terminate', id: this.id });
    await this.exited;
  }

  onEvent(event: ThreadEvent): void {
    switch (event.step) {
      case 'message':
        this.#onMessage(event.message);
        break;
      case 'error':
        this.#onError(errorFromData(event.error));
        break;
      case 'exited':
        this.#onExit(event.exitCode);
        break;
    }
  }
}

/** In the owner's thread. */
export class ThreadRelay {
  readonly #platform: Pick<Platform, 'threads' | 'scheduler'>;
  readonly #tell: (event: ThreadEvent) => void;
  /** Those that run, in the order of their start. */
  readonly #running = new Map<number, ThreadHandle>();
  #isHeld = true;
  #isClosing = false;

  constructor(platform: Pick<Platform, 'threads' | 'scheduler'>, tell: (event: ThreadEvent) => void) {
    this.#platform = platform;
    this.#tell = tell;
  }

  onRequest(request: ThreadRequest): void {
    switch (request.step) {
      case 'spawn':
        this.#spawn(request);
        break;
      case 'post':
        this.#running.get(request.id)?.post(request.message);
        break;
      case 'terminate':
        void this.#running.get(request.id)?.terminate();
        break;
    }
  }

  /** Whether the process stays alive for them. */
  holdProcess(isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const thread of this.#running.values()) {
      thread.holdProcess(isHeld);
    }
  }

  /** Ends those that the conductor's thread has left behind, one after the other. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const thread of this.#running.values()) {
      await this.#end(thread);
    }
  }

  #spawn({ id, name, module, data }: Extract<ThreadRequest, { step: 'spawn' }>): void {
    try {
      if (this.#isClosing) {
        throw new AeronError('AERON', `driver has ended: name=${name}`);
      }
      const thread = this.#platform.threads.spawn(name, module, data);
      this.#running.set(id, thread);
      thread.holdProcess(this.#isHeld);
      thread.onMessage((message) => this.#tell({ step: 'message', id, message }));
      thread.onError((error) => this.#tell({ step: 'error', id, error: errorToData(error) }));
      thread.exited.then((exitCode) => {
        this.#running.delete(id);
        this.#tell({ step: 'exited', id, exitCode });
      });
    } catch (error) {
      this.#tell({ step: 'error', id, error: errorToData(toError(error)) });
      this.#tell({ step: 'exited', id, exitCode: 1 });
    }
  }

  async #end(thread: ThreadHandle): Promise<void> {
    const { scheduler } = this.#platform;
    const timer = scheduler.after(AGENT_CLOSE_TIMEOUT_MS, () => void thread.terminate(), false);
    thread.post(CLOSE);
    await thread.exited;
    scheduler.cancel(timer);
  }
}
