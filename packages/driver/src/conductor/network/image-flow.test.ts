// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer, AtomicCounter } from '@aeron/core/internal';
import { allocationPerCall, SeededRandom } from '@aeron/core/testing';
import { type CongestionControl, StaticWindowCongestionControl } from '../../congestion/congestion-control.ts';
import { StaticDelayGenerator } from '../../loss/feedback-delay.ts';
import { LossDetector } from '../../loss/loss-detector.ts';
import { ImageState } from '../../shared-state/image-state.ts';
import { createStateMemory, stateSlot } from '../../shared-state/state-table.ts';
import { ImageFlow } from './image-flow.ts';

const TERM_LENGTH = 64 * 1024;
const WINDOW = TERM_LENGTH / 2;
const FRAME = 1024;
const TERM_ID = 9;

class Fixture {
  readonly terms = [0, 1, 2].map(() => AtomicBuffer.allocate(TERM_LENGTH));
  readonly state = new ImageState(stateSlot(createStateMemory(), 0));
  readonly hwm: AtomicCounter;
  readonly rebuild: AtomicCounter;
  readonly gaps: [termId: number, offset: number, length: number][] = [];
  readonly flow: ImageFlow;
  readonly #values = AtomicBuffer.allocate(128 * 16);
  #counters = 0;

  constructor(joinPosition = 0, congestionControl: CongestionControl = new StaticWindowCongestionControl(WINDOW)) {
    this.hwm = this.counter();
    this.rebuild = this.counter();
    this.flow = new ImageFlow({
      ...{ terms: this.terms, termLength: TERM_LENGTH, initialTermId: TERM_ID, joinPosition, congestionControl },
      ...{ hwmPosition: this.hwm, rebuildPosition: this.rebuild, state: this.state },
      lossDetector: new LossDetector(new StaticDelayGenerator(0, 100), (...gap) => this.gaps.push(gap)),
    });
  }

  counter(): AtomicCounter {
    return new AtomicCounter(this.#values, this.#counters++);
  }

  subscribe(): AtomicCounter {
    const position = this.counter();
    position.set(this.flow.joinPosition());
    this.flow.addSubscriber(position);
    return position;
  }

  /** Asked too often for `expect`. */
  expectFrame(position: number, length: number): void {
    const found = this.#termOf(position).getInt32(position % TERM_LENGTH);
    if (found !== length) {
      throw new Error(`unexpected frame: position=${position} length=${found} expected=${length}`);
    }
  }

  receive(position: number): void {
    const term = this.#termOf(position);
    const offset = position % TERM_LENGTH;
    term.setMemory(offset, FRAME, 0x77);
    term.putInt32(offset + 8, offset);
    term.putInt32(offset + 20, TERM_ID + Math.floor(position / TERM_LENGTH));
    term.putInt32Release(offset, FRAME);
    this.hwm.proposeMaxRelease(position + FRAME);
  }

  get scheduled(): { readonly position: number; readonly windowLength: number; readonly change: number } {
    const change = this.state.readStatusMessage();
    return { position: this.state.smPosition, windowLength: this.state.smWindowLength, change };
  }

  #termOf(position: number): AtomicBuffer {
    return this.terms[Math.floor(position / TERM_LENGTH) % 3] as AtomicBuffer;
  }
}

