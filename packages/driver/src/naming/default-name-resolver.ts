// SPDX-License-Identifier: Apache-2.0
/** Resolves names as the operating system does. IPv4 first; an address that has not come in time does not come. */
import type { Clock, NameLookup, Names } from '@aeron/core/internal';
import { type NameResolution, type NameResolver, type ResolvedAddress, settledResolution } from './name-resolver.ts';

/** How long the operating system may take for one name. Longer than its own usual limit, so that its answer counts. */
export const NAME_LOOKUP_TIMEOUT_NS = 30_000_000_000;

const LOOPBACK: ResolvedAddress = { family: 'IPv4', address: '127.0.0.1' };

/** @source aeron-driver/DefaultNameResolver */
export class DefaultNameResolver implements NameResolver {
  readonly name = 'default';
  readonly #ports: { readonly names: Names; readonly clock: Clock };

  constructor(ports: { readonly names: Names; readonly clock: Clock }) {
    this.#ports = ports;
  }

  lookup(name: string): string {
    return name;
  }

  /** An empty host is this machine, as in the reference. */
  resolve(host: string): NameResolution {
    return host === '' ? settledResolution(LOOPBACK) : new SystemResolution(this.#ports, host);
  }
}

class SystemResolution implements NameResolution {
  readonly #lookup: NameLookup;
  readonly #clock: Clock;
  readonly #deadlineNs: number;
  #result: 'pending' | ResolvedAddress | undefined = 'pending';

  constructor({ names, clock }: { readonly names: Names; readonly clock: Clock }, host: string) {
    this.#lookup = names.lookup(host);
    this.#clock = clock;
    this.#deadlineNs = clock.nanoTime() + NAME_LOOKUP_TIMEOUT_NS;
  }

  poll(): 'pending' | ResolvedAddress | undefined {
    if (this.#result === 'pending') {
      this.#result = this.#next();
    }
    return this.#result;
  }

  #next(): 'pending' | ResolvedAddress | undefined {
    switch (this.#lookup.state) {
      case 'pending':
        return this.#clock.nanoTime() < this.#deadlineNs ? 'pending' : undefined;
      case 'resolved':
        return preferredAddress(this.#lookup.addresses);
      case 'failed':
        return undefined;
    }
  }
}

/** The first IPv4 address, else the first one. */
export function preferredAddress(addresses: readonly ResolvedAddress[]): ResolvedAddress | undefined {
  const found = addresses.find(({ family }) => family === 'IPv4') ?? addresses[0];
  return found === undefined ? undefined : { family: found.family, address: found.address };
}
