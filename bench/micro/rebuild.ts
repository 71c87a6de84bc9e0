// SPDX-License-Identifier: Apache-2.0
/** What a receiver does to a term: inserting packets, looking for gaps, going over blocks. */
import { insertPacket, scanTermBlock, TermGapScanner } from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import { putTestFrame } from '../../packages/codecs/src/testing/test-log.ts';
import { measure } from './micro.ts';

const TERM_LENGTH = 64 * 1024;
const CALLS = 2_000_000;

function inserts(length: number): (count: number) => void {
  const term = AtomicBuffer.allocate(TERM_LENGTH);
  const packet = new Uint8Array(length + 64);
  const frame = new AtomicBuffer(packet.buffer, 0, packet.length);
  putTestFrame(frame, 0, length);
  return (count) => {
    let offset = 0;
    for (let i = 0; i < count; i++) {
      term.putInt32(offset, 0); // as if it had come round
      insertPacket(term, offset, packet, 0, length);
      offset = offset + 2 * length > TERM_LENGTH ? 0 : offset + length;
    }
  };
}

function fullTerm(): AtomicBuffer {
  const term = AtomicBuffer.allocate(TERM_LENGTH);
  for (let offset = 0; offset < TERM_LENGTH; offset += 64) {
    putTestFrame(term, offset, 64);
  }
  return term;
}

function gapScan(): (count: number) => void {
  const term = fullTerm();
  const scanner = new TermGapScanner();
  return (count) => {
    for (let i = 0; i < count; i++) {
      scanner.scan(term, 1024, 1024 + 22 * 64);
    }
  };
}

function blockScan(): (count: number) => void {
  const term = fullTerm();
  let sum = 0;
  return (count) => {
    for (let i = 0; i < count; i++) {
      sum += scanTermBlock(term, 1024, 1024 + 22 * 64);
    }
    if (sum === 0) {
      throw new Error('the block scan found nothing');
    }
  };
}

const CASES: Record<string, () => (count: number) => void> = {
  'insert a packet of 64 bytes': () => inserts(64),
  'insert a packet of 1408 bytes': () => inserts(1408),
  'gap scan over 22 frames': gapScan,
  'block scan over 22 frames': blockScan,
};

const wanted = process.argv[2];
for (const [name, prepare] of Object.entries(CASES)) {
  if (wanted === undefined || name.includes(wanted)) {
    measure(name, CALLS, prepare());
  }
}
