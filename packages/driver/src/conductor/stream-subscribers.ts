// SPDX-License-Identifier: Apache-2.0
/**
 * The subscribers of one stream: the counters of their positions, who of them takes part in flow control, and who may be left
 * behind. The same for IPC publications, for spies on network publications and for images. Conductor only.
 */
import { type AtomicCounter, type ErrorHandler, toError } from '@aeron/core/internal';
import type { UntetheredChange } from '../events/stream-events.ts';
import type { Subscribable, SubscriptionLink } from './registry/subscription-link.ts';
import type { UntetheredTimeouts } from './rules/untethered-timeouts.ts';
import { UntetheredSubscriptions } from './untethered-subscriptions.ts';

/** The flow control of the stream. */
export interface SubscribedFlow {
  /** How far the stream may be ahead of its slowest subscriber. */
  readonly windowLength: number;
  /** The furthest that the stream has been consumed. */
  readonly consumerPosition: number;
  addSubscriber(position: AtomicCounter): void;
  /** One that is not there is fine. */
  removeSubscriber(position: AtomicCounter): void;
  /** Where a subscriber that joins now starts. */
  joinPosition(): number;
}

/** Who is told of untethered subscribers that come and go. */
export interface StreamSubscribersPort<Stream extends Subscribable> {
  notifyUnavailable(stream: Stream, link: SubscriptionLink): void;
  notifyAvailable(stream: Stream, link: SubscriptionLink, position: AtomicCounter): void;
  /** An untethered subscriber is in another state now; for the event log. */
  onUntetheredChange?(stream: Stream, change: UntetheredChange): void;
  readonly onError: ErrorHandler;
}

/** @source aeron-driver/Subscribable */
export class StreamSubscribers<Stream extends Subscribable> {
  readonly #stream: Stream;
  readonly #flow: SubscribedFlow;
  readonly #port: StreamSubscribersPort<Stream>;
  readonly #untethered: UntetheredSubscriptions<SubscriptionLink, AtomicCounter>;
  /** Also of those that rest, which flow control does not know. */
  readonly #positions = new Set<AtomicCounter>();

  constructor(stream: Stream, flow: SubscribedFlow, timeouts: UntetheredTimeouts, port: StreamSubscribersPort<Stream>) {
    this.#stream = stream;
    this.#flow = flow;
    this.#port = port;
    this.#untethered = new UntetheredSubscriptions(timeouts, {
      notifyUnavailable: (link) => port.notifyUnavailable(stream, link),
      stopFlowControl: (position) => flow.removeSubscriber(position),
      release: (link, position) => this.#release(link, position),
      rejoin: (link, position) => this.#rejoin(link, position),
      onStateChange: ({ registrationId: subscriptionId }, oldState, newState) =>
        port.onUntetheredChange?.(stream, { subscriptionId, oldState, newState }),
    });
  }

  /** Whether there are none, resting ones included. */
  get isEmpty(): boolean {
    return this.#positions.size === 0;
  }

  add(link: SubscriptionLink, position: AtomicCounter, nowNs: number): void {
    this.#positions.add(position);
    this.#flow.addSubscriber(position);
    this.#untethered.add(link, position, nowNs);
  }

  /** Frees the position. */
  remove(link: SubscriptionLink, position: AtomicCounter): void {
    this.#untethered.remove(link);
    this.#close(position);
  }

  /** At ticks: untethered subscribers that stay within the last quarter of the window may be left behind. */
  checkUntethered(nowNs: number): void {
    const { windowLength, consumerPosition } = this.#flow;
    this.#untethered.check(consumerPosition - windowLength + Math.floor(windowLength / 4), nowNs);
  }

  /** In place of `checkUntethered` while the stream drains. */
  checkUntetheredDraining(nowNs: number): void {
    this.#untethered.checkDraining(nowNs);
  }

  /** Forgets all and frees their positions, also of those that rest. */
  closeAll(): void {
    this.#untethered.clear();
    for (const position of [...this.#positions]) {
      this.#close(position);
    }
  }

  #release(link: SubscriptionLink, position: AtomicCounter): void {
    link.unlink(this.#stream);
    this.#close(position);
  }

  #rejoin(link: SubscriptionLink, position: AtomicCounter): void {
    position.set(this.#flow.joinPosition());
    this.#flow.addSubscriber(position);
    this.#port.notifyAvailable(this.#stream, link, position);
  }

  #close(position: AtomicCounter): void {
    this.#flow.removeSubscriber(position);
    this.#positions.delete(position);
    closeCounters([position], this.#port.onError);
  }
}

/** Frees counters; one that can't be freed keeps no other from it. */
export function closeCounters(counters: readonly AtomicCounter[], onError: ErrorHandler): void {
  for (const counter of counters) {
    try {
      counter.close();
    } catch (error) {
      onError(toError(error));
    }
  }
}
