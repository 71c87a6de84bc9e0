// SPDX-License-Identifier: Apache-2.0
/** One direction between two addresses: decides for each datagram whether, when and how often it arrives. */
import type { SeededRandom } from '../../testing/seeded-random.ts';
import type { LinkModel, NetworkCounts } from './network-model.ts';

const BITS_PER_BYTE = 8;
const NS_PER_SECOND = 1_000_000_000;

/** Draws from a generator of its own, so that traffic elsewhere does not change its decisions. */
export class Link {
  model: LinkModel;
  readonly #random: SeededRandom;
  readonly #counts: NetworkCounts;
  #freeAtNs = 0;
  #lastArrivalNs = 0;

  constructor(model: LinkModel, random: SeededRandom, counts: NetworkCounts) {
    this.model = model;
    this.#random = random;
    this.#counts = counts;
  }

  /** Bytes that wait for the link. */
  backlog(nowNs: number): number {
    const { bandwidth } = this.model;
    return bandwidth === 0 ? 0 : (Math.max(0, this.#freeAtNs - nowNs) * bandwidth) / NS_PER_SECOND / BITS_PER_BYTE;
  }

  /** Calls `arrive` with the delay of each copy that arrives. */
  carry(length: number, nowNs: number, arrive: (delayNs: number) => void): void {
    const { model } = this;
    const random = this.#random;
    const queueNs = this.#queue(length, nowNs);
    if (queueNs < 0 || random.chance(model.lossRate)) {
      this.#counts.lost++;
      return;
    }
    arrive(this.#delayNs(queueNs, nowNs));
    if (random.chance(model.duplicateRate)) {
      this.#counts.duplicated++;
      arrive(this.#delayNs(queueNs, nowNs));
    }
  }

  /** @returns time until the last bit has left, or -1 when the queue is full. */
  #queue(length: number, nowNs: number): number {
    const { bandwidth, queueLength } = this.model;
    if (bandwidth === 0) {
      return 0;
    }
    if (this.backlog(nowNs) + length > queueLength) {
      return -1;
    }
    const sendNs = (length * BITS_PER_BYTE * NS_PER_SECOND) / bandwidth;
    this.#freeAtNs = Math.max(this.#freeAtNs, nowNs) + sendNs;
    return this.#freeAtNs - nowNs;
  }

  #delayNs(queueNs: number, nowNs: number): number {
    const { model } = this;
    const random = this.#random;
    const jitterNs = model.jitterNs === 0 ? 0 : random.nextInt(model.jitterNs + 1);
    const arrivalNs = nowNs + queueNs + model.delayNs + jitterNs;
    if (random.chance(model.reorderRate)) {
      this.#counts.reordered++;
      return arrivalNs - nowNs + random.nextInt(model.reorderNs + 1);
    }
    this.#lastArrivalNs = Math.max(this.#lastArrivalNs, arrivalNs); // jitter alone does not reorder
    return this.#lastArrivalNs - nowNs;
  }
}
