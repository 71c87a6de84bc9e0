// SPDX-License-Identifier: Apache-2.0
import {
  AddCounterFlyweight,
  archiveEvents,
  clusterEvents,
  driverEvents,
  ErrorCode,
  ErrorFrameFlyweight,
  EventCatalogue,
  EventFlag,
  EventMemory,
  EventSource,
  type EventTable,
  event,
  eventTable,
  FrameType,
  maskOf,
  NakFlyweight,
  OnErrorFlyweight,
  TerminateDriverFlyweight,
  writeResolutionEntry,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import { decodeRecord } from '../reader/decode-record.ts';
import type { LogEvent } from '../reader/log-event.ts';
import { ClassicText } from './classic-text.ts';
import { frameText } from './frame-text.ts';
import { hexDump } from './hex-dump.ts';
import { JsonLines } from './json-lines.ts';
import { ModernText } from './modern-text.ts';

const own = eventTable(
  { context: 'OWN', typeCode: 100, property: 'aeron.event.own.log' },
  { SOMETHING: event(7, '', { count: 'i32', content: 'bytes' }) },
);
const catalogue = new EventCatalogue([driverEvents, archiveEvents, clusterEvents, own]);
const clock = { nanoTime: () => 12_345_678_900, epochMs: () => Date.UTC(2026, 7, 1) + 12_345 };
const modern = new ModernText(false);
const classic = new ClassicText(catalogue, false);

/** What the reader makes of what a hook logs. */
function logged(table: EventTable, log: (source: EventSource<never>) => void, flags = 0): LogEvent {
  const memory = EventMemory.create(64 * 1024);
  memory.flags = flags;
  memory.setEnabled(table.typeCode, maskOf(Object.values(table.rows).map(({ id }) => id)));
  log(new EventSource(table, memory, clock) as EventSource<never>);
  let found: LogEvent | undefined;
  memory.ring.read((typeId, buffer, offset, length) => {
    found = decodeRecord(catalogue, typeId, buffer, offset, length);
  }, 1);
  if (found === undefined) {
    throw new Error(`nothing was logged: failed=${memory.failedCount}`);
  }
  return found;
}

function lines(table: EventTable, name: string, values: Record<string, unknown>): [modern: string, classic: string] {
  const log = (source: EventSource<never>): void => source.log(name as never, values as never);
  const older = logged(table, log, EventFlag.CLASSIC_RECORDS);
  const newer = logged(table, log);
  expect(classic.line(newer)).toBe(classic.line(older)); // whatever the form of the record
  return [modern.line(newer), classic.line(newer)];
}

describe('lines of events', () => {
  it('are those of the reference from 1.53 on and up to 1.52', () => {
    expect(
      lines(clusterEvents, 'ROLE_CHANGE', { memberId: 1, oldState: 'FOLLOWER', newState: 'LEADER', reason: '' }),
    ).toEqual([
      '[12.345678900] CLUSTER: ROLE_CHANGE memberId=1 oldState=FOLLOWER newState=LEADER reason=""',
      '[12.345678900] CLUSTER: ROLE_CHANGE [30/30]: memberId=1 FOLLOWER -> LEADER reason=""',
    ]);
    const stream = { sessionId: 7, streamId: 10, channel: 'aeron:udp?endpoint=localhost:5' };
    expect(lines(driverEvents, 'REMOVE_IMAGE_CLEANUP', { ...stream, correlationId: 2n ** 40n })).toEqual([
      '[12.345678900] DRIVER: REMOVE_IMAGE_CLEANUP channel="aeron:udp?endpoint=localhost:5" sessionId=7 streamId=10 correlationId=1099511627776',
      '[12.345678900] DRIVER: REMOVE_IMAGE_CLEANUP [50/50]: sessionId=7 streamId=10 id=1099511627776 channel=aeron:udp?endpoint=localhost:5',
    ]);
    const nak = { sessionId: -3, streamId: 10, termId: 4, termOffset: 64, nakLength: 128, channel: 'aeron:udp' };
    expect(lines(driverEvents, 'NAK_SENT', { address: '::1', port: 5, ...nak })).toEqual([
      '[12.345678900] DRIVER: NAK_SENT address=[::0001] port=5 sessionId=-3 streamId=10 termId=4 termOffset=64 nakLength=128 channel="aeron:udp"',
      '[12.345678900] DRIVER: NAK_SENT [57/57]: address=[0:0:0:0:0:0:0:1]:5 sessionId=-3 streamId=10 termId=4 termOffset=64 length=128 channel=aeron:udp',
    ]);
    expect(lines(driverEvents, 'NAME_RESOLUTION_NEIGHBOR_ADDED', { address: '10.0.0.1', port: 8050 })).toEqual([
      '[12.345678900] DRIVER: NAME_RESOLUTION_NEIGHBOR_ADDED address=10.0.0.1 port=8050',
      '[12.345678900] DRIVER: NAME_RESOLUTION_NEIGHBOR_ADDED [12/12]: 10.0.0.1:8050',
    ]);
    expect(lines(driverEvents, 'SEND_CHANNEL_CLOSE', { value: 'localData: a' })).toEqual([
      '[12.345678900] DRIVER: SEND_CHANNEL_CLOSE value="localData: a"',
      '[12.345678900] DRIVER: SEND_CHANNEL_CLOSE [16/16]: localData: a',
    ]);
    expect(lines(archiveEvents, 'CATALOG_RESIZE', { oldCatalogLength: 1, newCatalogLength: 2 })[1]).toBe(
      '[12.345678900] ARCHIVE: CATALOG_RESIZE [16/16]: 1 bytes => 2 bytes',
    );
    const replay = { oldState: 'INIT', newState: 'REPLAY', sessionId: (5n << 32n) | 9n, recordingId: 3, position: 64 };
    expect(lines(archiveEvents, 'REPLAY_SESSION_STATE_CHANGE', { ...replay, reason: 'r' })[1]).toBe(
      '[12.345678900] ARCHIVE: REPLAY_SESSION_STATE_CHANGE [47/47]: replaySessionId=21474836489 replayId=5 sessionId=9 recordingId=3 position=64 INIT -> REPLAY reason="r"',
    );
    const append = { memberId: 1, leadershipTermId: 2, logPosition: 3, followerMemberId: 4, flags: 5 };
    expect(lines(clusterEvents, 'APPEND_POSITION', append)[1]).toBe(
      '[12.345678900] CLUSTER: APPEND_POSITION [25/25]: memberId=1 leadershipTermId=2 logPosition=3 followerMemberId=4 flags=0b00000101',
    );
    const canvass = { memberId: 1, logLeadershipTermId: 2, logPosition: 3, leadershipTermId: 4, followerMemberId: 5 };
    expect(lines(clusterEvents, 'CANVASS_POSITION', { ...canvass, protocolVersion: 0x01_02_03 })[1]).toMatch(
      /followerMemberId=5 protocolVersion=1\.2\.3$/,
    );
    const term = { isInElection: true, leadershipTermId: 2, logPosition: 3, timestamp: 4, termBaseLogPosition: 5 };
    expect(
      lines(clusterEvents, 'REPLAY_NEW_LEADERSHIP_TERM', {
        memberId: 1,
        ...term,
        timeUnit: 'MILLISECONDS',
        appVersion: 256,
      })[1],
    ).toMatch(/ termBaseLogPosition=5 appVersion=256 timestamp=4 timeUnit=MILLISECONDS$/);
    const resolve = { resolverName: 'default', durationNs: 9, name: 'h', isReResolution: false, address: null };
    expect(lines(driverEvents, 'NAME_RESOLUTION_RESOLVE', resolve)[1]).toMatch(
      /: resolver=default durationNs=9 name=h isReResolution=false address=unknown-address$/,
    );
  });

  it('can be forged by nothing that comes from outside', () => {
    const [newer, older] = lines(driverEvents, 'REMOVE_PUBLICATION_CLEANUP', {
      ...{ sessionId: 1, streamId: 2 },
      channel: 'a" b="1\n[0.0] DRIVER: FAKE\\\u0007',
    });
    expect(newer).toContain('channel="a\\" b=\\"1\\n[0.0] DRIVER: FAKE\\\\\\x07"');
    expect(older).toContain('channel=a" b="1\\n[0.0] DRIVER: FAKE\\\\x07');
    expect([newer, older].join('').includes('\n')).toBe(false);
  });

  it('of an event of another make say what its record says', () => {
    const content = Uint8Array.of(1, 2);
    const event = logged(own, (source) => source.log('SOMETHING' as never, { count: 3, content } as never));
    expect(modern.line(event)).toBe('[12.345678900] OWN: SOMETHING count=3 content=2 bytes');
    const unknown = { ...event, typeId: (77 << 16) | 1, context: 'UNKNOWN(77)' };
    expect(classic.line(unknown)).toMatch(/^\[12\.345678900\] UNKNOWN\(77\): SOMETHING \[\d+\/\d+\]: count=3/);
  });

  it('begin with when the log started, and tell what was lost', () => {
    expect(modern.started(1_000_000_005, '2026-08-01 12:00:00.000+0200')).toBe(
      '[1.000000005] log started 2026-08-01 12:00:00.000+0200',
    );
    expect(classic.started(5, 'D', 'DRIVER: version=1 commit=a')).toBe(
      '[0.000000005] log started D, enabled loggers: {DRIVER: version=1 commit=a}',
    );
    expect(modern.dropped(5, 3, 17)).toBe('[0.000000005] log dropped events: count=3 total=17');
  });

  it('as JSON have the time of the wall clock and numbers of any size', () => {
    const json = new JsonLines(clock, false);
    const event = logged(driverEvents, (source) =>
      source.log(
        'REMOVE_SUBSCRIPTION_CLEANUP' as never,
        { channel: 'a"b', streamId: 1, subscriptionId: 2n ** 60n } as never,
      ),
    );
    expect(JSON.parse(json.line(event))).toEqual({
      ...{ time: '2026-08-01T00:00:12.345Z', timeNs: 12_345_678_900, component: 'DRIVER' },
      ...{
        event: 'REMOVE_SUBSCRIPTION_CLEANUP',
        id: 15,
        channel: 'a"b',
        streamId: 1,
        subscriptionId: String(2n ** 60n),
      },
    });
  });
});

describe('messages between client and driver in a line', () => {
  it.each([
    [ErrorCode.CHANNEL_ENDPOINT_ERROR, 'CHANNEL_ENDPOINT_ERROR'],
    [4711, 'UNKNOWN_CODE_VALUE'],
  ])('tell an error by its name: %s', (errorCode, name) => {
    const buffer = AtomicBuffer.allocate(64);
    const error = new OnErrorFlyweight().wrap(buffer, 0);
    Object.assign(error, { offendingCommandCorrelationId: 9, errorCode, message: 'no way' });
    const event = logged(driverEvents, (source) =>
      source.logMessage('CMD_OUT_ERROR' as never, buffer, 0, error.encodedLength),
    );
    const text = `offendingCommandCorrelationId=9 errorCode=${name} message=no way`;
    expect(modern.line(event)).toBe(`[12.345678900] DRIVER: CMD_OUT_ERROR buffer=${text}`);
    expect(JSON.parse(new JsonLines(clock, false).line(event))).toMatchObject({ buffer: { errorCode: name } });
  });
});

describe('frames in a line', () => {
  it('name their fields as the reference does', () => {
    const buffer = AtomicBuffer.allocate(28);
    const nak = new NakFlyweight().wrap(buffer, 0);
    Object.assign(nak, { frameLength: 28, flags: 0, type: FrameType.NAK, sessionId: 1, streamId: 2, termId: 3 });
    Object.assign(nak, { termOffset: 64, length: 128 });
    expect(frameText(buffer.bytes, false)).toBe(
      'type=NAK flags=00000000 frameLength=28 sessionId=1 streamId=2 termId=3 termOffset=64 length=128',
    );
    const errorBuffer = AtomicBuffer.allocate(64);
    const error = new ErrorFrameFlyweight().wrap(errorBuffer, 0);
    Object.assign(error, {
      type: FrameType.ERR,
      flags: 0x08,
      sessionId: 1,
      streamId: 2,
      receiverId: -5n,
      groupTag: 6n,
    });
    error.errorCode = 12;
    error.message = 'say "no"';
    error.frameLength = ErrorFrameFlyweight.computeLength(8);
    expect(frameText(errorBuffer.bytes, false)).toBe(
      'type=ERR flags=00001000 frameLength=48 sessionId=1 streamId=2 receiverId=-5 groupTag=6 errorCode=12 errorMessage="say \\"no\\""',
    );
  });

  it('list the names of a resolution frame, as far as they are there', () => {
    const buffer = AtomicBuffer.allocate(128);
    buffer.putUint16(6, FrameType.RES);
    const address = Uint8Array.of(127, 0, 0, 1);
    const length = writeResolutionEntry(buffer, 8, { isSelf: true, udpPort: 5, ageInMs: 6, address, hostName: 'me' });
    buffer.putInt32(0, 8 + length);
    const entry = '[resType=1 flags=10000000 port=5 ageInMs=6 address=127.0.0.1 name=me]';
    expect(frameText(buffer.bytes, false)).toBe(`type=RES flags=00000000 frameLength=${8 + length} ${entry}`);
    expect(frameText(buffer.bytes.slice(0, 8 + length - 4), false)).toMatch(/ \.\.\. \d+ bytes left$/);
    buffer.putInt8(8, 9);
    expect(frameText(buffer.bytes, false)).toMatch(/ \.\.\. invalid resType=9$/);
  });

  it('that are too short or unknown say so', () => {
    expect(frameText(new Uint8Array(7), false)).toBe('...');
    const data = new Uint8Array(31);
    data[6] = FrameType.DATA;
    expect(frameText(data, false)).toBe('...');
    const unknown = new Uint8Array(8);
    unknown[6] = 99;
    expect(frameText(unknown, false)).toBe('type=UNKNOWN(99)');
  });
});

describe('what is secret', () => {
  const secret = 'open-sesame';
  const everything = new ModernText(true);
  const json = new JsonLines(clock, true);

  function dataFrame(payload: Uint8Array, flags = 0xc0): AtomicBuffer {
    const buffer = AtomicBuffer.allocate(32 + payload.length);
    buffer.putInt32(0, 32 + payload.length);
    buffer.putUint8(5, flags);
    buffer.putUint16(6, FrameType.DATA);
    buffer.putUint8Array(32, payload);
    return buffer;
  }

  /** An SBE message with texts behind its block. */
  function message(schema: number, template: number, blockLength: number, texts: string[]): Uint8Array {
    const parts = texts.map((text) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(text.length);
      return Buffer.concat([length, Buffer.from(text)]);
    });
    const head = Buffer.alloc(8 + blockLength);
    head.writeUInt16LE(blockLength, 0);
    head.writeUInt16LE(template, 2);
    head.writeUInt16LE(schema, 4);
    return Buffer.concat([head, ...parts]);
  }

  function shown(frame: AtomicBuffer, flags: number = EventFlag.RENDER_DATA): string {
    const event = logged(
      driverEvents,
      (source) => source.logFrame('FRAME_OUT' as never, '1.2.3.4', 5, frame, 0, frame.capacity),
      flags,
    );
    const bytes = event.fields.find(({ name }) => name === 'buffer')?.value.value as Uint8Array;
    return everything.line(event) + json.line(event) + Buffer.from(bytes).toString('latin1');
  }

  it.each([
    ['archive connect', 101, 58, ['aeron:udp', secret, 'client']],
    ['archive challenge response', 101, 60, [secret]],
    ['archive replication', 101, 66, ['a', 'b', 'c', secret, 'd']],
    ['cluster connect', 111, 3, ['aeron:udp', secret]],
    ['cluster challenge response', 111, 8, [secret]],
    ['backup query', 111, 77, ['aeron:udp', secret]],
  ])('is nowhere in a frame, with its content shown: %s', (_, schema, template, texts) => {
    const text = shown(dataFrame(message(schema, template, 16, texts)));
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret).toString('hex'));
    for (const other of texts.filter((each) => each !== secret)) {
      expect(text).toContain(other);
    }
  });

  it('is not shown of a message whose lengths make no sense, nor of the rest of one in several frames', () => {
    const cut = message(101, 58, 16, ['aeron:udp', secret]).slice(0, -3);
    expect(shown(dataFrame(cut))).not.toContain(secret.slice(0, 6));
    expect(shown(dataFrame(Buffer.from(secret), 0x40))).not.toContain(secret);
    expect(shown(dataFrame(Buffer.from('any other payload')))).toContain('any other payload');
  });

  it('is in no later frame of a datagram either', () => {
    const first = dataFrame(Buffer.alloc(32, 1));
    const second = dataFrame(message(111, 3, 16, ['x', secret]));
    const both = new AtomicBuffer(Buffer.concat([first.bytes, second.bytes]));
    expect(shown(both)).not.toContain(secret);
  });

  it('is not even in the record where payloads are not asked for', () => {
    expect(shown(dataFrame(Buffer.from('any payload')), 0)).not.toContain('any payload');
  });

  it('of a token is only how long it was', () => {
    const buffer = AtomicBuffer.allocate(64);
    const terminate = new TerminateDriverFlyweight().wrap(buffer, 0);
    Object.assign(terminate, { clientId: 5, correlationId: 6, token: new Uint8Array(11) });
    const event = logged(driverEvents, (source) =>
      source.logMessage('CMD_IN_TERMINATE_DRIVER' as never, buffer, 0, terminate.encodedLength),
    );
    expect(everything.line(event)).toBe(
      '[12.345678900] DRIVER: CMD_IN_TERMINATE_DRIVER buffer=clientId=5 tokenBufferLength=11',
    );
    expect(json.line(event)).not.toContain('"token"');
  });
});

