// SPDX-License-Identifier: Apache-2.0
/**
 * The network between simulated hosts: carries datagrams from socket to socket in virtual time through links that lose,
 * delay, duplicate and reorder, and through partitions.
 */
import type { SeededRandom } from '../../testing/seeded-random.ts';
import { type SocketAddress, UNBOUNDED_BURST } from '../ports.ts';
import type { EventQueue } from './event-queue.ts';
import { Link } from './link.ts';
import {
  type DatagramInFlight,
  DEFAULT_LINK,
  DEFAULT_LOOPBACK,
  isLoopback,
  isMulticast,
  type LinkModel,
  type NetworkCounts,
} from './network-model.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { SimulatedSocket } from './simulated-socket.ts';
import { SocketTable } from './socket-table.ts';

/** Sees each datagram once per receiving host; `drop` counts as lost. */
export type Interceptor = (datagram: DatagramInFlight) => 'pass' | 'drop';

/** One per world. Changes of links and partitions take effect for the next datagram. */
export class SimulatedNetwork {
  readonly counts: NetworkCounts = {
    ...{ sent: 0, delivered: 0, lost: 0, duplicated: 0, reordered: 0 },
    ...{ partitioned: 0, unreachable: 0, overflowed: 0 },
  };
  readonly sockets = new SocketTable();
  /** Longest datagram, in bytes, that a socket takes; more fails with EMSGSIZE. */
  datagramLengthMax = 65507;
  /** Datagrams in a run, for drivers that are to be tested with runs. */
  runLimit = 1;
  /** What leaves one behind the other, for drivers that are to be tested with that. */
  burstLength = UNBOUNDED_BURST;
  /** As on Linux: a socket on the wildcard address gets what other sockets of its host joined. */
  multicastAll = true;
  readonly #events: EventQueue;
  readonly #random: SeededRandom;
  readonly #hosts = new Map<string, SimulatedHost>();
  readonly #links = new Map<string, Link>();
  readonly #models = new Map<string, LinkModel>();
  readonly #partitions = new Set<string>();
  #interceptor: Interceptor | undefined;
  #defaultModel = DEFAULT_LINK;
  #loopbackModel = DEFAULT_LOOPBACK;

  constructor(events: EventQueue, random: SeededRandom) {
    this.#events = events;
    this.#random = random;
  }

  addHost(host: SimulatedHost): void {
    for (const address of host.addresses) {
      if (this.#hosts.has(address)) {
        throw new Error(`two simulated hosts have one address: address=${address} host=${host.name}`);
      }
      this.#hosts.set(address, host);
    }
  }

  /** Changes all links between hosts that have no setting of their own. */
  setDefaultLink(model: Partial<LinkModel>): void {
    this.#defaultModel = { ...this.#defaultModel, ...model };
    this.#applyModels();
  }

  /** Changes the links within hosts. */
  setLoopback(model: Partial<LinkModel>): void {
    this.#loopbackModel = { ...this.#loopbackModel, ...model };
    this.#applyModels();
  }

  /** Changes one direction between two addresses. */
  setLink(from: string, to: string, model: Partial<LinkModel>): void {
    const key = linkKey(from, to);
    this.#models.set(key, { ...(this.#models.get(key) ?? this.#defaultModel), ...model });
    this.#applyModels();
  }

  /** Cuts both directions between each address of `a` and each of `b`; what is on its way still arrives. */
  partition(a: string | readonly string[], b: string | readonly string[]): void {
    for (const from of [a].flat()) {
      for (const to of [b].flat()) {
        this.partitionOneWay(from, to);
        this.partitionOneWay(to, from);
      }
    }
  }

  partitionOneWay(from: string, to: string): void {
    this.#partitions.add(linkKey(from, to));
  }

