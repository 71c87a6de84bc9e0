// SPDX-License-Identifier: Apache-2.0
/**
 * Commands to an agent in another thread: JSON over a one-to-one ring in a SharedArrayBuffer. They are rare (a few for each
 * resource), so readable bytes matter more than fast ones. A bigint, which JSON has not, travels as `{"$bigint":"…"}`.
 */
import { AeronError, AtomicBuffer, OneToOneRingBuffer, RING_BUFFER_TRAILER_LENGTH } from '@aeron/core/internal';
import type { AgentInbox, AgentProxy } from './agent-queue.ts';

const COMMAND_TYPE_ID = 1;
const RECORDS_LENGTH = 1024 * 1024;
/** Room that the longest ordinary command needs: two URIs of 4095 characters, escaped, and the rest. */
const RESERVED_LENGTH = 16 * 1024;

/** Shared memory for one queue, to be given to both threads. */
export function createQueueMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(RECORDS_LENGTH + RING_BUFFER_TRAILER_LENGTH);
}

/** The sending end, in one thread only. */
export class RingQueueProxy<Command> implements AgentProxy<Command> {
  readonly #ring: OneToOneRingBuffer;

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new OneToOneRingBuffer(new AtomicBuffer(memory));
  }

  get isFull(): boolean {
    return !this.#ring.hasRoomFor(RESERVED_LENGTH);
  }

  offer(command: Command): boolean {
    const bytes = new TextEncoder().encode(JSON.stringify(command, bigIntToJson));
    return this.#ring.offer(COMMAND_TYPE_ID, new AtomicBuffer(bytes), 0, bytes.length);
  }
}

/** The receiving end, in one thread only. */
export class RingQueueInbox<Command> implements AgentInbox<Command> {
  readonly #ring: OneToOneRingBuffer;

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new OneToOneRingBuffer(new AtomicBuffer(memory));
  }

  get isEmpty(): boolean {
    return this.#ring.size === 0;
  }

  drain(handler: (command: Command) => void, limit: number): number {
    return this.#ring.drain((typeId, buffer, offset, length) => {
      if (typeId !== COMMAND_TYPE_ID) {
        throw new AeronError('AERON', `unknown agent command typeId=${typeId}`);
      }
      // Both threads are ours and run one version, so the bytes are what RingQueueProxy wrote.
      handler(JSON.parse(buffer.getUtf8(offset, length), bigIntFromJson) as Command);
    }, limit);
  }
}

function bigIntToJson(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { $bigint: value.toString() } : value;
}

function bigIntFromJson(_key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && '$bigint' in value && typeof value.$bigint === 'string') {
    return BigInt(value.$bigint);
  }
  return value;
}
