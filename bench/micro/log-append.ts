// SPDX-License-Identifier: Apache-2.0
/** Appending to a log buffer and reading it back, in one thread, with the terms cleaned as the driver does. */
import {
  checkedPartsLength,
  cleanPublication,
  exclusivePosition,
  openExclusive,
  PublicationLog,
  seekTail,
  TermReader,
  TermScanner,
  tailPosition,
  tryAppendMessage,
  tryAppendMessageExclusive,
  tryAppendPartsExclusive,
  tryClaimFrame,
  tryClaimFrameExclusive,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import { newTestLog } from '../../packages/codecs/src/testing/test-log.ts';
import { measure } from './micro.ts';

const TERM_LENGTH = 16 * 1024 * 1024;
const CALLS = 3_000_000;

function newLog(): PublicationLog {
  const log = new PublicationLog(newTestLog({ termLength: TERM_LENGTH, initialTermId: 7 }));
  openExclusive(log);
  return log;
}

let dirtyPosition = 0;

/** The driver's part: zero what is behind, a term at a time. */
function cleanUpTo(log: PublicationLog, position: number): void {
  if (position - dirtyPosition > TERM_LENGTH) {
    dirtyPosition = cleanPublication(log.terms, TERM_LENGTH, dirtyPosition, position);
  }
}

function concurrent(length: number, newSource: () => AtomicBuffer | Uint8Array): (count: number) => void {
  const log = newLog();
  const source = newSource();
  dirtyPosition = 0;
  return (count) => {
    for (let i = 0; i < count; i++) {
      if (seekTail(log) === 0) {
        tryAppendMessage(log, source, 0, length, undefined);
        cleanUpTo(log, tailPosition(log));
      }
    }
  };
}

function exclusive(length: number, newSource: () => AtomicBuffer | Uint8Array): (count: number) => void {
  const log = newLog();
  const source = newSource();
  dirtyPosition = 0;
  return (count) => {
    for (let i = 0; i < count; i++) {
      tryAppendMessageExclusive(log, source, 0, length, undefined);
      cleanUpTo(log, exclusivePosition(log));
    }
  };
}

function claims(isExclusive: boolean): (count: number) => void {
  const log = newLog();
  dirtyPosition = 0;
  return (count) => {
    for (let i = 0; i < count; i++) {
      const isOpen = isExclusive || seekTail(log) === 0;
      if (isOpen && (isExclusive ? tryClaimFrameExclusive(log, 32) : tryClaimFrame(log, 32)) > 0) {
        log.termBuffer.putInt32Release(log.frameOffset, 64);
      }
      cleanUpTo(log, isExclusive ? exclusivePosition(log) : tailPosition(log));
    }
  };
}

function twoParts(): (count: number) => void {
  const log = newLog();
  const parts = [
    { buffer: AtomicBuffer.allocate(64), offset: 8, length: 16 },
    { buffer: AtomicBuffer.allocate(64), offset: 0, length: 16 },
  ];
  dirtyPosition = 0;
  return (count) => {
    for (let i = 0; i < count; i++) {
      tryAppendPartsExclusive(log, parts, checkedPartsLength(parts), undefined);
      cleanUpTo(log, exclusivePosition(log));
    }
  };
}

function reading(): (count: number) => void {
  const log = newLog();
  const source = AtomicBuffer.allocate(32);
  for (let i = 0; i < TERM_LENGTH / 64; i++) {
    tryAppendMessageExclusive(log, source, 0, 32, undefined);
  }
  const term = log.terms[0] as AtomicBuffer;
  const reader = new TermReader();
  let sum = 0;
  const onFrame = (_termBuffer: AtomicBuffer, frameOffset: number): void => {
    sum = (sum + frameOffset) | 0;
  };
  let offset = 0;
  return (count) => {
    for (let i = 0; i < count; ) {
      const read = reader.read(term, offset, 10, onFrame);
      i += read;
      offset = read === 0 ? 0 : reader.offset;
    }
  };
}

function scanning(): (count: number) => void {
  const log = newLog();
  const source = AtomicBuffer.allocate(32);
  for (let i = 0; i < TERM_LENGTH / 64; i++) {
    tryAppendMessageExclusive(log, source, 0, 32, undefined);
  }
  const term = log.terms[0] as AtomicBuffer;
  const scanner = new TermScanner();
  let offset = 0;
  return (count) => {
    for (let i = 0; i < count; i += 22) {
      const available = scanner.scan(term, offset, 1408);
      offset = available <= 0 ? 0 : offset + available;
    }
  };
}

const atomic = () => AtomicBuffer.allocate(65536);
const array = () => new Uint8Array(65536);

const CASES: Record<string, () => (count: number) => void> = {
  'concurrent 32 B from AtomicBuffer': () => concurrent(32, atomic),
  'concurrent 32 B from Uint8Array': () => concurrent(32, () => new Uint8Array(32)),
  'concurrent 32 B from slice of Uint8Array': () => concurrent(32, array),
  'concurrent 256 B from AtomicBuffer': () => concurrent(256, atomic),
  'concurrent 256 B from Uint8Array': () => concurrent(256, () => new Uint8Array(256)),
  'concurrent 1376 B from AtomicBuffer': () => concurrent(1376, atomic),
  'concurrent claim 32 B': () => claims(false),
  'exclusive 32 B from AtomicBuffer': () => exclusive(32, atomic),
  'exclusive 32 B from Uint8Array': () => exclusive(32, () => new Uint8Array(32)),
  'exclusive 4096 B in fragments from AtomicBuffer': () => exclusive(4096, atomic),
  'exclusive claim 32 B': () => claims(true),
  'exclusive 2 x 16 B': twoParts,
  'read 32 B, limit 10': reading,
  'scan 32 B': scanning,
};

// One case per process keeps each as the compiler would see it in a program that does only this.
const wanted = process.argv[2];
for (const [name, prepare] of Object.entries(CASES)) {
  if (wanted === undefined || name.includes(wanted)) {
    measure(name, CALLS, prepare());
  }
}
