// SPDX-License-Identifier: Apache-2.0
/**
 * A client adds a publisher to an IPC stream: it joins the publication that is there, or a new one is made.
 *
 *     VALIDATE ──shared one found──▶ (link, done)
 *        └──none──▶ AWAIT_LOG ──log there──▶ (create, link, done)
 *
 * @source aeron-driver/DriverConductor (AddIpcPublicationCommand)
 */

import { type ChannelUri, DRIVER_COUNTERS, initialiseLog } from '@aeron/codecs/internal';
import { AeronError, type AtomicCounter } from '@aeron/core/internal';
import { IPC_CANONICAL_CHANNEL } from '../../ipc/ipc-linker.ts';
import { ipcLogParameters } from '../../ipc/ipc-log-parameters.ts';
import type { IpcServices } from '../../ipc/ipc-medium.ts';
import { IpcPublication } from '../../ipc/ipc-publication.ts';
import type { MappedLog } from '../../resources/mapped-log.ts';
import type { LogRequest } from '../../resources/native-resource-proxy.ts';
import { newStreamCounter } from '../../status/driver-counters.ts';
import { NO_CHANNEL_STATUS } from '../client-proxy.ts';
import { throwInvalidChannel } from '../control-protocol-error.ts';
import { PublicationLink } from '../registry/publication-link.ts';
import { NO_RESPONSE_CORRELATION_ID, type PublicationParams, publicationParams } from '../rules/publication-params.ts';
import { sharedPublicationMismatch } from '../rules/shared-publication.ts';
import type { StreamPosition } from '../rules/stream-position.ts';
import type { Command } from './command.ts';
import type { AddPublicationRequest } from './media.ts';

interface NewPublication {
  readonly params: PublicationParams;
  readonly sessionId: number;
  readonly start: StreamPosition;
  readonly logRequest: LogRequest;
}

export class AddIpcPublication implements Command {
  readonly #request: AddPublicationRequest;
  readonly #services: IpcServices;
  /** Set while the log is awaited. */
  #pending: NewPublication | undefined;

  constructor(request: AddPublicationRequest, services: IpcServices) {
    this.#request = request;
    this.#services = services;
  }

  step(): boolean {
    const pending = this.#pending ?? this.#begin();
    if (pending === undefined) {
      return true;
    }
    this.#pending = pending;
    const log = pending.logRequest.poll();
    if (log === undefined) {
      return false;
    }
    this.#pending = undefined;
    this.#create(pending, log);
    return true;
  }

  close(): void {
    this.#pending?.logRequest.cancel();
    this.#pending = undefined;
  }

  /** @returns undefined when the publication exists and was joined. */
  #begin(): NewPublication | undefined {
    const { streamId, channel, isExclusive } = this.#request;
    const { publications } = this.#services;
    const uri = this.#services.parseUri(channel);
    const params = publicationParams(uri, this.#services.publicationDefaults, {
      streamId,
      findByTag: (tag) => this.#services.findByTag(tag),
      findByTagInMedium: (tag) => publications.findByTag(tag),
    });
    const shared = isExclusive ? undefined : publications.findShared(streamId, params.responseCorrelationId);
    if (shared === undefined) {
      return this.#requestLog(params);
    }
    this.#join(shared, uri, params);
    return undefined;
  }

  #join(shared: IpcPublication, uri: ChannelUri, params: PublicationParams): void {
    const mismatch = sharedPublicationMismatch(uri, params, shared);
    if (mismatch !== undefined) {
      throw new AeronError('AERON', mismatch);
    }
    this.#link(shared);
  }

  #requestLog(params: PublicationParams): NewPublication {
    const { streamId, channel, correlationId } = this.#request;
    const { sessionIds, randomInt32, logs } = this.#services;
    const sessionId = params.sessionId ?? sessionIds.nextAvailable(streamId, IPC_CANONICAL_CHANNEL);
    if (sessionIds.isActive(sessionId, streamId, IPC_CANONICAL_CHANNEL)) {
      throwInvalidChannel(
        `existing publication has clashing sessionId=${sessionId} for streamId=${streamId} channel=${channel}`,
      );
    }
    const initialTermId = randomInt32();
    const log = { logKind: 'publication', registrationId: correlationId } as const;
    return {
      params,
      sessionId,
      start: params.position ?? { initialTermId, termId: initialTermId, termOffset: 0 },
      logRequest: logs.newLog(log, params.termLength, params.isSparse),
    };
  }

  #create(pending: NewPublication, log: MappedLog): void {
    const { sessionIds, publications, linker } = this.#services;
    const publication = this.#newPublication(pending, log);
    publications.add(publication);
    sessionIds.add(publication.sessionId, publication.streamId, IPC_CANONICAL_CHANNEL);
    this.#bindResponseSubscription(publication);
    this.#link(publication);
    linker.linkSubscriptions(publication);
  }

  /** Gives back the log and the counters when it fails. */
  #newPublication({ params, sessionId, start }: NewPublication, log: MappedLog): IpcPublication {
    const { streamId, correlationId: registrationId, clientId, channel, isExclusive } = this.#request;
    const { clients, counters, settings, linker, clock, logs } = this.#services;
    const stream = { registrationId, sessionId, streamId, channel };
    const allocated: AtomicCounter[] = [];
    const newCounter = (row: Parameters<typeof newStreamCounter>[1]): AtomicCounter => {
      const counter = newStreamCounter(counters, row, clientId, stream);
      allocated.push(counter);
      return counter;
    };
    try {
      clients.getOrAdd(clientId); // may lack a counter too, and a publication that nobody holds would stay for ever
      initialiseLog(log.metadata, ipcLogParameters({ ...stream, isExclusive, params, start }, settings.filePageSize));
      const publisherPosition = newCounter(
        isExclusive ? DRIVER_COUNTERS.PUBLISHER_POSITION_EXCLUSIVE : DRIVER_COUNTERS.PUBLISHER_POSITION_CONCURRENT,
      );
      const publisherLimit = newCounter(DRIVER_COUNTERS.PUBLISHER_LIMIT);
      const fields = { ...stream, isExclusive, params, start, log, publisherPosition, publisherLimit };
      return new IpcPublication(fields, settings, linker, clock.nanoTime());
    } catch (error) {
      for (const counter of allocated) {
        counter.close();
      }
      logs.free({ logKind: 'publication', registrationId }, log);
      throw error;
    }
  }

  /** A response publication was asked for by a request publication, whose response subscription waits for its session. */
  #bindResponseSubscription(publication: IpcPublication): void {
    const { publications, subscriptionLinks } = this.#services;
    if (publication.responseCorrelationId === NO_RESPONSE_CORRELATION_ID) {
      return;
    }
    const requestPublication = publications.find(publication.responseCorrelationId);
    const subscriptionId = requestPublication?.responseCorrelationId;
    subscriptionLinks
      .find((link) => link.kind === 'ipc' && link.registrationId === subscriptionId)
      ?.bindSession(publication.sessionId);
  }

  #link(publication: IpcPublication): void {
    const { correlationId, clientId, streamId, isExclusive } = this.#request;
    const { clients, publicationLinks, proxy } = this.#services;
    publicationLinks.add(new PublicationLink(correlationId, clients.getOrAdd(clientId), publication));
    proxy.onPublicationReady({
      correlationId,
      registrationId: publication.registrationId,
      sessionId: publication.sessionId,
      streamId,
      publicationLimitCounterId: publication.publisherLimitCounterId,
      channelStatusCounterId: NO_CHANNEL_STATUS,
      logFileName: publication.log.path,
      isExclusive,
    });
  }
}
