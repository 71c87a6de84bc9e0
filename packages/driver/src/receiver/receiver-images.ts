// SPDX-License-Identifier: Apache-2.0
/**
 * The images of the receiver: made when the conductor has made its half, worked in every pass, let go when packets stop or the
 * conductor says so. Whatever becomes of an image, the conductor is told when it is let go. Receiver's thread.
 */
import type { ReceiverCommand, ReceiverImageSpec } from '../agents/agent-commands.ts';
import { MANY_TURNS, RestingTurns } from '../agents/resting-turns.ts';
import { ImageState } from '../shared-state/image-state.ts';
import { stateSlot, WakeList } from '../shared-state/state-table.ts';
import { WakeCalls } from '../shared-state/wake-calls.ts';
import { createImageContext } from './image-context.ts';
import type { ReceiveEndpoint } from './receive-endpoint.ts';
import { ReceiveTimestamp } from './receive-timestamp.ts';
import type { ReceiveTransport } from './receive-transport.ts';
import { ReceiverImage } from './receiver-image.ts';
import type { ReceiverResources } from './receiver-resources.ts';
import type { ReceiverServices } from './receiver-services.ts';

type RemoveCoolDown = Extract<ReceiverCommand, { kind: 'remove-cool-down' }>;

export class ReceiverImages {
  readonly #resources: ReceiverResources;
  readonly #services: ReceiverServices;
  readonly #images: ReceiverImage[] = [];
  readonly #turns = new RestingTurns(MANY_TURNS);
  readonly #calls: WakeCalls;

  constructor(resources: ReceiverResources, services: ReceiverServices) {
    this.#calls = new WakeCalls(resources.stateMemory, WakeList.RECEIVER_IMAGES);
    this.#resources = resources;
    this.#services = services;
  }

  get count(): number {
    return this.#images.length;
  }

  /** One pass over all. @returns how much was done. */
  work(nowNs: number): number {
    let workCount = 0;
    this.#turns.begin(this.#images.length, nowNs);
    const isCalled = this.#calls.begin();
    // From the last to the first: removing one moves none that is still to come.
    for (let i = this.#images.length - 1; i >= 0; i--) {
      const image = this.#images[i];
      if (image === undefined) {
        continue;
      }
      if (isCalled && this.#calls.take(image.stateIndex)) {
        image.quietLooks = 0;
      }
      if (this.#turns.mayPassOver(i, image.quietLooks)) {
        continue;
      }
      if (image.isConnected(nowNs)) {
        workCount += this.#workImage(image, nowNs);
      } else {
        this.#releaseAt(i, image);
        workCount++;
      }
    }
    return workCount;
  }

  /** @param endpoint undefined when it was closed meanwhile. */
  add(spec: ReceiverImageSpec, endpoint: ReceiveEndpoint | undefined): void {
    if (endpoint === undefined) {
      this.#refuse(spec);
      return;
    }
    this.#stopOlderOnes(spec, endpoint);
    try {
      const image = this.#create(spec, endpoint);
      this.#images.push(image);
      if (!endpoint.dispatcher.addImage(image)) {
        this.#releaseAt(this.#images.length - 1, image);
      }
    } catch (error) {
      endpoint.dispatcher.forgetSession(spec.streamId, spec.sessionId, 'INIT_IN_PROGRESS');
      this.#refuse(spec);
      this.#services.outbox.onError(error);
    }
  }

  find(correlationId: number): ReceiverImage | undefined {
    return this.#images.find((image) => image.correlationId === correlationId);
  }

  /** Fine for one that was let go already. */
  remove(correlationId: number): void {
    this.#releaseIf((image) => image.correlationId === correlationId);
  }

  /** The conductor's last word on a session: an image that it has given up counts as gone before its session may come back. */
  removeCoolDown({ endpointId, streamId, sessionId }: RemoveCoolDown, endpoint: ReceiveEndpoint | undefined): void {
    const nowNs = this.#services.time.nanoTime();
    this.#releaseIf(
      (image) =>
        image.endpoint.endpointId === endpointId &&
        image.streamId === streamId &&
        image.sessionId === sessionId &&
        !image.isConnected(nowNs),
    );
    endpoint?.dispatcher.forgetSession(streamId, sessionId, 'ON_COOL_DOWN');
  }

  onDestinationAdded(endpoint: ReceiveEndpoint, transport: ReceiveTransport): void {
    for (const image of this.#images) {
      if (image.endpoint === endpoint) {
        image.addDestination(transport);
      }
    }
  }

  onDestinationRemoved(endpoint: ReceiveEndpoint, transport: ReceiveTransport): void {
    for (const image of this.#images) {
      if (image.endpoint === endpoint) {
        image.removeDestination(transport.index);
      }
    }
  }

  /** Its sockets are about to go. */
  onEndpointClosing(endpoint: ReceiveEndpoint): void {
    this.#releaseIf((image) => image.endpoint === endpoint);
  }

  /** The agent ends: gives up every log. */
  close(): void {
    for (const image of this.#images.splice(0)) {
      image.release();
    }
  }

  /** One that fails must not keep the others from their turn. */
  #workImage(image: ReceiverImage, nowNs: number): number {
    try {
      return image.work(nowNs);
    } catch (error) {
      this.#services.outbox.onError(error, true);
      return 0;
    }
  }

  #create(spec: ReceiverImageSpec, endpoint: ReceiveEndpoint): ReceiverImage {
    const offset = endpoint.channel.receiveTimestampOffset;
    const timestamp = offset === undefined ? undefined : new ReceiveTimestamp(this.#resources.clock, offset);
    return new ReceiverImage(createImageContext(spec, endpoint, this.#resources, this.#services), timestamp);
  }

  /** Two images of one session must not contradict each other: the publication hears the newest. */
  #stopOlderOnes({ streamId, sessionId }: ReceiverImageSpec, endpoint: ReceiveEndpoint): void {
    for (const image of this.#images) {
      if (image.endpoint === endpoint && image.streamId === streamId && image.sessionId === sessionId) {
        image.feedback.stopStatusMessages();
      }
    }
  }

  /** An image that could not be used from the start. */
  #refuse({ stateIndex, correlationId }: ReceiverImageSpec): void {
    const state = new ImageState(stateSlot(this.#resources.stateMemory, stateIndex));
    state.isDeactivated = true;
    state.hasReceiverReleased = true;
    this.#services.outbox.post({ kind: 'image-released', correlationId });
  }

  #releaseIf(condition: (image: ReceiverImage) => boolean): void {
    for (let i = this.#images.length - 1; i >= 0; i--) {
      const image = this.#images[i];
      if (image !== undefined && condition(image)) {
        this.#releaseAt(i, image);
      }
    }
  }

  #releaseAt(index: number, image: ReceiverImage): void {
    this.#images.splice(index, 1);
    image.endpoint.dispatcher.removeImage(image);
    image.release();
    this.#services.outbox.post({ kind: 'image-released', correlationId: image.correlationId });
  }
}
