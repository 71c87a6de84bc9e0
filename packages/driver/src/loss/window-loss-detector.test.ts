// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer } from '@aeron/core/internal';
import { allocationPerCall, SeededRandom } from '@aeron/core/testing';
import { beginFrame, putFrame } from '../testing/term-frame.ts';
import { StaticDelayGenerator } from './feedback-delay.ts';
import { MAX_OPEN_GAPS, MAX_QUICK_NAKS } from './open-gaps.ts';
import { UNMEASURED_REPAIR_NS } from './repair-time.ts';
import { retryDelayNs, WindowLossDetector } from './window-loss-detector.ts';

const TERM_LENGTH = 64 * 1024;
const INITIAL_TERM_ID = 0x7fffffff;
const FRAME = 64;
const DELAY_NS = 100;
const RETRY_NS = 100_000;
const LONG_NS = UNMEASURED_REPAIR_NS;
/** What a gap behind an open one waits for longer, where nothing is known of the path. */
const REORDERING_NS = LONG_NS / 4;

/** An image of one term, and what was asked for: `!` where it is news, offsets and lengths in frames. */
class Fixture {
  readonly asked: string[] = [];
  readonly term = AtomicBuffer.allocate(TERM_LENGTH);
  room = Number.POSITIVE_INFINITY;
  hwmPosition = 0;
  rebuildPosition = 0;
  readonly detector = new WindowLossDetector(new StaticDelayGenerator(DELAY_NS, RETRY_NS), {
    request: (...gap) => this.#ask('!', ...gap),
    requestAgain: (...gap) => this.#ask('', ...gap),
  });

  #ask(mark: string, termId: number, termOffset: number, length: number): boolean {
    if (this.room === 0) {
      return false;
    }
    this.room--;
    this.asked.push(`${mark}${termId === INITIAL_TERM_ID ? '' : termId}@${termOffset / FRAME}+${length / FRAME}`);
    return true;
  }

  get #termId(): number {
    return (INITIAL_TERM_ID + Math.floor(this.rebuildPosition / TERM_LENGTH)) | 0;
  }

  receive(...frames: number[]): void {
    for (const frame of frames) {
      putFrame(this.term, this.#termId, frame * FRAME, FRAME);
      this.hwmPosition = Math.max(this.hwmPosition, (frame + 1) * FRAME);
    }
  }

  /** @returns what is asked for in this pass. */
  pass(nowNs: number): string[] {
    this.asked.length = 0;
    const { rebuildPosition, hwmPosition } = this;
    if (rebuildPosition >= hwmPosition) {
      this.detector.onComplete(nowNs);
    } else {
      const state = { rebuildPosition, hwmPosition, initialTermId: INITIAL_TERM_ID };
      const complete = this.detector.scan(this.term, state, nowNs);
      this.rebuildPosition = Math.max(rebuildPosition, rebuildPosition - (rebuildPosition % TERM_LENGTH) + complete);
    }
    return [...this.asked];
  }

  /** So that it is known how long a repair takes, and that frames come in order; unless told otherwise, the shortest time there is. */
  measure(nowNs: number, repairNs = 1): void {
    const from = this.hwmPosition / FRAME;
    for (let i = 0; i < 300; i++) {
      this.receive(from + 2 * i + 1);
      this.pass(nowNs);
      this.pass(nowNs + DELAY_NS);
      this.receive(from + 2 * i);
      this.pass(nowNs + DELAY_NS + repairNs);
    }
    expect(this.rebuildPosition).toBe(this.hwmPosition);
  }
}

/** Every second of six frames comes, the others are asked for. @returns the first one, which is missing. */
function askForThree(fixture: Fixture, askedNs: number): number {
  const from = fixture.hwmPosition / FRAME;
  fixture.receive(from + 1, from + 3, from + 5);
  fixture.pass(1_000_000);
  fixture.pass(askedNs);
  return from;
}

