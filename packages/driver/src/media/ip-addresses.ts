// SPDX-License-Identifier: Apache-2.0
/** Questions about numeric addresses, answered from their bytes. Pure. */
import { parseIpAddress } from '@aeron/codecs/internal';
import type { SocketAddress } from '@aeron/core/internal';

const IPV4_LENGTH = 4;

/** 224.0.0.0/4 or ff00::/8. */
export function isMulticastAddress(address: string): boolean {
  const bytes = parseIpAddress(address);
  if (bytes === undefined) {
    return false;
  }
  const first = bytes[0] ?? 0;
  return bytes.length === IPV4_LENGTH ? (first & 0xf0) === 0xe0 : first === 0xff;
}

/** `0.0.0.0` or `::`. */
export function isWildcardAddress(address: string): boolean {
  return parseIpAddress(address)?.every((byte) => byte === 0) ?? false;
}

/** Whether the address means something only together with an interface: fe80::/10, ff01::/16 and ff02::/16. */
export function needsScope(address: string): boolean {
  const bytes = parseIpAddress(address);
  if (bytes === undefined || bytes.length === IPV4_LENGTH) {
    return false;
  }
  const first = bytes[0] ?? 0;
  const second = bytes[1] ?? 0;
  return first === 0xfe ? (second & 0xc0) === 0x80 : first === 0xff && ((second & 0xf) === 1 || (second & 0xf) === 2);
}

/** The wildcard address of a family. */
export function wildcardAddress(family: SocketAddress['family']): string {
  return family === 'IPv4' ? '0.0.0.0' : '::';
}

/** Whether the bytes are equal; how they are written and a scope do not matter. */
export function isSameAddress(a: string, b: string): boolean {
  const bytesA = parseIpAddress(a);
  const bytesB = parseIpAddress(b);
  return bytesA !== undefined && bytesB !== undefined && isPrefixEqual(bytesA, bytesB, bytesA.length * 8);
}

/** Address and port are equal. */
export function isSameSocketAddress(a: SocketAddress, b: SocketAddress): boolean {
  return a.port === b.port && isSameAddress(a.address, b.address);
}

/** Whether two addresses of one family agree in their first `prefixLength` bits. @source aeron-driver/NetworkUtil */
export function isPrefixEqual(a: Uint8Array, b: Uint8Array, prefixLength: number): boolean {
  if (a.length !== b.length) {
    return false;
  }
  const wholeBytes = prefixLength >> 3;
  for (let i = 0; i < wholeBytes; i++) {
    if (a[i] !== b[i]) {
      return false;
    }
  }
  const rest = prefixLength & 7;
  const difference = (a[wholeBytes] ?? 0) ^ (b[wholeBytes] ?? 0);
  return rest === 0 || difference >> (8 - rest) === 0;
}

/**
 * The address as the reference prints it in canonical forms: IPv6 in all eight groups, `0:0:0:0:0:0:0:1`, followed by the
 * interface name where the address came from an interface.
 */
export function hostAddressText(address: string, interfaceName: string | undefined): string {
  const bytes = parseIpAddress(address);
  if (bytes === undefined || bytes.length === IPV4_LENGTH) {
    return address;
  }
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return groups.join(':') + (interfaceName === undefined ? '' : `%${interfaceName}`);
}
