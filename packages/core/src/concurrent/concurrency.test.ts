// SPDX-License-Identifier: Apache-2.0
/** Rings, broadcast buffers and counters between real threads over shared memory. */
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { problemOfStressMessage, stressLength, writeStressMessage } from '../testing/stress-messages.ts';
import type { StressTask } from '../testing/stress-thread.ts';
import {
  BROADCAST_TAIL_OFFSET,
  BROADCAST_TRAILER_LENGTH,
  LATEST_OFFSET,
  TAIL_INTENT_OFFSET,
} from './broadcast-descriptor.ts';
import { BroadcastTransmitter } from './broadcast-transmitter.ts';
import { ManyToOneRingBuffer } from './many-to-one-ring-buffer.ts';
import { OneToOneRingBuffer } from './one-to-one-ring-buffer.ts';
import {
  HEAD_CACHE_POSITION_OFFSET,
  HEAD_POSITION_OFFSET,
  RING_BUFFER_TRAILER_LENGTH,
  TAIL_POSITION_OFFSET,
} from './ring-buffer-descriptor.ts';

const CAPACITY = 4096;
/** Where rings start: they cross 2^32, where a carry changes both words of a position, in the middle of their work. */
const START = 2 ** 32 - 1024 * 1024;
const PATIENCE_MS = 10_000;
const DEAD_AFTER_MS = 5;
const BOOTSTRAP = join(__dirname, '..', 'platform', 'node', 'fixtures', 'typescript-thread.mjs');

interface Thread {
  readonly ready: Promise<void>;
  /** What went wrong in it; empty if nothing did. */
  readonly problem: Promise<string>;
}

const workers: Worker[] = [];

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

function start(task: StressTask): Thread {
  const worker = new Worker(BOOTSTRAP, {
    workerData: { module: join(__dirname, '..', 'testing', 'stress-thread.ts'), task },
  });
  workers.push(worker);
  const problem = new Promise<string>((resolve, reject) => {
    worker.on('message', (message) => {
      if (message !== 'ready') {
        resolve(message.problem);
      }
    });
    worker.on('error', reject);
  });
  const ready = new Promise<void>((resolve) => {
    worker.once('message', () => resolve());
  });
  return { ready, problem };
}

function newRingMemory(): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(CAPACITY + RING_BUFFER_TRAILER_LENGTH);
  const buffer = new AtomicBuffer(shared);
  for (const offset of [TAIL_POSITION_OFFSET, HEAD_CACHE_POSITION_OFFSET, HEAD_POSITION_OFFSET]) {
    buffer.putInt64(CAPACITY + offset, START);
  }
  return shared;
}

function newBroadcastMemory(): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(CAPACITY + BROADCAST_TRAILER_LENGTH);
  const buffer = new AtomicBuffer(shared);
  for (const offset of [TAIL_INTENT_OFFSET, BROADCAST_TAIL_OFFSET, LATEST_OFFSET]) {
    buffer.putInt64(CAPACITY + offset, START);
  }
  return shared;
}

/** Checks that each sender's messages arrive whole and in order. */
class Receiver {
  readonly next = new Map<number, number>();
  problem = '';

  readonly onMessage = (typeId: number, buffer: AtomicBuffer, offset: number, length: number): void => {
    this.problem ||= problemOfStressMessage(buffer, offset, length);
    const expected = this.next.get(typeId) ?? 0;
    const sequence = buffer.getInt32(offset + 4);
    if (sequence !== expected) {
      this.problem ||= `sender=${typeId} sequence=${sequence} expected=${expected}`;
    }
    this.next.set(typeId, expected + 1);
  };
}

/** @throws Error when nothing has come for long. */
async function pollUntil(poll: () => number, isDone: () => boolean): Promise<void> {
  let idleSince = Date.now();
  while (!isDone()) {
    if (poll() > 0) {
      idleSince = Date.now();
    } else if (Date.now() - idleSince > PATIENCE_MS) {
      throw new Error('nothing has come for long');
    } else {
      await nextTurn();
    }
  }
}

