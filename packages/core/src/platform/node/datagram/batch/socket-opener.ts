// SPDX-License-Identifier: Apache-2.0
/** Opens a descriptor as `DatagramOptions` say. Cold: a socket is opened once. */
import type { DatagramOptions, SocketAddress } from '../../../ports.ts';
import * as linux from './linux-constants.ts';
import { NativeBlock } from './native-block.ts';
import { type NativeSockets, systemCallError } from './native-sockets.ts';
import type { SocketNames } from './socket-names.ts';

type Multicast = NonNullable<DatagramOptions['multicast']>;

/** Room for every option and name. */
const SCRATCH_LENGTH = 128;
const SECOND = 64;
const INT_LENGTH = 4;
const IPV4_LENGTH = 4;
const IPV6_LENGTH = 16;

/** The calls that make a socket what it shall be. One for all sockets of a thread. */
export class SocketOpener {
  readonly #native: NativeSockets;
  readonly #names: SocketNames;
  readonly #scratch: NativeBlock;

  constructor(native: NativeSockets, names: SocketNames) {
    this.#native = native;
    this.#names = names;
    this.#scratch = new NativeBlock(native, SCRATCH_LENGTH);
  }

  /**
   * @param isCoalescing whether datagrams that came together are taken together, where the kernel can.
   * @returns the descriptor, bound and connected.
   * @throws Error with the system's `code`; then nothing is left open.
   */
  open(options: DatagramOptions, isCoalescing: boolean): number {
    const { bind, multicast } = options;
    const family = bind.family === 'IPv6' ? linux.AF_INET6 : linux.AF_INET;
    const descriptor = this.#check('socket', this.#native.socket(family, linux.DATAGRAM_SOCKET, 0), bind.family);
    try {
      this.#setBasics(descriptor, options, isCoalescing);
      this.#withName(descriptor, 'bind', bind);
      if (multicast !== undefined) {
        bind.family === 'IPv6' ? this.#joinIPv6(descriptor, multicast) : this.#joinIPv4(descriptor, multicast);
      }
      if (options.connect !== undefined) {
        this.connect(descriptor, options.connect);
      }
      return descriptor;
    } catch (error) {
      this.#native.close(descriptor);
      throw error;
    }
  }

  /** Also in place of a former connection: port and address of this end stay. */
  connect(descriptor: number, target: SocketAddress): void {
    this.#withName(descriptor, 'connect', target);
  }

  /** Whether the kernel knows an option of UDP, by setting it. */
  trySetUdpOption(descriptor: number, option: number, value: number): boolean {
    this.#scratch.putInt32(0, value);
    return this.#native.setsockopt(descriptor, linux.SOL_UDP, option, this.#scratch.address, INT_LENGTH) === 0;
  }

  localAddress(descriptor: number): SocketAddress {
    const { address } = this.#scratch;
    this.#scratch.putInt32(SECOND, linux.SocketName.LENGTH);
    this.#check('getsockname', this.#native.getsockname(descriptor, address, address + SECOND), 'own address');
    return this.#names.decode(this.#scratch, 0, new NativeBlock(this.#native, SCRATCH_LENGTH));
  }

  /** @param option SO_RCVBUF or SO_SNDBUF. */
  bufferLength(descriptor: number, option: number): number {
    const { address } = this.#scratch;
    this.#scratch.putInt32(SECOND, INT_LENGTH);
    const result = this.#native.getsockopt(descriptor, linux.SOL_SOCKET, option, address, address + SECOND);
    this.#check('getsockopt', result, `option=${option}`);
    return this.#scratch.getInt32(0);
  }

