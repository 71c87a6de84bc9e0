// SPDX-License-Identifier: Apache-2.0
import {
  activeTransportCount,
  computeTermOffsetFromPosition,
  endOfStreamPosition,
  FrameType,
  isPublicationRevoked,
  type LogBuffers,
} from '@aeron/codecs/internal';
import { type AtomicBuffer, INT64_MAX_AS_NUMBER } from '@aeron/core/internal';
import {
  dataFrame,
  INITIAL_TERM_ID,
  MS,
  padFrame,
  payloadOf,
  ReceiverHarness,
  TERM_LENGTH,
  termIdOf,
  udpChannel,
  WINDOW_LENGTH,
} from '../testing/receiver-harness.ts';

const EOS = 0xe0;
const REVOKED = 0xf0;

function termAt(log: LogBuffers, position: number): AtomicBuffer {
  return log.terms[Math.floor(position / TERM_LENGTH) % 3] as AtomicBuffer;
}

function logBytes({ log }: { log: LogBuffers }, position: number, length: number): Uint8Array {
  const offset = computeTermOffsetFromPosition(position, TERM_LENGTH);
  return termAt(log, position).bytes.slice(offset, offset + length);
}

describe('packets of an image', () => {
  it('go into the log byte for byte, in whatever order and however often they come', () => {
    const harness = ReceiverHarness.connected();
    const frames = [0, 1, 2, 3].map((i) => dataFrame(i * 1024, payloadOf(992, i)));
    for (const index of [2, 0, 0, 3, 2, 1]) {
      harness.peer.send(frames[index] as Uint8Array);
      harness.run(1 * MS);
    }
    expect(logBytes(harness.image, 0, 4096)).toEqual(Uint8Array.from(Buffer.concat(frames)));
    expect(harness.image.hwmPosition.get()).toBe(4096);
    expect(harness.counter('BYTES_RECEIVED')).toBe(40 + 6 * 1024);
  });

  it('that are there already are not written again', () => {
    const harness = ReceiverHarness.connected();
    const first = dataFrame(0, payloadOf(96, 1));
    harness.peer.send(first);
    harness.peer.send(dataFrame(0, payloadOf(96, 2)));
    harness.run(1 * MS);
    expect(logBytes(harness.image, 0, 128)).toEqual(first);
  });

  it('may hold several frames, of which the last may be padding without its body', () => {
    const harness = ReceiverHarness.connected();
    const frames = [dataFrame(0, payloadOf(20, 1)), dataFrame(64, payloadOf(0, 2)), padFrame(96, 4000)];
    harness.peer.packet(...frames);
    harness.run(1 * MS);
    expect(logBytes(harness.image, 0, 128)).toEqual(Uint8Array.from(Buffer.concat(frames)));
    expect(logBytes(harness.image, 128, 4000)).toEqual(new Uint8Array(4000));
    expect(harness.image.hwmPosition.get()).toBe(96 + 4000);
  });

  it('without payload are data, not heartbeats', () => {
    const harness = ReceiverHarness.connected();
    harness.peer.data(0, new Uint8Array(0));
    harness.run(1 * MS);
    expect(harness.image.hwmPosition.get()).toBe(32);
    expect(harness.counter('HEARTBEATS_RECEIVED')).toBe(0);
  });

  it('go on in the next term, whose id has wrapped around', () => {
    const harness = ReceiverHarness.connected({}, udpChannel());
    harness.image.state.scheduleStatusMessage(TERM_LENGTH - 64, WINDOW_LENGTH);
    harness.run(1 * MS);
    const frames = [dataFrame(TERM_LENGTH - 64, payloadOf(32, 1)), dataFrame(TERM_LENGTH, payloadOf(32, 2))];
    expect(termIdOf(TERM_LENGTH)).toBe(-0x80000000);
    harness.peer.send(frames[0] as Uint8Array);
    harness.peer.send(frames[1] as Uint8Array);
    harness.run(1 * MS);
    expect(logBytes(harness.image, TERM_LENGTH - 64, 64)).toEqual(frames[0]);
    expect(logBytes(harness.image, TERM_LENGTH, 64)).toEqual(frames[1]);
    expect(harness.image.hwmPosition.get()).toBe(TERM_LENGTH + 64);
  });

  it('keep the image alive and count its transport', () => {
    const harness = ReceiverHarness.connected();
    expect(harness.image.state.lastPacketTimeNs).toBeGreaterThan(0);
    expect(activeTransportCount(harness.image.log.metadata)).toBe(0);
    harness.peer.data(0, payloadOf(32, 1));
    harness.run(250 * MS);
    expect(activeTransportCount(harness.image.log.metadata)).toBe(1);
    expect(harness.image.state.activeTransportCount).toBe(1);
    const timeNs = harness.image.state.lastPacketTimeNs;
    expect(timeNs).toBeGreaterThan(0);
    harness.peer.heartbeat(64);
    harness.run(1 * MS);
    expect(harness.image.state.lastPacketTimeNs).toBeGreaterThan(timeNs);
  });
});

