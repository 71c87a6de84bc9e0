// SPDX-License-Identifier: Apache-2.0
/**
 * A client adds a publisher to a stream to the network: it joins the publication that is there, or a new one is made.
 *
 *     AWAIT_CHANNEL ──shared one found──▶ (link, done)
 *         └──none──▶ AWAIT_LOG ──log there──▶ AWAIT_ENDPOINT ──sockets open──▶ (create, link, done)
 *
 * @source aeron-driver/DriverConductor (AddNetworkPublicationCommand)
 */
import { initialiseLog } from '@aeron/codecs/internal';
import { AeronError } from '@aeron/core/internal';
import type { UdpChannel } from '../../media/udp-channel.ts';
import { hasGroupSemantics } from '../../media/udp-channel.ts';
import { parseUdpUri } from '../../media/udp-channel-parameters.ts';
import type { MappedLog } from '../../resources/mapped-log.ts';
import type { LogRequest, NativeRequest } from '../../resources/native-resource-proxy.ts';
import type { Command } from '../commands/command.ts';
import type { AddPublicationRequest } from '../commands/media.ts';
import { throwInvalidChannel } from '../control-protocol-error.ts';
import { PublicationLink } from '../registry/publication-link.ts';
import {
  checkPublicationChannel,
  checkResponseSubscription,
  checkSendTimestampOffset,
  checkSpiesSimulateConnection,
  flowControlParameter,
  newPublicationParams,
  responseImage,
} from '../rules/network-publication-rules.ts';
import { type PublicationParams, publicationParams } from '../rules/publication-params.ts';
import { sharedPublicationMismatch } from '../rules/shared-publication.ts';
import { checkMtuFitsSendBuffer, checkSameSocketBuffers } from '../rules/socket-buffers.ts';
import type { StreamPosition } from '../rules/stream-position.ts';
import { publicationLogParameters } from './network-log-parameters.ts';
import type { NetworkPublication } from './network-publication.ts';
import type { NetworkServices } from './network-services.ts';
import { createNetworkPublication } from './new-network-publication.ts';
import type { PublicationImage } from './publication-image.ts';
import type { SendChannelEndpoint } from './send-channel-endpoint.ts';

/** What is known of a publication before it exists. */
interface NewPublication {
  readonly channel: UdpChannel;
  readonly params: PublicationParams;
  readonly sessionId: number;
  readonly start: StreamPosition;
  readonly flowControl: string | undefined;
  readonly logRequest: LogRequest;
}

type Stage =
  | { readonly name: 'AWAIT_CHANNEL'; readonly request: NativeRequest<UdpChannel> }
  | { readonly name: 'AWAIT_LOG'; readonly pending: NewPublication }
  | { readonly name: 'AWAIT_ENDPOINT'; readonly pending: NewPublication; readonly endpoint: SendChannelEndpoint }
  | { readonly name: 'DONE' };

const DONE: Stage = { name: 'DONE' };

export class AddNetworkPublication implements Command {
  readonly #request: AddPublicationRequest;
  readonly #services: NetworkServices;
  #stage: Stage;
  /** Owned until the publication has it. */
  #log: MappedLog | undefined;

  constructor(request: AddPublicationRequest, services: NetworkServices) {
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

  /** Gives back what is not part of a publication yet. */
  close(): void {
    const stage = this.#stage;
    this.#stage = DONE;
    switch (stage.name) {
      case 'AWAIT_CHANNEL':
        stage.request.cancel();
        break;
      case 'AWAIT_LOG':
        stage.pending.logRequest.cancel();
        break;
      case 'AWAIT_ENDPOINT':
        this.#services.sendEndpoints.closeIfUnused(stage.endpoint);
        break;
      case 'DONE':
        break;
    }
    if (this.#log !== undefined) {
      const registrationId = this.#request.correlationId;
      this.#services.natives.free({ logKind: 'publication', registrationId }, this.#log);
      this.#log = undefined;
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
      case 'AWAIT_LOG': {
        this.#log = stage.pending.logRequest.poll();
        return this.#log && this.#onLog(stage.pending, this.#log);
      }
      case 'AWAIT_ENDPOINT':
        return stage.endpoint.status.poll() ? this.#onEndpoint(stage.pending, stage.endpoint) : undefined;
      case 'DONE':
        return undefined;
    }
  }

  #onChannel(channel: UdpChannel): Stage {
    const { streamId, isExclusive } = this.#request;
    const { publications, sendEndpoints, subscriptionLinks } = this.#services;
    const uri = parseUdpUri(channel.uri);
    const params = publicationParams(uri, this.#services.publicationDefaults, {
      streamId,
      findByTag: (tag) => this.#services.findByTag(tag),
      findByTagInMedium: (tag) => publications.findByTag(tag),
    });
    checkPublicationChannel(channel);
    checkResponseSubscription(
      params,
      (id) => subscriptionLinks.find((link) => link.registrationId === id) !== undefined,
    );
    const flowControl = flowControlParameter(uri, channel);
    const endpoint = sendEndpoints.find(channel);
    if (endpoint !== undefined) {
      this.#checkAgainst(endpoint, channel, params);
      const shared = isExclusive
        ? undefined
        : publications.findShared(streamId, endpoint, params.responseCorrelationId);
      if (shared !== undefined) {
        return this.#join(shared, channel, params);
      }
    }
    return { name: 'AWAIT_LOG', pending: this.#requestLog(channel, newPublicationParams(params), flowControl) };
  }

