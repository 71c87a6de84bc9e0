// SPDX-License-Identifier: Apache-2.0
/** The driver as it ships: the program aeronmd and the worker thread of an embedded driver, on real files. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cncFilePath, isDriverActive, mapCncFile, requestDriverTermination } from '@aeron/codecs/internal';
import { isAeronError, ManyToOneRingBuffer, nodePlatform, parseProperties } from '@aeron/core/internal';
import { MediaDriver } from '@aeron/driver';

const AERONMD = join(__dirname, '..', '..', 'packages', 'driver', 'dist', 'bin', 'aeronmd.js');
const PRESETS = join(__dirname, '..', '..', 'packages', 'driver', 'presets');
const DRIVER_TIMEOUT_MS = 10_000;
const START_LIMIT_MS = 20_000;

jest.setTimeout(60_000);

const platform = nodePlatform();
const parent = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'aeron-test-'));
const running = new Set<ChildProcess>();
let directories = 0;

afterAll(() => {
  for (const child of running) {
    child.kill('SIGKILL');
  }
  rmSync(parent, { recursive: true, force: true });
});

function newDirectory(): string {
  return join(parent, `d${directories++}`);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [AERONMD, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code, stdout, stderr });
    });
  });
  return { child, ended };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadlineMs = Date.now() + START_LIMIT_MS;
  while (!condition()) {
    if (Date.now() > deadlineMs) {
      throw new Error(`waited in vain: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function startDriver(directory: string, ...args: string[]) {
  const started = start(`-Daeron.dir=${directory}`, ...args);
  await until(() => servingPid(directory) === started.child.pid, 'the CnC file of the new driver');
  return started;
}

/** Process id in the CnC file of a directory; undefined where there is no sound one. */
function servingPid(directory: string): number | undefined {
  try {
    const cnc = mapCncFile(platform, cncFilePath(directory), { access: 'read-only' });
    const { pid } = cnc;
    cnc.close();
    return pid;
  } catch (error) {
    if (isAeronError(error)) {
      return undefined;
    }
    throw error;
  }
}

