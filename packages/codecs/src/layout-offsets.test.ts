// SPDX-License-Identifier: Apache-2.0
/**
 * Offsets against the C headers of the reference: field names, types and packing are typed from there, and offsets follow
 * from them by the rules of C, so that no offset was copied from the layout tables.
 */
import {
  BROADCAST_TAIL_OFFSET,
  BROADCAST_TRAILER_LENGTH,
  CONSUMER_HEARTBEAT_OFFSET,
  CORRELATION_COUNTER_OFFSET,
  COUNTER_FREE_FOR_REUSE_DEADLINE_OFFSET,
  COUNTER_KEY_OFFSET,
  COUNTER_LABEL_LENGTH_OFFSET,
  COUNTER_LABEL_OFFSET,
  COUNTER_LENGTH,
  COUNTER_METADATA_LENGTH,
  COUNTER_OWNER_ID_OFFSET,
  COUNTER_REFERENCE_ID_OFFSET,
  COUNTER_REGISTRATION_ID_OFFSET,
  COUNTER_TYPE_ID_OFFSET,
  HEAD_CACHE_POSITION_OFFSET,
  HEAD_POSITION_OFFSET,
  LATEST_OFFSET,
  MAX_COUNTER_KEY_LENGTH,
  MAX_COUNTER_LABEL_LENGTH,
  RECORD_ALIGNMENT,
  RECORD_HEADER_LENGTH,
  RECORD_TYPE_OFFSET,
  RING_BUFFER_TRAILER_LENGTH,
  TAIL_INTENT_OFFSET,
  TAIL_POSITION_OFFSET,
} from '@aeron/core/internal';
import * as cnc from './cnc/generated/index.ts';
import * as command from './command/generated/index.ts';
import * as log from './logbuffer/generated/index.ts';
import * as protocol from './protocol/generated/index.ts';

const CONSTANTS: Readonly<Record<string, unknown>> = { ...cnc, ...command, ...log, ...protocol };

/** A member of a C struct: name, and bytes or a struct. `=name` states what we call it where that differs. */
type Member = readonly [name: string, type: number | Struct, ours?: string];
interface Struct {
  readonly members: readonly { readonly ours: string; readonly offset: number }[];
  readonly size: number;
}

const int8 = 1;
const int16 = 2;
const int32 = 4;
const int64 = 8;
const PAD = '';

/** Lays members out as a C compiler does under `#pragma pack(pack)`; `array` members are given as their total size. */
function struct(pack: number, ...members: readonly Member[]): Struct {
  const laidOut: { ours: string; offset: number }[] = [];
  let end = 0;
  for (const [name, type, ours] of members) {
    if (typeof type !== 'number') {
      laidOut.push(...type.members.map((member) => ({ ours: member.ours, offset: end + member.offset })));
      end += type.size;
      continue;
    }
    const alignment = Math.min([1, 2, 4, 8].includes(type) ? type : 1, pack);
    const offset = Math.ceil(end / alignment) * alignment;
    if (name !== PAD) {
      laidOut.push({ ours: ours ?? name.toUpperCase(), offset });
    }
    end = offset + type;
  }
  return { members: laidOut, size: end };
}

const frameHeader = struct(4, ['frame_length', int32], ['version', int8], ['flags', int8], ['type', int16]);
const session: readonly Member[] = [
  ['session_id', int32],
  ['stream_id', int32],
];
const correlated = struct(4, ['client_id', int64], ['correlation_id', int64]);
const resolutionHeader = struct(
  1,
  ['res_type', int8, 'RESOLUTION_TYPE'],
  ['res_flags', int8, 'FLAGS'],
  ['udp_port', int16],
  ['age_in_ms', int32],
);

