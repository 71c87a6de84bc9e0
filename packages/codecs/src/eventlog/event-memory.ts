// SPDX-License-Identifier: Apache-2.0
/**
 * The memory that all threads of a process share for event logging: which events are on, the ring that records go into, and what
 * threads and reader have to tell each other. Every thread makes its own `EventMemory` over the same bytes.
 *
 *     ┌─────────┬────────────────────────┬───────────────────────┬───────────────────────────────┐
 *     │ header  │ components: code, mask │ directories of drivers│ many-to-one ring with trailer │
 *     └─────────┴────────────────────────┴───────────────────────┴───────────────────────────────┘
 *
 * Whoever changes what is on moves the generation; threads look at that one word once in a duty cycle.
 */
import { AeronError, AtomicBuffer, ManyToOneRingBuffer, RING_BUFFER_TRAILER_LENGTH } from '@aeron/core/internal';
import { MAX_EVENT_ID } from './event-table.ts';

/** Under this name a process hands the memory to its threads. */
export const EVENT_MEMORY_NAME = 'aeron.events';

const MAGIC = 0x4c564541; // AEVL
const VERSION = 1;
const MAGIC_OFFSET = 0;
const VERSION_OFFSET = 4;
const GENERATION_OFFSET = 8;
const FLAGS_OFFSET = 12;
const WAKE_OFFSET = 16;
const STOP_OFFSET = 20;
const STOPPED_OFFSET = 24;
const DIRECTORY_COUNT_OFFSET = 28;
const DROPPED_OFFSET = 32;
const FAILED_OFFSET = 40;

const COMPONENTS_OFFSET = 64;
const MASK_WORDS = (MAX_EVENT_ID + 1) / 32;
const COMPONENT_LENGTH = 4 * (1 + MASK_WORDS) + 12;
export const MAX_EVENT_COMPONENTS = 16;
const FREE_COMPONENT = 0;

const DIRECTORIES_OFFSET = COMPONENTS_OFFSET + MAX_EVENT_COMPONENTS * COMPONENT_LENGTH;
const DIRECTORY_LENGTH = 1024;
const DIRECTORY_PATH_OFFSET = 16;
/** Bytes of the longest directory that a command can find a process by. */
export const MAX_EVENT_DIRECTORY_LENGTH = DIRECTORY_LENGTH - DIRECTORY_PATH_OFFSET;
/** Drivers of one process that commands find; more log all the same. */
export const MAX_EVENT_DIRECTORIES = 16;
const RING_OFFSET = DIRECTORIES_OFFSET + MAX_EVENT_DIRECTORIES * DIRECTORY_LENGTH;

const DirectoryState = { FREE: 0, TAKEN: 1, OPEN: 2 } as const;

/** How records are written and what is in them. */
export const EventFlag = { RENDER_DATA: 1, CLASSIC_RECORDS: 2, THROW_EXCEPTIONS: 4 } as const;

/** One bit for each event id of a component. */
export type EventMask = readonly number[];

export const NO_EVENTS: EventMask = Object.freeze(Array.from({ length: MASK_WORDS }, () => 0));

export function maskOf(ids: Iterable<number>): EventMask {
  const mask = [...NO_EVENTS];
  for (const id of ids) {
    mask[id >> 5] = (mask[id >> 5] ?? 0) | (1 << (id & 31));
  }
  return mask;
}

export function hasEvent(mask: EventMask, id: number): boolean {
  return ((mask[id >> 5] ?? 0) & (1 << (id & 31))) !== 0;
}

/** A directory that a driver of this process serves. */
export interface EventDirectory {
  /** Another one for each driver, also for the next one in the same directory. */
  readonly id: number;
  readonly path: string;
}

export class EventMemory {
  readonly shared: SharedArrayBuffer;
  readonly ring: ManyToOneRingBuffer;
  readonly #words: AtomicBuffer;

  /** New memory with everything off. @param ringLength bytes of records, a power of two. */
  static create(ringLength: number): EventMemory {
    const shared = new SharedArrayBuffer(RING_OFFSET + ringLength + RING_BUFFER_TRAILER_LENGTH);
    const words = new AtomicBuffer(shared, 0, RING_OFFSET);
    words.putInt32Release(VERSION_OFFSET, VERSION);
    words.putInt32Release(MAGIC_OFFSET, MAGIC);
    return new EventMemory(shared);
  }

  /** @throws AeronError INVALID_ARGUMENT for memory that another version made. */
  constructor(shared: SharedArrayBuffer) {
    const words = new AtomicBuffer(shared, 0, Math.min(RING_OFFSET, shared.byteLength));
    const magic = words.capacity === RING_OFFSET ? words.getInt32Volatile(MAGIC_OFFSET) : 0;
    const version = magic === MAGIC ? words.getInt32Volatile(VERSION_OFFSET) : 0;
    if (version !== VERSION) {
      throw new AeronError(
        'INVALID_ARGUMENT',
        `the event memory of this process is of another version: version=${version} expected=${VERSION} length=${shared.byteLength}`,
      );
    }
    this.shared = shared;
    this.#words = words;
    this.ring = new ManyToOneRingBuffer(new AtomicBuffer(shared, RING_OFFSET));
  }

  /** Moves when what is on has changed. */
  get generation(): number {
    return this.#words.getInt32Volatile(GENERATION_OFFSET);
  }

  get flags(): number {
    return this.#words.getInt32Volatile(FLAGS_OFFSET);
  }

  set flags(flags: number) {
    this.#words.putInt32Release(FLAGS_OFFSET, flags);
    this.#words.getAndAddInt32(GENERATION_OFFSET, 1);
  }