describe('what a packet may not be', () => {
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['an offset that is no frame start', withInt32(dataFrame(64, payloadOf(32, 1)), 8, 80)],
    ['an offset beyond the term', withInt32(dataFrame(64, payloadOf(32, 1)), 8, TERM_LENGTH)],
    ['a negative offset', withInt32(dataFrame(64, payloadOf(32, 1)), 8, -64)],
    ['a frame that is longer than the datagram', withInt32(dataFrame(0, payloadOf(32, 1)), 0, 128)],
    ['a frame that is shorter than its header', withInt32(dataFrame(0, payloadOf(32, 1)), 0, 16)],
    ['a frame that is shorter than its header, by itself', withInt32(dataFrame(0, new Uint8Array(0)), 0, 16)],
    ['bytes behind the last frame', Uint8Array.from([...dataFrame(0, payloadOf(32, 1)), ...new Uint8Array(32)])],
    [
      'a second frame that is not where the first ends',
      Uint8Array.from([...dataFrame(0, payloadOf(32, 1)), ...dataFrame(96, payloadOf(32, 1))]),
    ],
    [
      'a second frame of another type',
      Uint8Array.from([
        ...dataFrame(0, payloadOf(32, 1)),
        ...withType(dataFrame(64, payloadOf(32, 1)), FrameType.SETUP),
      ]),
    ],
    [
      'a heartbeat behind data',
      Uint8Array.from([...dataFrame(0, payloadOf(32, 1)), ...withInt32(dataFrame(64, new Uint8Array(0)), 0, 0)]),
    ],
    ['a frame that reaches into the next term', dataFrame(TERM_LENGTH - 32, payloadOf(32, 1))],
    ['padding that reaches into the next term', padFrame(TERM_LENGTH - 32, 64)],
    ['padding of the greatest length there is', padFrame(64, 0x7fffffff)],
    ['a term before the first', withInt32(dataFrame(0, payloadOf(32, 1)), 20, (INITIAL_TERM_ID - 1) | 0)],
    ['a length of 0 in a longer datagram', withInt32(dataFrame(0, payloadOf(32, 1)), 0, 0)],
    ['a length that is not a multiple of 32', dataFrame(0, payloadOf(32, 1)).slice(0, 63)],
    ['another version', withByte(dataFrame(0, payloadOf(32, 1)), 4, 1)],
    ['a negative length', withInt32(dataFrame(0, payloadOf(32, 1)), 0, -64)],
  ];

  it.each(cases)('%s: dropped and counted, and nothing else changes', (_name, bytes) => {
    const harness = ReceiverHarness.connected();
    const { lastPacketTimeNs } = harness.image.state;
    harness.peer.send(bytes);
    harness.run(1 * MS);
    expect(harness.counter('INVALID_PACKETS')).toBe(1);
    expect(harness.image.hwmPosition.get()).toBe(0);
    expect(harness.image.state.lastPacketTimeNs).toBe(lastPacketTimeNs);
    for (const term of harness.image.log.terms) {
      expect(term.bytes.every((byte) => byte === 0)).toBe(true);
    }
  });

  it('beyond half a term after the last status message: an over-run', () => {
    const harness = ReceiverHarness.connected();
    harness.peer.data(TERM_LENGTH / 2 - 32, payloadOf(32, 1));
    harness.peer.heartbeat(TERM_LENGTH / 2 + 32);
    harness.run(1 * MS);
    expect(harness.counter('FLOW_CONTROL_OVER_RUNS')).toBe(2);
    expect(harness.image.hwmPosition.get()).toBe(0);
    harness.peer.data(TERM_LENGTH / 2 - 64, payloadOf(32, 1));
    harness.run(1 * MS);
    expect(harness.counter('FLOW_CONTROL_OVER_RUNS')).toBe(2);
    expect(harness.image.hwmPosition.get()).toBe(TERM_LENGTH / 2);
  });

  it('beyond half a term after its start, as long as no status message was sent', () => {
    const harness = ReceiverHarness.subscribed();
    harness.peer.setup();
    harness.world.step(1 * MS);
    harness.work(); // the image is made
    for (const position of [0, TERM_LENGTH / 2 - 64, TERM_LENGTH / 2]) {
      harness.peer.data(position, payloadOf(32, 1));
    }
    harness.world.step(1 * MS);
    harness.work(); // gets it, polls the socket, and only then sends
    expect(harness.image.hwmPosition.get()).toBe(TERM_LENGTH / 2);
    expect(harness.counter('FLOW_CONTROL_OVER_RUNS')).toBe(1);
  });

  it('more than was told: the limit moves when a status message is sent, not when it is scheduled', () => {
    const harness = ReceiverHarness.connected();
    harness.image.state.scheduleStatusMessage(4096, WINDOW_LENGTH);
    const limit = TERM_LENGTH / 2;
    harness.peer.data(limit, payloadOf(32, 1));
    harness.world.step(1 * MS); // arrived, but looked at before the image is worked
    harness.work();
    expect(harness.counter('FLOW_CONTROL_OVER_RUNS')).toBe(1);
    harness.peer.data(limit, payloadOf(32, 1));
    harness.run(1 * MS);
    expect(harness.counter('FLOW_CONTROL_OVER_RUNS')).toBe(1);
    expect(harness.image.hwmPosition.get()).toBe(limit + 64);
  });

  it('before the last status message: an under-run, which shows that its path is alive if it is not too old', () => {
    const harness = ReceiverHarness.connected();
    harness.image.state.scheduleStatusMessage(WINDOW_LENGTH + 4096, WINDOW_LENGTH);
    harness.run(1 * MS);
    const { lastPacketTimeNs } = harness.image.state;
    harness.peer.data(4064, payloadOf(32, 1));
    harness.run(210 * MS);
    expect(harness.counter('FLOW_CONTROL_UNDER_RUNS')).toBe(1);
    expect(harness.image.state.activeTransportCount).toBe(0);
    harness.peer.data(4096, payloadOf(32, 1));
    harness.run(210 * MS);
    expect(harness.counter('FLOW_CONTROL_UNDER_RUNS')).toBe(2);
    expect(harness.image.state.activeTransportCount).toBe(1);
    expect(harness.image.state.lastPacketTimeNs).toBe(lastPacketTimeNs);
    expect(harness.image.hwmPosition.get()).toBe(0);
    expect(termAt(harness.image.log, 0).getInt32(4096)).toBe(0);
  });
});

