// SPDX-License-Identifier: Apache-2.0
/** A simulated process: what it holds is given up when it ends, in order or by a crash, and nothing of it runs afterwards. */
import type { SimulatedHost } from './simulated-host.ts';

/** Made by `SimulatedHost.startProcess`; its ports check `assertAlive` and register what they hold with `own`. */
export class SimulatedProcess {
  readonly host: SimulatedHost;
  readonly pid: number;
  readonly startedNs: number;
  #isAlive = true;
  readonly #owned = new Set<() => void>();

  constructor(host: SimulatedHost, pid: number, startedNs: number) {
    this.host = host;
    this.pid = pid;
    this.startedNs = startedNs;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** @throws Error when code of an ended process still calls its ports: a fault of the test that drives it. */
  assertAlive(): void {
    if (!this.#isAlive) {
      throw new Error(`simulated process has ended: host=${this.host.name} pid=${this.pid}`);
    }
  }

  /** Registers what to give up at the end. @returns a function that gives it up now; later calls do nothing. */
  own(release: () => void): () => void {
    const once = (): void => {
      if (this.#owned.delete(once)) {
        release();
      }
    };
    this.#owned.add(once);
    return once;
  }

  /** As by kill -9: open files, mappings, sockets and timers are gone, files stay as they were. */
  end(): void {
    if (this.#isAlive) {
      this.#isAlive = false;
      for (const release of [...this.#owned]) {
        release();
      }
    }
  }
}
