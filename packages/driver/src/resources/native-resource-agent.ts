// SPDX-License-Identifier: Apache-2.0
/**
 * Does the slow work with the operating system, so that the conductor never waits for it: creates log buffer files and deletes
 * them, and turns names into addresses. One command and a bounded number of retried deletions per pass. Shares nothing with
 * the conductor but two queues.
 */
import type { Agent, ErrorHandler } from '@aeron/core/internal';
import type { AgentInbox, AgentProxy } from '../agents/agent-queue.ts';
import { errorAnswer } from '../conductor/error-answer.ts';
import { AddressResolution } from '../media/address-resolution.ts';
import { type UdpChannelContext, UdpChannelResolution } from '../media/udp-channel-resolution.ts';
import type { NameResolverAgent } from '../naming/name-resolver.ts';
import type { LogFileStore } from './log-file-store.ts';
import type { LogId, NativeResourceAnswer, NativeResourceCommand } from './native-resource-commands.ts';

type Command<K extends NativeResourceCommand['kind']> = Extract<NativeResourceCommand, { readonly kind: K }>;

const COMMAND_DRAIN_LIMIT = 1;

/** What the agent is given. */
export interface NativeResourceAgentPorts {
  readonly commands: AgentInbox<NativeResourceCommand>;
  readonly answers: AgentProxy<NativeResourceAnswer>;
  readonly store: LogFileStore;
  /** What channels are resolved with. */
  readonly channels: UdpChannelContext & { readonly resolver: NameResolverAgent };
  /** Counts a deletion that has to be tried again (system counter 17). */
  readonly onFreeFail: () => void;
  readonly onError: ErrorHandler;
}

/** A look-up under way; `step` gives the answer once there is one. */
interface Resolution {
  readonly requestId: number;
  step(): NativeResourceAnswer | undefined;
}

/** @source aeron-driver/NativeResourceAgent */
export class NativeResourceAgent implements Agent {
  readonly roleName: string;
  readonly #ports: NativeResourceAgentPorts;
  readonly #freeLimit: number;
  /** Deletions that failed, oldest first. Bounded by the number of logs that were created. */
  readonly #toFree: LogId[] = [];
  /** Look-ups that wait for the network; each ends in time. */
  #resolutions: Resolution[] = [];
  /** Answers that found no room, oldest first; bounded by the requests under way. */
  readonly #unsent: NativeResourceAnswer[] = [];

  /** @param freeLimit deletions tried again in one pass (property aeron.driver.resource.free.limit). */
  constructor(ports: NativeResourceAgentPorts, freeLimit: number, roleName: string) {
    this.#ports = ports;
    this.#freeLimit = freeLimit;
    this.roleName = roleName;
  }

  get isDormant(): boolean {
    return this.#toFree.length === 0 && this.#resolutions.length === 0 && this.#unsent.length === 0;
  }

  hasNews(): boolean {
    const { commands, channels } = this.#ports;
    return !commands.isEmpty || channels.resolver.hasOwnWork !== false;
  }

  onStart(): void {
    this.#ports.store.prepare();
  }

  doWork(): number {
    this.#sendAnswers();
    const commandCount = this.#ports.commands.drain(this.#onCommand, COMMAND_DRAIN_LIMIT);
    return commandCount + this.#ports.channels.resolver.doWork() + this.#resolve() + this.#freeAgain();
  }

  /** Works off what was asked for, so that no file stays behind that nobody knows of, and tries the deletions a last time. */
  onClose(): void {
    while (this.#ports.commands.drain(this.#onCommand, COMMAND_DRAIN_LIMIT) > 0) {
      this.#sendAnswers();
    }
    for (const log of this.#toFree.splice(0)) {
      this.#ports.store.delete(log);
    }
    this.#ports.channels.resolver.close();
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
        case 'resolve-channel':
          this.#begin(command.requestId, () => this.#channelResolution(command));
          break;
        case 'resolve-address':
          this.#begin(command.requestId, () => this.#addressResolution(command));
          break;
      }
    } catch (error) {
      this.#ports.onError(error instanceof Error ? error : new Error(String(error)));
    }
  };

  #createLog(command: Command<'create-log'>): NativeResourceAnswer {
    const { requestId, log, termLength, isSparse } = command;
    try {
      this.#ports.store.create(log, termLength, isSparse);
      return { kind: 'done', requestId };
    } catch (error) {
      return { kind: 'failed', requestId, ...errorAnswer(error) };
    }
  }

  #channelResolution({ requestId, uri, isDestination }: Command<'resolve-channel'>): Resolution {
    const resolution = new UdpChannelResolution(uri, isDestination, this.#ports.channels);
    return {
      requestId,
      step: () => {
        const channel = resolution.step();
        return channel === 'pending' ? undefined : { kind: 'channel-resolved', requestId, channel };
      },
    };
  }

  #addressResolution({ requestId, text, parameter, isReResolution }: Command<'resolve-address'>): Resolution {
    const resolution = new AddressResolution({ text, parameter, isReResolution }, this.#ports.channels.resolver);
    return {
      requestId,
      step: () => {
        const address = resolution.step();
        return address === 'pending' ? undefined : { kind: 'address-resolved', requestId, address };
      },
    };
  }

  #begin(requestId: number, begin: () => Resolution): void {
    try {
      this.#resolutions.push(begin());
    } catch (error) {
      this.#answer({ kind: 'failed', requestId, ...errorAnswer(error) });
    }
  }

  #resolve(): number {
    const before = this.#resolutions.length;
    if (before > 0) {
      this.#resolutions = this.#resolutions.filter((resolution) => !this.#step(resolution));
    }
    return before - this.#resolutions.length;
  }

  /** @returns whether it has ended. */
  #step(resolution: Resolution): boolean {
    try {
      const answer = resolution.step();
      if (answer === undefined) {
        return false;
      }
      this.#answer(answer);
    } catch (error) {
      this.#answer({ kind: 'failed', requestId: resolution.requestId, ...errorAnswer(error) });
    }
    return true;
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
