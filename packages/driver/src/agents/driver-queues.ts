// SPDX-License-Identifier: Apache-2.0
/**
 * All queues between the agents of one driver. Each has one sending and one receiving agent, so that either kind serves: lists
 * where all agents run in one thread, rings in shared memory where they do not.
 *
 *     conductor ──to-native──▶ native-resource agent ──from-native──▶ conductor
 *     conductor ──to-sender──▶ sender ──from-sender──▶ conductor
 *     conductor ──to-receiver──▶ receiver ──from-receiver──▶ conductor
 */
import type { NativeResourceAnswer, NativeResourceCommand } from '../resources/native-resource-commands.ts';
import type { ConductorCommand, ReceiverCommand, SenderCommand } from './agent-commands.ts';
import { type AgentInbox, type AgentProxy, ThreadLocalQueue } from './agent-queue.ts';
import { createQueueMemory, RingQueueInbox, RingQueueProxy } from './ring-queue.ts';

/** What each queue carries. */
export interface QueueContents {
  readonly 'to-native': NativeResourceCommand;
  readonly 'from-native': NativeResourceAnswer;
  readonly 'to-sender': SenderCommand;
  readonly 'from-sender': ConductorCommand;
  readonly 'to-receiver': ReceiverCommand;
  readonly 'from-receiver': ConductorCommand;
}

export type QueueName = keyof QueueContents;

/** Either end of each queue; an end is asked for once, by the agent that it belongs to. */
export interface DriverQueues {
  proxy<N extends QueueName>(name: N): AgentProxy<QueueContents[N]>;
  inbox<N extends QueueName>(name: N): AgentInbox<QueueContents[N]>;
}

/** For agents that run in one thread. */
export class ThreadLocalQueues implements DriverQueues {
  readonly #queues: { readonly [N in QueueName]: ThreadLocalQueue<QueueContents[N]> } = {
    'to-native': new ThreadLocalQueue(),
    'from-native': new ThreadLocalQueue(),
    'to-sender': new ThreadLocalQueue(),
    'from-sender': new ThreadLocalQueue(),
    'to-receiver': new ThreadLocalQueue(),
    'from-receiver': new ThreadLocalQueue(),
  };

  proxy<N extends QueueName>(name: N): AgentProxy<QueueContents[N]> {
    return this.#queues[name];
  }

  inbox<N extends QueueName>(name: N): AgentInbox<QueueContents[N]> {
    return this.#queues[name];
  }
}

/** The memory of all rings, to be given to each thread. */
export type RingQueueMemory = Readonly<Record<QueueName, SharedArrayBuffer>>;

export function createRingQueueMemory(): RingQueueMemory {
  return {
    'to-native': createQueueMemory(),
    'from-native': createQueueMemory(),
    'to-sender': createQueueMemory(),
    'from-sender': createQueueMemory(),
    'to-receiver': createQueueMemory(),
    'from-receiver': createQueueMemory(),
  };
}

/** For agents in several threads; each thread makes one over the same memory. */
export class RingQueues implements DriverQueues {
  readonly #memory: RingQueueMemory;

  constructor(memory: RingQueueMemory) {
    this.#memory = memory;
  }

  proxy<N extends QueueName>(name: N): AgentProxy<QueueContents[N]> {
    return new RingQueueProxy<QueueContents[N]>(this.#memory[name]);
  }

  inbox<N extends QueueName>(name: N): AgentInbox<QueueContents[N]> {
    return new RingQueueInbox<QueueContents[N]>(this.#memory[name]);
  }
}
