// SPDX-License-Identifier: Apache-2.0
/** Events of cluster members and backups. Retired ids: 13, 15. @source aeron-cluster/ClusterEventCode */
import { EventTypeCode, event, eventTable } from './event-table.ts';

const STATES = { memberId: 'i32', oldState: 'enum', newState: 'enum' } as const;
const STATES_FORM = {
  body: 'memberId oldState>newState reason',
  text: 'memberId {oldState} -> {newState} reason="{reason}"',
};

export const clusterEvents = eventTable(
  { context: 'CLUSTER', typeCode: EventTypeCode.CLUSTER, property: 'aeron.event.cluster.log' },
  {
    ELECTION_STATE_CHANGE: event(
      1,
      'an election moves on',
      {
        ...STATES,
        leaderId: 'i32',
        candidateTermId: 'i64',
        leadershipTermId: 'i64',
        logPosition: 'i64',
        logLeadershipTermId: 'i64',
        appendPosition: 'i64',
        catchupPosition: 'i64',
        reason: 'text',
      },
      {
        body: 'candidateTermId leadershipTermId logPosition logLeadershipTermId appendPosition catchupPosition memberId leaderId oldState>newState reason',
        text: 'memberId {oldState} -> {newState} leaderId candidateTermId leadershipTermId logPosition logLeadershipTermId appendPosition catchupPosition reason="{reason}"',
        cut: ['reason'],
      },
    ),
    NEW_LEADERSHIP_TERM: event(
      2,
      'a leader tells of its term',
      {
        memberId: 'i32',
        logLeadershipTermId: 'i64',
        nextLeadershipTermId: 'i64',
        nextTermBaseLogPosition: 'i64',
        nextLogPosition: 'i64',
        leadershipTermId: 'i64',
        termBaseLogPosition: 'i64',
        logPosition: 'i64',
        commitPosition: 'i64',
        leaderRecordingId: 'i64',
        timestamp: 'i64',
        leaderId: 'i32',
        logSessionId: 'i32',
        appVersion: 'i32',
        isStartup: 'bool',
      },
      {
        body: 'logLeadershipTermId nextLeadershipTermId nextTermBaseLogPosition nextLogPosition leadershipTermId termBaseLogPosition logPosition commitPosition leaderRecordingId timestamp memberId leaderId logSessionId appVersion isStartup',
        text: 'memberId logLeadershipTermId nextLeadershipTermId nextTermBaseLogPosition nextLogPosition leadershipTermId termBaseLogPosition logPosition commitPosition leaderRecordingId timestamp leaderId logSessionId appVersion={appVersion:version} isStartup',
      },
    ),
    STATE_CHANGE: event(3, 'a member changes its state', { ...STATES, reason: 'text' }, STATES_FORM),
    ROLE_CHANGE: event(4, 'a member changes its role', { ...STATES, reason: 'text' }, STATES_FORM),
    CANVASS_POSITION: event(
      5,
      'a member tells its position before an election',
      {
        memberId: 'i32',
        logLeadershipTermId: 'i64',
        logPosition: 'i64',
        leadershipTermId: 'i64',
        followerMemberId: 'i32',
        protocolVersion: 'i32',
      },
      {
        body: 'logLeadershipTermId logPosition leadershipTermId followerMemberId protocolVersion memberId',
        text: 'memberId logLeadershipTermId logPosition leadershipTermId followerMemberId protocolVersion={protocolVersion:version}',
      },
    ),
    REQUEST_VOTE: event(
      6,
      'a candidate asks for a vote',
      {
        memberId: 'i32',
        logLeadershipTermId: 'i64',
        logPosition: 'i64',
        candidateTermId: 'i64',
        candidateId: 'i32',
        protocolVersion: 'i32',
      },
      {
        body: 'logLeadershipTermId logPosition candidateTermId candidateId protocolVersion memberId',
        text: 'memberId logLeadershipTermId logPosition candidateTermId candidateId protocolVersion={protocolVersion:version}',
      },
    ),
    CATCHUP_POSITION: event(
      7,
      'a follower asks the leader for what it lacks',
      {
        memberId: 'i32',
        leadershipTermId: 'i64',
        logPosition: 'i64',
        followerMemberId: 'i32',
        catchupEndpoint: 'text',
      },
      {
        body: 'leadershipTermId logPosition followerMemberId memberId catchupEndpoint',
        text: 'memberId leadershipTermId logPosition followerMemberId catchupEndpoint',
      },
    ),
    STOP_CATCHUP: event(
      8,
      'the leader has sent a follower what it lacked',
      { memberId: 'i32', leadershipTermId: 'i64', followerMemberId: 'i32' },
      { body: 'leadershipTermId followerMemberId memberId', text: 'memberId leadershipTermId followerMemberId' },
    ),
    TRUNCATE_LOG_ENTRY: event(
      9,
      'the log is truncated to what the cluster agreed on',
      {
        memberId: 'i32',
        state: 'enum',
        logLeadershipTermId: 'i64',
        leadershipTermId: 'i64',
        candidateTermId: 'i64',
        commitPosition: 'i64',
        logPosition: 'i64',
        appendPosition: 'i64',
        oldPosition: 'i64',
        newPosition: 'i64',
      },
      {
        body: 'logLeadershipTermId leadershipTermId candidateTermId commitPosition logPosition appendPosition oldPosition newPosition memberId state',
        text: 'memberId state logLeadershipTermId leadershipTermId candidateTermId commitPosition logPosition appendPosition oldPosition newPosition',
      },
    ),
    REPLAY_NEW_LEADERSHIP_TERM: event(
      10,
      'a new term is met while the log is replayed',
      {
        memberId: 'i32',
        isInElection: 'bool',
        leadershipTermId: 'i64',
        logPosition: 'i64',
        timestamp: 'i64',
        termBaseLogPosition: 'i64',
        timeUnit: 'enum',
        appVersion: 'i32',
      },
      {
        body: 'leadershipTermId logPosition timestamp termBaseLogPosition memberId appVersion isInElection timeUnit',
        text: 'memberId isInElection leadershipTermId logPosition termBaseLogPosition appVersion timestamp timeUnit',
      },
    ),
    APPEND_POSITION: event(
      11,
      'a follower tells how far its log reaches',
      { memberId: 'i32', leadershipTermId: 'i64', logPosition: 'i64', followerMemberId: 'i32', flags: 'i8' },
      {
        body: 'leadershipTermId logPosition followerMemberId memberId flags',
        text: 'memberId leadershipTermId logPosition followerMemberId flags=0b{flags:bits}',
      },
    ),
    COMMIT_POSITION: event(
      12,
      'the leader tells what is committed',
      { memberId: 'i32', leadershipTermId: 'i64', logPosition: 'i64', leaderId: 'i32' },
      {
        body: 'leadershipTermId logPosition leaderId memberId',
        text: 'memberId leadershipTermId logPosition leaderId',
      },
    ),
    APPEND_SESSION_CLOSE: event(
      14,
      'the end of a session goes into the log',
      {
        memberId: 'i32',
        sessionId: 'i64',
        closeReason: 'enum',
        leadershipTermId: 'i64',
        timestamp: 'i64',
        timeUnit: 'enum',
      },
      {
        body: 'sessionId leadershipTermId timestamp memberId closeReason timeUnit',
        text: 'memberId sessionId closeReason leadershipTermId timestamp timeUnit',
      },
    ),
    CLUSTER_BACKUP_STATE_CHANGE: event(16, 'a backup changes its state', { ...STATES, reason: 'text' }, STATES_FORM),
    TERMINATION_POSITION: event(
      17,
      'the cluster is to end at a position',
      { memberId: 'i32', logLeadershipTermId: 'i64', logPosition: 'i64' },
      { body: 'logLeadershipTermId logPosition memberId', text: 'memberId logLeadershipTermId logPosition' },
    ),
    TERMINATION_ACK: event(
      18,
      'a member is ready to end',
      { memberId: 'i32', logLeadershipTermId: 'i64', logPosition: 'i64', senderMemberId: 'i32' },
      {
        body: 'logLeadershipTermId logPosition memberId senderMemberId',
        text: 'memberId logLeadershipTermId logPosition senderMemberId',
      },
    ),
    SERVICE_ACK: event(
      19,
      'a service has reached a position',
      {
        memberId: 'i32',
        logPosition: 'i64',
        timestamp: 'i64',
        timeUnit: 'enum',
        ackId: 'i64',
        relevantId: 'i64',
        serviceId: 'i32',
      },
      {
        body: 'logPosition timestamp ackId relevantId memberId serviceId timeUnit',
        text: 'memberId logPosition timestamp timeUnit ackId relevantId serviceId',
      },
    ),
    REPLICATION_ENDED: event(
      20,
      'a replication of a recording has ended',
      {
        memberId: 'i32',
        purpose: 'text',
        channel: 'text',
        srcRecordingId: 'i64',
        dstRecordingId: 'i64',
        position: 'i64',
        hasSynced: 'bool',
      },
      {
        body: 'srcRecordingId dstRecordingId position memberId hasSynced purpose channel',
        text: 'memberId purpose channel srcRecordingId dstRecordingId position hasSynced',
      },
    ),
    STANDBY_SNAPSHOT_NOTIFICATION: event(
      21,
      'a standby has taken a snapshot',
      {
        memberId: 'i32',
        recordingId: 'i64',
        leadershipTermId: 'i64',
        termBaseLogPosition: 'i64',
        logPosition: 'i64',
        timestamp: 'i64',
        timeUnit: 'enum',
        serviceId: 'i32',
        archiveEndpoint: 'text',
      },
      {
        body: 'recordingId leadershipTermId termBaseLogPosition logPosition timestamp memberId serviceId timeUnit archiveEndpoint',
        text: 'memberId recordingId leadershipTermId termBaseLeadershipPosition={termBaseLogPosition} logPosition timestamp timeUnit serviceId archiveEndpoint',
      },
    ),
    NEW_ELECTION: event(
      22,
      'an election begins',
      { memberId: 'i32', leadershipTermId: 'i64', logPosition: 'i64', appendPosition: 'i64', reason: 'text' },
      {
        body: 'leadershipTermId logPosition appendPosition memberId reason',
        text: 'memberId leadershipTermId logPosition appendPosition reason="{reason}"',
      },
    ),
    APPEND_SESSION_OPEN: event(
      23,
      'a new session goes into the log',
      {
        memberId: 'i32',
        sessionId: 'i64',
        leadershipTermId: 'i64',
        logPosition: 'i64',
        timestamp: 'i64',
        timeUnit: 'enum',
      },
      {
        body: 'sessionId leadershipTermId logPosition timestamp memberId timeUnit',
        text: 'memberId sessionId leadershipTermId logPosition timestamp timeUnit',
      },
    ),
    CLUSTER_SESSION_STATE_CHANGE: event(
      24,
      'a session of a client changes its state',
      { memberId: 'i32', sessionId: 'i64', action: 'enum', oldState: 'enum', newState: 'enum', reason: 'text' },
      {
        body: 'sessionId memberId action oldState>newState reason',
        text: 'memberId sessionId action {oldState} -> {newState} reason="{reason}"',
      },
    ),
    VOTE: event(
      25,
      'a member votes',
      {
        memberId: 'i32',
        logLeadershipTermId: 'i64',
        logPosition: 'i64',
        candidateTermId: 'i64',
        candidateId: 'i32',
        voterId: 'i32',
        vote: 'bool',
      },
      {
        body: 'logLeadershipTermId logPosition candidateTermId candidateId voterId memberId vote',
        text: 'memberId logLeadershipTermId logPosition candidateTermId candidateId voterId vote',
      },
    ),
    SNAPSHOT_ENTRY_INVALIDATION: event(
      26,
      'an entry of the recording log is no longer valid',
      { memberId: 'i32', entryIndex: 'i32', recordingId: 'i64', logPosition: 'i64', serviceId: 'i32' },
      {
        body: 'memberId entryIndex recordingId logPosition serviceId',
        text: 'memberId entryIndex recordingId logPosition serviceId',
      },
    ),
    START: event(27, 'logging starts', { version: 'text' }),
  },
);

export type ClusterEventName = keyof typeof clusterEvents.rows;
