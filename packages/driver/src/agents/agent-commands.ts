// SPDX-License-Identifier: Apache-2.0
/**
 * Everything that the driver's agents say to each other. Commands are plain data (numbers, strings, booleans, bigints, and
 * records of these), because in the modes with several threads they cross as bytes; what changes often is not said but
 * written to counters, logs and shared state (shared-state/).
 *
 * `endpointId`, `destinationId` and `registrationId` are ids of the to-driver ring's correlation counter, unique in a driver.
 */
import type { SocketAddress } from '@aeron/core/internal';
import type { UdpChannel } from '../media/udp-channel.ts';

/** Counters of one channel end point; -1 where it has none. */
export interface EndpointCounters {
  readonly statusCounterId: number;
  readonly localAddressCounterId: number;
  /** `mdc-num-dest`. */
  readonly destinationsCounterId: number;
}

/** What the sender needs to know of a network publication. It maps the log by itself. */
export interface SenderPublicationSpec {
  readonly registrationId: number;
  readonly endpointId: number;
  readonly channel: string;
  readonly streamId: number;
  readonly sessionId: number;
  readonly initialTermId: number;
  readonly termLength: number;
  readonly mtuLength: number;
  readonly startTermId: number;
  readonly startTermOffset: number;
  readonly logPath: string;
  /** Slot of its PublicationState. */
  readonly stateIndex: number;
  readonly senderPositionCounterId: number;
  readonly senderLimitCounterId: number;
  readonly senderBackPressureCounterId: number;
  readonly senderNaksReceivedCounterId: number;
  /** `fc-receivers`, or -1. */
  readonly flowControlReceiversCounterId: number;
  /** The `fc` parameter, or undefined for the configured strategy. */
  readonly flowControl: string | undefined;
  readonly isMulticastSemantics: boolean;
  readonly isResponse: boolean;
  readonly responseCorrelationId: number;
  readonly maxResend: number;
  readonly signalEos: boolean;
  readonly spiesSimulateConnection: boolean;
}

/** Conductor → sender. */
export type SenderCommand =
  | {
      readonly kind: 'open-send-endpoint';
      readonly endpointId: number;
      readonly channel: UdpChannel;
      readonly counters: EndpointCounters;
      /** Bytes; 0 keeps the operating system's default. */
      readonly socketSendBufferLength: number;
      readonly socketReceiveBufferLength: number;
    }
  | { readonly kind: 'close-send-endpoint'; readonly endpointId: number }
  | { readonly kind: 'add-publication'; readonly publication: SenderPublicationSpec }
  | { readonly kind: 'remove-publication'; readonly registrationId: number }
  | {
      readonly kind: 'add-send-destination';
      readonly endpointId: number;
      readonly destinationId: number;
      readonly uri: string;
      /** Undefined while its name can't be resolved. */
      readonly address: SocketAddress | undefined;
    }
  | {
      readonly kind: 'remove-send-destination';
      readonly endpointId: number;
      readonly uri: string;
      /** What the name resolves to, for a destination that was added under another name. */
      readonly address?: SocketAddress | undefined;
    }
  | { readonly kind: 'remove-send-destination-by-id'; readonly endpointId: number; readonly destinationId: number }
  | {
      readonly kind: 'send-endpoint-resolved';
      readonly endpointId: number;
      /** The name that was resolved anew. */
      readonly endpoint: string;
      readonly address: SocketAddress;
    };

/** What the receiver needs to know of a publication image. It maps the log by itself. */
export interface ReceiverImageSpec {
  readonly correlationId: number;
  readonly endpointId: number;
  /** Index of the transport (destination) that the SETUP came in by. */
  readonly transportIndex: number;
  readonly streamId: number;
  readonly sessionId: number;
  readonly initialTermId: number;
  readonly activeTermId: number;
  readonly initialTermOffset: number;
  readonly termLength: number;
  readonly mtuLength: number;
  readonly logPath: string;
  /** Slot of its ImageState. */
  readonly stateIndex: number;
  readonly hwmCounterId: number;
  readonly rebuildPositionCounterId: number;
  readonly naksSentCounterId: number;
  readonly controlAddress: SocketAddress;
  readonly sourceAddress: SocketAddress;
  readonly isReliable: boolean;
  /** The sender asked for a response set-up. */
  readonly isResponseRequested: boolean;
  readonly groupTag: bigint | undefined;
  readonly initialWindowLength: number;
  /** The largest window that congestion control may give: a packet that lies no further back is a late copy, not a stranger. */
  readonly maxWindowLength: number;
}

