// SPDX-License-Identifier: Apache-2.0
/**
 * A 32-byte message through each kind of ring and through counters, one thread, both ends. Behind the choices in
 * packages/core/src/concurrent.
 *
 *     npx tsx bench/micro/rings.ts
 */
import { AtomicBuffer } from '../../packages/core/src/buffer/atomic-buffer.ts';
import { BROADCAST_TRAILER_LENGTH } from '../../packages/core/src/concurrent/broadcast-descriptor.ts';
import { BroadcastReceiver } from '../../packages/core/src/concurrent/broadcast-receiver.ts';
import { BroadcastTransmitter } from '../../packages/core/src/concurrent/broadcast-transmitter.ts';
import { CopyBroadcastReceiver } from '../../packages/core/src/concurrent/copy-broadcast-receiver.ts';
import { ManyToOneRingBuffer } from '../../packages/core/src/concurrent/many-to-one-ring-buffer.ts';
import { OneToOneRingBuffer } from '../../packages/core/src/concurrent/one-to-one-ring-buffer.ts';
import { RING_BUFFER_TRAILER_LENGTH } from '../../packages/core/src/concurrent/ring-buffer-descriptor.ts';
import { AtomicCounter } from '../../packages/core/src/counters/atomic-counter.ts';
import { allocationPerCall } from '../../packages/core/src/testing/allocation.ts';
import { measure } from './micro.ts';

const CAPACITY = 64 * 1024;
const CALLS = 2_000_000;
const LENGTH = 32;
const BATCH = 16;

const source = AtomicBuffer.allocate(LENGTH);
let received = 0;
const onMessage = (_typeId: number, _buffer: AtomicBuffer, _offset: number, length: number): void => {
  received += length;
};

const manyToOne = new ManyToOneRingBuffer(AtomicBuffer.allocate(CAPACITY + RING_BUFFER_TRAILER_LENGTH));
const oneToOne = new OneToOneRingBuffer(AtomicBuffer.allocate(CAPACITY + RING_BUFFER_TRAILER_LENGTH));
const broadcastMemory = AtomicBuffer.allocate(CAPACITY + BROADCAST_TRAILER_LENGTH);
const transmitter = new BroadcastTransmitter(broadcastMemory);
const receiver = new CopyBroadcastReceiver(new BroadcastReceiver(broadcastMemory));
const counter = new AtomicCounter(AtomicBuffer.allocate(128), 0);

const cases: Record<string, (i: number) => void> = {
  'many-to-one: write, and read 16 at a time': (i) => {
    manyToOne.write(1, source, 0, LENGTH);
    if (i % BATCH === 0) {
      manyToOne.read(onMessage, BATCH);
    }
  },
  'one-to-one: offer, and drain 16 at a time': (i) => {
    oneToOne.offer(1, source, 0, LENGTH);
    if (i % BATCH === 0) {
      oneToOne.drain(onMessage, BATCH);
    }
  },
  'one-to-one: drain nothing': () => {
    oneToOne.drain(onMessage, BATCH);
  },
  'broadcast: transmit and receive': () => {
    transmitter.transmit(1, source, 0, LENGTH);
    receiver.receive(onMessage);
  },
  'broadcast: receive nothing': () => {
    receiver.receive(onMessage);
  },
  'counter: increment': () => {
    counter.increment();
  },
  'counter: incrementRelease': () => {
    counter.incrementRelease();
  },
  'counter: get': () => {
    received += counter.get() & 1;
  },
};

for (const [name, operation] of Object.entries(cases)) {
  let i = 0;
  measure(name, CALLS, (count) => {
    for (let call = 0; call < count; call++) {
      operation(i++);
    }
  });
  i = 0;
  const allocated = allocationPerCall(() => operation(i++));
  console.log(`${''.padEnd(60)} ${allocated.toFixed(1).padStart(8)} B allocated per call`);
}
console.log(`(checksum ${received})`);
