// SPDX-License-Identifier: Apache-2.0
/**
 * A driver in a worker thread of its own, seen from the thread that launched it. All that happens here is messages: settings
 * go over as data, errors and notices come back. And what a driver that crashes can't do is done here: its other threads are ended, its
 * clients told, its files given up.
 */
import { AeronError, type Platform, type ThreadHandle, toError } from '@aeron/core/internal';
import type { DriverSetup } from '../assembled-driver.ts';
import { buryDriver } from '../cnc/bury-driver.ts';
import type { DriverConfig } from '../config/driver-config.ts';
import { hasAgentThreads } from '../config/thread-settings.ts';
import type { DriverHooks } from '../driver-hooks.ts';
import { driverThreadModule } from './driver-thread-module.ts';
import type { RunningDriver } from './running-driver.ts';
import {
  type DriverThreadData,
  errorFromData,
  errorToData,
  type FromDriver,
  type ToDriver,
} from './thread-messages.ts';
import { ThreadRelay } from './thread-relay.ts';

const SHARED_NAMES = { classic: 'aeron-driver', new: 'aeron-md-shd' } as const;
const CONDUCTOR_NAMES = { classic: 'driver-conductor', new: 'aeron-md-cnd' } as const;
/** A thread that has not ended this long after it was asked to is stopped by force. */
const CLOSE_TIMEOUT_MS = 10_000;
const CLOSE: ToDriver = { kind: 'close' };

/** @throws AeronError from the start of the driver in its thread, or when the thread can't be started. */
export function startThreadedDriver(setup: DriverSetup): Promise<RunningDriver> {
  const { platform, config, hooks, socketBufferLimits } = setup;
  const names = hasAgentThreads(config) ? CONDUCTOR_NAMES : SHARED_NAMES;
  const data: DriverThreadData = { config, socketBufferLimits };
  const thread = platform.threads.spawn(names[config.threadNaming], driverThreadModule(), data);
  return new ThreadedDriver(platform, config, thread, hooks).started;
}

class ThreadedDriver implements RunningDriver {
  datagramTransport = '';
  readonly closed: Promise<void>;
  readonly started: Promise<RunningDriver>;
  readonly #platform: Platform;
  readonly #config: DriverConfig;
  readonly #thread: ThreadHandle;
  /** Of the agents that have threads beside it. */
  readonly #agentThreads: ThreadRelay;
  readonly #hooks: DriverHooks;
  #onReady: () => void = () => undefined;
  #isReady = false;
  /** Why the thread ended, if not because it was asked to. */
  #failure: Error | undefined;
  /** Whether it has closed its agents and given up its files, whatever the reason. */
  #hasClosed = false;
  #closeTimer: unknown;

  constructor(platform: Platform, config: DriverConfig, thread: ThreadHandle, hooks: DriverHooks) {
    this.#platform = platform;
    this.#config = config;
    this.#thread = thread;
    this.#agentThreads = new ThreadRelay(platform, (event) =>
      thread.post({ kind: 'thread', event } satisfies ToDriver),
    );
    this.#hooks = hooks;
    thread.onMessage((message) => this.#onMessage(message as FromDriver));
    thread.onError((error) => this.#fail(error));
    const ended = thread.exited.then(async (exitCode) => {
      await this.#agentThreads.close();
      this.#onExit(exitCode);
    });
    const ready = new Promise<void>((resolve) => {
      this.#onReady = resolve;
    });
    this.started = Promise.race([ready, ended]).then(() => this);
    this.closed = this.started.then(() => ended);
    // Whoever awaits it learns of a failure; without anyone it must not end the process.
    this.closed.catch(() => undefined);
  }

  close(): Promise<void> {
    if (this.#closeTimer === undefined) {
      this.#thread.post(CLOSE);
      this.#closeTimer = this.#platform.scheduler.after(CLOSE_TIMEOUT_MS, () => void this.#thread.terminate(), false);
    }
    return this.closed;
  }

  fail(error: Error): Promise<void> {
    this.#thread.post({ kind: 'fail', error: errorToData(error) } satisfies ToDriver);
    return this.close();
  }

  holdProcess(isHeld: boolean): void {
    this.#thread.holdProcess(isHeld);
    this.#agentThreads.holdProcess(isHeld);
  }

  #onMessage(message: FromDriver): void {
    switch (message.kind) {
      case 'ready':
        this.datagramTransport = message.datagramTransport;
        this.#isReady = true;
        this.#onReady();
        break;
      case 'error':
        this.#hooks.onError(errorFromData(message.error));
        break;
      case 'notice':
        this.#hooks.notice(message.stream, message.text);
        break;
      case 'termination-requested':
        this.#hooks.onTerminationRequested();
        break;
      case 'thread':
        this.#agentThreads.onRequest(message.request);
        break;
      case 'failed':
        this.#fail(errorFromData(message.error));
        break;
      case 'closed':
        this.#hasClosed = true;
        if (message.error !== undefined) {
          this.#fail(errorFromData(message.error));
        }
        break;
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
  }

  #onExit(exitCode: number): void {
    if (this.#closeTimer !== undefined) {
      this.#platform.scheduler.cancel(this.#closeTimer);
    }
    if (this.#failure === undefined && !this.#hasClosed) {
      const text = `the driver's thread ended unexpectedly: exitCode=${exitCode}`;
      this.#fail(new AeronError('AERON', text, { category: 'FATAL' }));
    }
    if (this.#failure !== undefined) {
      this.#report(this.#failure);
      throw this.#failure;
    }
  }

  /** A driver that dies while nobody waits for it must not do so in silence. */
  #report(failure: Error): void {
    if (this.#isReady) {
      this.#hooks.notice('stderr', `media driver failed: ${failure.message}`);
      this.#hooks.onError(failure);
      this.#bury(failure);
    }
  }

  #bury(failure: Error): void {
    try {
      if (!this.#hasClosed) {
        buryDriver(this.#platform, this.#config, failure);
      }
    } catch (error) {
      this.#hooks.notice('stderr', `WARNING: ${toError(error).message}`); // the failure is what is thrown, not this
    }
  }
}
