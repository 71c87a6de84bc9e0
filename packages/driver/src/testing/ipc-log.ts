// SPDX-License-Identifier: Apache-2.0
/** A log of an IPC publication in plain memory, with a publisher's end and a subscriber's end. For tests. */

import {
  appendMessage,
  claimFrame,
  claimTail,
  computeLogLength,
  computeTermOffsetFromPosition,
  framedLength,
  indexByPosition,
  initialiseLog,
  locateTail,
  PublicationLog,
} from '@aeron/codecs/internal';
import { AtomicBuffer, AtomicCounter } from '@aeron/core/internal';
import type { PublicationParams } from '../conductor/rules/publication-params.ts';
import { ipcLogParameters } from '../ipc/ipc-log-parameters.ts';
import { MappedLog } from '../resources/mapped-log.ts';

export const TERM_LENGTH = 64 * 1024;
const PAGE_SIZE = 4096;
const FRAME_ALIGNMENT = 32;
const COUNTER_COUNT = 32;
const COUNTER_LENGTH = 128;

/** Parameters of a publication as a URI without parameters gives them. */
export const PLAIN_PARAMS: PublicationParams = {
  termLength: TERM_LENGTH,
  mtuLength: 1408,
  publicationWindowLength: TERM_LENGTH / 2,
  sessionId: undefined,
  entityTag: -1n,
  position: undefined,
  lingerTimeoutNs: 5e9,
  untethered: { windowLimitNs: 5e9, lingerNs: 5e9, restingNs: 10e9 },
  maxResend: 16,
  signalEos: true,
  isSparse: true,
  spiesSimulateConnection: false,
  isResponse: false,
  responseCorrelationId: -1,
};

export class IpcLog {
  readonly mapped: MappedLog;
  readonly values = AtomicBuffer.allocate(COUNTER_COUNT * COUNTER_LENGTH);
  readonly start: { readonly initialTermId: number; readonly termId: number; readonly termOffset: number };
  isUnmapped = false;
  readonly #publisher: PublicationLog;
  #nextCounterId = 0;

  constructor(start = { initialTermId: 7, termId: 7, termOffset: 0 }, isExclusive = false) {
    const length = computeLogLength(TERM_LENGTH, PAGE_SIZE);
    this.start = start;
    this.mapped = new MappedLog(
      {
        path: '/log',
        length,
        memory: new ArrayBuffer(length),
        memoryOffset: 0,
        sync: () => undefined,
        unmap: () => {
          this.isUnmapped = true;
        },
      },
      TERM_LENGTH,
    );
    const stream = { registrationId: 1, sessionId: 2, streamId: 3, isExclusive, params: PLAIN_PARAMS, start };
    initialiseLog(this.mapped.metadata, ipcLogParameters(stream, PAGE_SIZE));
    this.#publisher = new PublicationLog(this.mapped);
  }

  newCounter(): AtomicCounter {
    return new AtomicCounter(this.values, this.#nextCounterId++);
  }

  /** Publishes a message of `length` bytes, all `fill`. @returns the position behind it, or a negative result. */
  publish(length: number, fill = 0xff): number {
    locateTail(this.#publisher);
    return appendMessage(this.#publisher, new Uint8Array(length).fill(fill), 0, length, undefined);
  }

  /** Claims a frame and leaves it there, as a publisher that dies. */
  claimAndDie(length: number): number {
    locateTail(this.#publisher);
    return claimFrame(this.#publisher, length);
  }

  /** Moves the tail and no more, as a publisher that dies right after. @returns the position behind the claim. */
  moveTailAndDie(length: number): number {
    locateTail(this.#publisher);
    return claimTail(this.#publisher, framedLength(this.#publisher, length));
  }

  /** Publishes until a term is behind it. */
  publishToPosition(position: number): void {
    for (let reached = 0; reached < position; ) {
      const result = this.publish(1024 - FRAME_ALIGNMENT);
      reached = result > 0 ? result : reached;
    }
  }

  /** Frame length that a reader finds at a position. */
  frameLengthAt(position: number): number {
    const term = this.mapped.terms[indexByPosition(position, TERM_LENGTH)] as AtomicBuffer;
    return term.getInt32Volatile(computeTermOffsetFromPosition(position, TERM_LENGTH));
  }

  /** Whether every byte from `start` on, in one term, is zero. */
  isZero(start: number, length: number): boolean {
    const term = this.mapped.terms[indexByPosition(start, TERM_LENGTH)] as AtomicBuffer;
    return term.subarray(computeTermOffsetFromPosition(start, TERM_LENGTH), length).every((byte) => byte === 0);
  }
}
