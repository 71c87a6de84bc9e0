// SPDX-License-Identifier: Apache-2.0
/** Datagrams of all kinds from anyone, handed to a receiver by the thousand: it must count, bound and survive them. */
import {
  FrameType,
  RttMeasurementFlyweight,
  SETUP_BLOCK_LENGTH,
  SetupFlyweight,
  StatusMessageFlyweight,
} from '@aeron/codecs/internal';
import { AtomicBuffer, type DatagramHandler, type DatagramSocket } from '@aeron/core/internal';
import { SeededRandom } from '@aeron/core/testing';
import {
  dataFrame,
  INITIAL_TERM_ID,
  ipv4,
  MS,
  MTU_LENGTH,
  padFrame,
  payloadOf,
  RECEIVER_ADDRESS,
  RECEIVER_PORT,
  ReceiverHarness,
  SESSION_ID,
  STREAM_ID,
  TERM_LENGTH,
} from '../testing/receiver-harness.ts';
import { MAX_CREATIONS_IN_PROGRESS } from './data-packet-dispatcher.ts';

const DATAGRAM_COUNT = 60_000;
const CORPUS_LENGTH = 4096;
const BATCH_COUNT = 16;
const MAX_LENGTH = 2048;
const SOURCES = ['10.0.0.1', '10.0.0.9', 'fd00::1'];

/** A socket that a test fills by hand: no network between, so that a million datagrams take seconds. */
class FuzzSocket implements DatagramSocket {
  readonly state = 'open';
  readonly error = undefined;
  readonly localAddress = ipv4(RECEIVER_ADDRESS, RECEIVER_PORT);
  readonly receiveBufferLength = 0;
  readonly sendBufferLength = 0;
  readonly droppedCount = 0;
  readonly runLimit = 1;
  readonly bytes = new Uint8Array(MAX_LENGTH * BATCH_COUNT);
  readonly lengths: number[] = [];
  sentCount = 0;
  random = new SeededRandom(1);

  poll(handler: DatagramHandler, context: number): number {
    let bytesReceived = 0;
    this.lengths.splice(0).forEach((length, index) => {
      const source = SOURCES[this.random.nextInt(SOURCES.length)] ?? '';
      handler(this.bytes, index * MAX_LENGTH, length, source, 1 + this.random.nextInt(3), context);
      bytesReceived += length;
    });
    return bytesReceived;
  }

  send(_source: Uint8Array, _offset: number, length: number): number {
    this.sentCount++;
    return length;
  }

  sendRun(_source: Uint8Array, _offset: number, _lengths: Int32Array, count: number): number {
    this.sentCount += count;
    return count;
  }

  reconnect(): void {}

  close(): void {}

  push(datagram: Uint8Array): void {
    this.bytes.set(datagram, this.lengths.length * MAX_LENGTH);
    this.lengths.push(datagram.length);
  }
}

const scratch = AtomicBuffer.allocate(64);

function framed(flyweight: { wrap(buffer: AtomicBuffer, offset: number): object }, fields: object, length: number) {
  scratch.setMemory(0, 64, 0);
  Object.assign(flyweight.wrap(scratch, 0), { frameLength: length, version: 0, ...fields });
  return scratch.bytes.slice(0, length);
}

/** A datagram that would be fine, mostly. */
function plausible(random: SeededRandom): Uint8Array {
  const sessionId = random.nextInt(4) === 0 ? random.nextInt32() : SESSION_ID + random.nextInt(3);
  const streamId = random.nextInt(16) === 0 ? random.nextInt32() : STREAM_ID;
  const position = random.nextInt(TERM_LENGTH / 16) * 32;
  switch (random.nextInt(8)) {
    case 0: {
      const initialTermId = random.nextInt(8) === 0 ? random.nextInt32() : INITIAL_TERM_ID;
      const type = FrameType.SETUP;
      const fields = {
        type,
        sessionId,
        streamId,
        initialTermId,
        activeTermId: initialTermId,
        flags: random.nextInt(256),
      };
      const lengths = { termLength: TERM_LENGTH, mtuLength: MTU_LENGTH, termOffset: 0 };
      return framed(new SetupFlyweight(), { ...fields, ...lengths }, SETUP_BLOCK_LENGTH);
    }
    case 1: {
      const type = FrameType.RTTM;
      return framed(new RttMeasurementFlyweight(), { type, sessionId, streamId, flags: random.nextInt(2) << 7 }, 40);
    }
    case 2:
      return framed(new StatusMessageFlyweight(), { type: FrameType.SM, sessionId, streamId }, 36);
    case 3: {
      const heartbeat = dataFrame(position, new Uint8Array(0), { sessionId, streamId, flags: random.nextInt(256) });
      heartbeat.fill(0, 0, 4);
      return heartbeat;
    }
    case 4:
      return padFrame(position, 32 * random.nextInt(100));
    default: {
      const frames = Array.from({ length: 1 + random.nextInt(3) }, (_, i) =>
        dataFrame(position + i * 128, payloadOf(96, i), { sessionId, streamId }),
      );
      return Uint8Array.from(Buffer.concat(frames));
    }
  }
}

