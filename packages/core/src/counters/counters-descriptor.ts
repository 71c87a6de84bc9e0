// SPDX-License-Identifier: Apache-2.0
/**
 * The layout of counters: for each counter id one record of values and one of metadata, at its index.
 *
 *     values    +0 i64 value   +8 i64 registration id   +16 i64 owner id   +24 i64 reference id   to 128
 *     metadata  +0 i32 state   +4 i32 type id   +8 i64 free-for-reuse deadline (epoch ms)
 *               +16 key (112)   +128 i32 label length   +132 label (380)   to 512
 *
 * @source agrona/CountersReader
 */

/** Bytes of a record of values. */
export const COUNTER_LENGTH = 128;
/** In a record of values. */
export const COUNTER_REGISTRATION_ID_OFFSET = 8;
/** In a record of values: the client that the counter belongs to. */
export const COUNTER_OWNER_ID_OFFSET = 16;
/** In a record of values: an id that the owner chose. */
export const COUNTER_REFERENCE_ID_OFFSET = 24;

/** Bytes of a record of metadata. */
export const COUNTER_METADATA_LENGTH = 512;
/** In a record of metadata. */
export const COUNTER_TYPE_ID_OFFSET = 4;
/** In a record of metadata: when the id of a freed counter may be used again, epoch ms. */
export const COUNTER_FREE_FOR_REUSE_DEADLINE_OFFSET = 8;
/** In a record of metadata. */
export const COUNTER_KEY_OFFSET = 16;
/** In a record of metadata. */
export const COUNTER_LABEL_LENGTH_OFFSET = 128;
/** In a record of metadata. */
export const COUNTER_LABEL_OFFSET = 132;
/** Bytes that a key has. */
export const MAX_COUNTER_KEY_LENGTH = 112;
/** Characters that a label has at most. */
export const MAX_COUNTER_LABEL_LENGTH = 380;

/** State of a counter record. Ids are handed out in order, so all behind the first unused one are unused. */
export const CounterState = { UNUSED: 0, ALLOCATED: 1, RECLAIMED: -1 } as const;

/** Stands for no counter. */
export const NULL_COUNTER_ID = -1;
/** Type id of a counter that was given none. */
export const DEFAULT_COUNTER_TYPE_ID = 0;
/** Owner of counters that outlive the client which added them. */
export const STATIC_COUNTER_OWNER_ID = -1;

/** Where the values of a counter begin. */
export function counterOffset(counterId: number): number {
  return counterId * COUNTER_LENGTH;
}

/** Where the metadata of a counter begins. */
export function counterMetadataOffset(counterId: number): number {
  return counterId * COUNTER_METADATA_LENGTH;
}
