// SPDX-License-Identifier: Apache-2.0
/**
 * Tells whoever listens in this process what becomes of a client and its resources. A channel that nobody listens to costs one
 * look at a flag, and only at events of the life cycle, never per message.
 *
 * A message states what held when it happened; it is published when the conductor has finished its work, so that a listener may
 * call the client.
 */
import type { DiagnosticChannel, Diagnostics } from '@aeron/core/internal';
import type { PendingCommand } from '../conductor/pending-commands.ts';
import type { Counter } from '../counter/counter.ts';
import { ExclusivePublication } from '../publication/exclusive-publication.ts';
import type { Publication } from '../publication/publication.ts';
import type { Image } from '../subscription/image.ts';
import type { Subscription } from '../subscription/subscription.ts';
import {
  CLIENT_CHANNELS,
  type ClientChannelName,
  type ClientDiagnosticMessages,
  type ClientMessage,
} from './client-channels.ts';

type Facts<Name extends ClientChannelName> = Omit<ClientDiagnosticMessages[Name], keyof ClientMessage>;

export class ClientDiagnostics {
  readonly #channels: Readonly<Record<ClientChannelName, DiagnosticChannel>>;
  readonly #identity: ClientMessage;
  readonly #later: (publish: () => void) => void;

  /** @param later takes what is to be published when the conductor has finished. */
  constructor(diagnostics: Diagnostics, identity: ClientMessage, later: (publish: () => void) => void) {
    const names = Object.keys(CLIENT_CHANNELS) as ClientChannelName[];
    this.#channels = Object.fromEntries(names.map((name) => [name, diagnostics.channel(name)])) as Readonly<
      Record<ClientChannelName, DiagnosticChannel>
    >;
    this.#identity = identity;
    this.#later = later;
  }

  onConnect(): void {
    this.#tell('aeron:client:connect', () => ({}));
  }

  onClose(): void {
    this.#tell('aeron:client:close', () => ({}));
  }

  onError(error: Error): void {
    this.#tell('aeron:client:error', () => ({ error }));
  }

  onRefusal({ kind, correlationId, channel }: PendingCommand, error: Error): void {
    this.#tell('aeron:client:refusal', () => ({ error, command: kind, correlationId, channel }));
  }

  onPublication(event: 'add' | 'remove', publication: Publication): void {
    this.#tell(`aeron:publication:${event}`, () => {
      const { channel, streamId, sessionId, registrationId } = publication;
      const isExclusive = publication instanceof ExclusivePublication;
      return { publication, channel, streamId, sessionId, registrationId, isExclusive };
    });
  }

  onSubscription(event: 'add' | 'remove', subscription: Subscription): void {
    this.#tell(`aeron:subscription:${event}`, () => subscriptionFacts(subscription));
  }

  onImage(event: 'available' | 'unavailable', subscription: Subscription, image: Image): void {
    this.#tell(`aeron:image:${event}`, () => {
      const { sessionId, sourceIdentity, position } = image;
      return { image, sessionId, sourceIdentity, position, ...subscriptionFacts(subscription) };
    });
  }

  onCounter(event: 'add' | 'remove', counter: Counter): void {
    this.#tell(`aeron:counter:${event}`, () => {
      const { id, registrationId } = counter;
      return { counter, counterId: id, registrationId };
    });
  }

  onAnyCounter(event: 'available' | 'unavailable', registrationId: number, counterId: number): void {
    this.#tell(`aeron:counter:${event}`, () => ({ counterId, registrationId }));
  }

  #tell<Name extends ClientChannelName>(name: Name, factsOf: () => Facts<Name>): void {
    const channel = this.#channels[name];
    if (channel.hasSubscribers) {
      const message = { ...this.#identity, ...factsOf() };
      this.#later(() => channel.publish(message));
    }
  }
}

function subscriptionFacts(subscription: Subscription): Facts<'aeron:subscription:add'> {
  const { channel, streamId, registrationId } = subscription;
  return { subscription, channel, streamId, registrationId };
}
