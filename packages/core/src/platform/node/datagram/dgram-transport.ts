// SPDX-License-Identifier: Apache-2.0
/** The portable datagram transport: node:dgram behind the polled port. */
import type { DatagramOptions, DatagramSocket, Datagrams, NetworkInterface, SocketBufferLimits } from '../../ports.ts';
import { probeBufferLimits } from './buffer-limits.ts';
import { type DgramLimits, DgramSocket } from './dgram-socket.ts';
import { listInterfaces } from './interfaces.ts';

const DEFAULT_LIMITS: DgramLimits = { receiveRingLength: 2 * 1024 * 1024, receiveCountMax: 4096, sendCountMax: 256 };

/**
 * Opens sockets that work wherever Node does, as long as the event loop of this thread turns.
 *
 * @source aeron-driver/UdpChannelTransport
 */
export class DgramTransport implements Datagrams {
  readonly name = 'dgram';
  readonly wait = undefined; // datagrams arrive on the event loop
  readonly #limits: DgramLimits;

  constructor(limits: Partial<DgramLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  open(options: DatagramOptions): DatagramSocket {
    return new DgramSocket(options, this.#limits);
  }

  interfaces(): readonly NetworkInterface[] {
    return listInterfaces();
  }

  bufferLimits(): Promise<SocketBufferLimits> {
    return probeBufferLimits();
  }
}