describe('the loss detector of a whole window', () => {
  it('finds nothing while everything is there', () => {
    const fixture = new Fixture();
    fixture.receive(0, 1);
    expect(fixture.pass(0)).toEqual([]);
    expect(fixture.rebuildPosition).toBe(2 * FRAME);
    expect(fixture.detector.hasFoundLoss).toBe(false);
  });

  it('asks for the first gap once its delay has passed, for those behind it after what reordering takes', () => {
    const fixture = new Fixture();
    fixture.receive(0, 2, 5);
    expect(fixture.pass(0)).toEqual([]);
    expect(fixture.detector.hasFoundLoss).toBe(true);
    fixture.receive(7);
    expect(fixture.pass(DELAY_NS - 1)).toEqual([]);
    expect(fixture.detector.hasFoundLoss).toBe(true);
    expect(fixture.pass(DELAY_NS)).toEqual(['!@1+1']);
    expect(fixture.detector.hasFoundLoss).toBe(false);
    expect(fixture.pass(DELAY_NS + REORDERING_NS - 1)).toEqual([]);
    expect(fixture.pass(DELAY_NS + REORDERING_NS)).toEqual(['!@3+2']);
    expect(fixture.pass(2 * DELAY_NS - 1 + REORDERING_NS)).toEqual(['!@6+1']);
    expect(fixture.rebuildPosition).toBe(FRAME);
  });

  it('asks for a gap that has become the first at once', () => {
    const fixture = new Fixture();
    fixture.receive(0, 2, 4);
    fixture.pass(0);
    expect(fixture.pass(DELAY_NS)).toEqual(['!@1+1']);
    fixture.receive(1);
    expect(fixture.pass(DELAY_NS + 1)).toEqual(['!@3+1']);
  });

  it('repeats a gap that is alone at the retry delay and then ever more seldom, until it is due', () => {
    const fixture = new Fixture();
    fixture.receive(0, 2);
    fixture.pass(0);
    fixture.pass(DELAY_NS);
    const repeats: number[] = [];
    for (let retries = 1; DELAY_NS + retries * RETRY_NS <= DELAY_NS + LONG_NS; retries++) {
      if (fixture.pass(DELAY_NS + retries * RETRY_NS).join() === '@1+1') {
        repeats.push(retries);
      }
    }
    expect(repeats).toEqual([1, 3, 7, 15, 31, 63, LONG_NS / RETRY_NS]);
  });

  it('repeats none of several before it is due', () => {
    const fixture = new Fixture();
    fixture.receive(0, 2, 4);
    fixture.pass(0);
    expect(fixture.pass(DELAY_NS + REORDERING_NS)).toEqual(['!@1+1', '!@3+1']);
    expect(fixture.pass(DELAY_NS + REORDERING_NS + LONG_NS - 1)).toEqual([]);
    expect(fixture.pass(DELAY_NS + REORDERING_NS + LONG_NS)).toEqual(['@1+1', '@3+1']);
  });

  it('has the sender forget what it sent last, where repairs are known to be quicker than it forgets', () => {
    const fixture = new Fixture();
    fixture.measure(0);
    const [seenNs, from] = [1_000_000, fixture.hwmPosition / FRAME];
    fixture.receive(from + 1);
    fixture.pass(seenNs);
    const askedNs = seenNs + DELAY_NS;
    expect(fixture.pass(askedNs)).toEqual([`!@${from}+1`]);
    expect(fixture.pass(askedNs + RETRY_NS)).toEqual([`@${from + 1}+0.5`, `@${from}+1`]);
    expect(fixture.pass(askedNs + 2 * RETRY_NS)).toEqual([`@${from}+1`]); // which the sender ignores, if it has it
    expect(fixture.pass(askedNs + 3 * RETRY_NS)).toEqual([`@${from + 1}+0.5`, `@${from}+1`]);
    expect(fixture.pass(askedNs + 3 * RETRY_NS + LONG_NS)).toEqual([`@${from + 1}+0.5`, `@${from}+1`]);
  });

  it('needs a frame behind the gap for that', () => {
    const fixture = new Fixture();
    fixture.measure(0);
    const from = fixture.hwmPosition / FRAME;
    fixture.hwmPosition += FRAME; // as a heartbeat shows that there was more
    fixture.pass(1_000_000);
    expect(fixture.pass(1_000_000 + DELAY_NS)).toEqual([`!@${from}+1`]);
    expect(fixture.pass(1_000_000 + DELAY_NS + RETRY_NS)).toEqual([`@${from}+1`]);
  });

  it('asks at once for what a resend has passed over, and for what it may still come to when that is due', () => {
    const fixture = new Fixture();
    fixture.measure(0);
    const [from, askedNs] = [fixture.hwmPosition / FRAME, 1_000_000 + DELAY_NS];
    fixture.receive(from + 5);
    fixture.pass(1_000_000);
    expect(fixture.pass(askedNs)).toEqual([`!@${from}+5`]);
    fixture.receive(from + 2);
    expect(fixture.pass(askedNs + 1)).toEqual([`@${from + 5}+0.5`, `@${from}+2`]);
    expect(fixture.detector.hasFoundLoss).toBe(false);
    expect(fixture.pass(askedNs + RETRY_NS)).toEqual([]);
    expect(fixture.pass(askedNs + 1 + RETRY_NS)).toEqual([`@${from + 2}+0.5`, `@${from}+2`, `@${from + 3}+2`]);
    fixture.receive(from, from + 1, from + 3, from + 4);
    fixture.pass(askedNs + 2 + RETRY_NS);
    expect(fixture.rebuildPosition).toBe(fixture.hwmPosition);
  });

  it('asks again at once for what was asked for before something that has come', () => {
    const fixture = new Fixture();
    fixture.measure(0);
    const askedNs = 1_000_000 + DELAY_NS;
    const from = askForThree(fixture, askedNs);
    fixture.receive(from + 2);
    expect(fixture.pass(askedNs + 1)).toEqual([`@${from}+1`]);
    fixture.receive(from + 4);
    expect(fixture.pass(askedNs + 2)).toEqual([]); // the second resend of the first may be under way
    fixture.receive(from + 7);
    fixture.pass(askedNs + 3);
    expect(fixture.pass(askedNs + 3 + DELAY_NS)).toEqual([`!@${from + 6}+1`]);
    fixture.receive(from + 6);
    expect(fixture.pass(askedNs + 4 + DELAY_NS)).toEqual([`@${from}+1`]);
  });

  it('concludes nothing from what comes sooner than anything could be sent again', () => {
    const fixture = new Fixture();
    fixture.measure(0, 1_000_000);
    const askedNs = 2_000_000 + DELAY_NS;
    const from = askForThree(fixture, askedNs);
    fixture.receive(from + 2);
    expect(fixture.pass(askedNs + 249_999)).toEqual([]);
    fixture.receive(from + 4);
    expect(fixture.pass(askedNs + 250_000)).toEqual([`@${from}+1`]);
  });

  it('waits for what may have been overtaken, where frames were seen to come out of order', () => {
    const fixture = new Fixture();
    fixture.measure(0);
    const seen = fixture.hwmPosition / FRAME;
    fixture.receive(seen + 1);
    fixture.pass(500_000);
    fixture.receive(seen);
    fixture.pass(500_000 + 1);
    expect(fixture.asked).toEqual([]);
    const askedNs = 1_000_000 + DELAY_NS + RETRY_NS / 4;
    const from = askForThree(fixture, askedNs);
    fixture.receive(from + 2);
    expect(fixture.pass(askedNs + 1)).toEqual([]);
    expect(fixture.pass(askedNs + RETRY_NS / 4)).toEqual([]);
    expect(fixture.pass(askedNs + 1 + RETRY_NS / 4)).toEqual([`@${from}+1`]);
  });

  it('asks as often as that for what is never sent again, and from then on when its time is over', () => {
    const fixture = new Fixture();
    fixture.measure(0);
    const never = fixture.hwmPosition / FRAME;
    let count = 0;
    for (let i = 1; i < 100; i++) {
      const nowNs = 1_000_000 + 10 * i * DELAY_NS;
      fixture.receive(never + 2 * i + 1);
      fixture.pass(nowNs);
      fixture.pass(nowNs + DELAY_NS);
      fixture.receive(never + 2 * i);
      count += fixture.pass(nowNs + DELAY_NS + 1).includes(`@${never}+2`) ? 1 : 0;
    }
    expect(count).toBe(MAX_QUICK_NAKS - 1);
  });

  it('waits for the rest of a gap as long as the resend goes on', () => {
    const fixture = new Fixture();
    fixture.measure(0);
    const [from, askedNs] = [fixture.hwmPosition / FRAME, 1_000_000 + DELAY_NS];
    fixture.receive(from + 5);
    fixture.pass(1_000_000);
    expect(fixture.pass(askedNs)).toEqual([`!@${from}+5`]);
    fixture.receive(from);
    expect(fixture.pass(askedNs + RETRY_NS - 1)).toEqual([]);
    expect(fixture.pass(askedNs + RETRY_NS)).toEqual([`@${from + 1}+4`]); // repeated, not due
    expect(fixture.pass(askedNs + RETRY_NS + LONG_NS)).toEqual([`@${from + 5}+0.5`, `@${from + 1}+4`]);
  });

  it('takes a gap that grows at the end of what was seen for two', () => {
    const fixture = new Fixture();
    fixture.receive(0);
    fixture.hwmPosition = 3 * FRAME;
    fixture.pass(0);
    expect(fixture.pass(DELAY_NS)).toEqual(['!@1+2']);
    fixture.receive(4);
    fixture.pass(2 * DELAY_NS);
    expect(fixture.pass(3 * DELAY_NS + REORDERING_NS)).toEqual(['!@3+1']);
    expect(fixture.rebuildPosition).toBe(FRAME);
  });

  it('forgets gaps that a subscriber has gone past', () => {
    const fixture = new Fixture();
    fixture.receive(0, 2, 4);
    fixture.pass(0);
    fixture.rebuildPosition = 3 * FRAME;
    expect(fixture.pass(DELAY_NS)).toEqual(['!@3+1']);
    expect(fixture.rebuildPosition).toBe(3 * FRAME);
  });

  it('goes term by term, with wrapping term ids', () => {
    const fixture = new Fixture();
    const last = TERM_LENGTH / FRAME - 1;
    fixture.receive(...Array.from({ length: last - 1 }, (_, i) => i));
    fixture.hwmPosition = TERM_LENGTH + 3 * FRAME;
    fixture.pass(0);
    expect(fixture.pass(DELAY_NS)).toEqual([`!@${last - 1}+2`]);
    fixture.term.setMemory(0, TERM_LENGTH, 0);
    fixture.rebuildPosition = TERM_LENGTH;
    fixture.receive(1);
    fixture.pass(1000);
    expect(fixture.pass(1000 + DELAY_NS + REORDERING_NS)).toEqual([`!${-0x80000000}@0+1`, `!${-0x80000000}@2+1`]);
  });

  it('asks later where there is no room for the request, the first missing first', () => {
    const fixture = new Fixture();
    fixture.receive(0, 2, 4, 6);
    fixture.pass(0);
    fixture.room = 2;
    expect(fixture.pass(DELAY_NS + REORDERING_NS)).toEqual(['!@1+1', '!@3+1']);
    fixture.room = 2;
    expect(fixture.pass(DELAY_NS + REORDERING_NS + 1)).toEqual(['!@5+1']);
  });

  it('follows no more gaps than it has room for, and finds the others afterwards', () => {
    const fixture = new Fixture();
    const count = MAX_OPEN_GAPS + 10;
    fixture.receive(...Array.from({ length: count + 1 }, (_, i) => 2 * i));
    fixture.pass(0);
    const askedNs = DELAY_NS + REORDERING_NS;
    expect(fixture.pass(askedNs)).toHaveLength(MAX_OPEN_GAPS);
    fixture.receive(...Array.from({ length: MAX_OPEN_GAPS }, (_, i) => 2 * i + 1));
    fixture.pass(askedNs + 1);
    expect(fixture.pass(askedNs + 1 + DELAY_NS + REORDERING_NS)).toEqual(
      Array.from({ length: 10 }, (_, i) => `!@${2 * (MAX_OPEN_GAPS + i) + 1}+1`),
    );
  });

  it('asks for some that it has where the parts of a gap are too many', () => {
    const fixture = new Fixture();
    fixture.receive(0, 301);
    fixture.pass(0);
    expect(fixture.pass(DELAY_NS)).toEqual(['!@1+300']);
    fixture.receive(...Array.from({ length: 149 }, (_, i) => 2 * i + 2));
    fixture.pass(200);
    const again = fixture.pass(DELAY_NS + 2 * LONG_NS);
    expect(again.slice(0, -1)).toEqual(Array.from({ length: MAX_OPEN_GAPS - 1 }, (_, i) => `@${2 * i + 1}+1`));
    expect(again.at(-1)).toBe(`@${2 * MAX_OPEN_GAPS - 1}+${302 - 2 * MAX_OPEN_GAPS}`);
    fixture.receive(...Array.from({ length: 150 }, (_, i) => 2 * i + 1), 300);
    fixture.pass(DELAY_NS + 2 * LONG_NS + 1);
    expect(fixture.rebuildPosition).toBe(302 * FRAME);
  });

  it('waits twice as long each time that it was over, but no longer than the sender does', () => {
    const [US, MS] = [1000, 1_000_000];
    expect([0, 1, 2, 9].map((count) => retryDelayNs(count, 100 * US))).toEqual([100 * US, 200 * US, 400 * US, 10 * MS]);
    expect([0, 1, 2, 9].map((count) => retryDelayNs(count, 8 * MS))).toEqual([8 * MS, 10 * MS, 10 * MS, 10 * MS]);
    expect([0, 1, 2, 9].map((count) => retryDelayNs(count, 30 * MS))).toEqual([30 * MS, 30 * MS, 30 * MS, 30 * MS]);
  });

  it('takes payload of a frame that is being written for no frame behind a gap', () => {
    const fixture = new Fixture();
    fixture.receive(0, 4);
    const payload = [FRAME + 32, 3 * FRAME - 32, 3 * FRAME + 32];
    for (const offset of payload) {
      fixture.term.putInt32(offset, 0x7fffffff);
    }
    fixture.pass(0);
    expect(fixture.pass(DELAY_NS)).toEqual(['!@1+3']);
    fixture.receive(1); // the others were lost on the way
    fixture.pass(2 * LONG_NS);
    expect(fixture.rebuildPosition).toBe(2 * FRAME);
    expect(fixture.pass(4 * LONG_NS)).toContain('@2+2');
    fixture.receive(3);
    fixture.pass(5 * LONG_NS);
    expect(fixture.rebuildPosition).toBe(2 * FRAME);
    fixture.receive(2);
    fixture.pass(6 * LONG_NS);
    expect(fixture.rebuildPosition).toBe(5 * FRAME);
  });

  it('asks again for what payload that looks like a frame has hidden', () => {
    const fixture = new Fixture();
    fixture.receive(0, 9);
    putFrame(fixture.term, INITIAL_TERM_ID, FRAME + 32, 6 * FRAME); // and frame 2 and what follows seem to be there
    fixture.pass(0);
    fixture.receive(1);
    fixture.pass(DELAY_NS);
    expect(fixture.rebuildPosition).toBe(2 * FRAME);
    fixture.pass(2 * DELAY_NS);
    expect(fixture.pass(3 * LONG_NS)).toContain('@2+7');
  });

  it.each(Array.from({ length: 200 }, (_, seed) => seed))(
    'never passes over what is missing while frames are being written (seed %d)',
    (seed) => {
      const random = new SeededRandom(seed);
      const fixture = new Fixture();
      const { term } = fixture;
      const frames = TERM_LENGTH / 4 / FRAME;
      const isThere = new Array<boolean>(frames).fill(false);
      let nowNs = 0;
      let writing = -1;
      while (isThere.includes(false)) {
        if (writing < 0) {
          writing = random.nextInt(frames);
          beginFrame(term, INITIAL_TERM_ID, writing * FRAME);
          if (!isThere[writing]) {
            term.putInt32(writing * FRAME + 32, random.chance(0.5) ? 0x7fffffff : random.nextInt(4 * FRAME));
          }
        } else {
          isThere[writing] = true;
          fixture.receive(writing);
          writing = -1;
        }
        nowNs += random.nextInt(LONG_NS);
        fixture.pass(nowNs);
        const first = isThere.indexOf(false);
        expect(fixture.rebuildPosition).toBeLessThanOrEqual((first < 0 ? frames : first) * FRAME);
      }
      fixture.pass(nowNs + 1);
      expect(fixture.rebuildPosition).toBe(frames * FRAME);
    },
  );

  it('allocates nothing, whatever is lost and repaired', () => {
    const term = AtomicBuffer.allocate(TERM_LENGTH);
    const state = { rebuildPosition: 0, hwmPosition: 0, initialTermId: 0 };
    let asked = 0;
    const ask = () => {
      asked++;
      return true;
    };
    const detector = new WindowLossDetector(new StaticDelayGenerator(0, RETRY_NS), { request: ask, requestAgain: ask });
    const nowNs = new Float64Array(1);
    let pass = 0;
    // Eight passes in each term: gaps of three frames are seen, asked for, repaired in the middle, asked for again, repaired.
    const scan = () => {
      const step = pass % 8;
      state.rebuildPosition = ((pass >> 3) % 4096) * TERM_LENGTH;
      state.hwmPosition = state.rebuildPosition + 64 * FRAME;
      for (let i = 0; i < 64; i++) {
        const isMissing = i % 5 < 3 && (step < 3 || (step < 7 && i % 5 !== 1));
        putFrame(term, (pass >> 3) % 4096, i * FRAME, isMissing ? 0 : FRAME);
      }
      nowNs[0] = (nowNs[0] as number) + 3_000_000;
      pass = (pass + 1) | 0;
      detector.scan(term, state, nowNs[0] as number);
    };
    // The time may be boxed on its way into what is called: numbers of 16 bytes.
    expect(allocationPerCall(scan, 20_000)).toBeLessThan(56);
    expect(asked).toBeGreaterThan((3 * pass) / 2);
  });
});
