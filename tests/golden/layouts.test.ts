// SPDX-License-Identifier: Apache-2.0
/**
 * One message of each layout, as the reference encodes it (layouts.golden.json, which names its version and is written by
 * java/LayoutBytes.java), against the bytes that the same values give here; and read back from the reference's bytes.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  AddCounterFlyweight,
  AddPublicationFlyweight,
  AddStaticCounterFlyweight,
  AddSubscriptionFlyweight,
  CNC_BLOCK_LENGTH,
  COMMANDS,
  CorrelatedCommandFlyweight,
  type CounterIdentity,
  channelCounter,
  cncVersionVolatile,
  DataHeaderFlyweight,
  DestinationCommandFlyweight,
  DRIVER_COUNTERS,
  ErrorCode,
  ErrorFrameFlyweight,
  EVENTS,
  type Flyweight,
  FrameType,
  GetNextAvailableSessionIdFlyweight,
  heartbeatCounter,
  isErrorFrameValid,
  isFrameValid,
  isNakValid,
  isSetupValid,
  isStatusMessageValid,
  LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET,
  LOG_METADATA_ACTIVE_TRANSPORT_COUNT_OFFSET,
  LOG_METADATA_CORRELATION_ID_OFFSET,
  LOG_METADATA_END_OF_STREAM_POSITION_OFFSET,
  LOG_METADATA_INITIAL_TERM_ID_OFFSET,
  LOG_METADATA_IS_CONNECTED_OFFSET,
  LOG_METADATA_MTU_LENGTH_OFFSET,
  LOG_METADATA_PAGE_SIZE_OFFSET,
  LOG_METADATA_TERM_LENGTH_OFFSET,
  localSocketAddressCounter,
  NakFlyweight,
  OnAvailableImageFlyweight,
  OnClientTimeoutFlyweight,
  OnCounterFlyweight,
  OnErrorFlyweight,
  OnNextAvailableSessionIdFlyweight,
  OnOperationSuccessFlyweight,
  OnPublicationErrorFlyweight,
  OnPublicationReadyFlyweight,
  OnStaticCounterFlyweight,
  OnSubscriptionReadyFlyweight,
  OnUnavailableImageFlyweight,
  parseIpAddress,
  publicationErrorFrame,
  putSourceAddress,
  RejectImageFlyweight,
  RemoveCounterFlyweight,
  RemoveDestinationByIdFlyweight,
  RemovePublicationFlyweight,
  RemoveSubscriptionFlyweight,
  ResponseSetupFlyweight,
  RttMeasurementFlyweight,
  readCncMetadata,
  readResolutionEntry,
  SetupFlyweight,
  StatusMessageFlyweight,
  SYSTEM_COUNTERS,
  signalCncReady,
  streamCounter,
  systemCounterKey,
  TerminateDriverFlyweight,
  writeCncMetadata,
  writeResolutionEntry,
} from '@aeron/codecs/internal';
import { AtomicBuffer, INT64_MAX_AS_NUMBER } from '@aeron/core/internal';

const golden = JSON.parse(
  readFileSync(fileURLToPath(new URL('./layouts.golden.json', import.meta.url)), 'utf8'),
) as Readonly<Record<string, string>>;

const CHANNEL = 'aeron:udp?endpoint=localhost:40123|alias=golden';
const KEY = Uint8Array.of(1, 2, 3, 4, 5);
const correlated = { clientId: 0x123456789a, correlationId: 0x1fffffffffffff };
const correlationId = correlated.correlationId;
const peer = -0x123456789abcdf0n;
const error = {
  registrationId: 88,
  destinationRegistrationId: -1,
  sessionId: -10,
  streamId: 1007,
  receiverId: peer,
  groupTag: -1n,
  sourcePort: 54321,
  errorCode: ErrorCode.IMAGE_REJECTED,
  message: 'rejected',
};
const statusMessage = {
  version: 0,
  flags: 0xc0,
  type: FrameType.SM,
  sessionId: -15,
  streamId: 1010,
  consumptionTermId: 16,
  consumptionTermOffset: 128,
  receiverWindowLength: 131072,
  receiverId: peer,
};

type Fields = Readonly<Record<string, number | bigint | string | boolean | Uint8Array>>;

/** Name in the golden file, our flyweight, and the fields that LayoutBytes.java sets. */
const MESSAGES: readonly (readonly [string, new () => Flyweight, Fields])[] = [
  ['CorrelatedCommand', CorrelatedCommandFlyweight, correlated],
  ['AddPublication', AddPublicationFlyweight, { ...correlated, streamId: -1001, channel: CHANNEL }],
  ['RemovePublication', RemovePublicationFlyweight, { ...correlated, registrationId: 77, flags: 0, revokeFlag: true }],
  [
    'AddSubscription',
    AddSubscriptionFlyweight,
    { ...correlated, registrationCorrelationId: -1, streamId: 1002, channel: CHANNEL },
  ],
  ['RemoveSubscription', RemoveSubscriptionFlyweight, { ...correlated, registrationId: 78 }],
  ['DestinationCommand', DestinationCommandFlyweight, { ...correlated, resourceRegistrationId: 79, channel: CHANNEL }],
  [
    'RemoveDestinationById',
    RemoveDestinationByIdFlyweight,
    { ...correlated, resourceRegistrationId: 80, destinationRegistrationId: 81 },
  ],
  ['AddCounter', AddCounterFlyweight, { ...correlated, typeId: 1101, key: KEY, label: 'golden counter' }],
  ['RemoveCounter', RemoveCounterFlyweight, { ...correlated, registrationId: 82 }],
  [
    'AddStaticCounter',
    AddStaticCounterFlyweight,
    { ...correlated, registrationId: 83n, typeId: 1102, key: KEY, label: 'static' },
  ],
  ['TerminateDriver', TerminateDriverFlyweight, { ...correlated, token: KEY.subarray(1, 4) }],
  [
    'RejectImage',
    RejectImageFlyweight,
    { ...correlated, imageCorrelationId: 84, position: 2 ** 40, reason: 'no reason' },
  ],
  ['GetNextAvailableSessionId', GetNextAvailableSessionIdFlyweight, { ...correlated, streamId: 1003 }],
  [
    'OnError',
    OnErrorFlyweight,
    { offendingCommandCorrelationId: correlationId, errorCode: ErrorCode.STORAGE_SPACE, message: 'disk full' },
  ],
  [
    'OnAvailableImage',
    OnAvailableImageFlyweight,
    {
      correlationId,
      sessionId: -7,
      streamId: 1004,
      subscriptionRegistrationId: 85,
      subscriberPositionId: 12,
      logFileName: '/dev/shm/aeron/images/9.logbuffer',
      sourceIdentity: '10.0.0.1:40123',
    },
  ],
  [
    'OnPublicationReady',
    OnPublicationReadyFlyweight,
    {
      correlationId,
      registrationId: 86,
      sessionId: -8,
      streamId: 1005,
      publicationLimitCounterId: 13,
      channelStatusCounterId: -1,
      logFileName: '/dev/shm/aeron/publications/8.logbuffer',
    },
  ],
  ['OnSubscriptionReady', OnSubscriptionReadyFlyweight, { correlationId, channelStatusCounterId: 14 }],
  ['OnOperationSuccess', OnOperationSuccessFlyweight, { correlationId }],
  [
    'OnUnavailableImage',
    OnUnavailableImageFlyweight,
    { correlationId, subscriptionRegistrationId: 87, streamId: 1006, channel: CHANNEL },
  ],
  ['OnCounter', OnCounterFlyweight, { correlationId, counterId: 15 }],
  ['OnStaticCounter', OnStaticCounterFlyweight, { correlationId, counterId: 16 }],
  ['OnClientTimeout', OnClientTimeoutFlyweight, { clientId: correlated.clientId }],
  [
    'OnPublicationError',
    OnPublicationErrorFlyweight,
    { ...error, addressType: 1, sourceAddress: Uint8Array.of(192, 168, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) },
  ],
  [
    'OnPublicationErrorIpv6',
    OnPublicationErrorFlyweight,
    { ...error, addressType: 2, sourceAddress: parseIpAddress('2001:db8::7') ?? KEY },
  ],
  ['OnNextAvailableSessionId', OnNextAvailableSessionIdFlyweight, { correlationId, nextSessionId: -9 }],
  [
    'DataHeader',
    DataHeaderFlyweight,
    {
      frameLength: 1376,
      version: 0,
      flags: 0xb0,
      type: FrameType.DATA,
      termOffset: 4096,
      sessionId: -11,
      streamId: 1008,
      termId: -12,
      reservedValue: peer,
    },
  ],
  [
    'Nak',
    NakFlyweight,
    {
      frameLength: 28,
      version: 0,
      flags: 0,
      type: FrameType.NAK,
      sessionId: -13,
      streamId: 1009,
      termId: 14,
      termOffset: 64,
      length: 1408,
    },
  ],
  ['StatusMessage', StatusMessageFlyweight, { ...statusMessage, frameLength: 36 }],
  ['StatusMessageWithGroupTag', StatusMessageFlyweight, { ...statusMessage, frameLength: 44, groupTag: -5n }],
  [
    'ErrorFrame',
    ErrorFrameFlyweight,
    {
      frameLength: 50,
      version: 0,
      flags: 0,
      groupTagFlag: true,
      type: FrameType.ERR,
      sessionId: -17,
      streamId: 1011,
      receiverId: 0x0123456789abcdefn,
      groupTag: 99n,
      errorCode: ErrorCode.IMAGE_REJECTED,
      message: 'bad stream',
    },
  ],
  [
    'ErrorFrameWithoutGroupTag',
    ErrorFrameFlyweight,
    {
      frameLength: 50,
      version: 0,
      flags: 0,
      groupTagFlag: false,
      type: FrameType.ERR,
      sessionId: -17,
      streamId: 1011,
      receiverId: 0x0123456789abcdefn,
      groupTag: 0n,
      errorCode: ErrorCode.IMAGE_REJECTED,
      message: 'bad stream',
    },
  ],
  [
    'Setup',
    SetupFlyweight,
    {
      frameLength: 40,
      version: 0,
      flags: 0xc0,
      type: FrameType.SETUP,
      termOffset: 32,
      sessionId: -18,
      streamId: 1012,
      initialTermId: 19,
      activeTermId: 21,
      termLength: 2 ** 24,
      mtuLength: 1408,
      ttl: 4,
    },
  ],
  [
    'RttMeasurement',
    RttMeasurementFlyweight,
    {
      frameLength: 40,
      version: 0,
      replyFlag: true,
      type: FrameType.RTTM,
      sessionId: -22,
      streamId: 1013,
      echoTimestampNs: 2n ** 63n - 2n,
      receptionDeltaNs: -25,
      receiverId: -(2n ** 63n),
    },
  ],
  [
    'ResponseSetup',
    ResponseSetupFlyweight,
    {
      frameLength: 20,
      version: 0,
      flags: 0,
      type: FrameType.RSP_SETUP,
      sessionId: -26,
      streamId: 1014,
      responseSessionId: 27,
    },
  ],
];