  /** What is on of a component; nothing of one that nobody has set. */
  enabled(typeCode: number): EventMask {
    const at = this.#componentOf(typeCode);
    return at < 0 ? NO_EVENTS : NO_EVENTS.map((_, word) => this.#words.getInt32Volatile(at + 4 * (word + 1)));
  }

  /** @throws AeronError INVALID_ARGUMENT when there are too many components. */
  setEnabled(typeCode: number, mask: EventMask): void {
    const at = this.#claimComponent(typeCode);
    mask.forEach((bits, word) => {
      this.#words.putInt32Release(at + 4 * (word + 1), bits);
    });
    this.#words.getAndAddInt32(GENERATION_OFFSET, 1);
    this.wake();
  }

  /** Records for which the ring had no room. */
  get droppedCount(): number {
    return this.#words.getInt64Volatile(DROPPED_OFFSET);
  }

  countDropped(): void {
    this.#words.getAndAddInt64(DROPPED_OFFSET, 1);
  }

  /** Events that could not be encoded. */
  get failedCount(): number {
    return this.#words.getInt64Volatile(FAILED_OFFSET);
  }

  countFailed(): void {
    this.#words.getAndAddInt64(FAILED_OFFSET, 1);
  }

  /** A driver of this process serves this directory from now on. @returns a number for `closeDirectory`, -1 without room. */
  openDirectory(path: string): number {
    const bytes = Buffer.from(path, 'utf8');
    if (bytes.length > MAX_EVENT_DIRECTORY_LENGTH) {
      return -1;
    }
    for (let index = 0; index < MAX_EVENT_DIRECTORIES; index++) {
      const at = DIRECTORIES_OFFSET + index * DIRECTORY_LENGTH;
      if (this.#words.compareAndSetInt32(at, DirectoryState.FREE, DirectoryState.TAKEN)) {
        this.#words.putInt32(at + 4, bytes.length);
        this.#words.putInt32(at + 8, this.#words.getAndAddInt32(DIRECTORY_COUNT_OFFSET, 1));
        this.#words.putUint8Array(at + DIRECTORY_PATH_OFFSET, bytes);
        this.#words.putInt32Release(at, DirectoryState.OPEN);
        this.wake();
        return index;
      }
    }
    return -1;
  }

  closeDirectory(index: number): void {
    if (index >= 0 && index < MAX_EVENT_DIRECTORIES) {
      this.#words.putInt32Release(DIRECTORIES_OFFSET + index * DIRECTORY_LENGTH, DirectoryState.FREE);
      this.wake();
    }
  }

  /** The directories of all drivers of this process. */
  directories(): EventDirectory[] {
    const found: EventDirectory[] = [];
    for (let index = 0; index < MAX_EVENT_DIRECTORIES; index++) {
      const at = DIRECTORIES_OFFSET + index * DIRECTORY_LENGTH;
      if (this.#words.getInt32Volatile(at) === DirectoryState.OPEN) {
        const length = Math.min(Math.max(this.#words.getInt32(at + 4), 0), MAX_EVENT_DIRECTORY_LENGTH);
        const id = this.#words.getInt32(at + 8);
        const path = Buffer.from(this.#words.subarray(at + DIRECTORY_PATH_OFFSET, length)).toString('utf8');
        if (this.#words.getInt32Volatile(at) === DirectoryState.OPEN) {
          found.push({ id, path });
        }
      }
    }
    return found;
  }

  /** Ends a wait of the reader. */
  wake(): void {
    this.#words.getAndAddInt32(WAKE_OFFSET, 1);
    Atomics.notify(this.#words.int32, WAKE_OFFSET >> 2);
  }

  /** A value that `wake` moves; to be read before what a waiter waits for is looked at. */
  get wakeCount(): number {
    return this.#words.getInt32Volatile(WAKE_OFFSET);
  }

  /** Blocks the calling thread until the count has moved, or for so long. */
  waitForWake(wakeCount: number, timeoutMs: number): void {
    Atomics.wait(this.#words.int32, WAKE_OFFSET >> 2, wakeCount, timeoutMs);
  }

  /** Whether the reader is to write what is in the ring, and end. */
  get isStopping(): boolean {
    return this.#words.getInt32Volatile(STOP_OFFSET) !== 0;
  }

  onStopped(): void {
    this.#words.putInt32Release(STOPPED_OFFSET, 1);
    Atomics.notify(this.#words.int32, STOPPED_OFFSET >> 2);
  }

  /** Has the reader write what is in the ring, and end; blocks until it has, or for so long. @returns whether it has. */
  stopReader(timeoutMs: number): boolean {
    this.#words.putInt32Release(STOP_OFFSET, 1);
    this.wake();
    return Atomics.wait(this.#words.int32, STOPPED_OFFSET >> 2, 0, timeoutMs) !== 'timed-out';
  }

  /** @returns where the component stands, or -1. */
  #componentOf(typeCode: number): number {
    for (let i = 0; i < MAX_EVENT_COMPONENTS; i++) {
      const at = COMPONENTS_OFFSET + i * COMPONENT_LENGTH;
      if (this.#words.getInt32Volatile(at) === typeCode + 1) {
        return at;
      }
    }
    return -1;
  }

  #claimComponent(typeCode: number): number {
    for (let i = 0; i < MAX_EVENT_COMPONENTS; i++) {
      const at = COMPONENTS_OFFSET + i * COMPONENT_LENGTH;
      this.#words.compareAndSetInt32(at, FREE_COMPONENT, typeCode + 1);
      if (this.#words.getInt32Volatile(at) === typeCode + 1) {
        return at;
      }
    }
    throw new AeronError(
      'INVALID_ARGUMENT',
      `too many components with events: typeCode=${typeCode} max=${MAX_EVENT_COMPONENTS}`,
    );
  }
}