// aeron_udp_protocol.h
const FRAMES: Readonly<Record<string, Struct>> = {
  FRAME_HEADER: frameHeader,
  DATA_HEADER: struct(
    4,
    ['frame_header', frameHeader],
    ['term_offset', int32],
    ...session,
    ['term_id', int32],
    ['reserved_value', int64],
  ),
  NAK: struct(
    4,
    ['frame_header', frameHeader],
    ...session,
    ['term_id', int32],
    ['term_offset', int32],
    ['length', int32],
  ),
  STATUS_MESSAGE: struct(
    4,
    ['frame_header', frameHeader],
    ...session,
    ['consumption_term_id', int32],
    ['consumption_term_offset', int32],
    ['receiver_window', int32, 'RECEIVER_WINDOW_LENGTH'],
    ['receiver_id', int64],
    ['group_tag', int64],
  ),
  ERROR_FRAME: struct(
    4,
    ['frame_header', frameHeader],
    ...session,
    ['receiver_id', int64],
    ['group_tag', int64],
    ['error_code', int32],
    ['error_length', int32, 'MESSAGE_LENGTH'],
  ),
  SETUP: struct(
    4,
    ['frame_header', frameHeader],
    ['term_offset', int32],
    ...session,
    ['initial_term_id', int32],
    ['active_term_id', int32],
    ['term_length', int32],
    ['mtu', int32, 'MTU_LENGTH'],
    ['ttl', int32],
  ),
  RTT_MEASUREMENT: struct(
    4,
    ['frame_header', frameHeader],
    ...session,
    ['echo_timestamp', int64, 'ECHO_TIMESTAMP_NS'],
    ['reception_delta', int64, 'RECEPTION_DELTA_NS'],
    ['receiver_id', int64],
  ),
  RESPONSE_SETUP: struct(1, ['frame_header', frameHeader], ...session, ['response_session_id', int32]),
  RESOLUTION_ENTRY_IPV4: struct(
    1,
    ['resolution_header', resolutionHeader],
    ['addr', 4, 'ADDRESS'],
    ['name_length', int16, 'HOST_NAME_LENGTH'],
  ),
  RESOLUTION_ENTRY_IPV6: struct(
    1,
    ['resolution_header', resolutionHeader],
    ['addr', 16, 'ADDRESS'],
    ['name_length', int16, 'HOST_NAME_LENGTH'],
  ),
  OPTION_HEADER: struct(1, ['option_length', int16], ['type', int16]),
};

// aeron_control_protocol.h; the headers end where the first variable-length field starts.
const COMMANDS: Readonly<Record<string, Struct>> = {
  CORRELATED_COMMAND: correlated,
  ADD_PUBLICATION: struct(4, ['correlated', correlated], ['stream_id', int32], ['channel_length', int32]),
  REMOVE_PUBLICATION: struct(4, ['correlated', correlated], ['registration_id', int64], ['flags', int64]),
  ADD_SUBSCRIPTION: struct(
    4,
    ['correlated', correlated],
    ['registration_correlation_id', int64],
    ['stream_id', int32],
    ['channel_length', int32],
  ),
  REMOVE_SUBSCRIPTION: struct(4, ['correlated', correlated], ['registration_id', int64]),
  DESTINATION_COMMAND: struct(
    4,
    ['correlated', correlated],
    ['registration_id', int64, 'RESOURCE_REGISTRATION_ID'],
    ['channel_length', int32],
  ),
  REMOVE_DESTINATION_BY_ID: struct(
    4,
    ['correlated', correlated],
    ['resource_registration_id', int64],
    ['destination_registration_id', int64],
  ),
  ADD_COUNTER: struct(4, ['correlated', correlated], ['type_id', int32], ['key_length', int32]),
  REMOVE_COUNTER: struct(4, ['correlated', correlated], ['registration_id', int64]),
  ADD_STATIC_COUNTER: struct(
    4,
    ['correlated', correlated],
    ['registration_id', int64],
    ['type_id', int32],
    ['key_length', int32],
  ),
  TERMINATE_DRIVER: struct(4, ['correlated', correlated], ['token_length', int32]),
  REJECT_IMAGE: struct(
    4,
    ['correlated', correlated],
    ['image_correlation_id', int64],
    ['position', int64],
    ['reason_length', int32],
  ),
  GET_NEXT_AVAILABLE_SESSION_ID: struct(4, ['correlated', correlated], ['stream_id', int32]),
};

