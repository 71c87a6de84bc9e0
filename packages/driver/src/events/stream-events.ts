// SPDX-License-Identifier: Apache-2.0
/** Log events of streams and end points that several parts of the conductor share. Conductor only. */
import { formatAddressAndPort } from '@aeron/codecs/internal';
import type { UdpChannel } from '../media/udp-channel.ts';
import type { DriverEvents } from './driver-events.ts';

/** A publication or an image. */
export interface LoggedStream {
  readonly channel: string;
  readonly sessionId: number;
  readonly streamId: number;
}

export function logPublicationCleanup(events: DriverEvents, { channel, sessionId, streamId }: LoggedStream): void {
  if (events.isOn.REMOVE_PUBLICATION_CLEANUP) {
    events.log('REMOVE_PUBLICATION_CLEANUP', { channel, sessionId, streamId });
  }
}

/** @param revokedPos where the stream ends. */
export function logRevoke(
  events: DriverEvents,
  { channel, sessionId, streamId }: LoggedStream,
  revokedPos: number,
): void {
  if (events.isOn.PUBLICATION_REVOKE) {
    events.log('PUBLICATION_REVOKE', { revokedPos, sessionId, streamId, channel });
  }
}

/** What happens to one untethered subscription of a stream. */
export interface UntetheredChange {
  readonly subscriptionId: number;
  readonly oldState: string;
  readonly newState: string;
}

export function logUntethered(
  events: DriverEvents,
  { sessionId, streamId }: Pick<LoggedStream, 'sessionId' | 'streamId'>,
  { subscriptionId, oldState, newState }: UntetheredChange,
): void {
  if (events.isOn.UNTETHERED_SUBSCRIPTION_STATE_CHANGE) {
    events.log('UNTETHERED_SUBSCRIPTION_STATE_CHANGE', { oldState, newState, subscriptionId, streamId, sessionId });
  }
}

type ChannelEvent =
  | 'SEND_CHANNEL_CREATION'
  | 'SEND_CHANNEL_CLOSE'
  | 'RECEIVE_CHANNEL_CREATION'
  | 'RECEIVE_CHANNEL_CLOSE';

/** In the reference's words. */
export function logChannel(events: DriverEvents, event: ChannelEvent, channel: UdpChannel): void {
  if (events.isOn[event]) {
    const { localData, remoteData, multicastTtl } = channel;
    const local = formatAddressAndPort(localData.address, localData.port);
    const remote = formatAddressAndPort(remoteData.address, remoteData.port);
    events.log(event, { value: `localData: ${local}, remoteData: ${remote}, ttl: ${multicastTtl}` });
  }
}