  /** Mends the cuts between the two, or all when left out. */
  heal(a?: string, b?: string): void {
    for (const key of [...this.#partitions]) {
      if (
        (a === undefined && b === undefined) ||
        key === linkKey(a ?? '', b ?? '') ||
        key === linkKey(b ?? '', a ?? '')
      ) {
        this.#partitions.delete(key);
      }
    }
  }

  /** Decides on each datagram before the links do; undefined removes it. */
  intercept(interceptor: Interceptor | undefined): void {
    this.#interceptor = interceptor;
  }

  /** @returns bytes taken: 0 when the link of the only target has a full queue's worth waiting. */
  send(socket: SimulatedSocket, content: Uint8Array, target: SocketAddress): number {
    const sourceAddress = sourceFor(socket, target);
    const hosts = this.#targetHosts(socket, target);
    if (hosts.length === 1 && this.#isCongested(socket, sourceAddress, hosts[0] as SimulatedHost, target)) {
      return 0;
    }
    this.counts.sent++;
    if (hosts.length === 0) {
      this.counts.unreachable++;
    }
    for (const host of hosts) {
      const datagram: DatagramInFlight = {
        content,
        sourceAddress,
        sourcePort: socket.boundPort,
        targetAddress: target.address,
        targetPort: target.port,
        targetHost: host.name,
      };
      this.#carry(socket, host, datagram);
    }
    return content.length;
  }

  #carry(socket: SimulatedSocket, host: SimulatedHost, datagram: DatagramInFlight): void {
    const isLocal = host === socket.host;
    const remoteAddress = isMulticast(datagram.targetAddress) ? addressLike(host, datagram) : datagram.targetAddress;
    if (!isLocal && this.#partitions.has(linkKey(datagram.sourceAddress, remoteAddress))) {
      this.counts.partitioned++;
      return;
    }
    if (this.#interceptor?.(datagram) === 'drop') {
      this.counts.lost++;
      return;
    }
    const link = this.#link(datagram.sourceAddress, remoteAddress, isLocal);
    link.carry(datagram.content.length, this.#events.nowNs, (delayNs) => {
      this.#events.add(delayNs, () => this.#arrive(socket, host, datagram));
    });
  }

  #arrive(sender: SimulatedSocket, host: SimulatedHost, datagram: DatagramInFlight): void {
    const isMulticastTarget = isMulticast(datagram.targetAddress);
    const receivers = isMulticastTarget
      ? this.sockets.multicastReceivers(host, datagram, this.multicastAll)
      : this.sockets.unicastReceiver(host, datagram);
    if (receivers.length === 0) {
      this.counts.unreachable++;
      if (!isMulticastTarget) {
        sender.onRefused(datagram.targetAddress, datagram.targetPort);
      }
    }
    for (const receiver of receivers) {
      if (receiver.accept(datagram.content, datagram.sourceAddress, datagram.sourcePort)) {
        this.counts.delivered++;
      } else {
        this.counts.overflowed++;
      }
    }
  }

  #targetHosts(socket: SimulatedSocket, target: SocketAddress): readonly SimulatedHost[] {
    if (isMulticast(target.address)) {
      return this.#multicastHosts(socket);
    }
    const host = isLoopback(target.address) ? socket.host : this.#hosts.get(target.address);
    return host === undefined ? [] : [host];
  }

  #multicastHosts(socket: SimulatedSocket): readonly SimulatedHost[] {
    const { ttl = 1, loopback = true, interfaceAddress } = socket.options.multicast ?? { interfaceAddress: '' };
    const staysHome = ttl === 0 || isLoopback(interfaceAddress);
    const hosts = staysHome ? [socket.host] : [...new Set(this.#hosts.values())];
    return hosts.filter((host) => loopback || host !== socket.host);
  }

  #isCongested(socket: SimulatedSocket, from: string, host: SimulatedHost, target: SocketAddress): boolean {
    const isLocal = host === socket.host;
    const link = this.#link(from, isMulticast(target.address) ? (host.addresses[0] ?? '') : target.address, isLocal);
    return link.backlog(this.#events.nowNs) > socket.sendBufferLength;
  }

  #link(from: string, to: string, isLocal: boolean): Link {
    const key = isLocal ? `local ${from}` : linkKey(from, to);
    let link = this.#links.get(key);
    if (link === undefined) {
      link = new Link(this.#modelOf(key), this.#random.fork(), this.counts);
      this.#links.set(key, link);
    }
    return link;
  }

  #modelOf(key: string): LinkModel {
    return key.startsWith('local ') ? this.#loopbackModel : (this.#models.get(key) ?? this.#defaultModel);
  }

  #applyModels(): void {
    for (const [key, link] of this.#links) {
      link.model = this.#modelOf(key);
    }
  }
}

function linkKey(from: string, to: string): string {
  return `${from} > ${to}`;
}

/** The address of `host` that is of the kind of the target's. */
function addressLike(host: SimulatedHost, datagram: DatagramInFlight): string {
  const isIPv6 = datagram.targetAddress.includes(':');
  return host.addresses.find((address) => address.includes(':') === isIPv6) ?? '';
}

/** What the receiver sees as the source: the bound address, or the one that the route to the target has. */
function sourceFor(socket: SimulatedSocket, target: SocketAddress): string {
  if (!socket.isOnWildcard) {
    return socket.options.bind.address;
  }
  const isIPv6 = target.family === 'IPv6';
  if (isLoopback(target.address)) {
    return isIPv6 ? '::1' : '127.0.0.1';
  }
  const { multicast } = socket.options;
  if (multicast !== undefined && isMulticast(target.address)) {
    return multicast.interfaceAddress;
  }
  return socket.host.addresses.find((address) => address.includes(':') === isIPv6) ?? '';
}
