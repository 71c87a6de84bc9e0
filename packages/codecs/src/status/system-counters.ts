// SPDX-License-Identifier: Apache-2.0
/**
 * The counters that every driver has one of. The row index is the system counter id, the counter id and the registration id; the
 * driver allocates them first and in this order. Some labels are extended by the driver with its mode, thresholds or version.
 */

export interface SystemCounterRow {
  readonly id: number;
  readonly name: string;
  /** As the reference writes it, before any extension. */
  readonly label: string;
}

/** @source aeron-driver/SystemCounterDescriptor */
export const SYSTEM_COUNTERS = [
  { id: 0, name: 'BYTES_SENT', label: 'Bytes sent' },
  { id: 1, name: 'BYTES_RECEIVED', label: 'Bytes received' },
  { id: 2, name: 'RECEIVER_PROXY_FAILS', label: 'Failed offers to ReceiverProxy' },
  { id: 3, name: 'SENDER_PROXY_FAILS', label: 'Failed offers to SenderProxy' },
  { id: 4, name: 'CONDUCTOR_PROXY_FAILS', label: 'Failed offers to DriverConductorProxy' },
  { id: 5, name: 'NAK_MESSAGES_SENT', label: 'NAKs sent' },
  { id: 6, name: 'NAK_MESSAGES_RECEIVED', label: 'NAKs received' },
  { id: 7, name: 'STATUS_MESSAGES_SENT', label: 'Status Messages sent' },
  { id: 8, name: 'STATUS_MESSAGES_RECEIVED', label: 'Status Messages received' },
  { id: 9, name: 'HEARTBEATS_SENT', label: 'Heartbeats sent' },
  { id: 10, name: 'HEARTBEATS_RECEIVED', label: 'Heartbeats received' },
  { id: 11, name: 'RETRANSMITS_SENT', label: 'Retransmits sent' },
  { id: 12, name: 'FLOW_CONTROL_UNDER_RUNS', label: 'Flow control under runs' },
  { id: 13, name: 'FLOW_CONTROL_OVER_RUNS', label: 'Flow control over runs' },
  { id: 14, name: 'INVALID_PACKETS', label: 'Invalid packets' },
  { id: 15, name: 'ERRORS', label: 'Errors: ' },
  { id: 16, name: 'SHORT_SENDS', label: 'Short sends' },
  { id: 17, name: 'FREE_FAILS', label: 'Failed attempts to free log buffers' },
  { id: 18, name: 'SENDER_FLOW_CONTROL_LIMITS', label: 'Sender flow control limits, i.e. back-pressure events' },
  { id: 19, name: 'UNBLOCKED_PUBLICATIONS', label: 'Unblocked Publications' },
  { id: 20, name: 'UNBLOCKED_COMMANDS', label: 'Unblocked Control Commands' },
  { id: 21, name: 'POSSIBLE_TTL_ASYMMETRY', label: 'Possible TTL Asymmetry' },
  { id: 22, name: 'CONTROLLABLE_IDLE_STRATEGY', label: 'ControllableIdleStrategy status' },
  { id: 23, name: 'LOSS_GAP_FILLS', label: 'Loss gap fills' },
  { id: 24, name: 'CLIENT_TIMEOUTS', label: 'Client liveness timeouts' },
  { id: 25, name: 'RESOLUTION_CHANGES', label: 'Resolution changes' },
  { id: 26, name: 'CONDUCTOR_MAX_CYCLE_TIME', label: 'Conductor max cycle time doing its work in ns' },
  { id: 27, name: 'CONDUCTOR_CYCLE_TIME_THRESHOLD_EXCEEDED', label: 'Conductor work cycle exceeded threshold count' },
  { id: 28, name: 'SENDER_MAX_CYCLE_TIME', label: 'Sender max cycle time doing its work in ns' },
  { id: 29, name: 'SENDER_CYCLE_TIME_THRESHOLD_EXCEEDED', label: 'Sender work cycle exceeded threshold count' },
  { id: 30, name: 'RECEIVER_MAX_CYCLE_TIME', label: 'Receiver max cycle time doing its work in ns' },
  { id: 31, name: 'RECEIVER_CYCLE_TIME_THRESHOLD_EXCEEDED', label: 'Receiver work cycle exceeded threshold count' },
  { id: 32, name: 'NAME_RESOLVER_MAX_TIME', label: 'NameResolver max time in ns' },
  { id: 33, name: 'NAME_RESOLVER_TIME_THRESHOLD_EXCEEDED', label: 'NameResolver exceeded threshold count' },
  { id: 34, name: 'AERON_VERSION', label: 'Aeron software: ' },
  { id: 35, name: 'BYTES_CURRENTLY_MAPPED', label: 'Bytes currently mapped' },
  { id: 36, name: 'RETRANSMITTED_BYTES', label: 'Retransmitted bytes' },
  { id: 37, name: 'RETRANSMIT_OVERFLOW', label: 'Retransmit Pool Overflow count' },
  { id: 38, name: 'ERROR_FRAMES_RECEIVED', label: 'Error Frames received' },
  { id: 39, name: 'ERROR_FRAMES_SENT', label: 'Error Frames sent' },
  { id: 40, name: 'PUBLICATIONS_REVOKED', label: 'Publications Revoked' },
  { id: 41, name: 'PUBLICATION_IMAGES_REVOKED', label: 'Publication Images Revoked' },
  { id: 42, name: 'IMAGES_REJECTED', label: 'Images rejected' },
  { id: 43, name: 'CONTROL_PROTOCOL_VERSION', label: 'Control protocol version' },
  { id: 44, name: 'STATUS_MESSAGES_REJECTED', label: 'Status Messages rejected' },
  { id: 45, name: 'NATIVE_RESOURCE_AGENT_PROXY_FAILS', label: 'Failed offers to NativeResourceAgentProxy' },
] as const satisfies readonly SystemCounterRow[];

type Rows = (typeof SYSTEM_COUNTERS)[number];
export type SystemCounterName = Rows['name'];

/** System counter id by name. */
export const SystemCounterId = Object.fromEntries(SYSTEM_COUNTERS.map(({ name, id }) => [name, id])) as {
  readonly [Row in Rows as Row['name']]: Row['id'];
};

/** `version=… commit=…`, as it ends the labels of ERRORS, AERON_VERSION and of client heartbeats. */
export function formatVersionInfo(version: string, commit: string): string {
  return `version=${version} commit=${commit}`;
}
