// SPDX-License-Identifier: Apache-2.0
/** Layout table of what clients send to the driver. Which command id has which layout: commands.ts. Code: generated/. */
import { ascii, flags, i32, i64, layout, opaque64, varBytes } from '../../../../tools/codegen/layout.ts';

const CHANNEL = ascii().about('Channel URI.');

export const correlatedCommand = layout(
  'CorrelatedCommand',
  {
    clientId: i64.at(0).about('Who asks.'),
    correlationId: i64.at(8).about('Chosen by the client; the answer carries it.'),
  },
  {
    doc: 'What every command starts with; all of a keepalive and of a client close.',
    source: 'aeron-client/CorrelatedMessageFlyweight',
  },
);

export const addPublication = layout(
  'AddPublication',
  correlatedCommand,
  { streamId: i32.at(16), channel: CHANNEL.at(20) },
  { doc: 'Adds a concurrent or an exclusive publication.', source: 'aeron-client/PublicationMessageFlyweight' },
);

export const removePublication = layout(
  'RemovePublication',
  correlatedCommand,
  {
    registrationId: i64.at(16).about('Of the publication.'),
    flags: flags(i64.at(24), { revoke: 0x01 }).about('Clients before 1.48 leave it out.').optional(),
  },
  { doc: 'Removes a publication, or revokes it.', source: 'aeron-client/RemovePublicationFlyweight' },
);

export const addSubscription = layout(
  'AddSubscription',
  correlatedCommand,
  {
    registrationCorrelationId: i64.at(16).about('-1.'),
    streamId: i32.at(24),
    channel: CHANNEL.at(28),
  },
  { doc: 'Adds a subscription.', source: 'aeron-client/SubscriptionMessageFlyweight' },
);

export const removeSubscription = layout(
  'RemoveSubscription',
  correlatedCommand,
  { registrationId: i64.at(16).about('Of the subscription.') },
  { doc: 'Removes a subscription.', source: 'aeron-client/RemoveSubscriptionFlyweight' },
);

export const destinationCommand = layout(
  'DestinationCommand',
  correlatedCommand,
  {
    resourceRegistrationId: i64.at(16).about('Of the publication or subscription that the destination belongs to.'),
    channel: CHANNEL.at(24),
  },
  {
    doc: 'Adds or removes a destination of a publication or of a subscription.',
    source: 'aeron-client/DestinationMessageFlyweight',
  },
);

export const removeDestinationById = layout(
  'RemoveDestinationById',
  correlatedCommand,
  {
    resourceRegistrationId: i64.at(16).about('Of the publication.'),
    destinationRegistrationId: i64.at(24).about('Correlation id of the command that added the destination.'),
  },
  { doc: 'Removes a destination by its id.', source: 'aeron-client/DestinationByIdMessageFlyweight' },
);

export const addCounter = layout(
  'AddCounter',
  correlatedCommand,
  {
    typeId: i32.at(16),
    key: varBytes().at(20).about('At most 112 bytes.'),
    label: ascii().about('At most 380 bytes.'),
  },
  { doc: 'Adds a counter that lives as long as its client.', source: 'aeron-client/CounterMessageFlyweight' },
);

export const removeCounter = layout(
  'RemoveCounter',
  correlatedCommand,
  { registrationId: i64.at(16).about('Of the counter.') },
  { doc: 'Removes a counter.', source: 'aeron-client/RemoveCounterFlyweight' },
);

export const addStaticCounter = layout(
  'AddStaticCounter',
  correlatedCommand,
  {
    registrationId: opaque64.at(16).about('Chosen by the client; names the counter together with the type id.'),
    typeId: i32.at(24),
    key: varBytes().at(28).about('At most 112 bytes.'),
    label: ascii().about('At most 380 bytes.'),
  },
  { doc: 'Gets or adds a counter that outlives its client.', source: 'aeron-client/StaticCounterMessageFlyweight' },
);

export const terminateDriver = layout(
  'TerminateDriver',
  correlatedCommand,
  { token: varBytes().at(16).about('What the termination validator of the driver looks at.') },
  { doc: 'Asks the driver to end.', source: 'aeron-client/TerminateDriverFlyweight' },
);

export const rejectImage = layout(
  'RejectImage',
  correlatedCommand,
  {
    imageCorrelationId: i64.at(16),
    position: i64.at(24).about('Where the client stopped, stream bytes.'),
    reason: ascii().at(32).about('At most ERROR_FRAME_MAX_MESSAGE_LENGTH bytes; goes to the publisher.'),
  },
  { doc: 'Refuses to go on with an image.', source: 'aeron-client/RejectImageFlyweight' },
);

export const getNextAvailableSessionId = layout(
  'GetNextAvailableSessionId',
  correlatedCommand,
  { streamId: i32.at(16) },
  {
    doc: 'Asks for a session id that no publication of the stream uses.',
    source: 'aeron-client/GetNextAvailableSessionIdMessageFlyweight',
  },
);
