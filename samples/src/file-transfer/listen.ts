// SPDX-License-Identifier: Apache-2.0
/** Subscribing where the other side can be told about it. */
import type { Aeron, Subscription } from '@aeron/client';
import { IPC_CHANNEL, PEER_TIMEOUT_MS, type Route, UDP_WILDCARD_CHANNEL } from './protocol.ts';

/** A subscription and the channel that reaches it, with the port that the driver chose. */
export interface Listening {
  readonly subscription: Subscription;
  readonly channel: string;
}

export async function listen(aeron: Aeron, route: Route, streamId: number): Promise<Listening> {
  const subscription = await aeron.addSubscription(route === 'IPC' ? IPC_CHANNEL : UDP_WILDCARD_CHANNEL, streamId);
  const deadlineMs = Date.now() + PEER_TIMEOUT_MS;
  for (;;) {
    const channel = subscription.tryResolveChannelEndpointPort();
    if (channel !== undefined) {
      return { subscription, channel };
    }
    if (Date.now() > deadlineMs) {
      throw new Error(`no port was bound within ${PEER_TIMEOUT_MS} ms: channel=${subscription.channel}`);
    }
    await new Promise(setImmediate);
  }
}
