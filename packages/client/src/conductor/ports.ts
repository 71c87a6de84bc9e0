// SPDX-License-Identifier: Apache-2.0
/**
 * What the client conductor and the resources that it hands out (publications, subscriptions, images, counters) know of each
 * other. Resources get a port and never see the conductor; the conductor calls the few life-cycle methods declared here.
 * Everything here runs in one thread: the one that the client was connected in.
 */

import type { LogBuffers } from '@aeron/codecs/internal';
import type { AtomicBuffer, ErrorHandler } from '@aeron/core';
import type { Clock, CountersReader, Scheduler } from '@aeron/core/internal';
import type { Publication } from '../publication/publication.ts';
import type { Image } from '../subscription/image.ts';
import type { Subscription } from '../subscription/subscription.ts';

/** How long and how firmly to wait. */
export interface WaitOptions {
  /** Ends the wait; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Ends the wait with a time-out error. Ms; the client's driver time-out when left out. */
  readonly timeoutMs?: number;
}

/** Called when an image appears; client calls are refused inside it. */
export type AvailableImageHandler = (image: Image) => void;

/** Called when an image is closed: its position and end-of-stream values are snapshots. */
export type UnavailableImageHandler = (image: Image) => void;

/** What every resource may ask of the client that owns it. */
export interface ClientPort {
  /** True once the client is closed or about to be; then nothing below but `isClosed` and `reportError` may be used. */
  readonly isClosed: boolean;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** The counters of the driver. */
  readonly countersReader: CountersReader;
  /** Gives an error to the error handler in force. */
  reportError(error: unknown): void;
  /** Status of a channel end point by its counter id: 0 reads INITIALIZING (0), -1 reads ACTIVE (1), else the counter. */
  channelStatus(channelStatusId: number): number;
  /** Bound addresses of a channel end point, as `ip:port`; empty until bound. */
  localSocketAddresses(channelStatusId: number): string[];
  /** Works off what the driver has sent, so that a wait of a resource sees it; cheap when there is nothing. */
  service(): number;
}

/** What a subscription asks of the conductor. */
export interface SubscriptionPort extends ClientPort {
  /**
   * Closes it: calls `Subscription.closeLocally`, lets the logs of its images linger, tells its unavailable-image handler
   * of each image, and sends REMOVE_SUBSCRIPTION without waiting for the answer. A no-op when closed already.
   *
   * @throws AeronError REENTRANT_CALL inside an image, counter or close callback.
   */
  releaseSubscription(subscription: Subscription): void;
  addReceiveDestination(registrationId: number, channel: string, options?: WaitOptions): Promise<number>;
  removeReceiveDestination(registrationId: number, channel: string, options?: WaitOptions): Promise<void>;
  /** Without waiting. @returns the correlation id for `isCommandActive`. */
  asyncAddReceiveDestination(registrationId: number, channel: string): number;
  asyncRemoveReceiveDestination(registrationId: number, channel: string): number;
  /** Asks the driver to reject an image at `position`; resolves when it has. */
  rejectImage(imageCorrelationId: number, position: number, reason: string, options?: WaitOptions): Promise<void>;
}

/** What a publication asks of the conductor. */
export interface PublicationPort extends ClientPort {
  /**
   * Closes it: calls `Publication.closeLocally`, lets its log linger, and sends REMOVE_PUBLICATION without waiting for the
   * answer. A no-op when closed already.
   *
   * @throws AeronError REENTRANT_CALL inside an image, counter or close callback.
   */
  releasePublication(publication: Publication): void;
  /** @returns the registration id of the destination. */
  addDestination(registrationId: number, channel: string, options?: WaitOptions): Promise<number>;
  removeDestination(
    registrationId: number,
    destination: string | number | bigint,
    options?: WaitOptions,
  ): Promise<void>;
  /** Without waiting. @returns the correlation id for `isCommandActive`. */
  asyncAddDestination(registrationId: number, channel: string): number;
  asyncRemoveDestination(registrationId: number, destination: string | number | bigint): number;
}

/** What the conductor gives a new publication. */
export interface PublicationParameters {
  readonly conductor: PublicationPort;
  readonly channel: string;
  readonly streamId: number;
  readonly sessionId: number;
  /** Values buffer of the counters and the id of the position limit in it. */
  readonly counterValues: AtomicBuffer;
  readonly positionLimitId: number;
  readonly channelStatusId: number;
  readonly logBuffers: LogBuffers;
  readonly originalRegistrationId: number;
  readonly registrationId: number;
}

/** What the conductor gives a new Subscription. */
export interface SubscriptionParameters {
  readonly conductor: SubscriptionPort;
  readonly channel: string;
  readonly streamId: number;
  readonly registrationId: number;
  readonly availableImageHandler: AvailableImageHandler | undefined;
  readonly unavailableImageHandler: UnavailableImageHandler | undefined;
}

/** What the conductor calls on a Subscription, and nobody else. */
export interface SubscriptionLifecycle {
  readonly registrationId: number;
  readonly channel: string;
  readonly isClosed: boolean;
  readonly channelStatusId: number;
  readonly availableImageHandler: AvailableImageHandler | undefined;
  readonly unavailableImageHandler: UnavailableImageHandler | undefined;
  /** The driver has accepted it. */
  onReady(channelStatusId: number): void;
  addImage(image: Image): void;
  /** Takes the image out of the list and closes it. The conductor releases its log. */
  removeImage(correlationId: number): Image | undefined;
  /** Marks it closed, closes its images and empties the list. @returns those images; the conductor releases their logs. */
  closeLocally(): readonly Image[];
}

/** What the conductor gives a new Image. */
export interface ImageParameters {
  readonly subscription: Subscription;
  readonly conductor: SubscriptionPort;
  readonly sessionId: number;
  /** Values buffer of the counters and the id of the subscriber position in it. */
  readonly counterValues: AtomicBuffer;
  readonly subscriberPositionId: number;
  /** Stays mapped until the conductor has released it and the linger has passed. */
  readonly logBuffers: LogBuffers;
  /** Takes what fragment handlers throw; throws it again when that is what the user asked for. */
  readonly subscriberErrorHandler: ErrorHandler;
  readonly sourceIdentity: string;
  readonly correlationId: number;
}

/** What the conductor calls on an Image. */
export interface ImageLifecycle {
  readonly correlationId: number;
  readonly logBuffers: LogBuffers;
  readonly isClosed: boolean;
  /** Takes the snapshots that stay readable, then refuses all use of the log. */
  closeLocally(): void;
}
