// SPDX-License-Identifier: Apache-2.0
import { SeededRandom } from '@aeron/core/testing';
import { MAX_LIVE_RECEIVERS, ReceiverLiveness } from './receiver-liveness.ts';

const TIMEOUT_NS = 1000;

describe('receiver liveness', () => {
  it.each([1, 2, 3])('does what a plain map does (seed %i)', (seed) => {
    const random = new SeededRandom(seed);
    const liveness = new ReceiverLiveness();
    const model = new Map<string, number>();
    let nowNs = 0;
    for (let i = 0; i < 1500; i++) {
      nowNs += random.nextInt(100);
      const [low, high] = [random.nextInt(6) - 3, random.nextInt(3) - 1];
      const key = `${low} ${high}`;
      if (random.chance(0.2)) {
        expect(liveness.remove(low, high)).toBe(model.delete(key));
      } else if (random.chance(0.6)) {
        liveness.onStatusMessage(low, high, nowNs);
        model.set(key, nowNs);
      } else {
        liveness.onIdle(nowNs, TIMEOUT_NS);
        for (const [id, lastNs] of [...model].filter(([, lastNs]) => lastNs <= nowNs - TIMEOUT_NS)) {
          expect(model.get(id)).toBe(lastNs);
          model.delete(id);
        }
      }
      expect([liveness.receiverCount, liveness.hasReceivers]).toEqual([model.size, model.size > 0]);
      expect(liveness.contains(low, high)).toBe(model.has(key));
    }
  });

  it('is bounded, and still hears those that it knows', () => {
    const liveness = new ReceiverLiveness();
    for (let i = 0; i < MAX_LIVE_RECEIVERS + 10; i++) {
      liveness.onStatusMessage(i, 0, 0);
    }
    expect(liveness.receiverCount).toBe(MAX_LIVE_RECEIVERS);
    liveness.onStatusMessage(5, 0, 500);
    liveness.onIdle(TIMEOUT_NS, TIMEOUT_NS);
    expect(liveness.receiverCount).toBe(1);
    expect(liveness.contains(5, 0)).toBe(true);
  });
});
