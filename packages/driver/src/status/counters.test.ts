// SPDX-License-Identifier: Apache-2.0
import { CONTROL_PROTOCOL_VERSION, composeVersion, DRIVER_COUNTERS } from '@aeron/codecs/internal';
import { AtomicBuffer, CountersManager, VERSION, VERSION_PARTS } from '@aeron/core/internal';
import { newClientHeartbeat, newStreamCounter, newSubscriberPosition } from './driver-counters.ts';
import { SystemCounters } from './system-counters.ts';

const CONFIG = {
  threadingMode: 'SHARED',
  conductorCycleThresholdNs: 1e8,
  senderCycleThresholdNs: 2e8,
  receiverCycleThresholdNs: 1e9,
  nameResolverThresholdNs: 5e9,
} as const;
const STREAM = { registrationId: 42, sessionId: -7, streamId: 1001, channel: 'aeron:ipc?alias=ü' };

function newManager(count = 64): CountersManager {
  const metadata = AtomicBuffer.allocate(count * 512);
  const values = AtomicBuffer.allocate(count * 128);
  return new CountersManager(metadata, values, { epochClock: { epochMs: () => 5 }, labelCharset: 'ascii' });
}

describe('the system counters', () => {
  it('are 46, with the system counter id for counter id and registration id, and no owner', () => {
    const manager = newManager();
    new SystemCounters(manager, CONFIG);
    const ids = Array.from({ length: 46 }, (_, id) => id);
    expect(ids.map((id) => manager.getCounterTypeId(id))).toEqual(ids.map(() => 0));
    expect(ids.map((id) => manager.getCounterRegistrationId(id))).toEqual(ids);
    expect(ids.map((id) => manager.getCounterOwnerId(id))).toEqual(ids.map(() => -1));
    expect(ids.map((id) => manager.getCounterKey(id).getInt32(0))).toEqual(ids);
    expect(manager.getCounterState(46)).toBe(0);
  });

  it('tell version, mode and thresholds in their labels', () => {
    const manager = newManager();
    new SystemCounters(manager, CONFIG);
    expect([15, 26, 27, 28, 29, 30, 31, 32, 33, 34].map((id) => manager.getCounterLabel(id))).toEqual([
      expect.stringMatching(`^Errors: version=${VERSION} commit=`),
      'Conductor max cycle time doing its work in ns: SHARED',
      'Conductor work cycle exceeded threshold count: threshold=100ms SHARED',
      'Sender max cycle time doing its work in ns: SHARED',
      'Sender work cycle exceeded threshold count: threshold=200ms SHARED',
      'Receiver max cycle time doing its work in ns: SHARED',
      'Receiver work cycle exceeded threshold count: threshold=1s SHARED',
      'NameResolver max time in ns',
      'NameResolver exceeded threshold count: threshold=5s',
      expect.stringMatching(`^Aeron software: version=${VERSION} commit=`),
    ]);
  });

  it('hold the versions of software and control protocol', () => {
    const counters = new SystemCounters(newManager(), CONFIG);
    expect(counters.get('AERON_VERSION').get()).toBe(composeVersion(...VERSION_PARTS));
    expect(counters.get('CONTROL_PROTOCOL_VERSION').get()).toBe(CONTROL_PROTOCOL_VERSION);
  });

  it('must be the first', () => {
    const manager = newManager();
    manager.allocate('another');
    expect(() => new SystemCounters(manager, CONFIG)).toThrow('system counters must be the first');
  });
});

describe('a counter of a stream', () => {
  it('has label, key, owner and registration of the reference', () => {
    const manager = newManager();
    const counter = newStreamCounter(manager, DRIVER_COUNTERS.PUBLISHER_LIMIT, 99, STREAM);
    expect(counter.label).toBe('pub-lmt: 42 -7 1001 aeron:ipc?alias=?');
    expect(manager.getCounterTypeId(counter.id)).toBe(1);
    expect(manager.getCounterOwnerId(counter.id)).toBe(99);
    expect(manager.getCounterRegistrationId(counter.id)).toBe(42);
    const key = manager.getCounterKey(counter.id);
    expect([key.getInt64(0), key.getInt32(8), key.getInt32(12), key.getInt32(16)]).toEqual([42, -7, 1001, 17]);
  });

  it('of a subscriber tells where it joined, and what it reads', () => {
    const manager = newManager();
    const subscriber = { ...STREAM, joinPosition: 4096, referenceId: 17 };
    const counter = newSubscriberPosition(manager, 99, subscriber);
    expect(counter.label).toBe('sub-pos: 42 -7 1001 aeron:ipc?alias=? @4096');
    expect(manager.getCounterReferenceId(counter.id)).toBe(17);
  });

  it('is freed by closing it', () => {
    const manager = newManager();
    const counter = newStreamCounter(manager, DRIVER_COUNTERS.PUBLISHER_LIMIT, 99, STREAM);
    counter.close();
    expect(manager.getCounterState(counter.id)).toBe(-1);
  });
});

describe('the heartbeat of a client', () => {
  it('is found by the id of the client and holds the time', () => {
    const manager = newManager();
    const counter = newClientHeartbeat(manager, 23, 1_700_000_000_000);
    expect(counter.label).toBe('client-heartbeat: id=23');
    expect(counter.get()).toBe(1_700_000_000_000);
    expect(manager.getCounterTypeId(counter.id)).toBe(11);
    expect(manager.getCounterOwnerId(counter.id)).toBe(23);
    expect(manager.getCounterRegistrationId(counter.id)).toBe(23);
    expect(manager.getCounterKey(counter.id).getInt64(0)).toBe(23);
  });
});
