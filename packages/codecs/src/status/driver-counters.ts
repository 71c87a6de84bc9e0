// SPDX-License-Identifier: Apache-2.0
/**
 * The counters that a driver keeps, apart from the system counters: type id, name at the start of the label, and how key and
 * label are made. One row per name; several names may share a type id.
 */

import type { CounterKind, CounterUnit } from './counter-kinds.ts';

/** Which of the key layouts a counter has: see counter-keys.layout.ts. `empty` and `index` belong to the name resolver. */
export type CounterKeyKind = 'stream' | 'channel' | 'localSocketAddress' | 'heartbeat' | 'empty' | 'index';

/** Whose counter it is, as its owner id says: that of a client, or none (0 or -1). */
export type CounterOwner = 'client' | 'driver';

/** A kind of counter that streams, channels or clients have. */
export interface DriverCounterRow {
  readonly typeId: number;
  /** Start of the label. */
  readonly label: string;
  readonly key: CounterKeyKind;
  readonly owner: CounterOwner;
  readonly kind: CounterKind;
  readonly unit?: CounterUnit;
  readonly doc: string;
}

const position = (typeId: number, label: string, doc: string) =>
  ({ typeId, label, key: 'stream', owner: 'client', kind: 'gauge', unit: 'bytes', doc }) as const;
const count = (typeId: number, label: string, doc: string) =>
  ({ typeId, label, key: 'stream', owner: 'client', kind: 'count', doc }) as const;
const channel = (typeId: number, label: string, doc: string) =>
  ({ typeId, label, key: 'channel', owner: 'driver', kind: 'gauge', doc }) as const;

/** Every kind of counter that streams, channels and clients have. @source aeron-client/AeronCounters */
export const DRIVER_COUNTERS = {
  PUBLISHER_LIMIT: position(1, 'pub-lmt', 'Position up to which a publication may be offered to.'),
  SENDER_POSITION: position(2, 'snd-pos', 'Position up to which the sender has sent.'),
  RECEIVER_HWM: position(3, 'rcv-hwm', 'Highest position that an image has received.'),
  SUBSCRIBER_POSITION: position(4, 'sub-pos', 'Position up to which a subscriber has consumed.'),
  RECEIVER_POSITION: position(5, 'rcv-pos', 'Position up to which an image is complete.'),
  SEND_CHANNEL_STATUS: channel(
    6,
    'snd-channel',
    'Status of a sending channel: -1 errored, 0 initialising, 1 active, 2 closing.',
  ),
  RECEIVE_CHANNEL_STATUS: channel(
    7,
    'rcv-channel',
    'Status of a receiving channel: -1 errored, 0 initialising, 1 active, 2 closing.',
  ),
  SENDER_LIMIT: position(9, 'snd-lmt', 'Position up to which flow control lets the sender send.'),
  CUBIC_RTT: {
    typeId: 10,
    label: 'rcv-cc-cubic-rtt',
    key: 'stream',
    owner: 'driver',
    kind: 'gauge',
    unit: 'ns',
    doc: 'Round-trip time seen by cubic congestion control.',
  },
  CUBIC_WINDOW: {
    typeId: 10,
    label: 'rcv-cc-cubic-wnd',
    key: 'stream',
    owner: 'driver',
    kind: 'gauge',
    unit: 'bytes',
    doc: 'Window of cubic congestion control.',
  },
  CLIENT_HEARTBEAT: {
    typeId: 11,
    label: 'client-heartbeat',
    key: 'heartbeat',
    owner: 'client',
    kind: 'gauge',
    unit: 'ms',
    doc: 'When a client was last alive, since 1970.',
  },
  PUBLISHER_POSITION_CONCURRENT: position(12, 'pub-pos (concurrent)', 'Position of a publication, sampled.'),
  PUBLISHER_POSITION_EXCLUSIVE: position(12, 'pub-pos (exclusive)', 'Position of an exclusive publication, sampled.'),
  SENDER_BACK_PRESSURE_EVENTS: count(13, 'snd-bpe', 'How often flow control has stopped the sender.'),
  SEND_LOCAL_SOCKET_ADDRESS: {
    typeId: 14,
    label: 'snd-local-sockaddr',
    key: 'localSocketAddress',
    owner: 'driver',
    kind: 'gauge',
    doc: 'Address that a sending channel is bound to.',
  },
  RECEIVE_LOCAL_SOCKET_ADDRESS: {
    typeId: 14,
    label: 'rcv-local-sockaddr',
    key: 'localSocketAddress',
    owner: 'driver',
    kind: 'gauge',
    doc: 'Address that a receiving channel is bound to.',
  },
  RESOLVER_NEIGHBORS: {
    typeId: 15,
    label: 'Resolver neighbors',
    key: 'empty',
    owner: 'driver',
    kind: 'gauge',
    doc: 'Drivers known by name.',
  },
  RESOLVER_CACHE_ENTRIES: {
    typeId: 16,
    label: 'Resolver cache entries',
    key: 'empty',
    owner: 'driver',
    kind: 'gauge',
    doc: 'Names cached.',
  },
  FLOW_CONTROL_RECEIVERS: {
    typeId: 17,
    label: 'fc-receivers',
    key: 'stream',
    owner: 'driver',
    kind: 'gauge',
    doc: 'Receivers that flow control waits for.',
  },
  MDC_DESTINATIONS: channel(18, 'mdc-num-dest', 'Destinations of a channel.'),
  SENDER_NAKS_RECEIVED: count(19, 'snd-naks-received', 'NAKs that a publication has received.'),
  RECEIVER_NAKS_SENT: count(20, 'rcv-naks-sent', 'NAKs that an image has sent.'),
  RESOLVER_BOOTSTRAP_NEIGHBOR: {
    typeId: 21,
    label: 'Bootstrap neighbor',
    key: 'index',
    owner: 'driver',
    kind: 'gauge',
    doc: '1 when the neighbour is the one in use.',
  },
} as const satisfies Readonly<Record<string, DriverCounterRow>>;

