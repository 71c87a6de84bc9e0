// SPDX-License-Identifier: Apache-2.0
/**
 * Offers that wait for the window, in the order in which they were made. One pump per publication offers the first of them
 * again and again: a few times as fast as the event loop turns, then once a millisecond. Nothing is copied or buffered here:
 * the queue holds the calls that the application awaits, and no more.
 */
import { AeronError } from '@aeron/core';
import { checkTimeout } from '../conductor/arguments.ts';
import type { PublicationPort, WaitOptions } from '../conductor/ports.ts';
import type { MessageBytes, MessageParts, ReservedValueSupplier } from './message-types.ts';
import { errorString, isRetryable, MAX_POSITION_EXCEEDED, offerAdvice } from './offer-result.ts';

const NS_PER_MS = 1e6;
const EAGER_ATTEMPTS = 100;
const PATIENT_DELAY_MS = 1;

/** How an awaited offer is made. Without `timeoutMs` it waits until it succeeds or fails for good. */
export interface OfferOptions extends WaitOptions {
  readonly reservedValueSupplier?: ReservedValueSupplier;
}

/** What may be offered and awaited. */
export type AwaitableMessage = MessageBytes | MessageParts;

interface Offering {
  offer(message: AwaitableMessage, supplier?: ReservedValueSupplier): number;
  readonly isClosed: boolean;
  readonly channel: string;
  readonly streamId: number;
}

interface Entry {
  readonly message: AwaitableMessage;
  readonly supplier: ReservedValueSupplier | undefined;
  readonly deadlineNs: number;
  lastResult: number;
  resolve(position: number): void;
  reject(reason: unknown): void;
  dispose(): void;
}

export class OfferQueue {
  readonly #publication: Offering;
  readonly #conductor: PublicationPort;
  readonly #entries: Entry[] = [];
  readonly #pump = (): void => this.#run();
  #handle: unknown;
  #attempts = 0;

  constructor(publication: Offering, conductor: PublicationPort) {
    this.#publication = publication;
    this.#conductor = conductor;
  }

  async offer(message: AwaitableMessage, options: OfferOptions): Promise<number> {
    options.signal?.throwIfAborted();
    checkTimeout(options);
    if (this.#entries.length > 0) {
      return this.#enqueue(message, options);
    }
    const result = this.#publication.offer(message, options.reservedValueSupplier);
    if (result >= 0) {
      return result;
    }
    if (!isRetryable(result)) {
      throw this.#finalError(result);
    }
    return this.#enqueue(message, options);
  }

  /** Rejects what waits. */
  close(): void {
    this.#conductor.scheduler.cancel(this.#handle);
    for (const entry of this.#entries.splice(0)) {
      entry.dispose();
      entry.reject(new AeronError('CLOSED', 'the publication was closed while an offer waited'));
    }
  }

  #enqueue(message: AwaitableMessage, options: OfferOptions): Promise<number> {
    const { clock } = this.#conductor;
    const { signal, timeoutMs } = options;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.#fail(entry, signal?.reason);
      const entry: Entry = {
        message,
        supplier: options.reservedValueSupplier,
        deadlineNs: timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.nanoTime() + timeoutMs * NS_PER_MS,
        lastResult: 0,
        resolve,
        reject,
        dispose: () => signal?.removeEventListener('abort', onAbort),
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#entries.push(entry);
      if (this.#entries.length === 1) {
        this.#attempts = 0;
        this.#handle = this.#conductor.scheduler.soon(this.#pump);
      }
    });
  }

  #run(): void {
    this.#expire();
    for (let entry = this.#entries[0]; entry !== undefined; entry = this.#entries[0]) {
      if (!this.#attempt(entry)) {
        break;
      }
      this.#attempts = 0;
    }
    if (this.#entries.length > 0) {
      const { scheduler } = this.#conductor;
      this.#attempts++;
      this.#handle =
        this.#attempts < EAGER_ATTEMPTS
          ? scheduler.soon(this.#pump)
          : scheduler.after(PATIENT_DELAY_MS, this.#pump, true);
    }
  }

  /** @returns whether the entry is settled. */
  #attempt(entry: Entry): boolean {
    let result: number;
    try {
      result = this.#publication.offer(entry.message, entry.supplier);
    } catch (error) {
      this.#fail(entry, error);
      return true;
    }
    entry.lastResult = result;
    if (isRetryable(result)) {
      return false;
    }
    if (result < 0) {
      this.#fail(entry, this.#finalError(result));
    } else {
      this.#remove(entry);
      entry.resolve(result);
    }
    return true;
  }

  #expire(): void {
    const nowNs = this.#conductor.clock.nanoTime();
    for (const entry of this.#entries.filter(({ deadlineNs }) => nowNs > deadlineNs)) {
      this.#fail(entry, this.#timeout(entry.lastResult));
    }
  }

  get #stream(): string {
    const { channel, streamId } = this.#publication;
    return `channel=${channel} streamId=${streamId}`;
  }

  #timeout(result: number): AeronError {
    const facts = `lastResult=${errorString(result)} ${this.#stream}`;
    return new AeronError('TIMEOUT', `offer timed out: ${facts}: ${offerAdvice(result)}`);
  }

  #finalError(result: number): AeronError {
    return result === MAX_POSITION_EXCEEDED
      ? new AeronError('MAX_POSITION_EXCEEDED', `the stream has reached its last possible position: ${this.#stream}`)
      : new AeronError('CLOSED', `the publication is closed: ${this.#stream}`);
  }

  #fail(entry: Entry, reason: unknown): void {
    this.#remove(entry);
    entry.reject(reason);
  }

  #remove(entry: Entry): void {
    entry.dispose();
    const at = this.#entries.indexOf(entry);
    if (at >= 0) {
      this.#entries.splice(at, 1);
    }
  }
}
