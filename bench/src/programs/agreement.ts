// SPDX-License-Identifier: Apache-2.0
/** Where the programs of a measurement meet; the reference's program uses the same. */

export const CHANNEL = 'aeron:ipc';
export const STREAM_ID = 1001;
export const PING_STREAM_ID = 1002;
export const PONG_STREAM_ID = 1003;
/** Fragments per poll, as in the reference's samples. */
export const FRAGMENT_LIMIT = 10;