describe('heartbeats', () => {
  it('raise the high-water mark, so that a lost tail is seen', () => {
    const harness = ReceiverHarness.connected();
    harness.peer.heartbeat(1024);
    harness.run(1 * MS);
    expect(harness.image.hwmPosition.get()).toBe(1024);
    expect(harness.counter('HEARTBEATS_RECEIVED')).toBe(1);
    harness.peer.heartbeat(512);
    harness.run(1 * MS);
    expect(harness.image.hwmPosition.get()).toBe(1024);
    expect(harness.counter('HEARTBEATS_RECEIVED')).toBe(2);
  });

  it('more than a term behind are under-runs', () => {
    const harness = ReceiverHarness.connected();
    harness.image.state.scheduleStatusMessage(TERM_LENGTH + 64, WINDOW_LENGTH);
    harness.run(1 * MS);
    harness.peer.heartbeat(32);
    harness.peer.heartbeat(64);
    harness.run(1 * MS);
    expect(harness.counter('FLOW_CONTROL_UNDER_RUNS')).toBe(1);
    expect(harness.counter('HEARTBEATS_RECEIVED')).toBe(1);
  });

  it('with the end-of-stream flag end the stream', () => {
    const harness = ReceiverHarness.connected();
    harness.peer.data(0, payloadOf(32, 1));
    harness.peer.heartbeat(64, { flags: EOS });
    harness.run(1 * MS);
    const { state, log } = harness.image;
    expect(state.isEndOfStream).toBe(true);
    expect(state.eosPosition).toBe(64);
    expect(endOfStreamPosition(log.metadata)).toBe(64);
    expect(state.isRevoked).toBe(false);
    expect(isPublicationRevoked(log.metadata)).toBe(false);
  });

  it('with the flag of a revoked publication withdraw it, once', () => {
    const harness = ReceiverHarness.connected();
    harness.peer.heartbeat(0, { flags: REVOKED });
    harness.peer.heartbeat(0, { flags: REVOKED });
    harness.run(1 * MS);
    expect(harness.image.state.isRevoked).toBe(true);
    expect(isPublicationRevoked(harness.image.log.metadata)).toBe(true);
    expect(harness.counter('PUBLICATION_IMAGES_REVOKED')).toBe(1);
    harness.peer.take();
    harness.image.state.scheduleLoss(INITIAL_TERM_ID, 0, 64);
    harness.run(1 * MS);
    expect(harness.peer.take(FrameType.NAK)).toEqual([]);
  });

  it('without it leave the end unknown', () => {
    const harness = ReceiverHarness.connected();
    harness.peer.heartbeat(64);
    harness.run(1 * MS);
    expect(harness.image.state.isEndOfStream).toBe(false);
    expect(endOfStreamPosition(harness.image.log.metadata)).toBe(INT64_MAX_AS_NUMBER);
  });
});

function withInt32(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  new DataView(bytes.buffer).setInt32(offset, value, true);
  return bytes;
}

function withType(bytes: Uint8Array, type: number): Uint8Array {
  new DataView(bytes.buffer).setUint16(6, type, true);
  return bytes;
}

function withByte(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  bytes[offset] = value;
  return bytes;
}