  #setBasics(descriptor: number, options: DatagramOptions, isCoalescing: boolean): void {
    const { reuseAddress, receiveBufferLength = 0, sendBufferLength = 0, bind } = options;
    if (reuseAddress) {
      this.#set(descriptor, linux.SOL_SOCKET, linux.SO_REUSEADDR, 1);
    }
    if (receiveBufferLength > 0) {
      this.#set(descriptor, linux.SOL_SOCKET, linux.SO_RCVBUF, receiveBufferLength);
    }
    if (sendBufferLength > 0) {
      this.#set(descriptor, linux.SOL_SOCKET, linux.SO_SNDBUF, sendBufferLength);
    }
    if (isCoalescing) {
      this.trySetUdpOption(descriptor, linux.UDP_GRO, 1);
    }
    // Else a socket on the wildcard address would hear every group that any socket of this machine has joined. Kernels before
    // 4.20 do not have it for IPv6.
    this.#scratch.putInt32(0, 0);
    const [level, option] =
      bind.family === 'IPv6'
        ? [linux.IPPROTO_IPV6, linux.IPV6_MULTICAST_ALL]
        : [linux.IPPROTO_IP, linux.IP_MULTICAST_ALL];
    this.#native.setsockopt(descriptor, level, option, this.#scratch.address, INT_LENGTH);
  }

  #joinIPv4(descriptor: number, { group, interfaceAddress, ttl, loopback }: Multicast): void {
    // struct ip_mreqn: group, address of the interface, its number
    const block = this.#scratch;
    block.bytes.fill(0, 0, 3 * IPV4_LENGTH);
    this.#names.encodeAddress(block, IPV4_LENGTH, 'IPv4', interfaceAddress);
    this.#setFromScratch(descriptor, linux.IPPROTO_IP, linux.IP_MULTICAST_IF, 3 * IPV4_LENGTH, interfaceAddress);
    if (group !== undefined) {
      this.#names.encodeAddress(block, 0, 'IPv4', group.address);
      const details = `group=${group.address} interface=${interfaceAddress}`;
      this.#setFromScratch(descriptor, linux.IPPROTO_IP, linux.IP_ADD_MEMBERSHIP, 3 * IPV4_LENGTH, details);
    }
    if (ttl !== undefined) {
      this.#set(descriptor, linux.IPPROTO_IP, linux.IP_MULTICAST_TTL, ttl);
    }
    if (loopback !== undefined) {
      this.#set(descriptor, linux.IPPROTO_IP, linux.IP_MULTICAST_LOOP, loopback ? 1 : 0);
    }
  }

  #joinIPv6(descriptor: number, { group, interfaceAddress, interfaceName, ttl, loopback }: Multicast): void {
    const [address, scope] = interfaceAddress.split('%') as [string, string?];
    const index = this.#names.indexOfInterface(interfaceName ?? scope, address);
    this.#set(descriptor, linux.IPPROTO_IPV6, linux.IPV6_MULTICAST_IF, index);
    if (group !== undefined) {
      // struct ipv6_mreq: group, number of the interface
      this.#names.encodeAddress(this.#scratch, 0, 'IPv6', group.address.split('%', 1)[0] ?? '');
      this.#scratch.putInt32(IPV6_LENGTH, index);
      const length = IPV6_LENGTH + INT_LENGTH;
      const details = `group=${group.address} interface=${interfaceAddress}`;
      this.#setFromScratch(descriptor, linux.IPPROTO_IPV6, linux.IPV6_JOIN_GROUP, length, details);
    }
    if (ttl !== undefined) {
      this.#set(descriptor, linux.IPPROTO_IPV6, linux.IPV6_MULTICAST_HOPS, ttl);
    }
    if (loopback !== undefined) {
      this.#set(descriptor, linux.IPPROTO_IPV6, linux.IPV6_MULTICAST_LOOP, loopback ? 1 : 0);
    }
  }

  #withName(descriptor: number, call: 'bind' | 'connect', address: SocketAddress): void {
    const length = this.#names.encode(this.#scratch, 0, address);
    const result = this.#native[call](descriptor, this.#scratch.address, length);
    this.#check(call, result, `${address.address}:${address.port}`);
  }

  #set(descriptor: number, level: number, option: number, value: number): void {
    this.#scratch.putInt32(SECOND, value);
    const result = this.#native.setsockopt(descriptor, level, option, this.#scratch.address + SECOND, INT_LENGTH);
    this.#check('setsockopt', result, `level=${level} option=${option} value=${value}`);
  }

  #setFromScratch(descriptor: number, level: number, option: number, length: number, details: string): void {
    const result = this.#native.setsockopt(descriptor, level, option, this.#scratch.address, length);
    this.#check('setsockopt', result, details);
  }

  #check(call: string, result: number, details: string): number {
    if (result < 0) {
      throw systemCallError(call, this.#native.errno(), details);
    }
    return result;
  }
}
