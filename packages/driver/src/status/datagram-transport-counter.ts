// SPDX-License-Identifier: Apache-2.0
/**
 * A counter that tells operators how this driver sends and receives datagrams. The reference has none like it, so its type id is
 * one that belongs neither to Aeron nor to what is commonly used by applications.
 */
import { type CountersManager, DATAGRAM_TRANSPORTS } from '@aeron/core/internal';

export const DATAGRAM_TRANSPORT_COUNTER = {
  typeId: 10_001,
  label: 'Datagram transport',
  key: 'none',
  doc: 'How the driver sends and receives datagrams: 0 dgram, 1 batch, 2 offload.',
} as const;

const NO_OWNER = -1;
/** From the slowest on. */
const BY_SPEED: readonly string[] = [...DATAGRAM_TRANSPORTS].reverse();

export function allocateDatagramTransportCounter(counters: CountersManager, transport: string): void {
  const { typeId, label } = DATAGRAM_TRANSPORT_COUNTER;
  const counter = counters.newCounter(`${label}: ${transport}`, typeId);
  counters.setCounterOwnerId(counter.id, NO_OWNER);
  counter.set(Math.max(0, BY_SPEED.indexOf(transport)));
}
