// SPDX-License-Identifier: Apache-2.0
/**
 * Does the slow work with the operating system, so that the conductor never waits for it: creates log buffer files and deletes
 * them. One command and a bounded number of retried deletions per pass. Shares nothing with the conductor but two queues.
 */
import type { Agent, ErrorHandler } from '@aeron/core/internal';
import type { AgentInbox, AgentProxy } from '../agents/agent-queue.ts';
import { errorAnswer } from '../conductor/error-answer.ts';
import type { LogFileStore } from './log-file-store.ts';
import type { LogId, NativeResourceAnswer, NativeResourceCommand } from './native-resource-commands.ts';

const COMMAND_DRAIN_LIMIT = 1;

/** What the agent is given. */
export interface NativeResourceAgentPorts {
  readonly commands: AgentInbox<NativeResourceCommand>;
  readonly answers: AgentProxy<NativeResourceAnswer>;
  readonly store: LogFileStore;
  /** Counts a deletion that has to be tried again (system counter 17). */
  readonly onFreeFail: () => void;
  readonly onError: ErrorHandler;
}

/** @source aeron-driver/NativeResourceAgent */
export class NativeResourceAgent implements Agent {
  readonly roleName: string;
  readonly #ports: NativeResourceAgentPorts;
  readonly #freeLimit: number;
  /** Deletions that failed, oldest first. Bounded by the number of logs that were created. */
  readonly #toFree: LogId[] = [];
  /** Answers that found no room, oldest first; bounded by the requests under way. */
  readonly #unsent: NativeResourceAnswer[] = [];

  /** @param freeLimit deletions tried again in one pass (property aeron.driver.resource.free.limit). */
  constructor(ports: NativeResourceAgentPorts, freeLimit: number, roleName: string) {
    this.#ports = ports;
    this.#freeLimit = freeLimit;
    this.roleName = roleName;
  }

  onStart(): void {
    this.#ports.store.prepare();
  }

  doWork(): number {
    this.#sendAnswers();
    return this.#ports.commands.drain(this.#onCommand, COMMAND_DRAIN_LIMIT) + this.#freeAgain();
  }

  /** Works off what was asked for, so that no file stays behind that nobody knows of, and tries the deletions a last time. */
  onClose(): void {
    while (this.#ports.commands.drain(this.#onCommand, COMMAND_DRAIN_LIMIT) > 0) {
      this.#sendAnswers();
    }
    for (const log of this.#toFree.splice(0)) {
      this.#ports.store.delete(log);
    }
  }

  readonly #onCommand = (command: NativeResourceCommand): void => {
    try {
      switch (command.kind) {
        case 'create-log':
          this.#answer(this.#createLog(command));
          break;
        case 'free-log':
          this.#freeLog(command.log);
          break;
      }
    } catch (error) {
      this.#ports.onError(error instanceof Error ? error : new Error(String(error)));
    }
  };

  #createLog(command: Extract<NativeResourceCommand, { kind: 'create-log' }>): NativeResourceAnswer {
    const { requestId, log, termLength, isSparse } = command;
    try {
      this.#ports.store.create(log, termLength, isSparse);
      return { kind: 'done', requestId };
    } catch (error) {
      return { kind: 'failed', requestId, ...errorAnswer(error) };
    }
  }

  #answer(answer: NativeResourceAnswer): void {
    this.#unsent.push(answer);
    this.#sendAnswers();
  }

  #sendAnswers(): void {
    for (let next = this.#unsent[0]; next !== undefined && this.#ports.answers.offer(next); next = this.#unsent[0]) {
      this.#unsent.shift();
    }
  }

  #freeLog(log: LogId): void {
    if (!this.#ports.store.delete(log)) {
      this.#ports.onFreeFail();
      this.#toFree.push(log);
    }
  }

  #freeAgain(): number {
    const before = this.#toFree.length;
    for (const log of this.#toFree.splice(0, this.#freeLimit)) {
      this.#freeLog(log);
    }
    return before - this.#toFree.length;
  }
}
