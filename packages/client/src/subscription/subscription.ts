// SPDX-License-Identifier: Apache-2.0
/**
 * A subscription to a channel and stream: polls its images in turn. The image list is replaced, never changed, so a poll
 * that is under way keeps the list that it began with.
 *
 * Used by the thread that the client was connected in.
 *
 * @hot
 */
import { ChannelUri } from '@aeron/codecs/internal';
import { AeronError } from '@aeron/core';
import type {
  AvailableImageHandler,
  SubscriptionLifecycle,
  SubscriptionParameters,
  SubscriptionPort,
  UnavailableImageHandler,
  WaitOptions,
} from '../conductor/ports.ts';
import type { Message } from '../streams/message.ts';
import { MessageIterator, type MessagesOptions } from '../streams/message-iterator.ts';
import { MessageReader } from '../streams/message-reader.ts';
import { Polling, type PollingOptions } from '../streams/polling.ts';
import { type EventWaitOptions, waitFor } from '../streams/wait-for.ts';
import type { BlockHandler, ControlledFragmentHandler, FragmentHandler, RawBlockHandler } from './handlers.ts';
import type { Image } from './image.ts';

const NO_IMAGES: readonly Image[] = [];
/** Reads as ERRORED where a channel status is expected, as in the reference. */
const NO_CHANNEL_STATUS = -1;
const CHANNEL_ACTIVE = 1;
const WILDCARD_PORT = ':0';
const NO_IMAGE_ADVICE =
  'nobody publishes to it: is there a publication with this channel and stream id, a driver on its side, no firewall between?';

/** Where an application reads a stream, by all of its images. @source aeron-client/Subscription */
export class Subscription implements SubscriptionLifecycle {
  readonly channel: string;
  readonly streamId: number;
  /** Identifies this subscription at the driver. */
  readonly registrationId: number;
  readonly availableImageHandler: AvailableImageHandler | undefined;
  readonly unavailableImageHandler: UnavailableImageHandler | undefined;

  readonly #conductor: SubscriptionPort;
  #images: readonly Image[] = NO_IMAGES;
  #roundRobinIndex = 0;
  #isClosed = false;
  #channelStatusId = NO_CHANNEL_STATUS;
  #reader: MessageReader | undefined;
  #resolvedEndpoint: string | undefined;
  #resolvedChannel: string | undefined;

  constructor(parameters: SubscriptionParameters) {
    this.#conductor = parameters.conductor;
    this.channel = parameters.channel;
    this.streamId = parameters.streamId;
    this.registrationId = parameters.registrationId;
    this.availableImageHandler = parameters.availableImageHandler;
    this.unavailableImageHandler = parameters.unavailableImageHandler;
  }

  /** Whether it was closed, by the application or with the client; polls then read nothing. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Whether any image is open.
   *
   * @cold
   */
  get isConnected(): boolean {
    return this.#images.some((image) => !image.isClosed);
  }

  /** Whether nobody publishes to it as far as the driver knows. */
  get hasNoImages(): boolean {
    return this.#images.length === 0;
  }

  /** How many publishers’ streams it reads. */
  get imageCount(): number {
    return this.#images.length;
  }

  /** The images of this moment; the list is never changed afterwards. */
  get images(): readonly Image[] {
    return this.#images;
  }

  /** The image of one publisher, or undefined. @cold */
  imageBySessionId(sessionId: number): Image | undefined {
    return this.#images.find((image) => image.sessionId === sessionId);
  }

  /**
   * @throws AeronError INVALID_ARGUMENT when there is no such image.
   * @cold
   */
  imageAtIndex(index: number): Image {
    const image = this.#images[index];
    if (image === undefined) {
      throw new AeronError('INVALID_ARGUMENT', `no image at this index: index=${index} imageCount=${this.imageCount}`);
    }
    return image;
  }

  /** Calls back for each image of this moment, in the order in which they came. @cold */
  forEachImage(consumer: (image: Image) => void): void {
    for (const image of this.#images) {
      consumer(image);
    }
  }

  /**
   * Presents up to `fragmentLimit` new fragments of all images, which take turns in being first.
   *
   * @returns how many were presented; 0 when there are none or the subscription is closed.
   */
  poll(handler: FragmentHandler, fragmentLimit: number): number {
    const images = this.#images;
    const length = images.length;
    const startIndex = this.#nextStartIndex(length);
    let fragmentsRead = 0;
    for (let i = startIndex; i < length && fragmentsRead < fragmentLimit; i++) {
      fragmentsRead += (images[i] as Image).poll(handler, fragmentLimit - fragmentsRead);
    }
    for (let i = 0; i < startIndex && fragmentsRead < fragmentLimit; i++) {
      fragmentsRead += (images[i] as Image).poll(handler, fragmentLimit - fragmentsRead);
    }
    return fragmentsRead;
  }

