// SPDX-License-Identifier: Apache-2.0
/**
 * Which counters aeron-stat shows. Pure. Patterns are regular expressions that have to be found somewhere in the text; those
 * that a type of counter has nothing for do not apply to it, as in the reference.
 *
 * ```
 *               type  identity          session  stream  channel
 *   0            ✓    system counter id
 *   1-5, 9-10, 12 ✓   registration id      ✓       ✓       ✓
 *   6, 7         ✓                                         ✓
 *   others       ✓
 * ```
 *
 * @source aeron-samples/AeronStat.CounterFilter
 */
import {
  DRIVER_COUNTERS,
  readChannelCounterKey,
  readStreamCounterKey,
  readSystemCounterKey,
  SYSTEM_COUNTER_TYPE_ID,
} from '@aeron/codecs/internal';
import type { CounterRow } from '../counters/counter-row.ts';

/** What can be filtered by. */
export const FILTER_NAMES = ['type', 'identity', 'session', 'stream', 'channel'] as const;
export type FilterName = (typeof FILTER_NAMES)[number];
export type CounterFilter = Readonly<Partial<Record<FilterName, RegExp>>>;

const STREAM_TYPE_IDS: ReadonlySet<number> = new Set([
  DRIVER_COUNTERS.PUBLISHER_LIMIT.typeId,
  DRIVER_COUNTERS.SENDER_POSITION.typeId,
  DRIVER_COUNTERS.RECEIVER_HWM.typeId,
  DRIVER_COUNTERS.SUBSCRIBER_POSITION.typeId,
  DRIVER_COUNTERS.RECEIVER_POSITION.typeId,
  DRIVER_COUNTERS.SENDER_LIMIT.typeId,
  DRIVER_COUNTERS.CUBIC_RTT.typeId,
  DRIVER_COUNTERS.PUBLISHER_POSITION_CONCURRENT.typeId,
]);
const CHANNEL_TYPE_IDS: ReadonlySet<number> = new Set([
  DRIVER_COUNTERS.SEND_CHANNEL_STATUS.typeId,
  DRIVER_COUNTERS.RECEIVE_CHANNEL_STATUS.typeId,
]);

/** Whether `filter` lets the counter pass. */
export function passesFilter(filter: CounterFilter, { typeId, key }: CounterRow): boolean {
  if (!matches(filter.type, typeId)) {
    return false;
  }
  if (typeId === SYSTEM_COUNTER_TYPE_ID) {
    return matches(filter.identity, readSystemCounterKey(key));
  }
  if (STREAM_TYPE_IDS.has(typeId)) {
    const stream = readStreamCounterKey(key);
    return (
      matches(filter.identity, stream?.registrationId) &&
      matches(filter.session, stream?.sessionId) &&
      matches(filter.stream, stream?.streamId) &&
      matches(filter.channel, stream?.channel)
    );
  }
  return !CHANNEL_TYPE_IDS.has(typeId) || matches(filter.channel, readChannelCounterKey(key));
}

/** What can't be read matches as empty. */
function matches(pattern: RegExp | undefined, value: number | string | undefined): boolean {
  return pattern?.test(String(value ?? '')) ?? true;
}

/** The filter as on a command line; empty when everything passes. */
export function filterText(filter: CounterFilter): string {
  return FILTER_NAMES.flatMap((name) => (filter[name] === undefined ? [] : [`${name}=${filter[name].source}`])).join(
    ' ',
  );
}
