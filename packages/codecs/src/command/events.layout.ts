// SPDX-License-Identifier: Apache-2.0
/** Layout table of what the driver broadcasts to its clients. Which event id has which layout: events.ts. Code: generated/. */
import { ascii, bytes, i16, i32, i64, layout, opaque64, u16 } from '../../../../tools/codegen/layout.ts';

const CORRELATION_ID = i64.about('Of the command that this answers.');
const LOG_FILE = ascii().about('Path of the log buffer file.');

export const onError = layout(
  'OnError',
  {
    offendingCommandCorrelationId: i64.at(0).about('Of the refused command.'),
    errorCode: i32.at(8).about('One of ErrorCode.'),
    message: ascii().at(12),
  },
  { doc: 'A command was refused.', source: 'aeron-client/ErrorResponseFlyweight' },
);

export const onAvailableImage = layout(
  'OnAvailableImage',
  {
    correlationId: i64.at(0).about('Of the image.'),
    sessionId: i32.at(8),
    streamId: i32.at(12),
    subscriptionRegistrationId: i64.at(16),
    subscriberPositionId: i32.at(24).about('Counter in which the subscriber publishes its position.'),
    logFileName: LOG_FILE.at(28),
    sourceIdentity: ascii().about('`host:port` of the sender; `aeron:ipc` on IPC.'),
  },
  { doc: 'A subscription gained an image.', source: 'aeron-client/ImageBuffersReadyFlyweight' },
);

export const onPublicationReady = layout(
  'OnPublicationReady',
  {
    correlationId: CORRELATION_ID.at(0),
    registrationId: i64.at(8).about('Of the first publication that shares the log.'),
    sessionId: i32.at(16),
    streamId: i32.at(20),
    publicationLimitCounterId: i32.at(24),
    channelStatusCounterId: i32.at(28).about('-1 on IPC.'),
    logFileName: LOG_FILE.at(32),
  },
  { doc: 'A publication, concurrent or exclusive, is there.', source: 'aeron-client/PublicationBuffersReadyFlyweight' },
);

export const onSubscriptionReady = layout(
  'OnSubscriptionReady',
  {
    correlationId: CORRELATION_ID.at(0),
    channelStatusCounterId: i32.at(8).about('-1 on IPC and for spies.'),
  },
  { doc: 'A subscription is there.', source: 'aeron-client/SubscriptionReadyFlyweight' },
);

export const onOperationSuccess = layout(
  'OnOperationSuccess',
  { correlationId: CORRELATION_ID.at(0) },
  { doc: 'A command without other result succeeded.', source: 'aeron-client/OperationSucceededFlyweight' },
);

export const onUnavailableImage = layout(
  'OnUnavailableImage',
  {
    correlationId: i64.at(0).about('Of the image.'),
    subscriptionRegistrationId: i64.at(8),
    streamId: i32.at(16),
    channel: ascii().at(20).about('Channel URI of the subscription.'),
  },
  { doc: 'A subscription lost an image.', source: 'aeron-client/ImageMessageFlyweight' },
);

export const onCounter = layout(
  'OnCounter',
  {
    correlationId: i64.at(0).about('Registration id of the counter.'),
    counterId: i32.at(8),
  },
  { doc: 'A counter is there, or is gone.', source: 'aeron-client/CounterUpdateFlyweight' },
);

export const onStaticCounter = layout(
  'OnStaticCounter',
  {
    correlationId: CORRELATION_ID.at(0),
    counterId: i32.at(8),
  },
  { doc: 'A static counter was found or made.', source: 'aeron-client/StaticCounterFlyweight' },
);

export const onClientTimeout = layout(
  'OnClientTimeout',
  { clientId: i64.at(0) },
  { doc: 'The driver has given a client up.', source: 'aeron-client/ClientTimeoutFlyweight' },
);

export const onPublicationError = layout(
  'OnPublicationError',
  {
    registrationId: i64.at(0).about('Of the publication.'),
    destinationRegistrationId: i64.at(8).about('-1 unless destinations were added by hand.'),
    sessionId: i32.at(16),
    streamId: i32.at(20),
    receiverId: opaque64.at(24),
    groupTag: opaque64.at(32).about('-1 when the receiver has none.'),
    addressType: i16.at(40).about('1 for IPv4, 2 for IPv6.'),
    sourcePort: u16.at(42),
    sourceAddress: bytes(16).at(44).about('An IPv4 address is followed by zeros.'),
    errorCode: i32.at(60),
    message: ascii().at(64),
  },
  {
    doc: 'A receiver sent an error frame to a publication.',
    source: 'aeron-client/PublicationErrorFrameFlyweight',
  },
);

export const onNextAvailableSessionId = layout(
  'OnNextAvailableSessionId',
  {
    correlationId: CORRELATION_ID.at(0),
    nextSessionId: i32.at(8),
  },
  { doc: 'A session id that is free.', source: 'aeron-client/NextAvailableSessionIdFlyweight' },
);
