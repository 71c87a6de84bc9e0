// SPDX-License-Identifier: Apache-2.0
/**
 * The subscribers of an IPC publication: the counters of their positions, who of them takes part in flow control, and who may be
 * left behind. Conductor only.
 */
import type { AtomicCounter, ErrorHandler } from '@aeron/core/internal';
import type { Subscribable, SubscriptionLink } from '../conductor/registry/subscription-link.ts';
import type { UntetheredTimeouts } from '../conductor/rules/untethered-timeouts.ts';
import { UntetheredSubscriptions } from '../conductor/untethered-subscriptions.ts';
import type { IpcFlow } from './ipc-flow.ts';

/** Who is told of untethered subscribers that come and go. */
export interface IpcSubscribersPort<P extends Subscribable> {
  notifyUnavailable(publication: P, link: SubscriptionLink): void;
  notifyAvailable(publication: P, link: SubscriptionLink, position: AtomicCounter): void;
  readonly onError: ErrorHandler;
}

/** @source aeron-driver/IpcPublication (addSubscriber, removeSubscriber, checkUntetheredSubscriptions) */
export class IpcSubscribers<P extends Subscribable> {
  readonly #publication: P;
  readonly #flow: IpcFlow;
  readonly #port: IpcSubscribersPort<P>;
  readonly #untethered: UntetheredSubscriptions<SubscriptionLink, AtomicCounter>;
  /** Also of those that rest, which flow control does not know. */
  readonly #positions = new Set<AtomicCounter>();

  constructor(publication: P, flow: IpcFlow, timeouts: UntetheredTimeouts, port: IpcSubscribersPort<P>) {
    this.#publication = publication;
    this.#flow = flow;
    this.#port = port;
    this.#untethered = new UntetheredSubscriptions(timeouts, {
      notifyUnavailable: (link) => port.notifyUnavailable(publication, link),
      stopFlowControl: (position) => flow.removeSubscriber(position),
      release: (link, position) => this.#release(link, position),
      rejoin: (link, position) => this.#rejoin(link, position),
    });
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

  /** Forgets all and frees their positions, also of those that rest. */
  closeAll(): void {
    this.#untethered.clear();
    for (const position of [...this.#positions]) {
      this.#close(position);
    }
  }

  #release(link: SubscriptionLink, position: AtomicCounter): void {
    link.unlink(this.#publication);
    this.#close(position);
  }

  #rejoin(link: SubscriptionLink, position: AtomicCounter): void {
    position.set(this.#flow.joinPosition());
    this.#flow.addSubscriber(position);
    this.#port.notifyAvailable(this.#publication, link, position);
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
      onError(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
