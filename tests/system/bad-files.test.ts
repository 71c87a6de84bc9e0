// SPDX-License-Identifier: Apache-2.0
/**
 * CnC files that are missing, cut off, damaged, of another version or of a driver that is gone: clients and drivers refuse each
 * with a typed error that names file and value, and never crash.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Aeron, DriverDirectory } from '@aeron/client';
import { type AeronError, isAeronError } from '@aeron/core';
import { onStage, Stage, stopDriver } from '../support/stage.ts';
import { until } from '../support/until.ts';

jest.setTimeout(120_000);

const WAIT_MS = 60;
const VERSION_OFFSET = 0;
const ANYWHERE = [-1, 0x7fffffff, -0x80000000];
/** Name in messages, offset in the file, and what can't be. The error log is for the driver alone: any length will do. */
const FIELDS = [
  { name: 'toDriverBufferLength', offset: 4, impossible: [...ANYWHERE, 0, 1, 12345] },
  { name: 'toClientsBufferLength', offset: 8, impossible: [...ANYWHERE, 0, 1, 12345] },
  { name: 'countersMetadataBufferLength', offset: 12, impossible: [...ANYWHERE, 0, 1, 12345] },
  { name: 'countersValuesBufferLength', offset: 16, impossible: [...ANYWHERE, 0, 1, 12345] },
  { name: 'errorLogBufferLength', offset: 20, impossible: [...ANYWHERE, 0] },
  { name: 'filePageSize', offset: 48, impossible: [...ANYWHERE, 1, 2048, 12345] },
];
const RANDOM_FILES = 40;

/** A stage with the CnC file of a driver that was alive a moment ago as far as the file tells, and is too old by its heartbeat. */
let stage: Stage;
let sound: string;

beforeAll(async () => {
  stage = new Stage();
  const directory = stage.newDirectory();
  const driver = await stage.startDriver(directory, { 'aeron.counters.buffer.length': '1m' });
  sound = join(stage.folder, 'sound-cnc.dat');
  copyFileSync(join(directory, 'cnc.dat'), sound);
  await stopDriver(driver);
  const { directory: copy } = damaged(() => undefined);
  const { heartbeatTimestampMs } = new DriverDirectory(copy).driverFacts();
  await until(() => Date.now() - heartbeatTimestampMs > WAIT_MS, 'the heartbeat to grow old');
});

afterAll(() => stage.close());

/** A directory with a copy of the sound file, changed. @returns its path and that of the file. */
function damaged(change: (file: string) => void): { directory: string; file: string } {
  const directory = stage.newDirectory();
  mkdirSync(directory);
  const file = join(directory, 'cnc.dat');
  copyFileSync(sound, file);
  change(file);
  return { directory, file };
}

function patch(file: string, offset: number, value: number): void {
  const content = readFileSync(file);
  content.writeInt32LE(value, offset);
  writeFileSync(file, content);
}

async function connectError(aeronDirectoryName: string, driverTimeoutMs = WAIT_MS): Promise<AeronError> {
  const error: unknown = await Aeron.connect({ aeronDirectoryName, driverTimeoutMs }).then(
    async (aeron) => {
      await aeron.close();
      return new Error('connected');
    },
    (reason: unknown) => reason,
  );
  if (!isAeronError(error)) {
    throw error;
  }
  return error;
}

