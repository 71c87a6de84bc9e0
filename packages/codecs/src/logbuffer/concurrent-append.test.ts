// SPDX-License-Identifier: Apache-2.0
/** Races that one thread can stage, and several threads on one log. */
import { Worker } from 'node:worker_threads';
import type { AtomicBuffer } from '@aeron/core/internal';
import type { LogWorkerData } from '../testing/log-worker.ts';
import {
  checkMessage,
  framesOf,
  newTestLog,
  TEST_TERM_LENGTH,
  testLogMemory,
  testParameters,
  wrapTestLog,
} from '../testing/test-log.ts';
import { appendMessage, claimTail, locateTail } from './concurrent-append.ts';
import { initialiseLog } from './log-parameters.ts';
import { activeTermCount } from './metadata.ts';
import { ADMIN_ACTION } from './offer-result.ts';
import { PublicationLog } from './publication-log.ts';
import { RawTail, tailOffset } from './tail.ts';
import { cleanPublication } from './term-cleaner.ts';
import { TermReader } from './term-reader.ts';

const MESSAGE = new Uint8Array(1000);

/** Appends until the log stands in the given term. */
function fillUpTo(log: PublicationLog, termCount: number): void {
  while (activeTermCount(log.metadata) < termCount) {
    if (locateTail(log) >= 0) {
      appendMessage(log, MESSAGE, 0, 1000, undefined);
    }
  }
}

describe('a producer that is held up', () => {
  it('between look and claim by more than a whole round of the log, gets a claim in the term of now', () => {
    const memory = newTestLog();
    const late = new PublicationLog(memory);
    locateTail(late);
    fillUpTo(new PublicationLog(memory), 3);
    for (const term of memory.terms) {
      term.setMemory(0, term.capacity, 0);
    }
    expect(appendMessage(late, MESSAGE, 0, 100, undefined)).toBe(3 * TEST_TERM_LENGTH + 160);
    expect(framesOf(memory.terms[0] as AtomicBuffer)).toMatchObject([{ offset: 0, length: 132, termId: 10 }]);
  });

  it('between its claim of a full term and its look at the term id, does not rotate a later term', () => {
    const memory = newTestLog({ termOffset: TEST_TERM_LENGTH });
    const late = new PublicationLog(memory);
    locateTail(late);
    const add = Atomics.add;
    const heldUp = jest.spyOn(Atomics, 'add').mockImplementationOnce((words, index, value) => {
      const before = add(words as unknown as Int32Array, index, value as unknown as number);
      heldUp.mockRestore();
      fillUpTo(new PublicationLog(memory), 3); // the partition is in use again, and far from full
      return before as never;
    });
    expect(appendMessage(late, MESSAGE, 0, 100, undefined)).toBe(ADMIN_ACTION);
    expect(activeTermCount(memory.metadata)).toBe(3);
    expect({ ...new RawTail().read(memory.metadata, 1) }.termId).toBe(8);
  });

  it('behind others that found the term full, neither pads again nor rotates twice', () => {
    const memory = newTestLog({ termOffset: TEST_TERM_LENGTH - 64 });
    const first = new PublicationLog(memory);
    const second = new PublicationLog(memory);
    locateTail(first);
    locateTail(second);
    expect(appendMessage(first, MESSAGE, 0, 100, undefined)).toBe(ADMIN_ACTION);
    expect(appendMessage(second, MESSAGE, 0, 100, undefined)).toBe(ADMIN_ACTION);
    expect(activeTermCount(memory.metadata)).toBe(1);
    expect(framesOf(memory.terms[0] as AtomicBuffer, TEST_TERM_LENGTH - 64)).toMatchObject([{ type: 0, length: 64 }]);
    expect(memory.metadata.getInt32(tailOffset(0))).toBe(TEST_TERM_LENGTH - 64 + 2 * 160);
    locateTail(second);
    expect(appendMessage(second, MESSAGE, 0, 100, undefined)).toBe(TEST_TERM_LENGTH + 160);
  });

  it('while the log changes terms, is told to try again', () => {
    const memory = newTestLog();
    const log = new PublicationLog(memory);
    memory.metadata.putInt32(tailOffset(0) + 4, 10); // the tail is set for three terms on, not counted yet
    expect(locateTail(log)).toBe(ADMIN_ACTION);
  });

  it('by many at the end of the term, is not told that the stream has ended', () => {
    const memory = newTestLog({ initialTermId: 0, termId: 2 ** 31 - 2, termOffset: TEST_TERM_LENGTH - 32 });
    const log = new PublicationLog(memory);
    locateTail(log);
    memory.metadata.getAndAddInt32(tailOffset((2 ** 31 - 2) % 3), 3 * TEST_TERM_LENGTH);
    expect(claimTail(log, 64)).toBe(ADMIN_ACTION);
    expect(activeTermCount(memory.metadata)).toBe(2 ** 31 - 1);
  });
});

