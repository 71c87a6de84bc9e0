// SPDX-License-Identifier: Apache-2.0
/** A simulated machine: a disk, addresses, and the processes that run on it. */
import type { NetworkInterface } from '../ports.ts';
import type { SimulatedDisk, UnsyncedFate } from './disk.ts';
import { SimulatedProcess } from './simulated-process.ts';

const FIRST_PID = 1000;

/** What the world gives a host. */
export interface SimulatedHostParts {
  readonly name: string;
  readonly disk: SimulatedDisk;
  readonly interfaces: readonly NetworkInterface[];
  readonly nowNs: () => number;
  readonly epochMs: () => number;
}

/** Made by `SimulatedWorld.host`. */
export class SimulatedHost {
  readonly name: string;
  readonly disk: SimulatedDisk;
  readonly interfaces: readonly NetworkInterface[];
  /** Wall clock of this host, ms since 1970. */
  readonly epochMs: () => number;
  readonly #nowNs: () => number;
  readonly #processes = new Map<number, SimulatedProcess>();
  #nextPid = FIRST_PID;

  constructor(parts: SimulatedHostParts) {
    this.name = parts.name;
    this.disk = parts.disk;
    this.interfaces = parts.interfaces;
    this.epochMs = parts.epochMs;
    this.#nowNs = parts.nowNs;
  }

  /** Numeric addresses other than loopback. */
  get addresses(): readonly string[] {
    return this.interfaces.filter(({ isLoopback }) => !isLoopback).map(({ address }) => address);
  }

  startProcess(): SimulatedProcess {
    const started = new SimulatedProcess(this, this.#nextPid++, this.#nowNs());
    this.#processes.set(started.pid, started);
    started.own(() => this.#processes.delete(started.pid));
    return started;
  }

  isProcessAlive(pid: number): boolean {
    return this.#processes.has(pid);
  }

  /** Power failure: every process ends, volatile volumes are empty, and what was not synced may be lost. */
  losePower(fate: UnsyncedFate = 'random'): void {
    for (const each of [...this.#processes.values()]) {
      each.end();
    }
    this.disk.losePower(fate);
  }
}