  /** Like `poll`, with a handler that steers the poll of each image: BREAK and ABORT end the turn of that image. */
  controlledPoll(handler: ControlledFragmentHandler, fragmentLimit: number): number {
    const images = this.#images;
    const length = images.length;
    const startIndex = this.#nextStartIndex(length);
    let fragmentsRead = 0;
    for (let i = startIndex; i < length && fragmentsRead < fragmentLimit; i++) {
      fragmentsRead += (images[i] as Image).controlledPoll(handler, fragmentLimit - fragmentsRead);
    }
    for (let i = 0; i < startIndex && fragmentsRead < fragmentLimit; i++) {
      fragmentsRead += (images[i] as Image).controlledPoll(handler, fragmentLimit - fragmentsRead);
    }
    return fragmentsRead;
  }

  /** Presents one block of each image, see `Image.blockPoll`. @returns bytes consumed. */
  blockPoll(handler: BlockHandler, blockLengthLimit: number): number {
    const images = this.#images;
    let bytesConsumed = 0;
    for (let i = 0; i < images.length; i++) {
      bytesConsumed += (images[i] as Image).blockPoll(handler, blockLengthLimit);
    }
    return bytesConsumed;
  }

  /** Presents one block of each image, see `Image.rawPoll`. @returns bytes consumed. */
  rawPoll(handler: RawBlockHandler, blockLengthLimit: number): number {
    const images = this.#images;
    let bytesConsumed = 0;
    for (let i = 0; i < images.length; i++) {
      bytesConsumed += (images[i] as Image).rawPoll(handler, blockLengthLimit);
    }
    return bytesConsumed;
  }

  /**
   * The messages of all images for `for await`; see {@link MessagesOptions}. Ends when the subscription or the client closes.
   * What was not yielded stays unread: another iteration or poll goes on from there. One iteration at a time.
   *
   * @example
   * for await (const message of subscription.messages({ signal })) {
   *   console.log(message.text());
   * }
   * @cold
   */
  messages(options?: MessagesOptions): MessageIterator {
    this.#reader ??= new MessageReader(this);
    return new MessageIterator(this, this.#conductor, this.#reader, options);
  }

  /** As `messages()`. */
  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    return this.messages();
  }

