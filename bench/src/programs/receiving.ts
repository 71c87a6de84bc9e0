// SPDX-License-Identifier: Apache-2.0
/** Subscriptions of one or several channels, and what came in on each. */
import {
  type Aeron,
  type AtomicBuffer,
  FragmentAssembler,
  type FragmentHandler,
  type Header,
  type Subscription,
} from '@aeron/client';
import { FRAGMENT_LIMIT, integer } from './arguments.ts';

/** Assembling costs also where nothing is fragmented, so only messages that may be are assembled. */
const ASSEMBLED_ABOVE_LENGTH = 1344;

class Receiver {
  readonly subscription: Subscription;
  received = 0;
  readonly #handler: FragmentHandler;

  constructor(subscription: Subscription, length: number) {
    this.subscription = subscription;
    const counting = (_buffer: AtomicBuffer, _offset: number, _length: number, _header: Header): void => {
      this.received++;
    };
    this.#handler = length > ASSEMBLED_ABOVE_LENGTH ? new FragmentAssembler(counting).onFragment : counting;
  }

  poll(): number {
    return this.subscription.poll(this.#handler, FRAGMENT_LIMIT);
  }
}

export class Receiving {
  readonly #receivers: readonly Receiver[];

  private constructor(receivers: readonly Receiver[]) {
    this.#receivers = receivers;
  }

  /** @param channels separated by a space each. */
  static async open(aeron: Aeron, channels: string): Promise<Receiving> {
    const receivers: Receiver[] = [];
    for (const channel of channels.split(' ')) {
      receivers.push(new Receiver(await aeron.addSubscription(channel, integer('stream')), integer('length')));
    }
    return new Receiving(receivers);
  }

  get subscriptions(): readonly Subscription[] {
    return this.#receivers.map(({ subscription }) => subscription);
  }

  /** What each of them has received. */
  get received(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#receivers.length; i++) {
      least = Math.min(least, (this.#receivers[i] as Receiver).received);
    }
    return least;
  }

  async waitForConnections(): Promise<void> {
    for (const { subscription } of this.#receivers) {
      await subscription.waitForConnection({ timeoutMs: 30_000 });
    }
  }

  /** @returns fragments. */
  poll(): number {
    const receivers = this.#receivers;
    let fragments = 0;
    for (let i = 0; i < receivers.length; i++) {
      fragments += (receivers[i] as Receiver).poll();
    }
    return fragments;
  }
}
