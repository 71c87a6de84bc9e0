// SPDX-License-Identifier: Apache-2.0
import { DRIVER_COUNTERS } from '@aeron/codecs/internal';
import { type DriverOfTest, TOOL_DIRECTORY, ToolHarness } from '../testing/tool-harness.ts';
import { formatTime } from '../text/dates.ts';
import { aeronStat, type StatOptions } from './aeron-stat.ts';
import { liveStat, type StatTerminal } from './live-stat.ts';
import type { ScreenLine, ScrollKey } from './stat-screen.ts';

const STREAM = { registrationId: 5, sessionId: -7, streamId: 1001, channel: 'aeron:ipc' };
const ONCE: StatOptions = { updateIntervalMs: 1000, watch: false, filter: { type: /^1$/ } };
const WATCH: StatOptions = { ...ONCE, watch: true };

let harness: ToolHarness;
let driver: DriverOfTest;
let limitId: number;
beforeEach(() => {
  harness = new ToolHarness();
  driver = harness.startDriver();
  limitId = driver.addStream(DRIVER_COUNTERS.PUBLISHER_LIMIT, STREAM, 1_048_576);
});

const header = (ageMs: number) => {
  const time = formatTime(harness.platform.clock.epochMs());
  return `${time} - Aeron Stat (CnC v0.2.0), pid ${driver.cnc.pid}, heartbeat age ${ageMs}ms`;
};

describe('aeron-stat in a pipe', () => {
  it('prints one look in the form of the reference', async () => {
    const text = await harness.textOf(aeronStat(harness.call(), ONCE));
    expect(text.split('\n')).toEqual([
      header(0),
      '='.repeat(70),
      '  46:                  1,048,576 - pub-lmt: 5 -7 1001 aeron:ipc',
      '--',
      '',
    ]);
  });

  it('prints no control character of a label', async () => {
    driver.counters.allocate('evil\u001b[2J\nlabel', 1);
    const text = await harness.textOf(aeronStat(harness.call(), ONCE));
    expect(text).toContain('  47:                          0 - evil.[2J.label\n');
  });

  it('goes on looking until it is told to end', async () => {
    const text = aeronStat(harness.call(), WATCH);
    const looks: string[] = [];
    const done = harness.run(
      (async () => {
        for await (const look of text) {
          looks.push(look);
          driver.counters.setCounterValue(limitId, looks.length);
          if (looks.length === 3) {
            harness.aborting.abort();
          }
        }
      })(),
    );
    await done;
    expect(looks).toHaveLength(3);
    expect(looks[2]).toContain('  46:                          2 - pub-lmt');
    expect(harness.world.nowNs).toBeGreaterThanOrEqual(2000e6);
  });

  it('prints a document for programs', async () => {
    const text = await harness.textOf(aeronStat(harness.call({ json: true }), ONCE));
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toEqual({
      timestampMs: harness.platform.clock.epochMs(),
      path: `${TOOL_DIRECTORY}/cnc.dat`,
      cncVersion: '0.2.0',
      pid: driver.cnc.pid,
      startTimestampMs: driver.cnc.startTimestampMs,
      heartbeatMs: driver.cnc.startTimestampMs,
      heartbeatAgeMs: 0,
      counters: [expect.objectContaining({ id: 46, typeId: 1, value: 1_048_576, key: STREAM })],
    });
  });

  it('fails where there is no driver, after having waited for one', async () => {
    const call = harness.call({ directory: '/dev/shm/aeron-none', timeoutMs: 500 });
    await expect(harness.textOf(aeronStat(call, ONCE))).rejects.toMatchObject({ code: 'CNC_NOT_READY' });
    expect(harness.world.nowNs).toBeGreaterThanOrEqual(500e6);
  });

  it('waits for a driver that is just starting', async () => {
    const directory = '/dev/shm/aeron-late';
    const text = harness.textOf(aeronStat(harness.call({ directory, timeoutMs: 5000 }), { ...ONCE, filter: {} }));
    await new Promise((resolve) => setImmediate(resolve));
    harness.startDriver(directory);
    expect(await text).toContain('Bytes sent');
  });

  it('stops waiting when it is told to end', async () => {
    const call = harness.call({ directory: '/dev/shm/aeron-none', timeoutMs: 1e9 });
    const text = harness.textOf(aeronStat(call, ONCE));
    harness.aborting.abort();
    await expect(text).rejects.toMatchObject({ code: 'CNC_NOT_READY' });
  });
});

class FakeTerminal implements StatTerminal {
  rows = 10;
  columns = 80;
  isClosed = false;
  readonly frames: (readonly ScreenLine[])[] = [];
  press: (key: ScrollKey | undefined) => void = () => undefined;
  readonly #onFrame: (count: number) => void;

  constructor(onFrame: (count: number) => void) {
    this.#onFrame = onFrame;
  }

  draw(lines: readonly ScreenLine[]): void {
    this.frames.push(lines);
    this.#onFrame(this.frames.length);
  }

  onChange(listener: (key: ScrollKey | undefined) => void): void {
    this.press = listener;
  }

  close(): void {
    this.isClosed = true;
  }
}

describe('aeron-stat on a terminal', () => {
  it('draws a frame per interval, and one when a key or the size asks for it', async () => {
    const terminal = new FakeTerminal((count) => {
      if (count === 1) {
        driver.counters.setCounterValue(0, 500);
        terminal.press('pagedown');
      } else if (count === 2) {
        terminal.press('home');
      } else if (count === 4) {
        terminal.rows = 5;
        terminal.press(undefined);
      } else if (count === 5) {
        harness.aborting.abort();
      }
    });
    await harness.run(liveStat(harness.call(), { ...WATCH, filter: {} }, () => terminal));
    const tops = terminal.frames.map((lines) => lines[2]?.text.trim().split(':')[0]);
    expect(tops).toEqual(['0', '7', '0', '0', '0']);
    expect(terminal.frames.map((lines) => lines.length)).toEqual([10, 10, 10, 10, 5]);
    expect(terminal.frames[2]?.[2]?.style).toBe('plain');
    expect(terminal.frames[3]?.[2]).toEqual({
      text: '   0:                        500 - Bytes sent',
      style: 'changed',
    });
    expect(terminal.isClosed).toBe(true);
  });

  it('gives the terminal back when it fails', async () => {
    const terminal = new FakeTerminal(() => {
      throw new Error('can not draw');
    });
    await expect(harness.run(liveStat(harness.call(), WATCH, () => terminal))).rejects.toThrow('can not draw');
    expect(terminal.isClosed).toBe(true);
  });

  it('opens no terminal where there is no driver', async () => {
    const open = jest.fn();
    await expect(
      harness.run(liveStat(harness.call({ directory: '/dev/shm/aeron-none' }), WATCH, open)),
    ).rejects.toMatchObject({ code: 'CNC_NOT_READY' });
    expect(open).not.toHaveBeenCalled();
  });
});
