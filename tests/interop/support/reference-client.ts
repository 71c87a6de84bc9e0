// SPDX-License-Identifier: Apache-2.0
/** The reference's client, in a process of its own. */
import type {
  AsyncKind,
  ConsumeWay,
  FragmentFacts,
  ImageFacts,
  InteropClient,
  MessageRun,
  PublicationFacts,
  PublishWay,
} from './interop-client.ts';
import { ReferencePeer } from './reference-peer.ts';

export class ReferenceClient implements InteropClient {
  readonly kind = 'reference';
  readonly #peer: ReferencePeer;

  constructor(peer: ReferencePeer) {
    this.#peer = peer;
  }

  static async connect(directory: string, referenceVersion: string, driverTimeoutMs: number): Promise<InteropClient> {
    const peer = await ReferencePeer.start(referenceVersion);
    await peer.call('connect', directory, driverTimeoutMs);
    return new ReferenceClient(peer);
  }

  async addPublication(name: string, channel: string, streamId: number): Promise<number> {
    return Number((await this.#peer.call('add-publication', name, channel, streamId))[1]);
  }

  async addExclusivePublication(name: string, channel: string, streamId: number): Promise<number> {
    return Number((await this.#peer.call('add-exclusive', name, channel, streamId))[1]);
  }

  async closePublication(name: string): Promise<void> {
    await this.#peer.call('close-publication', name);
  }

  async revoke(name: string): Promise<void> {
    await this.#peer.call('revoke', name);
  }

  async addDestination(name: string, channel: string): Promise<void> {
    await this.#peer.call('add-destination', name, channel);
  }

  async removeDestination(name: string, channel: string): Promise<void> {
    await this.#peer.call('remove-destination', name, channel);
  }

  async describe(name: string): Promise<PublicationFacts> {
    const facts = await this.#peer.call('describe-publication', name);
    return {
      position: Number(facts[0]),
      positionLimit: Number(facts[1]),
      termBufferLength: Number(facts[2]),
      maxPayloadLength: Number(facts[3]),
      maxMessageLength: Number(facts[4]),
      initialTermId: Number(facts[5]),
      isConnected: facts[6] === 'true',
      channelStatus: Number(facts[8]),
    };
  }

  async offer(name: string, payload: string): Promise<number> {
    return Number((await this.#peer.call('offer', name, Buffer.from(payload).toString('hex')))[0]);
  }

  async claim(name: string, payload: string, end: 'commit' | 'abort'): Promise<number> {
    return Number((await this.#peer.call('claim', name, Buffer.from(payload).toString('hex'), end))[0]);
  }

  async publish(name: string, run: MessageRun): Promise<void> {
    await this.#peer.call('publish', name, run.first, run.count, run.minLength, run.maxLength, run.seed);
  }

  async addSubscription(name: string, channel: string, streamId: number): Promise<number> {
    return Number((await this.#peer.call('add-subscription', name, channel, streamId))[0]);
  }

  async addReceiveDestination(name: string, channel: string): Promise<void> {
    await this.#peer.call('add-receive-destination', name, channel);
  }

  async removeReceiveDestination(name: string, channel: string): Promise<void> {
    await this.#peer.call('remove-receive-destination', name, channel);
  }

  async resolvedEndpoint(name: string): Promise<string> {
    return (await this.#peer.call('resolved-endpoint', name))[0] ?? '';
  }

  async tryResolveChannelEndpointPort(name: string): Promise<string> {
    return (await this.#peer.call('try-resolve', name))[0] ?? '';
  }

  async images(name: string): Promise<ImageFacts[]> {
    return (await this.#peer.call('images-of', name)).map((image) => {
      const [sessionId, correlationId, joinPosition, position, isEndOfStream, activeTransportCount, ...source] =
        image.split(' ');
      return {
        sessionId: Number(sessionId),
        correlationId: Number(correlationId),
        joinPosition: Number(joinPosition),
        position: Number(position),
        isEndOfStream: isEndOfStream === 'true',
        activeTransportCount: Number(activeTransportCount),
        sourceIdentity: source.join(' '),
      };
    });
  }

  async closeSubscription(name: string): Promise<void> {
    await this.#peer.call('close-subscription', name);
  }

  async awaitImages(name: string, count: number): Promise<void> {
    await this.#peer.call('await-images', name, count);
  }

  async awaitConnected(name: string): Promise<void> {
    await this.#peer.call('await-connected', name);
  }

  async poll(name: string, limit: number): Promise<FragmentFacts[]> {
    const fragments = (await this.#peer.call('poll', name, limit)).filter((fragment) => fragment !== '');
    return fragments.map((fragment) => {
      const [, , termOffset, flags, reservedValue, position, payload] = fragment.split(' ');
      return {
        termOffset: Number(termOffset),
        flags: Number(flags),
        reservedValue: BigInt(reservedValue ?? ''),
        position: Number(position),
        payload: Buffer.from(payload ?? '', 'hex').toString(),
      };
    });
  }

  async consume(name: string, run: MessageRun): Promise<void> {
    await this.#peer.call('consume', name, run.first, run.count, run.minLength, run.maxLength, run.seed);
  }

  async publishBy(name: string, way: PublishWay, run: MessageRun): Promise<void> {
    await this.#peer.call('publish-by', name, way, run.first, run.count, run.minLength, run.maxLength, run.seed);
  }

  async consumeBy(name: string, way: ConsumeWay, run: MessageRun): Promise<void> {
    await this.#peer.call('consume-by', name, way, run.first, run.count, run.minLength, run.maxLength, run.seed);
  }

  async stressPublish(name: string, publisher: number, count: number, maxLength: number): Promise<void> {
    await this.#peer.call('stress-publish', name, publisher, count, maxLength);
  }

  async stressConsume(name: string, maxLength: number, counts: readonly number[]): Promise<number[]> {
    return (await this.#peer.call('stress-consume', name, maxLength, ...counts)).map(Number);
  }

  async consumeWithGaps(name: string, maxLength: number): Promise<number> {
    return Number((await this.#peer.call('consume-with-gaps', name, maxLength))[0]);
  }

  async claimAndHold(name: string, length: number): Promise<number> {
    return Number((await this.#peer.call('claim-and-hold', name, length))[0]);
  }

  async reject(name: string, reason: string): Promise<void> {
    await this.#peer.call('reject', name, reason);
  }

  async asyncAdd(kind: AsyncKind, name: string, channel: string, streamId: number): Promise<number> {
    return Number((await this.#peer.call('async-add', kind, name, channel, streamId))[0]);
  }

  async asyncAddAndRemove(kind: AsyncKind, channel: string, streamId: number): Promise<number> {
    return Number((await this.#peer.call('async-add-and-remove', kind, channel, streamId))[0]);
  }

  async asyncRemove(kind: AsyncKind, registrationId: number): Promise<void> {
    await this.#peer.call('async-remove', kind, registrationId);
  }

  async asyncAddDestination(name: string, channel: string): Promise<number> {
    return Number((await this.#peer.call('async-add-destination', name, channel))[0]);
  }

  async asyncRemoveDestination(name: string, destination: string | number): Promise<void> {
    await this.#peer.call('async-remove-destination', name, destination);
  }

  async removeDestinationById(name: string, registrationId: number): Promise<void> {
    await this.#peer.call('remove-destination-by-id', name, registrationId);
  }

  async asyncAddReceiveDestination(name: string, channel: string): Promise<void> {
    await this.#peer.call('async-add-receive-destination', name, channel);
  }

  async asyncRemoveReceiveDestination(name: string, channel: string): Promise<void> {
    await this.#peer.call('async-remove-receive-destination', name, channel);
  }

  async addCounter(name: string, typeId: number, label: string): Promise<number> {
    return Number((await this.#peer.call('add-counter', name, typeId, label))[1]);
  }

  async addStaticCounter(name: string, typeId: number, label: string, registrationId: number): Promise<number> {
    return Number((await this.#peer.call('add-static-counter', name, typeId, label, registrationId))[1]);
  }

  async setCounter(name: string, value: number): Promise<void> {
    await this.#peer.call('set-counter', name, value);
  }

  async closeCounter(name: string): Promise<void> {
    await this.#peer.call('close-counter', name);
  }

  async counters(): Promise<Map<number, { typeId: number; value: number; label: string }>> {
    const counters = new Map<number, { typeId: number; value: number; label: string }>();
    for (const line of await this.#peer.call('counters')) {
      const [id, typeId, value, ...label] = line.split(' ');
      counters.set(Number(id), { typeId: Number(typeId), value: Number(value), label: label.join(' ') });
    }
    return counters;
  }

  async nextSessionId(streamId: number): Promise<number> {
    return Number((await this.#peer.call('next-session-id', streamId))[0]);
  }

  events(): Promise<string[]> {
    return this.#peer.call('events');
  }

  async requestDriverTermination(directory: string, token: string): Promise<boolean> {
    return (await this.#peer.call('terminate-driver', directory, token))[0] === 'true';
  }

  kill(): Promise<void> {
    return this.#peer.kill();
  }

  async suspend(): Promise<void> {
    this.#peer.process.kill('SIGSTOP');
  }

  async resume(): Promise<void> {
    this.#peer.process.kill('SIGCONT');
  }

  close(): Promise<void> {
    return this.#peer.stop();
  }
}