/** Name of such a kind in code. */
export type DriverCounterName = keyof typeof DRIVER_COUNTERS;

/** Type id of every system counter. */
export const SYSTEM_COUNTER_TYPE_ID = 0;
/** Counters of applications have type ids from here on; those below belong to Aeron. */
export const FIRST_APPLICATION_COUNTER_TYPE_ID = 1000;

/** Who owns the type ids below {@link FIRST_APPLICATION_COUNTER_TYPE_ID}; both ends inclusive. */
export const COUNTER_TYPE_RANGES = [
  { from: 0, to: 99, owner: 'client and driver' },
  { from: 100, to: 199, owner: 'archive' },
  { from: 200, to: 299, owner: 'cluster' },
  { from: 300, to: 399, owner: 'selector' },
  { from: 500, to: 599, owner: 'sequencer' },
] as const;

/** Type ids below 100 that belong to transports which are not built in; both ends inclusive. */
export const TRANSPORT_COUNTER_TYPE_RANGES = [
  { from: 50, to: 60, owner: 'ef_vi' },
  { from: 61, to: 63, owner: 'VMA' },
  { from: 65, to: 74, owner: 'ATS' },
  { from: 75, to: 95, owner: 'DPDK' },
] as const;

/** Statuses of a channel end point, the values of its counter. @source aeron-client/ChannelEndpointStatus */
export const ChannelEndpointStatus = { ERRORED: -1, INITIALIZING: 0, ACTIVE: 1, CLOSING: 2 } as const;

/** Counter id of the status of a channel that has none: IPC and spies. */
export const NO_CHANNEL_STATUS_ID = -1;

/** The name of a channel end point status. */
export function channelEndpointStatusName(status: number): string {
  const row = Object.entries(ChannelEndpointStatus).find(([, value]) => value === status);
  return row === undefined ? `unknown id=${status}` : row[0];
}

/**
 * What a channel status counter means to the owner of a publication or subscription: a channel without a counter is always
 * active, and one whose counter is not yet known is being set up.
 *
 * @param counterValue reads the counter of that id.
 */
export function channelStatusOf(channelStatusId: number, counterValue: (counterId: number) => number): number {
  if (channelStatusId === NO_CHANNEL_STATUS_ID) {
    return ChannelEndpointStatus.ACTIVE;
  }
  return channelStatusId === 0 ? ChannelEndpointStatus.INITIALIZING : counterValue(channelStatusId);
}
