// SPDX-License-Identifier: Apache-2.0
import { cncFilePath } from '@aeron/codecs/internal';
import { DistinctErrorLog, isAeronError, ManyToOneRingBuffer } from '@aeron/core/internal';
import { type SimulatedPlatform, SimulatedWorld } from '@aeron/core/testing';
import { type DriverOptions, resolveDriverConfig } from '../config/driver-config.ts';
import { createCncFile, signalReady, signalShutdown } from './create-cnc-file.ts';
import { prepareDirectory } from './prepare-directory.ts';

const DIRECTORY = '/dev/shm/aeron-sim';
const HEARTBEAT_LIMIT_MS = 10_000;

function newWorld() {
  const world = new SimulatedWorld(11);
  return { world, ports: world.platform('host') };
}

function configOf(ports: SimulatedPlatform, options: DriverOptions = {}) {
  return resolveDriverConfig({ options }, ports);
}

function prepare(ports: SimulatedPlatform, options: DriverOptions = {}, notices: string[] = []) {
  return prepareDirectory(ports, configOf(ports, options), { notice: (text) => notices.push(text) });
}

/** A directory as another driver has left it, or holds it. */
async function startDriver(ports: SimulatedPlatform) {
  const config = configOf(ports);
  await prepare(ports);
  const cnc = createCncFile(ports, config);
  const ring = new ManyToOneRingBuffer(cnc.toDriver);
  signalReady(cnc, ring, ports.clock);
  return { cnc, ring };
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return isAeronError(error) ? `${error.code} ${error.message}` : String(error);
  }
  return 'nothing was thrown';
}

