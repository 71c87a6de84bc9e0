// SPDX-License-Identifier: Apache-2.0
import { cncFilePath, formatErrorLog, mapCncFile, SystemCounterId } from '@aeron/codecs/internal';
import { CountersReader, ManyToOneRingBuffer } from '@aeron/core/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import { resolveDriverConfig } from '../config/driver-config.ts';
import { MediaDriver } from '../media-driver.ts';
import { buryDriver } from './bury-driver.ts';

const FAILURE = new Error('its thread is gone');

/** A driver that does nothing any more, and its file as others see it. */
async function abandoned(dirDeleteOnShutdown: boolean) {
  const world = new SimulatedWorld(5);
  const platform = world.platform('host');
  const { aeronDirectoryName } = await MediaDriver.launch({
    ...{ platform, threadingMode: 'INVOKER', environment: {}, dirDeleteOnShutdown },
  });
  const cnc = mapCncFile(platform, cncFilePath(aeronDirectoryName));
  const config = resolveDriverConfig({ options: { aeronDirectoryName, dirDeleteOnShutdown } }, platform);
  return { platform, config, cnc };
}

describe('a driver whose thread is gone', () => {
  it('has its end recorded, its clients told, and its files left', async () => {
    const { platform, config, cnc } = await abandoned(false);
    const counters = new CountersReader(cnc.countersMetadata, cnc.countersValues);
    buryDriver(platform, config, FAILURE);
    expect(new ManyToOneRingBuffer(cnc.toDriver).consumerHeartbeatTimeMs).toBe(-1);
    expect(counters.getCounterValue(SystemCounterId.ERRORS)).toBe(1);
    expect(formatErrorLog(cnc.errorLog).text).toContain('its thread is gone');
    expect(platform.files.list(config.aeronDirectoryName)).toContain('cnc.dat');
  });

  it('leaves no directory that was to go with it, and may have none', async () => {
    const { platform, config } = await abandoned(true);
    buryDriver(platform, config, FAILURE);
    expect(platform.files.kind(config.aeronDirectoryName)).toBe('none');
    buryDriver(platform, config, FAILURE);
  });
});
