// SPDX-License-Identifier: Apache-2.0
/**
 * The layout of a broadcast buffer: records as in the rings (length, type id, body, aligned to 8) in a power-of-two block,
 * and three positions behind it. The transmitter announces how far it will write (intent), writes, and then moves the tail.
 *
 * @source agrona/BroadcastBufferDescriptor
 */

/** Offsets from the end of the records. */
export const TAIL_INTENT_OFFSET = 0;
export const BROADCAST_TAIL_OFFSET = 8;
/** Position of the newest record. */
export const LATEST_OFFSET = 16;
export const BROADCAST_TRAILER_LENGTH = 128;
