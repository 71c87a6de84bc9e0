// SPDX-License-Identifier: Apache-2.0
/** Events of the media driver. Retired ids: 9, 10, 11, 18 to 22, 27 to 29. @source aeron-driver/DriverEventCode */
import { EventTypeCode, event, eventTable } from './event-table.ts';

const COMMAND = { buffer: 'command' } as const;
const COMMAND_FORM = { body: 'buffer', text: '{buffer}' };
const FRAME = { dstAddress: 'address', dstPort: 'i32', buffer: 'frame' } as const;
const FRAME_FORM = { body: 'dstAddress:dstPort buffer', text: 'address={dstAddress}:{dstPort} {buffer}' };
const VALUE = { value: 'text' } as const;
const VALUE_FORM = { body: 'value', text: '{value}' };
const NEIGHBOR = { address: 'address', port: 'i32' } as const;
const NEIGHBOR_FORM = { body: 'address:port', text: '{address}:{port}' };
const RECEIVER = {
  receiverId: 'i64',
  sessionId: 'i32',
  streamId: 'i32',
  channel: 'text',
  receiverCount: 'i32',
} as const;
const RECEIVER_FORM = { body: 'receiverCount receiverId sessionId streamId channel' };
const GAP = { sessionId: 'i32', streamId: 'i32', termId: 'i32', termOffset: 'i32' } as const;
const NAK = { address: 'address', port: 'i32', ...GAP, nakLength: 'i32', channel: 'text' } as const;
const NAK_FORM = {
  body: 'address:port sessionId streamId termId termOffset nakLength channel',
  text: 'address={address}:{port} sessionId streamId termId termOffset length={nakLength} channel',
};
const REVOKE = { revokedPos: 'i64', sessionId: 'i32', streamId: 'i32', channel: 'text' } as const;

const command = (id: number, doc: string) => event(id, doc, COMMAND, COMMAND_FORM);

