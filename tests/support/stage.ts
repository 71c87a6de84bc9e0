// SPDX-License-Identifier: Apache-2.0
/**
 * What one system test has started and made: drivers and clients as processes of their own on the built packages, and
 * directories in shared memory. `close` ends and deletes all of it, whatever became of the test.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, type ChildOptions } from './child.ts';
import { DriverView, servingPid } from './driver-view.ts';
import { RemoteClient, type RemoteClientOptions } from './remote-client.ts';
import { until } from './until.ts';

const ROOT = join(__dirname, '..', '..');
const AERONMD = join(ROOT, 'packages', 'driver', 'dist', 'bin', 'aeronmd.js');
export const PROGRAMS = join(ROOT, 'tests', 'system', 'programs');
const SHARED_MEMORY = '/dev/shm';
const PREFIX = 'aeron-system-';

/** How long a driver waits for a silent client, and by then steps over its claims; far above the hiccups of a busy machine. */
export const CLIENT_LIVENESS_MS = 3000;
export const UNBLOCK_MS = 3500;
export const DRIVER_TIMEOUT_MS = 3000;

const SETTINGS: Readonly<Record<string, string>> = {
  'aeron.timer.interval': '20ms',
  'aeron.client.liveness.timeout': `${CLIENT_LIVENESS_MS}ms`,
  'aeron.publication.unblock.timeout': `${UNBLOCK_MS}ms`,
  'aeron.publication.linger.timeout': '100ms',
  'aeron.counters.free.to.reuse.timeout': '500ms',
  'aeron.driver.timeout': String(DRIVER_TIMEOUT_MS),
  'aeron.ipc.term.buffer.length': '64k',
  'aeron.dir.delete.on.shutdown': 'true',
};

export type DriverSettings = Readonly<Record<string, string>>;

export class Stage {
  /** Of all that this test puts on the disk. */
  readonly folder: string;
  readonly #children = new Set<Child>();
  readonly #views = new Set<DriverView>();
  #directories = 0;

  constructor() {
    this.folder = mkdtempSync(join(existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir(), PREFIX));
  }

  /** A name for an Aeron directory, which does not exist yet. */
  newDirectory(): string {
    return join(this.folder, `aeron-${this.#directories++}`);
  }

  /** A folder that exists. */
  newFolder(): string {
    const folder = join(this.folder, `folder-${this.#directories++}`);
    mkdirSync(folder);
    return folder;
  }

  /** Starts aeronmd and waits until it serves. `settings` go on top of short time-outs and 64 KiB terms. */
  async startDriver(directory: string, settings: DriverSettings = {}, options: ChildOptions = {}): Promise<Child> {
    return untilServing(this.launchDriver(directory, settings, options), directory);
  }

  /** Starts a program that has a driver in INVOKER mode and does nothing but invoke it, and waits until it serves. */
  async startInvokedDriver(directory: string, settings: DriverSettings = {}): Promise<Child> {
    const all = { ...SETTINGS, ...settings, 'aeron.dir': directory, 'aeron.threading.mode': 'INVOKER' };
    return untilServing(this.startProgram('invoked-driver.mjs', JSON.stringify(all)), directory);
  }

  /** Starts aeronmd, or another script that takes settings as it does, without waiting. */
  launchDriver(
    directory: string,
    settings: DriverSettings = {},
    { script = AERONMD, ...options }: ChildOptions & { readonly script?: string } = {},
  ): Child {
    const all = { ...SETTINGS, ...settings, 'aeron.dir': directory };
    const args = Object.entries(all).map(([name, value]) => `-D${name}=${value}`);
    return this.start(script, args, options);
  }

  /** Starts a client in a process of its own and waits until it is connected. */
  async startClient(directory: string, options: RemoteClientOptions = {}): Promise<RemoteClient> {
    const all = { aeronDirectoryName: directory, keepAliveIntervalNs: '200ms', ...options };
    const client = new RemoteClient(this.start(join(PROGRAMS, 'client.mjs'), [JSON.stringify(all)]));
    await client.call('connect');
    return client;
  }

  /** As many at once. */
  async startClients(directory: string, count: 2): Promise<[RemoteClient, RemoteClient]>;
  async startClients(directory: string, count: 3): Promise<[RemoteClient, RemoteClient, RemoteClient]>;
  async startClients(directory: string, count: number): Promise<RemoteClient[]> {
    return Promise.all(Array.from({ length: count }, () => this.startClient(directory)));
  }

  /** Starts a script of tests/system/programs. */
  startProgram(name: string, ...args: string[]): Child {
    return this.start(join(PROGRAMS, name), args);
  }

  start(script: string, args: readonly string[], options: ChildOptions = {}): Child {
    const child = new Child(script, args, options);
    this.#children.add(child);
    return child;
  }

  /** Looks into the driver's counters; closed with the stage. */
  view(directory: string): DriverView {
    const view = DriverView.open(directory);
    this.#views.add(view);
    return view;
  }

  /** Ends what still runs, and deletes what is left. */
  async close(): Promise<void> {
    for (const view of this.#views) {
      view.close();
    }
    const running = [...this.#children].filter(({ isRunning }) => isRunning);
    await Promise.all(running.map((child) => child.kill()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Names of all that is left in the folder. */
  leftovers(): string[] {
    return readdirSync(this.folder).sort();
  }
}

/** @throws Error when it ends instead. */
async function untilServing(driver: Child, directory: string): Promise<Child> {
  await until(
    () => servingPid(directory) === driver.pid || !driver.isRunning,
    () => `driver: ${driver.stderr}`,
  );
  if (!driver.isRunning) {
    throw new Error(`driver ended: ${JSON.stringify(await driver.ended)}`);
  }
  return driver;
}

/** Runs a test on a stage of its own. */
export async function onStage(test: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = new Stage();
  try {
    await test(stage);
  } finally {
    await stage.close();
  }
}

/** Ends a driver in order and waits until it is gone. */
export async function stopDriver(driver: Child): Promise<void> {
  driver.signal('SIGTERM');
  await driver.ended;
}
