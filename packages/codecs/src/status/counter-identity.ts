// SPDX-License-Identifier: Apache-2.0
/**
 * Key and label of the driver's counters, byte for byte as the reference makes them, so that tools of either side find
 * counters of the other. Pure. Whatever does not fit is cut, never refused.
 */
import { AtomicBuffer, MAX_COUNTER_KEY_LENGTH, MAX_COUNTER_LABEL_LENGTH } from '@aeron/core/internal';
import type { DRIVER_COUNTERS, DriverCounterRow } from './driver-counters.ts';
import { ChannelCounterKeyFlyweight } from './generated/channel-counter-key.ts';
import {
  HEARTBEAT_TIMESTAMP_KEY_BLOCK_LENGTH,
  HeartbeatTimestampKeyFlyweight,
} from './generated/heartbeat-timestamp-key.ts';
import {
  LOCAL_SOCKET_ADDRESS_KEY_MIN_LENGTH,
  LocalSocketAddressKeyFlyweight,
} from './generated/local-socket-address-key.ts';
import { STREAM_COUNTER_KEY_MIN_LENGTH, StreamCounterKeyFlyweight } from './generated/stream-counter-key.ts';
import { SYSTEM_COUNTER_KEY_BLOCK_LENGTH, SystemCounterKeyFlyweight } from './generated/system-counter-key.ts';
import { formatVersionInfo } from './system-counters.ts';

/** What a join position may add to a label. */
const JOIN_POSITION_ROOM = 20;
const NULL_POSITION = -1;

/** What a counter is allocated with. */
export interface CounterIdentity {
  readonly typeId: number;
  readonly key: Uint8Array;
  /** ASCII when written, at most MAX_COUNTER_LABEL_LENGTH characters. */
  readonly label: string;
}

/** What a counter of a stream is about. */
export interface StreamIdentity {
  /** Of the publication, the image or the subscription. */
  readonly registrationId: number;
  readonly sessionId: number;
  readonly streamId: number;
  /** Channel URI. */
  readonly channel: string;
}

type RowsWithKey<Kind extends DriverCounterRow['key']> = Extract<
  (typeof DRIVER_COUNTERS)[keyof typeof DRIVER_COUNTERS],
  { readonly key: Kind }
>;

/**
 * A counter of a publication, an image or a subscriber.
 *
 * @param joinPosition where a subscriber joined, stream bytes; -1 when the label has none.
 * @source aeron-driver/StreamCounter
 */
export function streamCounter(
  row: RowsWithKey<'stream'> | DriverCounterRow,
  stream: StreamIdentity,
  joinPosition: number = NULL_POSITION,
): CounterIdentity {
  const { registrationId, sessionId, streamId } = stream;
  const channel = stream.channel.slice(0, MAX_COUNTER_KEY_LENGTH - STREAM_COUNTER_KEY_MIN_LENGTH);
  const buffer = AtomicBuffer.allocate(StreamCounterKeyFlyweight.computeLength(channel.length));
  const key = new StreamCounterKeyFlyweight().wrap(buffer, 0);
  key.registrationId = registrationId;
  key.sessionId = sessionId;
  key.streamId = streamId;
  key.channel = channel;
  let label = cutLabel(`${row.label}: ${registrationId} ${sessionId} ${streamId} ${stream.channel}`);
  if (joinPosition !== NULL_POSITION && label.length < MAX_COUNTER_LABEL_LENGTH - JOIN_POSITION_ROOM) {
    label += ` @${joinPosition}`;
  }
  return { typeId: row.typeId, key: buffer.bytes, label };
}

/**
 * A counter of a channel. The label ends in a blank, because the bound address is appended to it later.
 *
 * @source aeron-client/ChannelEndpointStatus
 */
export function channelCounter(row: RowsWithKey<'channel'>, channel: string): CounterIdentity {
  const keyChannel = channel.slice(0, MAX_COUNTER_KEY_LENGTH - 4);
  const buffer = AtomicBuffer.allocate(ChannelCounterKeyFlyweight.computeLength(keyChannel.length));
  new ChannelCounterKeyFlyweight().wrap(buffer, 0).channel = keyChannel;
  return { typeId: row.typeId, key: buffer.bytes, label: cutLabel(`${row.label}: ${channel} `) };
}

/**
 * A counter of the address that a channel is bound to, before it is: the driver then writes the address into the key and appends it to the label.
 * See {@link checkBoundAddress}.
 *
 * @source aeron-client/LocalSocketAddressStatus
 */
export function localSocketAddressCounter(
  row: RowsWithKey<'localSocketAddress'>,
  channelStatusId: number,
): CounterIdentity {
  const buffer = AtomicBuffer.allocate(LOCAL_SOCKET_ADDRESS_KEY_MIN_LENGTH);
  new LocalSocketAddressKeyFlyweight().wrap(buffer, 0).channelStatusId = channelStatusId;
  return { typeId: row.typeId, key: buffer.bytes, label: `${row.label}: ${channelStatusId} ` };
}

/**
 * The heartbeat counter of a client. The client appends its name and version to the label: see {@link heartbeatLabelSuffix}.
 *
 * @source aeron-client/HeartbeatTimestamp
 */
export function heartbeatCounter(row: RowsWithKey<'heartbeat'>, clientId: number): CounterIdentity {
  const buffer = AtomicBuffer.allocate(HEARTBEAT_TIMESTAMP_KEY_BLOCK_LENGTH);
  new HeartbeatTimestampKeyFlyweight().wrap(buffer, 0).clientId = clientId;
  return { typeId: row.typeId, key: buffer.bytes, label: `${row.label}: id=${clientId}` };
}

/** What a client appends to the label of its heartbeat counter. */
export function heartbeatLabelSuffix(clientName: string, version: string, commit: string): string {
  return ` name=${clientName} ${formatVersionInfo(version, commit)}`;
}

/** Key of a system counter. @source aeron-driver/SystemCounterDescriptor */
export function systemCounterKey(systemCounterId: number): Uint8Array {
  const buffer = AtomicBuffer.allocate(SYSTEM_COUNTER_KEY_BLOCK_LENGTH);
  new SystemCounterKeyFlyweight().wrap(buffer, 0).systemCounterId = systemCounterId;
  return buffer.bytes;
}

function cutLabel(label: string): string {
  return label.slice(0, MAX_COUNTER_LABEL_LENGTH);
}
