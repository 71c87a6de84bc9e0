// SPDX-License-Identifier: Apache-2.0
/**
 * The counters of a channel end point: its status, the addresses that it is bound to, the destinations that it sends to.
 * Allocated and freed by the conductor, which also writes all but the last.
 */
import {
  BOUND_ADDRESS_LENGTH_KEY_OFFSET,
  ChannelEndpointStatus,
  channelCounter,
  checkBoundAddress,
  DRIVER_COUNTERS,
  localSocketAddressCounter,
} from '@aeron/codecs/internal';
import type { AtomicCounter, CountersManager, SocketAddress } from '@aeron/core/internal';
import { hostAddressText } from '../media/ip-addresses.ts';
import { newOwnedCounter } from './driver-counters.ts';

/** These counters belong to a channel, which clients share. */
const NO_CLIENT = 0;
const TEXT_OFFSET = BOUND_ADDRESS_LENGTH_KEY_OFFSET + 4;

type ChannelCounterName = 'SEND_CHANNEL_STATUS' | 'RECEIVE_CHANNEL_STATUS' | 'MDC_DESTINATIONS';
type AddressCounterName = 'SEND_LOCAL_SOCKET_ADDRESS' | 'RECEIVE_LOCAL_SOCKET_ADDRESS';

/**
 * A status, or the number of destinations.
 *
 * @throws AeronError INSUFFICIENT_CAPACITY when all counters are in use.
 * @source aeron-driver/SendChannelStatus, aeron-driver/ReceiveChannelStatus, aeron-driver/MdcDestinations
 */
export function newChannelCounter(
  counters: CountersManager,
  name: ChannelCounterName,
  registrationId: number,
  channel: string,
): AtomicCounter {
  return newOwnedCounter(counters, channelCounter(DRIVER_COUNTERS[name], channel), NO_CLIENT, registrationId);
}

/**
 * The address of one socket of an end point, to be told once it is bound.
 *
 * @throws AeronError INSUFFICIENT_CAPACITY when all counters are in use.
 * @source aeron-driver/SendLocalSocketAddress, aeron-driver/ReceiveLocalSocketAddress
 */
export function newLocalSocketAddress(
  counters: CountersManager,
  name: AddressCounterName,
  registrationId: number,
  channelStatusId: number,
): AtomicCounter {
  const identity = localSocketAddressCounter(DRIVER_COUNTERS[name], channelStatusId);
  return newOwnedCounter(counters, identity, NO_CLIENT, registrationId);
}

/** Tells the address; readers look for it once the value says ACTIVE. @source aeron-client/LocalSocketAddressStatus */
export function showBoundAddress(counters: CountersManager, counter: AtomicCounter, boundAddress: string): void {
  checkBoundAddress(boundAddress);
  counters.setCounterKey(counter.id, (key) => {
    key.putUint8Array(TEXT_OFFSET, new TextEncoder().encode(boundAddress));
    key.putInt32(BOUND_ADDRESS_LENGTH_KEY_OFFSET, boundAddress.length);
  });
  counter.appendToLabel(boundAddress);
  counter.set(ChannelEndpointStatus.ACTIVE);
}

/** `address:port`, with brackets around an IPv6 address, as the reference writes it. */
export function formatSocketAddress({ family, address, port }: SocketAddress): string {
  const scope = /%(.*)$/.exec(address)?.[1];
  return family === 'IPv6' ? `[${hostAddressText(address.replace(/%.*$/, ''), scope)}]:${port}` : `${address}:${port}`;
}
