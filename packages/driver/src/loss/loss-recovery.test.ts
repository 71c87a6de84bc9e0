// SPDX-License-Identifier: Apache-2.0
/**
 * A stream from a sender that resends as the reference's does, over a path that loses data and NAKs, to a receiver with either
 * detector: everything arrives, nothing is sent again more often than the path allows, and losses are repaired side by side.
 */
import { AtomicBuffer } from '@aeron/core/internal';
import { SeededRandom } from '@aeron/core/testing';
import type { FlowControl } from '../flow-control/flow-control.ts';
import { RetransmitHandler } from '../sender/retransmit-handler.ts';
import { putFrame } from '../testing/term-frame.ts';
import { StaticDelayGenerator } from './feedback-delay.ts';
import type { ImageLossDetector } from './image-loss-detector.ts';
import { LossDetector } from './loss-detector.ts';
import { WindowLossDetector } from './window-loss-detector.ts';

const TERM_LENGTH = 128 * 1024;
const WINDOW_LENGTH = TERM_LENGTH / 2;
const FRAME = 1024;
const STREAM_LENGTH = 15 * TERM_LENGTH;
const US = 1000;
const MS = 1000 * US;
const LINGER_NS = 10 * MS;
const ROOM_PER_PASS = 16;
const MAX_PASSES = 200_000;

interface Path {
  readonly oneWayNs: number;
  readonly lossRate: number;
  readonly nakLossRate: number;
  readonly jitterNs: number;
}

type Kind = 'one gap' | 'all gaps';

class Recovery {
  nowNs = 1;
  lostCount = 0;
  readonly resends = new Map<number, number[]>();
  readonly #random: SeededRandom;
  readonly #path: Path;
  readonly #terms = [0, 1, 2].map(() => AtomicBuffer.allocate(TERM_LENGTH));
  readonly #detector: ImageLossDetector;
  readonly #events: { readonly atNs: number; readonly run: () => void }[] = [];
  readonly #handler = new RetransmitHandler({
    ...{ delayNs: 0, lingerNs: LINGER_NS, maxResend: 16, hasGroupSemantics: false, onOverflow: () => undefined },
  });
  #room = ROOM_PER_PASS;
  #sentPosition = 0;
  #limit = WINDOW_LENGTH;
  #position = 0;
  #hwm = 0;
  #heartbeatNs = 0;

  constructor(kind: Kind, seed: number, path: Path) {
    this.#random = new SeededRandom(seed);
    this.#path = path;
    const delays = new StaticDelayGenerator(US, 100 * US);
    this.#detector =
      kind === 'one gap'
        ? new LossDetector(delays, (...gap) => void this.#nak(...gap))
        : new WindowLossDetector(delays, {
            request: (...gap) => this.#nak(...gap),
            requestAgain: (...gap) => this.#nak(...gap),
          });
  }

  get roundTripNs(): number {
    return 2 * (this.#path.oneWayNs + this.#path.jitterNs);
  }

  /** @returns whether all of the stream arrived. */
  run(): boolean {
    const stepNs = Math.max(20 * US, this.#path.oneWayNs / 20);
    for (let pass = 0; pass < MAX_PASSES && this.#position < STREAM_LENGTH; pass++) {
      this.nowNs += stepNs;
      const isDue = ({ atNs }: { atNs: number }) => atNs <= this.nowNs;
      const due = this.#events.filter(isDue).sort((a, b) => a.atNs - b.atNs);
      this.#events.splice(0, this.#events.length, ...this.#events.filter((event) => !isDue(event)));
      for (const event of due) {
        event.run();
      }
      this.#send();
      this.#track();
    }
    return this.#position === STREAM_LENGTH;
  }

  #send(): void {
    this.#handler.processTimeouts((...range) => this.#resend(...range), this.nowNs);
    for (let i = 0; i < 8 && this.#sentPosition < Math.min(this.#limit, STREAM_LENGTH); i++) {
      this.#transmit(this.#sentPosition);
      this.#sentPosition += FRAME;
    }
    if (this.nowNs >= this.#heartbeatNs) {
      this.#heartbeatNs = this.nowNs + MS;
      const sentPosition = this.#sentPosition;
      this.#after(() => {
        this.#hwm = Math.max(this.#hwm, sentPosition);
      }, 2 * this.roundTripNs); // never before the data
    }
  }

  #transmit(position: number): void {
    if (this.#random.chance(this.#path.lossRate)) {
      this.lostCount++;
      return;
    }
    this.#after(() => this.#receive(position));
  }

  #receive(position: number): void {
    if (position >= this.#position) {
      const term = this.#terms[Math.floor(position / TERM_LENGTH) % 3] as AtomicBuffer;
      putFrame(term, Math.floor(position / TERM_LENGTH), position % TERM_LENGTH, FRAME);
      this.#hwm = Math.max(this.#hwm, position + FRAME);
    }
  }

  /** As the conductor does it. */
  #track(): void {
    this.#room = ROOM_PER_PASS;
    const from = this.#position;
    if (from >= this.#hwm) {
      this.#detector.onComplete(this.nowNs);
      return;
    }
    const termCount = Math.floor(from / TERM_LENGTH);
    const state = { rebuildPosition: from, hwmPosition: this.#hwm, initialTermId: 0 };
    const offset = this.#detector.scan(this.#terms[termCount % 3] as AtomicBuffer, state, this.nowNs);
    this.#position = termCount * TERM_LENGTH + offset;
    if (offset === TERM_LENGTH) {
      (this.#terms[(termCount + 2) % 3] as AtomicBuffer).setMemory(0, TERM_LENGTH, 0);
    }
    const limit = this.#position + WINDOW_LENGTH;
    this.#after(() => {
      this.#limit = Math.max(this.#limit, limit);
    });
  }

  #nak(termId: number, termOffset: number, length: number): boolean {
    if (this.#room === 0) {
      return false;
    }
    this.#room--;
    if (!this.#random.chance(this.#path.nakLossRate)) {
      const flowControl = { maxRetransmissionLength: (_, asked) => asked } as Partial<FlowControl> as FlowControl;
      const resend = (...range: [number, number, number]) => this.#resend(...range);
      const nak = { termId, termOffset, length };
      this.#after(() => this.#handler.onNak(nak, TERM_LENGTH, flowControl, resend, this.nowNs));
    }
    return true;
  }

  /** Whole frames only. */
  #resend(termId: number, termOffset: number, length: number): void {
    for (let offset = termOffset; offset + FRAME <= termOffset + length; offset += FRAME) {
      const position = termId * TERM_LENGTH + offset;
      this.resends.set(position, [...(this.resends.get(position) ?? []), this.nowNs]);
      this.#transmit(position);
    }
  }

  #after(run: () => void, delayNs = this.#path.oneWayNs): void {
    this.#events.push({ atNs: this.nowNs + delayNs + this.#random.nextInt(this.#path.jitterNs + 1), run });
  }
}

