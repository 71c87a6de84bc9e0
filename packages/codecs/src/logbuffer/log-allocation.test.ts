// SPDX-License-Identifier: Apache-2.0
/** Nothing that happens once per message or per poll leaves garbage, also where positions no longer fit 32 bits. */
import { AtomicBuffer } from '@aeron/core/internal';
import { allocationPerCall } from '@aeron/core/testing';
import { newTestLog, putTestFrame } from '../testing/test-log.ts';
import { seekTail, tryAppendMessage, tryAppendParts, tryClaimFrame } from './concurrent-append.ts';
import {
  openExclusive,
  tryAppendMessageExclusive,
  tryAppendPartsExclusive,
  tryClaimFrameExclusive,
} from './exclusive-append.ts';
import { checkedPartsLength } from './message-parts.ts';
import { PublicationLog } from './publication-log.ts';
import { tailOffset } from './tail.ts';
import { scanTermBlock } from './term-block-scanner.ts';
import { TermGapScanner } from './term-gap-scanner.ts';
import { TermReader } from './term-reader.ts';
import { insertPacket } from './term-rebuilder.ts';
import { TermScanner } from './term-scanner.ts';

const CALLS = 200_000;
/** Below this it is bookkeeping of the measurement. */
const NOTHING = 0.5;
const TERM_COUNT = 3 * 2 ** 16;

function newLog(): PublicationLog {
  const log = new PublicationLog(newTestLog({ initialTermId: 0, termId: TERM_COUNT }));
  openExclusive(log);
  return log;
}

/** Goes back to the start of the term, so that none is ever full. */
function rewind(log: PublicationLog): void {
  log.metadata.int32[tailOffset(0) >> 2] = 0;
  log.termOffset = 0;
}

const atomic = AtomicBuffer.allocate(4096);
const array = new Uint8Array(100);
const parts = [
  { buffer: atomic, offset: 8, length: 16 },
  { buffer: array, offset: 0, length: 16 },
];

const APPENDS: Record<string, (log: PublicationLog) => void> = {
  'a message from an AtomicBuffer': (log) => {
    seekTail(log);
    tryAppendMessage(log, atomic, 0, 32, undefined);
  },
  'a message from an array': (log) => {
    seekTail(log);
    tryAppendMessage(log, array, 3, 32, undefined);
  },
  'a message that is a whole array': (log) => {
    seekTail(log);
    tryAppendMessage(log, array, 0, 100, undefined);
  },
  'a message in parts': (log) => {
    seekTail(log);
    tryAppendParts(log, parts, checkedPartsLength(parts), undefined);
  },
  'a claim': (log) => {
    seekTail(log);
    tryClaimFrame(log, 32);
    log.termBuffer.putInt32Release(log.frameOffset, 64);
  },
  'an exclusive message': (log) => {
    tryAppendMessageExclusive(log, atomic, 0, 200, undefined);
  },
  'an exclusive message in parts': (log) => {
    tryAppendPartsExclusive(log, parts, checkedPartsLength(parts), undefined);
  },
  'an exclusive claim': (log) => {
    tryClaimFrameExclusive(log, 32);
    log.termBuffer.putInt32Release(log.frameOffset, 64);
  },
};

describe('appending', () => {
  it.each(Object.keys(APPENDS))('%s allocates nothing', (name) => {
    const append = APPENDS[name] as (log: PublicationLog) => void;
    const log = newLog();
    const step = (): void => {
      rewind(log);
      append(log);
    };
    expect(allocationPerCall(step, CALLS)).toBeLessThan(NOTHING);
  });
});

describe('going over a term', () => {
  const term = AtomicBuffer.allocate(65536);
  for (let offset = 0; offset < 65536; offset += 64) {
    putTestFrame(term, offset, 64);
  }
  const reader = new TermReader();
  const scanner = new TermScanner();
  const gapScanner = new TermGapScanner();
  let sum = 0;
  const onFrame = (_term: AtomicBuffer, offset: number): void => {
    sum = (sum + offset) | 0;
  };
  const packet = new Uint8Array(64);
  const empty = AtomicBuffer.allocate(65536);

  it.each<[string, () => void]>([
    ['reading', () => void reader.read(term, 1024, 10, onFrame)],
    ['scanning', () => void scanner.scan(term, 1024, 1408)],
    ['scanning for a gap', () => void gapScanner.scan(term, 1024, 4096)],
    ['scanning a block', () => void scanTermBlock(term, 1024, 4096)],
    ['inserting a packet', () => void insertPacket(empty, 64, packet, 0, 64)],
  ])('%s allocates nothing', (_name, step) => {
    expect(allocationPerCall(step, CALLS)).toBeLessThan(NOTHING);
  });
});
