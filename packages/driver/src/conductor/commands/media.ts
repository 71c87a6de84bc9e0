// SPDX-License-Identifier: Apache-2.0
/**
 * Where commands part ways by the kind of channel. Each medium makes the commands that it can serve; the table of commands
 * knows no medium. What a medium refuses, it refuses by throwing.
 */
import type { TaggedPublication } from '../rules/publication-params.ts';
import type { Command } from './command.ts';

export interface AddPublicationRequest {
  readonly clientId: number;
  readonly correlationId: number;
  readonly streamId: number;
  readonly channel: string;
  readonly isExclusive: boolean;
}

export interface AddSubscriptionRequest {
  readonly clientId: number;
  readonly correlationId: number;
  readonly streamId: number;
  readonly channel: string;
}

/** A destination of a publication or subscription that exists. */
export interface DestinationRequest {
  readonly clientId: number;
  readonly correlationId: number;
  /** Of the publication or subscription. */
  readonly registrationId: number;
  readonly channel: string;
}

/** A destination of a publication, by the correlation id that it was added with. */
export interface DestinationByIdRequest {
  readonly correlationId: number;
  readonly registrationId: number;
  readonly destinationRegistrationId: number;
}

/** An image that a client can reject. */
export interface RejectableImage {
  reject(position: number, reason: string): void;
}

/** IPC, network, or spies on network publications. */
export interface Medium {
  addPublication(request: AddPublicationRequest): Command;
  addSubscription(request: AddSubscriptionRequest): Command;
  addReceiveDestination(request: DestinationRequest): Command;
  removeReceiveDestination(request: DestinationRequest): Command;
  findImage(correlationId: number): RejectableImage | undefined;
  /** The publication of this medium that carries the entity tag. */
  findByTag(entityTag: bigint): TaggedPublication | undefined;
}

/** Destinations of publications, which only the network has. */
export interface SendDestinations {
  add(request: DestinationRequest): Command;
  remove(request: DestinationRequest): Command;
  removeById(request: DestinationByIdRequest): Command;
}

export interface Media {
  readonly ipc: Medium;
  readonly network: Medium;
  readonly spy: Medium;
  readonly sendDestinations: SendDestinations;
}

const IPC_PREFIX = 'aeron:ipc';
const SPY_PREFIX = 'aeron-spy:';

/** The medium of a channel that publishes: everything that is not IPC is for the network to accept or refuse. */
export function publicationMedium(media: Media, channel: string): Medium {
  return channel.startsWith(IPC_PREFIX) ? media.ipc : media.network;
}

/** The medium of a channel that subscribes. */
export function subscriptionMedium(media: Media, channel: string): Medium {
  return channel.startsWith(SPY_PREFIX) ? media.spy : publicationMedium(media, channel);
}

/** Every medium once. */
export function allMedia(media: Media): readonly Medium[] {
  return [media.ipc, media.network, media.spy];
}
