// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer, CountersManager, NULL_COUNTER_ID } from '@aeron/core/internal';
import fc from 'fast-check';
import { OnPublicationErrorFlyweight } from '../command/generated/on-publication-error.ts';
import {
  type CounterIdentity,
  channelCounter,
  heartbeatCounter,
  heartbeatLabelSuffix,
  localSocketAddressCounter,
  streamCounter,
  systemCounterKey,
} from './counter-identity.ts';
import {
  readChannelCounterKey,
  readHeartbeatKey,
  readLocalSocketAddressKey,
  readStreamCounterKey,
  readSystemCounterKey,
} from './counter-keys.ts';
import {
  ChannelEndpointStatus,
  COUNTER_TYPE_RANGES,
  channelEndpointStatusName,
  channelStatusOf,
  DRIVER_COUNTERS,
  TRANSPORT_COUNTER_TYPE_RANGES,
} from './driver-counters.ts';
import { findHeartbeatCounterId, isHeartbeatActive } from './heartbeat-timestamp.ts';
import {
  checkBoundAddress,
  countLocalSocketAddresses,
  findLocalSocketAddress,
  findLocalSocketAddresses,
  isLocalSocketAddressActive,
} from './local-socket-address.ts';
import { publicationErrorFrame, putSourceAddress } from './publication-error-frame.ts';
import { SYSTEM_COUNTERS, SystemCounterId } from './system-counters.ts';

const { ACTIVE, INITIALIZING } = ChannelEndpointStatus;
const { SEND_LOCAL_SOCKET_ADDRESS: SEND_ADDRESS, RECEIVE_LOCAL_SOCKET_ADDRESS: RECEIVE_ADDRESS } = DRIVER_COUNTERS;

function countersManager(count = 16): CountersManager {
  return new CountersManager(AtomicBuffer.allocate(count * 512), AtomicBuffer.allocate(count * 128), {
    epochClock: { epochMs: () => 0 },
    labelCharset: 'ascii',
  });
}

function allocate(counters: CountersManager, { typeId, key, label }: CounterIdentity): number {
  return counters.allocate(label, typeId, (buffer) => buffer.putUint8Array(0, key));
}

/** The 112 bytes of a key, as found in a counter. */
function inRecord(key: Uint8Array): AtomicBuffer {
  const buffer = AtomicBuffer.allocate(112);
  buffer.putUint8Array(0, key);
  return buffer;
}

describe('keys of counters', () => {
  const ascii = fc.string({ unit: fc.constantFrom(...'aeron:udp?=|1'), maxLength: 300 });
  const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });

  it('of streams are read back, with the channel cut to 92 bytes', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), int32, int32, ascii, (registrationId, sessionId, streamId, channel) => {
        const { key, label } = streamCounter(DRIVER_COUNTERS.SENDER_LIMIT, {
          registrationId,
          sessionId,
          streamId,
          channel,
        });
        const read = readStreamCounterKey(inRecord(key));
        expect(read).toEqual({ registrationId, sessionId, streamId, channel: channel.slice(0, 92) });
        expect(label).toBe(`snd-lmt: ${registrationId} ${sessionId} ${streamId} ${channel}`.slice(0, 380));
      }),
      { seed: 11 },
    );
  });

  it('of channels are read back, with the channel cut to 108 bytes and room for an address after the label', () => {
    fc.assert(
      fc.property(ascii, (channel) => {
        const { key, label } = channelCounter(DRIVER_COUNTERS.RECEIVE_CHANNEL_STATUS, channel);
        expect(readChannelCounterKey(inRecord(key))).toBe(channel.slice(0, 108));
        expect(label).toBe(`rcv-channel: ${channel} `.slice(0, 380));
      }),
      { seed: 12 },
    );
  });

  it('of addresses, heartbeats and system counters are read back', () => {
    const address = inRecord(localSocketAddressCounter(SEND_ADDRESS, 17).key);
    expect(readLocalSocketAddressKey(address)).toEqual({ channelStatusId: 17, localSocketAddress: '' });
    expect(readHeartbeatKey(inRecord(heartbeatCounter(DRIVER_COUNTERS.CLIENT_HEARTBEAT, 2 ** 50).key))).toBe(2 ** 50);
    expect(readSystemCounterKey(inRecord(systemCounterKey(43)))).toBe(43);
  });

  it('with a length that can not be are not read', () => {
    for (const length of [-1, 93, 0x7fffffff]) {
      const stream = inRecord(new Uint8Array(20));
      stream.putInt32(16, length);
      expect(readStreamCounterKey(stream)).toBeUndefined();
    }
    for (const length of [-1, 109]) {
      const channel = inRecord(new Uint8Array(4));
      channel.putInt32(0, length);
      expect(readChannelCounterKey(channel)).toBeUndefined();
    }
    const address = inRecord(new Uint8Array(8));
    address.putInt32(4, 105);
    expect(readLocalSocketAddressKey(address)).toBeUndefined();
  });

  it('have a label to which a client adds itself', () => {
    expect(heartbeatCounter(DRIVER_COUNTERS.CLIENT_HEARTBEAT, 5).label).toBe('client-heartbeat: id=5');
    expect(heartbeatLabelSuffix('app', '1.0.0', 'abc')).toBe(' name=app version=1.0.0 commit=abc');
  });
});

