// SPDX-License-Identifier: Apache-2.0
/** Whole streams through a bad network: the rules of the conductor's half are played by the least that makes them work. */
import { cleanImage, computeTermOffsetFromPosition, FrameType, indexByPosition } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';
import { SeededRandom } from '@aeron/core/testing';
import { StaticDelayGenerator } from '../loss/feedback-delay.ts';
import { LossDetector } from '../loss/loss-detector.ts';
import {
  dataFrame,
  INITIAL_TERM_ID,
  type MadeImage,
  MS,
  padFrame,
  payloadOf,
  ReceiverHarness,
  TERM_LENGTH,
  WINDOW_LENGTH,
} from '../testing/receiver-harness.ts';

const SEEDS = [1, 2, 3, 4, 5, 6];
const STREAM_LENGTH = 5 * TERM_LENGTH;

interface Frame {
  readonly position: number;
  readonly bytes: Uint8Array;
  /** With what padding stands for. */
  readonly length: number;
}

/** Frames of random lengths, each term ended by padding. */
function makeStream(random: SeededRandom): Frame[] {
  const frames: Frame[] = [];
  for (let position = 0; position < STREAM_LENGTH; ) {
    const room = TERM_LENGTH - (position % TERM_LENGTH);
    const bytes = dataFrame(position, payloadOf(random.nextInt(1376), frames.length));
    const frame =
      bytes.length <= room
        ? { position, bytes, length: bytes.length }
        : { position, bytes: padFrame(position, room), length: room };
    frames.push(frame);
    position += frame.length;
  }
  return frames;
}

/** The conductor's half of an image, and a subscriber that checks every byte. */
class Consumer {
  readonly #image: MadeImage;
  readonly #detector: LossDetector;
  readonly #expected: Frame[];
  readonly problems: string[] = [];
  position = 0;
  #nextFrame = 0;
  #smPosition = 0;
  #cleanPosition = 0;

  constructor(image: MadeImage, expected: Frame[]) {
    this.#image = image;
    this.#expected = expected;
    this.#detector = new LossDetector(new StaticDelayGenerator(0, 2 * MS), (termId, offset, length) =>
      image.state.scheduleLoss(termId, offset, length),
    );
  }

  work(nowNs: number): void {
    const { log, hwmPosition, rebuildPosition, state } = this.#image;
    const position = Math.max(rebuildPosition.get(), this.position);
    const term = log.terms[indexByPosition(position, TERM_LENGTH)] as AtomicBuffer;
    const rebuildState = {
      ...{ rebuildPosition: position, hwmPosition: hwmPosition.get() },
      ...{ initialTermId: INITIAL_TERM_ID, positionBitsToShift: 16 },
    };
    const offset = this.#detector.scan(term, rebuildState, nowNs);
    rebuildPosition.proposeMax(position - (position % TERM_LENGTH) + offset);
    this.#consume();
    if (this.position > this.#smPosition + WINDOW_LENGTH / 4) {
      const limit = this.position - TERM_LENGTH;
      this.#cleanPosition = cleanImage(log.terms, TERM_LENGTH, this.#cleanPosition, limit);
      this.#smPosition = this.position;
      state.scheduleStatusMessage(this.position, WINDOW_LENGTH);
    }
  }

  #consume(): void {
    for (;;) {
      const frame = this.#expected[this.#nextFrame];
      const term = this.#image.log.terms[indexByPosition(this.position, TERM_LENGTH)] as AtomicBuffer;
      const offset = computeTermOffsetFromPosition(this.position, TERM_LENGTH);
      if (frame === undefined || term.getInt32Volatile(offset) <= 0) {
        return;
      }
      if (!Buffer.from(frame.bytes).equals(term.bytes.subarray(offset, offset + frame.bytes.length))) {
        this.problems.push(`wrong bytes: position=${this.position}`);
      }
      this.position += frame.length;
      this.#nextFrame++;
    }
  }
}

describe.each(SEEDS)('a stream through a network that loses, repeats and reorders, seed %d', (seed) => {
  it('arrives whole and byte for byte', () => {
    const random = new SeededRandom(seed);
    const harness = ReceiverHarness.connected({ seed });
    harness.world.network.setDefaultLink({
      ...{ lossRate: 0.1 + random.nextFloat() * 0.2, duplicateRate: 0.1, reorderRate: 0.2, jitterNs: 200_000 },
    });
    const stream = makeStream(random);
    const consumer = new Consumer(harness.image, stream);
    let [sent, limit] = [0, WINDOW_LENGTH];
    for (let pass = 0; consumer.position < STREAM_LENGTH && pass < 60_000; pass++) {
      while (sent < stream.length && position(stream, sent) < limit) {
        harness.peer.send((stream[sent++] as Frame).bytes);
      }
      harness.run(200_000);
      consumer.work(harness.platform.clock.nanoTime());
      for (const { consumptionTermId, consumptionTermOffset } of harness.peer.takeFields(FrameType.SM)) {
        const terms = ((consumptionTermId as number) - INITIAL_TERM_ID) | 0;
        limit = Math.max(limit, terms * TERM_LENGTH + (consumptionTermOffset as number) + WINDOW_LENGTH);
      }
      for (const nak of harness.peer.takeFields(FrameType.NAK)) {
        const from = (((nak.termId as number) - INITIAL_TERM_ID) | 0) * TERM_LENGTH + (nak.termOffset as number);
        for (const frame of stream.filter((f) => f.position >= from && f.position < from + (nak.length as number))) {
          harness.peer.send(frame.bytes);
        }
      }
      if (pass % 50 === 0) {
        harness.peer.heartbeat(position(stream, sent)); // shows a lost tail
      }
    }
    expect(consumer.problems).toEqual([]);
    expect(consumer.position).toBe(STREAM_LENGTH);
    expect(harness.counter('NAK_MESSAGES_SENT')).toBeGreaterThan(10);
    expect(harness.image.naksSent.get()).toBe(harness.counter('NAK_MESSAGES_SENT'));
    expect(harness.counter('FLOW_CONTROL_OVER_RUNS')).toBe(0);
    expect(harness.counter('INVALID_PACKETS')).toBe(0);
    expect(harness.take('agent-error')).toEqual([]);
  });
});

function position(stream: readonly Frame[], index: number): number {
  return stream[index]?.position ?? STREAM_LENGTH;
}
