// SPDX-License-Identifier: Apache-2.0
/**
 * For tests: a subscription with images over logs in memory and a port that records what is asked of the conductor.
 * Time and turns of the event loop are the test's to give.
 */
import { AtomicBuffer } from '@aeron/core';
import type { Clock, CountersReader, Scheduler } from '@aeron/core/internal';
import type { SubscriptionPort, WaitOptions } from '../conductor/ports.ts';
import { Image } from '../subscription/image.ts';
import { Subscription } from '../subscription/subscription.ts';
import { MemoryLog, type MemoryLogOptions } from './memory-log.ts';

const COUNTERS_LENGTH = 64 * 128;

/** Callbacks wait here until the test lets time pass. */
export class ManualLoop implements Scheduler, Clock {
  #nowNs = 0;
  #sequence = 0;
  readonly #entries = new Map<number, { dueNs: number; keepAlive: boolean; callback: () => void }>();

  soon(callback: () => void, keepAlive = true): unknown {
    return this.#add(0, callback, keepAlive);
  }

  after(delayMs: number, callback: () => void, keepAlive: boolean): unknown {
    return this.#add(delayMs * 1_000_000, callback, keepAlive);
  }

  cancel(handle: unknown): void {
    this.#entries.delete(handle as number);
  }

  nanoTime(): number {
    return this.#nowNs;
  }

  epochMs(): number {
    return this.#nowNs / 1_000_000;
  }

  epochNs(): bigint {
    return BigInt(this.#nowNs);
  }

  get pendingCount(): number {
    return this.#entries.size;
  }

  /** Whether anything pending would keep a process alive. */
  get keepsAlive(): boolean {
    return [...this.#entries.values()].some(({ keepAlive }) => keepAlive);
  }

  /** Time that passes while code runs. */
  spend(durationNs: number): void {
    this.#nowNs += durationNs;
  }

  /** One turn: what is due now, then the promises that it settled. */
  async turn(advanceMs = 0): Promise<void> {
    this.#nowNs += advanceMs * 1_000_000;
    const due = [...this.#entries].filter(([, entry]) => entry.dueNs <= this.#nowNs);
    for (const [handle, entry] of due) {
      if (this.#entries.delete(handle)) {
        entry.callback();
      }
    }
    await settle();
  }

  #add(delayNs: number, callback: () => void, keepAlive: boolean): number {
    const handle = ++this.#sequence;
    this.#entries.set(handle, { dueNs: this.#nowNs + delayNs, keepAlive, callback });
    return handle;
  }
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export class RecordingPort implements SubscriptionPort {
  isClosed = false;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly reported: unknown[] = [];
  readonly calls: unknown[][] = [];
  status = 1;
  addresses: string[] = [];
  onService: () => void = () => undefined;

  constructor(clock: Clock, scheduler: Scheduler) {
    this.clock = clock;
    this.scheduler = scheduler;
  }

  get countersReader(): CountersReader {
    throw new Error('not used by subscriptions');
  }

  reportError(error: unknown): void {
    this.reported.push(error);
  }

  channelStatus(channelStatusId: number): number {
    return channelStatusId < 0 ? 1 : this.status;
  }

  localSocketAddresses(): string[] {
    return this.addresses;
  }

  service(): number {
    this.onService();
    return 0;
  }

  releaseSubscription(subscription: Subscription): void {
    const images = subscription.closeLocally();
    this.calls.push(['releaseSubscription', subscription.registrationId, images.length]);
  }

  async addReceiveDestination(registrationId: number, channel: string, options?: WaitOptions): Promise<number> {
    this.calls.push(['addReceiveDestination', registrationId, channel, options]);
    return 77;
  }

  async removeReceiveDestination(registrationId: number, channel: string, options?: WaitOptions): Promise<void> {
    this.calls.push(['removeReceiveDestination', registrationId, channel, options]);
  }

  asyncAddReceiveDestination(registrationId: number, channel: string): number {
    this.calls.push(['asyncAddReceiveDestination', registrationId, channel]);
    return 78;
  }

  asyncRemoveReceiveDestination(registrationId: number, channel: string): number {
    this.calls.push(['asyncRemoveReceiveDestination', registrationId, channel]);
    return 79;
  }

  async rejectImage(correlationId: number, position: number, reason: string, options?: WaitOptions): Promise<void> {
    this.calls.push(['rejectImage', correlationId, position, reason, options]);
  }
}

export class SubscriptionFixture {
  readonly loop = new ManualLoop();
  readonly port: RecordingPort;
  readonly counters = AtomicBuffer.allocate(COUNTERS_LENGTH);
  /** What handlers threw. */
  readonly errors: Error[] = [];
  readonly subscription: Subscription;
  /** Takes handler errors; a test may let it throw. */
  errorHandler: (error: Error) => void = (error) => this.errors.push(error);
  #nextId = 1;

  /** @param platform runs callbacks in place of `loop`, for measurements. */
  constructor(channel = 'aeron:ipc', platform?: { readonly clock: Clock; readonly scheduler: Scheduler }) {
    this.port = new RecordingPort(platform?.clock ?? this.loop, platform?.scheduler ?? this.loop);
    this.subscription = new Subscription({
      conductor: this.port,
      channel,
      streamId: 1001,
      registrationId: 42,
      availableImageHandler: undefined,
      unavailableImageHandler: undefined,
    });
  }

  /** A log with an image of the subscription that begins to read at the log's `position`. */
  addImage(options: MemoryLogOptions = {}): { image: Image; log: MemoryLog } {
    const log = new MemoryLog(options);
    return { log, image: this.addImageOf(log) };
  }

  /** An image that reads `log` from its present write position on. */
  addImageOf(log: MemoryLog): Image {
    const id = this.#nextId++;
    this.counters.putInt64Release(id * 128, log.writePosition);
    const image = new Image({
      subscription: this.subscription,
      conductor: this.port,
      sessionId: log.sessionId,
      counterValues: this.counters,
      subscriberPositionId: id,
      logBuffers: log.logBuffers,
      subscriberErrorHandler: (error) => this.errorHandler(error),
      sourceIdentity: 'aeron:ipc',
      correlationId: 1000 + id,
    });
    this.subscription.addImage(image);
    return image;
  }

  /** What the driver sees of how far the image has read. */
  publishedPosition(image: Image): number {
    return this.counters.getInt64(image.subscriberPositionId * 128);
  }
}

/** `length` bytes that tell messages apart. */
export function bytes(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 7 + 1) & 0xff);
}
