// SPDX-License-Identifier: Apache-2.0
/**
 * The threads of the agents beside the conductor, seen from the conductor's thread: started before the driver opens, ended before
 * the conductor. A thread that ends without being asked is a crash, which ends the driver in order.
 *
 * @source aeron-driver/MediaDriver
 */
import {
  AeronError,
  type ErrorHandler,
  isAeronError,
  type Platform,
  type ThreadHandle,
  toError,
} from '@aeron/core/internal';
import type { DriverConfig } from '../config/driver-config.ts';
import type { DriverThread } from '../config/idle-strategies.ts';
import type { AgentRole } from '../driver-agents.ts';
import { agentThreadModule } from './driver-thread-module.ts';
import { type AgentThreadData, errorFromData, type FromAgentThread, type ToDriver } from './thread-messages.ts';

/** A thread that has not ended this long after it was asked to is stopped by force. */
export const AGENT_CLOSE_TIMEOUT_MS = 5000;
const CLOSE: ToDriver = { kind: 'close' };

interface ThreadPlan {
  readonly thread: DriverThread;
  readonly roles: readonly AgentRole[];
  readonly classicName: string;
  readonly newName: string;
}

const NATIVE: ThreadPlan = {
  thread: 'native',
  roles: ['native'],
  classicName: 'aeron-md-nra',
  newName: 'aeron-md-nra',
};

/** In the order in which they are ended. */
const PLANS: Readonly<Record<'DEDICATED' | 'SHARED_NETWORK', readonly ThreadPlan[]>> = {
  DEDICATED: [
    { thread: 'sender', roles: ['sender'], classicName: 'sender', newName: 'aeron-md-snd' },
    { thread: 'receiver', roles: ['receiver'], classicName: 'receiver', newName: 'aeron-md-rcv' },
    NATIVE,
  ],
  SHARED_NETWORK: [
    {
      thread: 'network',
      roles: ['sender', 'receiver'],
      classicName: '[sender, receiver]',
      newName: 'aeron-md-net',
    },
    NATIVE,
  ],
};

/** What all threads share. */
export type SharedThreadData = Omit<AgentThreadData, 'thread' | 'roles'>;

export class AgentThreads {
  /** Settles with what went wrong when a thread ends without being asked. */
  readonly failed: Promise<Error>;
  readonly #threads: readonly AgentThread[];

  /** @param onError takes what the agents report. */
  constructor(platform: Platform, shared: SharedThreadData, onError: ErrorHandler) {
    const plans = shared.config.threadingMode === 'DEDICATED' ? PLANS.DEDICATED : PLANS.SHARED_NETWORK;
    let onFailed: (failure: Error) => void = () => undefined;
    this.failed = new Promise((resolve) => {
      onFailed = resolve;
    });
    this.#threads = plans.map((plan) => new AgentThread(plan, { platform, shared, onError, onCrash: onFailed }));
  }

  /** @throws AeronError from the start of an agent; then all are ended. */
  async start(): Promise<void> {
    const starts = await Promise.allSettled(this.#threads.map((thread) => thread.started));
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed !== undefined) {
      await this.close().catch(() => undefined);
      throw toError(failed.reason);
    }
  }

  /** Ends one after the other. @throws Error of the first that did not end in order. */
  async close(): Promise<void> {
    let problem: unknown;
    for (const thread of this.#threads) {
      await thread.close().catch((error: unknown) => {
        problem ??= error;
      });
    }
    if (problem !== undefined) {
      throw problem;
    }
  }

  /** Whether the process stays alive for them. */
  holdProcess(isHeld: boolean): void {
    for (const thread of this.#threads) {
      thread.holdProcess(isHeld);
    }
  }
}

interface AgentThreadPorts {
  readonly platform: Platform;
  readonly shared: SharedThreadData;
  readonly onError: ErrorHandler;
  readonly onCrash: ErrorHandler;
}

class AgentThread {
  /** Settles once its agents run; rejects when they can't. */
  readonly started: Promise<void>;
  readonly #name: string;
  readonly #ports: AgentThreadPorts;
  readonly #handle: ThreadHandle;
  readonly #ended: Promise<void>;
  #onReady: () => void = () => undefined;
  #failure: Error | undefined;
  /** Why its agents have ended by themselves; the error log has it already. */
  #termination: Error | undefined;
  #isReady = false;
  #isClosing = false;
  #hasEnded = false;

  constructor(plan: ThreadPlan, ports: AgentThreadPorts) {
    const { platform, shared } = ports;
    const { thread, roles } = plan;
    this.#name = nameOf(plan, shared.config);
    this.#ports = ports;
    this.#handle = platform.threads.spawn(this.#name, agentThreadModule(), { ...shared, thread, roles });
    this.#handle.onMessage((message) => this.#onMessage(message as FromAgentThread));
    this.#handle.onError((error) => {
      this.#failure ??= error;
    });
    const ready = new Promise<void>((resolve) => {
      this.#onReady = resolve;
    });
    this.#ended = this.#handle.exited.then((exitCode) => this.#onExit(exitCode));
    this.#ended.catch(() => undefined);
    this.started = Promise.race([ready, this.#ended]);
    this.started.catch(() => undefined);
  }

  close(): Promise<void> {
    if (!this.#isClosing && !this.#hasEnded) {
      this.#isClosing = true;
      this.#handle.post(CLOSE);
      const timer = this.#ports.platform.scheduler.after(AGENT_CLOSE_TIMEOUT_MS, () => this.#onCloseTimeout(), false);
      const cancel = (): void => this.#ports.platform.scheduler.cancel(timer);
      this.#ended.then(cancel, cancel);
    }
    return this.#ended;
  }

  holdProcess(isHeld: boolean): void {
    this.#handle.holdProcess(isHeld);
  }

  #onMessage(message: FromAgentThread): void {
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#onReady();
        break;
      case 'error':
        this.#onAgentError(errorFromData(message.error));
        break;
      case 'failed':
        this.#failure ??= errorFromData(message.error);
        break;
    }
  }

  #onAgentError(error: Error): void {
    this.#termination ??= isAeronError(error, 'TERMINATED') ? error : undefined;
    this.#ports.onError(error);
  }

  #onCloseTimeout(): void {
    this.#failure ??= new AeronError('AERON', `thread did not end in time: name=${this.#name}`);
    void this.#handle.terminate();
  }

  /** @throws Error when it was not asked to end, or not like this. */
  #onExit(exitCode: number): void {
    this.#hasEnded = true;
    if (this.#failure === undefined && this.#isClosing) {
      return;
    }
    const failure = this.#failure ?? this.#termination ?? this.#unexpectedEnd(exitCode);
    if (this.#isReady && !this.#isClosing) {
      if (failure !== this.#termination) {
        this.#ports.onError(failure);
      }
      this.#ports.onCrash(failure);
    }
    throw failure;
  }

  #unexpectedEnd(exitCode: number): Error {
    const text = `agent thread ended unexpectedly: name=${this.#name} exitCode=${exitCode}`;
    return new AeronError('AERON', text, { category: 'FATAL' });
  }
}

function nameOf({ classicName, newName }: ThreadPlan, { threadNaming }: DriverConfig): string {
  return threadNaming === 'new' ? newName : classicName;
}