describe('ImageFlow', () => {
  it('has moved in each pass while a subscriber is behind, and rests once nobody is', () => {
    const fixture = new Fixture();
    const { flow } = fixture;
    const position = fixture.subscribe();
    flow.update(0);
    flow.update(0);
    expect(flow.hasMoved).toBe(false);
    fixture.receive(0);
    for (let i = 0; i < 3; i++) {
      flow.update(0);
      expect(flow.hasMoved).toBe(true);
    }
    position.set(FRAME);
    flow.update(0);
    flow.update(0);
    expect(flow.hasMoved).toBe(false);
  });

  it('starts where the stream is joined', () => {
    const join = TERM_LENGTH + 2 * FRAME;
    const fixture = new Fixture(join);
    const position = fixture.subscribe();
    expect([fixture.hwm.get(), fixture.rebuild.get(), position.get()]).toEqual([join, join, join]);
    expect(fixture.flow.isComplete).toBe(true);
    fixture.receive(join);
    expect(fixture.flow.isComplete).toBe(false);
    fixture.flow.update(0);
    expect(fixture.flow.isComplete).toBe(true);
    expect(fixture.flow.isDrained()).toBe(false);
    position.set(join + FRAME);
    expect(fixture.flow.isDrained()).toBe(true);
  });

  it('says nothing while nobody subscribes', () => {
    const fixture = new Fixture();
    fixture.receive(0);
    expect(fixture.flow.update(0)).toBe(0);
    expect(fixture.rebuild.get()).toBe(0);
    expect(fixture.scheduled.change).toBe(0);
  });

  it('crosses the end of a term in the next pass', () => {
    const fixture = new Fixture(TERM_LENGTH - FRAME);
    fixture.subscribe();
    fixture.receive(TERM_LENGTH - FRAME);
    fixture.receive(TERM_LENGTH);
    fixture.flow.update(0);
    expect(fixture.rebuild.get()).toBe(TERM_LENGTH);
    fixture.flow.update(1);
    expect(fixture.rebuild.get()).toBe(TERM_LENGTH + FRAME);
  });

  it('names a gap by its term', () => {
    const fixture = new Fixture(TERM_LENGTH);
    fixture.subscribe();
    fixture.receive(TERM_LENGTH + 3 * FRAME);
    fixture.flow.update(0);
    expect(fixture.gaps).toEqual([[TERM_ID + 1, 0, 3 * FRAME]]);
  });

  it('announces a window that changes, and what congestion control forces', () => {
    let windowLength = WINDOW;
    let isForced = false;
    const rtts: number[] = [];
    const congestionControl = {
      ...{ name: 'test', initialWindowLength: WINDOW, maxWindowLength: WINDOW },
      get windowLength() {
        return windowLength;
      },
      onTrackRebuild: () => isForced,
      onRttMeasurement: (rttNs: number) => {
        rtts.push(rttNs);
      },
      shouldMeasureRtt: (nowNs: number): boolean => nowNs === 5,
    };
    const fixture = new Fixture(0, congestionControl);
    fixture.subscribe();
    expect(fixture.flow.update(0)).toBe(0);
    windowLength = WINDOW / 2;
    expect(fixture.flow.update(1)).toBe(1);
    expect(fixture.scheduled).toEqual({ position: 0, windowLength: WINDOW / 2, change: 1 });
    expect(fixture.flow.windowLength).toBe(WINDOW / 2);
    expect(fixture.flow.update(2)).toBe(0);
    isForced = true;
    expect(fixture.flow.update(3)).toBe(1);
    fixture.state.onRtt(1234);
    fixture.flow.update(4);
    fixture.flow.update(4);
    expect(rtts).toEqual([1234]);
    expect(fixture.state.rttRequestCount).toBe(0);
    fixture.flow.update(5);
    expect(fixture.state.rttRequestCount).toBe(1);
  });

  it('lets a subscriber join where the slowest of the others is, never before what was announced', () => {
    const fixture = new Fixture();
    const first = fixture.subscribe();
    for (let position = 0; position < WINDOW; position += FRAME) {
      fixture.receive(position);
    }
    first.set(WINDOW / 2);
    fixture.flow.update(0);
    expect(fixture.flow.joinPosition()).toBe(WINDOW / 2);
    first.set(-77); // a subscriber that lies
    expect(fixture.flow.joinPosition()).toBe(WINDOW / 2);
    fixture.flow.removeSubscriber(first);
    expect(fixture.flow.joinPosition()).toBe(WINDOW);
  });

  it.each([1, 2, 3, 4])('cleans every term before it comes round, and nothing that may be read (seed %d)', (seed) => {
    const random = new SeededRandom(seed);
    const fixture = new Fixture();
    const subscribers = [fixture.subscribe(), fixture.subscribe()];
    const missing: number[] = [];
    let highest = 0;
    for (let i = 0; i < 2000; i++) {
      fixture.flow.update(i);
      const { position: announced, windowLength } = fixture.scheduled;
      const limit = announced + (windowLength || WINDOW);
      for (let n = random.nextInt(20); n > 0 && highest + FRAME <= limit; n--) {
        fixture.expectFrame(highest, 0);
        if (random.chance(0.1)) {
          missing.push(highest);
        } else {
          fixture.receive(highest);
        }
        highest += FRAME;
      }
      if (random.chance(0.5)) {
        const found = missing.shift();
        if (found !== undefined) {
          fixture.receive(found);
        }
      }
      const complete = fixture.rebuild.get();
      for (const subscriber of subscribers) {
        const position = subscriber.get();
        for (let at = position; at < complete; at += FRAME) {
          fixture.expectFrame(at, FRAME);
        }
        subscriber.set(position + random.nextInt((complete - position) / FRAME + 1) * FRAME);
      }
    }
    expect(highest).toBeGreaterThan(10 * TERM_LENGTH);
  });

  it('allocates nothing in a pass', () => {
    const fixture = new Fixture();
    const subscriber = fixture.subscribe();
    const now = new Float64Array(2);
    const idle = () => {
      now[0] = (now[0] as number) + 1000;
      fixture.flow.update(now[0] as number);
    };
    expect(allocationPerCall(idle, 20_000)).toBeLessThan(8);
    const moving = () => {
      const position = now[1] as number;
      fixture.receive(position);
      now[1] = position + FRAME;
      now[0] = (now[0] as number) + 1000;
      subscriber.set(position + FRAME);
      fixture.flow.update(now[0] as number);
    };
    expect(allocationPerCall(moving, 20_000)).toBeLessThan(8);
  });
});
