// SPDX-License-Identifier: Apache-2.0
/** Runs a command and sees to it that nothing of it stays: no process, and no directory of a driver, however it ends. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { driverDirectories, staleDriverDirectories } from './driver-directories.ts';
import { isAlive, processesOf, RUN_MARK } from './run-processes.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How long a process that is ending anyway may take. */
const GRACE_MS = 5000;

export interface RunResult {
  readonly status: number;
  /** What was left behind, and is gone now: a failure of the run. */
  readonly leftovers: readonly string[];
}

/** A signal to this process ends the command, and what it has started, first. */
export async function guardedRun(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly stdio?: 'inherit' | 'ignore' } = {},
): Promise<RunResult> {
  for (const directory of staleDriverDirectories(isAlive)) {
    rmSync(directory, { recursive: true, force: true }); // of a run that was killed together with its guard
  }
  const mark = `${process.pid}-${Date.now()}`;
  const child = spawn(command, args, {
    stdio: options.stdio ?? 'inherit',
    env: { ...process.env, ...options.env, [RUN_MARK]: mark },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  for (const signal of SIGNALS) {
    process.on(signal, forward);
  }
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128 + constants.signals[signal])));
  });
  const leftovers = [...(await endProcesses(mark)), ...removeDirectories(child.pid)];
  for (const signal of SIGNALS) {
    process.off(signal, forward);
  }
  return { status, leftovers };
}

async function endProcesses(mark: string): Promise<string[]> {
  const deadlineMs = Date.now() + GRACE_MS;
  let left = processesOf(mark);
  while (left.length > 0 && Date.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    left = processesOf(mark);
  }
  const named = left.map((pid) => `process ${pid}`);
  while (left.length > 0) {
    for (const pid of left) {
      killQuietly(pid);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
    left = processesOf(mark);
  }
  return named;
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone meanwhile
  }
}

/** The process of the tests names the directories after itself. */
function removeDirectories(pid: number | undefined): string[] {
  const directories = pid === undefined ? [] : driverDirectories(pid);
  for (const directory of directories) {
    rmSync(directory, { recursive: true, force: true });
  }
  return directories;
}
