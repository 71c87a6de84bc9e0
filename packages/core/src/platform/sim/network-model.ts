// SPDX-License-Identifier: Apache-2.0
/** What a simulated network may do to datagrams; plain data, changed at any time. */

/** One direction between two addresses. */
export interface LinkModel {
  /** Probability that a datagram is lost. */
  readonly lossRate: number;
  /** Probability that a datagram arrives twice. */
  readonly duplicateRate: number;
  /** Probability that a datagram takes up to `reorderNs` longer and may be overtaken; the others keep their order. */
  readonly reorderRate: number;
  readonly reorderNs: number;
  readonly delayNs: number;
  /** Up to so much more delay, at random. */
  readonly jitterNs: number;
  /** Bits per second; 0 is unbounded. */
  readonly bandwidth: number;
  /** Bytes that may wait for a link of bounded bandwidth; what finds no room is lost. */
  readonly queueLength: number;
}

/** Between hosts when nothing else is set: 50 us, nothing lost. */
export const DEFAULT_LINK: LinkModel = {
  lossRate: 0,
  duplicateRate: 0,
  reorderRate: 0,
  reorderNs: 1_000_000,
  delayNs: 50_000,
  jitterNs: 0,
  bandwidth: 0,
  queueLength: 1024 * 1024,
};

/** Between sockets of one host. */
export const DEFAULT_LOOPBACK: LinkModel = { ...DEFAULT_LINK, delayNs: 10_000 };

/** A datagram on its way. */
export interface DatagramInFlight {
  readonly content: Uint8Array;
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly targetAddress: string;
  readonly targetPort: number;
  /** The host it goes to: differs from the target address for multicast. */
  readonly targetHost: string;
}

/** What became of the datagrams so far. */
export interface NetworkCounts {
  sent: number;
  delivered: number;
  /** By `lossRate`, a full link queue, or an interceptor. */
  lost: number;
  duplicated: number;
  reordered: number;
  partitioned: number;
  /** No host has the address, or nobody listens on the port. */
  unreachable: number;
  /** The receive buffer of the socket was full. */
  overflowed: number;
}

/** Whether the numeric address names a group. */
export function isMulticast(address: string): boolean {
  const first = Number(address.split('.', 1)[0]);
  return (first >= 224 && first <= 239) || address.toLowerCase().startsWith('ff');
}

/** Whether the numeric address stays on its host. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** Whether the numeric address means every address of a host. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
