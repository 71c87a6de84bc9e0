// SPDX-License-Identifier: Apache-2.0
/** `npm run sim`: runs many seeds of the simulation, or fuzzes; tells how far it is, and how to repeat what failed. */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz/fuzz.ts';
import { runSeed, SeedFailure } from './run-seed.ts';
import { SCENARIOS } from './scenarios.ts';

const PROGRESS_INTERVAL_MS = 2000;
const FAILURES_SHOWN = 3;

const USAGE = `usage: npm run sim -- [--scenario NAME] [--seeds N] [--first S] | --seed X
       npm run sim -- --fuzz N [--seed X]
  --scenario NAME  one of ${Object.keys(SCENARIOS).join(', ')}, or all, as when left out
  --seeds N        how many seeds of each, 1000 when left out
  --first S        the first of them, 1 when left out
  --seed X         only this one, with what it did
  --fuzz N         instead: so many mutated and random frames and commands, the first round with this seed`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const options = parse(args);
  if (options === undefined) {
    console.error(USAGE);
    return 2;
  }
  if (options.fuzzCount > 0) {
    return await runFuzz(options.first, options.fuzzCount);
  }
  let failures = 0;
  for (const scenario of options.scenarios) {
    failures += await runScenario(scenario, options.first, options.count);
  }
  return failures === 0 ? 0 : 1;
}

interface Options {
  readonly scenarios: readonly string[];
  readonly first: number;
  readonly count: number;
  /** 0: no fuzzing. */
  readonly fuzzCount: number;
}

function parse(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        scenario: { type: 'string' },
        seeds: { type: 'string', default: '1000' },
        first: { type: 'string', default: '1' },
        seed: { type: 'string' },
        fuzz: { type: 'string', default: '0' },
      },
    });
    const first = Number(values.seed ?? values.first);
    const count = values.seed === undefined ? Number(values.seeds) : 1;
    const scenarios =
      values.scenario === undefined || values.scenario === 'all' ? Object.keys(SCENARIOS) : [values.scenario];
    const fuzzCount = Number(values.fuzz);
    const isFuzzSound = Number.isSafeInteger(fuzzCount) && fuzzCount >= 0;
    const isSound = isFuzzSound && Number.isSafeInteger(first) && Number.isSafeInteger(count) && count > 0;
    return isSound && scenarios.every((name) => Object.hasOwn(SCENARIOS, name))
      ? { scenarios, first, count, fuzzCount }
      : undefined;
  } catch (error) {
    console.error(String((error as Error).message));
    return undefined;
  }
}

/** @returns the exit status. */
async function runFuzz(seed: number, count: number): Promise<number> {
  const startMs = Date.now();
  const seconds = (): string => ((Date.now() - startMs) / 1000).toFixed(1);
  console.log(`fuzz: seed=${seed}`);
  try {
    let shownMs = startMs;
    const grownBy = await fuzz(seed, count, (done) => {
      if (Date.now() - shownMs > PROGRESS_INTERVAL_MS) {
        shownMs = Date.now();
        console.log(`fuzz: ${done} of ${count} in ${seconds()} s`);
      }
    });
    console.log(`fuzz: ${count} frames and commands in ${seconds()} s, memory grew by ${grownBy} bytes`);
    return 0;
  } catch (error) {
    console.error(`fuzz: ${(error as Error).message}`);
    return 1;
  }
}

/** @returns how many seeds failed. */
async function runScenario(scenario: string, first: number, count: number): Promise<number> {
  const startMs = Date.now();
  const failed: number[] = [];
  const actions = new Map<string, number>();
  let messages = 0;
  let checkedLength = 0;
  let virtualMs = 0;
  let shownMs = startMs;
  for (let seed = first; seed < first + count; seed++) {
    try {
      const summary = await runSeed(scenario, seed);
      messages += summary.messages;
      checkedLength += summary.checkedLength;
      virtualMs += summary.virtualMs;
      for (const [name, times] of summary.actions) {
        actions.set(name, (actions.get(name) ?? 0) + times);
      }
    } catch (error) {
      failed.push(seed);
      if (failed.length <= FAILURES_SHOWN || !(error instanceof SeedFailure)) {
        console.error(error instanceof SeedFailure ? error.message : error);
      }
    }
    if (Date.now() - shownMs > PROGRESS_INTERVAL_MS) {
      shownMs = Date.now();
      console.log(`${scenario}: ${seed - first + 1} of ${count} seeds, ${failed.length} failed`);
    }
  }
  const seconds = ((Date.now() - startMs) / 1000).toFixed(1);
  console.log(`${scenario}: ${[...actions].map(([name, times]) => `${name} ${times}`).join(', ')}`);
  console.log(
    `${scenario}: ${count - failed.length} of ${count} seeds passed in ${seconds} s: ${messages} messages, ` +
      `${checkedLength} bytes checked, ${(virtualMs / 3_600_000).toFixed(1)} hours of virtual time`,
  );
  if (failed.length > 0) {
    console.log(`${scenario}: failed seeds: ${failed.join(' ')}`);
  }
  return failed.length;
}
