// SPDX-License-Identifier: Apache-2.0
/** Internet addresses as bytes, as frames and events carry them, and as text. Pure. Text is as in RFC 5952, without scope. */

export const IPV4_ADDRESS_LENGTH = 4;
export const IPV6_ADDRESS_LENGTH = 16;

/** `127.0.0.1` or `::1`. @throws RangeError unless there are 4 or 16 bytes. */
export function formatIpAddress(bytes: Uint8Array): string {
  if (bytes.length === IPV4_ADDRESS_LENGTH) {
    return bytes.join('.');
  }
  if (bytes.length !== IPV6_ADDRESS_LENGTH) {
    throw new RangeError(`an address has 4 or 16 bytes: length=${bytes.length}`);
  }
  const groups = Array.from({ length: 8 }, (_, i) => groupAt(bytes, i));
  const { start, length } = longestZeroRun(groups);
  const texts = groups.map((group) => group.toString(16));
  if (length < 2) {
    return texts.join(':');
  }
  return `${texts.slice(0, start).join(':')}::${texts.slice(start + length).join(':')}`;
}

/** `ip:port` or `[ip6]:port`. */
export function formatAddressAndPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The bytes of an address, or undefined for text that is none; a scope (`%eth0`) is left out. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  const address = text.replace(/%.*$/, '');
  return address.includes(':') ? parseIpv6(address) : parseIpv4(address);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  const isAddress =
    parts.length === IPV4_ADDRESS_LENGTH && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
  return isAddress ? Uint8Array.from(parts, Number) : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) {
    return undefined;
  }
  const head = groupsOf(halves[0] ?? '');
  const tail = groupsOf(halves[1] ?? '');
  if (head === undefined || tail === undefined) {
    return undefined;
  }
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) {
    return undefined;
  }
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** The 16-bit groups of a part without `::`; the last two may be written as an IPv4 address. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') {
    return [];
  }
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const ipv4 = index === parts.length - 1 && part.includes('.') ? parseIpv4(part) : undefined;
    if (ipv4 !== undefined) {
      groups.push(groupAt(ipv4, 0), groupAt(ipv4, 1));
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

function groupAt(bytes: Uint8Array, index: number): number {
  return ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0);
}

/** Where `::` may stand in an IPv6 address: the first of the longest runs of zero groups; a length of 0 where there is none. */
export function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, index) => {
    if (group !== 0) {
      start = index + 1;
    } else if (index + 1 - start > best.length) {
      best = { start, length: index + 1 - start };
    }
  });
  return best;
}
