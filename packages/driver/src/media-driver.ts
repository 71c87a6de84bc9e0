// SPDX-License-Identifier: Apache-2.0
/**
 * The media driver as an application meets it: launched, closed, and nothing in between. Here it is decided which thread runs
 * the agents; what they are made of is decided in assembled-driver.ts.
 *
 *     SHARED          launch ──spawn──▶ worker thread that runs all agents
 *     SHARED          launch ─────────▶ all agents in the calling thread      (callingThread)
 *     SHARED_NETWORK  launch ──spawn──▶ conductor's thread; sender and receiver, native resources
 *     DEDICATED       launch ──spawn──▶ conductor's thread; sender, receiver, native resources
 *     INVOKER         launch ─────────▶ nothing runs until the application calls driver.invoker.invoke()
 *
 * @source aeron-driver/MediaDriver
 */
import { defaultAeronDirectory, randomAeronDirectory } from '@aeron/codecs/internal';
import { type AgentInvoker, ConfigurationError, describeSettings } from '@aeron/core/internal';
import type { DriverSetup } from './assembled-driver.ts';
import { prepareDirectory } from './cnc/prepare-directory.ts';
import { type DriverConfig, driverSettings } from './config/driver-config.ts';
import { probeSocketBuffers } from './config/socket-buffer-limits.ts';
import { DriverDiagnostics } from './diagnostics/driver-diagnostics.ts';
import { loadSuppliers } from './driver-suppliers.ts';
import { hooksOf, type MediaDriverOptions, planLaunch } from './media-driver-options.ts';
import { startInvokedDriver } from './threads/invoked-driver.ts';
import { startLocalDriver, type ThreadUse } from './threads/local-driver.ts';
import type { RunningDriver } from './threads/running-driver.ts';
import { startThreadedDriver } from './threads/threaded-driver.ts';

/** A media driver that this process has launched. */
export class MediaDriver implements AsyncDisposable {
  /** Every setting as resolved. */
  readonly config: DriverConfig;
  /**
   * Settles when the driver has ended, whoever asked for it; rejects when it ended by a failure. Needs no handler: without
   * one a failure is told to `errorHandler`, or printed.
   */
  readonly closed: Promise<void>;
  readonly #running: RunningDriver;
  #isClosed = false;

  private constructor(config: DriverConfig, running: RunningDriver) {
    this.config = config;
    this.closed = running.closed;
    this.#running = running;
    const onEnd = (): void => {
      this.#isClosed = true;
    };
    running.closed.then(onEnd, onEnd);
  }

  /**
   * Launches a driver. It serves clients when the promise resolves.
   *
   * @param options may have a `signal` that takes the launch back.
   * @throws AeronError CONFIGURATION with everything that is wrong with the settings; ACTIVE_DRIVER when another driver serves the
   * directory; STORAGE_SPACE, FILE_ACCESS, CNC_CORRUPT, CNC_VERSION or DRIVER_TIMEOUT from taking over the directory; the signal's
   * reason.
   */
  static async launch(options: MediaDriverOptions = {}): Promise<MediaDriver> {
    const plan = planLaunch(options);
    const { signal } = plan.wiring;
    signal?.throwIfAborted();
    let driver: MediaDriver | undefined;
    let isCloseRequested = false;
    const diagnostics = new DriverDiagnostics(plan.platform.diagnostics, plan.platform.host.pid, plan.config);
    const hooks = hooksOf(plan, diagnostics, () => {
      isCloseRequested = true;
      void driver?.close();
    });
    const warn = (text: string) => hooks.notice('stderr', text);
    const socketBufferLimits = await probeSocketBuffers(plan.config, { ...plan.platform, warn });
    const suppliers = { ...(await loadSuppliers(plan.config)), ...plan.wiring.suppliers };
    // After all that may refuse the settings: they must not cost anybody a directory, nor leave one behind.
    await prepareDirectory(plan.platform, plan.config, { notice: warn, signal });
    const { platform, config } = plan;
    const setup = { platform, config, hooks, socketBufferLimits, suppliers };
    driver = new MediaDriver(config, await start(setup, plan.wiring.callingThread));
    await closeIfAborted(driver, signal);
    diagnostics.onLaunch(driver.closed);
    if (plan.config.printConfiguration) {
      hooks.notice('stdout', describeSettings(driverSettings, plan.config));
      hooks.notice('stdout', `datagram transport in use: ${driver.datagramTransport}`);
    }
    if (isCloseRequested) {
      void driver.close();
    }
    return driver;
  }

  /**
   * Launches a driver for this application alone: unless options, environment or properties name a directory, in one of its own
   * that is deleted when the driver closes.
   *
   * @throws AeronError as `launch`.
   */
  static async launchEmbedded(options: MediaDriverOptions = {}): Promise<MediaDriver> {
    const { config, platform } = planLaunch(options);
    if (config.aeronDirectoryName !== platform.files.canonical(defaultAeronDirectory(platform.host))) {
      return MediaDriver.launch(options);
    }
    const aeronDirectoryName = randomAeronDirectory(platform.host);
    return MediaDriver.launch({ dirDeleteOnShutdown: true, ...options, aeronDirectoryName });
  }

  /** Whether it has ended. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The directory that clients connect to: `Aeron.connect({ aeronDirectoryName })`. */
  get aeronDirectoryName(): string {
    return this.config.aeronDirectoryName;
  }

  /** How the driver sends and receives datagrams: `offload`, `batch` or `dgram`; see the setting `datagramTransport`. */
  get datagramTransport(): string {
    return this.#running.datagramTransport;
  }

  /**
   * Runs the driver's duty cycles by the application's hand, in INVOKER mode.
   *
   * @throws ConfigurationError in other modes.
   */
  get invoker(): AgentInvoker {
    const { invoker } = this.#running;
    if (invoker === undefined) {
      const { threadingMode } = this.config;
      throw new ConfigurationError(`only threadingMode=INVOKER has an invoker: threadingMode=${threadingMode}`);
    }
    return invoker;
  }

  /** From now on the open driver keeps the process alive. This is the default; in INVOKER mode it is the application that does. */
  ref(): this {
    this.#running.holdProcess(true);
    return this;
  }

  /** From now on the process may exit although the driver runs; close it first, or its directory stays. */
  unref(): this {
    this.#running.holdProcess(false);
    return this;
  }

  /** The facts that tell one driver from another. */
  toString(): string {
    const { aeronDirectoryName, threadingMode } = this.config;
    return `MediaDriver{aeronDirectory=${aeronDirectoryName} threadingMode=${threadingMode} isClosed=${this.isClosed}}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** Ends the driver: closes its agents, tells clients, and deletes the directory if so configured. Idempotent. */
  close(): Promise<void> {
    return this.#running.close();
  }

  /**
   * Ends the driver because something went wrong around it, which it can't know of: as `close`, with an entry in its error log.
   *
   * @returns what rejects with the error, as `closed` does.
   */
  fail(error: Error): Promise<void> {
    return this.#running.fail(error);
  }

  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** @throws the signal's reason, once all is undone. */
async function closeIfAborted(driver: MediaDriver, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) {
    await driver.close();
    throw signal.reason;
  }
}

function start(setup: DriverSetup, callingThread: ThreadUse | undefined): RunningDriver | Promise<RunningDriver> {
  if (setup.config.threadingMode === 'INVOKER') {
    return startInvokedDriver(setup);
  }
  return callingThread === undefined ? startThreadedDriver(setup) : startLocalDriver(setup, callingThread);
}
