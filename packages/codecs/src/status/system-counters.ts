// SPDX-License-Identifier: Apache-2.0
/**
 * The counters that every driver has one of. The row index is the system counter id, the counter id and the registration id; the
 * driver allocates them first and in this order. Some labels are extended by the driver with its mode, thresholds or version.
 */

import type { CounterKind, CounterUnit } from './counter-kinds.ts';

/** A counter that a driver has once. */
export interface SystemCounterRow {
  readonly id: number;
  readonly name: string;
  /** As the reference writes it, before any extension. */
  readonly label: string;
  readonly kind: CounterKind;
  readonly unit?: CounterUnit;
  /** What it counts, and what it means when it grows. */
  readonly doc: string;
}

/** Every counter that a driver has once, by id. @source aeron-driver/SystemCounterDescriptor */
export const SYSTEM_COUNTERS = [
  {
    id: 0,
    name: 'BYTES_SENT',
    label: 'Bytes sent',
    kind: 'count',
    unit: 'bytes',
    doc: 'Bytes of data and heartbeats handed to sockets, retransmissions left out.',
  },
  {
    id: 1,
    name: 'BYTES_RECEIVED',
    label: 'Bytes received',
    kind: 'count',
    unit: 'bytes',
    doc: 'Bytes of all datagrams that arrived at data sockets.',
  },
  {
    id: 2,
    name: 'RECEIVER_PROXY_FAILS',
    label: 'Failed offers to ReceiverProxy',
    kind: 'count',
    doc: 'Commands of the conductor that the receiver had no room for. Grows when the receiver does not get to run.',
  },
  {
    id: 3,
    name: 'SENDER_PROXY_FAILS',
    label: 'Failed offers to SenderProxy',
    kind: 'count',
    doc: 'Commands of the conductor that the sender had no room for. Grows when the sender does not get to run.',
  },
  {
    id: 4,
    name: 'CONDUCTOR_PROXY_FAILS',
    label: 'Failed offers to DriverConductorProxy',
    kind: 'count',
    doc: 'Commands of sender and receiver that the conductor had no room for. Grows when the conductor does not get to run.',
  },
  {
    id: 5,
    name: 'NAK_MESSAGES_SENT',
    label: 'NAKs sent',
    kind: 'count',
    doc: 'Requests for data that did not arrive. Grows with loss on the way to this machine.',
  },
  {
    id: 6,
    name: 'NAK_MESSAGES_RECEIVED',
    label: 'NAKs received',
    kind: 'count',
    doc: 'Requests for data that did not arrive elsewhere. Grows with loss on the way from this machine.',
  },
  {
    id: 7,
    name: 'STATUS_MESSAGES_SENT',
    label: 'Status Messages sent',
    kind: 'count',
    doc: 'Reports of receivers here on how far they are and how much they can take.',
  },
  {
    id: 8,
    name: 'STATUS_MESSAGES_RECEIVED',
    label: 'Status Messages received',
    kind: 'count',
    doc: 'Such reports from receivers elsewhere. Stands still while publishing: nobody receives, or they do not get through.',
  },
  {
    id: 9,
    name: 'HEARTBEATS_SENT',
    label: 'Heartbeats sent',
    kind: 'count',
    doc: 'Frames without data, sent while a publication has none.',
  },
  {
    id: 10,
    name: 'HEARTBEATS_RECEIVED',
    label: 'Heartbeats received',
    kind: 'count',
    doc: 'Frames without data that arrived.',
  },
  { id: 11, name: 'RETRANSMITS_SENT', label: 'Retransmits sent', kind: 'count', doc: 'Answers to NAKs.' },
  {
    id: 12,
    name: 'FLOW_CONTROL_UNDER_RUNS',
    label: 'Flow control under runs',
    kind: 'count',
    doc: 'Packets that came for data which was read already. Mostly duplicates, by retransmission or by the network.',
  },
  {
    id: 13,
    name: 'FLOW_CONTROL_OVER_RUNS',
    label: 'Flow control over runs',
    kind: 'count',
    doc: 'Packets beyond what a receiver had said that it can take; they are dropped. The sender ignores flow control, or windows differ.',
  },
  {
    id: 14,
    name: 'INVALID_PACKETS',
    label: 'Invalid packets',
    kind: 'count',
    doc: 'Datagrams that are no frames of Aeron. Something else sends to the port.',
  },
  {
    id: 15,
    name: 'ERRORS',
    label: 'Errors: ',
    kind: 'count',
    doc: 'Errors that the driver recorded; `error-stat` shows them.',
  },
  {
    id: 16,
    name: 'SHORT_SENDS',
    label: 'Short sends',
    kind: 'count',
    doc: 'Datagrams that a socket did not take. A send buffer that is too small, or an address that nothing can be sent to.',
  },
  {
    id: 17,
    name: 'FREE_FAILS',
    label: 'Failed attempts to free log buffers',
    kind: 'count',
    doc: 'Log files that could not be deleted yet.',
  },
  {
    id: 18,
    name: 'SENDER_FLOW_CONTROL_LIMITS',
    label: 'Sender flow control limits, i.e. back-pressure events',
    kind: 'count',
    doc: 'How often flow control stopped senders: receivers elsewhere do not keep up.',
  },
  {
    id: 19,
    name: 'UNBLOCKED_PUBLICATIONS',
    label: 'Unblocked Publications',
    kind: 'count',
    doc: 'Messages that a publisher began and never finished, because it died or was paused, and that the driver filled in.',
  },
  {
    id: 20,
    name: 'UNBLOCKED_COMMANDS',
    label: 'Unblocked Control Commands',
    kind: 'count',
    doc: 'Commands that a client began and never finished, because it died or was paused.',
  },
  {
    id: 21,
    name: 'POSSIBLE_TTL_ASYMMETRY',
    label: 'Possible TTL Asymmetry',
    kind: 'count',
    doc: 'Setup frames that came for a group whose answers seem not to get back: look at the TTL of both sides.',
  },
  {
    id: 22,
    name: 'CONTROLLABLE_IDLE_STRATEGY',
    label: 'ControllableIdleStrategy status',
    kind: 'gauge',
    doc: 'How threads with the idle strategy `controllable` idle: 1 noop, 2 spin, 3 yield, 4 park.',
  },
  {
    id: 23,
    name: 'LOSS_GAP_FILLS',
    label: 'Loss gap fills',
    kind: 'count',
    doc: 'Gaps of unreliable streams that were filled with padding: data that subscribers never see.',
  },
  {
    id: 24,
    name: 'CLIENT_TIMEOUTS',
    label: 'Client liveness timeouts',
    kind: 'count',
    doc: 'Clients that ended, or were silent for too long, without saying so. Theirs was taken away from them.',
  },
  {
    id: 25,
    name: 'RESOLUTION_CHANGES',
    label: 'Resolution changes',
    kind: 'count',
    doc: 'Names whose address has changed.',
  },
  {
    id: 26,
    name: 'CONDUCTOR_MAX_CYCLE_TIME',
    label: 'Conductor max cycle time doing its work in ns',
    kind: 'gauge',
    unit: 'ns',
    doc: 'Longest round of work of the conductor so far.',
  },
  {
    id: 27,
    name: 'CONDUCTOR_CYCLE_TIME_THRESHOLD_EXCEEDED',
    label: 'Conductor work cycle exceeded threshold count',
    kind: 'count',
    doc: 'Rounds of the conductor over the threshold in the label.',
  },
  {
    id: 28,
    name: 'SENDER_MAX_CYCLE_TIME',
    label: 'Sender max cycle time doing its work in ns',
    kind: 'gauge',
    unit: 'ns',
    doc: 'Longest round of work of the sender so far.',
  },
  {
    id: 29,
    name: 'SENDER_CYCLE_TIME_THRESHOLD_EXCEEDED',
    label: 'Sender work cycle exceeded threshold count',
    kind: 'count',
    doc: 'Rounds of the sender over the threshold in the label.',
  },
  {
    id: 30,
    name: 'RECEIVER_MAX_CYCLE_TIME',
    label: 'Receiver max cycle time doing its work in ns',
    kind: 'gauge',
    unit: 'ns',
    doc: 'Longest round of work of the receiver so far.',
  },
  {
    id: 31,
    name: 'RECEIVER_CYCLE_TIME_THRESHOLD_EXCEEDED',
    label: 'Receiver work cycle exceeded threshold count',
    kind: 'count',
    doc: 'Rounds of the receiver over the threshold in the label.',
  },
  {
    id: 32,
    name: 'NAME_RESOLVER_MAX_TIME',
    label: 'NameResolver max time in ns',
    kind: 'gauge',
    unit: 'ns',
    doc: 'Longest look-up of a name so far.',
  },
  {
    id: 33,
    name: 'NAME_RESOLVER_TIME_THRESHOLD_EXCEEDED',
    label: 'NameResolver exceeded threshold count',
    kind: 'count',
    doc: 'Look-ups over the threshold in the label.',
  },
  {
    id: 34,
    name: 'AERON_VERSION',
    label: 'Aeron software: ',
    kind: 'gauge',
    doc: 'Version of the driver: major, minor and patch in a byte each; the label says it in words.',
  },
  {
    id: 35,
    name: 'BYTES_CURRENTLY_MAPPED',
    label: 'Bytes currently mapped',
    kind: 'gauge',
    unit: 'bytes',
    doc: 'Files that the driver has mapped.',
  },
  {
    id: 36,
    name: 'RETRANSMITTED_BYTES',
    label: 'Retransmitted bytes',
    kind: 'count',
    unit: 'bytes',
    doc: 'Bytes sent again.',
  },
  {
    id: 37,
    name: 'RETRANSMIT_OVERFLOW',
    label: 'Retransmit Pool Overflow count',
    kind: 'count',
    doc: 'NAKs that could not be served because too many were under way at once.',
  },
  {
    id: 38,
    name: 'ERROR_FRAMES_RECEIVED',
    label: 'Error Frames received',
    kind: 'count',
    doc: 'Streams that a receiver elsewhere has rejected.',
  },
  {
    id: 39,
    name: 'ERROR_FRAMES_SENT',
    label: 'Error Frames sent',
    kind: 'count',
    doc: 'Streams that a receiver here has rejected.',
  },
  {
    id: 40,
    name: 'PUBLICATIONS_REVOKED',
    label: 'Publications Revoked',
    kind: 'count',
    doc: 'Publications that ended without letting their readers finish.',
  },
  {
    id: 41,
    name: 'PUBLICATION_IMAGES_REVOKED',
    label: 'Publication Images Revoked',
    kind: 'count',
    doc: 'Images that ended so.',
  },
  {
    id: 42,
    name: 'IMAGES_REJECTED',
    label: 'Images rejected',
    kind: 'count',
    doc: 'Images that a subscriber has rejected.',
  },
  {
    id: 43,
    name: 'CONTROL_PROTOCOL_VERSION',
    label: 'Control protocol version',
    kind: 'gauge',
    doc: 'Version of the commands that the driver understands; major, minor and patch in a byte each.',
  },
  {
    id: 44,
    name: 'STATUS_MESSAGES_REJECTED',
    label: 'Status Messages rejected',
    kind: 'count',
    doc: 'Status messages that did not fit the stream that they named.',
  },
  {
    id: 45,
    name: 'NATIVE_RESOURCE_AGENT_PROXY_FAILS',
    label: 'Failed offers to NativeResourceAgentProxy',
    kind: 'count',
    doc: 'Commands of the conductor that the agent for files and sockets had no room for.',
  },
] as const satisfies readonly SystemCounterRow[];

type Rows = (typeof SYSTEM_COUNTERS)[number];
/** Name of such a counter in code. */
export type SystemCounterName = Rows['name'];

/** System counter id by name. */
export const SystemCounterId = Object.fromEntries(SYSTEM_COUNTERS.map(({ name, id }) => [name, id])) as {
  readonly [Row in Rows as Row['name']]: Row['id'];
};

/** `version=… commit=…`, as it ends the labels of ERRORS, AERON_VERSION and of client heartbeats. */
export function formatVersionInfo(version: string, commit: string): string {
  return `version=${version} commit=${commit}`;
}
