// SPDX-License-Identifier: Apache-2.0
/** How the value of a counter is to be understood. */

/** `count` only grows, from the start of its owner on; `gauge` may do anything. */
export type CounterKind = 'count' | 'gauge';

/** Of the value as it stands in memory. */
export type CounterUnit = 'bytes' | 'ns' | 'ms';
