// SPDX-License-Identifier: Apache-2.0
/** The main job, `npm start`, as a user runs it: whole, with what it can't send, and cut short in the middle. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, type Ended } from '../support/child.ts';
import { until } from '../support/until.ts';

const SCRIPT = join(__dirname, '..', '..', 'samples', 'dist', 'file-transfer.js');
const HAS_PROC = existsSync('/proc/self/cmdline');
const onlyWithProc = HAS_PROC ? it : it.skip;
const LONG_LENGTH = 1024 * 1024 * 1024;

jest.setTimeout(120_000);

let folder: string;
const started: Child[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aeron-file-transfer-'));
});

afterAll(async () => {
  await Promise.all(started.filter((child) => child.isRunning).map((child) => child.kill()));
  rmSync(folder, { recursive: true });
});

function transfer(...args: string[]): Child {
  const child = new Child(SCRIPT, args);
  started.push(child);
  return child;
}

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Sparse, so it costs no disk; long enough to be cut short. */
function longFile(): string {
  const path = file('long.bin', Buffer.alloc(0));
  truncateSync(path, LONG_LENGTH);
  return path;
}

function directoryOf(child: Child): string {
  return /^media driver in (.+)$/m.exec(child.stdout)?.[1] ?? 'no directory was named';
}

/** The processes that were started for the driver in this directory and still run. */
function receiversOf(directory: string): string[] {
  if (!HAS_PROC) {
    return [];
  }
  return readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) &&
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`file-transfer-receiver.js\0${directory}`)
      );
    } catch {
      return false; // it ended meanwhile
    }
  });
}

async function expectNothingLeft(child: Child): Promise<void> {
  const directory = directoryOf(child);
  expect(existsSync(directory)).toBe(false);
  await until(() => receiversOf(directory).length === 0, 'the receiver has gone');
}

function expectIntact({ code, stdout, stderr }: Ended, content: Uint8Array): void {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const sum = createHash('sha256').update(content).digest('hex');
  for (const route of ['IPC', 'UDP']) {
    const part = stdout.slice(stdout.indexOf(`\n${route}: sending `));
    expect(part).toMatch(new RegExp(`^sent     sha256 ${sum}\nreceived sha256 ${sum}\nThe file arrived intact.$`, 'm'));
    expect(part).toMatch(/^\d+\.\d MiB in \d+\.\d\d s: \d+ MiB\/s$/m);
    expect(part).toMatch(/^ {2}p50 .*µs\n {2}p90 .*µs\n {2}p99 .*µs\n {2}p99\.9 .*µs\n {2}max .*µs$/m);
  }
}

describe('npm start', () => {
  it.each([0, 3_000_001])('moves a file of %i bytes and proves it', async (length) => {
    const content = randomBytes(length);
    const child = transfer(file(`of-${length}.bin`, content));
    expectIntact(await child.ended, content);
    expect(child.stdout).not.toContain('\u001b');
    await expectNothingLeft(child);
  });

  it('names a file that is not there, or none', async () => {
    const missing = join(folder, 'missing.bin');
    expect(await transfer(missing).ended).toMatchObject({
      code: 2,
      stderr: `cannot read the file: ${missing} (ENOENT)\n`,
      stdout: '',
    });
    expect(await transfer(folder).ended).toMatchObject({ code: 2, stderr: `not a file: ${folder}\n` });
    expect(await transfer('--help').ended).toMatchObject({ code: 2, stderr: expect.stringMatching(/^usage: /) });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing behind when %s ends it', async (signal) => {
    const child = transfer(longFile());
    await until(() => child.stdout.includes('MiB/s'), 'it is under way');
    child.signal(signal);
    expect(await child.ended).toMatchObject({ code: 130, stderr: '' });
    await expectNothingLeft(child);
  });

  it('ends when nobody reads what it says', async () => {
    const child = transfer(longFile());
    await until(() => child.stdout.includes('sending'), 'it is under way');
    child.process.stdout?.destroy();
    expect(await child.ended).toMatchObject({ code: 130, stderr: '' });
    await expectNothingLeft(child);
  });

  onlyWithProc('fails when the receiver dies', async () => {
    const child = transfer(longFile());
    await until(() => child.stdout.includes('MiB/s'), 'it is under way');
    for (const pid of receiversOf(directoryOf(child))) {
      process.kill(Number(pid), 'SIGKILL');
    }
    expect(await child.ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the receiving process ended early: SIGKILL'),
    });
    await expectNothingLeft(child);
  });

  onlyWithProc('takes its receiver along when it is killed', async () => {
    const child = transfer(longFile());
    await until(() => child.stdout.includes('MiB/s'), 'it is under way');
    const directory = directoryOf(child);
    expect(receiversOf(directory)).toHaveLength(1);
    child.process.kill('SIGKILL');
    await child.ended;
    await until(() => receiversOf(directory).length === 0, 'the receiver has gone');
    rmSync(directory, { recursive: true, force: true });
  });
});
