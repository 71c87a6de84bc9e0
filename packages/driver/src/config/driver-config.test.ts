// SPDX-License-Identifier: Apache-2.0
import { SimulatedWorld } from '@aeron/core/testing';
import { cncFileLength, type DriverOptions, driverSettings, resolveDriverConfig } from './driver-config.ts';

const { host, files } = new SimulatedWorld(5).platform('host', { userName: 'ann' });

function resolve(options: DriverOptions = {}, environment: Record<string, string> = {}) {
  return resolveDriverConfig({ options, environment }, { host, files });
}

describe('the settings of the driver', () => {
  it('have the defaults of the reference', () => {
    expect(resolve()).toMatchObject({
      aeronDirectoryName: '/dev/shm/aeron-ann',
      dirDeleteOnStart: false,
      dirDeleteOnShutdown: false,
      driverTimeoutMs: 10_000,
      conductorBufferLength: 1024 * 1024 + 768,
      toClientsBufferLength: 1024 * 1024 + 128,
      counterValuesBufferLength: 8 * 1024 * 1024,
      errorBufferLength: 4 * 1024 * 1024,
      lossReportBufferLength: 1024 * 1024,
      counterFreeToReuseTimeoutNs: 1e9,
      filePageSize: 4096,
      performStorageChecks: true,
      lowStorageWarningThreshold: 160 * 1024 * 1024,
      ipcTermBufferLength: 64 * 1024 * 1024,
      termBufferSparseFile: true,
      ipcMtuLength: 1408,
      ipcPublicationTermWindowLength: 0,
      publicationLingerTimeoutNs: 5e9,
      publicationUnblockTimeoutNs: 15e9,
      publicationReservedSessionIdLow: -1,
      publicationReservedSessionIdHigh: 1000,
      maxResend: 16,
      imageLivenessTimeoutNs: 10e9,
      untetheredWindowLimitTimeoutNs: 5e9,
      untetheredLingerTimeoutNs: undefined,
      untetheredRestingTimeoutNs: 10e9,
      timerIntervalNs: 1e9,
      clientLivenessTimeoutNs: 10e9,
      conductorCycleThresholdNs: 1e8,
      nameResolverThresholdNs: 5e9,
      terminationValidator: 'deny',
    });
  });

  it('make a CnC file of the length of the reference', () => {
    expect(cncFileLength(resolve())).toBe(48_238_592);
  });

  it('are all found under the names of the reference', () => {
    const properties = Object.values(driverSettings.rows).map((row) => row.property);
    expect(properties.every((name) => name?.startsWith('aeron.'))).toBe(true);
    expect(new Set(properties).size).toBe(properties.length);
  });

  it('keep the irregular environment name of the name resolver threshold', () => {
    expect(resolve({}, { AERON_DRIVER_NAME_RESOLVER_THRESHOLD: '2s' }).nameResolverThresholdNs).toBe(2e9);
    expect(resolve({}, { AERON_NAME_RESOLVER_THRESHOLD: '2s' }).nameResolverThresholdNs).toBe(5e9);
  });

  it('make the directory absolute', () => {
    expect(resolve({ aeronDirectoryName: '/dev/shm/../shm/x/' }).aeronDirectoryName).toBe('/dev/shm/x');
  });

  it.each([
    ['publicationUnblockTimeoutNs', '10s', 'aeron.publication.unblock.timeout=10s must be more than'],
    ['clientLivenessTimeoutNs', '1s', 'aeron.client.liveness.timeout=1s must be more than aeron.timer.interval=1s'],
    ['untetheredWindowLimitTimeoutNs', '1s', 'aeron.untethered.window.limit.timeout=1s must be more than'],
    ['untetheredLingerTimeoutNs', '500ms', 'aeron.untethered.linger.timeout=500ms must be more than'],
    ['untetheredRestingTimeoutNs', '1s', 'aeron.untethered.resting.timeout=1s must be more than'],
    ['publicationReservedSessionIdLow', 2000, 'low=2000 is above high=1000'],
    ['publicationReservedSessionIdLow', -(2 ** 31), 'leaves too few session ids'],
    ['conductorBufferLength', '1m', 'less than 1049344'],
    ['conductorBufferLength', '1049352', 'not a power of two plus 768'],
    ['toClientsBufferLength', '1050000', 'not a power of two plus 128'],
    ['conductorBufferLength', 1024 ** 3 + 768, undefined],
    ['counterValuesBufferLength', '512k', 'less than 1m'],
    ['counterValuesBufferLength', 1024 * 1024 + 64, 'not a multiple of the 128 bytes of one counter'],
    ['filePageSize', '6k', 'not a power of two'],
    ['ipcTermBufferLength', '100k', 'not a power of two'],
    ['ipcTermBufferLength', '32k', 'less than 64k'],
    ['ipcMtuLength', 32, 'not more than the 32 bytes'],
    ['ipcMtuLength', 1400, 'not a multiple of 32'],
    ['ipcMtuLength', 65536, 'more than 65504'],
    ['maxResend', 257, 'more than 256'],
    ['threadingMode', 'DEDICATED', 'expected one of SHARED, INVOKER'],
    ['sharedIdleStrategy', 'lazy', 'expected one of'],
    ['sharedIdleStrategyInitArgs', '1-2-3', 'malformed init arguments of backoff'],
  ])('check %s=%s', (key, value, problem) => {
    const work = () => resolve({ [key]: value } as DriverOptions);
    if (problem === undefined) {
      expect(work).not.toThrow();
    } else {
      expect(work).toThrow(problem);
    }
  });

  it('refuse a CnC file that no int32 could measure', () => {
    const options = { conductorBufferLength: 1024 ** 3 + 768, toClientsBufferLength: 1024 ** 3 + 128 };
    expect(() => resolve(options)).toThrow('the CnC file would be');
  });
});
