// SPDX-License-Identifier: Apache-2.0
/** What an attempt to append answers when it is not a position: small negative numbers, the same as in the reference. */

/** No subscriber is connected. */
export const NOT_CONNECTED = -1;
/** Subscribers are too far behind; try again later. */
export const BACK_PRESSURED = -2;
/** The log moved on to the next term; try again at once. */
export const ADMIN_ACTION = -3;
/** The publication is closed. */
export const CLOSED = -4;
/** The stream has used up all positions of its term length. */
export const MAX_POSITION_EXCEEDED = -5;