function referenceBytes(name: string): AtomicBuffer {
  return new AtomicBuffer(Uint8Array.from(Buffer.from(golden[name] ?? '', 'hex')));
}

function hex(buffer: AtomicBuffer, length = buffer.capacity): string {
  return Buffer.from(buffer.subarray(0, length)).toString('hex');
}

describe('messages of the reference', () => {
  it.each(MESSAGES)('%s: the same values give the same bytes', (name, Message, fields) => {
    const reference = referenceBytes(name);
    const message = Object.assign(new Message().wrap(AtomicBuffer.allocate(reference.capacity), 0), fields);
    expect(hex(message.buffer)).toBe(hex(reference));
    expect(message.encodedLength).toBe(reference.capacity);
  });

  it.each(MESSAGES)('%s: the bytes give the same values', (name, Message, fields) => {
    const reference = referenceBytes(name);
    const message = new Message().wrap(reference, 0);
    expect(message.validate(reference.capacity)).toBeUndefined();
    for (const field of Object.keys(fields).filter((key) => key !== 'flags')) {
      expect([field, (message as unknown as Fields)[field]]).toEqual([field, fields[field]]);
    }
  });

  it.each(['DataHeader', 'Nak', 'StatusMessage', 'StatusMessageWithGroupTag', 'ErrorFrame', 'Setup', 'ResponseSetup'])(
    '%s is a valid frame',
    (name) => {
      const frame = referenceBytes(name);
      expect(isFrameValid(frame, 0, frame.capacity)).toBe(true);
    },
  );

  it('keeps the rules of its kind', () => {
    expect(isNakValid(new NakFlyweight().wrap(referenceBytes('Nak'), 0), 65536)).toBe(true);
    expect(isStatusMessageValid(new StatusMessageFlyweight().wrap(referenceBytes('StatusMessage'), 0), 262144)).toBe(
      true,
    );
    expect(isSetupValid(new SetupFlyweight().wrap(referenceBytes('Setup'), 0))).toBe(true);
    expect(isErrorFrameValid(new ErrorFrameFlyweight().wrap(referenceBytes('ErrorFrame'), 0))).toBe(true);
  });
});

