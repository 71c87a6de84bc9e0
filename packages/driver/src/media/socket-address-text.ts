// SPDX-License-Identifier: Apache-2.0
/** The text of an end point, `host:port`, `ip:port` or `[ip6%scope]:port`, taken apart. Pure; resolves nothing. */
import { throwInvalidChannel } from '../conductor/control-protocol-error.ts';

export interface HostAndPort {
  /** A name, or a numeric address without brackets and scope. */
  readonly host: string;
  /** Of an IPv6 address: the interface that it is valid on. */
  readonly scope: string | undefined;
  readonly port: number;
}

const PORT_MAX = 65_535;
const NAME_AND_PORT = /^([^:]*):(\d+)$/;
const IPV6_AND_PORT = /^\[([:0-9a-fA-F]*)(?:%([\w.~-]*))?\]:(\d+)$/;

/**
 * @throws ControlProtocolError INVALID_CHANNEL for any other text; the port is mandatory.
 * @source aeron-driver/SocketAddressParser
 */
export function parseHostAndPort(text: string): HostAndPort {
  if (text === '') {
    return throwInvalidChannel('an address is empty');
  }
  const named = NAME_AND_PORT.exec(text);
  if (named !== null) {
    return { host: named[1] ?? '', scope: undefined, port: parsePort(named[2] ?? '', text) };
  }
  const numeric = IPV6_AND_PORT.exec(text);
  if (numeric !== null) {
    const scope = numeric[2] === '' ? undefined : numeric[2];
    return { host: numeric[1] ?? '', scope, port: parsePort(numeric[3] ?? '', text) };
  }
  return throwInvalidChannel(invalidFormat(text));
}

function parsePort(digits: string, text: string): number {
  const port = Number(digits);
  return port <= PORT_MAX ? port : throwInvalidChannel(`port out of range: port=${digits} address=${text}`);
}

function invalidFormat(text: string): string {
  if (!text.includes(':') || text.endsWith(':')) {
    return text.startsWith('[')
      ? `[address]:port is required for ipv6: ${text}`
      : `address:port is required for ipv4: ${text}`;
  }
  return /^\[.*\]$/.test(text) ? `[address]:port is required for ipv6: ${text}` : `invalid format: ${text}`;
}