describe('local socket addresses', () => {
  const counters = countersManager();
  const bind = (
    row: typeof SEND_ADDRESS | typeof RECEIVE_ADDRESS,
    channelStatusId: number,
    address: string,
    status: number,
  ) => {
    const id = allocate(counters, localSocketAddressCounter(row, channelStatusId));
    const key = counters.getCounterKey(id);
    key.putInt32(4, key.putAscii(8, address));
    counters.valuesBuffer.putInt64(id * 128, status);
    counters.valuesBuffer.putInt64(id * 128 + 8, 100 + channelStatusId);
    return id;
  };
  bind(SEND_ADDRESS, 7, '', ACTIVE);
  bind(RECEIVE_ADDRESS, 8, '127.0.0.1:1', ACTIVE);
  const freed = bind(RECEIVE_ADDRESS, 8, '127.0.0.1:2', ACTIVE);
  bind(RECEIVE_ADDRESS, 8, '127.0.0.1:3', INITIALIZING);
  bind(RECEIVE_ADDRESS, 8, '[::1]:4', ACTIVE);
  bind(SEND_ADDRESS, 9, '127.0.0.1:5', INITIALIZING);
  counters.free(freed);

  it('are those of the channel that are bound', () => {
    expect(findLocalSocketAddresses(counters, ACTIVE, 8)).toEqual(['127.0.0.1:1', '[::1]:4']);
    expect(findLocalSocketAddress(counters, ACTIVE, 8)).toBe('127.0.0.1:1');
    expect(isLocalSocketAddressActive(counters, 8)).toBe(true);
    expect(countLocalSocketAddresses(counters, 108)).toBe(3);
  });

  it('are none for a channel that is not active, not bound, or has an address not yet written', () => {
    expect(findLocalSocketAddresses(counters, INITIALIZING, 8)).toEqual([]);
    expect(findLocalSocketAddress(counters, INITIALIZING, 8)).toBeUndefined();
    expect(findLocalSocketAddresses(counters, ACTIVE, 9)).toEqual([]);
    expect(isLocalSocketAddressActive(counters, 9)).toBe(false);
    expect([findLocalSocketAddress(counters, ACTIVE, 7), isLocalSocketAddressActive(counters, 7)]).toEqual([
      undefined,
      true,
    ]);
    expect(findLocalSocketAddresses(counters, ACTIVE, 1234)).toEqual([]);
  });

  it('fit in the key', () => {
    expect(() => checkBoundAddress('[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:65536')).not.toThrow();
    expect(() => checkBoundAddress('x'.repeat(54))).toThrow('length=54 max=53');
  });
});