describe('aeronmd', () => {
  it.each([
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const)('ends in order on %s, with the signal for exit status', async (signal, status) => {
    const directory = newDirectory();
    const { child, ended } = await startDriver(directory);
    const ring = new ManyToOneRingBuffer(mapCncFile(platform, cncFilePath(directory)).toDriver);
    child.kill(signal);
    expect(await ended).toMatchObject({ code: status, stderr: '', stdout: 'Shutting down driver...\n' });
    expect(ring.consumerHeartbeatTimeMs).toBe(-1);
    expect(existsSync(directory)).toBe(true);
  });

  it('deletes its directory on shutdown when told to', async () => {
    const directory = newDirectory();
    const { child, ended } = await startDriver(directory, '-D', 'aeron.dir.delete.on.shutdown=true');
    child.kill('SIGTERM');
    await ended;
    expect(existsSync(directory)).toBe(false);
  });

  it('ends with status 0 when a client may ask it to', async () => {
    const directory = newDirectory();
    const { ended } = await startDriver(directory, '-Daeron.driver.termination.validator=allow');
    expect(requestDriverTermination(platform, directory)).toBe(true);
    expect(await ended).toMatchObject({ code: 0 });
  });

  it('refuses a directory in use, and takes it over from a driver that was killed', async () => {
    const directory = newDirectory();
    const { child, ended } = await startDriver(directory);
    const refused = await start(`-Daeron.dir=${directory}`).ended;
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('ACTIVE_DRIVER') });
    child.kill('SIGKILL');
    await ended;
    await new Promise((resolve) => setTimeout(resolve, 200)); // until the last heartbeat is too old
    const next = await startDriver(directory, '-Daeron.driver.timeout=100');
    next.child.kill('SIGTERM');
    expect(await next.ended).toMatchObject({ code: 15 });
  });

  it('takes settings from files, later ones over earlier ones and over -D', async () => {
    const directory = newDirectory();
    const file = join(parent, 'driver.properties');
    writeFileSync(file, `# test\naeron.dir=${directory}\naeron.client.liveness.timeout=11s\n`);
    const { child, ended } = start('-Daeron.dir=/nonexistent/dir', file);
    await until(() => servingPid(directory) === child.pid, 'the CnC file of the new driver');
    expect(mapCncFile(platform, cncFilePath(directory)).clientLivenessTimeoutNs).toBe(11e9);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 15, stderr: '' });
  });

  it.each(readdirSync(PRESETS))('starts with the preset %s', async (name) => {
    const directory = newDirectory();
    const { child, ended } = await startDriver(directory, '-Daeron.print.configuration=true', join(PRESETS, name));
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 15, stderr: '' });
    const [[property = '', value = '']] = Object.entries(
      parseProperties(readFileSync(join(PRESETS, name), 'utf8')),
    ) as [[string, string]];
    expect(stdout).toContain(`${property}=${value}\n`);
  });

  it('names every setting that is wrong', async () => {
    const { code, stderr } = await start('-Daeron.timer.interval=soon', '-Daeron.ipc.mtu.length=31').ended;
    expect(code).toBe(1);
    expect(stderr).toContain('aeron.timer.interval=soon');
    expect(stderr).toContain('aeron.ipc.mtu.length=31');
  });

  it('reports a truncated CnC file', async () => {
    const directory = newDirectory();
    const { child, ended } = await startDriver(directory);
    child.kill('SIGTERM');
    await ended;
    truncateSync(cncFilePath(directory), 1024 * 1024);
    expect(await start(`-Daeron.dir=${directory}`).ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/CNC_CORRUPT.*aeron.dir.delete.on.start/),
    });
    const next = await startDriver(directory, '-Daeron.dir.delete.on.start=true');
    next.child.kill('SIGTERM');
    await next.ended;
  });

  it.each([
    ['-v', /^aeronmd <\d+\.\d+\.\d+> major \d+ minor \d+ patch \d+ git \w+\n$/],
    ['-h', /aeron\.timer\.interval=1s/],
  ])('answers %s and ends', async (option, answer) => {
    expect(await start(option).ended).toMatchObject({ code: 0, stdout: expect.stringMatching(answer), stderr: '' });
  });

  it.each([['-Dnonsense'], ['--nonsense'], ['/nonexistent.properties']])(
    'ends with status 1 for %s',
    async (argument) => {
      const { code, stderr } = await start(argument).ended;
      expect(code).toBe(1);
      expect(stderr).toMatch(/^aeronmd: .*non/);
    },
  );

  it('remarks on a property whose name is nearly that of a setting', async () => {
    const { code, stderr } = await start('-Daeron.theading.mode=SHARED', '-Daeron.mtu.length=soon').ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^aeronmd: there is no setting aeron\.theading\.mode: .*aeron\.threading\.mode\?\n/);
    expect(stderr).toMatch(/aeron\.mtu\.length=soon: [^()]*$/); // not blamed on the environment
  });

  it('costs a few per cent of a core while idle', async () => {
    if (process.platform !== 'linux') {
      return;
    }
    const { child, ended } = await startDriver(newDirectory());
    const cpuMs = () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * 10;
    };
    const beforeMs = cpuMs();
    const periodMs = 3000;
    await new Promise((resolve) => setTimeout(resolve, periodMs));
    const share = (cpuMs() - beforeMs) / periodMs;
    child.kill('SIGTERM');
    await ended;
    expect(share).toBeLessThan(0.15); // 3 to 4 per cent on an idle machine; a loop that spins takes all of it
  });
});

describe('an embedded driver in its thread', () => {
  it('serves clients while the event loop of the application is blocked', async () => {
    const driver = await MediaDriver.launchEmbedded({ timerIntervalNs: '10ms' });
    const ring = new ManyToOneRingBuffer(mapCncFile(platform, cncFilePath(driver.aeronDirectoryName)).toDriver);
    const beforeMs = ring.consumerHeartbeatTimeMs;
    const deadlineMs = Date.now() + START_LIMIT_MS;
    while (ring.consumerHeartbeatTimeMs === beforeMs && Date.now() < deadlineMs) {
      // deliberately without giving the event loop a turn
    }
    expect(ring.consumerHeartbeatTimeMs).toBeGreaterThan(beforeMs);
    await driver.close();
    expect(existsSync(driver.aeronDirectoryName)).toBe(false);
  });

  it('reports a failed start as the error that it was', async () => {
    const aeronDirectoryName = newDirectory();
    await using first = await MediaDriver.launch({ aeronDirectoryName });
    const failure = await MediaDriver.launch({ aeronDirectoryName }).catch((error: unknown) => error);
    expect(isAeronError(failure, 'ACTIVE_DRIVER')).toBe(true);
    expect(first.aeronDirectoryName).toBe(aeronDirectoryName);
  });

  it('closes by itself on a permitted request', async () => {
    const aeronDirectoryName = newDirectory();
    const driver = await MediaDriver.launch({ aeronDirectoryName, terminationValidator: 'allow' });
    requestDriverTermination(platform, aeronDirectoryName);
    await driver.closed;
    await expect(isDriverActive(platform, aeronDirectoryName, DRIVER_TIMEOUT_MS)).resolves.toBe(false);
  });
});
