// SPDX-License-Identifier: Apache-2.0
/** Which simulated sockets are bound where, and who gets a datagram. */
import { type DatagramInFlight, isLoopback, isWildcard } from './network-model.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { SimulatedSocket } from './simulated-socket.ts';

const EPHEMERAL_PORT_MIN = 32768;
const PORT_MAX = 65535;

/** Sockets of all hosts of a world, by host and port. */
export class SocketTable {
  readonly #sockets = new Map<string, SimulatedSocket[]>();
  readonly #nextPorts = new Map<SimulatedHost, number>();

  /** Sockets that are bound now. */
  get count(): number {
    return [...this.#sockets.values()].reduce((sum, bound) => sum + bound.length, 0);
  }

  /** @returns the port, or undefined when it is taken. A port of 0 asks for a free one. */
  bind(socket: SimulatedSocket): number | undefined {
    const wanted = socket.options.bind.port;
    const port = wanted === 0 ? this.#freePort(socket) : wanted;
    if (port === undefined || this.#isTaken(socket, port)) {
      return undefined;
    }
    const bound = this.#at(socket.host, port);
    bound.push(socket);
    return port;
  }

  unbind(socket: SimulatedSocket): void {
    const bound = this.#at(socket.host, socket.boundPort);
    const index = bound.indexOf(socket);
    if (index >= 0) {
      bound.splice(index, 1);
    }
  }

  /** At most one: a connected socket of this peer first, then the exact address, then the wildcard; the newest among equals. */
  unicastReceiver(host: SimulatedHost, datagram: DatagramInFlight): readonly SimulatedSocket[] {
    let best: SimulatedSocket | undefined;
    let bestRank = 0;
    for (const socket of this.#at(host, datagram.targetPort)) {
      const { address } = socket.options.bind;
      const isMine = address === datagram.targetAddress || (socket.isOnWildcard && sameFamily(socket, datagram));
      const rank = isMine && acceptsSource(socket, datagram) ? rankOf(socket) : 0;
      if (rank > 0 && rank >= bestRank) {
        best = socket;
        bestRank = rank;
      }
    }
    return best === undefined ? [] : [best];
  }

  multicastReceivers(host: SimulatedHost, datagram: DatagramInFlight, all: boolean): readonly SimulatedSocket[] {
    const bound = this.#at(host, datagram.targetPort);
    const isJoined = (socket: SimulatedSocket): boolean => {
      const { group, interfaceAddress = '' } = socket.options.multicast ?? {};
      return group?.address === datagram.targetAddress && reaches(host, datagram.sourceAddress, interfaceAddress);
    };
    const isJoinedByHost = [...this.#sockets].some(
      ([key, sockets]) => key.startsWith(`${host.name} `) && sockets.some(isJoined),
    );
    return bound.filter((socket) => {
      const { address } = socket.options.bind;
      const takesGroup = address === datagram.targetAddress || (socket.isOnWildcard && sameFamily(socket, datagram));
      const isMember = socket.options.multicast?.group?.address === datagram.targetAddress;
      return takesGroup && acceptsSource(socket, datagram) && (isMember ? isJoined(socket) : all && isJoinedByHost);
    });
  }

  #at(host: SimulatedHost, port: number): SimulatedSocket[] {
    const key = `${host.name} ${port}`;
    let bound = this.#sockets.get(key);
    if (bound === undefined) {
      bound = [];
      this.#sockets.set(key, bound);
    }
    return bound;
  }

  #isTaken(socket: SimulatedSocket, port: number): boolean {
    const { address, family } = socket.options.bind;
    return this.#at(socket.host, port).some((other) => {
      const { bind, reuseAddress = false } = other.options;
      const meets = bind.family === family && (bind.address === address || other.isOnWildcard || isWildcard(address));
      return meets && !(reuseAddress && (socket.options.reuseAddress ?? false));
    });
  }

  #freePort(socket: SimulatedSocket): number | undefined {
    const first = this.#nextPorts.get(socket.host) ?? EPHEMERAL_PORT_MIN;
    const count = PORT_MAX - EPHEMERAL_PORT_MIN + 1;
    for (let i = 0; i < count; i++) {
      const port = EPHEMERAL_PORT_MIN + ((first - EPHEMERAL_PORT_MIN + i) % count);
      if (this.#at(socket.host, port).length === 0) {
        this.#nextPorts.set(socket.host, port + 1);
        return port;
      }
    }
    return undefined;
  }
}

function sameFamily(socket: SimulatedSocket, datagram: DatagramInFlight): boolean {
  return (socket.options.bind.family === 'IPv6') === datagram.targetAddress.includes(':');
}

function acceptsSource(socket: SimulatedSocket, datagram: DatagramInFlight): boolean {
  const peer = socket.peer;
  return peer === undefined || (peer.address === datagram.sourceAddress && peer.port === datagram.sourcePort);
}

function rankOf(socket: SimulatedSocket): number {
  return 1 + (socket.isOnWildcard ? 0 : 1) + (socket.peer === undefined ? 0 : 2);
}

/** Whether what came from `source` came in by the interface with this address of the host. */
function reaches(host: SimulatedHost, source: string, interfaceAddress: string): boolean {
  if (isWildcard(interfaceAddress) || interfaceAddress === '') {
    return true;
  }
  const isOwn = host.addresses.includes(source);
  return isLoopback(interfaceAddress) ? isLoopback(source) : !isLoopback(source) || isOwn;
}
