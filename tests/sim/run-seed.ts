// SPDX-License-Identifier: Apache-2.0
/** Runs one seed of a scenario, and says all that is known when it fails. */
import { SCENARIOS, type SimulatedRun } from './scenarios.ts';
import type { RunSummary } from './simulation.ts';

export class SeedFailure extends Error {
  override readonly name = 'SeedFailure';
  readonly seed: number;

  constructor(scenario: string, seed: number, simulation: SimulatedRun, cause: unknown) {
    const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    const atMs = (simulation.world.nowNs / 1e6).toFixed(3);
    super(
      `scenario=${scenario} seed=${seed} at ${atMs} ms of virtual time: ${reason}\n` +
        `What happened last:\n  ${simulation.trace.join('\n  ')}\n` +
        `To repeat it: npm run sim -- --scenario ${scenario} --seed ${seed}`,
      { cause },
    );
    this.seed = seed;
  }
}

/** @throws SeedFailure when an invariant does not hold, or anything is thrown. */
export async function runSeed(scenario: string, seed: number): Promise<RunSummary> {
  const makeRun = SCENARIOS[scenario];
  if (makeRun === undefined) {
    throw new RangeError(`scenario=${scenario} is none of ${Object.keys(SCENARIOS).join(', ')}`);
  }
  const simulation = makeRun(seed);
  try {
    return await simulation.run();
  } catch (error) {
    throw new SeedFailure(scenario, seed, simulation, error);
  }
}
