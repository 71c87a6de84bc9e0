// SPDX-License-Identifier: Apache-2.0
/**
 * What sender and receiver of a file have agreed on: where they meet and what they say. For each route (shared memory, then UDP
 * over loopback):
 *
 *     receiver ──report──▶ ready: listening on this channel
 *     sender   ──file────▶ offer, then the content in order
 *     receiver ──report──▶ what arrived
 *     sender   ──ping────▶ … ◀──pong── receiver, until an empty ping
 */

/** One stream for each purpose and direction. */
export const STREAMS = { file: 1001, report: 1002, ping: 1003, pong: 1004 } as const;

/** Over which the two processes find each other; files and pings of the first route go over it too. */
export const IPC_CHANNEL = 'aeron:ipc';

/** A port that the driver chooses, on the loopback interface. */
export const UDP_WILDCARD_CHANNEL = 'aeron:udp?endpoint=127.0.0.1:0';

export type Route = 'IPC' | 'UDP';
export const ROUTES: readonly Route[] = ['IPC', 'UDP'];

/** Where the receiver listens. */
export interface Ready {
  readonly fileChannel: string;
  readonly pingChannel: string;
}

/** First message of a file stream; then the content follows in order. */
export interface FileOffer {
  readonly name: string;
  /** Bytes. */
  readonly length: number;
  /** Where the sender listens for pongs. */
  readonly pongChannel: string;
}

/** What the receiver answers once it has the whole file. */
export interface FileReport {
  readonly length: number;
  readonly sha256: string;
}

/** Bytes of a ping; an empty one ends the measurement. */
export const PING_LENGTH = 32;

/** How long either side waits for the other before it gives up. */
export const PEER_TIMEOUT_MS = 20_000;
