// SPDX-License-Identifier: Apache-2.0
/**
 * Makes an image of a stream that the receiver has got a SETUP of, unless nobody wants it or it can't be: then the receiver is
 * told so, and may ask again.
 *
 *     (check) ──▶ AWAIT_LOG ──log there──▶ (create, tell subscribers, done)
 *
 * @source aeron-driver/DriverConductor (CreatePublicationImageCommand)
 */
import { initialiseLog, SETUP_SEND_RESPONSE_FLAG } from '@aeron/codecs/internal';
import { AeronError } from '@aeron/core/internal';
import type { ConductorCommand } from '../../agents/agent-commands.ts';
import { parseUdpUri } from '../../media/udp-channel-parameters.ts';
import type { MappedLog } from '../../resources/mapped-log.ts';
import type { LogRequest } from '../../resources/native-resource-proxy.ts';
import type { Command } from '../commands/command.ts';
import type { SubscriptionLink } from '../registry/subscription-link.ts';
import { type SubscriptionParams, subscriptionParams } from '../rules/subscription-params.ts';
import { mtuLengthProblem, termLengthProblem } from '../rules/windows.ts';
import { hasMulticastSemantics } from './image-strategies.ts';
import { imageLogParameters } from './network-log-parameters.ts';
import type { NetworkServices } from './network-services.ts';
import { createPublicationImage } from './new-publication-image.ts';
import type { ReceiveChannelEndpoint } from './receive-channel-endpoint.ts';

/** What the receiver tells of the stream. */
export type ImageRequest = Extract<ConductorCommand, { readonly kind: 'create-image' }>;

interface NewImage {
  readonly correlationId: number;
  readonly endpoint: ReceiveChannelEndpoint;
  /** Of the first subscription of the end point. */
  readonly params: SubscriptionParams;
  readonly isReliable: boolean;
  readonly isGroup: boolean;
  readonly isSparse: boolean;
  readonly logRequest: LogRequest;
}

export class CreateImage implements Command {
  readonly #request: ImageRequest;
  readonly #services: NetworkServices;
  /** Set while the log is awaited. */
  #pending: NewImage | undefined;

  constructor(request: ImageRequest, services: NetworkServices) {
    this.#request = request;
    this.#services = services;
  }

  step(): boolean {
    try {
      this.#pending ??= this.#begin();
      if (this.#pending === undefined) {
        this.#refuse();
        return true;
      }
      const log = this.#pending.logRequest.poll();
      if (log === undefined) {
        return false;
      }
      this.#create(this.#pending, log);
      return true;
    } catch (error) {
      this.#refuse();
      throw error;
    }
  }

  close(): void {
    this.#pending?.logRequest.cancel();
  }

  /** @returns undefined when nobody wants it. */
  #begin(): NewImage | undefined {
    const { endpointId, streamId, sessionId, termLength, mtuLength, setupFlags } = this.#request;
    const { receiveEndpoints, imageLinker, subscriptionDefaults, natives, nextId } = this.#services;
    const endpoint = receiveEndpoints.byId(endpointId);
    if (endpoint === undefined) {
      return undefined;
    }
    const params = subscriptionParams(parseUdpUri(endpoint.channel.uri), { ...subscriptionDefaults, termLength });
    this.#check(params, mtuLength);
    const links = imageLinker.subscriptionsOf(endpoint, streamId, sessionId);
    const first = links[0];
    if (first === undefined) {
      return undefined;
    }
    const correlationId = nextId();
    const { isSparse } = oldest(links, first).params;
    return {
      ...{ correlationId, endpoint, params, isSparse },
      isReliable: first.params.isReliable,
      isGroup: hasMulticastSemantics(endpoint.channel, first.params.group, setupFlags),
      logRequest: natives.newLog({ logKind: 'image', registrationId: correlationId }, termLength, isSparse),
    };
  }

  /** What a stranger asks for is not taken as it is. */
  #check({ receiverWindowLength }: SubscriptionParams, mtuLength: number): void {
    const problem = mtuLengthProblem(mtuLength) ?? termLengthProblem(this.#request.termLength);
    if (problem !== undefined) {
      throw this.#problem(problem);
    }
    if (mtuLength > receiverWindowLength) {
      throw this.#problem(`mtu=${mtuLength} is more than the receiver window=${receiverWindowLength}:`);
    }
  }

  #problem(problem: string): AeronError {
    const { streamId, sessionId, sourceAddress } = this.#request;
    const source = `${sourceAddress.address}:${sourceAddress.port}`;
    return new AeronError(
      'INVALID_ARGUMENT',
      `no image: ${problem} streamId=${streamId} sessionId=${sessionId} source=${source}`,
    );
  }

  #create(pending: NewImage, log: MappedLog): void {
    const { correlationId, endpoint } = pending;
    const { streamId, sessionId } = this.#request;
    const { imageLinker, natives, socketBufferLimits: limits, config } = this.#services;
    let isOwned = false;
    try {
      const links = imageLinker.subscriptionsOf(endpoint, streamId, sessionId);
      if (links.length === 0) {
        this.#refuse();
        return;
      }
      const { bufferLengths } = endpoint;
      const sockets = { bufferLengths, limits, filePageSize: config.filePageSize };
      initialiseLog(log.metadata, imageLogParameters({ ...this.#request, ...pending }, sockets));
      const isResponseRequested = (this.#request.setupFlags & SETUP_SEND_RESPONSE_FLAG) !== 0;
      createPublicationImage({ ...this.#request, ...pending, log, links, isResponseRequested }, this.#services);
      isOwned = true;
    } finally {
      if (!isOwned) {
        natives.free({ logKind: 'image', registrationId: correlationId }, log);
      }
    }
  }

  #refuse(): void {
    const { endpointId, streamId, sessionId } = this.#request;
    this.#services.receiver.send({ kind: 'image-refused', endpointId, streamId, sessionId });
  }
}

function oldest(links: readonly SubscriptionLink[], first: SubscriptionLink): SubscriptionLink {
  return links.reduce((found, link) => (link.registrationId < found.registrationId ? link : found), first);
}