/** Conductor → receiver. */
export type ReceiverCommand =
  | {
      readonly kind: 'open-receive-endpoint';
      readonly endpointId: number;
      readonly channel: UdpChannel;
      readonly counters: EndpointCounters;
      readonly receiverId: bigint;
      readonly socketSendBufferLength: number;
      readonly socketReceiveBufferLength: number;
    }
  | { readonly kind: 'close-receive-endpoint'; readonly endpointId: number }
  /** `sessionId` undefined: any session. */
  | {
      readonly kind: 'add-interest';
      readonly endpointId: number;
      readonly streamId: number;
      readonly sessionId: number | undefined;
      readonly isResponse: boolean;
    }
  | {
      readonly kind: 'remove-interest';
      readonly endpointId: number;
      readonly streamId: number;
      readonly sessionId: number | undefined;
    }
  /** A session-specific subscription with explicit control asks for a SETUP at once. */
  | {
      readonly kind: 'request-setup';
      readonly endpointId: number;
      readonly streamId: number;
      readonly sessionId: number;
    }
  | { readonly kind: 'add-image'; readonly image: ReceiverImageSpec }
  /** The conductor could not or would not make the image that `create-image` asked for. */
  | {
      readonly kind: 'image-refused';
      readonly endpointId: number;
      readonly streamId: number;
      readonly sessionId: number;
    }
  | { readonly kind: 'remove-image'; readonly correlationId: number }
  | {
      readonly kind: 'remove-cool-down';
      readonly endpointId: number;
      readonly streamId: number;
      readonly sessionId: number;
    }
  | {
      readonly kind: 'add-receive-destination';
      readonly endpointId: number;
      readonly destinationId: number;
      readonly channel: UdpChannel;
      readonly localAddressCounterId: number;
    }
  | { readonly kind: 'remove-receive-destination'; readonly endpointId: number; readonly destinationId: number }
  | { readonly kind: 'reject-image'; readonly correlationId: number; readonly reason: string }
  /** The response publication exists: tell its session to the requester in RSP_SETUP frames until they connect. */
  | {
      readonly kind: 'response-session';
      readonly correlationId: number;
      readonly responseSessionId: number | undefined;
    }
  | {
      readonly kind: 'receive-endpoint-resolved';
      readonly endpointId: number;
      readonly destinationId: number;
      readonly address: SocketAddress;
    };

/** Sender, receiver → conductor. */
export type ConductorCommand =
  /** The socket is bound: the end point is usable. `destinationId` -1 for the end point itself. */
  | {
      readonly kind: 'endpoint-opened';
      readonly endpointId: number;
      readonly destinationId: number;
      readonly localAddress: SocketAddress;
      readonly socketSendBufferLength: number;
      readonly socketReceiveBufferLength: number;
    }
  | {
      readonly kind: 'endpoint-failed';
      readonly endpointId: number;
      readonly destinationId: number;
      readonly message: string;
      readonly osCode: string;
    }
  /** The agent holds nothing of it any more: conductor may free what belongs to it. */
  | { readonly kind: 'endpoint-closed'; readonly endpointId: number }
  | { readonly kind: 'destination-closed'; readonly endpointId: number; readonly destinationId: number }
  | { readonly kind: 'publication-released'; readonly registrationId: number }
  | { readonly kind: 'image-released'; readonly correlationId: number }
  | {
      readonly kind: 'create-image';
      readonly endpointId: number;
      readonly transportIndex: number;
      readonly streamId: number;
      readonly sessionId: number;
      readonly initialTermId: number;
      readonly activeTermId: number;
      readonly termOffset: number;
      readonly termLength: number;
      readonly mtuLength: number;
      readonly setupFlags: number;
      readonly controlAddress: SocketAddress;
      readonly sourceAddress: SocketAddress;
    }
  /** No frames for the re-resolution interval: look the name up again. `destinationId` -1 for the end point itself. */
  | {
      readonly kind: 're-resolve';
      readonly side: 'send' | 'receive';
      readonly endpointId: number;
      readonly destinationId: number;
      readonly endpoint: string;
      readonly address: SocketAddress | undefined;
    }
  /** The name of its one destination has another address: whether the socket could be connected to that. */
  | { readonly kind: 'send-endpoint-moved'; readonly endpointId: number; readonly isConnected: boolean }
  /** An ERR frame from a receiver that was live. */
  | {
      readonly kind: 'publication-error';
      readonly registrationId: number;
      readonly destinationId: number;
      readonly sessionId: number;
      readonly streamId: number;
      readonly receiverId: bigint;
      readonly groupTag: bigint;
      readonly sourceAddress: SocketAddress;
      readonly errorCode: number;
      readonly message: string;
    }
  /** RSP_SETUP arrived on the end point of the request publication. */
  | {
      readonly kind: 'response-setup';
      readonly responseCorrelationId: number;
      readonly responseSessionId: number;
    }
  /** The first receiver of a response publication is there: its image stops RSP_SETUP. */
  | { readonly kind: 'response-connected'; readonly responseCorrelationId: number }
  /** For the error log, which only the conductor writes. */
  | {
      readonly kind: 'agent-error';
      readonly role: string;
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly code: string | undefined;
    };
