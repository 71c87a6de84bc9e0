// SPDX-License-Identifier: Apache-2.0
import { SessionIds } from './session-ids.ts';

const RESERVED = { low: -1, high: 1000 };

describe('SessionIds', () => {
  it('hands out ids upwards from the start', () => {
    const ids = new SessionIds(RESERVED, 5000);
    expect([ids.nextAvailable(7, 'ipc'), ids.nextAvailable(7, 'ipc')]).toEqual([5000, 5001]);
  });

  it('steps over the whole reserved range, both ends included', () => {
    const ids = new SessionIds(RESERVED, -3);
    expect([1, 2, 3, 4].map(() => ids.nextAvailable(7, 'ipc'))).toEqual([-3, -2, 1001, 1002]);
  });

  it('wraps from the largest int32 to the smallest', () => {
    const ids = new SessionIds(RESERVED, 0x7fffffff);
    expect([ids.nextAvailable(7, 'ipc'), ids.nextAvailable(7, 'ipc')]).toEqual([0x7fffffff, -0x80000000]);
  });

  it('wraps when the reserved range ends at the largest int32', () => {
    const ids = new SessionIds({ low: 10, high: 0x7fffffff }, 10);
    expect(ids.nextAvailable(7, 'ipc')).toBe(-0x80000000);
  });

  it('skips an id that is active on the same stream and channel only', () => {
    const ids = new SessionIds(RESERVED, 5000);
    ids.add(5000, 7, 'udp-a');
    ids.add(5001, 8, 'ipc');
    ids.add(5002, 7, 'ipc');
    expect([1, 2, 3].map(() => ids.nextAvailable(7, 'ipc'))).toEqual([5000, 5001, 5003]);
  });

  it('skips an id that is active on any channel when asked for a stream', () => {
    const ids = new SessionIds(RESERVED, 5000);
    ids.add(5000, 7, 'udp-a');
    ids.add(5001, 7, 'ipc');
    expect(ids.nextAvailableOnStream(7)).toBe(5002);
    expect(ids.nextAvailableOnStream(8)).toBe(5003);
  });

  it('frees an id for the channel that gave it up and keeps it for the others', () => {
    const ids = new SessionIds(RESERVED, 5000);
    ids.add(42, 7, 'ipc');
    ids.add(42, 7, 'udp-a');
    ids.remove(42, 7, 'ipc');
    ids.remove(42, 7, 'ipc');
    ids.remove(43, 7, 'ipc');
    expect(ids.isActive(42, 7, 'ipc')).toBe(false);
    expect(ids.isActive(42, 7, 'udp-a')).toBe(true);
  });
});