describe('the heartbeat counter', () => {
  it('is found by the client id in its key, as long as it is allocated', () => {
    const counters = countersManager();
    allocate(counters, heartbeatCounter(DRIVER_COUNTERS.CLIENT_HEARTBEAT, 41));
    const id = allocate(counters, heartbeatCounter(DRIVER_COUNTERS.CLIENT_HEARTBEAT, 42));
    allocate(counters, { typeId: 1001, key: counters.getCounterKey(id).bytes, label: 'same key, other type' });
    expect(findHeartbeatCounterId(counters, 42)).toBe(id);
    expect([isHeartbeatActive(counters, id, 42), isHeartbeatActive(counters, id, 41)]).toEqual([true, false]);
    expect(isHeartbeatActive(counters, 2, 42)).toBe(false);
    counters.free(id);
    expect(isHeartbeatActive(counters, id, 42)).toBe(false);
    expect(findHeartbeatCounterId(counters, 42)).toBe(NULL_COUNTER_ID);
  });
});

describe('the counter tables', () => {
  it('give each system counter the id of its place', () => {
    expect(SYSTEM_COUNTERS.map(({ id }) => id)).toEqual(SYSTEM_COUNTERS.map((_, index) => index));
    expect([SYSTEM_COUNTERS.length, SystemCounterId.CONTROL_PROTOCOL_VERSION, SystemCounterId.ERRORS]).toEqual([
      46, 43, 15,
    ]);
  });

  it('have the type ids of the reference', () => {
    const typeIds = Object.values(DRIVER_COUNTERS).map(({ typeId }) => typeId);
    expect([...new Set<number>(typeIds)]).toEqual([
      1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
    ]);
  });

  it('have ranges of type ids that do not overlap', () => {
    for (const ranges of [COUNTER_TYPE_RANGES, TRANSPORT_COUNTER_TYPE_RANGES]) {
      const bounds = ranges.flatMap<number>(({ from, to }) => [from, to]);
      expect(bounds).toEqual([...new Set(bounds)].sort((a, b) => a - b));
    }
    const own = new Set<number>(Object.values(DRIVER_COUNTERS).map(({ typeId }) => typeId));
    expect(TRANSPORT_COUNTER_TYPE_RANGES.some(({ from, to }) => [...own].some((id) => id >= from && id <= to))).toBe(
      false,
    );
  });
});

describe('channel end point status', () => {
  it('has names', () => {
    expect([-1, 0, 1, 2, 3].map(channelEndpointStatusName)).toEqual([
      'ERRORED',
      'INITIALIZING',
      'ACTIVE',
      'CLOSING',
      'unknown id=3',
    ]);
  });

  it('is active without a counter, initializing before one is known, and else the counter', () => {
    const value = (counterId: number): number => counterId * 10;
    expect([-1, 0, 5].map((id) => channelStatusOf(id, value))).toEqual([ACTIVE, INITIALIZING, 50]);
  });
});

describe('a publication error frame', () => {
  const message = new OnPublicationErrorFlyweight().wrap(AtomicBuffer.allocate(128), 0);

  it('keeps an error code that this version does not know', () => {
    message.errorCode = 99;
    const frame = publicationErrorFrame(message);
    expect([frame.errorCode, frame.errorCodeValue]).toEqual(['UNKNOWN_CODE_VALUE', 99]);
  });

  it('has no source when the kind of address is not known', () => {
    message.addressType = 3;
    expect(publicationErrorFrame(message).sourceAddress).toBeUndefined();
    expect(() => putSourceAddress(message, new Uint8Array(6), 1)).toThrow('length=6');
  });

  it('may be kept while the message is used again', () => {
    putSourceAddress(message, Uint8Array.of(1, 2, 3, 4), 5);
    const frame = publicationErrorFrame(message);
    putSourceAddress(message, new Uint8Array(16), 6);
    expect([frame.sourceAddress, Object.isFrozen(frame)]).toEqual([{ address: '1.2.3.4', port: 5 }, true]);
    expect(publicationErrorFrame(message).sourceAddress).toEqual({ address: '::', port: 6 });
  });
});
