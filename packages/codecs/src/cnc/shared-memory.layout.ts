// SPDX-License-Identifier: Apache-2.0
/**
 * Layout table of what the buffers in the command-and-control file and beside it consist of. The algorithms over the rings, the
 * counters and the error log are in core, which states the same offsets; a test holds the two together.
 */
import { ascii, bytes, i32, i64, layout, offsets, reserved } from '../../../../tools/codegen/layout.ts';

export const ringRecord = offsets(
  'RingRecord',
  {
    length: i32.at(0).about('Bytes with this header; negative while claimed, 0 before, stored last.'),
    typeId: i32.at(4).about('1 or more; -1 for padding.'),
  },
  { doc: 'Header of a record in the to-driver ring.', source: 'agrona/RecordDescriptor', alignment: 8 },
);

export const ringTrailer = offsets(
  'RingTrailer',
  {
    begin: reserved(128).at(0),
    tailPosition: i64.at(128).about('Up to where producers have claimed.'),
    tailPad: reserved(120),
    headCachePosition: i64.at(256).about('A head position that a producer has seen.'),
    headCachePad: reserved(120),
    headPosition: i64.at(384).about('Up to where the consumer has read.'),
    headPad: reserved(120),
    correlationCounter: i64.at(512).about('Source of correlation ids.'),
    correlationPad: reserved(120),
    consumerHeartbeatMs: i64.at(640).about('Epoch ms; 0 before the first, -1 once the driver has shut down.'),
    heartbeatPad: reserved(120),
  },
  { doc: 'What follows the records of a ring.', source: 'agrona/RingBufferDescriptor' },
);

export const broadcastRecord = offsets(
  'BroadcastRecord',
  {
    length: i32.at(0).about('Bytes with this header.'),
    typeId: i32.at(4).about('1 or more; -1 for padding.'),
  },
  { doc: 'Header of a record in the to-clients buffer.', source: 'agrona/RecordDescriptor', alignment: 8 },
);

export const broadcastTrailer = offsets(
  'BroadcastTrailer',
  {
    tailIntentCounter: i64.at(0).about('Up to where the transmitter is about to overwrite.'),
    tailCounter: i64.at(8).about('Up to where records are complete.'),
    latestCounter: i64.at(16).about('Where the newest record starts.'),
    unused: reserved(104).at(24),
  },
  { doc: 'What follows the records of a broadcast buffer.', source: 'agrona/BroadcastBufferDescriptor' },
);

export const counterMetadata = offsets(
  'CounterMetadata',
  {
    state: i32.at(0).about('0 unused, 1 allocated, -1 reclaimed; stored last.'),
    typeId: i32.at(4),
    freeForReuseDeadlineMs: i64.at(8).about('Epoch ms; the largest int64 while in use.'),
    key: bytes(112).at(16).about('Layout by type id.'),
    labelLength: i32.at(128).about('Bytes.'),
    label: bytes(380).at(132).about('ASCII.'),
  },
  { doc: 'Record of the counters metadata buffer; the id of a counter is its index.', source: 'agrona/CountersReader' },
);

export const counterValue = offsets(
  'CounterValue',
  {
    value: i64.at(0),
    registrationId: i64.at(8),
    ownerId: i64.at(16).about('Client id; -1 for system and static counters.'),
    referenceId: i64.at(24).about('Of what the counter is about, such as an image.'),
    unused: reserved(96).at(32),
  },
  { doc: 'Record of the counters values buffer.', source: 'agrona/CountersReader' },
);

export const errorLogRecord = offsets(
  'ErrorLogRecord',
  {
    length: i32.at(0).about('Bytes with this header; 0 ends the log; stored last.'),
    observationCount: i32.at(4),
    lastObservationTimestampMs: i64.at(8).about('Epoch ms.'),
    firstObservationTimestampMs: i64.at(16).about('Epoch ms.'),
  },
  { doc: 'Header of a record of the error log; UTF-8 text follows.', source: 'agrona/DistinctErrorLog', alignment: 8 },
);

export const lossReportEntry = layout(
  'LossReportEntry',
  {
    observationCount: i64.at(0).about('0 ends the report; stored last.'),
    totalBytesLost: i64.at(8),
    firstObservationTimestampMs: i64.at(16).about('Epoch ms.'),
    lastObservationTimestampMs: i64.at(24).about('Epoch ms.'),
    sessionId: i32.at(32),
    streamId: i32.at(36),
    channel: ascii().at(40).about('Channel URI of the subscription.'),
    source: ascii().about('`host:port` of the sender.'),
  },
  { doc: 'Entry of loss-report.dat.', source: 'aeron-driver/LossReport', alignment: 64 },
);
