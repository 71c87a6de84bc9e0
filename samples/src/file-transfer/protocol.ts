// SPDX-License-Identifier: Apache-2.0
/** What sender and receiver of a file have agreed on: where they meet and what they say. */

export const CHANNEL = 'aeron:ipc';

/** One stream for each purpose and direction. */
export const STREAMS = { file: 1001, report: 1002, ping: 1003, pong: 1004 } as const;

/** First message of the file stream; then the content follows in order. */
export interface FileOffer {
  readonly name: string;
  /** Bytes. */
  readonly length: number;
}

/** What the receiver answers once it has the whole file. */
export interface FileReport {
  readonly length: number;
  readonly sha256: string;
}

/** An empty ping ends the measurement. */
export const PING_LENGTH = 32;

/** How long either side waits for the other before it gives up. */
export const PEER_TIMEOUT_MS = 15_000;