const EVENTS: Readonly<Record<string, Struct>> = {
  ON_ERROR: struct(
    4,
    ['offending_command_correlation_id', int64],
    ['error_code', int32],
    ['error_message_length', int32, 'MESSAGE_LENGTH'],
  ),
  ON_AVAILABLE_IMAGE: struct(
    4,
    ['correlation_id', int64],
    ...session,
    ['subscriber_registration_id', int64, 'SUBSCRIPTION_REGISTRATION_ID'],
    ['subscriber_position_id', int32],
    ['log_file_length', int32, 'LOG_FILE_NAME_LENGTH'],
  ),
  ON_PUBLICATION_READY: struct(
    4,
    ['correlation_id', int64],
    ['registration_id', int64],
    ...session,
    ['position_limit_counter_id', int32, 'PUBLICATION_LIMIT_COUNTER_ID'],
    ['channel_status_indicator_id', int32, 'CHANNEL_STATUS_COUNTER_ID'],
    ['log_file_length', int32, 'LOG_FILE_NAME_LENGTH'],
  ),
  ON_SUBSCRIPTION_READY: struct(
    4,
    ['correlation_id', int64],
    ['channel_status_indicator_id', int32, 'CHANNEL_STATUS_COUNTER_ID'],
  ),
  ON_OPERATION_SUCCESS: struct(4, ['correlation_id', int64]),
  ON_UNAVAILABLE_IMAGE: struct(
    4,
    ['correlation_id', int64],
    ['subscription_registration_id', int64],
    ['stream_id', int32],
    ['channel_length', int32],
  ),
  ON_COUNTER: struct(4, ['correlation_id', int64], ['counter_id', int32]),
  ON_STATIC_COUNTER: struct(4, ['correlation_id', int64], ['counter_id', int32]),
  ON_CLIENT_TIMEOUT: struct(4, ['client_id', int64]),
  ON_PUBLICATION_ERROR: struct(
    4,
    ['registration_id', int64],
    ['destination_registration_id', int64],
    ...session,
    ['receiver_id', int64],
    ['group_tag', int64],
    ['address_type', int16],
    ['source_port', int16],
    ['source_address', 16],
    ['error_code', int32],
    ['error_message_length', int32, 'MESSAGE_LENGTH'],
  ),
  ON_NEXT_AVAILABLE_SESSION_ID: struct(4, ['correlation_id', int64], ['next_session_id', int32]),
};

const CACHE_LINE = 64;

/** A 64-bit field with padding behind it up to two cache lines. */
function padded(name: string, ours?: string): readonly Member[] {
  return [
    [name, int64, ours ?? name.toUpperCase()],
    [PAD, 2 * CACHE_LINE - int64],
  ];
}

