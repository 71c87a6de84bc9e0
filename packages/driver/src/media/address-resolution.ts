// SPDX-License-Identifier: Apache-2.0
/** One end point's text on its way to an address: looked up, taken apart, resolved. Polled; never blocks. */
import type { SocketAddress } from '@aeron/core/internal';
import type { NameParameter, NameResolution, NameResolver } from '../naming/name-resolver.ts';
import { needsScope } from './ip-addresses.ts';
import { type HostAndPort, parseHostAndPort } from './socket-address-text.ts';

/** What to resolve. */
export interface AddressRequest {
  /** `host:port`, or a name that the resolver knows to stand for one. */
  readonly text: string;
  readonly parameter: NameParameter;
  readonly isReResolution: boolean;
}

/** @source aeron-driver/SocketAddressParser */
export class AddressResolution {
  readonly request: AddressRequest;
  /** What the text says after the resolver's look-up. */
  readonly target: HostAndPort;
  readonly #resolution: NameResolution;

  /** @throws ControlProtocolError INVALID_CHANNEL for text that is no end point. */
  constructor(request: AddressRequest, resolver: NameResolver) {
    const { text, parameter, isReResolution } = request;
    this.request = request;
    this.target = parseHostAndPort(resolver.lookup(text, parameter, isReResolution));
    this.#resolution = resolver.resolve(this.target.host, parameter, isReResolution);
  }

  /** @returns undefined when the host has no address. */
  step(): 'pending' | SocketAddress | undefined {
    const resolved = this.#resolution.poll();
    if (resolved === 'pending' || resolved === undefined) {
      return resolved;
    }
    const { scope, port } = this.target;
    const { family, address } = resolved;
    const isScoped = scope !== undefined && !address.includes('%') && needsScope(address);
    return { family, address: isScoped ? `${address}%${scope}` : address, port };
  }
}
