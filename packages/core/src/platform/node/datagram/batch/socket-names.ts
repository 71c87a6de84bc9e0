// SPDX-License-Identifier: Apache-2.0
/** Addresses as text and as the kernel's records. The C library reads and writes the text, as it does for Node. */
import type { NetworkInterface, SocketAddress } from '../../../ports.ts';
import { AF_INET, AF_INET6, SocketName } from './linux-constants.ts';
import type { NativeBlock } from './native-block.ts';
import type { NativeSockets } from './native-sockets.ts';

/** INET6_ADDRSTRLEN, and more. */
export const ADDRESS_TEXT_LENGTH = 64;

/** Asked when an address carries a scope. */
export type ListInterfaces = () => readonly Pick<NetworkInterface, 'name' | 'index' | 'address'>[];

export class SocketNames {
  readonly #native: NativeSockets;
  readonly #listInterfaces: ListInterfaces;

  constructor(native: NativeSockets, listInterfaces: ListInterfaces) {
    this.#native = native;
    this.#listInterfaces = listInterfaces;
  }

  /**
   * Writes an address as the kernel takes it.
   *
   * @returns bytes written.
   * @throws Error when the text is no numeric address of its family.
   */
  encode(block: NativeBlock, offset: number, { family, address, port }: SocketAddress): number {
    const [text, scope] = address.split('%') as [string, string?];
    const isIPv6 = family === 'IPv6';
    block.bytes.fill(0, offset, offset + SocketName.LENGTH);
    block.putUint16(offset + SocketName.FAMILY, isIPv6 ? AF_INET6 : AF_INET);
    block.putUint16BigEndian(offset + SocketName.PORT, port);
    const at = offset + (isIPv6 ? SocketName.IPV6_ADDRESS : SocketName.IPV4_ADDRESS);
    this.encodeAddress(block, at, family, text);
    if (isIPv6 && scope !== undefined) {
      block.putInt32(offset + SocketName.IPV6_SCOPE, this.interfaceIndex(scope));
    }
    return isIPv6 ? SocketName.IPV6_LENGTH : SocketName.IPV4_LENGTH;
  }

  /** Only the 4 or 16 bytes of the address. */
  encodeAddress(block: NativeBlock, offset: number, family: SocketAddress['family'], text: string): void {
    if (this.#native.inetPton(family === 'IPv6' ? AF_INET6 : AF_INET, text, block.address + offset) !== 1) {
      throw Object.assign(new Error(`EINVAL: not a numeric ${family} address: ${text}`), { code: 'EINVAL' });
    }
  }

  /** The text of the address in the record at `offset`. @param scratch room for ADDRESS_TEXT_LENGTH bytes. */
  decodeAddress(block: NativeBlock, offset: number, scratch: NativeBlock): string {
    const family = block.getUint16(offset + SocketName.FAMILY);
    const at = offset + (family === AF_INET6 ? SocketName.IPV6_ADDRESS : SocketName.IPV4_ADDRESS);
    const text = this.#native.inetNtop(family, block.address + at, scratch.address, ADDRESS_TEXT_LENGTH) ?? '';
    const scope = family === AF_INET6 ? block.getInt32(offset + SocketName.IPV6_SCOPE) : 0;
    return scope === 0 ? text : `${text}%${this.#interfaceName(scope)}`;
  }

  decode(block: NativeBlock, offset: number, scratch: NativeBlock): SocketAddress {
    return {
      family: block.getUint16(offset + SocketName.FAMILY) === AF_INET6 ? 'IPv6' : 'IPv4',
      address: this.decodeAddress(block, offset, scratch),
      port: block.getUint16BigEndian(offset + SocketName.PORT),
    };
  }

  /** Of an interface's name, or of its number as text. @throws Error ENODEV. */
  interfaceIndex(scope: string): number {
    const index = this.#listInterfaces().find(({ name }) => name === scope)?.index ?? Number(scope);
    if (!Number.isInteger(index)) {
      throw Object.assign(new Error(`ENODEV: no such interface: ${scope}`), { code: 'ENODEV' });
    }
    return index;
  }

  /** By name or number; without either by an address of it. 0, which leaves the choice to the system, for the wildcard. */
  indexOfInterface(scope: string | undefined, address: string): number {
    if (scope !== undefined) {
      return this.interfaceIndex(scope);
    }
    return this.#listInterfaces().find((candidate) => candidate.address === address)?.index ?? 0;
  }

  #interfaceName(scope: number): string {
    return this.#listInterfaces().find(({ index }) => index === scope)?.name ?? String(scope);
  }
}
