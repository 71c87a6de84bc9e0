// SPDX-License-Identifier: Apache-2.0
/**
 * Whether the agents of a thread need its event loop now: while sockets are open, and while names are looked up. A thread that
 * needs no loop may park for finer times than timers have, and at half their cost.
 */
import type { DatagramSocket, Datagrams, NameLookup, Names, Platform } from '@aeron/core/internal';

export class EventLoopUse {
  /** Ports to the same things that keep count. */
  readonly ports: { readonly datagrams: Datagrams; readonly names: Names };
  #sockets: DatagramSocket[] = [];
  #lookups: NameLookup[] = [];

  constructor({ datagrams, names }: Pick<Platform, 'datagrams' | 'names'>) {
    this.ports = {
      datagrams: {
        name: datagrams.name,
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
    if (this.#sockets.length > 0) {
      this.#sockets = this.#sockets.filter(({ state }) => state === 'opening' || state === 'open');
    }
    if (this.#lookups.length > 0) {
      this.#lookups = this.#lookups.filter(({ state }) => state === 'pending');
    }
    return this.#sockets.length > 0 || this.#lookups.length > 0;
  }
}
