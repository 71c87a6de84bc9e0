// SPDX-License-Identifier: Apache-2.0
/** Datagrams of all kinds from anyone, handed to a receiver by the thousand: it must count, bound and survive them. */
import { AtomicBuffer } from '@aeron/core/internal';
import { SeededRandom } from '@aeron/core/testing';
import { BATCH_COUNT, FuzzSocket, plausibleForReceiver, pushMutated } from '../testing/datagram-fuzz.ts';
import { dataFrame, MS, payloadOf, ReceiverHarness, TERM_LENGTH } from '../testing/receiver-harness.ts';
import { MAX_CREATIONS_IN_PROGRESS } from './data-packet-dispatcher.ts';

const DATAGRAM_COUNT = 60_000;
const CORPUS_LENGTH = 4096;

describe.each([11, 12])('datagrams of all kinds, seed %d', (seed) => {
  const random = new SeededRandom(seed);
  const socket = new FuzzSocket();
  socket.random = random;
  const corpus = Array.from({ length: CORPUS_LENGTH }, () => plausibleForReceiver(random));
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
      while (socket.waitingCount > 0) {
        harness.work();
      }
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
