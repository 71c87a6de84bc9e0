// SPDX-License-Identifier: Apache-2.0
/** A sender that is sent mutated control frames of every type, each of which must be counted where it belongs. */
import { FrameType } from '@aeron/codecs/internal';
import { SeededRandom } from '@aeron/core/testing';
import { BATCH_COUNT, FuzzSocket, MAX_LENGTH, pushMutated } from '@aeron/driver/testing/datagram-fuzz';
import { TERM_LENGTH } from '@aeron/driver/testing/ipc-log';
import { INITIAL_TERM_ID, SESSION_ID, STREAM_ID } from '@aeron/driver/testing/receiver-peer';
import {
  DESTINATIONS_COUNTER_ID,
  MTU_LENGTH,
  multiDestinationChannel,
  SenderHarness,
} from '@aeron/driver/testing/sender-harness';
import { expectThat } from '../model/expect.ts';
import { type SenderVerdict, senderVerdict } from './expected-counts.ts';

const CORPUS_LENGTH = 4096;
const BATCH_NS = 100_000;
const SENT_DATAGRAMS = 10;
const POSITION = SENT_DATAGRAMS * MTU_LENGTH;
const FRAME_TYPES = [FrameType.SM, FrameType.SM, FrameType.NAK, FrameType.NAK, FrameType.ERR, FrameType.RTTM];
const OTHER_TYPES = [FrameType.RSP_SETUP, FrameType.SETUP, FrameType.DATA];
const COUNTED = [
  'INVALID_PACKETS',
  'STATUS_MESSAGES_RECEIVED',
  'NAK_MESSAGES_RECEIVED',
  'ERROR_FRAMES_RECEIVED',
] as const satisfies readonly SenderVerdict[];
/** To one destination: everything that was sent, again, for each NAK, or a SETUP for each status message. */
const SENT_LIMIT_PER_BATCH = BATCH_COUNT * (SENT_DATAGRAMS + 1);

/** A control frame that would be fine, mostly. */
function plausible(random: SeededRandom): Uint8Array {
  const bytes = new Uint8Array(random.pick([44, 48, 64, 96]));
  const view = new DataView(bytes.buffer);
  view.setInt32(0, bytes.length, true);
  view.setUint8(5, random.pick([0, 0, 0, 0x80, 0x40, 0x08]));
  view.setUint16(6, random.pick(random.chance(0.8) ? FRAME_TYPES : OTHER_TYPES), true);
  view.setInt32(8, random.chance(0.9) ? SESSION_ID : random.nextInt32(), true);
  view.setInt32(12, random.chance(0.95) ? STREAM_ID : random.nextInt32(), true);
  view.setInt32(16, (INITIAL_TERM_ID + random.nextBetween(-1, 1)) | 0, true);
  view.setInt32(20, random.nextInt(TERM_LENGTH / 16) * 32, true);
  view.setInt32(24, random.nextInt(TERM_LENGTH), true);
  view.setInt32(28, random.nextInt(100), true); // ids of receivers
  view.setInt32(36, random.nextInt(60), true);
  return bytes;
}

export function fuzzSender(seed: number, count: number): void {
  const random = new SeededRandom(seed);
  const socket = new FuzzSocket();
  socket.random = random;
  const view = new DataView(socket.bytes.buffer);
  const corpus = Array.from({ length: CORPUS_LENGTH }, () => plausible(random));
  const harness = new SenderHarness({ seed, conductorCapacity: 16 });
  harness.platform.datagrams.open = () => socket;
  const isMany = random.chance(0.5);
  harness.open(isMany ? multiDestinationChannel('dynamic') : undefined);
  const flowControl = isMany ? random.pick(['max', 'min', undefined]) : undefined;
  const publication = harness.add({ isMulticastSemantics: isMany, responseCorrelationId: 3, flowControl });
  for (let i = 0; i < SENT_DATAGRAMS; i++) {
    publication.publish(MTU_LENGTH - 32, i);
  }
  const known = { sessionId: SESSION_ID, streamId: STREAM_ID, termLength: TERM_LENGTH };
  const expected = new Map<SenderVerdict, number>(COUNTED.map((name) => [name, 0]));
  for (let done = 0; done < count; done += BATCH_COUNT) {
    for (let i = 0; i < BATCH_COUNT; i++) {
      pushMutated(socket, corpus, random);
      const verdict = senderVerdict(view, i * MAX_LENGTH, socket.lengths[i] as number, known);
      if (verdict !== undefined) {
        expected.set(verdict, (expected.get(verdict) ?? 0) + 1);
      }
    }
    harness.isConductorAwake = random.chance(0.3);
    const sentBefore = socket.sentCount;
    harness.world.step(BATCH_NS);
    while (socket.waitingCount > 0) {
      harness.pass();
    }
    harness.told.length = 0;
    for (const name of COUNTED) {
      const counted = harness.system(name);
      expectThat(counted === expected.get(name), () => `${name}: counted=${counted} expected=${expected.get(name)}`);
    }
    const { senderPosition, senderLimit } = publication;
    const sent = socket.sentCount - sentBefore;
    expectThat(senderPosition <= POSITION, () => `sent what was not published: position=${senderPosition}`);
    expectThat(senderLimit <= POSITION + TERM_LENGTH, () => `limit beyond a term: limit=${senderLimit}`);
    const destinationCount = isMany ? harness.counter(DESTINATIONS_COUNTER_ID) : 1;
    const sentLimit = SENT_LIMIT_PER_BATCH * Math.max(destinationCount, 1);
    expectThat(sent <= sentLimit, () => `a batch of control frames made it send ${sent} datagrams`);
  }
  harness.sender.onClose();
}
