// SPDX-License-Identifier: Apache-2.0
/**
 * A client subscribes to streams from the network.
 *
 *     AWAIT_CHANNEL ──▶ AWAIT_ENDPOINT ──socket open──▶ (link, answer, link images, done)
 *
 * @source aeron-driver/DriverConductor (AddNetworkSubscriptionCommand)
 */
import type { UdpChannel } from '../../media/udp-channel.ts';
import { parseUdpUri } from '../../media/udp-channel-parameters.ts';
import type { NativeRequest } from '../../resources/native-resource-proxy.ts';
import type { Command } from '../commands/command.ts';
import type { AddSubscriptionRequest } from '../commands/media.ts';
import { SubscriptionLink } from '../registry/subscription-link.ts';
import {
  checkReceiveTimestampOffset,
  checkSubscriptionChannel,
  checkSubscriptionOptions,
  congestionControlName,
} from '../rules/network-subscription-rules.ts';
import { checkSameSocketBuffers, checkWindowFitsReceiveBuffer } from '../rules/socket-buffers.ts';
import { type SubscriptionParams, subscriptionParams } from '../rules/subscription-params.ts';
import type { NetworkServices } from './network-services.ts';
import type { ReceiveChannelEndpoint } from './receive-channel-endpoint.ts';
import { addToReceiver, removeFromReceiver } from './receiver-interest.ts';

type Stage =
  | { readonly name: 'AWAIT_CHANNEL'; readonly request: NativeRequest<UdpChannel> }
  | { readonly name: 'AWAIT_ENDPOINT'; readonly endpoint: ReceiveChannelEndpoint; readonly params: SubscriptionParams }
  | { readonly name: 'DONE' };

const DONE: Stage = { name: 'DONE' };

export class AddNetworkSubscription implements Command {
  readonly #request: AddSubscriptionRequest;
  readonly #services: NetworkServices;
  #stage: Stage;

  constructor(request: AddSubscriptionRequest, services: NetworkServices) {
    this.#request = request;
    this.#services = services;
    this.#stage = { name: 'AWAIT_CHANNEL', request: services.natives.resolveChannel(request.channel, false) };
  }

  step(): boolean {
    for (let next = this.#advance(); next !== undefined; next = this.#advance()) {
      this.#stage = next;
      if (next.name === 'DONE') {
        return true;
      }
    }
    return false;
  }

  close(): void {
    const stage = this.#stage;
    this.#stage = DONE;
    if (stage.name === 'AWAIT_CHANNEL') {
      stage.request.cancel();
    } else if (stage.name === 'AWAIT_ENDPOINT') {
      this.#services.receiveEndpoints.closeIfUnused(stage.endpoint);
    }
  }

  /** @returns the next stage, or undefined while the current one waits. */
  #advance(): Stage | undefined {
    const stage = this.#stage;
    switch (stage.name) {
      case 'AWAIT_CHANNEL': {
        const channel = stage.request.poll();
        return channel && this.#onChannel(channel);
      }
      case 'AWAIT_ENDPOINT':
        return stage.endpoint.status.poll() ? this.#onEndpoint(stage.endpoint, stage.params) : undefined;
      case 'DONE':
        return undefined;
    }
  }

  #onChannel(channel: UdpChannel): Stage {
    const { receiveEndpoints, subscriptionDefaults, config, socketBufferLimits } = this.#services;
    const uri = parseUdpUri(channel.uri);
    checkSubscriptionChannel(uri, channel);
    congestionControlName(uri, config.congestionControlSupplier);
    const params = subscriptionParams(uri, subscriptionDefaults);
    const existing = receiveEndpoints.find(channel);
    const lengths = existing?.bufferLengths ?? receiveEndpoints.bufferLengthsOf(channel);
    checkWindowFitsReceiveBuffer(params.receiverWindowLength, lengths, socketBufferLimits, {
      channel,
      existing: existing?.channel,
    });
    if (existing !== undefined) {
      checkReceiveTimestampOffset(channel, existing.channel);
      checkSameSocketBuffers(channel, existing.channel, existing.bufferLengths);
      this.#checkClash(existing, channel, params);
    }
    const endpoint = existing ?? receiveEndpoints.open(channel, this.#request.correlationId);
    return { name: 'AWAIT_ENDPOINT', endpoint, params };
  }

  /** Subscriptions that get the same images must want the same of them. */
  #checkClash(endpoint: ReceiveChannelEndpoint, channel: UdpChannel, params: SubscriptionParams): void {
    const { streamId } = this.#request;
    if (channel.tag !== undefined && !endpoint.matchesTag(channel)) {
      return;
    }
    for (const link of this.#services.subscriptionLinks.items) {
      if (link.endpoint === endpoint && link.streamId === streamId && link.sessionId === params.sessionId) {
        checkSubscriptionOptions(channel.uri, params, { ...link.params, channel: link.channel });
      }
    }
  }

  #onEndpoint(endpoint: ReceiveChannelEndpoint, params: SubscriptionParams): Stage {
    const { clientId, correlationId: registrationId, streamId, channel } = this.#request;
    const { clients, subscriptionLinks, proxy, imageLinker } = this.#services;
    const client = clients.getOrAdd(clientId);
    const link = new SubscriptionLink(
      {
        ...{ kind: 'network', registrationId, streamId, channel, client, params, endpoint },
        onRemoved: (removed) => removeFromReceiver(removed, endpoint, this.#services),
      },
      this.#services.events,
    );
    subscriptionLinks.add(link);
    addToReceiver(link, endpoint, this.#services);
    // The answer goes out before the images, or a client would be told of images of a subscription that it does not know.
    proxy.onSubscriptionReady(registrationId, endpoint.status.counterId);
    imageLinker.linkImages(link);
    return DONE;
  }
}
