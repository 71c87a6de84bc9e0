// SPDX-License-Identifier: Apache-2.0
/** The diagnostics channels that a client publishes to: one row per channel, and what its messages carry. */
import type { Counter } from '../counter/counter.ts';
import type { Publication } from '../publication/publication.ts';
import type { Image } from '../subscription/image.ts';
import type { Subscription } from '../subscription/subscription.ts';

/** In every message of a client. */
export interface ClientMessage {
  readonly clientId: number;
  readonly clientName: string;
  /** Of the driver. */
  readonly aeronDirectory: string;
}

interface ClientErrorMessage extends ClientMessage {
  readonly error: Error;
}

interface RefusalMessage extends ClientErrorMessage {
  /** `publication`, `subscription`, `destination`, … */
  readonly command: string;
  readonly correlationId: number;
  readonly channel: string;
}

interface PublicationMessage extends ClientMessage {
  readonly publication: Publication;
  readonly channel: string;
  readonly streamId: number;
  readonly sessionId: number;
  readonly registrationId: number;
  readonly isExclusive: boolean;
}

interface SubscriptionMessage extends ClientMessage {
  readonly subscription: Subscription;
  readonly channel: string;
  readonly streamId: number;
  readonly registrationId: number;
}

interface ImageMessage extends SubscriptionMessage {
  readonly image: Image;
  readonly sessionId: number;
  readonly sourceIdentity: string;
  /** Where the reader stands, stream bytes. */
  readonly position: number;
}

interface CounterMessage extends ClientMessage {
  readonly counter: Counter;
  readonly counterId: number;
  readonly registrationId: number;
}

interface AnyCounterMessage extends ClientMessage {
  readonly counterId: number;
  readonly registrationId: number;
}

/** Channel → its messages. */
export interface ClientDiagnosticMessages {
  'aeron:client:connect': ClientMessage;
  'aeron:client:close': ClientMessage;
  'aeron:client:error': ClientErrorMessage;
  'aeron:client:refusal': RefusalMessage;
  'aeron:publication:add': PublicationMessage;
  'aeron:publication:remove': PublicationMessage;
  'aeron:subscription:add': SubscriptionMessage;
  'aeron:subscription:remove': SubscriptionMessage;
  'aeron:image:available': ImageMessage;
  'aeron:image:unavailable': ImageMessage;
  'aeron:counter:add': CounterMessage;
  'aeron:counter:remove': CounterMessage;
  'aeron:counter:available': AnyCounterMessage;
  'aeron:counter:unavailable': AnyCounterMessage;
}

/** Name of a diagnostics channel of clients. */
export type ClientChannelName = keyof ClientDiagnosticMessages;

/** A diagnostics channel. */
export interface DiagnosticChannelRow {
  /** When a message is published. */
  readonly doc: string;
  /** What it carries beyond the identity of its client or driver. */
  readonly fields: readonly string[];
}

const STREAM = ['channel', 'streamId'] as const;
const PUBLICATION = ['publication', ...STREAM, 'sessionId', 'registrationId', 'isExclusive'] as const;
const SUBSCRIPTION = ['subscription', ...STREAM, 'registrationId'] as const;
const IMAGE = ['image', 'sessionId', 'sourceIdentity', 'position', ...SUBSCRIPTION] as const;

/** Every diagnostics channel of clients. */
export const CLIENT_CHANNELS = {
  'aeron:client:connect': { doc: 'A client has connected to its driver.', fields: [] },
  'aeron:client:close': { doc: 'A client has let go of everything, asked to or not.', fields: [] },
  'aeron:client:error': { doc: 'An error that no caller could be given.', fields: ['error'] },
  'aeron:client:refusal': {
    doc: 'The driver refused a command, or what it gave could not be used.',
    fields: ['error', 'command', 'correlationId', 'channel'],
  },
  'aeron:publication:add': { doc: 'The driver has made a publication.', fields: PUBLICATION },
  'aeron:publication:remove': { doc: 'A publication was closed.', fields: PUBLICATION },
  'aeron:subscription:add': { doc: 'The driver has made a subscription.', fields: SUBSCRIPTION },
  'aeron:subscription:remove': { doc: 'A subscription was closed.', fields: SUBSCRIPTION },
  'aeron:image:available': { doc: 'A publisher appeared at a subscription.', fields: IMAGE },
  'aeron:image:unavailable': {
    doc: 'A publisher has gone from a subscription, or the latter was closed.',
    fields: IMAGE,
  },
  'aeron:counter:add': {
    doc: 'The driver has made a counter of this client.',
    fields: ['counter', 'counterId', 'registrationId'],
  },
  'aeron:counter:remove': {
    doc: 'A counter of this client was closed.',
    fields: ['counter', 'counterId', 'registrationId'],
  },
  'aeron:counter:available': { doc: 'A counter of any client appeared.', fields: ['counterId', 'registrationId'] },
  'aeron:counter:unavailable': { doc: 'A counter of any client went away.', fields: ['counterId', 'registrationId'] },
} as const satisfies Readonly<Record<ClientChannelName, DiagnosticChannelRow>>;