/** Puts a datagram into the socket, one of the corpus with some bytes changed, cut, doubled or replaced by noise. */
function pushMutated(socket: FuzzSocket, corpus: readonly Uint8Array[], random: SeededRandom): void {
  const original = corpus[random.nextInt(corpus.length)] as Uint8Array;
  const { bytes } = socket;
  const start = socket.lengths.length * MAX_LENGTH;
  let { length } = original;
  bytes.set(original, start);
  for (let count = random.nextInt(4); count > 0; count--) {
    bytes[start + random.nextInt(length)] = random.nextInt(3) === 0 ? 0xff : random.nextInt(256);
  }
  const kind = random.nextInt(12);
  if (kind === 0) {
    length = random.nextInt(length + 1);
  } else if (kind === 1) {
    bytes.copyWithin(start + length, start, start + length);
    length *= 2;
  } else if (kind === 2) {
    length = random.nextInt(128);
    for (let i = 0; i < length; i++) {
      bytes[start + i] = random.nextInt(256);
    }
  }
  socket.lengths.push(length);
}

describe.each([11, 12])('datagrams of all kinds, seed %d', (seed) => {
  const random = new SeededRandom(seed);
  const socket = new FuzzSocket();
  socket.random = random;
  const corpus = Array.from({ length: CORPUS_LENGTH }, () => plausible(random));
  const harness = new ReceiverHarness({ config: { streamSessionLimit: 64 } });
  harness.platform.datagrams.open = () => socket;
  harness.open();
  harness.addInterest();
  harness.run(1 * MS);

  it('are survived, counted and bounded', () => {
    const problems: string[] = [];
    let creationCount = 0;
    for (let count = 0; count < DATAGRAM_COUNT; count += BATCH_COUNT) {
      for (let i = 0; i < BATCH_COUNT; i++) {
        pushMutated(socket, corpus, random);
      }
      if (harness.images.length >= 100) {
        harness.imageOptions = undefined;
      }
      harness.world.step(100_000);
      harness.work();
      for (const command of harness.told.splice(0)) {
        creationCount += command.kind === 'create-image' ? 1 : 0;
        if (command.kind === 'agent-error' && !command.message.startsWith('exceeded session limit')) {
          problems.push(command.message);
        }
      }
    }
    expect(problems).toEqual([]);
    expect(harness.counter('INVALID_PACKETS')).toBeGreaterThan(DATAGRAM_COUNT / 20);
    expect(harness.counter('HEARTBEATS_RECEIVED')).toBeGreaterThan(100);
    expect(creationCount).toBeLessThanOrEqual(100 + MAX_CREATIONS_IN_PROGRESS);
    expect(socket.sentCount).toBeLessThan(DATAGRAM_COUNT);
  });

  it('leave in every log whole frames that lie inside their terms', () => {
    expect(harness.images.length).toBeGreaterThan(3);
    let frameCount = 0;
    for (const { log, hwmPosition, spec } of harness.images) {
      const { activeTermId, initialTermOffset, termLength, initialTermId } = spec;
      const start = ((activeTermId - initialTermId) | 0) * termLength + initialTermOffset;
      expect(hwmPosition.get()).toBeLessThanOrEqual(start + termLength / 2);
      for (const term of log.terms) {
        for (let offset = 0; offset < termLength; ) {
          const frameLength = term.getInt32(offset);
          const isFrame = frameLength !== 0 && term.getInt32(offset + 8) === offset;
          frameCount += isFrame ? 1 : 0;
          if (isFrame && !(frameLength >= 32 && offset + frameLength <= termLength)) {
            throw new Error(`frame outside of its term: offset=${offset} frameLength=${frameLength}`);
          }
          offset += isFrame ? Math.ceil(frameLength / 32) * 32 : 32;
        }
      }
    }
    expect(frameCount).toBeGreaterThan(100);
  });

  it('do not keep a stream from coming', () => {
    harness.imageOptions = {};
    const { spec, hwmPosition } = harness.images[0] as (typeof harness.images)[number];
    const { sessionId, streamId, initialTermId, termLength } = spec;
    const before = hwmPosition.get();
    const frame = dataFrame(TERM_LENGTH / 2 - 64, payloadOf(32, 1), { sessionId, streamId });
    new AtomicBuffer(frame).putInt32(20, initialTermId);
    expect(termLength).toBe(TERM_LENGTH);
    socket.push(frame);
    harness.work();
    expect(hwmPosition.get()).toBe(Math.max(before, TERM_LENGTH / 2));
    harness.receiver.onClose();
  });
});
