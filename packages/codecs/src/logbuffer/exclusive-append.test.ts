// SPDX-License-Identifier: Apache-2.0
/** What only a single writer can do; the rest is in append.test.ts. */
import type { AtomicBuffer } from '@aeron/core/internal';
import { framesOf, newTestLog, TEST_TERM_LENGTH } from '../testing/test-log.ts';
import {
  appendBlockExclusive,
  appendMessageExclusive,
  appendPaddingExclusive,
  exclusivePosition,
  openExclusive,
  prepareBlockExclusive,
} from './exclusive-append.ts';
import type { LogParameters } from './log-parameters.ts';
import { activeTermCount } from './metadata.ts';
import { ADMIN_ACTION, MAX_POSITION_EXCEEDED } from './offer-result.ts';
import { PublicationLog } from './publication-log.ts';
import { producerPosition } from './tail.ts';

const MESSAGE = new Uint8Array(1000).fill(7);

function open(changes: Partial<LogParameters> = {}): PublicationLog {
  const log = new PublicationLog(newTestLog({ type: 1, ...changes }));
  openExclusive(log);
  return log;
}

function term(log: PublicationLog, index: number): AtomicBuffer {
  return log.terms[index] as AtomicBuffer;
}

describe('an exclusive writer', () => {
  it('goes on where the one before it stopped', () => {
    const memory = newTestLog({ type: 1 });
    const first = new PublicationLog(memory);
    openExclusive(first);
    for (let i = 0; i < 100; i++) {
      appendMessageExclusive(first, MESSAGE, 0, 1000, undefined);
    }
    const second = new PublicationLog(memory);
    openExclusive(second);
    expect(exclusivePosition(second)).toBe(exclusivePosition(first));
    expect(appendMessageExclusive(second, MESSAGE, 0, 10, undefined)).toBe(exclusivePosition(first) + 64);
    expect(producerPosition(memory.metadata, TEST_TERM_LENGTH, 7)).toBe(exclusivePosition(second));
  });
});

describe('appending padding', () => {
  it('writes a frame that readers skip', () => {
    const log = open();
    expect(appendPaddingExclusive(log, 100)).toBe(160);
    expect(appendMessageExclusive(log, MESSAGE, 0, 5, undefined)).toBe(224);
    expect(framesOf(term(log, 0))).toMatchObject([
      { offset: 0, length: 132, type: 0, termOffset: 0, termId: 7, sessionId: log.sessionId, streamId: log.streamId },
      { offset: 160, length: 37, type: 1 },
    ]);
  });

  it('takes any length that a message could take up, and no other', () => {
    const log = open();
    expect(appendPaddingExclusive(log, 0)).toBe(32);
    expect(appendPaddingExclusive(log, log.maxFramedLength)).toBe(32 + ((log.maxFramedLength + 32 + 31) & ~31));
    for (const length of [-1, log.maxFramedLength + 1, 0.5, Number.NaN]) {
      expect(() => appendPaddingExclusive(log, length)).toThrow(`length=${length} limit=${log.maxFramedLength}`);
    }
  });

  it('gives way to the end of the term', () => {
    const log = open({ termOffset: TEST_TERM_LENGTH - 64 });
    expect(appendPaddingExclusive(log, 64)).toBe(ADMIN_ACTION);
    expect(framesOf(term(log, 0), TEST_TERM_LENGTH - 64)).toMatchObject([{ length: 64, type: 0 }]);
    expect(appendPaddingExclusive(log, 64)).toBe(TEST_TERM_LENGTH + 96);
  });
});

describe('appending a block', () => {
  /** Frames as a recording has them: the same stream from the same position. */
  function recorded(changes: Partial<LogParameters> = {}): { block: AtomicBuffer; length: number } {
    const source = open(changes);
    const start = source.termOffset;
    const buffer = source.termBuffer;
    for (const length of [10, 1376, 3000, 0]) {
      appendMessageExclusive(source, MESSAGE, 0, Math.min(length, 1000), undefined);
    }
    return { block: buffer.slice(start, source.termOffset - start), length: source.termOffset - start };
  }

  it('puts the frames in as they are, and moves on behind them', () => {
    const { block, length } = recorded({ termOffset: 192 });
    const log = open({ termOffset: 192 });
    prepareBlockExclusive(log);
    expect(appendBlockExclusive(log, block, 0, length)).toBe(192 + length);
    expect(Buffer.from(term(log, 0).bytes.subarray(192, 192 + length)).equals(Buffer.from(block.bytes))).toBe(true);
    expect(producerPosition(log.metadata, TEST_TERM_LENGTH, 7)).toBe(192 + length);
    expect(appendMessageExclusive(log, MESSAGE, 0, 5, undefined)).toBe(192 + length + 64);
  });

  it('goes to the next term first where this one is exactly full', () => {
    const { block, length } = recorded({ termId: 8 });
    const log = open({ termOffset: TEST_TERM_LENGTH });
    expect(exclusivePosition(log)).toBe(TEST_TERM_LENGTH);
    prepareBlockExclusive(log);
    expect(activeTermCount(log.metadata)).toBe(1);
    expect(appendBlockExclusive(log, block, 0, length)).toBe(TEST_TERM_LENGTH + length);
  });

  it('refuses a block that is longer than the rest of the term, or not whole frames', () => {
    const { block } = recorded({ termOffset: TEST_TERM_LENGTH - 8192 });
    const log = open({ termOffset: TEST_TERM_LENGTH - 96 });
    expect(() => appendBlockExclusive(log, block, 0, 128)).toThrow('length=128 limit=96');
    expect(() => appendBlockExclusive(log, block, 0, 40)).toThrow('not made of whole frames');
    expect(() => appendBlockExclusive(log, block, 0, 0)).toThrow('not made of whole frames');
    expect(() => appendBlockExclusive(log, block, 0, block.capacity + 32)).toThrow('available=');
    expect(exclusivePosition(log)).toBe(TEST_TERM_LENGTH - 96);
  });

  it.each([
    ['termOffset=64 (expected=0)', 8, 64],
    ['sessionId=5 (expected=-1234567)', 12, 5],
    ['streamId=6 (expected=1001)', 16, 6],
    ['termId=8 (expected=7)', 20, 8],
    ['frameType=0 (expected=1)', 4, 0],
  ])('refuses a block that does not start with the frame that belongs there: %s', (problem, offset, value) => {
    const { block, length } = recorded();
    block.putInt32(offset, value);
    const log = open();
    expect(() => appendBlockExclusive(log, block, 0, length)).toThrow(problem);
    expect(framesOf(term(log, 0))).toEqual([]);
  });

  it('stays where the positions of the term length end', () => {
    const log = open({ initialTermId: 0, termId: 2 ** 31 - 1, termOffset: TEST_TERM_LENGTH });
    prepareBlockExclusive(log);
    expect(exclusivePosition(log)).toBe(log.maxPossiblePosition);
    expect(appendMessageExclusive(log, MESSAGE, 0, 5, undefined)).toBe(MAX_POSITION_EXCEEDED);
  });
});
