// SPDX-License-Identifier: Apache-2.0
/** Event logging of this process as a program meets it: what is on, and what was collected. */
import { EVENT_MEMORY_NAME, EventMemory, type EventRows, EventSource, type EventTable } from '@aeron/codecs/internal';
import { AeronError, type Platform, type ThreadHandle } from '@aeron/core/internal';
import { selectEvents } from './config/event-selection.ts';
import type { ReaderAnswer, ReaderRequest } from './reader/reader-config.ts';

const ANSWER_TIMEOUT_MS = 10_000;

type Unnumbered<R> = R extends unknown ? Omit<R, 'id'> : never;

/** What it is made of. */
export interface EventLogParts {
  readonly platform: Platform;
  /** Of the reader. */
  readonly thread: ThreadHandle;
  readonly warn: (text: string) => void;
}

/** Of the thread that installed it. */
export class EventLog {
  readonly memory: EventMemory;
  readonly #platform: Platform;
  readonly #thread: ThreadHandle;
  readonly #waiting = new Map<number, (answer: Extract<ReaderAnswer, { kind: 'answer' }>) => void>();
  readonly #warn: (text: string) => void;
  #isReaderRunning = true;
  #lastId = 0;

  constructor(memory: EventMemory, { platform, thread, warn }: EventLogParts) {
    this.memory = memory;
    this.#platform = platform;
    this.#thread = thread;
    this.#warn = warn;
    thread.exited.then(() => {
      this.#isReaderRunning = false;
    });
    thread.onMessage((message) => this.#onMessage(message as ReaderAnswer));
  }

  /** Events that were lost because the ring was full. */
  get droppedCount(): number {
    return this.memory.droppedCount;
  }

  /** The facts that tell one from another. */
  toString(): string {
    return `EventLog{droppedCount=${this.droppedCount} isReaderRunning=${this.#isReaderRunning}}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** Sets which events of a component are logged from now on: `all`, names, ids; empty: none. @throws AeronError for others. */
  select(table: EventTable, events: string): void {
    const unknown: string[] = [];
    const mask = selectEvents(table, events, (token) => unknown.push(token));
    if (unknown.length > 0) {
      throw new AeronError('INVALID_ARGUMENT', `unknown event code: ${unknown.join(', ')} context=${table.context}`);
    }
    this.memory.setEnabled(table.typeCode, mask);
  }

  /** Where this thread logs events of its own. */
  open<R extends EventRows>(table: EventTable<R>): EventSource<R> {
    return new EventSource(table, this.memory, this.#platform.clock);
  }

  /** Has the reader `collecting` begin anew. */
  async startCollecting(title: string): Promise<void> {
    await this.#ask({ kind: 'start-collecting', title });
  }

  /** Has the reader `collecting` go on, or pause and keep what it has. */
  async setCollecting(isCollecting: boolean): Promise<void> {
    await this.#ask({ kind: 'set-collecting', isCollecting });
  }

  /** Has the readers `collecting` and `counting` forget all. */
  async reset(): Promise<void> {
    await this.#ask({ kind: 'reset' });
  }

  /** What has been collected, as lines below its title. */
  async collectedLines(): Promise<readonly string[]> {
    return (await this.#ask({ kind: 'lines' })) as readonly string[];
  }

  /** Writes what has been collected. */
  async writeToFile(path: string): Promise<void> {
    await this.#ask({ kind: 'write-to-file', path });
  }

  /** What the reader `counting` has counted, by `DRIVER NAK_SENT`. */
  async counts(): Promise<Readonly<Record<string, number>>> {
    return (await this.#ask({ kind: 'counts' })) as Readonly<Record<string, number>>;
  }

  /** Has the reader write what is there and end; blocks for `timeoutMs` at most. @returns whether it has. */
  stop(timeoutMs = 2000): boolean {
    return this.#isReaderRunning && this.memory.stopReader(timeoutMs);
  }

  #ask(request: Unnumbered<ReaderRequest>): Promise<unknown> {
    const id = ++this.#lastId;
    const { scheduler } = this.#platform;
    return new Promise((resolve, reject) => {
      // The thread does not keep the process alive; who waits for its answer does.
      const timer = scheduler.after(
        ANSWER_TIMEOUT_MS,
        () => {
          this.#waiting.delete(id);
          reject(new AeronError('TIMEOUT', `no answer of the reader of events: timeoutMs=${ANSWER_TIMEOUT_MS}`));
        },
        true,
      );
      this.#waiting.set(id, ({ problem, value }) => {
        scheduler.cancel(timer);
        if (problem === undefined) {
          resolve(value);
        } else {
          reject(new AeronError('AERON', problem));
        }
      });
      this.#thread.post({ ...request, id });
      this.memory.wake();
    });
  }

  #onMessage(message: ReaderAnswer): void {
    if (message.kind === 'answer') {
      const settle = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      settle?.(message);
    } else if (message.kind === 'warning') {
      this.#warn(message.text);
    }
  }
}

/**
 * Where the calling thread logs events of its own; everything is off in a process that has not loaded event logging. Call
 * `refresh` once in a duty cycle, or before events are logged.
 */
export function openEvents<R extends EventRows>(
  table: EventTable<R>,
  { host, clock }: Pick<Platform, 'host' | 'clock'>,
): EventSource<R> {
  const shared = host.sharedMemory(EVENT_MEMORY_NAME);
  return shared === undefined ? new EventSource(table) : new EventSource(table, new EventMemory(shared), clock);
}
