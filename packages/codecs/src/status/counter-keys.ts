// SPDX-License-Identifier: Apache-2.0
/** Reads the keys of the driver's counters. What another process wrote is checked: a key that cannot be true reads as undefined. */
import { type AtomicBuffer, MAX_COUNTER_KEY_LENGTH } from '@aeron/core/internal';
import type { StreamIdentity } from './counter-identity.ts';
import { ChannelCounterKeyFlyweight } from './generated/channel-counter-key.ts';
import { HeartbeatTimestampKeyFlyweight } from './generated/heartbeat-timestamp-key.ts';
import { LocalSocketAddressKeyFlyweight } from './generated/local-socket-address-key.ts';
import { StreamCounterKeyFlyweight } from './generated/stream-counter-key.ts';
import { SystemCounterKeyFlyweight } from './generated/system-counter-key.ts';

/** Key of a local socket address counter. */
export interface LocalSocketAddressKey {
  readonly channelStatusId: number;
  /** `ip:port` or `[ip6]:port`; empty until bound. */
  readonly localSocketAddress: string;
}

/** What a counter of a stream is about. @param key the 112 bytes of a key. The channel may have been cut. */
export function readStreamCounterKey(key: AtomicBuffer): StreamIdentity | undefined {
  const fields = new StreamCounterKeyFlyweight().wrap(key, 0);
  if (fields.validate(MAX_COUNTER_KEY_LENGTH) !== undefined) {
    return undefined;
  }
  const { registrationId, sessionId, streamId, channel } = fields;
  return { registrationId, sessionId, streamId, channel };
}

/** The channel, which may have been cut. @param key the 112 bytes of a key. */
export function readChannelCounterKey(key: AtomicBuffer): string | undefined {
  const fields = new ChannelCounterKeyFlyweight().wrap(key, 0);
  return fields.validate(MAX_COUNTER_KEY_LENGTH) === undefined ? fields.channel : undefined;
}

/** The address that a counter tells. @param key the 112 bytes of a key. */
export function readLocalSocketAddressKey(key: AtomicBuffer): LocalSocketAddressKey | undefined {
  const fields = new LocalSocketAddressKeyFlyweight().wrap(key, 0);
  if (fields.validate(MAX_COUNTER_KEY_LENGTH) !== undefined) {
    return undefined;
  }
  const { channelStatusId, localSocketAddress } = fields;
  return { channelStatusId, localSocketAddress };
}

/** The client id. @param key the 112 bytes of a key. */
export function readHeartbeatKey(key: AtomicBuffer): number {
  return new HeartbeatTimestampKeyFlyweight().wrap(key, 0).clientId;
}

/** The system counter id. @param key the 112 bytes of a key. */
export function readSystemCounterKey(key: AtomicBuffer): number {
  return new SystemCounterKeyFlyweight().wrap(key, 0).systemCounterId;
}
