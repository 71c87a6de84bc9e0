// SPDX-License-Identifier: Apache-2.0
/** A UDP channel as the driver's agents know it: its URI parsed, its names resolved, all as plain data. */
import type { SocketAddress } from '@aeron/core/internal';

/** How destinations and the other side of a stream are found. @source aeron-driver/ControlMode */
export type ControlMode = 'none' | 'manual' | 'dynamic' | 'response';

/** A UDP channel with its names resolved. @source aeron-driver/UdpChannel */
export interface UdpChannel {
  /** The URI as the client gave it. */
  readonly uri: string;
  /** Two channels with the same form share an end point. */
  readonly canonicalForm: string;
  readonly controlMode: ControlMode;
  readonly isMulticast: boolean;
  readonly hasExplicitEndpoint: boolean;
  readonly hasExplicitControl: boolean;
  /** The text of `endpoint` and `control`, for resolving them anew. */
  readonly endpointText: string | undefined;
  readonly controlText: string | undefined;
  /** The first of `tags`. */
  readonly tag: bigint | undefined;
  /** Where data goes to (send side) or is bound (receive side). */
  readonly remoteData: SocketAddress;
  readonly localData: SocketAddress;
  /** Where control frames go to. */
  readonly remoteControl: SocketAddress;
  readonly localControl: SocketAddress;
  readonly interfaceAddress: string | undefined;
  readonly interfaceName: string | undefined;
  /** Of the URI, else of the setting; 0: the operating system's default, and on channels that are not multicast. */
  readonly multicastTtl: number;
  /** Bytes; 0: not given in the URI. */
  readonly socketReceiveBufferLength: number;
  readonly socketSendBufferLength: number;
  readonly receiverWindowLength: number;
  readonly groupTag: bigint | undefined;
  /** Undefined: the configured delay. */
  readonly nakDelayNs: number | undefined;
  /** Byte offset in the payload, -8 for the reserved value; undefined: no timestamps. */
  readonly sendTimestampOffset: number | undefined;
  readonly receiveTimestampOffset: number | undefined;
}

/** `UDP-<local>-<remote>`; what else tells channels apart is appended by the caller. */
export function canonicalForm(localText: string, remoteText: string): string {
  return `UDP-${localText}-${remoteText}`;
}

/** Whether data goes to several destinations that are added one by one. */
export function isMultiDestination({ controlMode }: Pick<UdpChannel, 'controlMode'>): boolean {
  return controlMode === 'manual' || controlMode === 'dynamic';
}

/** Whether there may be several receivers. */
export function hasGroupSemantics(channel: Pick<UdpChannel, 'controlMode' | 'isMulticast'>): boolean {
  return channel.isMulticast || isMultiDestination(channel);
}
