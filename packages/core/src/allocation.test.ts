// SPDX-License-Identifier: Apache-2.0
/** What agents and streams do all the time leaves no garbage; the few operations that do leave no more than is known. */

import { DutyCycleTracker } from './agent/duty-cycle-tracker.ts';
import { BackoffIdleStrategy, ControllableIdleStrategy, FixedIdleStrategy } from './agent/idle-strategy.ts';
import { AtomicBuffer } from './buffer/atomic-buffer.ts';
import { ManyToOneRingBuffer } from './concurrent/many-to-one-ring-buffer.ts';
import { RING_BUFFER_TRAILER_LENGTH } from './concurrent/ring-buffer-descriptor.ts';
import { AtomicCounter } from './counters/atomic-counter.ts';
import { allocationPerCall } from './testing/allocation.ts';

const CALLS = 100_000;
/** Below this it is bookkeeping of the measurement. */
const NOTHING = 0.5;
/** An atomic exchange of 64 bits goes through BigInt: three of them at 24 bytes (ADR 0001). Commands do that, messages don't. */
const ONE_EXCHANGE = 80;
/** The block copy of Node 20 makes a view. Messages of this length are gathered by words instead (payload-copy.ts). */
const ONE_VIEW = 112;
/** Operations that allocate so much, and no more. */
const ALLOWED: Readonly<Record<string, number>> = {
  'a copy from an array': ONE_VIEW,
  'a copy to an array': ONE_VIEW,
  compareAndSet: ONE_EXCHANGE,
  'writing and reading': ONE_EXCHANGE,
  'claiming and reading': ONE_EXCHANGE,
};
/** Below the numbers that V8 keeps without allocating. */
const SMALL = 1_000;

const buffer = AtomicBuffer.allocate(4096);
const other = AtomicBuffer.allocate(4096);
const array = new Uint8Array(256);
const values = AtomicBuffer.allocate(4 * 128);
const counter = new AtomicCounter(values, 0);
let sum = 0;

const BUFFERS: Record<string, () => void> = {
  'int32, plain and ordered': () => {
    buffer.putInt32(8, buffer.getInt32(8) + 1);
    buffer.putInt32Release(16, buffer.getInt32Volatile(8));
  },
  'int64, plain and ordered': () => {
    buffer.putInt64(64, SMALL);
    buffer.putInt64Release(72, SMALL);
    sum = (sum + buffer.getInt64(64) + buffer.getInt64Volatile(72)) | 0;
  },
  'a short copy': () => buffer.putBytes(128, other, 64, 32),
  'a copy that is not aligned': () => buffer.putBytes(131, other, 65, 90),
  'a copy from an array': () => buffer.putUint8Array(128, array, 8, 64),
  'a copy to an array': () => buffer.getBytes(128, array, 8, 64),
};

const COUNTERS: Record<string, () => void> = {
  'incrementRelease and get': () => {
    counter.set(1);
    counter.incrementRelease();
    sum = (sum + counter.get()) | 0;
  },
  proposeMaxRelease: () => {
    counter.set(1);
    counter.proposeMaxRelease(2);
  },
  compareAndSet: () => {
    counter.set(1);
    counter.compareAndSet(1, 2);
  },
};

const ring = new ManyToOneRingBuffer(AtomicBuffer.allocate(1024 + RING_BUFFER_TRAILER_LENGTH));
const onMessage = (_typeId: number, _buffer: AtomicBuffer, _offset: number, length: number): void => {
  sum = (sum + length) | 0;
};

const RINGS: Record<string, () => void> = {
  'writing and reading': () => {
    ring.write(1, other, 0, 32);
    ring.read(onMessage, 10);
  },
  'claiming and reading': () => {
    ring.commit(ring.tryClaim(1, 32));
    ring.read(onMessage, 10);
  },
  'reading nothing': () => void ring.read(onMessage, 10),
};

const backoff = new BackoffIdleStrategy();
const fixed = new FixedIdleStrategy('yield', -1);
const controllable = new ControllableIdleStrategy({ get: () => 0 });
const tracker = new DutyCycleTracker({
  maxCycleTime: new AtomicCounter(values, 1),
  cycleTimeThresholdExceededCount: new AtomicCounter(values, 2),
  cycleTimeThresholdNs: 100,
});

const AGENTS: Record<string, () => void> = {
  'idling by backoff': () => {
    for (let i = 0; i < 40; i++) {
      sum = (sum + backoff.idle(0)) | 0;
    }
    backoff.idle(1);
  },
  'idling by the other strategies': () => {
    sum = (sum + fixed.idle(0) + controllable.idle(0)) | 0;
  },
  'measuring duty cycles': () => {
    tracker.update(10);
    tracker.measureAndUpdate(20);
    tracker.measureAndUpdate(200);
  },
};

describe.each([
  ['buffers', BUFFERS],
  ['counters', COUNTERS],
  ['a many-to-one ring', RINGS],
  ['agents', AGENTS],
])('%s', (_name, operations) => {
  it.each(Object.keys(operations))('%s allocates nothing, or what is stated', (name) => {
    expect(allocationPerCall(operations[name] as () => void, CALLS)).toBeLessThan(ALLOWED[name] ?? NOTHING);
    expect(sum).toBe(sum | 0);
  });
});