describe('a client', () => {
  it('connects to the file when nothing is wrong with it but its age', async () => {
    const { directory } = damaged(() => undefined);
    const error = await connectError(directory);
    expect(error).toMatchObject({
      code: 'DRIVER_TIMEOUT',
      message: expect.stringMatching(/no driver heartbeat.*ageMs=\d/),
    });
    const aeron = await Aeron.connect({ aeronDirectoryName: directory, driverTimeoutMs: 3_600_000 });
    await aeron.close();
  });

  it('says that there is no file, and where it looked', async () => {
    const directory = stage.newDirectory();
    expect(await connectError(directory)).toMatchObject({
      code: 'DRIVER_TIMEOUT',
      message: expect.stringContaining(`no CnC file: path=${directory}/cnc.dat`),
    });
  });

  it.each([0, 1, 100, 128])('takes a file of %i bytes for one that is just being made', async (length) => {
    const { directory, file } = damaged((path) => truncateSync(path, length));
    expect(await connectError(directory)).toMatchObject({
      code: 'DRIVER_TIMEOUT',
      message: expect.stringContaining(`path=${file} length=${length}`),
    });
  });

  it.each([129, 4096, 1024 * 1024, 3 * 1024 * 1024])('refuses a file that ends after %i bytes', async (length) => {
    const { directory, file } = damaged((path) => truncateSync(path, length));
    const error = await connectError(directory);
    expect(error.code).toBe('CNC_CORRUPT');
    expect(error.message).toContain(file);
    expect(error.message).toContain(String(length));
  });

  it.each(FIELDS.flatMap(({ name, offset, impossible }) => impossible.map((value) => ({ name, offset, value }))))(
    'refuses $name=$value',
    async ({ name, offset, value }) => {
      const { directory, file } = damaged((path) => patch(path, offset, value));
      const error = await connectError(directory);
      expect(error.code).toBe('CNC_CORRUPT');
      expect(error.message).toContain(file);
      // A length that is possible by itself makes the file too short for all of them.
      expect(error.message).toMatch(new RegExp(`${name}=${value}\\b|length=${statSync(file).size}`));
    },
  );

  it.each([
    [0x010000, 'file=1.0.0'],
    [0x090100, 'file=9.1.0'],
    [0x000100, 'driverVersion=0.1.0'],
  ])('refuses version %i at once', async (version, words) => {
    const { directory, file } = damaged((path) => patch(path, VERSION_OFFSET, version));
    const startMs = Date.now();
    const error = await connectError(directory, 60_000);
    expect(Date.now() - startMs).toBeLessThan(30_000);
    expect(error.code).toBe('CNC_VERSION');
    expect(error.message).toContain(words);
    expect(error.message).toContain(file);
  });

  it('never fails otherwise than with a typed error, whatever the file holds', async () => {
    for (let seed = 1; seed <= RANDOM_FILES; seed++) {
      const { directory } = damaged((path) => scramble(path, seed));
      const error = await connectError(directory, 20);
      expect(['CNC_CORRUPT', 'CNC_VERSION', 'DRIVER_TIMEOUT', 'CONFIGURATION']).toContain(error.code);
    }
  });
});

/** Puts random values into the first fields, mostly leaving the version. */
function scramble(file: string, seed: number): void {
  let state = seed * 0x9e3779b1;
  const random = (): number => {
    state = Math.imul(state ^ (state >>> 15), 0x85ebca6b) + seed;
    return state ^ (state >>> 13);
  };
  const content = readFileSync(file);
  for (let offset = seed % 5 === 0 ? 0 : 4; offset < 64; offset += 4) {
    if ((random() & 3) === 0) {
      content.writeInt32LE(random() | 0, offset);
    }
  }
  writeFileSync(file, content);
}

describe('a driver', () => {
  it.each([
    ['cut off', (file: string) => truncateSync(file, 1024 * 1024), 'CNC_CORRUPT', 'length=1048576'],
    ['damaged', (file: string) => patch(file, 4, 777), 'CNC_CORRUPT', 'toDriverBufferLength=777'],
    ['of another version', (file: string) => patch(file, VERSION_OFFSET, 0x070000), 'CNC_VERSION', 'file=7.0.0'],
  ])(
    'that finds a file which is %s says so and what to do, and touches nothing',
    async (_what, change, code, words) => {
      const { directory, file } = damaged(change);
      const before = readFileSync(file);
      const { code: status, stderr } = await stage.launchDriver(directory).ended;
      expect(status).toBe(1);
      for (const word of [code, words, file, 'aeron.dir.delete.on.start']) {
        expect(stderr).toContain(word);
      }
      expect(readFileSync(file).equals(before)).toBe(true);
      const next = await stage.startDriver(directory, { 'aeron.dir.delete.on.start': 'true' });
      await stopDriver(next);
      expect(existsSync(directory)).toBe(false);
    },
  );

  it('refuses the directory of another that is alive, which does not notice', async () => {
    await onStage(async (own) => {
      const directory = own.newDirectory();
      const driver = await own.startDriver(directory);
      const client = await own.startClient(directory);
      const publication = await client.publication(1001);
      const { code, stderr } = await own.launchDriver(directory).ended;
      expect(code).toBe(1);
      expect(stderr).toContain(
        `ACTIVE_DRIVER: active media driver detected: pid=${driver.pid} path=${directory}/cnc.dat: end it (driver-tool terminate)`,
      );
      await client.subscription(1001);
      await client.call('publish', { handle: publication, publisher: 1, count: 100 });
      expect(await client.call('status')).toMatchObject({ isClosed: false, errors: [] });
      await stopDriver(driver);
    });
  });

  it('refuses a directory name that is that of a file, or of a directory with something else in it', async () => {
    const file = join(stage.newFolder(), 'file');
    writeFileSync(file, 'x');
    expect(await stage.launchDriver(file).ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`FILE_ACCESS: not a directory: aeron.dir=${file}`),
    });
    expect(await stage.launchDriver(dirname(file), { 'aeron.dir.delete.on.start': 'true' }).ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/FILE_ACCESS: refusing to delete .* holds file/),
    });
    expect(readFileSync(file, 'utf8')).toBe('x');
  });
});
