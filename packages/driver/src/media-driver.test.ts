// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AddCounterFlyweight,
  CommandId,
  cncFilePath,
  formatVersion,
  mapCncFile,
  RemoveCounterFlyweight,
  requestDriverTermination,
} from '@aeron/codecs/internal';
import {
  AtomicBuffer,
  CountersReader,
  isAeronError,
  ManyToOneRingBuffer,
  nodePlatform,
  readErrorLog,
} from '@aeron/core/internal';
import { type SimulatedPlatform, SimulatedWorld } from '@aeron/core/testing';
import { MediaDriver } from './media-driver.ts';
import type { MediaDriverOptions } from './media-driver-options.ts';

function newWorld() {
  const world = new SimulatedWorld(23);
  return { world, platform: world.platform('host') };
}

function launch(platform: SimulatedPlatform, options: MediaDriverOptions = {}) {
  return MediaDriver.launch({ platform, threadingMode: 'INVOKER', ...options });
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return isAeronError(error) ? `${error.code} ${error.message}` : String(error);
  }
  return 'nothing was thrown';
}

describe('a driver in INVOKER mode', () => {
  it('serves clients as soon as it is launched', async () => {
    const { platform } = newWorld();
    const driver = await launch(platform);
    const cnc = mapCncFile(platform, cncFilePath(driver.aeronDirectoryName));
    const counters = new CountersReader(cnc.countersMetadata, cnc.countersValues);
    expect(counters.getCounterLabel(26)).toBe('Conductor max cycle time doing its work in ns: INVOKER');
    expect(counters.getCounterValue(35)).toBe(48_238_592 + 1024 * 1024);
    expect(platform.files.list(driver.aeronDirectoryName)).toEqual([
      'cnc.dat',
      'images',
      'loss-report.dat',
      'publications',
    ]);
  });

  it('touches no directory when the settings are refused', async () => {
    const { platform } = newWorld();
    const failure = await failureOf(launch(platform, { suppliersModule: '/no/such/module.cjs' }));
    expect(failure).toMatch(/^CONFIGURATION .*\/no\/such\/module.cjs/);
    expect(platform.files.list('/dev/shm')).toEqual([]);
  });

  it('shows a heartbeat at every tick', async () => {
    const { world, platform } = newWorld();
    const driver = await launch(platform);
    const ring = new ManyToOneRingBuffer(mapCncFile(platform, cncFilePath(driver.aeronDirectoryName)).toDriver);
    const startMs = ring.consumerHeartbeatTimeMs;
    for (let i = 0; i < 25; i++) {
      world.step(100e6);
      driver.invoker.invoke();
    }
    expect(ring.consumerHeartbeatTimeMs - startMs).toBeGreaterThanOrEqual(2000);
    expect(startMs).toBe(1_700_000_000_000);
  });

  it('is not launched for one who has taken it back, and leaves nothing', async () => {
    const { platform } = newWorld();
    await expect(launch(platform, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
    expect(platform.files.list('/dev/shm')).toEqual([]);
    const abort = new AbortController();
    const launching = launch(platform, { signal: abort.signal, dirDeleteOnShutdown: true });
    abort.abort(new Error('never mind'));
    await expect(launching).rejects.toThrow('never mind');
    expect(platform.files.list('/dev/shm')).toEqual([]);
  });

  it('waits for another that is just starting no longer than until the signal', async () => {
    const { world, platform } = newWorld();
    const file = cncFilePath('/dev/shm/aeron-sim');
    platform.files.createDirectories('/dev/shm/aeron-sim');
    platform.files.write(file, new Uint8Array(4096)); // without a version
    const abort = new AbortController();
    const launching = launch(platform, { signal: abort.signal }).catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(resolve));
    abort.abort(new Error('never mind'));
    world.step(2e6);
    expect(await launching).toEqual(new Error('never mind'));
    expect(platform.files.kind(file)).toBe('file');
  });

  it('says that it has ended, and leaves its files', async () => {
    const { platform } = newWorld();
    const driver = await launch(platform);
    const cnc = mapCncFile(platform, cncFilePath(driver.aeronDirectoryName));
    await driver.close();
    await driver.closed;
    expect(new ManyToOneRingBuffer(cnc.toDriver).consumerHeartbeatTimeMs).toBe(-1);
    expect(platform.files.list(driver.aeronDirectoryName)).toContain('cnc.dat');
    await driver.close();
  });

  it('deletes its directory when told to', async () => {
    const { platform } = newWorld();
    const driver = await launch(platform, { dirDeleteOnShutdown: true });
    await driver[Symbol.asyncDispose]();
    expect(platform.files.kind(driver.aeronDirectoryName)).toBe('none');
  });

  it('is refused while another is active, and not after that has ended', async () => {
    const { world, platform } = newWorld();
    const first = await launch(platform);
    expect(await failureOf(launch(world.platform('host')))).toMatch(/^ACTIVE_DRIVER/);
    await first.close();
    const second = await launch(world.platform('host'));
    expect(second.aeronDirectoryName).toBe(first.aeronDirectoryName);
  });

  it('leaves nothing behind when the disk is full', async () => {
    const { world, platform } = newWorld();
    const volume = world.host('host').disk.volumeOf('/dev/shm');
    volume.capacity = 48_238_592 + 1000; // enough for the CnC file, not for the loss report
    expect(await failureOf(launch(platform))).toMatch(/^STORAGE_SPACE .*loss-report.dat/);
    volume.capacity = 2 ** 30;
    await expect(launch(platform)).resolves.toBeInstanceOf(MediaDriver);
  });

  it.each([
    ['deny', 0],
    ['allow', 1],
  ] as const)('with the termination validator %s honours %d requests', async (terminationValidator, expected) => {
    const { platform } = newWorld();
    let requests = 0;
    const driver = await launch(platform, { terminationValidator, onTerminationRequested: () => requests++ });
    expect(requestDriverTermination(platform, driver.aeronDirectoryName, Uint8Array.of(7))).toBe(true);
    driver.invoker.invoke();
    expect(requests).toBe(expected);
  });

  it('closes on a permitted request when nobody else decides', async () => {
    const { platform } = newWorld();
    const tokens: number[][] = [];
    const driver = await launch(platform, {
      validateTermination: (_directory, token) => tokens.push([...token]) > 0,
    });
    requestDriverTermination(platform, driver.aeronDirectoryName, Uint8Array.of(1, 2));
    driver.invoker.invoke();
    await driver.closed;
    expect(tokens).toEqual([[1, 2]]);
  });

  it('counts an error that comes again in one entry of its error log', async () => {
    const { platform } = newWorld();
    const error = new Error('broken validator');
    const driver = await launch(platform, {
      validateTermination: () => {
        throw error;
      },
    });
    for (let i = 0; i < 3; i++) {
      requestDriverTermination(platform, driver.aeronDirectoryName);
      driver.invoker.invoke();
    }
    const cnc = mapCncFile(platform, cncFilePath(driver.aeronDirectoryName));
    const entries: string[] = [];
    readErrorLog(cnc.errorLog, (count, _firstMs, _lastMs, text) => entries.push(`${count} ${text.split('\n')[0]}`));
    expect(entries).toEqual(['3 Error: broken validator']);
    expect(new CountersReader(cnc.countersMetadata, cnc.countersValues).getCounterValue(15)).toBe(3);
  });

  it.each([
    ['stderr', 1],
    ['stdout', 1],
    ['no_op', 0],
  ] as const)(
    'tells errors that its log has no room for by the fallback logger %s',
    async (fallbackLogger, expected) => {
      const { platform } = newWorld();
      const told: string[] = [];
      let count = 0;
      const driver = await launch(platform, {
        fallbackLogger,
        notice: (stream, text) => told.push(`${stream} ${text}`),
        validateTermination: () => {
          throw new Error(`${count++} ${'x'.repeat(2 ** 20)}`);
        },
      });
      told.length = 0;
      for (let i = 0; i < 4; i++) {
        requestDriverTermination(platform, driver.aeronDirectoryName);
        driver.invoker.invoke();
      }
      expect(count).toBe(4);
      expect(told).toHaveLength(expected); // three find room in 4 MiB
      expect(told.every((text) => text.startsWith(`${fallbackLogger} error log is full`))).toBe(true);
    },
  );

  it.each([
    ['0', 0, 0],
    ['1500us', 1, 2],
  ])('gives a freed counter to others after the time that is set: %s', async (timeout, restingMs, reusableMs) => {
    const { world, platform } = newWorld();
    const driver = await launch(platform, { counterFreeToReuseTimeoutNs: timeout });
    const cnc = mapCncFile(platform, cncFilePath(driver.aeronDirectoryName));
    const ring = new ManyToOneRingBuffer(cnc.toDriver);
    const counters = new CountersReader(cnc.countersMetadata, cnc.countersValues);
    const scratch = AtomicBuffer.allocate(256);
    const addCounter = (): number => {
      const correlationId = ring.nextCorrelationId();
      const command = new AddCounterFlyweight().wrap(scratch, 0);
      Object.assign(command, { clientId: 9, correlationId, typeId: 1000, key: new Uint8Array(0), label: 'c' });
      ring.write(CommandId.ADD_COUNTER, scratch, 0, command.encodedLength);
      driver.invoker.invoke();
      return counters.findByTypeIdAndRegistrationId(1000, correlationId);
    };
    const removeCounter = (counterId: number): void => {
      const registrationId = counters.getCounterRegistrationId(counterId);
      const command = new RemoveCounterFlyweight().wrap(scratch, 0);
      Object.assign(command, { clientId: 9, correlationId: ring.nextCorrelationId(), registrationId });
      ring.write(CommandId.REMOVE_COUNTER, scratch, 0, command.encodedLength);
      driver.invoker.invoke();
    };
    const counterId = addCounter();
    removeCounter(counterId);
    world.step(restingMs * 1e6);
    if (reusableMs > 0) {
      expect(addCounter()).not.toBe(counterId);
    }
    world.step((reusableMs - restingMs) * 1e6);
    expect(addCounter()).toBe(counterId);
  });

  it('prints its settings when told to', async () => {
    const { platform } = newWorld();
    const printed: string[] = [];
    await launch(platform, { printConfiguration: true, notice: (stream, text) => printed.push(`${stream} ${text}`) });
    expect(printed).toHaveLength(2);
    expect(printed[0]).toMatch(/^stdout aeron\.dir=\/dev\/shm\/aeron-sim\n/);
    expect(printed[1]).toBe('stdout datagram transport in use: sim');
  });

  it('shows in a counter how it sends and receives datagrams', async () => {
    const { platform } = newWorld();
    const driver = await launch(platform, {});
    expect(driver.datagramTransport).toBe('sim');
    const { countersMetadata, countersValues } = mapCncFile(platform, cncFilePath(driver.aeronDirectoryName));
    const labels: string[] = [];
    new CountersReader(countersMetadata, countersValues).forEachMetadata((_id, typeId, _key, label) => {
      if (typeId === 10_001) {
        labels.push(label);
      }
    });
    expect(labels).toEqual(['Datagram transport: sim']);
  });

  it('takes settings from its environment', async () => {
    const { platform } = newWorld();
    const environment = { AERON_DIR: '/tmp/elsewhere', AERON_CLIENT_LIVENESS_TIMEOUT: '12s' };
    const driver = await launch(platform, { environment });
    const cnc = mapCncFile(platform, cncFilePath('/tmp/elsewhere'));
    expect(cnc.clientLivenessTimeoutNs).toBe(12e9);
    expect(driver.config.clientLivenessTimeoutNs).toBe(12e9);
    expect(formatVersion(cnc.version)).toBe('0.2.0');
  });

  it.each([
    [{ timerIntervalNs: 'soon' }, /CONFIGURATION invalid setting: timerIntervalNs=soon/],
    [{ threadingMode: 'SINGLE' }, /threadingMode=SINGLE: expected one of DEDICATED, SHARED_NETWORK, SHARED, INVOKER/],
    [{ threadingMode: 'DEDICATED', callingThread: 'guest' }, /platform can't be handed to the threads/],
    [{ threadingMode: 'SHARED' }, /platform can't be handed to the threads/],
    [{ nonsense: 1 }, /nonsense=1: no such option/],
  ])('refuses %j', async (options, message) => {
    const { platform } = newWorld();
    expect(await failureOf(launch(platform, options as MediaDriverOptions))).toMatch(message);
  });
});

describe('an embedded driver', () => {
  it('has a directory of its own, which goes with it', async () => {
    const { platform } = newWorld();
    const options: MediaDriverOptions = { platform, threadingMode: 'INVOKER' };
    const first = await MediaDriver.launchEmbedded(options);
    const second = await MediaDriver.launchEmbedded(options);
    expect(first.aeronDirectoryName).toMatch(/^\/dev\/shm\/aeron-sim-[0-9a-f-]{36}$/);
    expect(second.aeronDirectoryName).not.toBe(first.aeronDirectoryName);
    await first.close();
    await second.close();
    expect(platform.files.list('/dev/shm')).toEqual([]);
  });

  it('uses the directory that it is told to', async () => {
    const { platform } = newWorld();
    const options: MediaDriverOptions = { platform, threadingMode: 'INVOKER', aeronDirectoryName: '/tmp/mine' };
    const driver = await MediaDriver.launchEmbedded(options);
    await driver.close();
    expect(platform.files.kind('/tmp/mine')).toBe('directory');
  });
});

describe.each(['guest', 'owner'] as const)('a driver in the calling thread, as its %s', (callingThread) => {
  const parent = mkdtempSync(join(tmpdir(), 'aeron-media-driver-'));
  const aeronDirectoryName = join(parent, 'driver');
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it('runs by itself on real files until it is closed', async () => {
    const platform = nodePlatform();
    const driver = await MediaDriver.launch({
      aeronDirectoryName,
      callingThread,
      timerIntervalNs: '5ms',
      environment: {},
    });
    const ring = new ManyToOneRingBuffer(mapCncFile(platform, cncFilePath(driver.aeronDirectoryName)).toDriver);
    const startMs = ring.consumerHeartbeatTimeMs;
    while (ring.consumerHeartbeatTimeMs === startMs) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(readdirSync(aeronDirectoryName)).toContain('publications');
    await driver.close();
    expect(ring.consumerHeartbeatTimeMs).toBe(-1);
    expect(existsSync(aeronDirectoryName)).toBe(true);
  });

  it('ends by itself on a permitted request', async () => {
    const driver = await MediaDriver.launch({
      aeronDirectoryName,
      callingThread,
      terminationValidator: 'allow',
      dirDeleteOnShutdown: true,
      environment: {},
    });
    requestDriverTermination(nodePlatform(), aeronDirectoryName);
    await driver.closed;
    expect(existsSync(aeronDirectoryName)).toBe(false);
  });
});

describe('diagnostics channels of a driver', () => {
  const NAMES = ['launch', 'close', 'error', 'termination'].map((event) => `aeron:driver:${event}`);

  function listen(platform: SimulatedPlatform) {
    const heard: [string, Readonly<Record<string, unknown>>][] = [];
    for (const name of NAMES) {
      platform.diagnostics.subscribe(name, (message) => heard.push([name, message as (typeof heard)[number][1]]));
    }
    return heard;
  }

  it('tell of its launch, of a request to end it, and of its end', async () => {
    const { platform } = newWorld();
    const heard = listen(platform);
    const driver = await launch(platform, { validateTermination: () => true });
    const { aeronDirectoryName } = driver;
    requestDriverTermination(platform, aeronDirectoryName);
    driver.invoker.invoke();
    await driver.closed;
    const identity = { aeronDirectory: aeronDirectoryName, pid: platform.host.pid, threadingMode: 'INVOKER' };
    expect(heard).toEqual(['launch', 'termination', 'close'].map((event) => [`aeron:driver:${event}`, identity]));
    expect(driver.toString()).toBe(
      `MediaDriver{aeronDirectory=${aeronDirectoryName} threadingMode=INVOKER isClosed=true}`,
    );
  });

  it('tell of the errors that it counts', async () => {
    const { platform } = newWorld();
    const heard = listen(platform);
    const errors: Error[] = [];
    const driver = await launch(platform, {
      errorHandler: (error) => errors.push(error),
      validateTermination: () => {
        throw new Error('broken validator');
      },
    });
    requestDriverTermination(platform, driver.aeronDirectoryName);
    driver.invoker.invoke();
    await driver.close();
    expect(heard.map(([name]) => name)).toEqual(['aeron:driver:launch', 'aeron:driver:error', 'aeron:driver:close']);
    expect(heard[1]?.[1]['error']).toBe(errors[0]);
    expect(heard[1]?.[1]).toMatchObject({ error: { message: expect.stringContaining('broken validator') } });
  });
});