const TIME_OUT_MS = 40_000;

interface Race {
  readonly producers: number;
  readonly messageCount: number;
  readonly seed: number;
  readonly isExclusive: boolean;
}

/** Runs producers in threads of their own; reads, cleans and moves the limit here, as subscriber and driver do. */
async function race({ producers, messageCount, seed, isExclusive }: Race): Promise<number[]> {
  const termLength = TEST_TERM_LENGTH;
  const memory = testLogMemory(termLength);
  const { terms, metadata } = wrapTestLog(memory, termLength);
  // Starts just before the wrap of the term ids.
  initialiseLog(metadata, testParameters({ initialTermId: 2 ** 31 - 3, type: isExclusive ? 1 : 0 }));
  const control = new SharedArrayBuffer(8);
  const limit = new Int32Array(control);
  const failures: Error[] = [];
  const workers = Array.from({ length: producers }, (_, producer) => {
    const workerData: LogWorkerData = {
      memory,
      control,
      termLength,
      producer,
      messageCount,
      seed: seed + producer,
      isExclusive,
    };
    const script = JSON.stringify(`${__dirname}/../testing/log-worker.ts`);
    const load =
      `const { workerData } = require('node:worker_threads'); require('tsx/cjs/api').register();` +
      `require(${script}).runLogWorker(workerData);`;
    return new Worker(load, { eval: true, workerData }).on('error', (error) => failures.push(error));
  });
  const expectedSequences = workers.map(() => 0);
  const reader = new TermReader();
  const message = new Uint8Array(termLength);
  let length = 0;
  let position = 0;
  let cleaned = 0;
  const onFrame = (term: AtomicBuffer, offset: number, frameLength: number): void => {
    const flags = term.getUint8(offset + 5);
    length = (flags & 0x80) === 0 ? length : 0;
    message.set(term.bytes.subarray(offset + 32, offset + frameLength), length);
    length += frameLength - 32;
    if ((flags & 0x40) !== 0) {
      checkMessage(message.subarray(0, length), expectedSequences);
    }
  };
  try {
    for (let idle = 0; expectedSequences.some((sequence) => sequence < messageCount); ) {
      const offset = position % termLength;
      const read = reader.read(terms[Math.floor(position / termLength) % 3] as AtomicBuffer, offset, 50, onFrame);
      position += reader.offset - offset;
      cleaned = cleanPublication(terms, termLength, cleaned, position);
      Atomics.store(limit, 0, (position + termLength / 2) / 32);
      idle = read === 0 ? idle + 1 : 0;
      if (idle % 64 === 63) {
        await new Promise((resolve) => setImmediate(resolve)); // lets errors of the threads arrive
      }
      if (failures.length > 0) {
        throw failures[0] as Error;
      }
    }
  } finally {
    Atomics.store(limit, 1, 1);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return expectedSequences;
}

describe('threads on one log', () => {
  it.each([1, 2])(
    'lose, double or mix up nothing (seed %i)',
    async (seed) => {
      expect(await race({ producers: 3, messageCount: 2500, seed, isExclusive: false })).toEqual([2500, 2500, 2500]);
    },
    TIME_OUT_MS,
  );

  it(
    'carry the stream of an exclusive writer',
    async () => {
      expect(await race({ producers: 1, messageCount: 5000, seed: 4, isExclusive: true })).toEqual([5000]);
    },
    TIME_OUT_MS,
  );
});
