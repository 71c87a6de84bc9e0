// SPDX-License-Identifier: Apache-2.0
/** A run of these tests leaves nothing behind, also when it fails or is ended: here with stand-ins for its drivers. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DIRECTORY_PREFIX } from './support/driver-directories.ts';
import { guardedRun, type RunResult } from './support/guarded-run.ts';
import { isAlive } from './support/run-processes.ts';
import { eventually } from './support/wait.ts';

// Leaves a process that does not end with it and a directory that is named after it, and writes its process id to a file.
const UNTIDY = `
  const { spawn } = require('node:child_process');
  const { mkdirSync, writeFileSync } = require('node:fs');
  mkdirSync(process.argv[2] + process.pid + '-0');
  const stray = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { detached: true, stdio: 'ignore' });
  stray.once('spawn', () => {
    stray.unref();
    writeFileSync(process.argv[1], String(process.pid));
    AFTER;
  });
`;

describe('a guarded run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guarded-run-'));
  const pidFile = join(folder, 'pid');
  const untidy = (after: string) => ['-e', UNTIDY.replace('AFTER', after), pidFile, DIRECTORY_PREFIX];
  const quiet = { stdio: 'ignore' } as const;
  afterEach(() => rmSync(pidFile, { force: true }));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function expectGone(leftovers: readonly string[]): void {
    const [stray = '', directory = '', ...more] = leftovers;
    expect(stray).toMatch(/^process \d+$/);
    expect(isAlive(Number(stray.replace('process ', '')))).toBe(false);
    expect(directory).toMatch(/-0$/);
    expect(existsSync(directory)).toBe(false);
    expect(more).toEqual([]);
  }

  it('that fails leaves no process and no directory, and says what was left', async () => {
    const { status, leftovers } = await guardedRun(process.execPath, untidy('process.exit(3)'), quiet);
    expect(status).toBe(3);
    expectGone(leftovers);
  });

  it('says nothing of a run that is tidy', async () => {
    expect(await guardedRun(process.execPath, ['-e', ''], quiet)).toEqual({ status: 0, leftovers: [] });
  });

  it('that is ended by a signal cleans up before it ends', async () => {
    const program = join(__dirname, 'support', 'guard-program.ts');
    const guard = spawn(process.execPath, ['--import', 'tsx', program, ...untidy('setInterval(() => {}, 1000)')], {
      stdio: ['ignore', 'pipe', 'ignore'],
      cwd: __dirname,
    });
    let output = '';
    guard.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    const ended = new Promise((resolve) => guard.once('close', resolve));
    await eventually('the run', () => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
    guard.kill('SIGTERM');
    await ended;
    const { status, leftovers } = JSON.parse(output) as RunResult;
    expect(status).not.toBe(0);
    expectGone(leftovers);
  });

  it('removes what an earlier run left that was killed together with its guard', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => gone.once('exit', resolve));
    const directory = `${DIRECTORY_PREFIX}${gone.pid}-0`;
    mkdirSync(directory);
    try {
      await guardedRun(process.execPath, ['-e', ''], quiet);
      expect(existsSync(directory)).toBe(false);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
