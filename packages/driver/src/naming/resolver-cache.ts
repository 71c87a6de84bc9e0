// SPDX-License-Identifier: Apache-2.0
/**
 * The names that drivers have told each other, with where they are and when they were last heard of. Bounded, since anyone may
 * send names; a full cache takes no new name, so that a flood can't push out the known ones. Native-resource agent.
 */

/** Names that are kept at most, IPv4 and IPv6 apart. A name takes 30 bytes or so in gossip. */
export const MAX_CACHE_ENTRIES = 1024;

/** One name. */
export interface CacheEntry {
  readonly name: string;
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly port: number;
  /** When its driver last spoke of itself, ns; carried along by gossip. */
  readonly timeOfLastActivityNs: number;
}

/** @source aeron-driver/DriverNameResolverCache */
export class ResolverCache {
  readonly #entries = new Map<string, CacheEntry>();
  readonly #timeoutNs: number;

  constructor(timeoutNs: number) {
    this.#timeoutNs = timeoutNs;
  }

  get size(): number {
    return this.#entries.size;
  }

  get entries(): IterableIterator<CacheEntry> {
    return this.#entries.values();
  }

  /** Names are compared as they are written, in upper and lower case. */
  lookup(name: string, addressLength: number): CacheEntry | undefined {
    return this.#entries.get(keyOf(name, addressLength));
  }

  /**
   * Takes over what is newer than what is known: old news that makes the round does not undo a move.
   *
   * @returns false when the cache is full.
   */
  update(entry: CacheEntry): boolean {
    const key = keyOf(entry.name, entry.address.length);
    const known = this.#entries.get(key);
    if (known === undefined && this.size >= MAX_CACHE_ENTRIES) {
      return false;
    }
    if (known === undefined || entry.timeOfLastActivityNs >= known.timeOfLastActivityNs) {
      this.#entries.set(key, entry);
    }
    return true;
  }

  /** Forgets names that were not heard of in time. @returns how many. */
  expire(nowNs: number): number {
    const before = this.size;
    for (const [key, { timeOfLastActivityNs }] of this.#entries) {
      if (timeOfLastActivityNs + this.#timeoutNs < nowNs) {
        this.#entries.delete(key);
      }
    }
    return before - this.size;
  }
}

function keyOf(name: string, addressLength: number): string {
  return `${addressLength}:${name}`;
}
