// SPDX-License-Identifier: Apache-2.0
/** A thread of agents as a test plays it. */
import type { ThreadHandle } from '@aeron/core/internal';
import type { AgentThreadData, FromAgentThread } from '../threads/thread-messages.ts';

export class PlayedThread implements ThreadHandle {
  readonly name: string;
  readonly data: AgentThreadData;
  readonly exited: Promise<number>;
  readonly posted: unknown[] = [];
  isProcessHeld = true;
  isTerminated = false;
  say: (message: FromAgentThread) => void = () => undefined;
  throwError: (error: Error) => void = () => undefined;
  exit: (exitCode: number) => void = () => undefined;

  constructor(name: string, data: AgentThreadData) {
    this.name = name;
    this.data = data;
    this.exited = new Promise((resolve) => {
      this.exit = resolve;
    });
  }

  post(message: unknown): void {
    this.posted.push(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.say = listener;
  }

  onError(listener: (error: Error) => void): void {
    this.throwError = listener;
  }

  holdProcess(isHeld: boolean): void {
    this.isProcessHeld = isHeld;
  }

  async terminate(): Promise<void> {
    this.isTerminated = true;
    this.exit(1);
  }
}
