// SPDX-License-Identifier: Apache-2.0
/**
 * Idle strategies by the names that configurations use: Java's aliases and class names, and C's names and init arguments.
 * Start-up only.
 *
 * @source agrona/IdleStrategy, aeron-driver/Configuration.agentIdleStrategy, aeron_agent.c
 */
import { parseDurationNs } from '../config/quantities.ts';
import { ConfigurationError } from '../errors/aeron-error.ts';
import {
  BackoffIdleStrategy,
  ControllableIdle,
  ControllableIdleStrategy,
  FixedIdleStrategy,
  IDLE_CONTINUE,
  IDLE_YIELD,
  type IdleStrategy,
} from './idle-strategy.ts';

/** What a strategy is made of besides its name. */
export interface IdleStrategyContext {
  /** C's init arguments: a duration for `sleep-ns` and `sleep-ms`, `spins-yields-minPark-maxPark` for `backoff`. */
  readonly initArgs?: string | undefined;
  /** The counter that `controllable` follows; set to PARK at first. */
  readonly controllableStatus?:
    | {
        /** One of ControllableIdle. */
        get(): number;
        /** Called once, when the strategy is made. */
        set(value: number): void;
      }
    | undefined;
}

interface Row {
  readonly otherNames: readonly string[];
  create(alias: string, context: IdleStrategyContext): IdleStrategy;
}

const DEFAULT_SLEEP_NS = 1_000;
const DEFAULT_SLEEP_MS_IN_NS = 1_000_000;

const STRATEGIES: Readonly<Record<string, Row>> = {
  noop: {
    otherNames: ['org.agrona.concurrent.NoOpIdleStrategy', 'aeron_idle_strategy_noop'],
    create: (alias) => new FixedIdleStrategy(alias, IDLE_CONTINUE),
  },
  spin: {
    otherNames: ['org.agrona.concurrent.BusySpinIdleStrategy', 'aeron_idle_strategy_busy_spinning'],
    create: (alias) => new FixedIdleStrategy(alias, IDLE_CONTINUE),
  },
  yield: {
    otherNames: ['org.agrona.concurrent.YieldingIdleStrategy', 'aeron_idle_strategy_yielding'],
    create: (alias) => new FixedIdleStrategy(alias, IDLE_YIELD),
  },
  'sleep-ns': {
    otherNames: ['org.agrona.concurrent.SleepingIdleStrategy', 'aeron_idle_strategy_sleeping', 'sleeping'],
    create: (alias, context) => new FixedIdleStrategy(alias, sleepNs(alias, context, DEFAULT_SLEEP_NS)),
  },
  'sleep-ms': {
    otherNames: ['org.agrona.concurrent.SleepingMillisIdleStrategy'],
    create: (alias, context) => new FixedIdleStrategy(alias, sleepNs(alias, context, DEFAULT_SLEEP_MS_IN_NS)),
  },
  backoff: {
    otherNames: ['org.agrona.concurrent.BackoffIdleStrategy', 'aeron_idle_strategy_backoff'],
    create: (_alias, context) => createBackoff(context.initArgs),
  },
  controllable: {
    otherNames: ['org.agrona.concurrent.ControllableIdleStrategy'],
    create: (_alias, context) => createControllable(context),
  },
};

/** The aliases that `createIdleStrategy` knows. */
export const IDLE_STRATEGY_ALIASES: readonly string[] = Object.keys(STRATEGIES);

/** @returns the alias for any known name of a strategy, or undefined. */
export function idleStrategyAlias(name: string): string | undefined {
  return IDLE_STRATEGY_ALIASES.find((alias) => alias === name || STRATEGIES[alias]?.otherNames.includes(name));
}

/** @throws ConfigurationError for an unknown name or malformed init arguments. */
export function createIdleStrategy(name: string, context: IdleStrategyContext = {}): IdleStrategy {
  const alias = idleStrategyAlias(name);
  const row = alias === undefined ? undefined : STRATEGIES[alias];
  if (alias === undefined || row === undefined) {
    throw new ConfigurationError(
      `unknown idle strategy: name=${name} (one of ${IDLE_STRATEGY_ALIASES.join(', ')} is expected)`,
    );
  }
  return row.create(alias, context);
}

function sleepNs(alias: string, context: IdleStrategyContext, defaultNs: number): number {
  const { initArgs } = context;
  return initArgs === undefined || initArgs === '' ? defaultNs : Math.max(1, durationNs(alias, initArgs));
}

function createBackoff(initArgs: string | undefined): IdleStrategy {
  if (initArgs === undefined || initArgs === '') {
    return new BackoffIdleStrategy();
  }
  const match = /^(\d+)-(\d+)-(\w+)-(\w+)$/.exec(initArgs);
  const [, spins, yields, minPark, maxPark] = match ?? [];
  if (spins === undefined || yields === undefined || minPark === undefined || maxPark === undefined) {
    throw new ConfigurationError(
      `malformed init arguments of backoff: initArgs=${initArgs} (spins-yields-minPark-maxPark is expected)`,
    );
  }
  const minParkPeriodNs = durationNs('backoff', minPark);
  const maxParkPeriodNs = durationNs('backoff', maxPark);
  if (!(minParkPeriodNs >= 1 && minParkPeriodNs <= maxParkPeriodNs)) {
    throw new ConfigurationError(
      `init arguments of backoff out of bounds: minParkPeriodNs=${minParkPeriodNs} maxParkPeriodNs=${maxParkPeriodNs}`,
    );
  }
  return new BackoffIdleStrategy({
    maxSpins: Number(spins),
    maxYields: Number(yields),
    minParkPeriodNs,
    maxParkPeriodNs,
  });
}

function createControllable(context: IdleStrategyContext): IdleStrategy {
  if (context.controllableStatus === undefined) {
    throw new ConfigurationError('the idle strategy controllable needs a status counter');
  }
  context.controllableStatus.set(ControllableIdle.PARK);
  return new ControllableIdleStrategy(context.controllableStatus);
}

function durationNs(alias: string, text: string): number {
  const value = parseDurationNs(text);
  if (value === undefined) {
    throw new ConfigurationError(`malformed duration in the init arguments of ${alias}: initArgs=${text}`);
  }
  return value;
}