  /**
   * Polls from the event loop with `handler` until stopped; see {@link PollingOptions}. For whole messages hand over the
   * `onFragment` of a FragmentAssembler.
   *
   * @cold
   */
  startPolling(handler: FragmentHandler, options?: PollingOptions): Polling {
    this.#checkOpen();
    return new Polling(this, this.#conductor, handler, options);
  }

  /**
   * Waits until an image is open.
   *
   * @throws AeronError CLOSED, TIMEOUT; the signal's reason when it fires.
   * @cold
   */
  async waitForConnection(options?: EventWaitOptions): Promise<void> {
    await this.waitForImage(options);
  }

  /**
   * Waits for an image that is open.
   *
   * @param options `sessionId` asks for that of one publisher.
   * @throws AeronError CLOSED, TIMEOUT; the signal's reason when it fires.
   * @cold
   */
  async waitForImage(options: EventWaitOptions & { readonly sessionId?: number } = {}): Promise<Image> {
    const { sessionId } = options;
    const what = `an image: channel=${this.channel} streamId=${this.streamId} sessionId=${sessionId ?? 'any'}`;
    const isWanted = (image: Image): boolean =>
      !image.isClosed && (sessionId === undefined || image.sessionId === sessionId);
    const probe = (): Image | undefined => {
      this.#checkOpen();
      return this.#images.find(isWanted);
    };
    return await waitFor(this.#conductor, { what, advice: NO_IMAGE_ADVICE }, probe, options);
  }

  /**
   * Bytes of all images that are there to be read and were not yet.
   *
   * @cold
   */
  get lag(): number {
    return this.#images.reduce((sum, image) => sum + image.lag, 0);
  }

  /** Closes it and its images at once; the driver is told and not waited for. Idempotent. */
  close(): void {
    if (!this.#isClosed) {
      this.#conductor.releaseSubscription(this);
    }
  }

  /** As `close`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** As `close`, for `await using`; the driver is not waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Id of the counter with the status of the channel end point; -1 where there is none (IPC, spies). */
  get channelStatusId(): number {
    return this.#channelStatusId;
  }

  /** ERRORED -1, INITIALIZING 0, ACTIVE 1, CLOSING 2; -1 as well when closed. */
  get channelStatus(): number {
    return this.#isClosed ? NO_CHANNEL_STATUS : this.#conductor.channelStatus(this.#channelStatusId);
  }

  /**
   * Addresses that this subscription is bound to, as `ip:port`; empty until the channel is active.
   *
   * @cold
   */
  get localSocketAddresses(): string[] {
    return this.channelStatus === CHANNEL_ACTIVE ? this.#conductor.localSocketAddresses(this.#channelStatusId) : [];
  }

  /** The first bound address, remembered from when it was first known. */
  get resolvedEndpoint(): string | undefined {
    this.#resolvedEndpoint ??= this.localSocketAddresses[0];
    return this.#resolvedEndpoint;
  }

  /**
   * The channel with the port that was bound in place of a wildcard port (`endpoint=host:0`), to be handed to publishers.
   *
   * @returns the channel as it is where there is nothing to replace; undefined until the port is known.
   */
  tryResolveChannelEndpointPort(): string | undefined {
    this.#resolvedChannel ??= this.#resolveChannel();
    return this.#resolvedChannel;
  }

  /**
   * Adds a destination (`control-mode=manual`) and waits until the driver has it.
   *
   * @returns the registration id of the destination.
   * @cold
   */
  async addDestination(channel: string, options?: WaitOptions): Promise<number> {
    this.#checkOpen();
    return await this.#conductor.addReceiveDestination(this.registrationId, channel, options);
  }

  /**
   * Removes a destination by its channel, and waits until the driver has done so.
   *
   * @cold
   */
  async removeDestination(channel: string, options?: WaitOptions): Promise<void> {
    this.#checkOpen();
    await this.#conductor.removeReceiveDestination(this.registrationId, channel, options);
  }

  /** Like `addDestination` without waiting. @returns the correlation id for `aeron.isCommandActive`. */
  asyncAddDestination(channel: string): number {
    this.#checkOpen();
    return this.#conductor.asyncAddReceiveDestination(this.registrationId, channel);
  }

  /** Like `removeDestination` without waiting. @returns the correlation id for `aeron.isCommandActive`. */
  asyncRemoveDestination(channel: string): number {
    this.#checkOpen();
    return this.#conductor.asyncRemoveReceiveDestination(this.registrationId, channel);
  }

  /** @internal */
  onReady(channelStatusId: number): void {
    this.#channelStatusId = channelStatusId;
  }

  /** @internal @cold */
  addImage(image: Image): void {
    this.#images = [...this.#images, image];
  }

  /** @internal @cold */
  removeImage(correlationId: number): Image | undefined {
    const removed = this.#images.find((image) => image.correlationId === correlationId);
    if (removed !== undefined) {
      removed.closeLocally();
      this.#images = this.#images.filter((image) => image !== removed);
    }
    return removed;
  }

  /** @internal @cold */
  closeLocally(): readonly Image[] {
    const images = this.#images;
    this.#isClosed = true;
    this.#images = NO_IMAGES;
    for (const image of images) {
      image.closeLocally();
    }
    return images;
  }

  /** Text for logs: ids and state. @cold */
  toString(): string {
    return (
      `Subscription{registrationId=${this.registrationId} isClosed=${this.#isClosed} isConnected=${this.isConnected} ` +
      `streamId=${this.streamId} channel=${this.channel} imageCount=${this.imageCount}}`
    );
  }

  /** @internal What `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** A start index that ran past the end wraps to 0, and the following poll starts at 1. */
  #nextStartIndex(imageCount: number): number {
    const startIndex = this.#roundRobinIndex;
    if (startIndex >= imageCount) {
      this.#roundRobinIndex = 1;
      return 0;
    }
    this.#roundRobinIndex = startIndex + 1;
    return startIndex;
  }

  #resolveChannel(): string | undefined {
    const uri = ChannelUri.parse(this.channel);
    const endpoint = uri.get('endpoint');
    if (endpoint === undefined || !endpoint.endsWith(WILDCARD_PORT) || uri.get('control-mode') === 'manual') {
      return this.channel;
    }
    const resolvedEndpoint = this.resolvedEndpoint;
    if (resolvedEndpoint === undefined) {
      return undefined;
    }
    uri.replaceEndpointWildcardPort(resolvedEndpoint);
    return uri.toString();
  }

  /** @cold */
  #checkOpen(): void {
    if (this.#isClosed) {
      throw new AeronError('CLOSED', `subscription is closed: registrationId=${this.registrationId}`);
    }
  }
}
