// SPDX-License-Identifier: Apache-2.0
/**
 * Takes records out of the ring and hands the events to sinks. The one consumer of the ring; whoever has it calls `doWork`. A
 * record that makes no sense is counted and reported, and the next one is read; a producer that died within a record is stepped
 * over after a while.
 *
 * @source aeron-client/CborLoggerReaderAgent
 */
import type { EventCatalogue, EventMemory } from '@aeron/codecs/internal';
import { type Agent, type Clock, type ErrorHandler, type MessageHandler, toError } from '@aeron/core/internal';
import type { EventSink } from '../sinks/event-sink.ts';
import { decodeRecord } from './decode-record.ts';

/** Events of one pass; sinks write what they have after each. */
const PASS_LIMIT = 256;
/** A record that was begun and is not finished after so long has lost its thread. */
const UNBLOCK_TIMEOUT_NS = 2_000_000_000;

export interface EventLogReaderOptions {
  readonly memory: EventMemory;
  readonly catalogue: EventCatalogue;
  readonly sinks: readonly EventSink[];
  readonly clock: Pick<Clock, 'nanoTime'>;
  readonly onError: ErrorHandler;
}

export class EventLogReader implements Agent {
  readonly roleName = 'event-log-reader';
  readonly #options: EventLogReaderOptions;
  #malformedCount = 0;
  #droppedCount = 0;
  #stuckPosition = -1;
  #stuckSinceNs = 0;

  constructor(options: EventLogReaderOptions) {
    this.#options = options;
  }

  /** Records that could not be read. */
  get malformedCount(): number {
    return this.#malformedCount;
  }

  /** @returns events read. */
  doWork(): number {
    const count = this.#read();
    const hasDropped = this.#reportDropped();
    if (count > 0 || hasDropped) {
      this.#tell((sink) => sink.flush?.());
    } else {
      this.#unblockIfStuck();
    }
    return count;
  }

  onClose(): void {
    this.drain();
    this.#tell((sink) => sink.close?.());
  }

  /** Reads all that is there now. */
  drain(): void {
    const { ring } = this.#options.memory;
    const end = ring.producerPosition;
    let position = -1;
    // Until all is read, or only a record is left that nobody has finished.
    while (ring.consumerPosition < end && ring.consumerPosition !== position) {
      position = ring.consumerPosition;
      this.doWork();
    }
  }

  readonly #onRecord: MessageHandler = (typeId, buffer, offset, length) => {
    const { catalogue } = this.#options;
    try {
      const event = decodeRecord(catalogue, typeId, buffer, offset, length);
      this.#tell((sink) => sink.onEvent(event));
    } catch (error) {
      this.#malformedCount++;
      this.#options.onError(toError(error));
    }
  };

  #read(): number {
    try {
      return this.#options.memory.ring.read(this.#onRecord, PASS_LIMIT);
    } catch (error) {
      this.#malformedCount++;
      this.#options.onError(toError(error)); // of the ring; it has stepped over what was wrong
      return 1;
    }
  }

  #reportDropped(): boolean {
    const total = this.#options.memory.droppedCount;
    const count = total - this.#droppedCount;
    if (count === 0) {
      return false;
    }
    this.#droppedCount = total;
    this.#tell((sink) => sink.onDropped?.(count, total));
    return true;
  }

  #unblockIfStuck(): void {
    const { ring } = this.#options.memory;
    const position = ring.consumerPosition;
    const nowNs = this.#options.clock.nanoTime();
    if (ring.size === 0 || position !== this.#stuckPosition) {
      this.#stuckPosition = position;
      this.#stuckSinceNs = nowNs;
    } else if (nowNs - this.#stuckSinceNs > UNBLOCK_TIMEOUT_NS) {
      this.#stuckSinceNs = nowNs;
      ring.unblock();
    }
  }

  #tell(action: (sink: EventSink) => void): void {
    for (const sink of this.#options.sinks) {
      try {
        action(sink);
      } catch (error) {
        this.#options.onError(toError(error));
      }
    }
  }
}
