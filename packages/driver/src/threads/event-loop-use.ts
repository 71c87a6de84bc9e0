// SPDX-License-Identifier: Apache-2.0
/**
 * Whether the agents of a thread need its event loop now: while sockets are open whose datagrams arrive on it, and while names
 * are looked up. A thread that needs no loop may park for finer times than timers have, and at half their cost.
 */
import type { DatagramSocket, Datagrams, NameLookup, Names, Platform } from '@aeron/core/internal';

export class EventLoopUse {
  /** Ports to the same things that keep count. */
  readonly ports: { readonly datagrams: Datagrams; readonly names: Names };
  /** Blocks until a datagram arrives or the time is over; undefined where sockets live on the event loop. */
  readonly #wait: Datagrams['wait'];
  #sockets: DatagramSocket[] = [];
  #lookups: NameLookup[] = [];

  constructor({ datagrams, names }: Pick<Platform, 'datagrams' | 'names'>) {
    this.#wait = datagrams.wait;
    this.ports = {
      datagrams: {
        name: datagrams.name,
        wait: datagrams.wait,
        open: (options) => {
          const socket = datagrams.open(options);
          this.#sockets.push(socket);
          return socket;
        },
        interfaces: () => datagrams.interfaces(),
        bufferLimits: () => datagrams.bufferLimits(),
      },
      names: {
        lookup: (host) => {
          const lookup = names.lookup(host);
          this.#lookups.push(lookup);
          return lookup;
        },
      },
    };
  }

  /** Asked once per turn: forgets what has ended. */
  get isNeeded(): boolean {
    if (this.#wait === undefined) {
      this.#forgetClosed();
    }
    if (this.#lookups.length > 0) {
      this.#lookups = this.#lookups.filter(({ state }) => state === 'pending');
    }
    return (this.#wait === undefined && this.#sockets.length > 0) || this.#lookups.length > 0;
  }

  /** How a thread parks so that a datagram ends it; undefined while there is no socket, or none that can. */
  get wait(): Datagrams['wait'] {
    this.#forgetClosed();
    return this.#sockets.length > 0 ? this.#wait : undefined;
  }

  #forgetClosed(): void {
    if (this.#sockets.some(hasEnded)) {
      this.#sockets = this.#sockets.filter((socket) => !hasEnded(socket));
    }
  }
}

function hasEnded({ state }: DatagramSocket): boolean {
  return state === 'closed' || state === 'failed';
}
