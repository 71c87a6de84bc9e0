// SPDX-License-Identifier: Apache-2.0
/** Drivers of this process, each in the threads of its mode, with a client each; their network is the loopback interface. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aeron } from '@aeron/client';
import { MediaDriver, type MediaDriverOptions } from '@aeron/driver';

const SHARED_MEMORY = '/dev/shm';
const LIMIT_MS = 60_000;

/** One driver and its client. */
export interface LoopbackNode {
  readonly driver: MediaDriver;
  readonly aeron: Aeron;
  /** What driver and client reported; a sound run leaves it empty. */
  readonly errors: Error[];
}

export class Loopback {
  readonly #folder = mkdtempSync(join(existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir(), 'aeron-loopback-'));
  readonly #nodes: LoopbackNode[] = [];
  #directories = 0;
  #isClosed = false;

  get folder(): string {
    return this.#folder;
  }

  async node(options: MediaDriverOptions = {}): Promise<LoopbackNode> {
    const errors: Error[] = [];
    const report = (error: Error) => errors.push(error);
    const aeronDirectoryName = join(this.#folder, `aeron-${this.#directories++}`);
    const driver = await MediaDriver.launch({
      aeronDirectoryName,
      dirDeleteOnShutdown: true,
      publicationTermBufferLength: '64k',
      ipcTermBufferLength: '64k',
      timerIntervalNs: '20ms',
      imageLivenessTimeoutNs: '2s',
      publicationLingerTimeoutNs: '100ms',
      clientLivenessTimeoutNs: '10s',
      notice: (_stream, text) => errors.push(new Error(text)),
      errorHandler: report,
      ...options,
    });
    if (driver.config.threadingMode === 'INVOKER') {
      this.#invoke(driver);
    }
    const aeron = await Aeron.connect({ aeronDirectoryName, errorHandler: report });
    const node = { driver, aeron, errors };
    this.#nodes.push(node);
    return node;
  }

  /** Closes clients and drivers, and deletes what they left. */
  async close(): Promise<void> {
    for (const { aeron, driver } of this.#nodes) {
      await aeron.close();
      await driver.close().catch(() => undefined);
    }
    this.#isClosed = true;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Gives the driver turns, as an application does between its own work. */
  #invoke(driver: MediaDriver): void {
    const turn = () => {
      if (!this.#isClosed && !driver.invoker.isClosed) {
        driver.invoker.invoke();
        setImmediate(turn);
      }
    };
    turn();
  }
}

/** Looks at a condition once per turn of the event loop, until it holds. */
export async function turnsUntil(what: string, condition: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + LIMIT_MS;
  while (!condition()) {
    if (Date.now() > deadlineMs) {
      throw new Error(`waited in vain: ${what}`);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
