// SPDX-License-Identifier: Apache-2.0
/** For tests: a client connected to a fake driver, both in one simulated world whose time the test lets pass. */
import { Aeron } from '../aeron.ts';
import type { AeronOptions } from '../config/client-options.ts';
import { FAKE_DIRECTORY, FakeDriver } from './fake-driver.ts';

const NS_PER_MS = 1_000_000;
const DEFAULT_LIMIT_MS = 60_000;

export class ClientHarness {
  readonly driver: FakeDriver;
  readonly aeron: Aeron;
  /** What the error handler was given. */
  readonly errors: Error[];
  /** Whether the driver reads its ring, and so shows that it lives, while time passes. */
  isDriverAlive = true;

  private constructor(driver: FakeDriver, aeron: Aeron, errors: Error[]) {
    this.driver = driver;
    this.aeron = aeron;
    this.errors = errors;
  }

  static open(options: AeronOptions = {}, driver = FakeDriver.started()): ClientHarness {
    const errors: Error[] = [];
    const aeron = Aeron.connectNow({
      aeronDirectoryName: FAKE_DIRECTORY,
      platform: driver.clientPlatform(),
      errorHandler: (error) => errors.push(error),
      ...options,
    });
    return new ClientHarness(driver, aeron, errors);
  }

  /** Lets time pass, a millisecond at a time, with the driver doing its part and promises settling. */
  async advance(durationMs: number): Promise<void> {
    for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs++) {
      this.tick();
      await turn();
    }
  }

  /** Lets time pass until the promise settles. @returns what it resolved to. */
  async settle<T>(promise: Promise<T>, limitMs = DEFAULT_LIMIT_MS): Promise<T> {
    let isSettled = false;
    const settled = (): void => {
      isSettled = true;
    };
    promise.then(settled, settled);
    for (let elapsedMs = 0; !isSettled; elapsedMs++) {
      if (elapsedMs > limitMs) {
        throw new Error(`not settled: limitMs=${limitMs}`);
      }
      this.tick();
      await turn();
    }
    return promise;
  }

  /** A millisecond. */
  tick(): void {
    if (this.isDriverAlive) {
      this.driver.readCommands();
    }
    this.driver.world.step(NS_PER_MS);
  }
}

/** Lets what was settled have its consequences. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
