// SPDX-License-Identifier: Apache-2.0
/** Picks how datagrams are sent and received: the best that works here, or the one that a setting forces. */
import { AeronError } from '../../../errors/aeron-error.ts';
import type { Datagrams } from '../../ports.ts';
import { BatchTransport, type BatchTransportOptions } from './batch/batch-transport.ts';
import type { DgramLimits } from './dgram-socket.ts';
import { DgramTransport } from './dgram-transport.ts';

/** In the order in which `auto` tries them. */
export const DATAGRAM_TRANSPORTS = ['offload', 'batch', 'dgram'] as const;

export type DatagramTransportName = (typeof DATAGRAM_TRANSPORTS)[number];

export interface ChooseTransportOptions extends BatchTransportOptions {
  /** `auto` takes the best; the others force one and fail where it can't serve. `auto` when left out. */
  readonly transport?: 'auto' | DatagramTransportName;
  /** Bounds of the sockets of dgram. */
  readonly limits?: Partial<DgramLimits>;
}

/** @throws AeronError CONFIGURATION when the forced one can't be used; it says why. */
export function chooseTransport(options: ChooseTransportOptions = {}): Datagrams {
  const { transport = 'auto', limits } = options;
  if (transport === 'dgram') {
    return new DgramTransport(limits);
  }
  if (transport !== 'auto') {
    return new BatchTransport(transport, options);
  }
  for (const kind of ['offload', 'batch'] as const) {
    try {
      return new BatchTransport(kind, options);
    } catch (error) {
      if (!(error instanceof AeronError)) {
        throw error;
      }
    }
  }
  return new DgramTransport(limits);
}
