// SPDX-License-Identifier: Apache-2.0
import { DistinctErrorLog } from '@aeron/core/internal';
import { DriverDirectory } from './driver-directory.ts';
import { FAKE_DIRECTORY, FakeDriver } from './testing/fake-driver.ts';

function open(driver: FakeDriver): DriverDirectory {
  return new DriverDirectory(FAKE_DIRECTORY, { platform: driver.clientPlatform() });
}

describe('the directory of a driver', () => {
  it('lies where the environment says, or else where everybody looks', () => {
    const driver = FakeDriver.started();
    const inEnvironment = driver.clientPlatform({ AERON_DIR: '/dev/shm/elsewhere' });
    expect(new DriverDirectory(undefined, { platform: inEnvironment }).path).toBe('/dev/shm/elsewhere');
    expect(new DriverDirectory(undefined, { platform: driver.clientPlatform() }).path).toBe('/dev/shm/aeron-sim');
    const random = DriverDirectory.random({ platform: driver.clientPlatform() });
    expect(random.path).toMatch(/^\/dev\/shm\/aeron-sim-[0-9a-f-]{36}$/);
    expect(random.cncFilePath).toBe(`${random.path}/cnc.dat`);
  });

  it('tells whether the driver lives', async () => {
    const driver = FakeDriver.started();
    const directory = open(driver);
    await expect(directory.isDriverActive({ driverTimeoutMs: 1000 })).resolves.toBe(true);
    driver.world.step(2_000_000_000);
    await expect(directory.isDriverActive({ driverTimeoutMs: 1000 })).resolves.toBe(false);
    directory.delete();
    await expect(directory.isDriverActive()).resolves.toBe(false);
    expect(() => directory.driverFacts()).toThrow(expect.objectContaining({ code: 'CNC_NOT_READY' }));
  });

  it('shows facts, ids and counters without a client', () => {
    const driver = FakeDriver.started();
    const directory = open(driver);
    expect(directory.driverFacts()).toEqual({
      pid: 1,
      startTimestampMs: 0,
      clientLivenessTimeoutNs: 10e9,
      filePageSize: 4096,
      heartbeatTimestampMs: driver.platform.clock.epochMs(),
    });
    expect(directory.nextCorrelationId()).toBe(1);
    expect(directory.nextCorrelationId()).toBe(2);
    expect(directory.readCounters((counters) => counters.getCounterLabel(0))).toBe('Bytes sent');
  });

  it('passes a request to end on to the driver', () => {
    const driver = FakeDriver.started();
    expect(open(driver).requestDriverTermination(Uint8Array.of(1, 2))).toBe(true);
    const [request] = driver.readCommands();
    expect(request?.name).toBe('TERMINATE_DRIVER');
    expect([...(driver.last('TERMINATE_DRIVER')['token'] as Uint8Array)]).toEqual([1, 2]);
  });

  it('shows and saves what went wrong', () => {
    const driver = FakeDriver.started();
    const directory = open(driver);
    expect(directory.saveErrorLog()).toBeUndefined();
    const log = new DistinctErrorLog(driver.cnc.errorLog, driver.platform.clock);
    log.record(new Error('no space left'));
    expect(directory.errorLog()).toMatchObject({
      distinctErrorCount: 1,
      text: expect.stringContaining('no space left'),
    });
    const path = directory.saveErrorLog();
    expect(path).toMatch(/^\/dev\/shm\/aeron-fake-.*-error\.log$/);
    expect(new TextDecoder().decode(driver.platform.files.read(path ?? ''))).toContain('no space left');
  });
});
