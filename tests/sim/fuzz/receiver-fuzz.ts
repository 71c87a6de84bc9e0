// SPDX-License-Identifier: Apache-2.0
/** A receiver that is sent mutated datagrams of every type, and a count of what it must find wrong with them. */
import { SeededRandom } from '@aeron/core/testing';
import {
  BATCH_COUNT,
  FuzzSocket,
  MAX_LENGTH,
  plausibleForReceiver,
  pushMutated,
} from '@aeron/driver/testing/datagram-fuzz';
import { MS, ReceiverHarness } from '@aeron/driver/testing/receiver-harness';
import { expectThat } from '../model/expect.ts';
import { receiverVerdict } from './expected-counts.ts';

const CORPUS_LENGTH = 4096;
const SESSION_LIMIT = 64;
const IMAGE_LIMIT = 40;
const BATCH_NS = 100_000;

export function fuzzReceiver(seed: number, count: number): void {
  const random = new SeededRandom(seed);
  const socket = new FuzzSocket();
  socket.random = random;
  const view = new DataView(socket.bytes.buffer);
  const corpus = Array.from({ length: CORPUS_LENGTH }, () => plausibleForReceiver(random));
  const harness = new ReceiverHarness({ seed, config: { streamSessionLimit: SESSION_LIMIT } });
  harness.platform.datagrams.open = () => socket;
  harness.open();
  harness.addInterest();
  harness.run(1 * MS);
  for (let done = 0; done < count; done += BATCH_COUNT) {
    let [certain, possible] = [0, 0];
    for (let i = 0; i < BATCH_COUNT; i++) {
      pushMutated(socket, corpus, random);
      const verdict = receiverVerdict(view, i * MAX_LENGTH, socket.lengths[i] as number);
      certain += verdict === 'invalid' ? 1 : 0;
      possible += verdict === 'valid' ? 0 : 1;
    }
    if (harness.images.length >= IMAGE_LIMIT) {
      harness.imageOptions = undefined; // as a conductor that is short of memory: it never answers
    }
    const before = harness.counter('INVALID_PACKETS');
    harness.world.step(BATCH_NS);
    while (socket.waitingCount > 0) {
      harness.work();
    }
    const counted = harness.counter('INVALID_PACKETS') - before;
    expectThat(
      counted >= certain && counted <= possible,
      () => `invalid packets: counted=${counted} certain=${certain} possible=${possible} after ${done} datagrams`,
    );
    for (const command of harness.told.splice(0)) {
      const isProblem = command.kind === 'agent-error' && !command.message.startsWith('exceeded session limit');
      expectThat(!isProblem, () => `the receiver reported: ${JSON.stringify(command)}`);
    }
  }
  expectThat(socket.sentCount <= 2 * count, () => `more was sent than received: sent=${socket.sentCount}`);
  expectThat(harness.images.length <= SESSION_LIMIT, () => `images=${harness.images.length}`);
  harness.receiver.onClose();
}
