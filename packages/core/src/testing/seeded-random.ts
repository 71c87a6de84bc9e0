// SPDX-License-Identifier: Apache-2.0
/**
 * Random numbers that a seed repeats: xoshiro128** seeded by splitmix32. For simulation and tests; never for secrets.
 * Draws of one instance must happen in an order that the seed decides, so whoever draws independently gets a fork.
 */

const TWO_POW_32 = 4294967296;
const GOLDEN_GAMMA = 0x9e3779b9;

/** One generator; see `fork` for independent ones. */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed any safe integer; its low and high 32 bits both count. */
  constructor(seed: number) {
    let state = (seed ^ Math.imul(Math.floor(seed / TWO_POW_32) | 0, GOLDEN_GAMMA)) | 0;
    const next = (): number => {
      state = (state + GOLDEN_GAMMA) | 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      return mixed ^ (mixed >>> 16);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1; // never all zeros, from which the generator would not move
  }

  /** Uniform over all int32 values. */
  nextInt32(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** Uniform in [0, 1) with 53 bits. */
  nextFloat(): number {
    const high = this.nextInt32() >>> 5;
    const low = this.nextInt32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Uniform integer in [0, bound). @param bound 1 to 2^53. */
  nextInt(bound: number): number {
    return Math.floor(this.nextFloat() * bound);
  }

  /** Uniform integer from `low` to `high`, both included. */
  nextBetween(low: number, high: number): number {
    return low + this.nextInt(high - low + 1);
  }

  /** True with this probability; draws nothing for 0 and 1. */
  chance(probability: number): boolean {
    if (probability <= 0) {
      return false;
    }
    return probability >= 1 || this.nextFloat() < probability;
  }

  /** One of them. */
  pick<T>(values: readonly T[]): T {
    if (values.length === 0) {
      throw new RangeError('nothing to pick from');
    }
    return values[this.nextInt(values.length)] as T;
  }

  /** In place. */
  shuffle<T>(values: T[]): T[] {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.nextInt(i + 1);
      const swapped = values[i] as T;
      values[i] = values[j] as T;
      values[j] = swapped;
    }
    return values;
  }

  fill(target: Uint8Array): Uint8Array {
    for (let i = 0; i < target.length; i++) {
      target[i] = this.nextInt32();
    }
    return target;
  }

  /** An independent generator, decided by the state of this one. */
  fork(): SeededRandom {
    return new SeededRandom((this.nextInt32() >>> 0) * 2097152 + (this.nextInt32() >>> 11));
  }
}
