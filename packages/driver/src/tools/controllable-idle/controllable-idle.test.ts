// SPDX-License-Identifier: Apache-2.0
import { SystemCounterId } from '@aeron/codecs/internal';
import { type DriverOfTest, TOOL_DIRECTORY, ToolHarness } from '../testing/tool-harness.ts';
import { parseIdleStatus, setControllableIdle } from './controllable-idle.ts';

const ID = SystemCounterId.CONTROLLABLE_IDLE_STRATEGY;
let harness: ToolHarness;
let driver: DriverOfTest;
beforeEach(() => {
  harness = new ToolHarness();
  driver = harness.startDriver();
});

describe('set-controllable-idle-strategy', () => {
  it('sets the status that the driver follows', async () => {
    driver.counters.setCounterValue(ID, 4);
    expect(await harness.textOf(setControllableIdle(harness.call(), 2))).toBe(
      'Set ControllableIdleStrategy status to 2\n',
    );
    expect(driver.counters.getCounterValue(ID)).toBe(2);
    expect(harness.remarks).toEqual([]);
  });

  it('remarks that nobody seems to follow a status of 0', async () => {
    const text = await harness.textOf(setControllableIdle(harness.call({ json: true }), 3));
    expect(JSON.parse(text)).toEqual({ path: `${TOOL_DIRECTORY}/cnc.dat`, counterId: ID, previous: 0, status: 3 });
    expect(harness.remarks).toEqual([expect.stringContaining('no agent of this driver uses')]);
  });

  it('leaves the file of a driver that is gone alone', async () => {
    harness.world.step(10_001e6);
    await expect(harness.textOf(setControllableIdle(harness.call(), 2))).rejects.toMatchObject({
      code: 'DRIVER_TIMEOUT',
    });
    expect(driver.counters.getCounterValue(ID)).toBe(0);
  });

  it('says so when the driver has no such counter', async () => {
    driver.counters.free(ID);
    await expect(harness.textOf(setControllableIdle(harness.call(), 2))).rejects.toThrow(
      'Could not find ControllableIdleStrategy status.',
    );
  });

  it('fails where it may not write', async () => {
    harness.host.disk.faults.permit(`${TOOL_DIRECTORY}/cnc.dat`, 'read-only');
    await expect(harness.textOf(setControllableIdle(harness.call(), 2))).rejects.toMatchObject({
      code: 'FILE_ACCESS',
      message: expect.stringContaining('EACCES'),
    });
  });
});

describe('an idle status', () => {
  it.each([
    ['0', 0],
    ['-7', -7],
    ['noop', 1],
    ['busy-spin', 2],
    ['yield', 3],
    ['park', 4],
    ['not-controlled', 0],
  ])('may be given as %s', (text, status) => {
    expect(parseIdleStatus(text)).toBe(status);
  });

  it.each(['', 'spin', '1.5', '2147483648', '0x1'])('is not %j', (text) => {
    expect(() => parseIdleStatus(text)).toThrow(`status=${text}`);
  });
});