describe('content', () => {
  it('is dumped where it is asked for', () => {
    const buffer = AtomicBuffer.allocate(128);
    const counter = new AddCounterFlyweight().wrap(buffer, 0);
    Object.assign(counter, {
      clientId: 1,
      correlationId: 2,
      typeId: 1001,
      key: Uint8Array.of(1, 2, 3),
      label: 'my label',
    });
    const event = logged(driverEvents, (source) =>
      source.logMessage('CMD_IN_ADD_COUNTER' as never, buffer, 0, counter.encodedLength),
    );
    const line =
      'typeId=1001 keyBufferOffset=24 keyBufferLength=3 labelBufferOffset=32 labelBufferLength=8 clientId=1 correlationId=2';
    expect(modern.line(event)).toBe(`[12.345678900] DRIVER: CMD_IN_ADD_COUNTER buffer=${line}`);
    expect(new ModernText(true).line(event)).toMatch(
      /correlationId=2 keyBuffer=\n[\s\S]* label=\n[\s\S]*\|my label {8}\|/,
    );
  });

  it('stands in a table of sixteen columns', () => {
    expect(hexDump(Buffer.from('0123456789abcdefgh'))).toBe(
      [
        '         +-------------------------------------------------+',
        '         |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |',
        '+--------+-------------------------------------------------+----------------+',
        '|00000000| 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 |0123456789abcdef|',
        '|00000010| 67 68                                           |gh              |',
        '+--------+-------------------------------------------------+----------------+',
      ].join('\n'),
    );
  });
});
