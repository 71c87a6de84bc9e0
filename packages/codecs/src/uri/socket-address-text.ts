// SPDX-License-Identifier: Apache-2.0
/**
 * End points and interfaces as they are written in channel URIs: `host:port`, `[v6%scope]:port`, `address[:port][/prefix]`,
 * `{name}[:port]`. Text only: names are resolved and interfaces searched elsewhere.
 */
import { invalidUri } from './uri-error.ts';

const MAX_PORT = 65535;
const IPV6_END_POINT = /^\[([0-9a-f:.]+)(?:%([\w.~-]+))?\]:(\d+)$/i;
const HOST_END_POINT = /^([^:[\]]*):(\d+)$/;
const INTERFACE_NAME = /^\{(.+)\}(?::(\d+))?$/s;
const IPV6_INTERFACE = /^\[([0-9a-f:.]+)(?:%([\w.~-]+))?\](?::(\d+))?(?:\/(\d+))?$/i;
const HOST_INTERFACE = /^([^:/[\]{}]+)(?::(\d+))?(?:\/(\d+))?$/;
const IPV4_ADDRESS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** An end point as written. */
export interface HostAndPort {
  /** Name or address, without brackets and scope. */
  readonly host: string;
  readonly port: number;
  /** Whether it was written in brackets. */
  readonly isIpv6: boolean;
  /** Zone of a link-local IPv6 address; undefined when not given. */
  readonly scope: string | undefined;
}

/** An interface as written: by name, or by an address in its subnet. */
export type InterfaceText =
  | { readonly kind: 'name'; readonly name: string; readonly port: number }
  | (HostAndPort & {
      readonly kind: 'address';
      /** Bits of the subnet; undefined means all of the address. */
      readonly prefixLength: number | undefined;
    });

/**
 * Takes an end point apart.
 *
 * @throws AeronError INVALID_URI naming the text: a port is mandatory and at most 65535.
 * @source aeron-driver/SocketAddressParser
 */
export function parseHostAndPort(text: string): HostAndPort {
  const ipv6 = IPV6_END_POINT.exec(text);
  if (ipv6 !== null) {
    return { host: ipv6[1] ?? '', port: portOf(text, ipv6[3]), isIpv6: true, scope: ipv6[2] };
  }
  const named = HOST_END_POINT.exec(text);
  if (named === null) {
    throw invalidUri(text, 'end point must be host:port or [address]:port');
  }
  return { host: named[1] ?? '', port: portOf(text, named[2]), isIpv6: false, scope: undefined };
}

/** Whether a text is one that `parseHostAndPort` takes. */
export function isHostAndPort(text: string): boolean {
  const match = IPV6_END_POINT.exec(text) ?? HOST_END_POINT.exec(text);
  return match !== null && Number(match.at(-1)) <= MAX_PORT;
}

/** Writes an end point of a numeric address, with brackets where it is IPv6. */
export function formatHostAndPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * Takes an interface apart.
 *
 * @throws AeronError INVALID_URI naming the text.
 * @source aeron-driver/UnresolvedInterface
 */
export function parseInterface(text: string): InterfaceText {
  if (text.startsWith('{')) {
    const named = INTERFACE_NAME.exec(text);
    if (named === null) {
      throw invalidUri(text, 'interface must be {name} or {name}:port');
    }
    return { kind: 'name', name: named[1] ?? '', port: portOf(text, named[2]) };
  }
  const ipv6 = IPV6_INTERFACE.exec(text);
  if (ipv6 !== null) {
    const prefixLength = prefixOf(text, ipv6[4], 128);
    return {
      kind: 'address',
      host: ipv6[1] ?? '',
      scope: ipv6[2],
      port: portOf(text, ipv6[3]),
      isIpv6: true,
      prefixLength,
    };
  }
  const host = HOST_INTERFACE.exec(text);
  if (host === null) {
    throw invalidUri(text, 'interface must be address[:port][/prefix] or {name}[:port]');
  }
  const prefixLength = prefixOf(text, host[3], 32);
  return {
    kind: 'address',
    host: host[1] ?? '',
    scope: undefined,
    port: portOf(text, host[2]),
    isIpv6: false,
    prefixLength,
  };
}

/** Whether a numeric address is a multicast one; names never are. */
export function isMulticastAddress(host: string): boolean {
  const ipv4 = IPV4_ADDRESS.exec(host);
  if (ipv4 !== null) {
    const first = Number(ipv4[1]);
    return first >= 224 && first <= 239;
  }
  return host.includes(':') && host.slice(0, 2).toLowerCase() === 'ff';
}

/** Whether the end point asks for any free port. */
export function isWildcardPort(endpoint: string): boolean {
  return /:0+$/.test(endpoint);
}

function portOf(text: string, digits: string | undefined): number {
  const port = Number(digits ?? 0);
  if (port > MAX_PORT) {
    throw invalidUri(text, `port is more than ${MAX_PORT}, port=${digits}`);
  }
  return port;
}

function prefixOf(text: string, digits: string | undefined, max: number): number | undefined {
  const length = digits === undefined ? undefined : Number(digits);
  if (length !== undefined && length > max) {
    throw invalidUri(text, `subnet prefix is more than ${max}, prefix=${digits}`);
  }
  return length;
}
