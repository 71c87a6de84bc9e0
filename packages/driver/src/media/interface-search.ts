// SPDX-License-Identifier: Apache-2.0
/**
 * The `interface` parameter: which of this machine's interfaces a channel uses. `addr[:port][/prefix]` searches for an address,
 * `{name}[:port]` names an interface. Pure, over the list of interfaces.
 *
 * @source aeron-driver/InterfaceSearchAddress, aeron-driver/NamedInterface
 */
import { parseIpAddress } from '@aeron/codecs/internal';
import type { NetworkInterface, SocketAddress } from '@aeron/core/internal';
import { throwInvalidChannel } from '../conductor/control-protocol-error.ts';
import { hostAddressText, isPrefixEqual, isWildcardAddress } from './ip-addresses.ts';

/** The parameter, taken apart. */
export type InterfaceText =
  | {
      readonly kind: 'search';
      /** A host name or numeric address, without brackets. */
      readonly host: string;
      readonly port: number;
      /** Bits; undefined for the whole address. */
      readonly prefixLength: number | undefined;
    }
  | { readonly kind: 'named'; readonly name: string; readonly port: number };

/** What a channel without the parameter searches for. */
export const ANY_INTERFACE: InterfaceText = { kind: 'search', host: '0.0.0.0', port: 0, prefixLength: 0 };

const SEARCH = /^(?:\[([^\]]*)\]|([^:/[\]]*))(?::(\d+))?(?:\/(\d+))?$/;
const NAMED = /^\{(.+)\}(?::(\d+))?$/;
const PORT_MAX = 65_535;

/** @throws ControlProtocolError INVALID_CHANNEL for any other text. */
export function parseInterfaceText(text: string): InterfaceText {
  if (text.startsWith('{')) {
    const named = NAMED.exec(text);
    return named === null
      ? throwInvalidChannel(`expected format is '{interface_name}' or '{interface_name}:port': interface=${text}`)
      : { kind: 'named', name: named[1] ?? '', port: parsePort(named[2], text) };
  }
  const search = text === '' ? null : SEARCH.exec(text);
  if (search === null) {
    return throwInvalidChannel(`expected address[:port][/prefix]: interface=${text}`);
  }
  const prefixLength = search[4] === undefined ? undefined : Number(search[4]);
  return { kind: 'search', host: search[1] ?? search[2] ?? '', port: parsePort(search[3], text), prefixLength };
}

/** What was found. */
export interface FoundInterface {
  /** Undefined: any interface. */
  readonly name: string | undefined;
  readonly address: SocketAddress;
  /** The address in a canonical form. */
  readonly hostText: string;
}

/** What is searched for, its host resolved. */
export interface InterfaceSearch {
  readonly address: SocketAddress;
  /** Bits. */
  readonly prefixLength: number;
}

/**
 * Finds an interface that is a loopback or can multicast and has an address in the subnet: others before loopback ones, the
 * longest prefix first. The wildcard address is found without a search, unless the channel is multicast.
 *
 * @param interfaces lists them, at some cost: asked only for a search.
 * @throws ControlProtocolError INVALID_CHANNEL naming the candidates when there is none.
 */
export function searchInterface(
  search: InterfaceSearch,
  isMulticast: boolean,
  interfaces: () => readonly NetworkInterface[],
): FoundInterface {
  const { address, prefixLength } = search;
  if (!isMulticast && isWildcardAddress(address.address)) {
    return { name: undefined, address, hostText: hostAddressText(address.address, undefined) };
  }
  const query = parseIpAddress(address.address) ?? new Uint8Array();
  if (prefixLength > query.length * 8) {
    throwInvalidChannel(`prefix out of range: ${address.address}/${prefixLength}`);
  }
  const candidates = firstOfEachInterface(interfaces(), (candidate) => {
    const bytes = parseIpAddress(candidate.address);
    return bytes !== undefined && isPrefixEqual(bytes, query, prefixLength);
  }).sort(byPreference);
  const found = candidates.find(({ supportsMulticast, isLoopback }) => supportsMulticast || isLoopback);
  if (found === undefined) {
    const list = candidates.map(({ name, address: text, prefixLength: bits }) => `${name}=${text}/${bits}`).join(' ');
    return throwInvalidChannel(
      'Unable to find multicast or loopback interface matching criteria: ' +
        `${address.address}/${prefixLength} candidates=[${list}]`,
    );
  }
  return foundAt(found, address.port);
}

/**
 * The first address of the family on the interface.
 *
 * @throws ControlProtocolError INVALID_CHANNEL when there is none.
 */
export function namedInterface(
  { name, port }: { readonly name: string; readonly port: number },
  family: SocketAddress['family'],
  interfaces: readonly NetworkInterface[],
): FoundInterface {
  const ofName = interfaces.filter((candidate) => candidate.name === name);
  const found = ofName.find((candidate) => candidate.family === family);
  if (found === undefined) {
    return throwInvalidChannel(
      ofName.length === 0 ? `unknown interface ${name}` : `no ${family} addresses found on interface ${name}`,
    );
  }
  return foundAt(found, port);
}

/** The first address of `family` on the interface of that name. */
export function addressOfFamily(
  name: string,
  family: SocketAddress['family'],
  interfaces: readonly NetworkInterface[],
): string | undefined {
  return interfaces.find((candidate) => candidate.name === name && candidate.family === family)?.address;
}

function foundAt({ name, family, address }: NetworkInterface, port: number): FoundInterface {
  return { name, address: { family, address, port }, hostText: hostAddressText(address, name) };
}

function firstOfEachInterface(
  interfaces: readonly NetworkInterface[],
  matches: (candidate: NetworkInterface) => boolean,
): NetworkInterface[] {
  const byName = new Map<string, NetworkInterface>();
  for (const candidate of interfaces) {
    if (!byName.has(candidate.name) && matches(candidate)) {
      byName.set(candidate.name, candidate);
    }
  }
  return [...byName.values()];
}

function byPreference(a: NetworkInterface, b: NetworkInterface): number {
  return Number(a.isLoopback) - Number(b.isLoopback) || b.prefixLength - a.prefixLength;
}

function parsePort(digits: string | undefined, text: string): number {
  const port = Number(digits ?? '0');
  return port <= PORT_MAX ? port : throwInvalidChannel(`port out of range: interface=${text}`);
}
