// SPDX-License-Identifier: Apache-2.0
/**
 * What is left to do for a driver whose thread has died and could not: its end is recorded in its own error log, its clients are told,
 * and its directory goes if it was to. For the thread that launched it.
 */
import { cncFilePath, mapCncFile, SystemCounterId } from '@aeron/codecs/internal';
import { AtomicCounter, DistinctErrorLog, ManyToOneRingBuffer, type Platform } from '@aeron/core/internal';
import type { DriverConfig } from '../config/driver-config.ts';
import { signalShutdown } from './create-cnc-file.ts';
import { deleteDirectory } from './prepare-directory.ts';

/** @throws AeronError when its files can't be used; a directory that is gone is fine. */
export function buryDriver(platform: Platform, config: DriverConfig, failure: Error): void {
  const path = cncFilePath(config.aeronDirectoryName);
  if (platform.files.kind(path) === 'none') {
    return;
  }
  const cnc = mapCncFile(platform, path);
  new DistinctErrorLog(cnc.errorLog, platform.clock).record(failure);
  new AtomicCounter(cnc.countersValues, SystemCounterId.ERRORS).increment();
  signalShutdown(cnc, new ManyToOneRingBuffer(cnc.toDriver));
  if (config.dirDeleteOnShutdown) {
    deleteDirectory(platform, config.aeronDirectoryName);
  }
}
