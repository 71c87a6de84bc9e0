// SPDX-License-Identifier: Apache-2.0
/**
 * How long a receiver waits before it asks for lost data, and before it asks again. One receiver asks at once; in a group
 * each waits a random time, so that one NAK, seen by all, can serve the others too.
 */

/** @source aeron-driver/FeedbackDelayGenerator */
export interface FeedbackDelayGenerator {
  /** Before the first NAK for a gap, ns. */
  delayNs(): number;
  /** Before each further one, ns. */
  retryDelayNs(): number;
}

/** @source aeron-driver/StaticDelayGenerator */
export class StaticDelayGenerator implements FeedbackDelayGenerator {
  readonly #delayNs: number;
  readonly #retryDelayNs: number;

  constructor(delayNs: number, retryDelayNs: number = delayNs) {
    this.#delayNs = delayNs;
    this.#retryDelayNs = retryDelayNs;
  }

  delayNs(): number {
    return this.#delayNs;
  }

  retryDelayNs(): number {
    return this.#retryDelayNs;
  }
}

/** An unreliable stream fills a gap in the next pass instead of asking for it. */
export const NO_DELAY: FeedbackDelayGenerator = new StaticDelayGenerator(0, 0);

/**
 * Exponentially distributed over `maxBackoffNs` for a group of `groupSize` receivers, after "Optimal Multicast Feedback"
 * (Nonnenmacher, Biersack): few answer early, most wait until they have seen the NAK of another.
 *
 * @source aeron-driver/OptimalMulticastDelayGenerator
 */
export class OptimalMulticastDelayGenerator implements FeedbackDelayGenerator {
  readonly #lambdaOverT: number;
  readonly #base: number;
  readonly #tOverLambda: number;
  readonly #scale: number;
  readonly #random: () => number;

  /** @param random uniform in [0, 1). */
  constructor(maxBackoffNs: number, groupSize: number, random: () => number) {
    const lambda = Math.log(groupSize) + 1;
    const exponent = Math.exp(lambda) - 1;
    this.#lambdaOverT = lambda / maxBackoffNs;
    this.#base = lambda / (maxBackoffNs * exponent);
    this.#tOverLambda = maxBackoffNs / lambda;
    this.#scale = (exponent * maxBackoffNs) / lambda;
    this.#random = random;
  }

  delayNs(): number {
    const x = this.#random() * this.#lambdaOverT + this.#base;
    return Math.round(this.#tOverLambda * Math.log(x * this.#scale));
  }

  retryDelayNs(): number {
    return this.delayNs();
  }
}
