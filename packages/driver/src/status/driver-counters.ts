// SPDX-License-Identifier: Apache-2.0
/**
 * Allocation of the counters that belong to a publication, an image, a subscriber or a client. Conductor only. Whoever asks
 * for a counter closes it, which frees it.
 */
import {
  type CounterIdentity,
  DRIVER_COUNTERS,
  type DriverCounterRow,
  heartbeatCounter,
  type StreamIdentity,
  streamCounter,
} from '@aeron/codecs/internal';
import { AtomicCounter, type CountersManager } from '@aeron/core/internal';

/** The counters of one stream, by name; each has its label and key in `DRIVER_COUNTERS`. */
type StreamCounterRow = Extract<(typeof DRIVER_COUNTERS)[keyof typeof DRIVER_COUNTERS], { readonly key: 'stream' }>;

/**
 * A counter of a publication or an image.
 *
 * @param ownerId the client that it belongs to, or -1.
 * @throws AeronError INSUFFICIENT_CAPACITY when all counters are in use.
 * @source aeron-driver/StreamCounter
 */
export function newStreamCounter(
  counters: CountersManager,
  row: StreamCounterRow | DriverCounterRow,
  ownerId: number,
  stream: StreamIdentity,
): AtomicCounter {
  return newOwnedCounter(counters, streamCounter(row, stream), ownerId, stream.registrationId);
}

/** How far a subscriber has read, and where it started. */
export interface SubscriberIdentity extends StreamIdentity {
  readonly joinPosition: number;
  /** Of the image or publication that it reads. */
  readonly referenceId: number;
}

/**
 * The position of a subscriber; `registrationId` is that of the subscription.
 *
 * @throws AeronError INSUFFICIENT_CAPACITY when all counters are in use.
 * @source aeron-driver/SubscriberPos
 */
export function newSubscriberPosition(
  counters: CountersManager,
  ownerId: number,
  subscriber: SubscriberIdentity,
): AtomicCounter {
  const { joinPosition, registrationId, referenceId } = subscriber;
  const identity = streamCounter(DRIVER_COUNTERS.SUBSCRIBER_POSITION, subscriber, joinPosition);
  const counter = newOwnedCounter(counters, identity, ownerId, registrationId);
  counters.setCounterReferenceId(counter.id, referenceId);
  return counter;
}

/**
 * The heartbeat of a client, which the client itself keeps up to date: epoch ms.
 *
 * @throws AeronError INSUFFICIENT_CAPACITY when all counters are in use.
 * @source aeron-driver/ClientHeartbeatTimestamp
 */
export function newClientHeartbeat(counters: CountersManager, clientId: number, nowMs: number): AtomicCounter {
  const identity = heartbeatCounter(DRIVER_COUNTERS.CLIENT_HEARTBEAT, clientId);
  const counter = newOwnedCounter(counters, identity, clientId, clientId);
  counter.set(nowMs);
  return counter;
}

/** @throws AeronError INSUFFICIENT_CAPACITY when all counters are in use. */
export function newOwnedCounter(
  counters: CountersManager,
  { typeId, key, label }: CounterIdentity,
  ownerId: number,
  registrationId: number,
): AtomicCounter {
  const counterId = counters.allocateFromBytes(typeId, key, asciiBytes(label));
  counters.setCounterRegistrationId(counterId, registrationId);
  counters.setCounterOwnerId(counterId, ownerId);
  return new AtomicCounter(counters.valuesBuffer, counterId, counters);
}

/** One byte for each character, `?` for those that are not ASCII, as the reference writes labels. */
function asciiBytes(label: string): Uint8Array {
  return Uint8Array.from(label, (character) => (character <= '\x7f' ? character.charCodeAt(0) : 0x3f));
}