export const driverEvents = eventTable(
  { context: 'DRIVER', typeCode: EventTypeCode.DRIVER, property: 'aeron.event.log' },
  {
    FRAME_IN: event(1, 'a datagram came in; the address is its sender', FRAME, FRAME_FORM),
    FRAME_OUT: event(2, 'a datagram went out', FRAME, FRAME_FORM),
    CMD_IN_ADD_PUBLICATION: command(3, 'a client asks for a publication'),
    CMD_IN_REMOVE_PUBLICATION: command(4, 'a client gives a publication up, or revokes it'),
    CMD_IN_ADD_SUBSCRIPTION: command(5, 'a client asks for a subscription'),
    CMD_IN_REMOVE_SUBSCRIPTION: command(6, 'a client gives a subscription up'),
    CMD_OUT_PUBLICATION_READY: command(7, 'a client is told of its publication'),
    CMD_OUT_AVAILABLE_IMAGE: command(8, 'a client is told of an image'),
    CMD_OUT_ON_OPERATION_SUCCESS: command(12, 'a client is told that its command was carried out'),
    CMD_IN_KEEPALIVE_CLIENT: command(13, 'a client shows that it lives'),
    REMOVE_PUBLICATION_CLEANUP: event(
      14,
      'a network publication is freed',
      { channel: 'text', sessionId: 'i32', streamId: 'i32' },
      { body: 'sessionId streamId channel' },
    ),
    REMOVE_SUBSCRIPTION_CLEANUP: event(
      15,
      'a subscription is freed',
      { channel: 'text', streamId: 'i32', subscriptionId: 'i64' },
      { body: 'streamId subscriptionId channel', text: 'streamId id={subscriptionId} channel' },
    ),
    REMOVE_IMAGE_CLEANUP: event(
      16,
      'an image is freed',
      { channel: 'text', sessionId: 'i32', streamId: 'i32', correlationId: 'i64' },
      { body: 'sessionId streamId correlationId channel', text: 'sessionId streamId id={correlationId} channel' },
    ),
    CMD_OUT_ON_UNAVAILABLE_IMAGE: command(17, 'a client is told that an image is gone'),
    SEND_CHANNEL_CREATION: event(23, 'an end point of publications is made', VALUE, VALUE_FORM),
    RECEIVE_CHANNEL_CREATION: event(24, 'an end point of subscriptions is made', VALUE, VALUE_FORM),
    SEND_CHANNEL_CLOSE: event(25, 'an end point of publications is closed', VALUE, VALUE_FORM),
    RECEIVE_CHANNEL_CLOSE: event(26, 'an end point of subscriptions is closed', VALUE, VALUE_FORM),
    CMD_IN_ADD_DESTINATION: command(30, 'a client adds a destination to a publication'),
    CMD_IN_REMOVE_DESTINATION: command(31, 'a client removes a destination of a publication'),
    CMD_IN_ADD_EXCLUSIVE_PUBLICATION: command(32, 'a client asks for a publication of its own'),
    CMD_OUT_EXCLUSIVE_PUBLICATION_READY: command(33, 'a client is told of its exclusive publication'),
    CMD_OUT_ERROR: command(34, 'a client is told that its command failed'),
    CMD_IN_ADD_COUNTER: command(35, 'a client asks for a counter'),
    CMD_IN_REMOVE_COUNTER: command(36, 'a client gives a counter up'),
    CMD_OUT_SUBSCRIPTION_READY: command(37, 'a client is told of its subscription'),
    CMD_OUT_COUNTER_READY: command(38, 'clients are told of a counter'),
    CMD_OUT_ON_UNAVAILABLE_COUNTER: command(39, 'clients are told that a counter is gone'),
    CMD_IN_CLIENT_CLOSE: command(40, 'a client says that it ends'),
    CMD_IN_ADD_RCV_DESTINATION: command(41, 'a client adds a destination to a subscription'),
    CMD_IN_REMOVE_RCV_DESTINATION: command(42, 'a client removes a destination of a subscription'),
    CMD_OUT_ON_CLIENT_TIMEOUT: command(43, 'a client is told that the driver has given it up'),
    CMD_IN_TERMINATE_DRIVER: command(44, 'a client asks the driver to end; its token is blanked'),
    UNTETHERED_SUBSCRIPTION_STATE_CHANGE: event(
      45,
      'an untethered subscription changes its state on one stream',
      { oldState: 'enum', newState: 'enum', subscriptionId: 'i64', streamId: 'i32', sessionId: 'i32' },
      {
        body: 'subscriptionId streamId sessionId oldState>newState',
        text: 'subscriptionId streamId sessionId {oldState} -> {newState}',
      },
    ),
    NAME_RESOLUTION_NEIGHBOR_ADDED: event(46, 'the name resolver hears of another driver', NEIGHBOR, NEIGHBOR_FORM),
    NAME_RESOLUTION_NEIGHBOR_REMOVED: event(47, 'the name resolver gives a driver up', NEIGHBOR, NEIGHBOR_FORM),
    FLOW_CONTROL_RECEIVER_ADDED: event(48, 'flow control waits for one more receiver', RECEIVER, RECEIVER_FORM),
    FLOW_CONTROL_RECEIVER_REMOVED: event(49, 'flow control waits for one receiver less', RECEIVER, RECEIVER_FORM),
    NAME_RESOLUTION_RESOLVE: event(
      50,
      'a name was resolved, or could not be',
      { resolverName: 'text', durationNs: 'i64', name: 'text', isReResolution: 'bool', address: 'address' },
      {
        body: 'isReResolution durationNs resolverName name address',
        text: 'resolver={resolverName} durationNs name isReResolution address',
      },
    ),
    TEXT_DATA: event(51, 'a text of an embedding program; drivers have none', VALUE, VALUE_FORM),
    NAME_RESOLUTION_LOOKUP: event(
      52,
      'a name was looked up before it was resolved',
      { resolverName: 'text', durationNs: 'i64', name: 'text', isReLookup: 'bool', resolvedName: 'text' },
      {
        body: 'isReLookup durationNs resolverName name resolvedName',
        text: 'resolver={resolverName} durationNs name isReLookup resolvedName',
      },
    ),
    NAME_RESOLUTION_HOST_NAME: event(
      53,
      'the name of this host was looked up, as drivers up to 1.44 did when they started; no later one does, nor does ours',
      { durationNs: 'i64', hostName: 'text' },
    ),
    NAK_SENT: event(54, 'a receiver asks for what it has lost', NAK, NAK_FORM),
    RESEND: event(
      55,
      'a sender sends again what was lost',
      { ...GAP, resendLength: 'i32', channel: 'text' },
      {
        body: 'sessionId streamId termId termOffset resendLength channel',
        text: 'sessionId streamId termId termOffset length={resendLength} channel',
      },
    ),
    CMD_IN_REMOVE_DESTINATION_BY_ID: command(56, 'a client removes a destination by its registration id'),
    CMD_IN_REJECT_IMAGE: command(57, 'a client rejects an image'),
    NAK_RECEIVED: event(58, 'a sender is asked for what a receiver has lost', NAK, NAK_FORM),
    PUBLICATION_REVOKE: event(59, 'a publication is revoked', REVOKE),
    PUBLICATION_IMAGE_REVOKE: event(60, 'the publication of an image was revoked', REVOKE),
    START: event(61, 'logging starts', { version: 'text' }),
  },
  {
    groups: { admin: (_, { id }) => id > 2 },
    formerNames: { SEND_NAK_MESSAGE: 'NAK_SENT', GENERIC_MESSAGE: 'TEXT_DATA' },
  },
);

export type DriverEventName = keyof typeof driverEvents.rows;
