// SPDX-License-Identifier: Apache-2.0
import { cncFilePath } from '@aeron/codecs/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import { Aeron } from '../aeron.ts';
import type { AeronOptions } from '../config/client-options.ts';
import { FAKE_DIRECTORY, FAKE_METADATA, FakeDriver } from '../testing/fake-driver.ts';

const PATH = cncFilePath(FAKE_DIRECTORY);
const CNC_VERSION_OFFSET = 0;
const TO_DRIVER_LENGTH_OFFSET = 4;

/** Connects while virtual time passes; `each` is called every millisecond. */
async function connect(
  world: SimulatedWorld,
  options: AeronOptions = {},
  each: (ms: number) => void = () => undefined,
) {
  const platform = world.platform('host');
  const pending = Aeron.connect({ aeronDirectoryName: FAKE_DIRECTORY, driverTimeoutMs: 1000, platform, ...options });
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  pending.then(settle, settle);
  for (let ms = 0; !isSettled && ms < 20_000; ms++) {
    each(ms);
    world.step(1_000_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return pending;
}

describe('connecting', () => {
  it('finds a living driver at once', async () => {
    const driver = FakeDriver.started();
    const aeron = await connect(driver.world);
    expect(aeron).toMatchObject({ isClosed: false, aeronDirectory: FAKE_DIRECTORY, filePageSize: 4096 });
    expect(aeron.clientId).toBe(1);
    expect(driver.world.nowNs).toBeLessThan(3e6);
  });

  it('waits for a driver that is started meanwhile, through every step of its start', async () => {
    const world = new SimulatedWorld(3);
    let driver: FakeDriver | undefined;
    const aeron = await connect(world, {}, (ms) => {
      if (ms === 100) {
        driver = new FakeDriver(world);
      } else if (ms === 200) {
        driver?.cnc.publishVersion();
      } else if (ms === 300) {
        driver?.heartbeat();
      }
    });
    expect(aeron.isClosed).toBe(false);
    expect(world.nowNs).toBeGreaterThanOrEqual(300e6);
  });

  it('waits for the next driver where the last one died', async () => {
    const driver = FakeDriver.started();
    driver.world.step(5_000_000_000);
    const aeron = await connect(driver.world, {}, (ms) => {
      if (ms === 500) {
        driver.heartbeat();
      }
    });
    expect(aeron.isClosed).toBe(false);
  });

  it.each([
    [
      'no driver was ever there',
      () => new SimulatedWorld(1),
      /no media driver: aeronDirectory=\S+ driverTimeoutMs=1000: no CnC/,
    ],
    ['a driver never finished its start', () => new FakeDriver().world, /created but not initialised/],
    [
      'a driver never showed a heartbeat',
      () => {
        const driver = new FakeDriver();
        driver.cnc.publishVersion();
        return driver.world;
      },
      /no driver heartbeat detected/,
    ],
    [
      'a driver is dead',
      () => {
        const { world } = FakeDriver.started();
        world.step(60_000_000_000);
        return world;
      },
      /no driver heartbeat detected: ageMs=6\d{4} driverTimeoutMs=1000/,
    ],
    [
      'a driver was shut down',
      () => {
        const driver = FakeDriver.started();
        driver.ring.putConsumerHeartbeatTimeMs(-1);
        return driver.world;
      },
      /has been shut down/,
    ],
  ])('fails when %s', async (_, make, message) => {
    const world = make();
    const startNs = world.nowNs;
    await expect(connect(world)).rejects.toMatchObject({
      code: 'DRIVER_TIMEOUT',
      category: 'FATAL',
      message: expect.stringMatching(message),
    });
    expect(world.nowNs - startNs).toBeGreaterThan(1000e6);
    expect(world.nowNs - startNs).toBeLessThan(1300e6);
  });

  it('fails at once for a version that it will never understand', async () => {
    const { world, platform } = FakeDriver.started();
    const mapped = platform.mapper.map(PATH, { access: 'read-write' });
    new DataView(mapped.memory, mapped.memoryOffset).setInt32(CNC_VERSION_OFFSET, 0x010000, true);
    await expect(connect(world)).rejects.toMatchObject({ code: 'CNC_VERSION' });
    expect(world.nowNs).toBeLessThan(5e6);
  });

  it('says what is wrong with a file that stays corrupt', async () => {
    const { world, platform } = FakeDriver.started();
    const mapped = platform.mapper.map(PATH, { access: 'read-write' });
    new DataView(mapped.memory, mapped.memoryOffset).setInt32(TO_DRIVER_LENGTH_OFFSET, 12345, true);
    await expect(connect(world)).rejects.toMatchObject({
      code: 'CNC_CORRUPT',
      message: expect.stringContaining('toDriverBufferLength=12345'),
    });
  });

  it('says so when the file may not be read', async () => {
    const { world } = FakeDriver.started();
    world.host('host').disk.faults.permit(PATH, 'none');
    await expect(connect(world)).rejects.toMatchObject({
      code: 'DRIVER_TIMEOUT',
      message: expect.stringContaining('EACCES'),
    });
  });

  it('ends by its signal', async () => {
    const controller = new AbortController();
    const reason = new Error('not today');
    const world = new SimulatedWorld(1);
    const pending = connect(world, { signal: controller.signal }, (ms) => {
      if (ms === 50) {
        controller.abort(reason);
      }
    });
    await expect(pending).rejects.toBe(reason);
    expect(world.nowNs).toBeLessThan(60e6);
  });

  it('needs a keep-alive interval below the liveness time-out of the driver', async () => {
    const { world } = FakeDriver.started();
    await expect(connect(world, { keepAliveIntervalNs: '10s' })).rejects.toMatchObject({
      code: 'CONFIGURATION',
      message: expect.stringContaining('clientLivenessTimeoutNs=10s'),
    });
    expect(FAKE_METADATA.clientLivenessTimeoutNs).toBe(10e9);
  });

  it('does not wait when it must not', () => {
    const world = new SimulatedWorld(1);
    const options = { aeronDirectoryName: FAKE_DIRECTORY, platform: world.platform('host') };
    expect(() => Aeron.connectNow(options)).toThrow(expect.objectContaining({ code: 'DRIVER_TIMEOUT' }));
  });
});
