// SPDX-License-Identifier: Apache-2.0
/**
 * The commands that the driver has not answered yet, by correlation id. A command is either awaited (its waiter is settled
 * when the answer comes, its deadline passes or its signal fires) or only tracked, and asked after by id.
 *
 * Commands number a handful at a time; there is one abort listener per awaited command and no timer: the conductor's duty
 * cycle looks at the deadlines.
 */
import type { WaitOptions } from './ports.ts';

/**
 * What a command asked for; decides which answer completes it and how it is withdrawn. A withdrawal removes what may never
 * have come about, so a refusal of it means nothing.
 */
export type CommandKind =
  | 'publication'
  | 'exclusive-publication'
  | 'subscription'
  | 'counter'
  | 'static-counter'
  | 'session-id'
  | 'destination'
  | 'reject-image'
  | 'removal'
  | 'withdrawal';

export interface PendingCommand {
  readonly correlationId: number;
  readonly kind: CommandKind;
  /** Channel that the command named; empty where there is none. */
  readonly channel: string;
  /** Somebody awaits the answer; undefined for a command that is only tracked. */
  readonly waiter: Waiter | undefined;
}

/** The settling end of one awaited command. */
export interface Waiter {
  readonly deadlineNs: number;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
  /** Lets go of the abort signal. */
  dispose(): void;
}

/** Called when an awaited command ends without an answer: by time-out or by its signal. */
export type AbandonHandler = (command: PendingCommand) => void;

export class PendingCommands {
  readonly #commands = new Map<number, PendingCommand>();
  readonly #onAbandoned: AbandonHandler;
  #waiterCount = 0;

  constructor(onAbandoned: AbandonHandler) {
    this.#onAbandoned = onAbandoned;
  }

  get size(): number {
    return this.#commands.size;
  }

  /** How many of them somebody awaits. */
  get waiterCount(): number {
    return this.#waiterCount;
  }

  has(correlationId: number): boolean {
    return this.#commands.has(correlationId);
  }

  get(correlationId: number): PendingCommand | undefined {
    return this.#commands.get(correlationId);
  }

  /** Tracks a command that nobody awaits. */
  track(correlationId: number, kind: CommandKind, channel = ''): void {
    this.#commands.set(correlationId, { correlationId, kind, channel, waiter: undefined });
  }

  /**
   * Tracks a command and awaits its answer.
   *
   * @returns what the answer is completed with. Rejects with the driver's refusal, the signal's reason, or what
   * `rejectExpired` and `rejectAll` are given.
   */
  await(command: Omit<PendingCommand, 'waiter'>, deadlineNs: number, options: WaitOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const { signal } = options;
      const onAbort = (): void => this.#abandon(command.correlationId, signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      const dispose = (): void => signal?.removeEventListener('abort', onAbort);
      const waiter = { deadlineNs, resolve, reject, dispose };
      this.#commands.set(command.correlationId, { ...command, waiter });
      this.#waiterCount++;
    });
  }

  /** Takes a command out, because its answer has come or it was withdrawn; the caller settles its waiter. */
  take(correlationId: number): PendingCommand | undefined {
    const command = this.#commands.get(correlationId);
    if (command === undefined) {
      return undefined;
    }
    this.#commands.delete(correlationId);
    if (command.waiter !== undefined) {
      this.#waiterCount--;
      command.waiter.dispose();
    }
    return command;
  }

  /** Rejects every awaited command whose deadline has passed. @returns how many. */
  rejectExpired(nowNs: number, reason: (command: PendingCommand) => Error): number {
    if (this.#waiterCount === 0) {
      return 0;
    }
    let count = 0;
    for (const command of [...this.#commands.values()]) {
      if (command.waiter !== undefined && nowNs > command.waiter.deadlineNs) {
        this.#abandon(command.correlationId, reason(command));
        count++;
      }
    }
    return count;
  }

  /** Rejects every awaited command and forgets them all. */
  rejectAll(reason: Error): void {
    for (const correlationId of [...this.#commands.keys()]) {
      this.take(correlationId)?.waiter?.reject(reason);
    }
  }

  #abandon(correlationId: number, reason: unknown): void {
    const command = this.take(correlationId);
    if (command?.waiter !== undefined) {
      this.#onAbandoned(command);
      command.waiter.reject(reason);
    }
  }
}