// aeron_cnc_file_descriptor.h, aeron_rb.h, aeron_broadcast_descriptor.h, aeronc.h, aeron_distinct_error_log.h, aeron_loss_reporter.h
const SHARED_MEMORY: Readonly<Record<string, Struct>> = {
  CNC: struct(
    4,
    ['cnc_version', int32, 'VERSION'],
    ['to_driver_buffer_length', int32],
    ['to_clients_buffer_length', int32],
    ['counter_metadata_buffer_length', int32, 'COUNTERS_METADATA_BUFFER_LENGTH'],
    ['counter_values_buffer_length', int32, 'COUNTERS_VALUES_BUFFER_LENGTH'],
    ['error_log_buffer_length', int32],
    ['client_liveness_timeout', int64, 'CLIENT_LIVENESS_TIMEOUT_NS'],
    ['start_timestamp', int64, 'START_TIMESTAMP_MS'],
    ['pid', int64],
    ['file_page_size', int32],
    [PAD, 2 * CACHE_LINE - 52],
  ),
  RING_RECORD: struct(4, ['length', int32], ['msg_type_id', int32, 'TYPE_ID']),
  RING_TRAILER: struct(
    4,
    [PAD, 2 * CACHE_LINE],
    ...padded('tail_position'),
    ...padded('head_cache_position'),
    ...padded('head_position'),
    ...padded('correlation_counter'),
    ...padded('consumer_heartbeat', 'CONSUMER_HEARTBEAT_MS'),
  ),
  BROADCAST_RECORD: struct(4, ['length', int32], ['msg_type_id', int32, 'TYPE_ID']),
  BROADCAST_TRAILER: struct(
    4,
    ['tail_intent_counter', int64],
    ['tail_counter', int64],
    ['latest_counter', int64],
    [PAD, 2 * CACHE_LINE - 3 * int64],
  ),
  COUNTER_VALUE: struct(
    4,
    ['counter_value', int64, 'VALUE'],
    ['registration_id', int64],
    ['owner_id', int64],
    ['reference_id', int64],
    [PAD, 2 * CACHE_LINE - 4 * int64],
  ),
  COUNTER_METADATA: struct(
    4,
    ['state', int32],
    ['type_id', int32],
    ['free_for_reuse_deadline_ms', int64],
    ['key', 2 * CACHE_LINE - 2 * int32 - int64],
    ['label_length', int32],
    ['label', 6 * CACHE_LINE - int32],
  ),
  ERROR_LOG_RECORD: struct(
    4,
    ['length', int32],
    ['observation_count', int32],
    ['last_observation_timestamp', int64, 'LAST_OBSERVATION_TIMESTAMP_MS'],
    ['first_observation_timestamp', int64, 'FIRST_OBSERVATION_TIMESTAMP_MS'],
  ),
  LOSS_REPORT_ENTRY: struct(
    4,
    ['observation_count', int64],
    ['total_bytes_lost', int64],
    ['first_observation_timestamp', int64, 'FIRST_OBSERVATION_TIMESTAMP_MS'],
    ['last_observation_timestamp', int64, 'LAST_OBSERVATION_TIMESTAMP_MS'],
    ...session,
  ),
  LOG_METADATA: struct(
    4,
    ['term_tail_counters', 3 * int64],
    ['active_term_count', int32],
    [PAD, 2 * CACHE_LINE - 3 * int64 - int32],
    ['end_of_stream_position', int64],
    ['is_connected', int32],
    ['active_transport_count', int32],
    [PAD, 2 * CACHE_LINE - int64 - 2 * int32],
    ['correlation_id', int64],
    ['initial_term_id', int32],
    ['default_frame_header_length', int32],
    ['mtu_length', int32],
    ['term_length', int32],
    ['page_size', int32],
    ['publication_window_length', int32],
    ['receiver_window_length', int32],
    ['socket_sndbuf_length', int32],
    ['os_default_socket_sndbuf_length', int32],
    ['os_max_socket_sndbuf_length', int32],
    ['socket_rcvbuf_length', int32],
    ['os_default_socket_rcvbuf_length', int32],
    ['os_max_socket_rcvbuf_length', int32],
    ['max_resend', int32],
    ['default_header', 2 * CACHE_LINE, 'DEFAULT_FRAME_HEADER'],
    ['entity_tag', int64],
    ['response_correlation_id', int64],
    ['linger_timeout_ns', int64],
    ['untethered_window_limit_timeout_ns', int64],
    ['untethered_resting_timeout_ns', int64],
    ['group', int8],
    ['is_response', int8],
    ['rejoin', int8],
    ['reliable', int8],
    ['sparse', int8],
    ['signal_eos', int8],
    ['spies_simulate_connection', int8],
    ['tether', int8],
    ['is_publication_revoked', int8],
    ['type', int8],
    [PAD, 2],
    ['untethered_linger_timeout_ns', int64],
    [PAD, 4096 - 508],
  ),
};

const STRUCTS = { ...FRAMES, ...COMMANDS, ...EVENTS, ...SHARED_MEMORY };