function recovery(kind: Kind, seed: number, path: Partial<Path>): Recovery & { readonly elapsedNs: number } {
  const one = new Recovery(kind, seed, { oneWayNs: 50 * US, lossRate: 0.1, nakLossRate: 0, jitterNs: 0, ...path });
  if (!one.run()) {
    throw new Error(`the stream has not arrived: kind=${kind} seed=${seed}`);
  }
  return Object.assign(one, { elapsedNs: one.nowNs });
}

function countOf({ resends }: Recovery): number {
  return [...resends.values()].reduce((sum, times) => sum + times.length, 0);
}

/** The most that any frame was sent again within a round trip. */
function mostPerRoundTrip({ resends, roundTripNs }: Recovery): number {
  const counts = [...resends.values()].map((times) =>
    Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + roundTripNs).length)),
  );
  return Math.max(0, ...counts);
}

/** The last one: where most of the first NAKs were lost, each was waited for twice as long as the one before. */
const SEEDS = [...Array.from({ length: 12 }, (_, i) => i + 1), 261];

describe.each([
  ['near', { oneWayNs: 50 * US }],
  ['a millisecond away', { oneWayNs: 500 * US }],
  ['far', { oneWayNs: 10 * MS }],
] as const)('a receiver %s', (_place, path) => {
  it.each(SEEDS)('gets all of a stream that loses data and NAKs and comes out of order, seed %d', (seed) => {
    const random = new SeededRandom(seed);
    const bad = { lossRate: random.nextFloat() * 0.3, nakLossRate: random.nextFloat() * 0.3 };
    const run = recovery('all gaps', seed, {
      ...path,
      ...bad,
      jitterNs: new SeededRandom(seed + 99).nextInt(path.oneWayNs / 4),
    });
    expect(mostPerRoundTrip(run)).toBeLessThanOrEqual(4 + Math.ceil(run.roundTripNs / LINGER_NS));
  });

  it('has not many times more sent again than one gap after the other, where frames come out of order', () => {
    let [sent, sentOneByOne] = [0, 0];
    for (const seed of SEEDS) {
      const bad = { ...path, lossRate: 0.02, jitterNs: new SeededRandom(seed).nextInt(path.oneWayNs / 4) };
      sent += countOf(recovery('all gaps', seed, bad));
      sentOneByOne += countOf(recovery('one gap', seed, bad));
    }
    expect(sent).toBeLessThan(3 * sentOneByOne);
  });

  it('has hardly more sent again than was lost, and no more than one that asks for one gap after the other', () => {
    let [sent, lost, sentOneByOne] = [0, 0, 0];
    for (const seed of SEEDS.slice(0, 3)) {
      const run = recovery('all gaps', seed, path);
      sent += countOf(run);
      lost += run.lostCount;
      sentOneByOne += countOf(recovery('one gap', seed, path));
    }
    expect(sent).toBeGreaterThanOrEqual(lost);
    expect(sent).toBeLessThan(1.3 * lost);
    expect(sent).toBeLessThan(1.15 * sentOneByOne);
  });

  it.each([
    ['hardly slower than one gap after the other', 0.01, 1.2],
    ['in half the time of one gap after the other', 0.1, 0.5],
  ])('repairs losses %s at a loss of %d', (_how, lossRate, share) => {
    const [all, one] = (['all gaps', 'one gap'] as const).map((kind) =>
      SEEDS.slice(0, 8).reduce((sum, seed) => sum + recovery(kind, seed, { ...path, lossRate }).elapsedNs, 0),
    ) as [number, number];
    expect(all).toBeLessThan(share * one);
  });
});
