// SPDX-License-Identifier: Apache-2.0
/** Events of the archive and of its clients. Retired ids: 1 (since 1.53). @source aeron-archive/ArchiveEventCode */
import { EventTypeCode, event, eventTable } from './event-table.ts';

const MESSAGE = { buffer: 'sbe' } as const;
const MESSAGE_FORM = { body: 'buffer', text: '{buffer}', cut: ['buffer'] };
const STATES = { oldState: 'enum', newState: 'enum' } as const;
const SUBSCRIPTION = {
  recordingId: 'i64',
  replayChannel: 'text',
  replayStreamId: 'i32',
  liveChannel: 'text',
  liveStreamId: 'i32',
} as const;

const message = (id: number, doc: string) => event(id, doc, MESSAGE, MESSAGE_FORM);
const request = (id: number, what: string) => message(id, `a client asks: ${what}`);

export const archiveEvents = eventTable(
  { context: 'ARCHIVE', typeCode: EventTypeCode.ARCHIVE, property: 'aeron.event.archive.log' },
  {
    CMD_IN_CLOSE_SESSION: request(2, 'close the session'),
    CMD_IN_START_RECORDING: request(3, 'start recording'),
    CMD_IN_STOP_RECORDING: request(4, 'stop recording'),
    CMD_IN_REPLAY: request(5, 'replay'),
    CMD_IN_STOP_REPLAY: request(6, 'stop a replay'),
    CMD_IN_LIST_RECORDINGS: request(7, 'list recordings'),
    CMD_IN_LIST_RECORDINGS_FOR_URI: request(8, 'list recordings of a channel'),
    CMD_IN_LIST_RECORDING: request(9, 'describe a recording'),
    CMD_IN_EXTEND_RECORDING: request(10, 'extend a recording'),
    CMD_IN_RECORDING_POSITION: request(11, 'tell the position of a recording'),
    CMD_IN_TRUNCATE_RECORDING: request(12, 'truncate a recording'),
    CMD_IN_STOP_RECORDING_SUBSCRIPTION: request(13, 'stop recording a subscription'),
    CMD_IN_STOP_POSITION: request(14, 'tell the stop position'),
    CMD_IN_FIND_LAST_MATCHING_RECORD: request(15, 'find the last matching recording'),
    CMD_IN_LIST_RECORDING_SUBSCRIPTIONS: request(16, 'list recorded subscriptions'),
    CMD_IN_START_BOUNDED_REPLAY: request(17, 'replay up to a counter'),
    CMD_IN_STOP_ALL_REPLAYS: request(18, 'stop all replays'),
    CMD_IN_REPLICATE: request(19, 'replicate a recording'),
    CMD_IN_STOP_REPLICATION: request(20, 'stop a replication'),
    CMD_IN_START_POSITION: request(21, 'tell the start position'),
    CMD_IN_DETACH_SEGMENTS: request(22, 'detach segments'),
    CMD_IN_DELETE_DETACHED_SEGMENTS: request(23, 'delete detached segments'),
    CMD_IN_PURGE_SEGMENTS: request(24, 'purge segments'),
    CMD_IN_ATTACH_SEGMENTS: request(25, 'attach segments'),
    CMD_IN_MIGRATE_SEGMENTS: request(26, 'migrate segments'),
    CMD_IN_AUTH_CONNECT: request(27, 'a session, with credentials, which are blanked'),
    CMD_IN_KEEP_ALIVE: request(28, 'keep the session'),
    CMD_IN_TAGGED_REPLICATE: request(29, 'replicate with tags'),
    CMD_OUT_RESPONSE: message(30, 'a client is answered'),
    CMD_IN_START_RECORDING2: request(31, 'start recording'),
    CMD_IN_EXTEND_RECORDING2: request(32, 'extend a recording'),
    CMD_IN_STOP_RECORDING_BY_IDENTITY: request(33, 'stop a recording'),
    REPLICATION_SESSION_STATE_CHANGE: event(
      34,
      'a replication changes its state',
      {
        ...STATES,
        replicationId: 'i64',
        srcRecordingId: 'i64',
        dstRecordingId: 'i64',
        position: 'i64',
        reason: 'text',
      },
      {
        body: 'replicationId srcRecordingId dstRecordingId position oldState>newState reason',
        text: 'replicationId srcRecordingId dstRecordingId position {oldState} -> {newState} reason="{reason}"',
      },
    ),
    CONTROL_SESSION_STATE_CHANGE: event(
      35,
      'a session of a client changes its state',
      { ...STATES, controlSessionId: 'i64', reason: 'text' },
      {
        body: 'controlSessionId oldState>newState reason',
        text: 'controlSessionId {oldState} -> {newState} reason="{reason}"',
      },
    ),
    REPLAY_SESSION_ERROR: event(36, 'a replay fails', { sessionId: 'i64', recordingId: 'i64', errorMessage: 'text' }),
    CATALOG_RESIZE: event(
      37,
      'the catalog grows',
      { oldCatalogLength: 'i64', newCatalogLength: 'i64' },
      { text: '{oldCatalogLength} bytes => {newCatalogLength} bytes' },
    ),
    CMD_IN_PURGE_RECORDING: request(38, 'purge a recording'),
    CMD_IN_REPLICATE2: request(39, 'replicate a recording'),
    RECORDING_SIGNAL: message(40, 'a client is told that a recording changed'),
    REPLICATION_SESSION_DONE: event(41, 'a replication has ended', {
      controlSessionId: 'i64',
      replicationId: 'i64',
      srcRecordingId: 'i64',
      replayPosition: 'i64',
      srcStopPosition: 'i64',
      dstRecordingId: 'i64',
      dstStopPosition: 'i64',
      position: 'i64',
      isClosed: 'bool',
      isEndOfStream: 'bool',
      isSynced: 'bool',
    }),
    CMD_IN_REQUEST_REPLAY_TOKEN: request(42, 'a token for a replay'),
    REPLAY_SESSION_STATE_CHANGE: event(
      43,
      'a replay changes its state',
      { ...STATES, sessionId: 'i64', recordingId: 'i64', position: 'i64', reason: 'text' },
      {
        body: 'sessionId recordingId position oldState>newState reason',
        text: 'replaySessionId={sessionId} replayId={sessionId:high} sessionId={sessionId:low} recordingId position {oldState} -> {newState} reason="{reason}"',
      },
    ),
    RECORDING_SESSION_STATE_CHANGE: event(
      44,
      'a recording changes its state',
      { ...STATES, recordingId: 'i64', position: 'i64', reason: 'text' },
      {
        body: 'recordingId position oldState>newState reason',
        text: 'recordingId position {oldState} -> {newState} reason="{reason}"',
      },
    ),
    CMD_IN_MAX_RECORDED_POSITION: request(45, 'tell the greatest recorded position'),
    PERSISTENT_SUBSCRIPTION_STATE_CHANGE: event(
      46,
      'a persistent subscription of this client changes its state',
      { ...STATES, ...SUBSCRIPTION },
      {
        body: 'recordingId replayChannel replayStreamId liveChannel liveStreamId oldState>newState',
        text: 'recordingId replayChannel replayStreamId liveChannel liveStreamId {oldState} -> {newState}',
      },
    ),
    PERSISTENT_SUBSCRIPTION_JOINED_LIVE: event(47, 'a persistent subscription follows the live stream', {
      ...SUBSCRIPTION,
      liveSessionId: 'i32',
      joinPosition: 'i64',
    }),
    PERSISTENT_SUBSCRIPTION_LEFT_LIVE: event(48, 'a persistent subscription falls back to the recording', {
      ...SUBSCRIPTION,
      livePosition: 'i64',
    }),
    START: event(49, 'logging starts', { version: 'text' }),
  },
);

export type ArchiveEventName = keyof typeof archiveEvents.rows;
