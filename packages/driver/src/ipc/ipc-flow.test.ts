// SPDX-License-Identifier: Apache-2.0
import { allocationPerCall } from '@aeron/core/testing';
import { IpcLog, TERM_LENGTH } from '../testing/ipc-log.ts';
import { IpcFlow } from './ipc-flow.ts';

const WINDOW = TERM_LENGTH / 2;
const TRIP = WINDOW / 8;

function fixture(start?: { initialTermId: number; termId: number; termOffset: number }) {
  const log = new IpcLog(start);
  const publisherPosition = log.newCounter();
  const publisherLimit = log.newCounter();
  const flow = new IpcFlow({
    terms: log.mapped.terms,
    metadata: log.mapped.metadata,
    termLength: TERM_LENGTH,
    initialTermId: log.start.initialTermId,
    windowLength: WINDOW,
    publisherPosition,
    publisherLimit,
  });
  const subscribe = () => {
    const position = log.newCounter();
    position.set(flow.joinPosition());
    flow.addSubscriber(position);
    return position;
  };
  return { log, flow, publisherPosition, publisherLimit, subscribe };
}

describe('IpcFlow', () => {
  it('lets nothing be published while nobody subscribes', () => {
    const { flow, publisherLimit } = fixture();
    expect(flow.update()).toBe(0);
    expect(publisherLimit.get()).toBe(0);
  });

  it('opens a window ahead of the first subscriber', () => {
    const { flow, publisherLimit, subscribe } = fixture();
    subscribe();
    expect(flow.update()).toBe(1);
    expect(publisherLimit.get()).toBe(WINDOW);
    expect(flow.update()).toBe(0);
  });

  it('moves the limit with the slowest subscriber, but not before it gains an eighth of the window', () => {
    const { log, flow, publisherLimit, subscribe } = fixture();
    const slow = subscribe();
    const fast = subscribe();
    flow.update();
    log.publishToPosition(WINDOW);
    fast.set(WINDOW);
    slow.set(TRIP - 32);
    expect(flow.update()).toBe(0);
    expect(publisherLimit.get()).toBe(WINDOW);
    slow.set(TRIP);
    expect(flow.update()).toBe(1);
    expect(publisherLimit.get()).toBe(WINDOW + TRIP);
  });

  it('samples the position of the publisher in every pass', () => {
    const { log, flow, publisherPosition } = fixture();
    log.publishToPosition(4096);
    flow.update();
    expect(publisherPosition.get()).toBe(4096);
  });

  it('lets a subscriber join where the slowest of the others is', () => {
    const { log, flow, subscribe } = fixture();
    const first = subscribe();
    const second = subscribe();
    flow.update();
    log.publishToPosition(8192);
    first.set(8192);
    second.set(4096);
    flow.update();
    expect(flow.joinPosition()).toBe(4096);
    flow.removeSubscriber(second);
    expect(flow.joinPosition()).toBe(8192);
  });

  it('pulls the limit back to what was consumed when the last subscriber goes, and cleans up to there', () => {
    const { log, flow, publisherLimit, subscribe } = fixture();
    const only = subscribe();
    flow.update();
    log.publishToPosition(8192);
    only.set(4096);
    flow.update();
    flow.removeSubscriber(only);
    expect(flow.update()).toBe(1);
    expect(publisherLimit.get()).toBe(4096);
    expect(flow.joinPosition()).toBe(4096);
    expect(log.isZero(0, 4096)).toBe(true);
    expect(log.isZero(4096, 4096)).toBe(false);
    expect(flow.update()).toBe(0);
    subscribe();
    expect(flow.update()).toBe(1);
    expect(publisherLimit.get()).toBe(4096 + WINDOW);
  });

  it('zeroes what all have consumed and not a byte more', () => {
    const { log, flow, subscribe } = fixture();
    const only = subscribe();
    flow.update();
    log.publishToPosition(WINDOW);
    only.set(TRIP);
    flow.update();
    expect(log.isZero(0, TRIP)).toBe(true);
    expect(log.frameLengthAt(TRIP)).toBe(1024);
  });

  it('finds every term clean again when the stream comes round to it, over several rotations', () => {
    const { log, flow, publisherLimit, subscribe } = fixture();
    const only = subscribe();
    flow.update();
    let published = 0;
    let consumed = 0;
    while (published < 7 * TERM_LENGTH) {
      while (published < publisherLimit.get()) {
        const result = log.publish(1024 - 32, 0xab);
        published = result > 0 ? result : published;
      }
      for (; consumed < published; consumed += 1024) {
        expect(log.frameLengthAt(consumed)).toBe(1024);
        only.set(consumed + 1024);
        flow.update();
      }
    }
    // What lies ahead within the window was written before, two terms ago, and must be zero now.
    for (let position = published; position < publisherLimit.get(); position += 1024) {
      expect(log.isZero(position, 1024)).toBe(true);
    }
  });

  it('starts at a given position', () => {
    const start = { initialTermId: -2, termId: 3, termOffset: 4096 };
    const { flow, publisherPosition, publisherLimit, subscribe } = fixture(start);
    const position = 5 * TERM_LENGTH + 4096;
    expect([publisherPosition.get(), publisherLimit.get(), flow.consumerPosition]).toEqual([
      position,
      position,
      position,
    ]);
    expect(subscribe().get()).toBe(position);
    flow.update();
    expect(publisherLimit.get()).toBe(position + WINDOW);
  });

  it.each([-1, 33, 4096 + 8, 2 ** 40, 2 ** 62, -(2 ** 40)])(
    'neither fails nor lets the publisher overrun when a subscriber stores the position %d',
    (wrong) => {
      const { log, flow, publisherLimit, subscribe } = fixture();
      const honest = subscribe();
      const liar = subscribe();
      flow.update();
      log.publishToPosition(8192);
      liar.set(wrong);
      honest.set(4096);
      for (let i = 0; i < 5; i++) {
        flow.update();
      }
      expect(publisherLimit.get()).toBeLessThanOrEqual(4096 + WINDOW);
      expect(flow.consumerPosition).toBeLessThanOrEqual(8192);
      expect(log.isZero(4096, 4096)).toBe(false);
    },
  );

  it('lets a lone subscriber that lies drive the publisher no further than a window ahead of itself', () => {
    const { log, flow, publisherLimit, subscribe } = fixture();
    const liar = subscribe();
    flow.update();
    log.publishToPosition(8192);
    liar.set(2 ** 40);
    flow.update();
    expect(publisherLimit.get()).toBe(8192 + WINDOW);
    expect(flow.consumerPosition).toBe(8192);
  });

  it('knows when all has been consumed', () => {
    const { log, flow, subscribe } = fixture();
    const [a, b] = [subscribe(), subscribe()];
    log.publishToPosition(4096);
    a.set(4096);
    expect(flow.isDrainedTo(4096)).toBe(false);
    b.set(4096);
    expect(flow.isDrainedTo(4096)).toBe(true);
  });

  it('allocates nothing in a pass', () => {
    const { log, flow, subscribe } = fixture();
    const [only, other] = [subscribe(), subscribe()];
    let position = 0;
    const pass = () => {
      if (position < 2 * TERM_LENGTH) {
        position = Math.max(position, log.publish(1024 - 32));
        only.set(position);
        other.set(position);
      }
      flow.update();
    };
    expect(allocationPerCall(pass, 100_000)).toBeLessThan(1);
  });
});
