// SPDX-License-Identifier: Apache-2.0
/**
 * Hands out counters and takes them back. One thread; others read the same memory. A counter that was freed rests for a
 * while before its id is used again, so that readers which still hold the id do not see another counter's value.
 *
 * @source agrona/CountersManager
 */
import type { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { INT64_MAX_AS_NUMBER } from '../buffer/int64.ts';
import { AeronError } from '../errors/aeron-error.ts';
import { AtomicCounter } from './atomic-counter.ts';
import {
  COUNTER_FREE_FOR_REUSE_DEADLINE_OFFSET,
  COUNTER_KEY_OFFSET,
  COUNTER_LABEL_LENGTH_OFFSET,
  COUNTER_LABEL_OFFSET,
  COUNTER_OWNER_ID_OFFSET,
  COUNTER_REFERENCE_ID_OFFSET,
  COUNTER_REGISTRATION_ID_OFFSET,
  COUNTER_TYPE_ID_OFFSET,
  CounterState,
  counterMetadataOffset,
  counterOffset,
  DEFAULT_COUNTER_TYPE_ID,
  MAX_COUNTER_KEY_LENGTH,
  MAX_COUNTER_LABEL_LENGTH,
} from './counters-descriptor.ts';
import { CountersReader } from './counters-reader.ts';

/** Writes a counter's key into its 112 zeroed bytes. */
export type CounterKeyWriter = (key: AtomicBuffer) => void;

export interface CountersManagerOptions {
  readonly epochClock: { epochMs(): number };
  /** How long a freed id rests; 0 when left out. */
  readonly freeToReuseTimeoutMs?: number;
  /** The media driver's labels are ASCII, with `?` for what is not; others are UTF-8, the default. */
  readonly labelCharset?: 'ascii' | 'utf8';
}

export class CountersManager extends CountersReader {
  private readonly epochClock: { epochMs(): number };
  private readonly freeToReuseTimeoutMs: number;
  private readonly labelEncoding: 'ascii' | 'utf8';
  /** Ids that rest or may be used again, oldest first. */
  private readonly freeList: number[] = [];
  private highWaterMarkId = -1;

  /** @param values and `metadata` zeroed; see CountersReader for what else is required of them. */
  constructor(metadata: AtomicBuffer, values: AtomicBuffer, options: CountersManagerOptions) {
    super(metadata, values);
    this.epochClock = options.epochClock;
    this.freeToReuseTimeoutMs = options.freeToReuseTimeoutMs ?? 0;
    this.labelEncoding = options.labelCharset ?? 'utf8';
  }

  get capacity(): number {
    return this.maxCounterId + 1;
  }

  /** How many counters could be allocated now. */
  get available(): number {
    const nowMs = this.epochClock.epochMs();
    const rested = this.freeList.filter((id) => nowMs >= this.getFreeForReuseDeadlineMs(id)).length;
    return this.maxCounterId - this.highWaterMarkId + rested;
  }

  /**
   * Allocates a counter with the value 0. Label and key are cut where they are too long.
   *
   * @returns the counter id.
   * @throws AeronError INSUFFICIENT_CAPACITY when there is no room, and whatever `writeKey` throws.
   */
  allocate(label: string, typeId = DEFAULT_COUNTER_TYPE_ID, writeKey?: CounterKeyWriter): number {
    const counterId = this.nextCounterId();
    const offset = counterMetadataOffset(counterId);
    if (writeKey !== undefined) {
      try {
        writeKey(this.getCounterKey(counterId));
      } catch (error) {
        this.giveBack(counterId);
        throw error;
      }
    }
    this.putLabel(offset, this.encodeLabel(label));
    this.publish(offset, typeId);
    return counterId;
  }

  /** As `allocate`, with key and label as bytes, which need not be text. */
  allocateFromBytes(typeId: number, key: Uint8Array, label: Uint8Array): number {
    const counterId = this.nextCounterId();
    const offset = counterMetadataOffset(counterId);
    const keyLength = Math.min(key.length, MAX_COUNTER_KEY_LENGTH);
    this.metadataBuffer.putUint8Array(offset + COUNTER_KEY_OFFSET, key, 0, keyLength);
    this.putLabel(offset, label);
    this.publish(offset, typeId);
    return counterId;
  }

  /** Allocates, and gives the handle that frees the counter when closed. */
  newCounter(label: string, typeId = DEFAULT_COUNTER_TYPE_ID, writeKey?: CounterKeyWriter): AtomicCounter {
    return new AtomicCounter(this.valuesBuffer, this.allocate(label, typeId, writeKey), this);
  }

  /** @throws AeronError INVALID_ARGUMENT unless the counter is allocated. */
  free(counterId: number): void {
    const offset = this.metadataOffsetOf(counterId);
    const buffer = this.metadataBuffer;
    if (buffer.getInt32Volatile(offset) !== CounterState.ALLOCATED) {
      throw new AeronError('INVALID_ARGUMENT', `counter not allocated: counterId=${counterId}`);
    }
    buffer.putInt32Release(offset, CounterState.RECLAIMED);
    buffer.setMemory(offset + COUNTER_KEY_OFFSET, MAX_COUNTER_KEY_LENGTH, 0);
    buffer.putInt64(
      offset + COUNTER_FREE_FOR_REUSE_DEADLINE_OFFSET,
      this.epochClock.epochMs() + this.freeToReuseTimeoutMs,
    );
    this.freeList.push(counterId);
  }

  setCounterValue(counterId: number, value: number): void {
    this.valuesBuffer.putInt64Release(this.offsetOf(counterId), value);
  }

  setCounterRegistrationId(counterId: number, registrationId: number | bigint): void {
    const offset = this.offsetOf(counterId) + COUNTER_REGISTRATION_ID_OFFSET;
    if (typeof registrationId === 'bigint') {
      this.valuesBuffer.putBigInt64Release(offset, registrationId);
    } else {
      this.valuesBuffer.putInt64Release(offset, registrationId);
    }
  }

  setCounterOwnerId(counterId: number, ownerId: number): void {
    this.valuesBuffer.putInt64(this.offsetOf(counterId) + COUNTER_OWNER_ID_OFFSET, ownerId);
  }

  setCounterReferenceId(counterId: number, referenceId: number): void {
    this.valuesBuffer.putInt64(this.offsetOf(counterId) + COUNTER_REFERENCE_ID_OFFSET, referenceId);
  }

  setCounterLabel(counterId: number, label: string): void {
    this.putLabel(this.metadataOffsetOf(counterId), this.encodeLabel(label));
  }

  /** Appends as much of `suffix` as fits. */
  appendToLabel(counterId: number, suffix: string): void {
    const offset = this.metadataOffsetOf(counterId);
    const buffer = this.metadataBuffer;
    const found = buffer.getInt32Volatile(offset + COUNTER_LABEL_LENGTH_OFFSET);
    const length = Math.min(Math.max(found, 0), MAX_COUNTER_LABEL_LENGTH);
    const bytes = this.encodeLabel(suffix);
    const added = wholeCharacters(bytes, MAX_COUNTER_LABEL_LENGTH - length);
    buffer.putUint8Array(offset + COUNTER_LABEL_OFFSET + length, bytes, 0, added);
    buffer.putInt32Release(offset + COUNTER_LABEL_LENGTH_OFFSET, length + added);
  }

  setCounterKey(counterId: number, writeKey: CounterKeyWriter): void {
    writeKey(this.getCounterKey(counterId));
  }

  private nextCounterId(): number {
    const nowMs = this.freeList.length === 0 ? 0 : this.epochClock.epochMs();
    const index = this.freeList.findIndex((id) => nowMs >= this.getFreeForReuseDeadlineMs(id));
    if (index < 0) {
      if (this.highWaterMarkId >= this.maxCounterId) {
        throw new AeronError(
          'INSUFFICIENT_CAPACITY',
          `unable to allocate counter, all are in use: maxCounterId=${this.maxCounterId}`,
        );
      }
      return ++this.highWaterMarkId;
    }
    const [counterId] = this.freeList.splice(index, 1) as [number];
    const offset = counterOffset(counterId);
    // Registration id first: a reader that knows the counter by it stops matching before the value changes.
    this.valuesBuffer.putInt64Release(offset + COUNTER_REGISTRATION_ID_OFFSET, 0);
    this.valuesBuffer.putInt64(offset + COUNTER_OWNER_ID_OFFSET, 0);
    this.valuesBuffer.putInt64(offset + COUNTER_REFERENCE_ID_OFFSET, 0);
    this.valuesBuffer.putInt64Release(offset, 0);
    return counterId;
  }

  // To the front: were a later id allocated first, readers would stop at this unused one and miss it.
  private giveBack(counterId: number): void {
    const offset = counterMetadataOffset(counterId);
    this.metadataBuffer.setMemory(offset + COUNTER_KEY_OFFSET, MAX_COUNTER_KEY_LENGTH, 0);
    this.metadataBuffer.putInt64(offset + COUNTER_FREE_FOR_REUSE_DEADLINE_OFFSET, 0);
    this.freeList.unshift(counterId);
  }

  private publish(metadataOffset: number, typeId: number): void {
    const buffer = this.metadataBuffer;
    buffer.putInt32(metadataOffset + COUNTER_TYPE_ID_OFFSET, typeId);
    buffer.putInt64(metadataOffset + COUNTER_FREE_FOR_REUSE_DEADLINE_OFFSET, INT64_MAX_AS_NUMBER);
    buffer.putInt32Release(metadataOffset, CounterState.ALLOCATED);
  }

  private encodeLabel(label: string): Uint8Array {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what ASCII is
    return Buffer.from(this.labelEncoding === 'ascii' ? label.replace(/[^\x00-\x7f]/g, '?') : label);
  }

  private putLabel(metadataOffset: number, label: Uint8Array): void {
    const length = wholeCharacters(label, MAX_COUNTER_LABEL_LENGTH);
    this.metadataBuffer.putUint8Array(metadataOffset + COUNTER_LABEL_OFFSET, label, 0, length);
    this.metadataBuffer.putInt32Release(metadataOffset + COUNTER_LABEL_LENGTH_OFFSET, length);
  }
}

/** How many of these UTF-8 bytes fit into `limit` without cutting a character. */
function wholeCharacters(bytes: Uint8Array, limit: number): number {
  let length = Math.min(bytes.length, limit);
  while (length > 0 && length < bytes.length && ((bytes[length] ?? 0) & 0xc0) === 0x80) {
    length--;
  }
  return length;
}