describe.each(Object.entries(STRUCTS))('%s', (prefix, { members, size }) => {
  it('has the offsets of the C struct', () => {
    const ours = members.map((member) => [member.ours, CONSTANTS[`${prefix}_${member.ours}_OFFSET`]]);
    expect(ours).toEqual(members.map((member) => [member.ours, member.offset]));
  });

  it('has no field that the C struct has not', () => {
    const known = members.map((member) => `${prefix}_${member.ours}_OFFSET`);
    const others = Object.keys(STRUCTS).filter((other) => other !== prefix && other.startsWith(`${prefix}_`));
    const ours = Object.keys(CONSTANTS).filter(
      (name) =>
        name.startsWith(`${prefix}_`) &&
        name.endsWith('_OFFSET') &&
        !others.some((other) => name.startsWith(`${other}_`)) &&
        !/_LENGTH_OFFSET$/.test(name),
    );
    expect(ours.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('has the size of the C struct', () => {
    // A C struct of a message ends with the length of its first text, which for us belongs to the variable-length part.
    const last = members.at(-1);
    const expected = last?.ours.endsWith('_LENGTH') ? last.offset : size;
    expect(CONSTANTS[`${prefix}_BLOCK_LENGTH`]).toBe(expected);
  });
});

it('covers every layout but the counter keys', () => {
  const layouts = Object.keys(CONSTANTS).filter((name) => name.endsWith('_BLOCK_LENGTH'));
  expect(
    Object.keys(STRUCTS)
      .map((prefix) => `${prefix}_BLOCK_LENGTH`)
      .sort(),
  ).toEqual(layouts.sort());
});

it('agrees with what the algorithms in core use', () => {
  expect({
    ringRecord: [RECORD_TYPE_OFFSET, RECORD_HEADER_LENGTH, RECORD_ALIGNMENT],
    broadcastRecord: [RECORD_TYPE_OFFSET, RECORD_HEADER_LENGTH, RECORD_ALIGNMENT],
    ringTrailer: [
      TAIL_POSITION_OFFSET,
      HEAD_CACHE_POSITION_OFFSET,
      HEAD_POSITION_OFFSET,
      CORRELATION_COUNTER_OFFSET,
      CONSUMER_HEARTBEAT_OFFSET,
      RING_BUFFER_TRAILER_LENGTH,
    ],
    broadcastTrailer: [TAIL_INTENT_OFFSET, BROADCAST_TAIL_OFFSET, LATEST_OFFSET, BROADCAST_TRAILER_LENGTH],
    counterValue: [
      COUNTER_REGISTRATION_ID_OFFSET,
      COUNTER_OWNER_ID_OFFSET,
      COUNTER_REFERENCE_ID_OFFSET,
      COUNTER_LENGTH,
    ],
    counterMetadata: [
      COUNTER_TYPE_ID_OFFSET,
      COUNTER_FREE_FOR_REUSE_DEADLINE_OFFSET,
      COUNTER_KEY_OFFSET,
      COUNTER_LABEL_LENGTH_OFFSET,
      COUNTER_LABEL_OFFSET,
      COUNTER_METADATA_LENGTH,
      COUNTER_KEY_OFFSET + MAX_COUNTER_KEY_LENGTH,
      COUNTER_LABEL_OFFSET + MAX_COUNTER_LABEL_LENGTH,
    ],
  }).toEqual({
    ringRecord: [cnc.RING_RECORD_TYPE_ID_OFFSET, cnc.RING_RECORD_BLOCK_LENGTH, cnc.RING_RECORD_ALIGNMENT],
    broadcastRecord: [
      cnc.BROADCAST_RECORD_TYPE_ID_OFFSET,
      cnc.BROADCAST_RECORD_BLOCK_LENGTH,
      cnc.BROADCAST_RECORD_ALIGNMENT,
    ],
    ringTrailer: [
      cnc.RING_TRAILER_TAIL_POSITION_OFFSET,
      cnc.RING_TRAILER_HEAD_CACHE_POSITION_OFFSET,
      cnc.RING_TRAILER_HEAD_POSITION_OFFSET,
      cnc.RING_TRAILER_CORRELATION_COUNTER_OFFSET,
      cnc.RING_TRAILER_CONSUMER_HEARTBEAT_MS_OFFSET,
      cnc.RING_TRAILER_BLOCK_LENGTH,
    ],
    broadcastTrailer: [
      cnc.BROADCAST_TRAILER_TAIL_INTENT_COUNTER_OFFSET,
      cnc.BROADCAST_TRAILER_TAIL_COUNTER_OFFSET,
      cnc.BROADCAST_TRAILER_LATEST_COUNTER_OFFSET,
      cnc.BROADCAST_TRAILER_BLOCK_LENGTH,
    ],
    counterValue: [
      cnc.COUNTER_VALUE_REGISTRATION_ID_OFFSET,
      cnc.COUNTER_VALUE_OWNER_ID_OFFSET,
      cnc.COUNTER_VALUE_REFERENCE_ID_OFFSET,
      cnc.COUNTER_VALUE_BLOCK_LENGTH,
    ],
    counterMetadata: [
      cnc.COUNTER_METADATA_TYPE_ID_OFFSET,
      cnc.COUNTER_METADATA_FREE_FOR_REUSE_DEADLINE_MS_OFFSET,
      cnc.COUNTER_METADATA_KEY_OFFSET,
      cnc.COUNTER_METADATA_LABEL_LENGTH_OFFSET,
      cnc.COUNTER_METADATA_LABEL_OFFSET,
      cnc.COUNTER_METADATA_BLOCK_LENGTH,
      cnc.COUNTER_METADATA_LABEL_LENGTH_OFFSET,
      cnc.COUNTER_METADATA_BLOCK_LENGTH,
    ],
  });
});