describe('between threads', () => {
  it('a many-to-one ring loses, mixes up and reorders nothing', async () => {
    const count = 8_000;
    const shared = newRingMemory();
    const ring = new ManyToOneRingBuffer(new AtomicBuffer(shared));
    const receiver = new Receiver();
    const senders = [1, 2, 3];
    const threads = senders.map((sender) => start({ role: 'produceMany', shared, sender, count }));
    await pollUntil(
      () => ring.read(receiver.onMessage, 100),
      () => receiver.problem !== '' || senders.every((sender) => receiver.next.get(sender) === count),
    );
    expect(receiver.problem).toBe('');
    expect(await Promise.all(threads.map((thread) => thread.problem))).toEqual(['', '', '']);
    expect(ring.size).toBe(0);
    expect(ring.buffer.subarray(0, CAPACITY).every((byte) => byte === 0)).toBe(true);
  }, 30_000);

  it('a many-to-one ring goes on behind producers that died in the middle', async () => {
    const count = 1_500;
    const shared = newRingMemory();
    const ring = new ManyToOneRingBuffer(new AtomicBuffer(shared));
    const receiver = new Receiver();
    const thread = start({ role: 'produceMany', shared, sender: 1, count });
    const dead = new Set<number>();
    let stuckSince = 0;
    let unblocked = 0;
    const poll = (): number => {
      const read = ring.read(receiver.onMessage, 20);
      if (read > 0) {
        claimAndDie(ring, dead);
        stuckSince = Date.now();
      } else if (dead.has(ring.consumerPosition) && Date.now() - stuckSince >= DEAD_AFTER_MS) {
        unblocked += ring.unblock() ? 1 : 0;
      }
      return read;
    };
    await pollUntil(poll, () => receiver.problem !== '' || receiver.next.get(1) === count);
    expect(receiver.problem).toBe('');
    expect(unblocked).toBeGreaterThan(10);
    expect(await thread.problem).toBe('');
  }, 30_000);

  it('a one-to-one ring loses, mixes up and reorders nothing', async () => {
    const count = 30_000;
    const shared = newRingMemory();
    const ring = new OneToOneRingBuffer(new AtomicBuffer(shared));
    const receiver = new Receiver();
    const thread = start({ role: 'produceOne', shared, sender: 1, count });
    await pollUntil(
      () => ring.drain(receiver.onMessage, 100),
      () => receiver.problem !== '' || receiver.next.get(1) === count,
    );
    expect(receiver.problem).toBe('');
    expect(await thread.problem).toBe('');
  }, 30_000);

  it('a broadcast shows each receiver whole messages in order, and tells when some are lost', async () => {
    const count = 50_000;
    const shared = newBroadcastMemory();
    const transmitter = new BroadcastTransmitter(new AtomicBuffer(shared));
    const threads = [1, 2].map((sender) => start({ role: 'receiveBroadcast', shared, sender, count }));
    await Promise.all(threads.map((thread) => thread.ready));
    const scratch = AtomicBuffer.allocate(transmitter.maxMessageLength);
    const send = (sequence: number): void => {
      const length = stressLength(sequence, transmitter.maxMessageLength);
      writeStressMessage(scratch, 0, length, 1, sequence);
      transmitter.transmit(1, scratch, 0, length);
    };
    for (let sequence = 0; sequence < count; sequence++) {
      send(sequence);
    }
    // A receiver that was lapped at the very end needs one more.
    let problems: string[] | undefined;
    void Promise.all(threads.map((thread) => thread.problem)).then((all) => {
      problems = all;
    });
    for (let sequence = count; problems === undefined; sequence++) {
      send(sequence);
      await nextTurn();
    }
    expect(problems).toEqual(['', '']);
  }, 30_000);

  it('counters lose no addition, also where a carry leaves the low word, and are never read torn', async () => {
    const count = 100_000;
    const shared = new SharedArrayBuffer(256);
    const values = new AtomicBuffer(shared);
    const start64 = 2 ** 32 - 3 * count;
    values.putInt64(0, start64);
    const threads = [1, 2, 3].map((sender) => start({ role: 'addToCounters', shared, sender, count }));
    const end = start64 + 9 * count;
    let last = start64;
    let problem = '';
    await pollUntil(
      () => {
        const value = values.getInt64Volatile(0);
        if (value < last || value > end || (value - start64) % 3 !== 0) {
          problem ||= `value=${value} last=${last}`;
        }
        const moved = value - last;
        last = value;
        return moved;
      },
      () => problem !== '' || last === end,
    );
    expect(problem).toBe('');
    expect(await Promise.all(threads.map((thread) => thread.problem))).toEqual(['', '', '']);
    expect(values.getInt64(0)).toBe(end);
    expect(values.getInt32(128)).toBe(3 * count);
  }, 30_000);
});

/** Leaves what two producers leave that die: one after it marked its claim, one right after it moved the tail. */
function claimAndDie(ring: ManyToOneRingBuffer, dead: Set<number>): void {
  const position = ring.producerPosition;
  const claim = ring.tryClaim(98, 40);
  if (claim >= 0) {
    dead.add(position + ((claim - 8 - position) & (CAPACITY - 1)));
  }
  const tail = ring.producerPosition;
  const fits = (tail & (CAPACITY - 1)) + 24 <= CAPACITY && tail + 24 - ring.consumerPosition <= CAPACITY;
  if (fits && ring.buffer.compareAndSetInt64(CAPACITY + TAIL_POSITION_OFFSET, tail, tail + 24)) {
    dead.add(tail);
  }
}
