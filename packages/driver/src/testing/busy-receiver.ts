// SPDX-License-Identifier: Apache-2.0
/** A receiver to which the same packets come in each pass, over a socket that costs nothing. For tests of allocation and micro-benchmarks. */
import { AtomicCounter, type DatagramHandler, type DatagramSocket, UNBOUNDED_BURST } from '@aeron/core/internal';
import {
  dataFrame,
  INITIAL_TERM_ID,
  ipv4,
  MTU_LENGTH,
  payloadOf,
  ReceiverHarness,
  SESSION_ID,
  STREAM_ID,
  TERM_LENGTH,
} from './receiver-harness.ts';

export const PACKET_COUNT = 4;
export const PACKET_LENGTH = 128;
/** Datagrams lie one behind the other, so most of them start at no multiple of 8. */
export const START = 12;

/** A socket in whose memory the same packets arrive over and over. */
class LoopSocket implements DatagramSocket {
  readonly state = 'open';
  readonly error = undefined;
  readonly localAddress = ipv4('0.0.0.0', 1);
  readonly receiveBufferLength = 0;
  readonly sendBufferLength = 0;
  readonly isReconnecting = false;
  readonly reconnectError = undefined;
  readonly droppedCount = 0;
  readonly runLimit = 1;
  readonly burstLength = UNBOUNDED_BURST;
  readonly bytes = new Uint8Array(START + PACKET_COUNT * PACKET_LENGTH);
  isBusy = false;
  /** After each call that took something, so that a pass ends. */
  #isEmpty = false;

  poll(handler: DatagramHandler, context: number, limit: number): number {
    this.#isEmpty = this.isBusy && !this.#isEmpty;
    if (!this.#isEmpty) {
      return 0;
    }
    for (let i = 0; i < limit; i++) {
      handler(this.bytes, START + (i % PACKET_COUNT) * PACKET_LENGTH, PACKET_LENGTH, '10.0.0.1', 40000, context);
    }
    return limit * PACKET_LENGTH;
  }

  send(_source: Uint8Array, _offset: number, length: number): number {
    return length;
  }

  sendRun(_source: Uint8Array, _offset: number, _lengths: Int32Array, count: number): number {
    return count;
  }

  reconnect(): void {}

  close(): void {}
}

export function busyReceiver() {
  const socket = new LoopSocket();
  for (let i = 0; i < PACKET_COUNT; i++) {
    socket.bytes.set(dataFrame(i * PACKET_LENGTH, payloadOf(PACKET_LENGTH - 32, i)), START + i * PACKET_LENGTH);
  }
  let nowNs = 2 ** 30;
  const clock = { nanoTime: () => nowNs, epochMs: () => 1_700_000_000_000 };
  const datagrams = { open: () => socket } as never;
  const harness = new ReceiverHarness({
    resources: { datagrams, clock },
    config: { receiverIoVectorCapacity: PACKET_COUNT },
  });
  harness.open();
  harness.addInterest();
  harness.work();
  harness.work();
  const image = harness.makeImage({
    ...{ kind: 'create-image', endpointId: 77, transportIndex: 0, streamId: STREAM_ID, sessionId: SESSION_ID },
    ...{ initialTermId: INITIAL_TERM_ID, activeTermId: INITIAL_TERM_ID, termOffset: 0, setupFlags: 0 },
    ...{ termLength: TERM_LENGTH, mtuLength: MTU_LENGTH },
    ...{ controlAddress: ipv4('10.0.0.1', 1), sourceAddress: ipv4('10.0.0.1', 40000) },
  });
  harness.work();
  const term = image.log.terms[0];
  const pass = (): void => {
    nowNs += 1; // all in one ms, so that nothing falls due
    harness.receiver.doWork();
  };
  return {
    socket,
    image,
    naksSent: new AtomicCounter(harness.values, image.spec.naksSentCounterId),
    idle: (): void => {
      socket.isBusy = false;
      pass();
    },
    receive: (): void => {
      socket.isBusy = true;
      for (let i = 0; i < PACKET_COUNT; i++) {
        term?.putInt32(i * PACKET_LENGTH, 0); // as if it had come round
      }
      pass();
    },
    answer: (): void => {
      socket.isBusy = false;
      image.state.scheduleStatusMessage(0, 4096);
      image.state.scheduleLoss(INITIAL_TERM_ID, 0, 64);
      image.state.offerGap(INITIAL_TERM_ID, 128, 64);
      pass();
    },
  };
}
