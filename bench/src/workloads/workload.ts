// SPDX-License-Identifier: Apache-2.0
/** What a workload is: its rows are data, `run` measures one contender once. */
import type { Contender, DriverProperties, ProgramArguments, ProgramName } from '../contenders/contender.ts';
import type { PeerName } from '../contenders/peers.ts';
import type { Program, Values } from '../contenders/program.ts';
import type { Scale } from './scale.ts';

/** What is asked of this implementation. */
export interface Target {
  /** At least so many times as good as the reference. */
  readonly ratio?: number;
  /** At most so much, where less is better. */
  readonly atMost?: number;
  /** At least so many times as good as a peer. */
  readonly peer?: { readonly name: PeerName; readonly ratio: number };
}

/** A row of the table. */
export interface Metric {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly isMoreBetter: boolean;
  /** By variant; '' is the one of workloads without variants. */
  readonly targets?: Readonly<Record<string, Target>>;
}

/** A setting of this implementation's driver that the reference lacks: a row of its own each, against the same reference. */
export interface Variant {
  readonly name: string;
  readonly properties: DriverProperties;
}

export interface Workload {
  /** Heading of the table under which it stands. */
  readonly group: string;
  readonly metrics: readonly Metric[];
  readonly isQuick?: boolean;
  readonly isOursOnly?: boolean;
  readonly variants?: readonly Variant[];
  /** What else is measured, and how. */
  readonly peers?: readonly PeerRun[];
  /** @returns a value for each metric, by id. */
  run(stage: Stage): Promise<Values>;
}

export interface PeerRun {
  readonly peer: PeerName;
  readonly mode: 'rate' | 'round-trips';
  /** Of a message. */
  readonly length: number;
  /** For peers that have several kinds of transport. */
  readonly transport: 'ipc' | 'network';
  /** From what the peer's program says to the values of the workload. */
  values(result: Values): Values;
}

/** A driver that serves. */
export interface RunningDriver {
  readonly directory: string;
  readonly program: Program;
  start(name: ProgramName, args: ProgramArguments): Program;
  /** Ends it before its time. @returns what it says about its life. */
  end(): Promise<Values>;
}

export interface DriverExtras {
  /** Whether the event log is loaded into its process: this implementation's alone. */
  readonly hasEventLog?: boolean;
}

/** What a workload is run on: one contender, one time. */
export interface Stage {
  readonly contender: Contender;
  readonly scale: Scale;
  /** Settings of the variant. */
  readonly properties: DriverProperties;
  /** Starts a driver, and stops it afterwards. @returns what `use` returned. */
  withDriver<T>(
    properties: DriverProperties,
    use: (driver: RunningDriver) => Promise<T>,
    extras?: DriverExtras,
  ): Promise<T>;
  /** Runs a program that needs no driver of the bench. */
  runAlone(name: ProgramName, args: ProgramArguments): Promise<Values>;
}

/** @throws Error where a program did not say it. */
export function namedValue(result: Values, name: string): number {
  const value = result[name];
  if (value === undefined) {
    throw new Error(`a program did not say ${name}: ${JSON.stringify(result)}`);
  }
  return value;
}

const NS_PER_US = 1_000;
const PERCENTILES = ['p50', 'p99', 'p99.9'] as const;

/** Messages a second, in thousands. */
export function kiloRate(result: Values): number {
  return (namedValue(result, 'count') * 1e6) / namedValue(result, 'elapsedNs');
}

/** Messages a second, in millions. */
export function megaRate(result: Values): number {
  return kiloRate(result) / 1e3;
}

/** Rows of round trips. */
export function latencyMetrics(id: string, name: string, targets: Metric['targets'][] = []): readonly Metric[] {
  return PERCENTILES.map((percentile, index) => ({
    id: `${id}.${percentile}`,
    name: index === 0 ? `${name}, p50` : `  ${percentile}`,
    unit: 'µs',
    isMoreBetter: false,
    ...(targets[index] === undefined ? {} : { targets: targets[index] }),
  }));
}

export function latencyValues(id: string, result: Values): Values {
  return Object.fromEntries(PERCENTILES.map((name) => [`${id}.${name}`, namedValue(result, name) / NS_PER_US]));
}
