// SPDX-License-Identifier: Apache-2.0
/** One face for a client of either implementation, so that each test runs with both in each role. */
import { Aeron, FragmentAssembler, isRetryable, type Publication, type Subscription } from '@aeron/client';
import { AtomicBuffer } from '@aeron/core';
import { fillMessage, messageLength, messageMatches } from '../../support/messages.ts';
import { ReferencePeer } from './reference-peer.ts';

const LIMIT_MS = 60_000;
const SCRATCH_LENGTH = 16 * 1024 * 1024;

/** A run of test messages, see tests/support/messages.ts. */
export interface MessageRun {
  readonly first: number;
  readonly count: number;
  readonly minLength: number;
  readonly maxLength: number;
  readonly seed: number;
}

export interface PublicationFacts {
  readonly position: number;
  readonly positionLimit: number;
  readonly termBufferLength: number;
  readonly maxPayloadLength: number;
  readonly maxMessageLength: number;
  readonly initialTermId: number;
  readonly isConnected: boolean;
  readonly channelStatus: number;
}

/** A fragment as a handler saw it. */
export interface FragmentFacts {
  readonly termOffset: number;
  readonly flags: number;
  readonly reservedValue: bigint;
  readonly position: number;
  readonly payload: string;
}

export interface InteropClient {
  readonly kind: 'node' | 'reference';
  addPublication(name: string, channel: string, streamId: number): Promise<number>;
  addExclusivePublication(name: string, channel: string, streamId: number): Promise<number>;
  closePublication(name: string): Promise<void>;
  revoke(name: string): Promise<void>;
  addDestination(name: string, channel: string): Promise<void>;
  describe(name: string): Promise<PublicationFacts>;
  /** @returns the position or a negative code. */
  offer(name: string, payload: string): Promise<number>;
  claim(name: string, payload: string, end: 'commit' | 'abort'): Promise<number>;
  publish(name: string, run: MessageRun): Promise<void>;
  addSubscription(name: string, channel: string, streamId: number): Promise<void>;
  closeSubscription(name: string): Promise<void>;
  awaitImages(name: string, count: number): Promise<void>;
  awaitConnected(name: string): Promise<void>;
  poll(name: string, limit: number): Promise<FragmentFacts[]>;
  consume(name: string, run: MessageRun): Promise<void>;
  reject(name: string, reason: string): Promise<void>;
  addCounter(name: string, typeId: number, label: string): Promise<number>;
  addStaticCounter(name: string, typeId: number, label: string, registrationId: number): Promise<number>;
  setCounter(name: string, value: number): Promise<void>;
  closeCounter(name: string): Promise<void>;
  /** Labels and values by counter id. */
  counters(): Promise<Map<number, { typeId: number; value: number; label: string }>>;
  nextSessionId(streamId: number): Promise<number>;
  close(): Promise<void>;
}

export async function connectClient(
  kind: InteropClient['kind'],
  directory: string,
  referenceVersion: string,
): Promise<InteropClient> {
  return kind === 'node' ? NodeClient.connect(directory) : ReferenceClient.connect(directory, referenceVersion);
}

class ReferenceClient implements InteropClient {
  readonly kind = 'reference';
  readonly #peer: ReferencePeer;

  constructor(peer: ReferencePeer) {
    this.#peer = peer;
  }

  static async connect(directory: string, referenceVersion: string): Promise<InteropClient> {
    const peer = await ReferencePeer.start(referenceVersion);
    await peer.call('connect', directory);
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

  async addSubscription(name: string, channel: string, streamId: number): Promise<void> {
    await this.#peer.call('add-subscription', name, channel, streamId);
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

  async reject(name: string, reason: string): Promise<void> {
    await this.#peer.call('reject', name, reason);
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

  close(): Promise<void> {
    return this.#peer.stop();
  }
}

class NodeClient implements InteropClient {
  readonly kind = 'node';
  readonly #aeron: Aeron;
  readonly #publications = new Map<string, Publication>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #counters = new Map<string, Awaited<ReturnType<Aeron['addCounter']>>>();
  readonly #scratch = AtomicBuffer.allocate(SCRATCH_LENGTH);

  constructor(aeron: Aeron) {
    this.#aeron = aeron;
  }

  static async connect(directory: string): Promise<InteropClient> {
    return new NodeClient(await Aeron.connect({ aeronDirectoryName: directory }));
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

  async describe(name: string): Promise<PublicationFacts> {
    return this.#publication(name);
  }

  async offer(name: string, payload: string): Promise<number> {
    return this.#publication(name).offer(payload);
  }

  async claim(name: string, payload: string, end: 'commit' | 'abort'): Promise<number> {
    const { BufferClaim } = await import('@aeron/client');
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

  async addSubscription(name: string, channel: string, streamId: number): Promise<void> {
    this.#subscriptions.set(name, await this.#aeron.addSubscription(channel, streamId));
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

  async reject(name: string, reason: string): Promise<void> {
    await this.#subscription(name).imageAtIndex(0).reject(reason);
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

  close(): Promise<void> {
    return this.#aeron.close();
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

  #counter(name: string) {
    return found(this.#counters, name);
  }
}

/** Waits until the condition holds; fails after a minute. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + LIMIT_MS;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) {
      throw new Error(`never happened: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function found<T>(map: Map<string, T>, name: string): T {
  const value = map.get(name);
  if (value === undefined) {
    throw new Error(`the test has no ${name}`);
  }
  return value;
}
