// SPDX-License-Identifier: Apache-2.0
/** Our client, in this process. */
import {
  Aeron,
  BufferClaim,
  type Counter,
  DriverDirectory,
  FragmentAssembler,
  isRetryable,
  type Publication,
  type Subscription,
} from '@aeron/client';
import { AtomicBuffer } from '@aeron/core';
import { fillMessage, messageLength, messageMatches } from '../../support/messages.ts';
import { consumeBy } from './consume-kinds.ts';
import type {
  AsyncKind,
  ClientKind,
  ConsumeWay,
  FragmentFacts,
  ImageFacts,
  InteropClient,
  MessageRun,
  PublicationFacts,
  PublishWay,
} from './interop-client.ts';
import { publishBy } from './publish-kinds.ts';
import { consumeWithGaps, stressConsume, stressPublish } from './stress.ts';
import { eventually, LIMIT_MS } from './wait.ts';

const SCRATCH_LENGTH = 16 * 1024 * 1024;
const NO_PROCESS = 'this client has no process of its own';

export class NodeClient implements InteropClient {
  readonly kind: ClientKind = 'node';
  readonly #aeron: Aeron;
  readonly #events: string[];
  readonly #publications = new Map<string, Publication>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #counters = new Map<string, Counter>();
  readonly #scratch = AtomicBuffer.allocate(SCRATCH_LENGTH);

  private constructor(aeron: Aeron, events: string[]) {
    this.#aeron = aeron;
    this.#events = events;
  }

  static async connect(directory: string, driverTimeoutMs: number): Promise<InteropClient> {
    const events: string[] = [];
    const aeron = await Aeron.connect({
      aeronDirectoryName: directory,
      driverTimeoutMs,
      errorHandler: (error) => events.push(`error ${error.name}`),
      availableImageHandler: (image) => events.push(`available ${image.sessionId}`),
      unavailableImageHandler: (image) => events.push(`unavailable ${image.sessionId}`),
      availableCounterHandler: (_counters, _id, counterId) => events.push(`counter-available ${counterId}`),
      unavailableCounterHandler: (_counters, _id, counterId) => events.push(`counter-unavailable ${counterId}`),
      closeHandler: () => events.push('closed'),
      publicationErrorFrameHandler: (frame) =>
        events.push(`publication-error ${frame.errorCodeValue} ${frame.errorMessage}`),
    });
    return new NodeClient(aeron, events);
  }

  async addPublication(name: string, channel: string, streamId: number): Promise<number> {
    const publication = await this.#aeron.addPublication(channel, streamId);
    this.#publications.set(name, publication);
    return publication.sessionId;
  }

  async addExclusivePublication(name: string, channel: string, streamId: number): Promise<number> {
    const publication = await this.#aeron.addExclusivePublication(channel, streamId);
    this.#publications.set(name, publication);
    return publication.sessionId;
  }

  async closePublication(name: string): Promise<void> {
    this.#publication(name).close();
    await this.#commandsDone();
  }

  async revoke(name: string): Promise<void> {
    const publication = this.#publication(name);
    if (!('revoke' in publication) || typeof publication.revoke !== 'function') {
      throw new Error(`not an exclusive publication: ${name}`);
    }
    publication.revoke();
    await this.#commandsDone();
  }

  async addDestination(name: string, channel: string): Promise<void> {
    await this.#publication(name).addDestination(channel);
  }

  async removeDestination(name: string, channel: string): Promise<void> {
    await this.#publication(name).removeDestination(channel);
  }

  async describe(name: string): Promise<PublicationFacts> {
    const publication = this.#publication(name);
    return {
      position: publication.position,
      positionLimit: publication.positionLimit,
      termBufferLength: publication.termBufferLength,
      maxPayloadLength: publication.maxPayloadLength,
      maxMessageLength: publication.maxMessageLength,
      initialTermId: publication.initialTermId,
      isConnected: publication.isConnected,
      channelStatus: publication.channelStatus,
    };
  }

  async offer(name: string, payload: string): Promise<number> {
    return this.#publication(name).offer(payload);
  }

  async claim(name: string, payload: string, end: 'commit' | 'abort'): Promise<number> {
    const claim = new BufferClaim();
    const bytes = Buffer.from(payload);
    const position = this.#publication(name).tryClaim(bytes.length, claim);
    if (position > 0) {
      claim.buffer.putUint8Array(claim.offset, bytes);
      claim.reservedValue = 0x0123456789abcdefn;
      claim[end]();
    }
    return position;
  }

