// SPDX-License-Identifier: Apache-2.0
/** Which addresses a channel is bound to, found in its counters. Any thread; reads only. */
import { CounterState, type CountersReader, NULL_COUNTER_ID } from '@aeron/core/internal';
import { readLocalSocketAddressKey } from './counter-keys.ts';
import { ChannelEndpointStatus, DRIVER_COUNTERS } from './driver-counters.ts';

const TYPE_ID = DRIVER_COUNTERS.SEND_LOCAL_SOCKET_ADDRESS.typeId;

/** Characters of the longest address with port. */
export const MAX_BOUND_ADDRESS_LENGTH = 53;

/** Where the address of a local socket address counter goes in its key, once it is bound. */
export const BOUND_ADDRESS_LENGTH_KEY_OFFSET = 4;

/** @throws RangeError when the text would not fit in the key. */
export function checkBoundAddress(addressAndPort: string): void {
  if (addressAndPort.length > MAX_BOUND_ADDRESS_LENGTH) {
    throw new RangeError(
      `bound address too long: address=${addressAndPort} length=${addressAndPort.length} max=${MAX_BOUND_ADDRESS_LENGTH}`,
    );
  }
}

/**
 * The addresses of an active channel, in the order of their counters.
 *
 * @source aeron-client/LocalSocketAddressStatus
 */
export function findLocalSocketAddresses(
  counters: CountersReader,
  channelStatus: number,
  channelStatusId: number,
): string[] {
  const addresses: string[] = [];
  if (channelStatus === ChannelEndpointStatus.ACTIVE) {
    for (let id = nextBound(counters, channelStatusId, 0); id !== NULL_COUNTER_ID; ) {
      const address = addressOf(counters, id);
      if (address !== '') {
        addresses.push(address);
      }
      id = nextBound(counters, channelStatusId, id + 1);
    }
  }
  return addresses;
}

/** The first address of an active channel, or undefined. */
export function findLocalSocketAddress(
  counters: CountersReader,
  channelStatus: number,
  channelStatusId: number,
): string | undefined {
  if (channelStatus !== ChannelEndpointStatus.ACTIVE) {
    return undefined;
  }
  const id = nextBound(counters, channelStatusId, 0);
  const address = id === NULL_COUNTER_ID ? '' : addressOf(counters, id);
  return address === '' ? undefined : address;
}

/** How many address counters, bound or not, belong to a publication or subscription. */
export function countLocalSocketAddresses(counters: CountersReader, registrationId: number): number {
  let count = 0;
  for (let id = counters.nextAllocated(0); id !== NULL_COUNTER_ID; id = counters.nextAllocated(id + 1)) {
    if (counters.getCounterTypeId(id) === TYPE_ID && counters.getCounterRegistrationId(id) === registrationId) {
      count++;
    }
  }
  return count;
}

/** Whether a channel has an address that is bound. */
export function isLocalSocketAddressActive(counters: CountersReader, channelStatusId: number): boolean {
  return nextBound(counters, channelStatusId, 0) !== NULL_COUNTER_ID;
}

function nextBound(counters: CountersReader, channelStatusId: number, from: number): number {
  for (let id = counters.nextAllocated(from); id !== NULL_COUNTER_ID; id = counters.nextAllocated(id + 1)) {
    if (
      counters.getCounterTypeId(id) === TYPE_ID &&
      counters.getCounterValue(id) === ChannelEndpointStatus.ACTIVE &&
      readLocalSocketAddressKey(counters.getCounterKey(id))?.channelStatusId === channelStatusId &&
      counters.getCounterState(id) === CounterState.ALLOCATED
    ) {
      return id;
    }
  }
  return NULL_COUNTER_ID;
}

function addressOf(counters: CountersReader, counterId: number): string {
  return readLocalSocketAddressKey(counters.getCounterKey(counterId))?.localSocketAddress ?? '';
}
