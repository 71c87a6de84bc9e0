// SPDX-License-Identifier: Apache-2.0
/** Layout table of every UDP frame. Little-endian on the wire. Code: generated/, by tools/codegen. */
import { ascii, bytes, flags, i8, i32, i64, layout, opaque64, u8, u16 } from '../../../../tools/codegen/layout.ts';

export const frameHeader = layout(
  'FrameHeader',
  {
    frameLength: i32
      .at(0)
      .about('Bytes of the frame with its header; in a term, negative while being written and 0 before.'),
    version: u8.at(4).about('Version of the protocol, 0.'),
    flags: u8.at(5),
    type: u16.at(6).about('One of FrameType.'),
  },
  { doc: 'What every frame starts with.', source: 'aeron-client/HeaderFlyweight' },
);

export const dataHeader = layout(
  'DataHeader',
  frameHeader,
  {
    flags: flags(u8, { begin: 0x80, end: 0x40, endOfStream: 0x20, revoked: 0x10 }),
    termOffset: i32.at(8).about('Where the frame starts in its term, bytes.'),
    sessionId: i32.at(12),
    streamId: i32.at(16),
    termId: i32.at(20),
    reservedValue: opaque64.at(24).about('Belongs to the application; 0 unless it supplied one.'),
  },
  {
    doc: 'Header of a data or padding frame, in terms and on the wire; the payload follows.',
    source: 'aeron-client/DataHeaderFlyweight',
  },
);

export const nak = layout(
  'Nak',
  frameHeader,
  {
    sessionId: i32.at(8),
    streamId: i32.at(12),
    termId: i32.at(16),
    termOffset: i32.at(20).about('Where the missing range starts in its term, bytes.'),
    length: i32.at(24).about('Bytes missing.'),
  },
  { doc: 'A receiver asks for a range again.', source: 'aeron-client/NakFlyweight' },
);

export const statusMessage = layout(
  'StatusMessage',
  frameHeader,
  {
    flags: flags(u8, { sendSetup: 0x80, endOfStream: 0x40 }),
    sessionId: i32.at(8),
    streamId: i32.at(12),
    consumptionTermId: i32.at(16),
    consumptionTermOffset: i32.at(20).about('Up to where the receiver has consumed, bytes in the term.'),
    receiverWindowLength: i32.at(24).about('Bytes the receiver takes beyond the consumption position.'),
    receiverId: opaque64.at(28).about('Chosen by the receiver, unique among those of a stream.'),
    groupTag: opaque64.at(36).about('Group of the receiver, for tagged flow control.').optional('frameLength'),
  },
  { doc: 'A receiver reports its position and window.', source: 'aeron-client/StatusMessageFlyweight' },
);

export const error = layout(
  'ErrorFrame',
  frameHeader,
  {
    flags: flags(u8, { groupTag: 0x08 }),
    sessionId: i32.at(8),
    streamId: i32.at(12),
    receiverId: opaque64.at(16),
    groupTag: opaque64.at(24).about('Valid when the group tag flag is set.'),
    errorCode: i32.at(32).about('One of ErrorCode.'),
    message: ascii().at(36).about('At most ERROR_FRAME_MAX_MESSAGE_LENGTH bytes.'),
  },
  { doc: 'A receiver reports that it will not take the stream.', source: 'aeron-client/ErrorFlyweight' },
);

export const setup = layout(
  'Setup',
  frameHeader,
  {
    flags: flags(u8, { sendResponse: 0x80, group: 0x40 }),
    termOffset: i32.at(8).about('Position of the sender in the active term, bytes.'),
    sessionId: i32.at(12),
    streamId: i32.at(16),
    initialTermId: i32.at(20),
    activeTermId: i32.at(24),
    termLength: i32.at(28),
    mtuLength: i32.at(32),
    ttl: i32.at(36).about('Time to live of multicast datagrams; 0 on unicast.'),
  },
  { doc: 'A sender introduces a stream to its receivers.', source: 'aeron-client/SetupFlyweight' },
);

export const rttMeasurement = layout(
  'RttMeasurement',
  frameHeader,
  {
    flags: flags(u8, { reply: 0x80 }),
    sessionId: i32.at(8),
    streamId: i32.at(12),
    echoTimestampNs: opaque64.at(16).about('Clock of whoever asked, sent back as it came, ns.'),
    receptionDeltaNs: i64.at(24).about('Time between reception and reply, ns.'),
    receiverId: opaque64.at(32),
  },
  { doc: 'Asks for an echo, or is one, to measure round-trip time.', source: 'aeron-client/RttMeasurementFlyweight' },
);

export const responseSetup = layout(
  'ResponseSetup',
  frameHeader,
  {
    sessionId: i32.at(8),
    streamId: i32.at(12),
    responseSessionId: i32.at(16).about('Session of the publication that will answer.'),
  },
  { doc: 'Tells a requester which session answers it.', source: 'aeron-client/ResponseSetupFlyweight' },
);

const resolutionHeader = {
  resolutionType: i8.at(0).about('1 for an IPv4 address, 2 for IPv6.'),
  flags: flags(u8.at(1), { self: 0x80 }),
  udpPort: u16.at(2),
  ageInMs: i32.at(4).about('Time since the named driver was last heard of, ms.'),
};

export const resolutionEntryIpv4 = layout(
  'ResolutionEntryIpv4',
  {
    ...resolutionHeader,
    address: bytes(4).at(8),
    hostName: ascii('i16').at(12).about('1 to RESOLUTION_MAX_NAME_LENGTH bytes.'),
  },
  {
    doc: 'One name in a resolution frame, with an IPv4 address. Entries follow the frame header.',
    source: 'aeron-client/ResolutionEntryFlyweight',
    alignment: 8,
  },
);

export const resolutionEntryIpv6 = layout(
  'ResolutionEntryIpv6',
  {
    ...resolutionHeader,
    address: bytes(16).at(8),
    hostName: ascii('i16').at(24).about('1 to RESOLUTION_MAX_NAME_LENGTH bytes.'),
  },
  {
    doc: 'One name in a resolution frame, with an IPv6 address. Entries follow the frame header.',
    source: 'aeron-client/ResolutionEntryFlyweight',
    alignment: 8,
  },
);

export const optionHeader = layout(
  'OptionHeader',
  {
    optionLength: u16.at(0).about('Bytes of the option with its header, before alignment to 4.'),
    type: u16.at(2).about('Kind of option; bit 0x8000 set when a receiver may ignore it.'),
  },
  { doc: 'Header of an option, reserved for secured transports.', source: 'aeron-client/aeron_option_header_t' },
);