describe('a publication error of the reference', () => {
  it.each([
    ['OnPublicationError', '192.168.1.2'],
    ['OnPublicationErrorIpv6', '2001:db8::7'],
  ])('%s names its source', (name, address) => {
    const message = new OnPublicationErrorFlyweight().wrap(referenceBytes(name), 0);
    expect(publicationErrorFrame(message)).toEqual({
      registrationId: 88,
      destinationRegistrationId: -1,
      sessionId: -10,
      streamId: 1007,
      receiverId: peer,
      groupTag: -1n,
      errorCodeValue: 13,
      errorCode: 'IMAGE_REJECTED',
      errorMessage: 'rejected',
      sourceAddress: { address, port: 54321 },
    });
    const copy = new OnPublicationErrorFlyweight().wrap(AtomicBuffer.allocate(64), 0);
    putSourceAddress(copy, parseIpAddress(address) ?? KEY, 54321);
    expect(hex(copy.buffer.slice(40, 20))).toBe(hex(message.buffer.slice(40, 20)));
  });
});

describe('resolution entries of the reference', () => {
  it.each([
    ['ResolutionEntryIpv4', '10.1.2.3', 'driver-a'],
    ['ResolutionEntryIpv6', '2001:db8::1', 'b'],
  ])('%s', (name, addressText, hostName) => {
    const reference = referenceBytes(name);
    const address = parseIpAddress(addressText) ?? KEY;
    const entry = { isSelf: true, udpPort: 54322, ageInMs: 1500, address, hostName };
    const buffer = AtomicBuffer.allocate(64);
    expect(writeResolutionEntry(buffer, 0, entry)).toBe(reference.capacity);
    expect(hex(buffer, reference.capacity)).toBe(hex(reference));
    expect(readResolutionEntry(reference, 0, reference.capacity)).toEqual({ ...entry, length: reference.capacity });
  });
});

