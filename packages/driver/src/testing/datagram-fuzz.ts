// SPDX-License-Identifier: Apache-2.0
/** Datagrams of all kinds from anyone, handed to an agent by the thousand, with no network between. For tests. */
import {
  FrameType,
  RttMeasurementFlyweight,
  SETUP_BLOCK_LENGTH,
  SetupFlyweight,
  StatusMessageFlyweight,
} from '@aeron/codecs/internal';
import { AtomicBuffer, type DatagramHandler, type DatagramSocket, UNBOUNDED_BURST } from '@aeron/core/internal';
import { SeededRandom } from '@aeron/core/testing';
import { TERM_LENGTH } from './ipc-log.ts';
import { ipv4 } from './receiver-peer.ts';
import {
  dataFrame,
  INITIAL_TERM_ID,
  MTU_LENGTH,
  padFrame,
  payloadOf,
  RECEIVER_ADDRESS,
  RECEIVER_PORT,
  SESSION_ID,
  STREAM_ID,
} from './sender-peer.ts';

/** Datagrams that wait in a socket at most. */
export const BATCH_COUNT = 16;
/** Bytes of a datagram at most. */
export const MAX_LENGTH = 2048;
const SOURCES = ['10.0.0.1', '10.0.0.9', 'fd00::1'];

/** A socket that a test fills by hand: no network between, so that a million datagrams take seconds. */
export class FuzzSocket implements DatagramSocket {
  readonly state = 'open';
  readonly error = undefined;
  readonly localAddress = ipv4(RECEIVER_ADDRESS, RECEIVER_PORT);
  readonly receiveBufferLength = 0;
  readonly sendBufferLength = 0;
  readonly isReconnecting = false;
  readonly reconnectError = undefined;
  readonly droppedCount = 0;
  readonly runLimit = 1;
  readonly burstLength = UNBOUNDED_BURST;
  readonly bytes = new Uint8Array(MAX_LENGTH * BATCH_COUNT);
  readonly lengths: number[] = [];
  sentCount = 0;
  random = new SeededRandom(1);
  #taken = 0;

  get waitingCount(): number {
    return this.lengths.length - this.#taken;
  }

  poll(handler: DatagramHandler, context: number, limit: number): number {
    let bytesReceived = 0;
    for (let count = 0; count < limit && this.waitingCount > 0; count++) {
      const index = this.#taken++;
      const length = this.lengths[index] as number;
      const source = SOURCES[this.random.nextInt(SOURCES.length)] ?? '';
      handler(this.bytes, index * MAX_LENGTH, length, source, 1 + this.random.nextInt(3), context);
      bytesReceived += length;
    }
    if (this.waitingCount === 0) {
      this.lengths.length = 0;
      this.#taken = 0;
    }
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
export function plausibleForReceiver(random: SeededRandom): Uint8Array {
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
export function pushMutated(socket: FuzzSocket, corpus: readonly Uint8Array[], random: SeededRandom): void {
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
