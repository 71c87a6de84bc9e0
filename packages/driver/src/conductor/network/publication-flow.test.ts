// SPDX-License-Identifier: Apache-2.0
import { allocationPerCall, SeededRandom } from '@aeron/core/testing';
import { PublicationState } from '../../shared-state/publication-state.ts';
import { createStateMemory, stateSlot } from '../../shared-state/state-table.ts';
import { IpcLog, TERM_LENGTH } from '../../testing/ipc-log.ts';
import { PublicationFlow } from './publication-flow.ts';

const WINDOW = TERM_LENGTH / 2;
const FRAME = 1024;

function fixture(start?: { initialTermId: number; termId: number; termOffset: number }) {
  const log = new IpcLog(start);
  const publisherPosition = log.newCounter();
  const publisherLimit = log.newCounter();
  const senderPosition = log.newCounter();
  const state = new PublicationState(stateSlot(createStateMemory(), 0));
  const flow = new PublicationFlow({
    terms: log.mapped.terms,
    metadata: log.mapped.metadata,
    termLength: TERM_LENGTH,
    initialTermId: log.start.initialTermId,
    windowLength: WINDOW,
    ...{ publisherPosition, publisherLimit, senderPosition, state },
  });
  return { log, flow, publisherPosition, publisherLimit, senderPosition, state };
}

/** Asked too often for `expect`. */
function expectFrame(log: IpcLog, position: number, length: number): void {
  const found = log.frameLengthAt(position);
  if (found !== length) {
    throw new Error(`unexpected frame: position=${position} length=${found} expected=${length}`);
  }
}

describe('PublicationFlow', () => {
  it('starts where the log does', () => {
    const { flow, publisherPosition, publisherLimit, senderPosition } = fixture({
      ...{ initialTermId: 5, termId: 6, termOffset: 96 },
    });
    const start = TERM_LENGTH + 96;
    senderPosition.set(start);
    expect([publisherPosition.get(), publisherLimit.get(), flow.joinPosition()]).toEqual([start, start, start]);
    expect(flow.update(true)).toBe(1);
    expect(publisherLimit.get()).toBe(start + WINDOW);
  });

  it('keeps one term behind the slowest consumer, to the byte', () => {
    const { log, flow, senderPosition, publisherLimit } = fixture();
    let sent = 0;
    while (sent < TERM_LENGTH + 4 * FRAME) {
      flow.update(true);
      log.publishToPosition(sent + FRAME);
      sent += FRAME;
      senderPosition.set(sent);
    }
    flow.update(true);
    expect(publisherLimit.get()).toBe(sent + WINDOW);
    expect(log.isZero(0, 4 * FRAME)).toBe(true);
    expect(log.frameLengthAt(4 * FRAME)).toBe(FRAME);
  });

  it('forgets a spy that goes, whichever it was', () => {
    const { log, flow, senderPosition, publisherLimit, state } = fixture();
    const [slow, fast] = [log.newCounter(), log.newCounter()];
    flow.addSubscriber(slow);
    flow.addSubscriber(fast);
    log.publishToPosition(8 * FRAME);
    senderPosition.set(8 * FRAME);
    fast.set(6 * FRAME);
    slow.set(2 * FRAME);
    flow.update(true);
    expect(publisherLimit.get()).toBe(2 * FRAME + WINDOW);
    expect(state.maxSpyPosition).toBe(8 * FRAME);
    expect(flow.haveSpiesReached(2 * FRAME)).toBe(true);
    expect(flow.haveSpiesReached(3 * FRAME)).toBe(false);
    flow.removeSubscriber(slow);
    flow.removeSubscriber(slow); // one that is not there is fine
    expect(state.hasSpies).toBe(true);
    flow.update(true);
    expect(publisherLimit.get()).toBe(6 * FRAME + WINDOW);
    flow.removeSubscriber(fast);
    expect(state.hasSpies).toBe(false);
  });

  it('does not pull a limit back that is not ahead', () => {
    const { flow, senderPosition, publisherLimit } = fixture();
    expect(flow.update(false)).toBe(0);
    flow.update(true);
    senderPosition.set(4 * FRAME);
    expect(flow.update(false)).toBe(1);
    expect(publisherLimit.get()).toBe(4 * FRAME);
    expect(flow.update(false)).toBe(0);
  });

  it.each([1, 2, 3, 4])('never offers a publisher what is not zero, however all move (seed %d)', (seed) => {
    const random = new SeededRandom(seed);
    const { log, flow, senderPosition, publisherLimit } = fixture();
    const spies = [log.newCounter(), log.newCounter()];
    for (const spy of spies) {
      flow.addSubscriber(spy);
    }
    let published = 0;
    let sent = 0;
    let isConnected = true;
    for (let i = 0; i < 1500; i++) {
      flow.update(isConnected);
      const limit = publisherLimit.get();
      for (let position = published; position < limit; position += FRAME) {
        expectFrame(log, position, 0);
      }
      const target = Math.min(limit, published + random.nextInt(40) * FRAME);
      if (target > published) {
        log.publishToPosition(target);
        published = target;
      }
      if (random.chance(0.7)) {
        sent += random.nextInt((published - sent) / FRAME + 1) * FRAME;
        senderPosition.set(sent);
      }
      for (const spy of spies) {
        const behind = (published - spy.get()) / FRAME;
        spy.set(spy.get() + (random.chance(0.8) ? random.nextInt(behind + 1) * FRAME : 0));
      }
      const kept = Math.max(0, sent - TERM_LENGTH);
      expectFrame(log, kept, published > 0 ? FRAME : 0);
      isConnected = random.chance(0.95);
    }
    expect(published).toBeGreaterThan(10 * TERM_LENGTH);
  });

  it('allocates nothing in a pass', () => {
    const { log, flow, senderPosition } = fixture();
    flow.addSubscriber(log.newCounter());
    const idle = () => {
      flow.update(true);
    };
    expect(allocationPerCall(idle, 50_000)).toBeLessThan(8);
    const spy = log.newCounter();
    const position = new Float64Array(1);
    const moving = () => {
      const next = (position[0] as number) + 4096;
      position[0] = next;
      const termCount = Math.floor(next / TERM_LENGTH);
      log.mapped.metadata.putInt32(24, termCount);
      log.mapped.metadata.putInt32((termCount % 3) * 8, next % TERM_LENGTH);
      log.mapped.metadata.putInt32((termCount % 3) * 8 + 4, log.start.initialTermId + termCount);
      senderPosition.set(next);
      spy.set(next);
      flow.update(true);
    };
    expect(allocationPerCall(moving, 50_000)).toBeLessThan(8);
  });
});