describe('descriptors of the reference', () => {
  it('has the same metadata in the CnC file', () => {
    const metadata = {
      toDriverBufferLength: 1049344,
      toClientsBufferLength: 1048704,
      countersMetadataBufferLength: 4194304,
      countersValuesBufferLength: 1048576,
      errorLogBufferLength: 4194304,
      clientLivenessTimeoutNs: 10_000_000_000,
      startTimestampMs: 1790000000123,
      pid: 4242,
      filePageSize: 4096,
    };
    const buffer = AtomicBuffer.allocate(CNC_BLOCK_LENGTH);
    writeCncMetadata(buffer, metadata);
    signalCncReady(buffer);
    expect(hex(buffer)).toBe(golden['CncMetadata']);
    expect(readCncMetadata(referenceBytes('CncMetadata'))).toEqual(metadata);
    expect(cncVersionVolatile(referenceBytes('CncMetadata'))).toBe(0x000200);
  });

  it('has the same places in the log metadata', () => {
    const log = AtomicBuffer.allocate(512);
    log.putInt64(LOG_METADATA_CORRELATION_ID_OFFSET, 90);
    log.putInt32(LOG_METADATA_INITIAL_TERM_ID_OFFSET, -28);
    log.putInt32(LOG_METADATA_MTU_LENGTH_OFFSET, 1408);
    log.putInt32(LOG_METADATA_TERM_LENGTH_OFFSET, 65536);
    log.putInt32(LOG_METADATA_PAGE_SIZE_OFFSET, 4096);
    log.putInt32(LOG_METADATA_IS_CONNECTED_OFFSET, 1);
    log.putInt32(LOG_METADATA_ACTIVE_TRANSPORT_COUNT_OFFSET, 3);
    log.putInt64(LOG_METADATA_END_OF_STREAM_POSITION_OFFSET, INT64_MAX_AS_NUMBER);
    log.putInt32(LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET, 2);
    expect(hex(log)).toBe((golden['LogMetadata'] ?? '').padEnd(1024, '0'));
  });
});

