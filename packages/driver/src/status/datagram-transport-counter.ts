// SPDX-License-Identifier: Apache-2.0
/**
 * A counter that tells operators how this driver sends and receives datagrams. The reference has none like it, so its type id is
 * one that belongs neither to Aeron nor to what is commonly used by applications.
 */
import { type CountersManager, DATAGRAM_TRANSPORTS } from '@aeron/core/internal';

export const DATAGRAM_TRANSPORT_TYPE_ID = 10_001;
export const DATAGRAM_TRANSPORT_LABEL = 'Datagram transport';

const NO_OWNER = -1;
/** From the slowest on. */
const BY_SPEED: readonly string[] = [...DATAGRAM_TRANSPORTS].reverse();

/** Its value is 0 for dgram, 1 for batch and 2 for offload. */
export function allocateDatagramTransportCounter(counters: CountersManager, transport: string): void {
  const counter = counters.newCounter(`${DATAGRAM_TRANSPORT_LABEL}: ${transport}`, DATAGRAM_TRANSPORT_TYPE_ID);
  counters.setCounterOwnerId(counter.id, NO_OWNER);
  counter.set(Math.max(0, BY_SPEED.indexOf(transport)));
}
