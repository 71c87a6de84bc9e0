// SPDX-License-Identifier: Apache-2.0
/**
 * Picks ports from a configured range for channels that ask for port 0, so that firewalls can be told of them. One for the
 * sender and one for the receiver, each of its agent alone; it knows the ports of this driver, not those of other processes.
 */
import { AeronError, assert, type SocketAddress } from '@aeron/core/internal';
import type { UdpChannel } from './udp-channel.ts';

/** Both ends inclusive. */
export interface PortRange {
  readonly low: number;
  readonly high: number;
}

/** @param text `low high`, as the settings check it. @returns undefined where the operating system is to pick. */
export function parsePortRange(text: string | undefined): PortRange | undefined {
  const ports = /^(\d+) +(\d+)$/.exec(text ?? '');
  const high = Number(ports?.[2] ?? 0);
  return high === 0 ? undefined : { low: Math.max(1, Number(ports?.[1])), high };
}

/** @source aeron-driver/WildcardPortManager */
export class WildcardPortManager {
  readonly #range: PortRange | undefined;
  readonly #isSender: boolean;
  /** How many sockets have each port: those of multicast receivers are shared. */
  readonly #used = new Map<number, number>();
  #nextPort: number;

  /** @param isSender whose sockets get a port of the range only where the channel has `control`. */
  constructor(range: PortRange | undefined, isSender: boolean) {
    this.#range = range;
    this.#isSender = isSender;
    this.#nextPort = range?.low ?? 0;
  }

  /**
   * Where a socket of the channel is to be bound. To be released when it is closed, or could not be opened.
   *
   * @throws AeronError CHANNEL_ENDPOINT when the range has no port left.
   */
  acquire(channel: Pick<UdpChannel, 'hasExplicitControl'>, bindAddress: SocketAddress): SocketAddress {
    const isPicked = bindAddress.port === 0 && this.#range !== undefined;
    // The socket by which a plain publication hears of its receivers may be anywhere: they answer to where data came from.
    const isManaged = isPicked && (!this.#isSender || channel.hasExplicitControl);
    const port = isManaged ? this.#pick(this.#range) : bindAddress.port;
    if (port !== 0) {
      this.#used.set(port, (this.#used.get(port) ?? 0) + 1);
    }
    return { ...bindAddress, port };
  }

  /** Gives up what `acquire` returned. */
  release({ port }: SocketAddress): void {
    const count = this.#used.get(port) ?? 0;
    if (port !== 0) {
      assert(count > 0, `port is not in use: port=${port}`);
      if (count === 1) {
        this.#used.delete(port);
      } else {
        this.#used.set(port, count - 1);
      }
    }
  }

  /** The next free one after that of the last time, so that one that was just closed, or is not free after all, comes last. */
  #pick({ low, high }: PortRange): number {
    const count = high - low + 1;
    for (let i = 0; i < count; i++) {
      const port = low + ((this.#nextPort - low + i) % count);
      if (!this.#used.has(port)) {
        this.#nextPort = port === high ? low : port + 1;
        return port;
      }
    }
    throw new AeronError('CHANNEL_ENDPOINT', `no available ports in range ${low} ${high}`);
  }
}