  #checkAgainst(endpoint: SendChannelEndpoint, channel: UdpChannel, params: PublicationParams): void {
    checkSendTimestampOffset(channel, endpoint.channel);
    this.#checkMtu(channel, params, endpoint);
    checkSameSocketBuffers(channel, endpoint.channel, endpoint.bufferLengths);
  }

  #checkMtu(channel: UdpChannel, { mtuLength }: PublicationParams, endpoint: SendChannelEndpoint | undefined): void {
    const { sendEndpoints, socketBufferLimits } = this.#services;
    const lengths = endpoint?.bufferLengths ?? sendEndpoints.bufferLengthsOf(channel);
    checkMtuFitsSendBuffer(mtuLength, lengths, socketBufferLimits, { channel, existing: endpoint?.channel });
  }

  #join(shared: NetworkPublication, channel: UdpChannel, params: PublicationParams): Stage {
    const mismatch = sharedPublicationMismatch(parseUdpUri(channel.uri), params, shared);
    if (mismatch !== undefined) {
      throw new AeronError('AERON', mismatch);
    }
    checkSpiesSimulateConnection(channel.uri, params, {
      spiesSimulateConnection: shared.params.spiesSimulateConnection,
      channel: shared.channel,
    });
    this.#link(shared, this.#findResponseImage(params));
    return DONE;
  }

  #requestLog(channel: UdpChannel, params: PublicationParams, flowControl: string | undefined): NewPublication {
    const { streamId, correlationId } = this.#request;
    const { sessionIds, randomInt32, natives } = this.#services;
    const { canonicalForm } = channel;
    const sessionId = params.sessionId ?? sessionIds.nextAvailable(streamId, canonicalForm);
    if (sessionIds.isActive(sessionId, streamId, canonicalForm)) {
      throwInvalidChannel(
        `existing publication has clashing sessionId=${sessionId} for streamId=${streamId} channel=${channel.uri}`,
      );
    }
    const initialTermId = randomInt32();
    const log = { logKind: 'publication', registrationId: correlationId } as const;
    return {
      ...{ channel, params, sessionId, flowControl },
      start: params.position ?? { initialTermId, termId: initialTermId, termOffset: 0 },
      logRequest: natives.newLog(log, params.termLength, params.isSparse),
    };
  }

  #onLog(pending: NewPublication, log: MappedLog): Stage {
    const { correlationId: registrationId, streamId, isExclusive } = this.#request;
    const { sendEndpoints, socketBufferLimits, config } = this.#services;
    const { channel, params, sessionId, start } = pending;
    this.#findResponseImage(params);
    const endpoint = sendEndpoints.find(channel);
    this.#checkMtu(channel, params, endpoint);
    const stream = { registrationId, sessionId, streamId, isExclusive, params, start };
    const bufferLengths = endpoint?.bufferLengths ?? sendEndpoints.bufferLengthsOf(channel);
    const sockets = { bufferLengths, limits: socketBufferLimits, filePageSize: config.filePageSize };
    initialiseLog(log.metadata, publicationLogParameters(stream, hasGroupSemantics(channel), sockets));
    return { name: 'AWAIT_ENDPOINT', pending, endpoint: endpoint ?? sendEndpoints.open(channel, registrationId) };
  }

  #onEndpoint(pending: NewPublication, endpoint: SendChannelEndpoint): Stage {
    const log = this.#log;
    if (log === undefined) {
      return DONE;
    }
    const { spyLinker } = this.#services;
    const image = this.#findResponseImage(pending.params);
    const publication = createNetworkPublication({ ...this.#request, ...pending, endpoint, log }, this.#services);
    this.#log = undefined;
    this.#link(publication, image);
    spyLinker.linkSpies(publication);
    return DONE;
  }

  /** The image whose requests the publication answers, if it is a response. */
  #findResponseImage(params: PublicationParams): PublicationImage | undefined {
    return responseImage(params, (correlationId) => this.#services.images.find(correlationId));
  }

  #link(publication: NetworkPublication, responseTo: PublicationImage | undefined): void {
    const { correlationId, clientId, streamId, isExclusive } = this.#request;
    const { clients, publicationLinks, proxy, receiver } = this.#services;
    publicationLinks.add(new PublicationLink(correlationId, clients.getOrAdd(clientId), publication));
    proxy.onPublicationReady({
      correlationId,
      registrationId: publication.registrationId,
      sessionId: publication.sessionId,
      streamId,
      publicationLimitCounterId: publication.publisherLimitCounterId,
      channelStatusCounterId: publication.endpoint.status.counterId,
      logFileName: publication.log.path,
      isExclusive,
    });
    if (responseTo !== undefined) {
      receiver.send({
        kind: 'response-session',
        correlationId: responseTo.registrationId,
        responseSessionId: publication.sessionId,
      });
    }
  }
}
