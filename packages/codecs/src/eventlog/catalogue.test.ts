// SPDX-License-Identifier: Apache-2.0

import { EVENT_TABLES, EventCatalogue } from './catalogue.ts';
import { classicParts, compileEvent } from './compiled-event.ts';
import { driverEvents } from './driver-events.ts';
import { event, eventIdOf, eventTable, eventTypeId, typeCodeOf } from './event-table.ts';

/** Ids never change, and retired ones never come back. */
const DRIVER_IDS = `1 FRAME_IN, 2 FRAME_OUT, 3 CMD_IN_ADD_PUBLICATION, 4 CMD_IN_REMOVE_PUBLICATION, 5 CMD_IN_ADD_SUBSCRIPTION,
6 CMD_IN_REMOVE_SUBSCRIPTION, 7 CMD_OUT_PUBLICATION_READY, 8 CMD_OUT_AVAILABLE_IMAGE, 12 CMD_OUT_ON_OPERATION_SUCCESS,
13 CMD_IN_KEEPALIVE_CLIENT, 14 REMOVE_PUBLICATION_CLEANUP, 15 REMOVE_SUBSCRIPTION_CLEANUP, 16 REMOVE_IMAGE_CLEANUP,
17 CMD_OUT_ON_UNAVAILABLE_IMAGE, 23 SEND_CHANNEL_CREATION, 24 RECEIVE_CHANNEL_CREATION, 25 SEND_CHANNEL_CLOSE,
26 RECEIVE_CHANNEL_CLOSE, 30 CMD_IN_ADD_DESTINATION, 31 CMD_IN_REMOVE_DESTINATION, 32 CMD_IN_ADD_EXCLUSIVE_PUBLICATION,
33 CMD_OUT_EXCLUSIVE_PUBLICATION_READY, 34 CMD_OUT_ERROR, 35 CMD_IN_ADD_COUNTER, 36 CMD_IN_REMOVE_COUNTER,
37 CMD_OUT_SUBSCRIPTION_READY, 38 CMD_OUT_COUNTER_READY, 39 CMD_OUT_ON_UNAVAILABLE_COUNTER, 40 CMD_IN_CLIENT_CLOSE,
41 CMD_IN_ADD_RCV_DESTINATION, 42 CMD_IN_REMOVE_RCV_DESTINATION, 43 CMD_OUT_ON_CLIENT_TIMEOUT, 44 CMD_IN_TERMINATE_DRIVER,
45 UNTETHERED_SUBSCRIPTION_STATE_CHANGE, 46 NAME_RESOLUTION_NEIGHBOR_ADDED, 47 NAME_RESOLUTION_NEIGHBOR_REMOVED,
48 FLOW_CONTROL_RECEIVER_ADDED, 49 FLOW_CONTROL_RECEIVER_REMOVED, 50 NAME_RESOLUTION_RESOLVE, 51 TEXT_DATA,
52 NAME_RESOLUTION_LOOKUP, 53 NAME_RESOLUTION_HOST_NAME, 54 NAK_SENT, 55 RESEND, 56 CMD_IN_REMOVE_DESTINATION_BY_ID,
57 CMD_IN_REJECT_IMAGE, 58 NAK_RECEIVED, 59 PUBLICATION_REVOKE, 60 PUBLICATION_IMAGE_REVOKE, 61 START`;
const ARCHIVE_IDS = `2 CMD_IN_CLOSE_SESSION, 3 CMD_IN_START_RECORDING, 4 CMD_IN_STOP_RECORDING, 5 CMD_IN_REPLAY,
6 CMD_IN_STOP_REPLAY, 7 CMD_IN_LIST_RECORDINGS, 8 CMD_IN_LIST_RECORDINGS_FOR_URI, 9 CMD_IN_LIST_RECORDING,
10 CMD_IN_EXTEND_RECORDING, 11 CMD_IN_RECORDING_POSITION, 12 CMD_IN_TRUNCATE_RECORDING, 13 CMD_IN_STOP_RECORDING_SUBSCRIPTION,
14 CMD_IN_STOP_POSITION, 15 CMD_IN_FIND_LAST_MATCHING_RECORD, 16 CMD_IN_LIST_RECORDING_SUBSCRIPTIONS,
17 CMD_IN_START_BOUNDED_REPLAY, 18 CMD_IN_STOP_ALL_REPLAYS, 19 CMD_IN_REPLICATE, 20 CMD_IN_STOP_REPLICATION,
21 CMD_IN_START_POSITION, 22 CMD_IN_DETACH_SEGMENTS, 23 CMD_IN_DELETE_DETACHED_SEGMENTS, 24 CMD_IN_PURGE_SEGMENTS,
25 CMD_IN_ATTACH_SEGMENTS, 26 CMD_IN_MIGRATE_SEGMENTS, 27 CMD_IN_AUTH_CONNECT, 28 CMD_IN_KEEP_ALIVE, 29 CMD_IN_TAGGED_REPLICATE,
30 CMD_OUT_RESPONSE, 31 CMD_IN_START_RECORDING2, 32 CMD_IN_EXTEND_RECORDING2, 33 CMD_IN_STOP_RECORDING_BY_IDENTITY,
34 REPLICATION_SESSION_STATE_CHANGE, 35 CONTROL_SESSION_STATE_CHANGE, 36 REPLAY_SESSION_ERROR, 37 CATALOG_RESIZE,
38 CMD_IN_PURGE_RECORDING, 39 CMD_IN_REPLICATE2, 40 RECORDING_SIGNAL, 41 REPLICATION_SESSION_DONE, 42 CMD_IN_REQUEST_REPLAY_TOKEN,
43 REPLAY_SESSION_STATE_CHANGE, 44 RECORDING_SESSION_STATE_CHANGE, 45 CMD_IN_MAX_RECORDED_POSITION,
46 PERSISTENT_SUBSCRIPTION_STATE_CHANGE, 47 PERSISTENT_SUBSCRIPTION_JOINED_LIVE, 48 PERSISTENT_SUBSCRIPTION_LEFT_LIVE, 49 START`;
const CLUSTER_IDS = `1 ELECTION_STATE_CHANGE, 2 NEW_LEADERSHIP_TERM, 3 STATE_CHANGE, 4 ROLE_CHANGE, 5 CANVASS_POSITION, 6 REQUEST_VOTE,
7 CATCHUP_POSITION, 8 STOP_CATCHUP, 9 TRUNCATE_LOG_ENTRY, 10 REPLAY_NEW_LEADERSHIP_TERM, 11 APPEND_POSITION, 12 COMMIT_POSITION,
14 APPEND_SESSION_CLOSE, 16 CLUSTER_BACKUP_STATE_CHANGE, 17 TERMINATION_POSITION, 18 TERMINATION_ACK, 19 SERVICE_ACK,
20 REPLICATION_ENDED, 21 STANDBY_SNAPSHOT_NOTIFICATION, 22 NEW_ELECTION, 23 APPEND_SESSION_OPEN, 24 CLUSTER_SESSION_STATE_CHANGE,
25 VOTE, 26 SNAPSHOT_ENTRY_INVALIDATION, 27 START`;

