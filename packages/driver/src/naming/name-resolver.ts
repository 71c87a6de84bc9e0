// SPDX-License-Identifier: Apache-2.0
/**
 * How the driver turns names into addresses. Polled, because a look-up may take seconds and no agent may wait; nothing here
 * blocks, and every look-up ends.
 */

/** Why a name is looked up: the URI parameter that it stands in. */
export type NameParameter = 'endpoint' | 'control';

/** Numeric text; `fe80::1%eth0` keeps its scope. */
export interface ResolvedAddress {
  readonly family: 'IPv4' | 'IPv6';
  readonly address: string;
}

/** A look-up under way. */
export interface NameResolution {
  /** @returns undefined when it has ended and the name has no address; the same from then on. */
  poll(): 'pending' | ResolvedAddress | undefined;
}

/** Resolves names of hosts and drivers. @source aeron-driver/NameResolver */
export interface NameResolver {
  /** Names it in errors. */
  readonly name: string;
  /**
   * What stands for `name` before it is split into host and port: another `host:port`, or `name` itself.
   *
   * @param isReLookup whether the name was resolved before and is to be resolved anew.
   */
  lookup(name: string, parameter: NameParameter, isReLookup: boolean): string;
  /** Starts to resolve a host: a name, or a numeric address without brackets. */
  resolve(host: string, parameter: NameParameter, isReResolution: boolean): NameResolution;
}

/** A look-up that has ended already. */
export function settledResolution(result: ResolvedAddress | undefined): NameResolution {
  return { poll: () => result };
}

/** A resolver that has work of its own to do. */
export interface NameResolverAgent extends NameResolver {
  /** False where `doWork` never has anything to do. */
  readonly hasOwnWork?: boolean;
  /** @returns how much was done. */
  doWork(): number;
  /** Ends what is under way and frees sockets; nothing is called afterwards. */
  close(): void;
}
