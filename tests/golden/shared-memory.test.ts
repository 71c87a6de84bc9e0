// SPDX-License-Identifier: Apache-2.0
/**
 * What the reference leaves in shared memory and in files (shared-memory.golden.json, which names its version and is written
 * by java/SharedMemoryBytes.java), against what the same doings leave here, byte for byte.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  CNC_BLOCK_LENGTH,
  cncSections,
  computeCncFileLength,
  DataHeaderFlyweight,
  DRIVER_COUNTERS,
  type DriverCounterRow,
  FrameType,
  initialiseLog,
  LogBufferType,
  type LogParameters,
  NakFlyweight,
  putActiveTransportCount,
  putEndOfStreamPosition,
  putIsConnected,
  putIsPublicationRevoked,
  readLogParameters,
  readResolutionEntry,
  rotateLog,
  SYSTEM_COUNTERS,
  signalCncReady,
  writeCncMetadata,
  writeResolutionEntry,
} from '@aeron/codecs/internal';
import {
  AtomicBuffer,
  BroadcastTransmitter,
  CountersManager,
  DistinctErrorLog,
  ManyToOneRingBuffer,
  readErrorLog,
} from '@aeron/core/internal';
import { LossReport } from '@aeron/driver/reports/loss-report';
import { newClientHeartbeat, newStreamCounter, newSubscriberPosition } from '@aeron/driver/status/driver-counters';
import { newChannelCounter, newLocalSocketAddress } from '@aeron/driver/status/endpoint-counters';
import { goldenLines, goldenRow } from './golden-rows.ts';

const golden = JSON.parse(
  readFileSync(fileURLToPath(new URL('./shared-memory.golden.json', import.meta.url)), 'utf8'),
) as Readonly<Record<string, string>>;

const CHANNEL = 'aeron:udp?endpoint=localhost:40123|alias=golden';
const CLIENT = 0x123456789a;
const RECORD_LENGTH = 512 + 128;

const reference = (name: string): AtomicBuffer => goldenRow(golden, name);

function expectSame(own: AtomicBuffer, name: string): void {
  expect(own.capacity).toBe(reference(name).capacity);
  expect(goldenLines(own)).toEqual(goldenLines(reference(name)));
}

const ascii = (text: string): AtomicBuffer => new AtomicBuffer(new TextEncoder().encode(text));

describe('the CnC file', () => {
  it('has its sections in the same places, and the same length', () => {
    const metadata = {
      toDriverBufferLength: 1024 + 768,
      toClientsBufferLength: 1024 + 128,
      countersMetadataBufferLength: 2048,
      countersValuesBufferLength: 512,
      errorLogBufferLength: 4096,
      clientLivenessTimeoutNs: 10_000_000_000,
      startTimestampMs: 1790000000123,
      pid: 4242,
      filePageSize: 4096,
    };
    const file = AtomicBuffer.allocate(computeCncFileLength(metadata, 4096));
    const start = file.slice(0, CNC_BLOCK_LENGTH);
    writeCncMetadata(start, metadata);
    const { toDriver, toClients, countersMetadata, countersValues, errorLog } = cncSections(metadata);
    for (const [index, { offset, length }] of [
      toDriver,
      toClients,
      countersMetadata,
      countersValues,
      errorLog,
    ].entries()) {
      file.putUint8(offset, index + 1);
      file.putUint8(offset + length - 1, 0x11 + index);
    }
    signalCncReady(start);
    expectSame(file, 'CncFile');
  });
});

describe('the ring to the driver', () => {
  const message = ascii('to the driver, a message of the reference');

  it('is the same after writes, reads, a wrap, an abort, a claim that was left, and after it was unblocked', () => {
    const buffer = AtomicBuffer.allocate(1024 + 768);
    const ring = new ManyToOneRingBuffer(buffer);
    ring.nextCorrelationId();
    ring.nextCorrelationId();
    ring.putConsumerHeartbeatTimeMs(1790000000456);
    for (let i = 0; i < 18; i++) {
      ring.write(i + 1, message, 0, 35 + (i % 3));
    }
    expectSame(buffer, 'ToDriverRingFull');
    expect(ring.read(() => undefined, 9)).toBe(9);
    ring.abort(ring.tryClaim(30, 11));
    for (let i = 0; i < 3; i++) {
      ring.write(40 + i, message, 0, 41);
    }
    ring.tryClaim(50, 12);
    expectSame(buffer, 'ToDriverRing');
    ring.unblock();
    expectSame(buffer, 'ToDriverRingAfterUnblock');
  });

  it('is read here as the reference left it', () => {
    const ring = new ManyToOneRingBuffer(reference('ToDriverRing'));
    const seen: [number, string][] = [];
    ring.read((typeId, buffer, offset, length) => seen.push([typeId, buffer.getUtf8(offset, length)]), 100);
    ring.read((typeId, buffer, offset, length) => seen.push([typeId, buffer.getUtf8(offset, length)]), 100);
    const text = message.getUtf8(0, message.capacity);
    const written = Array.from({ length: 9 }, (_, i) => [i + 10, text.slice(0, 35 + ((i + 9) % 3))]);
    expect(seen).toEqual([...written, [40, text], [41, text], [42, text]]);
    expect(ring.consumerHeartbeatTimeMs).toBe(1790000000456);
    expect(ring.nextCorrelationId()).toBe(2);
  });
});

describe('the broadcast buffer to clients', () => {
  it('is the same after it went round', () => {
    const buffer = AtomicBuffer.allocate(1024 + 128);
    const transmitter = new BroadcastTransmitter(buffer);
    const message = ascii('to all clients, a message of the reference');
    for (let i = 0; i < 23; i++) {
      transmitter.transmit(i + 1, message, 0, 35 + (i % 7));
    }
    expectSame(buffer, 'ToClientsBroadcast');
  });
});

describe('counters', () => {
  it('are the same after some were freed and their places used again', () => {
    let nowMs = 1000;
    const metadata = AtomicBuffer.allocate(8 * 512);
    const values = AtomicBuffer.allocate(8 * 128);
    const options = { epochClock: { epochMs: () => nowMs }, freeToReuseTimeoutMs: 500, labelCharset: 'ascii' } as const;
    const manager = new CountersManager(metadata, values, options);
    for (let i = 0; i < 5; i++) {
      const label = new TextEncoder().encode(`counter ${i}`);
      const id = manager.allocateFromBytes(1000 + i, Uint8Array.of(1, 2, 3, 4, 5), label);
      manager.setCounterValue(id, 2 ** (40 + i));
      manager.setCounterRegistrationId(id, 70 + i);
      manager.setCounterOwnerId(id, 80 + i);
      manager.setCounterReferenceId(id, 90 + i);
    }
    manager.free(1);
    manager.free(3);
    nowMs = 1400;
    manager.allocate('a new id, because none has rested', 1010);
    nowMs = 1500;
    manager.allocate('an old id', 1011, (key) => key.putInt64(0, 77));
    manager.setCounterLabel(0, 'renamed');
    manager.appendToLabel(2, ', extended');
    expectSame(metadata, 'CountersMetadata');
    expectSame(values, 'CountersValues');
  });

  const stream = (registrationId: number, sessionId: number, streamId: number) => ({
    registrationId,
    sessionId,
    streamId,
    channel: CHANNEL,
  });
  const C = DRIVER_COUNTERS;
  type Allocate = (manager: CountersManager) => { readonly id: number };
  const ofStream = (row: DriverCounterRow, owner: number, ...[r, s, i]: [number, number, number]): Allocate => {
    return (manager) => newStreamCounter(manager, row, owner, stream(r, s, i));
  };

  it.each<[string, Allocate]>([
    ['pub-lmt', ofStream(C.PUBLISHER_LIMIT, CLIENT, 91, -29, 1015)],
    ['pub-pos (concurrent)', ofStream(C.PUBLISHER_POSITION_CONCURRENT, CLIENT, 92, 30, 1016)],
    ['pub-pos (exclusive)', ofStream(C.PUBLISHER_POSITION_EXCLUSIVE, CLIENT, 93, 31, 1017)],
    ['snd-pos', ofStream(C.SENDER_POSITION, CLIENT, 94, 32, 1018)],
    ['snd-lmt', ofStream(C.SENDER_LIMIT, CLIENT, 95, 33, 1019)],
    ['snd-bpe', ofStream(C.SENDER_BACK_PRESSURE_EVENTS, CLIENT, 96, 34, 1020)],
    ['snd-naks-received', ofStream(C.SENDER_NAKS_RECEIVED, CLIENT, 97, 35, 1021)],
    ['rcv-pos', ofStream(C.RECEIVER_POSITION, CLIENT, 98, 36, 1022)],
    ['rcv-hwm', ofStream(C.RECEIVER_HWM, CLIENT, 99, 37, 1023)],
    ['rcv-naks-sent', ofStream(C.RECEIVER_NAKS_SENT, CLIENT, 100, 38, 1024)],
    [
      'sub-pos',
      (manager) =>
        newSubscriberPosition(manager, CLIENT, { ...stream(101, 39, 1025), joinPosition: 4096, referenceId: 0 }),
    ],
    ['snd-channel', (manager) => newChannelCounter(manager, 'SEND_CHANNEL_STATUS', 102, CHANNEL)],
    ['rcv-channel', (manager) => newChannelCounter(manager, 'RECEIVE_CHANNEL_STATUS', 103, CHANNEL)],
    ['mdc-num-dest', (manager) => newChannelCounter(manager, 'MDC_DESTINATIONS', 104, CHANNEL)],
    ['fc-receivers', ofStream(C.FLOW_CONTROL_RECEIVERS, -1, 105, 40, 1026)],
    ['snd-local-sockaddr', (manager) => newLocalSocketAddress(manager, 'SEND_LOCAL_SOCKET_ADDRESS', 106, 11)],
    ['rcv-local-sockaddr', (manager) => newLocalSocketAddress(manager, 'RECEIVE_LOCAL_SOCKET_ADDRESS', 107, 12)],
    ['client-heartbeat', (manager) => newClientHeartbeat(manager, CLIENT, 0)],
    ['rcv-cc-cubic-rtt', ofStream(C.CUBIC_RTT, -1, 108, 41, 1027)],
    ['rcv-cc-cubic-wnd', ofStream(C.CUBIC_WINDOW, -1, 109, 42, 1028)],
  ])('%s is the same in all its bytes', (name, allocate) => {
    const manager = new CountersManager(AtomicBuffer.allocate(512), AtomicBuffer.allocate(128), {
      epochClock: { epochMs: () => 0 },
      labelCharset: 'ascii',
    });
    expect(allocate(manager).id).toBe(0);
    const record = AtomicBuffer.allocate(RECORD_LENGTH);
    record.putBytes(0, manager.metadataBuffer, 0, 512);
    record.putBytes(512, manager.valuesBuffer, 0, 128);
    expectSame(record, `counter ${name}`);
  });

  it('of the system have the same ids and labels', () => {
    const rows = (golden['system counter labels'] ?? '').trimEnd().split('\n');
    // What a driver adds at run time is not part of the row; the reference has put its version in already.
    const withoutVersion = rows.map((row) => row.replace(/version=.*$/, ''));
    expect(SYSTEM_COUNTERS.map(({ id, label }) => `${id} ${label}`)).toEqual([
      ...withoutVersion.slice(0, 45),
      '45 Failed offers to NativeResourceAgentProxy', // renamed with the agent, behind 1.51.0
    ]);
    expect(withoutVersion[45]).toMatch(/^45 Failed offers to /);
  });
});

describe('the error log', () => {
  it('is read here as the reference wrote it', () => {
    const errors: unknown[] = [];
    readErrorLog(reference('ErrorLog'), (...error) => errors.push(error));
    expect(errors).toEqual([
      [3, 1790000000001, 1790000000005, 'java.lang.IllegalStateException: the first\n'],
      [2, 1790000000002, 1790000000004, 'java.lang.RuntimeException: the second, é\n'],
    ]);
  });

  it('is the same after the same observations', () => {
    let nowMs = 1790000000000;
    const buffer = AtomicBuffer.allocate(1024);
    const log = new DistinctErrorLog(buffer, { epochMs: () => nowMs });
    const named = (name: string, message: string) => Object.assign(new Error(message), { name, stack: '' });
    const errors = [
      named('java.lang.IllegalStateException', 'the first'),
      named('java.lang.RuntimeException', 'the second, é'),
    ];
    for (let i = 0; i < 5; i++) {
      nowMs++;
      log.record(errors[i % 2] as Error);
    }
    expectSame(buffer, 'ErrorLog');
  });
});

describe('the loss report', () => {
  it('is the same after the same losses', () => {
    const memory = new ArrayBuffer(4096);
    const ignore = (): void => undefined;
    const report = new LossReport({
      path: 'loss-report.dat',
      length: 4096,
      memory,
      memoryOffset: 0,
      sync: ignore,
      unmap: ignore,
    });
    report
      .createEntry(1408, 1790000000001, {
        sessionId: -5,
        streamId: 1001,
        channel: CHANNEL,
        source: '127.0.0.1:40124',
      })
      ?.recordObservation(64, 1790000000009);
    report.createEntry(32, 1790000000002, {
      sessionId: 6,
      streamId: -1002,
      channel: 'aeron:udp?endpoint=x:1',
      source: '[::1]:9',
    });
    expectSame(new AtomicBuffer(memory), 'LossReport');
  });
});

describe('the metadata of a log', () => {
  const parameters: LogParameters = {
    type: LogBufferType.EXCLUSIVE_PUBLICATION,
    sessionId: -77,
    streamId: 1007,
    correlationId: 90,
    initialTermId: 2 ** 31 - 1,
    termId: 2 ** 31 - 1,
    termOffset: 0,
    termLength: 65536,
    mtuLength: 2048,
    pageSize: 4096,
    publicationWindowLength: 32768,
    receiverWindowLength: 16384,
    socketSndbufLength: 201,
    osDefaultSocketSndbufLength: 202,
    osMaxSocketSndbufLength: 203,
    socketRcvbufLength: 204,
    osDefaultSocketRcvbufLength: 205,
    osMaxSocketRcvbufLength: 206,
    maxResend: 17,
    entityTag: 0x7edcba9876543210n,
    responseCorrelationId: 91,
    lingerTimeoutNs: 5_000_000_001,
    untetheredWindowLimitTimeoutNs: 5_000_000_002,
    untetheredRestingTimeoutNs: 5_000_000_003,
    untetheredLingerTimeoutNs: 5_000_000_004,
    group: true,
    isResponse: false,
    rejoin: true,
    reliable: false,
    sparse: true,
    signalEos: false,
    spiesSimulateConnection: true,
    tether: true,
  };

  it('is the same in every field, new and in use', () => {
    const log = AtomicBuffer.allocate(4096);
    initialiseLog(log, parameters);
    expectSame(log, 'LogMetadataOfNewLog');
    rotateLog(log, 0, 2 ** 31 - 1);
    rotateLog(log, 1, -(2 ** 31));
    putIsConnected(log, true);
    putActiveTransportCount(log, 3);
    putIsPublicationRevoked(log, true);
    putEndOfStreamPosition(log, 4096);
    expectSame(log, 'LogMetadataInUse');
  });

  it('is read here as the reference wrote it', () => {
    expect(readLogParameters(reference('LogMetadataOfNewLog'))).toEqual(parameters);
  });
});

describe('frames', () => {
  it.each([
    ['PadFrame', { frameLength: 4096, flags: 0xc0, type: FrameType.PAD }],
    ['Heartbeat', { frameLength: 0, flags: 0xc0, type: FrameType.DATA }],
    ['HeartbeatAtEndOfStream', { frameLength: 0, flags: 0xe0, type: FrameType.DATA }],
    ['HeartbeatOfRevoked', { frameLength: 0, flags: 0xf0, type: FrameType.DATA }],
  ])('%s is the same', (name, fields) => {
    const frame = new DataHeaderFlyweight().wrap(AtomicBuffer.allocate(32), 0);
    Object.assign(frame, { ...fields, termOffset: 8192, sessionId: -11, streamId: 1008, termId: -12 });
    expectSame(frame.buffer, name);
  });

  it('a resolution frame is the same, and gives its entries', () => {
    const entries = [
      { isSelf: true, udpPort: 8050, ageInMs: 250, address: Uint8Array.of(10, 1, 2, 8), hostName: 'driver-a' },
      { isSelf: false, udpPort: 8050, ageInMs: 250, address: Uint8Array.of(10, 1, 2, 32), hostName: 'b' },
    ];
    const original = reference('ResolutionFrame');
    const frame = AtomicBuffer.allocate(original.capacity);
    let offset = 8;
    for (const entry of entries) {
      const read = readResolutionEntry(original, offset, original.capacity - offset);
      expect(read).toMatchObject(entry);
      offset += writeResolutionEntry(frame, offset, entry);
    }
    // The first eight bytes are common to all frames.
    const header = new NakFlyweight().wrap(frame, 0);
    header.frameLength = offset;
    header.type = FrameType.RES;
    expectSame(frame, 'ResolutionFrame');
  });
});