  async publish(name: string, run: MessageRun): Promise<void> {
    const publication = this.#publication(name);
    const deadlineMs = Date.now() + LIMIT_MS;
    for (let index = run.first; index < run.first + run.count; index++) {
      const length = messageLength(run.seed, index, run.minLength, run.maxLength);
      fillMessage(this.#scratch.bytes, length, run.seed, index);
      let result = publication.offer(this.#scratch, 0, length);
      while (result < 0) {
        if (!isRetryable(result) || Date.now() > deadlineMs) {
          throw new Error(`offer result=${result} index=${index}`);
        }
        await new Promise(setImmediate);
        result = publication.offer(this.#scratch, 0, length);
      }
    }
  }

  async addSubscription(name: string, channel: string, streamId: number): Promise<number> {
    const subscription = await this.#aeron.addSubscription(channel, streamId);
    this.#subscriptions.set(name, subscription);
    return subscription.registrationId;
  }

  async addReceiveDestination(name: string, channel: string): Promise<void> {
    await this.#subscription(name).addDestination(channel);
  }

  async removeReceiveDestination(name: string, channel: string): Promise<void> {
    await this.#subscription(name).removeDestination(channel);
  }

  async resolvedEndpoint(name: string): Promise<string> {
    return this.#subscription(name).resolvedEndpoint ?? '';
  }

  async tryResolveChannelEndpointPort(name: string): Promise<string> {
    return this.#subscription(name).tryResolveChannelEndpointPort() ?? '';
  }

  async images(name: string): Promise<ImageFacts[]> {
    return this.#subscription(name).images.map((image) => ({
      sessionId: image.sessionId,
      correlationId: image.correlationId,
      joinPosition: image.joinPosition,
      position: image.position,
      isEndOfStream: image.isEndOfStream,
      activeTransportCount: image.activeTransportCount,
      sourceIdentity: image.sourceIdentity,
    }));
  }

  async closeSubscription(name: string): Promise<void> {
    this.#subscription(name).close();
    await this.#commandsDone();
  }

  async awaitImages(name: string, count: number): Promise<void> {
    await eventually(`images of ${name} = ${count}`, () => this.#subscription(name).imageCount === count);
  }

  async awaitConnected(name: string): Promise<void> {
    await eventually(`${name} connected`, () => this.#publication(name).isConnected);
  }

  async poll(name: string, limit: number): Promise<FragmentFacts[]> {
    const fragments: FragmentFacts[] = [];
    this.#subscription(name).poll((buffer, offset, length, header) => {
      fragments.push({
        termOffset: header.termOffset,
        flags: header.flags,
        reservedValue: header.reservedValue,
        position: header.position,
        payload: buffer.getUtf8(offset, length),
      });
    }, limit);
    return fragments;
  }

  async consume(name: string, run: MessageRun): Promise<void> {
    const subscription = this.#subscription(name);
    let index = run.first;
    let problem: string | undefined;
    const assembler = new FragmentAssembler((buffer, offset, length) => {
      const isExpected =
        length === messageLength(run.seed, index, run.minLength, run.maxLength) &&
        messageMatches(buffer.bytes, offset, length, run.seed, index);
      problem ??= isExpected ? undefined : `message index=${index} length=${length} differs`;
      index++;
    });
    const deadlineMs = Date.now() + LIMIT_MS;
    while (index < run.first + run.count && problem === undefined) {
      if (subscription.poll(assembler.onFragment, 10) === 0) {
        await new Promise(setImmediate);
        problem = Date.now() > deadlineMs ? `received=${index - run.first} of=${run.count}` : undefined;
      }
    }
    if (problem !== undefined) {
      throw new Error(problem);
    }
  }

