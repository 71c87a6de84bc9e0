// SPDX-License-Identifier: Apache-2.0
/**
 * A counter of someone else, to be watched: any thread, never writes. It closes itself from the reader's point of view only.
 *
 * @source aeron-client/ReadableCounter
 */
import type { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { AeronError } from '../errors/aeron-error.ts';
import { CounterState, counterOffset } from './counters-descriptor.ts';
import type { CountersReader } from './counters-reader.ts';

/** A counter of someone else, to be watched. */
export class ReadableCounter {
  readonly counterId: number;
  readonly registrationId: number;
  private readonly reader: CountersReader;
  private readonly values: AtomicBuffer;
  private readonly offset: number;
  private closed = false;

  /**
   * @param registrationId taken from the counter when left out.
   * @throws AeronError INVALID_ARGUMENT unless the counter is allocated.
   */
  constructor(reader: CountersReader, counterId: number, registrationId?: number) {
    const state = reader.getCounterState(counterId);
    if (state !== CounterState.ALLOCATED) {
      throw new AeronError('INVALID_ARGUMENT', `counter not allocated: counterId=${counterId} state=${state}`);
    }
    this.reader = reader;
    this.counterId = counterId;
    this.registrationId = registrationId ?? reader.getCounterRegistrationId(counterId);
    this.values = reader.valuesBuffer;
    this.offset = counterOffset(counterId);
  }

  /** The value with acquire order: what the writer stored before it is visible. */
  get(): number {
    return this.values.getInt64Volatile(this.offset);
  }

  /** The value without order, for statistics. */
  getPlain(): number {
    return this.values.getInt64(this.offset);
  }

  /** All 64 bits. */
  getBigInt(): bigint {
    return this.values.getBigInt64Volatile(this.offset);
  }

  /** One of CounterState. */
  get state(): number {
    return this.reader.getCounterState(this.counterId);
  }

  /** The text for people, as it is now. */
  get label(): string {
    return this.reader.getCounterLabel(this.counterId);
  }

  /** Whether `close` was called, which is for the reader to know; whether the counter lives is its `state`. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Marks it as done with; the counter itself is its owner’s to free. Idempotent. */
  close(): void {
    this.closed = true;
  }

  /** Text for logs: id, value and label as they are now. */
  toString(): string {
    const isMapped = this.values.bytes.length > 0; // else the client has closed and its memory has gone
    const content = isMapped ? ` value=${this.get()} label=${this.label}` : '';
    return `ReadableCounter{counterId=${this.counterId} isClosed=${this.closed}${content}}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
