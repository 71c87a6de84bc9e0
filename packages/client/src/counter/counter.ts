// SPDX-License-Identifier: Apache-2.0
/**
 * A counter that this client added, or a static one that it got. Its value lives in shared memory, where every process sees
 * it. After close, every access fails with CLOSED: its place may belong to another counter by then.
 *
 * @hot
 */
import { AeronError, CounterState, type CountersReader } from '@aeron/core';
import { AtomicCounter } from '@aeron/core/internal';
import { setCounterReferenceId } from './aeron-counters.ts';
import { appendToLabel, setLabel } from './counter-label.ts';

const NULL_VALUE = -1;

/** What a counter asks of the conductor. */
export interface CounterPort {
  /** Takes the counter out of the client's list and, if the client owns it, has the driver free it. */
  releaseCounter(counter: Counter): void;
}

export interface CounterParameters {
  readonly counters: CountersReader;
  readonly counterId: number;
  /** Of the command that added it; the client's handle for it. */
  readonly correlationId: number;
  readonly registrationId: number;
  readonly registrationIdBigInt: bigint;
  /** Whether it goes when it is closed or the client ends; false for static counters. */
  readonly isClientOwned: boolean;
  /** Absent for a counter that was only looked up. */
  readonly conductor: CounterPort | undefined;
}

/** A counter of this client, to be written by it. @source aeron-client/Counter */
export class Counter {
  readonly id: number;
  readonly correlationId: number;
  /** Rounded where it needs more than 53 bits, which only that of a static counter can. */
  readonly registrationId: number;
  /** All 64 bits of `registrationId`. */
  readonly registrationIdBigInt: bigint;
  /** Whether closing it frees it. */
  readonly isClientOwned: boolean;
  readonly #counters: CountersReader;
  readonly #value: AtomicCounter;
  readonly #conductor: CounterPort | undefined;
  #isClosed = false;

  /** For the conductor: applications call `Aeron.addCounter`, or `of` for one that is there. */
  constructor(parameters: CounterParameters) {
    this.id = parameters.counterId;
    this.correlationId = parameters.correlationId;
    this.registrationId = parameters.registrationId;
    this.registrationIdBigInt = parameters.registrationIdBigInt;
    this.isClientOwned = parameters.isClientOwned;
    this.#counters = parameters.counters;
    this.#value = new AtomicCounter(parameters.counters.valuesBuffer, parameters.counterId);
    this.#conductor = parameters.conductor;
  }

  /**
   * A counter that was found by its id, to be changed from here. Closing it frees nothing.
   *
   * @throws AeronError INVALID_ARGUMENT unless it is allocated.
   */
  static of(counters: CountersReader, counterId: number): Counter {
    const state = counters.getCounterState(counterId);
    if (state !== CounterState.ALLOCATED) {
      throw new AeronError('INVALID_ARGUMENT', `counter is not allocated: counterId=${counterId} state=${state}`);
    }
    return new Counter({
      counters,
      counterId,
      correlationId: NULL_VALUE,
      registrationId: counters.getCounterRegistrationId(counterId),
      registrationIdBigInt: counters.getCounterRegistrationIdBigInt(counterId),
      isClientOwned: false,
      conductor: undefined,
    });
  }

  /** Whether it was closed, by the application or with the client. Everything else then fails with CLOSED. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Of the record: 1 allocated, -1 reclaimed, 0 unused. */
  get state(): number {
    this.#ensureOpen();
    return this.#counters.getCounterState(this.id);
  }

  /** The text for people, as it is now. */
  get label(): string {
    this.#ensureOpen();
    return this.#counters.getCounterLabel(this.id);
  }

  /** Replaces the label; cut at 380 characters. */
  updateLabel(label: string): void {
    this.#ensureOpen();
    setLabel(this.#counters.metadataBuffer, this.id, label);
  }

  /** @returns how many characters fitted. */
  appendToLabel(suffix: string): number {
    this.#ensureOpen();
    return appendToLabel(this.#counters.metadataBuffer, this.id, suffix);
  }

  /** An id of the application's own choice that tools can show beside the counter. */
  setReferenceId(referenceId: number | bigint): void {
    this.#ensureOpen();
    setCounterReferenceId(this.#counters, this.id, referenceId);
  }

  /** With acquire order. */
  get(): number {
    this.#ensureOpen();
    return this.#value.get();
  }

  /** Without order. */
  getPlain(): number {
    this.#ensureOpen();
    return this.#value.getPlain();
  }

  /** All 64 bits. */
  getBigInt(): bigint {
    this.#ensureOpen();
    return this.#value.getBigInt();
  }

  /** With release order. */
  set(value: number): void {
    this.#ensureOpen();
    this.#value.set(value);
  }

  /** Without order: other threads and processes see it, but not necessarily what was stored before. */
  setPlain(value: number): void {
    this.#ensureOpen();
    this.#value.setPlain(value);
  }

  /** All 64 bits, with release order. */
  setBigInt(value: bigint): void {
    this.#ensureOpen();
    this.#value.setBigInt(value);
  }

  /** Atomic. @returns the value before. */
  increment(): number {
    this.#ensureOpen();
    return this.#value.increment();
  }

  /** Atomic. @returns the value before. */
  decrement(): number {
    this.#ensureOpen();
    return this.#value.decrement();
  }

  /** Atomic. @returns the value before. */
  getAndAdd(delta: number): number {
    this.#ensureOpen();
    return this.#value.getAndAdd(delta);
  }

  /** For a counter that nobody else writes: cheaper than `increment`. @returns the value before. */
  incrementRelease(): number {
    this.#ensureOpen();
    return this.#value.incrementRelease();
  }

  /** For a counter that nobody else writes. @returns the value before. */
  getAndAddRelease(delta: number): number {
    this.#ensureOpen();
    return this.#value.getAndAddRelease(delta);
  }

  /** Atomic. @returns whether the value was `expected` and is `value` now. */
  compareAndSet(expected: number, value: number): boolean {
    this.#ensureOpen();
    return this.#value.compareAndSet(expected, value);
  }

  /** Atomic. Raises the value to `proposed` if that is larger. @returns whether it was. */
  proposeMax(proposed: number): boolean {
    this.#ensureOpen();
    return this.#value.proposeMax(proposed);
  }

  /** Closes it; the driver frees it if the client owns it. Idempotent. */
  close(): void {
    if (!this.#isClosed) {
      this.#conductor?.releaseCounter(this);
      this.#isClosed = true;
    }
  }

  /** For the conductor. */
  closeLocally(): void {
    this.#isClosed = true;
  }

  /** As `close`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Text for logs; without value and label once it is closed. @cold */
  toString(): string {
    const value = this.#isClosed ? '' : ` value=${this.get()} label=${this.label}`;
    return `Counter{id=${this.id} registrationId=${this.registrationId} isClosed=${this.#isClosed}${value}}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  #ensureOpen(): void {
    if (this.#isClosed) {
      throwClosed(this.id, this.registrationId);
    }
  }
}

function throwClosed(counterId: number, registrationId: number): never {
  throw new AeronError('CLOSED', `counter is closed: counterId=${counterId} registrationId=${registrationId}`);
}
