// SPDX-License-Identifier: Apache-2.0
/** Layout table of the keys of the driver's counters. Code: generated/. */
import { ascii, i32, i64, layout } from '../../../../tools/codegen/layout.ts';

export const systemCounterKey = layout(
  'SystemCounterKey',
  { systemCounterId: i32.at(0).about('One of SYSTEM_COUNTERS.') },
  { doc: 'Key of a system counter.', source: 'aeron-driver/SystemCounterDescriptor' },
);

export const streamCounterKey = layout(
  'StreamCounterKey',
  {
    registrationId: i64.at(0),
    sessionId: i32.at(8),
    streamId: i32.at(12),
    channel: ascii().at(16).about('Channel URI, cut to what the key has room for.'),
  },
  { doc: 'Key of a counter of a publication, an image or a subscriber.', source: 'aeron-driver/StreamCounter' },
);

export const channelCounterKey = layout(
  'ChannelCounterKey',
  { channel: ascii().at(0).about('Channel URI, cut to what the key has room for.') },
  { doc: 'Key of a channel status counter.', source: 'aeron-driver/ChannelEndpointStatus' },
);

export const localSocketAddressKey = layout(
  'LocalSocketAddressKey',
  {
    channelStatusId: i32.at(0).about('Counter id of the channel that the socket belongs to.'),
    localSocketAddress: ascii().at(4).about('`ip:port` or `[ip6]:port`, empty until bound.'),
  },
  { doc: 'Key of a local socket address counter.', source: 'aeron-client/LocalSocketAddressStatus' },
);

export const heartbeatTimestampKey = layout(
  'HeartbeatTimestampKey',
  { clientId: i64.at(0) },
  { doc: 'Key of a client heartbeat counter.', source: 'aeron-client/HeartbeatTimestamp' },
);
