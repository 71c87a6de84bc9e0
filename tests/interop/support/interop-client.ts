// SPDX-License-Identifier: Apache-2.0
/** One face for a client of either implementation, so that each test runs with both in each role. */

/** `node`: in this process; `node-process`: in one of its own; `reference`: the reference's client, in a process of its own. */
export type ClientKind = 'node' | 'node-process' | 'reference';
export type PublishWay = 'claim' | 'vector' | 'padded' | 'block';
export type ConsumeWay = 'controlled' | 'bounded' | 'bounded-controlled' | 'block' | 'raw';
/** What can be added without waiting for the driver. */
export type AsyncKind = 'publication' | 'exclusive' | 'subscription' | 'counter';

export interface ImageFacts {
  readonly sessionId: number;
  readonly correlationId: number;
  readonly joinPosition: number;
  readonly position: number;
  readonly isEndOfStream: boolean;
  readonly activeTransportCount: number;
  readonly sourceIdentity: string;
}

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
  readonly kind: ClientKind;
  addPublication(name: string, channel: string, streamId: number): Promise<number>;
  addExclusivePublication(name: string, channel: string, streamId: number): Promise<number>;
  closePublication(name: string): Promise<void>;
  revoke(name: string): Promise<void>;
  addDestination(name: string, channel: string): Promise<void>;
  removeDestination(name: string, channel: string): Promise<void>;
  describe(name: string): Promise<PublicationFacts>;
  /** @returns the position or a negative code. */
  offer(name: string, payload: string): Promise<number>;
  claim(name: string, payload: string, end: 'commit' | 'abort'): Promise<number>;
  publish(name: string, run: MessageRun): Promise<void>;
  publishBy(name: string, way: PublishWay, run: MessageRun): Promise<void>;
  /** @returns the registration id. */
  addSubscription(name: string, channel: string, streamId: number): Promise<number>;
  addReceiveDestination(name: string, channel: string): Promise<void>;
  removeReceiveDestination(name: string, channel: string): Promise<void>;
  /** Empty as long as it is not known. */
  resolvedEndpoint(name: string): Promise<string>;
  tryResolveChannelEndpointPort(name: string): Promise<string>;
  images(name: string): Promise<ImageFacts[]>;
  closeSubscription(name: string): Promise<void>;
  awaitImages(name: string, count: number): Promise<void>;
  awaitConnected(name: string): Promise<void>;
  poll(name: string, limit: number): Promise<FragmentFacts[]>;
  consume(name: string, run: MessageRun): Promise<void>;
  consumeBy(name: string, way: ConsumeWay, run: MessageRun): Promise<void>;
  /** Messages that carry publisher and number, see support/stress.ts. */
  stressPublish(name: string, publisher: number, count: number, maxLength: number): Promise<void>;
  /** @param counts for each publisher how many to wait for. @returns how many came. */
  stressConsume(name: string, maxLength: number, counts: readonly number[]): Promise<number[]>;
  /** Stress messages of publisher 0 with gaps allowed, until the stream ends. @returns how many came. */
  consumeWithGaps(name: string, maxLength: number): Promise<number>;
  /** Claims and neither commits nor aborts. */
  claimAndHold(name: string, length: number): Promise<number>;
  reject(name: string, reason: string): Promise<void>;
  /**
   * Adds without waiting for the driver, then asks until it is there.
   *
   * @param channel of a counter its label. @param streamId of a counter its type id. @returns the registration id.
   */
  asyncAdd(kind: AsyncKind, name: string, channel: string, streamId: number): Promise<number>;
  /** Adds without waiting, and removes before the driver has answered. @returns the registration id. */
  asyncAddAndRemove(kind: AsyncKind, channel: string, streamId: number): Promise<number>;
  asyncRemove(kind: AsyncKind, registrationId: number): Promise<void>;
  /** Of a publication. @returns the registration id of the destination, once the driver has answered. */
  asyncAddDestination(name: string, channel: string): Promise<number>;
  /** @param destination its channel or its registration id. */
  asyncRemoveDestination(name: string, destination: string | number): Promise<void>;
  removeDestinationById(name: string, registrationId: number): Promise<void>;
  /** Of a subscription, until the driver has answered. */
  asyncAddReceiveDestination(name: string, channel: string): Promise<void>;
  asyncRemoveReceiveDestination(name: string, channel: string): Promise<void>;
  addCounter(name: string, typeId: number, label: string): Promise<number>;
  addStaticCounter(name: string, typeId: number, label: string, registrationId: number): Promise<number>;
  setCounter(name: string, value: number): Promise<void>;
  closeCounter(name: string): Promise<void>;
  /** Labels and values by counter id. */
  counters(): Promise<Map<number, { typeId: number; value: number; label: string }>>;
  nextSessionId(streamId: number): Promise<number>;
  /**
   * What handlers were told so far: `available <session>`, `unavailable <session>`, `counter-available <counter>`,
   * `counter-unavailable <counter>`, `publication-error <code> <text>`, `error <name>`, `closed`.
   */
  events(): Promise<string[]>;
  requestDriverTermination(directory: string, token: string): Promise<boolean>;
  close(): Promise<void>;
  /** Ends the client's process without a word; only for kinds that have a process of their own. */
  kill(): Promise<void>;
  /** Stops the client's process from running; only for kinds that have a process of their own. */
  suspend(): Promise<void>;
  resume(): Promise<void>;
}
