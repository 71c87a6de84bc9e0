// SPDX-License-Identifier: Apache-2.0
/** Layout table of the metadata in the last 4096 bytes of a log buffer file. Code: generated/. */
import { array, bytes, i32, i64, offsets, reserved, u8 } from '../../../../tools/codegen/layout.ts';

const BOOLEAN = u8.about('1 or 0.');

export const logMetadata = offsets(
  'LogMetadata',
  {
    termTailCounters: array(i64, 3)
      .at(0)
      .about('One per partition, 8 bytes each: term id in the high half, tail in the low.'),
    activeTermCount: i32.at(24).about('How many terms were filled; selects the active partition.'),
    pad1: reserved(100).at(28),
    endOfStreamPosition: i64.at(128).about('The largest int64 until known.'),
    isConnected: i32.at(136).about('1 or 0.'),
    activeTransportCount: i32.at(140),
    pad2: reserved(112).at(144),
    correlationId: i64.at(256).about('Registration id of the publication, or correlation id of the image.'),
    initialTermId: i32.at(264),
    defaultFrameHeaderLength: i32.at(268),
    mtuLength: i32.at(272),
    termLength: i32.at(276),
    pageSize: i32.at(280),
    publicationWindowLength: i32.at(284),
    receiverWindowLength: i32.at(288),
    socketSndbufLength: i32.at(292),
    osDefaultSocketSndbufLength: i32.at(296),
    osMaxSocketSndbufLength: i32.at(300),
    socketRcvbufLength: i32.at(304),
    osDefaultSocketRcvbufLength: i32.at(308),
    osMaxSocketRcvbufLength: i32.at(312),
    maxResend: i32.at(316),
    defaultFrameHeader: bytes(128).at(320).about('The first 32 bytes are a data header, prepared by the driver.'),
    entityTag: i64.at(448),
    responseCorrelationId: i64.at(456),
    lingerTimeoutNs: i64.at(464),
    untetheredWindowLimitTimeoutNs: i64.at(472),
    untetheredRestingTimeoutNs: i64.at(480),
    group: BOOLEAN.at(488),
    isResponse: BOOLEAN.at(489),
    rejoin: BOOLEAN.at(490),
    reliable: BOOLEAN.at(491),
    sparse: BOOLEAN.at(492),
    signalEos: BOOLEAN.at(493),
    spiesSimulateConnection: BOOLEAN.at(494),
    tether: BOOLEAN.at(495),
    isPublicationRevoked: BOOLEAN.at(496),
    type: u8.at(497).about('0 concurrent publication, 1 exclusive publication, 2 image.'),
    pad3: reserved(2).at(498),
    untetheredLingerTimeoutNs: i64.at(500).about('Not aligned to 8: no ordered access.'),
    unused: reserved(3588).at(508),
  },
  { doc: 'Metadata of a log buffer.', source: 'aeron-client/LogBufferDescriptor' },
);