  publishBy(name: string, way: PublishWay, run: MessageRun): Promise<void> {
    return publishBy(this.#publication(name), way, run);
  }

  consumeBy(name: string, way: ConsumeWay, run: MessageRun): Promise<void> {
    return consumeBy(this.#subscription(name), way, run);
  }

  stressPublish(name: string, publisher: number, count: number, maxLength: number): Promise<void> {
    return stressPublish(this.#publication(name), publisher, count, maxLength);
  }

  stressConsume(name: string, maxLength: number, counts: readonly number[]): Promise<number[]> {
    return stressConsume(this.#subscription(name), maxLength, counts);
  }

  consumeWithGaps(name: string, maxLength: number): Promise<number> {
    return consumeWithGaps(this.#subscription(name), maxLength);
  }

  async claimAndHold(name: string, length: number): Promise<number> {
    return this.#publication(name).tryClaim(length, new BufferClaim());
  }

  async reject(name: string, reason: string): Promise<void> {
    await this.#subscription(name).imageAtIndex(0).reject(reason);
  }

  async asyncAdd(kind: AsyncKind, name: string, channel: string, streamId: number): Promise<number> {
    const registrationId = this.#asyncAdd(kind, channel, streamId);
    await eventually(`${kind} ${channel}`, () => this.#get(kind, name, registrationId));
    return registrationId;
  }

  async asyncAddAndRemove(kind: AsyncKind, channel: string, streamId: number): Promise<number> {
    const registrationId = this.#asyncAdd(kind, channel, streamId);
    await this.asyncRemove(kind, registrationId);
    return registrationId;
  }

  async asyncRemove(kind: AsyncKind, registrationId: number): Promise<void> {
    switch (kind) {
      case 'publication':
      case 'exclusive':
        this.#aeron.asyncRemovePublication(registrationId);
        break;
      case 'subscription':
        this.#aeron.asyncRemoveSubscription(registrationId);
        break;
      default:
        this.#aeron.asyncRemoveCounter(registrationId);
    }
    await this.#commandsDone();
  }

  async asyncAddDestination(name: string, channel: string): Promise<number> {
    return this.#commandDone(this.#publication(name).asyncAddDestination(channel));
  }

  async asyncRemoveDestination(name: string, destination: string | number): Promise<void> {
    await this.#commandDone(this.#publication(name).asyncRemoveDestination(destination));
  }

  async removeDestinationById(name: string, registrationId: number): Promise<void> {
    await this.#publication(name).removeDestination(registrationId);
  }

  async asyncAddReceiveDestination(name: string, channel: string): Promise<void> {
    await this.#commandDone(this.#subscription(name).asyncAddDestination(channel));
  }

  async asyncRemoveReceiveDestination(name: string, channel: string): Promise<void> {
    await this.#commandDone(this.#subscription(name).asyncRemoveDestination(channel));
  }

  async addCounter(name: string, typeId: number, label: string): Promise<number> {
    const counter = await this.#aeron.addCounter(typeId, label);
    this.#counters.set(name, counter);
    return counter.id;
  }

  async addStaticCounter(name: string, typeId: number, label: string, registrationId: number): Promise<number> {
    const counter = await this.#aeron.addStaticCounter(typeId, label, registrationId);
    this.#counters.set(name, counter);
    return counter.id;
  }

  async setCounter(name: string, value: number): Promise<void> {
    this.#counter(name).set(value);
  }

  async closeCounter(name: string): Promise<void> {
    this.#counter(name).close();
    await this.#commandsDone();
  }

  async counters(): Promise<Map<number, { typeId: number; value: number; label: string }>> {
    const counters = new Map<number, { typeId: number; value: number; label: string }>();
    const reader = this.#aeron.countersReader;
    reader.forEach((value, id, label) => {
      counters.set(id, { typeId: reader.getCounterTypeId(id), value, label });
    });
    return counters;
  }

  nextSessionId(streamId: number): Promise<number> {
    return this.#aeron.nextSessionId(streamId);
  }

  async events(): Promise<string[]> {
    return [...this.#events];
  }

  async requestDriverTermination(directory: string, token: string): Promise<boolean> {
    return new DriverDirectory(directory).requestDriverTermination(new TextEncoder().encode(token));
  }

  kill(): Promise<void> {
    throw new Error(NO_PROCESS);
  }

  suspend(): Promise<void> {
    throw new Error(NO_PROCESS);
  }

  resume(): Promise<void> {
    throw new Error(NO_PROCESS);
  }

  close(): Promise<void> {
    return this.#aeron.close();
  }

  #asyncAdd(kind: AsyncKind, channel: string, streamId: number): number {
    switch (kind) {
      case 'publication':
        return this.#aeron.asyncAddPublication(channel, streamId);
      case 'exclusive':
        return this.#aeron.asyncAddExclusivePublication(channel, streamId);
      case 'subscription':
        return this.#aeron.asyncAddSubscription(channel, streamId);
      default:
        return this.#aeron.asyncAddCounter(streamId, channel);
    }
  }

  /** Keeps it under its name once it is there. */
  #get(kind: AsyncKind, name: string, registrationId: number): boolean {
    switch (kind) {
      case 'publication':
        return keep(this.#publications, name, this.#aeron.getPublication(registrationId));
      case 'exclusive':
        return keep(this.#publications, name, this.#aeron.getExclusivePublication(registrationId));
      case 'subscription':
        return keep(this.#subscriptions, name, this.#aeron.getSubscription(registrationId));
      default:
        return keep(this.#counters, name, this.#aeron.getCounter(registrationId));
    }
  }

  async #commandDone(correlationId: number): Promise<number> {
    await eventually('command done', () => !this.#aeron.isCommandActive(correlationId));
    return correlationId;
  }

  #commandsDone(): Promise<void> {
    return eventually('commands done', () => !this.#aeron.hasActiveCommands());
  }

  #publication(name: string): Publication {
    return found(this.#publications, name);
  }

  #subscription(name: string): Subscription {
    return found(this.#subscriptions, name);
  }

  #counter(name: string): Counter {
    return found(this.#counters, name);
  }
}

function keep<T>(map: Map<string, T>, name: string, value: T | null): boolean {
  if (value !== null) {
    map.set(name, value);
  }
  return value !== null;
}

function found<T>(map: Map<string, T>, name: string): T {
  const value = map.get(name);
  if (value === undefined) {
    throw new Error(`the test has no ${name}`);
  }
  return value;
}
