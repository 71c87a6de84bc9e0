// SPDX-License-Identifier: Apache-2.0
/**
 * Rounds of fuzzing, each with agents of its own and a seed that repeats it. Between rounds memory is measured: what the last
 * round used must be free again.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expectThat } from '../model/expect.ts';
import { fuzzCommands } from './command-fuzz.ts';
import { fuzzGossip } from './gossip-fuzz.ts';
import { fuzzReceiver } from './receiver-fuzz.ts';
import { fuzzSender } from './sender-fuzz.ts';

/** Frames and commands of a round. */
export const ROUND_LENGTH = 200_000;
/** A command is hundreds of times the work of a frame: files, counters, time-outs of what it makes. */
const SHARES = [
  { name: 'receiver', share: 0.6, fuzz: fuzzReceiver },
  { name: 'sender', share: 0.345, fuzz: fuzzSender },
  { name: 'gossip', share: 0.05, fuzz: fuzzGossip },
  { name: 'commands', share: 0.005, fuzz: fuzzCommands },
] as const;
/** The first rounds bring in what stays: code, tables, caches of the engine. */
const WARM_UP_ROUNDS = 2;
const COLLECTIONS_LIMIT = 20;
const GROWTH_LIMIT = 48 * 1024 * 1024;

export class FuzzFailure extends Error {
  constructor(seed: number, part: string, cause: unknown) {
    const problem = cause instanceof Error ? cause.stack : String(cause);
    super(
      `${part} failed with seed=${seed}: ${problem}\nTo repeat it: npm run sim -- --fuzz ${ROUND_LENGTH} --seed ${seed}`,
    );
  }
}

/** One round. @throws FuzzFailure */
export function fuzzRound(seed: number, count: number): void {
  for (const { name, share, fuzz } of SHARES) {
    try {
      fuzz(seed, Math.ceil(count * share));
    } catch (error) {
      throw new FuzzFailure(seed, name, error);
    }
  }
}

/** As many rounds as it takes. @returns bytes by which memory grew after the first rounds. @throws FuzzFailure */
export async function fuzz(
  first: number,
  count: number,
  onRound: (done: number) => void = () => undefined,
): Promise<number> {
  const rounds = Math.ceil(count / ROUND_LENGTH);
  let usedAtFirst = 0;
  let grownBy = 0;
  for (let round = 0; round < rounds; round++) {
    fuzzRound(first + round, Math.min(ROUND_LENGTH, count - round * ROUND_LENGTH));
    const used = await usedMemory(round < WARM_UP_ROUNDS ? 0 : usedAtFirst + GROWTH_LIMIT);
    if (round < WARM_UP_ROUNDS) {
      usedAtFirst = used;
    }
    grownBy = used - usedAtFirst;
    expectThat(
      grownBy <= GROWTH_LIMIT,
      () => `memory grows: by=${grownBy} bytes in ${round + 1} rounds seed=${first + round}`,
    );
    onRound((round + 1) * ROUND_LENGTH);
  }
  return grownBy;
}

/** @returns bytes that are in use once the garbage is collected, which takes the engine some turns for large buffers. */
async function usedMemory(limit: number): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let used = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < COLLECTIONS_LIMIT && used > limit; turn++) {
    await new Promise((resolve) => setTimeout(resolve, turn));
    collect();
    const { heapUsed, external } = process.memoryUsage();
    used = heapUsed + external;
  }
  return used;
}
