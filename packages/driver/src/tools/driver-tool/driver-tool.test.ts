// SPDX-License-Identifier: Apache-2.0
import { CommandId } from '@aeron/codecs/internal';
import { type DriverOfTest, TOOL_DIRECTORY, ToolHarness } from '../testing/tool-harness.ts';
import { formatDateTime, formatTime } from '../text/dates.ts';
import { driverTool } from './driver-tool.ts';

let harness: ToolHarness;
let driver: DriverOfTest;
beforeEach(() => {
  harness = new ToolHarness();
  driver = harness.startDriver();
});

/** Type ids of the commands that have arrived. */
function received(): number[] {
  const ids: number[] = [];
  driver.toDriver.read((typeId) => {
    ids.push(typeId);
  }, 10);
  return ids;
}

describe('driver-tool', () => {
  it('tells which driver it is, and its times', async () => {
    const startMs = driver.cnc.startTimestampMs;
    harness.world.step(3000e6);
    driver.heartbeat();
    harness.world.step(1000e6);
    const nowMs = harness.platform.clock.epochMs();
    expect((await harness.textOf(driverTool(harness.call(), 'describe'))).split('\n')).toEqual([
      `Command \`n Control file: ${TOOL_DIRECTORY}/cnc.dat`,
      `Version: 512, PID: ${driver.cnc.pid}`,
      `${formatTime(nowMs)} (start: ${formatDateTime(startMs)}, activity: ${formatDateTime(nowMs - 1000)})`,
      '',
    ]);
  });

  it('tells its process id alone', async () => {
    expect(await harness.textOf(driverTool(harness.call(), 'pid'))).toBe(`${driver.cnc.pid}\n`);
  });

  it('sends a request to end, and says nothing', async () => {
    expect(await harness.textOf(driverTool(harness.call(), 'terminate'))).toBe('');
    expect(received()).toEqual([CommandId.TERMINATE_DRIVER]);
  });

  it('sends none to a driver that is gone', async () => {
    harness.world.step(10_001e6);
    const text = harness.textOf(driverTool(harness.call(), 'terminate'));
    await expect(text).rejects.toMatchObject({ code: 'DRIVER_TIMEOUT' });
    expect(received()).toEqual([]);
  });

  it('tells of a driver that is to live only when it does', async () => {
    const alive = () => harness.textOf(driverTool(harness.call(), 'alive'));
    expect(await alive()).toBe(await harness.textOf(driverTool(harness.call(), 'describe')));
    harness.world.step(10_001e6);
    await expect(alive()).rejects.toMatchObject({ code: 'DRIVER_TIMEOUT' });
  });

  it('still tells what a driver has left behind', async () => {
    driver.toDriver.putConsumerHeartbeatTimeMs(-1);
    const text = await harness.textOf(driverTool(harness.call(), 'describe'));
    expect(text).toContain(`activity: ${formatDateTime(-1)})`);
  });

  it('answers programs', async () => {
    const { pid, startTimestampMs } = driver.cnc;
    const answers = [];
    for (const task of ['pid', 'terminate', 'describe'] as const) {
      answers.push(JSON.parse(await harness.textOf(driverTool(harness.call({ json: true }), task))));
    }
    const facts = { path: `${TOOL_DIRECTORY}/cnc.dat`, cncVersion: '0.2.0', pid, startTimestampMs };
    expect(answers).toEqual([{ pid }, { pid, terminationRequested: true }, expect.objectContaining(facts)]);
  });
});
