// SPDX-License-Identifier: Apache-2.0
/** The drivers that names are told to. Bounded, since anyone may introduce himself. Native-resource agent. */
import { formatAddressAndPort } from '@aeron/codecs/internal';
import type { SocketAddress } from '@aeron/core/internal';

/** Drivers that one driver talks to at most; each gets every known name every few seconds. */
export const MAX_NEIGHBORS = 256;

interface Neighbor {
  readonly address: SocketAddress;
  /** When it last spoke of itself, or was heard of first, ns. */
  timeOfLastActivityNs: number;
}

/** Told of who comes and goes. */
export interface NeighborListener {
  onAdded(address: SocketAddress): void;
  onRemoved(address: SocketAddress): void;
}

/** @source aeron-driver/DriverNameResolver (neighborList) */
export class NeighborTable {
  readonly #neighbors = new Map<string, Neighbor>();
  readonly #timeoutNs: number;
  readonly #listener: NeighborListener | undefined;

  constructor(timeoutNs: number, listener?: NeighborListener) {
    this.#listener = listener;
    this.#timeoutNs = timeoutNs;
  }

  get size(): number {
    return this.#neighbors.size;
  }

  get addresses(): SocketAddress[] {
    return Array.from(this.#neighbors.values(), ({ address }) => address);
  }

  has(address: SocketAddress): boolean {
    return this.#neighbors.has(keyOf(address));
  }

  /**
   * Someone spoke of the driver at this address. Only its own word keeps it alive.
   *
   * @returns false when the table is full.
   */
  onActivity(address: SocketAddress, isSelf: boolean, timeOfLastActivityNs: number): boolean {
    const known = this.#neighbors.get(keyOf(address));
    if (known !== undefined) {
      known.timeOfLastActivityNs = isSelf ? timeOfLastActivityNs : known.timeOfLastActivityNs;
      return true;
    }
    if (this.size >= MAX_NEIGHBORS) {
      return false;
    }
    this.#neighbors.set(keyOf(address), { address, timeOfLastActivityNs });
    this.#listener?.onAdded(address);
    return true;
  }

  /** Forgets drivers that were silent for too long. @returns how many. */
  expire(nowNs: number): number {
    const before = this.size;
    for (const [key, { address, timeOfLastActivityNs }] of this.#neighbors) {
      if (timeOfLastActivityNs + this.#timeoutNs <= nowNs) {
        this.#neighbors.delete(key);
        this.#listener?.onRemoved(address);
      }
    }
    return before - this.size;
  }
}

function keyOf({ address, port }: SocketAddress): string {
  return formatAddressAndPort(address, port);
}