describe('the events of the reference', () => {
  it.each([
    ['DRIVER', 0, DRIVER_IDS],
    ['ARCHIVE', 1, ARCHIVE_IDS],
    ['CLUSTER', 2, CLUSTER_IDS],
  ])('keep their ids: %s', (context, typeCode, pinned) => {
    const table = EVENT_TABLES.find((each) => each.context === context);
    const ids = Object.entries(table?.rows ?? {}).map(([name, { id }]) => `${id} ${name}`);
    expect(table?.typeCode).toBe(typeCode);
    expect(ids.join(', ')).toBe(pinned.replaceAll(/\s+/g, ' '));
  });

  it('each have a record of the older form over all their fields', () => {
    for (const table of EVENT_TABLES) {
      for (const [name, row] of Object.entries(table.rows)) {
        const named = classicParts(row).flatMap((part) =>
          part.form === 'value'
            ? [part.field]
            : part.form === 'socket'
              ? [part.address, part.port]
              : [part.from, part.to],
        );
        expect([name, named.sort()]).toEqual([name, Object.keys(row.fields).sort()]);
        expect(() => compileEvent(table, name, row)).not.toThrow();
      }
    }
  });

  it('are found by the type id of their records', () => {
    const catalogue = new EventCatalogue();
    expect(catalogue.find(54)?.name).toBe('NAK_SENT');
    expect(catalogue.find(eventTypeId(2, 1))?.name).toBe('ELECTION_STATE_CHANGE');
    expect(catalogue.find(9)).toBeUndefined();
    expect([catalogue.contextOf(1), catalogue.contextOf(77)]).toEqual(['ARCHIVE', 'UNKNOWN(77)']);
    expect([typeCodeOf(eventTypeId(100, 7)), eventIdOf(eventTypeId(100, 7))]).toEqual([100, 7]);
  });
});

describe('a table of events', () => {
  const own = { context: 'OWN', typeCode: 100, property: 'aeron.event.own.log' };

  it('refuses ids that are taken or out of bounds, and type codes that no ring takes', () => {
    expect(() => eventTable(own, { A: event(1, '', {}), B: event(1, '', {}) })).toThrow('id=1 events=A, B');
    expect(() => eventTable(own, { A: event(128, '', {}) })).toThrow('event=A id=128 max=127');
    expect(() => eventTable(own, { A: event(0, '', {}) })).toThrow('id=0');
    expect(() => eventTable({ ...own, typeCode: 0xffff }, {})).toThrow('typeCode=65535');
  });

  it('shares its type code with no other', () => {
    const other = eventTable({ ...own, typeCode: 0 }, {});
    expect(() => new EventCatalogue([driverEvents, other])).toThrow('typeCode=0 contexts=OWN, DRIVER');
  });
});
