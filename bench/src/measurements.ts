// SPDX-License-Identifier: Apache-2.0
/** What is measured, and how: each measurement runs programs on a driver and returns one value per metric. */
import { setTimeout as sleep } from 'node:timers/promises';
import { driverFootprint } from './footprint.ts';
import type { Implementation, Program } from './implementation.ts';

/** How long things take. */
export interface Scale {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
  /** Messages of a measurement of costs, and as many to warm up. */
  readonly costMessages: number;
  readonly warmUpPings: number;
  readonly pings: number;
  readonly idleMs: number;
}

export const FULL: Scale = {
  rounds: 5,
  warmUpMs: 2_000,
  windowMs: 3_000,
  costMessages: 10_000_000,
  warmUpPings: 100_000,
  pings: 300_000,
  idleMs: 5_000,
};

export const QUICK: Scale = {
  rounds: 1,
  warmUpMs: 700,
  windowMs: 1_000,
  costMessages: 4_000_000,
  warmUpPings: 20_000,
  pings: 50_000,
  idleMs: 2_000,
};

/** What a measurement runs on. */
export interface Bench {
  readonly implementation: Implementation;
  readonly scale: Scale;
  readonly driver: Program;
  readonly directory: string;
}

export interface Metric {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly isMoreBetter: boolean;
}

export interface Measurement {
  readonly metrics: readonly Metric[];
  /** The reference has nothing of the kind. */
  readonly isOursOnly?: boolean;
  /** @returns a value for each metric, by id. */
  run(bench: Bench): Promise<Readonly<Record<string, number>>>;
}

const MESSAGE_LENGTH = 32;
const NS_PER_US = 1_000;

export const MEASUREMENTS: readonly Measurement[] = [
  throughput('offer', 'offer, poll'),
  throughput('exclusive', 'exclusive offer, poll'),
  throughput('claim', 'tryClaim, poll'),
  throughput('offer', 'offer, for await', 'iterate'),
  cost('offer', 'offer'),
  cost('exclusive', 'exclusive offer'),
  cost('claim', 'tryClaim'),
  roundTrip(),
  idleDriver(),
];

/** From one process to another. */
function throughput(kind: string, name: string, reading: 'poll' | 'iterate' = 'poll'): Measurement {
  const id = `rate.${kind}.${reading}`;
  return {
    isOursOnly: reading === 'iterate',
    metrics: [{ id, name, unit: 'M msg/s', isMoreBetter: true }],
    run: async ({ implementation, directory, scale: { warmUpMs, windowMs } }) => {
      const subscriber = implementation.start('subscriber', [directory, reading, warmUpMs, windowMs]);
      const publisher = implementation.start('publisher', [directory, kind, MESSAGE_LENGTH]);
      const [received] = await Promise.all([subscriber.result(), publisher.result()]);
      return { [id]: (namedValue(received, 'count') * 1e3) / namedValue(received, 'elapsedNs') };
    },
  };
}

/** In one thread by turns. */
function cost(kind: string, name: string): Measurement {
  return {
    metrics: [
      { id: `cost.${kind}`, name: `processor time of ${name}`, unit: 'ns', isMoreBetter: false },
      { id: `cost.${kind}.poll`, name: '  and of its poll', unit: 'ns', isMoreBetter: false },
    ],
    run: async ({ implementation, directory, scale: { costMessages } }) => {
      const program = implementation.start('turns', [directory, kind, MESSAGE_LENGTH, costMessages, costMessages]);
      const result = await program.result();
      return { [`cost.${kind}`]: namedValue(result, 'sendNs'), [`cost.${kind}.poll`]: namedValue(result, 'receiveNs') };
    },
  };
}

function roundTrip(): Measurement {
  const percentiles = ['p50', 'p99'] as const;
  return {
    metrics: percentiles.map((percentile) => ({
      id: `ping.${percentile}`,
      name: `round trip ${percentile}`,
      unit: 'µs',
      isMoreBetter: false,
    })),
    run: async ({ implementation, directory, scale: { warmUpPings, pings } }) => {
      const pong = implementation.start('pong', [directory]);
      const ping = implementation.start('ping', [directory, MESSAGE_LENGTH, warmUpPings, pings]);
      const [result] = await Promise.all([ping.result(), pong.result()]);
      return Object.fromEntries(percentiles.map((name) => [`ping.${name}`, namedValue(result, name) / NS_PER_US]));
    },
  };
}

function idleDriver(): Measurement {
  return {
    metrics: [
      { id: 'idle.cpu', name: 'idle driver, processor', unit: '% of a core', isMoreBetter: false },
      { id: 'idle.memory', name: 'idle driver, resident', unit: 'MB', isMoreBetter: false },
    ],
    run: async ({ driver, scale: { idleMs } }) => {
      const before = driverFootprint(driver.pid);
      const startMs = performance.now();
      await sleep(idleMs);
      const elapsedMs = performance.now() - startMs;
      const after = driverFootprint(driver.pid);
      return {
        'idle.cpu': ((after.cpuMs - before.cpuMs) * 100) / elapsedMs,
        'idle.memory': after.residentBytes / 1e6,
      };
    },
  };
}

function namedValue(result: Readonly<Record<string, number>>, name: string): number {
  const value = result[name];
  if (value === undefined) {
    throw new Error(`a program did not say ${name}: ${JSON.stringify(result)}`);
  }
  return value;
}
