// SPDX-License-Identifier: Apache-2.0
/**
 * What the conductor asks of the native-resource agent, and what it answers. Plain data, because the two may run in different
 * threads. A request that has an answer carries a `requestId`, unique in the conductor.
 */
import type { SocketAddress } from '@aeron/core/internal';
import type { UdpChannel } from '../media/udp-channel.ts';
import type { NameParameter } from '../naming/name-resolver.ts';

/** Whose log it is; each kind has its folder. */
export type LogKind = 'publication' | 'image';

/** Which log buffer file. */
export interface LogId {
  readonly logKind: LogKind;
  /** Registration id of the publication, or correlation id of the image. */
  readonly registrationId: number;
}

/** Conductor → native-resource agent. */
export type NativeResourceCommand =
  | {
      readonly kind: 'create-log';
      readonly requestId: number;
      readonly log: LogId;
      readonly termLength: number;
      readonly isSparse: boolean;
    }
  | {
      readonly kind: 'resolve-channel';
      readonly requestId: number;
      readonly uri: string;
      /** Whether it is a destination of a multi-destination subscription. */
      readonly isDestination: boolean;
    }
  /** Looks up the address behind `host:port`. */
  | {
      readonly kind: 'resolve-address';
      readonly requestId: number;
      readonly text: string;
      readonly parameter: NameParameter;
      readonly isReResolution: boolean;
    }
  /** No answer: a deletion that fails is tried again until it succeeds. */
  | { readonly kind: 'free-log'; readonly log: LogId };

/** Native-resource agent → conductor. */
export type NativeResourceAnswer =
  | { readonly kind: 'done'; readonly requestId: number }
  | { readonly kind: 'channel-resolved'; readonly requestId: number; readonly channel: UdpChannel }
  /** Without an address the name is unknown. */
  | { readonly kind: 'address-resolved'; readonly requestId: number; readonly address?: SocketAddress | undefined }
  /** `errorCode` and `message` are what the client will be told. */
  | { readonly kind: 'failed'; readonly requestId: number; readonly errorCode: number; readonly message: string };
