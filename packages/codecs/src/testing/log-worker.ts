// SPDX-License-Identifier: Apache-2.0
/** Test support: what a thread does that appends to a log over memory which it shares with others, as fast as the limit lets it. */
import { AtomicBuffer } from '@aeron/core/internal';
import { SeededRandom } from '@aeron/core/testing';
import { appendMessage, appendParts, claimFrame, locateTail } from '../logbuffer/concurrent-append.ts';
import {
  appendMessageExclusive,
  appendPartsExclusive,
  claimFrameExclusive,
  exclusivePosition,
  openExclusive,
} from '../logbuffer/exclusive-append.ts';
import { checkedPartsLength } from '../logbuffer/message-parts.ts';
import { PublicationLog } from '../logbuffer/publication-log.ts';
import { messageLength, putMessage, wrapTestLog } from './test-log.ts';

/** What such a thread is told. */
export interface LogWorkerData {
  readonly memory: SharedArrayBuffer;
  /** int32 0: position limit in units of 32 bytes; int32 1: set when the thread is to end. */
  readonly control: SharedArrayBuffer;
  readonly termLength: number;
  readonly producer: number;
  readonly messageCount: number;
  readonly seed: number;
  readonly isExclusive: boolean;
}

const FRAME_ALIGNMENT = 32;

/** Appends all its messages, or ends early when told to. */
export function runLogWorker(data: LogWorkerData): void {
  const log = new PublicationLog(wrapTestLog(data.memory, data.termLength));
  if (data.isExclusive) {
    openExclusive(log);
  }
  const control = new Int32Array(data.control);
  const random = new SeededRandom(data.seed);
  const source = AtomicBuffer.allocate(log.maxMessageLength);
  for (let sequence = 0; sequence < data.messageCount; sequence++) {
    const length = messageLength(data.seed, sequence, log.maxMessageLength);
    putMessage(source, data.producer, sequence, length);
    const form = random.nextInt(4);
    while (append(log, data.isExclusive, source, length, form, control) < 0) {
      if (Atomics.load(control, 1) !== 0) {
        return;
      }
    }
  }
}

function append(
  log: PublicationLog,
  isExclusive: boolean,
  source: AtomicBuffer,
  length: number,
  form: number,
  control: Int32Array,
): number {
  const position = isExclusive ? exclusivePosition(log) : locateTail(log);
  if (position < 0 || position >= Atomics.load(control, 0) * FRAME_ALIGNMENT) {
    return -1;
  }
  if (form === 0 && length <= log.maxPayloadLength) {
    return claimed(log, isExclusive ? claimFrameExclusive(log, length) : claimFrame(log, length), source, length);
  }
  if (form === 1) {
    const cut = length >> 1;
    const parts = [
      { buffer: source, offset: 0, length: cut },
      { buffer: source.bytes, offset: cut, length: length - cut },
    ];
    const total = checkedPartsLength(parts);
    return isExclusive ? appendPartsExclusive(log, parts, total, undefined) : appendParts(log, parts, total, undefined);
  }
  const bytes = form === 2 ? source.bytes : source;
  return isExclusive
    ? appendMessageExclusive(log, bytes, 0, length, undefined)
    : appendMessage(log, bytes, 0, length, undefined);
}

function claimed(log: PublicationLog, position: number, source: AtomicBuffer, length: number): number {
  if (position > 0) {
    log.termBuffer.putBytes(log.frameOffset + 32, source, 0, length);
    log.termBuffer.putInt32Release(log.frameOffset, length + 32);
  }
  return position;
}
