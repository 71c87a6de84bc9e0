// SPDX-License-Identifier: Apache-2.0
/** One of the drivers that gossip begins with: named in the settings, resolved at start and again while it is silent. */
import { AeronError, type SocketAddress, toError } from '@aeron/core/internal';
import { AddressResolution } from '../media/address-resolution.ts';
import { isSameSocketAddress } from '../media/ip-addresses.ts';
import type { NameResolver } from './name-resolver.ts';

export class BootstrapNeighbor {
  /** `host:port`, as configured. */
  readonly text: string;
  /** Undefined while its name has no address. */
  address: SocketAddress | undefined;
  readonly #resolver: NameResolver;
  #resolution: AddressResolution | undefined;

  constructor(text: string, resolver: NameResolver) {
    this.text = text;
    this.#resolver = resolver;
  }

  /** Whether its name is being looked up. */
  get isPending(): boolean {
    return this.#resolution !== undefined;
  }

  /** Looks its name up, unless that is under way. */
  resolve(onError: (error: Error) => void): void {
    try {
      const request = { text: this.text, parameter: 'endpoint', isReResolution: false } as const;
      this.#resolution ??= new AddressResolution(request, this.#resolver);
    } catch (error) {
      this.address = undefined;
      onError(toError(error));
    }
  }

  /** @returns whether a look-up has ended. */
  poll(onError: (error: Error) => void): boolean {
    const found = this.#resolution?.step() ?? undefined;
    if (this.#resolution === undefined || found === 'pending') {
      return false;
    }
    this.#resolution = undefined;
    this.address = found;
    if (found === undefined) {
      onError(
        new AeronError('AERON', `unresolved - endpoint=${this.text}, name-resolver=${this.#resolver.name}`, {
          category: 'WARN',
        }),
      );
    }
    return true;
  }

  isAt(address: SocketAddress): boolean {
    return this.address !== undefined && isSameSocketAddress(this.address, address);
  }
}
