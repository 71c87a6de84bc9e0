// SPDX-License-Identifier: Apache-2.0
/** A media driver of either implementation, in a directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { MediaDriver } from '@aeron/driver';
import { servingPid } from '../../support/driver-view.ts';
import { freshDirectory } from './driver-directories.ts';
import { ReferencePeer } from './reference-peer.ts';
import { eventually } from './wait.ts';

export type DriverKind = 'node' | 'aeronmd' | 'reference';

export interface InteropDriver {
  readonly directory: string;
  /** Ends the driver; its directory is gone then. */
  close(): Promise<void>;
  /** Ends its process without a word. */
  kill(): Promise<void>;
}

export async function startDriver(
  kind: DriverKind,
  referenceVersion: string,
  settings: Readonly<Record<string, string>> = {},
  directory: string = freshDirectory(),
): Promise<InteropDriver> {
  switch (kind) {
    case 'node':
      return startEmbedded(directory, settings);
    case 'aeronmd':
      return startDaemon(directory, settings);
    default:
      return startReference(directory, settings, referenceVersion);
  }
}

async function startEmbedded(directory: string, properties: Readonly<Record<string, string>>): Promise<InteropDriver> {
  const driver = await MediaDriver.launch({
    aeronDirectoryName: directory,
    dirDeleteOnShutdown: true,
    properties: { 'aeron.threading.mode': 'SHARED', ...properties },
  });
  const invoking = driver.config.threadingMode === 'INVOKER' ? startInvoking(driver) : undefined;
  const close = async (): Promise<void> => {
    invoking?.stop();
    await driver.close();
  };
  return { directory, close, kill: close };
}

/** Runs the driver's duty cycles once per turn of the event loop. */
function startInvoking({ invoker }: MediaDriver): { stop(): void } {
  let immediate = setImmediate(turn);
  function turn(): void {
    invoker.invoke();
    immediate = setImmediate(turn);
  }
  return { stop: () => clearImmediate(immediate) };
}

async function startDaemon(directory: string, settings: Readonly<Record<string, string>>): Promise<InteropDriver> {
  const require = createRequire(import.meta.url);
  const script = join(dirname(require.resolve('@aeron/driver/package.json')), 'dist', 'bin', 'aeronmd.cjs');
  const all = {
    'aeron.dir': directory,
    'aeron.dir.delete.on.shutdown': 'true',
    'aeron.threading.mode': 'SHARED',
    ...settings,
  };
  const options = Object.entries(all).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
  const child = spawn(process.execPath, [script, ...options], { stdio: ['ignore', 'ignore', 'inherit'] });
  await eventually('aeronmd serves', () => {
    if (child.exitCode !== null) {
      throw new Error(`aeronmd exited with status ${child.exitCode}`);
    }
    return servingPid(directory) === child.pid;
  });
  return {
    directory,
    close: () => endProcess(child, 'SIGTERM'),
    kill: async () => {
      await endProcess(child, 'SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function startReference(
  directory: string,
  settings: Readonly<Record<string, string>>,
  referenceVersion: string,
): Promise<InteropDriver> {
  const peer = await ReferencePeer.start(referenceVersion);
  await peer.call(
    'driver',
    directory,
    settings['aeron.threading.mode'] ?? 'SHARED',
    ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
  );
  return {
    directory,
    close: async () => {
      if (peer.process.exitCode !== null || peer.process.signalCode !== null) {
        return; // killed before
      }
      await peer.call('stop-driver');
      await peer.stop();
    },
    kill: async () => {
      await endProcess(peer.process, 'SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await exited;
  }
}
