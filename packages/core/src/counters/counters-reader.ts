// SPDX-License-Identifier: Apache-2.0
/**
 * Looks into counters that another process may own and change meanwhile: any thread, reads only. Lengths found in the
 * memory are clamped to what a record can hold.
 *
 * @source agrona/CountersReader
 */
import type { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { AeronError } from '../errors/aeron-error.ts';
import {
  COUNTER_FREE_FOR_REUSE_DEADLINE_OFFSET,
  COUNTER_KEY_OFFSET,
  COUNTER_LABEL_LENGTH_OFFSET,
  COUNTER_LABEL_OFFSET,
  COUNTER_LENGTH,
  COUNTER_METADATA_LENGTH,
  COUNTER_OWNER_ID_OFFSET,
  COUNTER_REFERENCE_ID_OFFSET,
  COUNTER_REGISTRATION_ID_OFFSET,
  COUNTER_TYPE_ID_OFFSET,
  CounterState,
  counterMetadataOffset,
  counterOffset,
  MAX_COUNTER_KEY_LENGTH,
  MAX_COUNTER_LABEL_LENGTH,
  NULL_COUNTER_ID,
} from './counters-descriptor.ts';

/** Takes one counter. */
export type CounterConsumer = (value: number, counterId: number, label: string) => void;
/** `key` is the 112 bytes of the key in place. */
export type CounterMetadataConsumer = (counterId: number, typeId: number, key: AtomicBuffer, label: string) => void;

/** Reads the counters of a driver and its clients, from any thread. */
export class CountersReader {
  readonly metadataBuffer: AtomicBuffer;
  readonly valuesBuffer: AtomicBuffer;
  /** The largest id that there is room for. */
  readonly maxCounterId: number;

  /** @throws AeronError INVALID_ARGUMENT unless both are aligned to 8 and `metadata` has a record for each of `values`. */
  constructor(metadata: AtomicBuffer, values: AtomicBuffer) {
    const count = Math.floor(values.capacity / COUNTER_LENGTH);
    if (metadata.capacity < count * COUNTER_METADATA_LENGTH) {
      throw new AeronError(
        'INVALID_ARGUMENT',
        `counters metadata too short: metadataLength=${metadata.capacity} valuesLength=${values.capacity}`,
      );
    }
    if (count > 0 && (values.int32.length === 0 || metadata.int32.length === 0)) {
      throw new AeronError(
        'INVALID_ARGUMENT',
        `counters must start at a multiple of 8: valuesLength=${values.capacity}`,
      );
    }
    this.metadataBuffer = metadata;
    this.valuesBuffer = values;
    this.maxCounterId = count - 1;
  }

  /** Calls back for each allocated counter, in the order of ids. */
  forEach(consumer: CounterConsumer): void {
    for (let id = this.nextAllocated(0); id !== NULL_COUNTER_ID; id = this.nextAllocated(id + 1)) {
      const label = this.getCounterLabel(id);
      consumer(this.getCounterValue(id), id, label);
    }
  }

  /** As `forEach`, with type and key. */
  forEachMetadata(consumer: CounterMetadataConsumer): void {
    for (let id = this.nextAllocated(0); id !== NULL_COUNTER_ID; id = this.nextAllocated(id + 1)) {
      consumer(id, this.getCounterTypeId(id), this.getCounterKey(id), this.getCounterLabel(id));
    }
  }

  /**
   * @param registrationId a bigint for an id that needs all 64 bits, as those of static counters may.
   * @returns the first counter with this registration id, or NULL_COUNTER_ID.
   */
  findByRegistrationId(registrationId: number | bigint): number {
    let id = this.nextAllocated(0);
    while (id !== NULL_COUNTER_ID && !this.hasRegistrationId(id, registrationId)) {
      id = this.nextAllocated(id + 1);
    }
    return id;
  }

  /** @returns the first counter of this type with this registration id, or NULL_COUNTER_ID. */
  findByTypeIdAndRegistrationId(typeId: number, registrationId: number | bigint): number {
    let id = this.nextAllocated(0);
    while (
      id !== NULL_COUNTER_ID &&
      (this.getCounterTypeId(id) !== typeId || !this.hasRegistrationId(id, registrationId))
    ) {
      id = this.nextAllocated(id + 1);
    }
    return id;
  }

  /** @returns the first allocated id from `counterId` on, or NULL_COUNTER_ID. */
  nextAllocated(counterId: number): number {
    for (let id = Math.max(counterId, 0); id <= this.maxCounterId; id++) {
      const state = this.metadataBuffer.getInt32Volatile(counterMetadataOffset(id));
      if (state === CounterState.ALLOCATED) {
        return id;
      }
      if (state === CounterState.UNUSED) {
        return NULL_COUNTER_ID;
      }
    }
    return NULL_COUNTER_ID;
  }

  /** Each `getCounter…` @throws AeronError INVALID_ARGUMENT for an id that there is no room for. */
  getCounterValue(counterId: number): number {
    return this.valuesBuffer.getInt64Volatile(this.offsetOf(counterId));
  }

  /** All 64 bits of the value, with acquire order. */
  getCounterValueBigInt(counterId: number): bigint {
    return this.valuesBuffer.getBigInt64Volatile(this.offsetOf(counterId));
  }

  /** What the counter is registered under, often a correlation id; rounded where it needs more than 53 bits. */
  getCounterRegistrationId(counterId: number): number {
    return this.valuesBuffer.getInt64Volatile(this.offsetOf(counterId) + COUNTER_REGISTRATION_ID_OFFSET);
  }

  /** All 64 bits. */
  getCounterRegistrationIdBigInt(counterId: number): bigint {
    return this.valuesBuffer.getBigInt64Volatile(this.offsetOf(counterId) + COUNTER_REGISTRATION_ID_OFFSET);
  }

  /** Client id of the owner; 0 for the driver's own, -1 for static counters. */
  getCounterOwnerId(counterId: number): number {
    return this.valuesBuffer.getInt64(this.offsetOf(counterId) + COUNTER_OWNER_ID_OFFSET);
  }

  /** An id of the owner’s own choice, such as a stream’s registration id; 0 without one. Rounded beyond 53 bits. */
  getCounterReferenceId(counterId: number): number {
    return this.valuesBuffer.getInt64(this.offsetOf(counterId) + COUNTER_REFERENCE_ID_OFFSET);
  }

  /** All 64 bits. */
  getCounterReferenceIdBigInt(counterId: number): bigint {
    return this.valuesBuffer.getBigInt64(this.offsetOf(counterId) + COUNTER_REFERENCE_ID_OFFSET);
  }

  /** One of CounterState. */
  getCounterState(counterId: number): number {
    return this.metadataBuffer.getInt32Volatile(this.metadataOffsetOf(counterId));
  }

  /** What it counts: a type id of the tables of counters, or from 1000 on one of an application. */
  getCounterTypeId(counterId: number): number {
    return this.metadataBuffer.getInt32(this.metadataOffsetOf(counterId) + COUNTER_TYPE_ID_OFFSET);
  }

  /** Epoch ms from which on the id may be allocated again; the largest int64 while it is in use. */
  getFreeForReuseDeadlineMs(counterId: number): number {
    return this.metadataBuffer.getInt64(this.metadataOffsetOf(counterId) + COUNTER_FREE_FOR_REUSE_DEADLINE_OFFSET);
  }

  /** The text for people, UTF-8, at most 380 bytes. */
  getCounterLabel(counterId: number): string {
    const offset = this.metadataOffsetOf(counterId);
    const length = this.metadataBuffer.getInt32Volatile(offset + COUNTER_LABEL_LENGTH_OFFSET);
    const clamped = Math.min(Math.max(length, 0), MAX_COUNTER_LABEL_LENGTH);
    return this.metadataBuffer.getUtf8(offset + COUNTER_LABEL_OFFSET, clamped);
  }

  /** The 112 bytes of the key, in place. */
  getCounterKey(counterId: number): AtomicBuffer {
    return this.metadataBuffer.slice(this.metadataOffsetOf(counterId) + COUNTER_KEY_OFFSET, MAX_COUNTER_KEY_LENGTH);
  }

  protected offsetOf(counterId: number): number {
    this.validateCounterId(counterId);
    return counterOffset(counterId);
  }

  protected metadataOffsetOf(counterId: number): number {
    this.validateCounterId(counterId);
    return counterMetadataOffset(counterId);
  }

  private hasRegistrationId(counterId: number, registrationId: number | bigint): boolean {
    return typeof registrationId === 'bigint'
      ? this.getCounterRegistrationIdBigInt(counterId) === registrationId
      : this.getCounterRegistrationId(counterId) === registrationId;
  }

  private validateCounterId(counterId: number): void {
    if (!(counterId >= 0 && counterId <= this.maxCounterId)) {
      throw new AeronError(
        'INVALID_ARGUMENT',
        `counter id out of range: counterId=${counterId} maxCounterId=${this.maxCounterId}`,
      );
    }
  }

  /** Text for logs, without the counters themselves. */
  toString(): string {
    return `CountersReader{maxCounterId=${this.maxCounterId}}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
