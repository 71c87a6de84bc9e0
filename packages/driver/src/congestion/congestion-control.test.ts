// SPDX-License-Identifier: Apache-2.0
import { StaticWindowCongestionControl } from './congestion-control.ts';
import { CubicCongestionControl, type CubicOptions } from './cubic-congestion-control.ts';

const MTU = 1408;
const MAX_WINDOW = 128 * 1024;
const MS = 1_000_000;
const quiet = { consumptionPosition: 0, lastStatusMessagePosition: 0, hasFoundLoss: false };
const loss = { ...quiet, hasFoundLoss: true };

function cubic(options: Partial<CubicOptions> = {}) {
  const windows: number[] = [];
  const control = new CubicCongestionControl(
    {
      mtuLength: MTU,
      maxWindowLength: MAX_WINDOW,
      measureRtt: true,
      initialRttNs: 100_000,
      tcpMode: false,
      onRtt: () => undefined,
      onWindow: (windowLength) => windows.push(windowLength),
      ...options,
    },
    0,
  );
  return { control, windows };
}

it('a static window stays as it is', () => {
  const control = new StaticWindowCongestionControl(MAX_WINDOW);
  expect(control.onTrackRebuild()).toBe(false);
  expect(control.windowLength).toBe(MAX_WINDOW);
  expect(control.shouldMeasureRtt()).toBe(false);
});

describe('cubic congestion control', () => {
  it('starts with ten MTUs and never exceeds the largest window', () => {
    const { control } = cubic();
    expect(control.initialWindowLength).toBe(10 * MTU);
    for (let nowNs = MS; nowNs < 60_000 * MS; nowNs += 50 * MS) {
      control.onTrackRebuild(quiet, nowNs);
      expect(control.windowLength).toBeLessThanOrEqual(MAX_WINDOW);
      expect(control.windowLength % MTU).toBe(0);
    }
    expect(control.windowLength).toBe(Math.floor(MAX_WINDOW / MTU) * MTU);
  });

  it('falls by a fifth on loss, forces a status message, and climbs back to where it was along the cubic', () => {
    const { control } = cubic();
    control.onTrackRebuild(quiet, 20_000 * MS);
    const before = control.windowLength / MTU;
    expect(control.onTrackRebuild(loss, 20_001 * MS)).toBe(true);
    expect(control.windowLength / MTU).toBe(Math.trunc(before * 0.8));
    const backNs = 20_001 * MS + Math.cbrt((before * 0.2) / 0.4) * 1e9;
    control.onTrackRebuild(quiet, backNs - 300 * MS);
    expect(control.windowLength / MTU).toBeLessThanOrEqual(before);
    control.onTrackRebuild(quiet, backNs + MS);
    expect(control.windowLength / MTU).toBe(before);
  });

  it('keeps one MTU under repeated loss and then sends a status message for every move', () => {
    const { control } = cubic();
    for (let i = 1; i < 30; i++) {
      control.onTrackRebuild(loss, i);
    }
    expect(control.windowLength).toBe(MTU);
    const moved = { consumptionPosition: 64, lastStatusMessagePosition: 32, hasFoundLoss: false };
    expect(control.onTrackRebuild(moved, 31)).toBe(true);
    expect(control.onTrackRebuild(quiet, 32)).toBe(false);
  });

  it('asks for the round trip every four times its length', () => {
    const { control } = cubic();
    expect(control.shouldMeasureRtt(MS)).toBe(true);
    expect(control.shouldMeasureRtt(MS + 1)).toBe(false);
    control.onRttMeasurement(2 * MS, 3 * MS);
    expect(control.shouldMeasureRtt(11 * MS)).toBe(false);
    expect(control.shouldMeasureRtt(11 * MS + 1)).toBe(true);
    expect(cubic({ measureRtt: false }).control.shouldMeasureRtt(MS)).toBe(false);
  });
});