describe('counters of the reference', () => {
  const long = `aeron:udp?endpoint=localhost:40123|alias=${'x'.repeat(400)}`;
  const middling = `aeron:udp?endpoint=localhost:40123|alias=${'y'.repeat(290)}`;
  const { PUBLISHER_LIMIT, SUBSCRIBER_POSITION, SEND_CHANNEL_STATUS, RECEIVE_CHANNEL_STATUS } = DRIVER_COUNTERS;
  const stream = (registrationId: number, sessionId: number, streamId: number, channel: string) => ({
    registrationId,
    sessionId,
    streamId,
    channel,
  });
  const system = SYSTEM_COUNTERS[35];

  it.each<[string, CounterIdentity]>([
    ['pub-lmt', streamCounter(PUBLISHER_LIMIT, stream(91, -29, 1015, CHANNEL))],
    ['sub-pos', streamCounter(SUBSCRIBER_POSITION, stream(92, 30, -1016, CHANNEL), 4096)],
    ['sub-pos with a long channel', streamCounter(SUBSCRIBER_POSITION, stream(93, 31, 1017, long), 4096)],
    ['sub-pos with a middling channel', streamCounter(SUBSCRIBER_POSITION, stream(94, 32, 1018, middling), 4096)],
    [
      'sub-pos without room for a join position',
      streamCounter(SUBSCRIBER_POSITION, stream(98, 33, 1019, `${middling}yyyyyyyyyyyy`), 4096),
    ],
    ['snd-channel', channelCounter(SEND_CHANNEL_STATUS, CHANNEL)],
    ['rcv-channel with a long channel', channelCounter(RECEIVE_CHANNEL_STATUS, long)],
    ['rcv-local-sockaddr', localSocketAddressCounter(DRIVER_COUNTERS.RECEIVE_LOCAL_SOCKET_ADDRESS, 6)],
    ['client-heartbeat', heartbeatCounter(DRIVER_COUNTERS.CLIENT_HEARTBEAT, 0x123456789a)],
    ['system counter 35', { typeId: 0, key: systemCounterKey(system.id), label: system.label }],
  ])('%s has the same type, key and label', (name, { typeId, key, label }) => {
    const record = Buffer.from((golden[`counter ${name}`] ?? '').padEnd(1024, '0'), 'hex');
    const labelLength = record.readInt32LE(128);
    expect(record.readInt32LE(4)).toBe(typeId);
    expect(record.subarray(16, 128).toString('hex')).toBe(Buffer.from(key).toString('hex').padEnd(224, '0'));
    expect(record.subarray(132, 132 + labelLength).toString('latin1')).toBe(label);
  });
});

describe('numbers of the reference', () => {
  const numbers = (name: string): Record<string, number> =>
    Object.fromEntries(
      (golden[name] ?? '').split(' ').map((row) => [row.replace(/=.*/, ''), Number(row.split('=')[1])]),
    );

  it('has the same message type ids, each with a layout that is compared above', () => {
    const rows = [...COMMANDS, ...EVENTS];
    const theirs = numbers('message type ids');
    const version = Object.keys(theirs).filter((name) => name.startsWith('CONTROL_PROTOCOL_'));
    expect(version).toHaveLength(4);
    for (const name of version) {
      delete theirs[name];
    }
    expect(Object.fromEntries(rows.map(({ name, id }) => [name, id]))).toEqual(theirs);
    const compared = new Set(MESSAGES.map(([, Message]) => Message));
    const missing = rows.filter(({ layout }) => !compared.has(layout.Flyweight));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('has the same frame types and error codes', () => {
    expect(FrameType).toEqual(numbers('frame types'));
    expect(ErrorCode).toEqual(numbers('error codes'));
  });
});