describe('taking over the directory', () => {
  it('creates it where there is none', async () => {
    const { ports } = newWorld();
    await prepare(ports);
    expect(ports.files.kind(DIRECTORY)).toBe('directory');
  });

  it('is refused while a driver is active', async () => {
    const { world, ports } = newWorld();
    await startDriver(ports);
    world.step(HEARTBEAT_LIMIT_MS * 1e6);
    const failure = await failureOf(prepare(world.platform('host')));
    expect(failure).toMatch(/^ACTIVE_DRIVER active media driver detected: pid=\d+ path=.*cnc.dat/);
    expect(ports.files.kind(cncFilePath(DIRECTORY))).toBe('file');
  });

  it('succeeds once the heartbeat of a driver that was killed is old', async () => {
    const { world, ports } = newWorld();
    await startDriver(ports);
    ports.crash();
    world.step((HEARTBEAT_LIMIT_MS + 1) * 1e6);
    const next = world.platform('host');
    await prepare(next);
    expect(next.files.list(DIRECTORY)).toEqual([]);
  });

  it('succeeds at once after a driver that has shut down', async () => {
    const { ports } = newWorld();
    const { cnc, ring } = await startDriver(ports);
    signalShutdown(cnc, ring);
    await prepare(ports);
    expect(ports.files.list(DIRECTORY)).toEqual([]);
  });

  it('asks nobody when told to delete on start', async () => {
    const { ports } = newWorld();
    await startDriver(ports);
    await prepare(ports, { dirDeleteOnStart: true });
    expect(ports.files.list(DIRECTORY)).toEqual([]);
  });

  it('warns when told to, and tells how old the heartbeat is', async () => {
    const { world, ports } = newWorld();
    await startDriver(ports);
    ports.crash();
    world.step(20_000e6);
    const notices: string[] = [];
    await prepare(world.platform('host'), { dirWarnIfExists: true }, notices);
    expect(notices).toEqual([
      `WARNING: ${DIRECTORY} exists`,
      `INFO: Aeron CnC file exists: ${DIRECTORY}/cnc.dat`,
      'INFO: Aeron toDriver consumer heartbeat age is (ms): 20000',
    ]);
  });

  it('saves the errors that the previous driver has recorded', async () => {
    const { ports } = newWorld();
    const { cnc, ring } = await startDriver(ports);
    new DistinctErrorLog(cnc.errorLog, ports.clock).record(new Error('what went wrong'));
    signalShutdown(cnc, ring);
    const notices: string[] = [];
    await prepare(ports, {}, notices);
    const [saved] = ports.files.list('/dev/shm').filter((name) => name.endsWith('-error.log'));
    expect(saved).toMatch(/^aeron-sim-\d{4}(-\d\d){5}-\d{3}\+0000-error\.log$/);
    expect(Buffer.from(ports.files.read(`/dev/shm/${saved}`)).toString()).toContain('what went wrong');
    expect(notices).toEqual([`WARNING: Existing errors saved to: /dev/shm/${saved}`]);
  });

  it.each([0, 1, 128])('ignores a file of %d bytes, which holds nothing', async (length) => {
    const { ports } = newWorld();
    ports.files.createDirectories(DIRECTORY);
    ports.files.write(cncFilePath(DIRECTORY), new Uint8Array(length));
    await prepare(ports);
    expect(ports.files.list(DIRECTORY)).toEqual([]);
  });

  it('reports a truncated file and says what to do', async () => {
    const { ports } = newWorld();
    const { cnc, ring } = await startDriver(ports);
    signalShutdown(cnc, ring);
    const path = cncFilePath(DIRECTORY);
    ports.files.write(path, ports.files.read(path).slice(0, 1024 * 1024));
    expect(await failureOf(prepare(ports))).toMatch(
      /^CNC_CORRUPT .*path=.*cnc.dat: delete the directory, or set aeron.dir.delete.on.start=true/,
    );
  });

  it('reports a file of another version', async () => {
    const { ports } = newWorld();
    const content = new Uint8Array(4096);
    content[2] = 9;
    ports.files.createDirectories(DIRECTORY);
    ports.files.write(cncFilePath(DIRECTORY), content);
    expect(await failureOf(prepare(ports))).toMatch(/^CNC_VERSION .*file=9.0.0 path=/);
  });

  it('is refused where the name is that of a file', async () => {
    const { ports } = newWorld();
    ports.files.write('/tmp/file', new Uint8Array(1));
    expect(await failureOf(prepare(ports, { aeronDirectoryName: '/tmp/file' }))).toBe(
      'FILE_ACCESS not a directory: aeron.dir=/tmp/file',
    );
  });

  it('never deletes a directory that is not of a driver', async () => {
    const { ports } = newWorld();
    ports.files.createDirectories('/home/ann');
    ports.files.write('/home/ann/thesis.txt', new Uint8Array(1));
    const options = { aeronDirectoryName: '/home/ann', dirDeleteOnStart: true };
    expect(await failureOf(prepare(ports, options))).toMatch(/^FILE_ACCESS refusing to delete .* holds thesis.txt/);
    expect(ports.files.kind('/home/ann/thesis.txt')).toBe('file');
  });

  it('reports a place that may not be written', async () => {
    const { world, ports } = newWorld();
    world.host('host').disk.faults.permit('/dev/shm', 'read-only');
    expect(await failureOf(prepare(ports))).toMatch(/^FILE_ACCESS can't create: EACCES path=\/dev\/shm\/aeron-sim/);
  });
});

describe('creating the CnC file', () => {
  it('publishes the version last, after a heartbeat and one correlation id', async () => {
    const { ports } = newWorld();
    const config = configOf(ports);
    await prepare(ports);
    const cnc = createCncFile(ports, config);
    const ring = new ManyToOneRingBuffer(cnc.toDriver);
    expect([cnc.version, ring.consumerHeartbeatTimeMs]).toEqual([0, 0]);
    signalReady(cnc, ring, ports.clock);
    expect([cnc.version, ring.consumerHeartbeatTimeMs]).toEqual([0x000200, ports.clock.epochMs()]);
    expect(ring.nextCorrelationId()).toBe(1);
    expect(cnc).toMatchObject({ pid: ports.host.pid, clientLivenessTimeoutNs: 10e9, filePageSize: 4096 });
  });

  it('says when the disk is full', async () => {
    const { world, ports } = newWorld();
    await prepare(ports);
    world.host('host').disk.volumeOf(DIRECTORY).capacity = 1024 * 1024;
    const config = configOf(ports);
    expect(await failureOf(Promise.resolve().then(() => createCncFile(ports, config)))).toMatch(
      /^STORAGE_SPACE .*path=\/dev\/shm\/aeron-sim\/cnc.dat length=\d{7,}: make that file system larger/,
    );
  });
});
