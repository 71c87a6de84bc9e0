// SPDX-License-Identifier: Apache-2.0
/** Both ways to append, against the same expectations; what differs between them is in their own tests. */
import { AtomicBuffer } from '@aeron/core/internal';
import fc from 'fast-check';
import { framesOf, newTestLog, TEST_TERM_LENGTH, type TestFrame } from '../testing/test-log.ts';
import { appendMessage, appendParts, claimFrame, locateTail } from './concurrent-append.ts';
import {
  appendMessageExclusive,
  appendPartsExclusive,
  claimFrameExclusive,
  exclusivePosition,
  openExclusive,
} from './exclusive-append.ts';
import { alignFrame, computeAssembledFrameLength, computeFragmentedFrameLength } from './frame-descriptor.ts';
import type { ReservedValueSupplier } from './frame-writer.ts';
import { checkedPartsLength, type MessagePart } from './message-parts.ts';
import { activeTermCount, putIsConnected } from './metadata.ts';
import { ADMIN_ACTION, BACK_PRESSURED, MAX_POSITION_EXCEEDED, NOT_CONNECTED } from './offer-result.ts';
import type { PayloadSource } from './payload-copy.ts';
import { backPressureStatus, checkPayloadLength, framedLength, PublicationLog } from './publication-log.ts';
import { producerPosition } from './tail.ts';

interface Appender {
  readonly name: string;
  open(log: PublicationLog): void;
  position(log: PublicationLog): number;
  message(
    log: PublicationLog,
    source: PayloadSource,
    offset: number,
    length: number,
    supplier?: ReservedValueSupplier,
  ): number;
  parts(log: PublicationLog, parts: readonly MessagePart[], supplier?: ReservedValueSupplier): number;
  claim(log: PublicationLog, length: number): number;
}

const CONCURRENT: Appender = {
  name: 'concurrent',
  open: () => undefined,
  position: locateTail,
  message(log, source, offset, length, supplier) {
    const position = locateTail(log);
    return position < 0 ? position : appendMessage(log, source, offset, length, supplier);
  },
  parts(log, parts, supplier) {
    const position = locateTail(log);
    return position < 0 ? position : appendParts(log, parts, checkedPartsLength(parts), supplier);
  },
  claim(log, length) {
    const position = locateTail(log);
    return position < 0 ? position : claimFrame(log, length);
  },
};

const EXCLUSIVE: Appender = {
  name: 'exclusive',
  open: openExclusive,
  position: exclusivePosition,
  message: (log, source, offset, length, supplier) => appendMessageExclusive(log, source, offset, length, supplier),
  parts: (log, parts, supplier) => appendPartsExclusive(log, parts, checkedPartsLength(parts), supplier),
  claim: claimFrameExclusive,
};

function pattern(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + seed * 13 + (i >> 8)) & 0xff);
}

/** Payloads of whole messages, put together from fragments. */
function messagesOf(frames: readonly TestFrame[]): Buffer[] {
  const messages: Buffer[] = [];
  let fragments: Buffer[] = [];
  for (const frame of frames) {
    if (frame.type === 0) {
      continue;
    }
    if ((frame.flags & 0x80) !== 0) {
      fragments = [];
    }
    fragments.push(frame.payload);
    if ((frame.flags & 0x40) !== 0) {
      messages.push(Buffer.concat(fragments));
    }
  }
  return messages;
}

function asText(bytes: Buffer): string {
  return bytes.toString('latin1');
}

describe.each([CONCURRENT, EXCLUSIVE])('$name append', (appender) => {
  function open(changes = {}): PublicationLog {
    const log = new PublicationLog(newTestLog(changes));
    appender.open(log);
    return log;
  }

  function framesIn(log: PublicationLog, index: number): TestFrame[] {
    return framesOf(log.terms[index] as AtomicBuffer);
  }

  it('writes a frame with every header field, and its payload', () => {
    const log = open({ initialTermId: -5 });
    const payload = pattern(45, 1);
    expect(appender.message(log, payload, 0, 45)).toBe(96);
    expect(framesIn(log, 0)).toEqual([
      {
        offset: 0,
        length: 77,
        flags: 0xc0,
        type: 1,
        termOffset: 0,
        sessionId: log.sessionId,
        streamId: 1001,
        termId: -5,
        reservedValue: 0n,
        payload: Buffer.from(payload),
      },
    ]);
    expect(appender.position(log)).toBe(96);
    expect(producerPosition(log.metadata, log.termLength, log.initialTermId)).toBe(96);
  });

  it('takes an empty message', () => {
    const log = open();
    expect(appender.message(log, new Uint8Array(0), 0, 0)).toBe(32);
    expect(appender.parts(log, [])).toBe(64);
    expect(framesIn(log, 0).map(({ length, flags }) => [length, flags])).toEqual([
      [32, 0xc0],
      [32, 0xc0],
    ]);
  });

  it('sends a message of exactly the largest payload as one frame, and one byte more as two', () => {
    const log = open();
    const max = log.maxPayloadLength;
    const source = pattern(max + 1, 2);
    appender.message(log, source, 0, max);
    appender.message(log, source, 0, max + 1);
    expect(framesIn(log, 0).map(({ length, flags }) => [length, flags])).toEqual([
      [max + 32, 0xc0],
      [max + 32, 0x80],
      [33, 0x40],
    ]);
  });

  it('carries any message from any kind of memory, whole or in parts', () => {
    const length = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: TEST_TERM_LENGTH / 8 }));
    const message = fc.record({
      length,
      padBefore: fc.integer({ min: 0, max: 9 }),
      padAfter: fc.integer({ min: 0, max: 9 }),
      kind: fc.constantFrom('array', 'buffer', 'whole', 'parts'),
      cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 6 }), (messages) => {
        const log = open({ mtuLength: 1408 });
        const sent: Buffer[] = [];
        let expectedPosition = 0;
        messages.forEach(({ length, padBefore, padAfter, kind, cuts }, seed) => {
          const bytes = pattern(padBefore + length + padAfter, seed);
          const payload = Buffer.from(bytes.subarray(padBefore, padBefore + length));
          expectedPosition += framedLength(log, length);
          if (expectedPosition > log.termLength) {
            return;
          }
          const position =
            kind === 'parts'
              ? appender.parts(log, inParts(bytes, padBefore, length, cuts))
              : kind === 'whole'
                ? appender.message(log, Uint8Array.from(payload), 0, length)
                : appender.message(log, kind === 'buffer' ? new AtomicBuffer(bytes) : bytes, padBefore, length);
          expect(position).toBe(expectedPosition);
          sent.push(payload);
        });
        // As text: comparing long byte arrays element by element takes a hundred times as long.
        expect(messagesOf(framesIn(log, 0)).map(asText)).toEqual(sent.map(asText));
      }),
      { numRuns: 100 },
    );
  });

  function inParts(bytes: Uint8Array, offset: number, length: number, cuts: readonly number[]): MessagePart[] {
    const places = [0, ...cuts.map((cut) => Math.floor(cut * length)).sort((a, b) => a - b), length];
    return places.slice(1).map((end, i) => {
      const start = places[i] as number;
      const part = { offset: offset + start, length: end - start };
      return i % 2 === 0 ? { ...part, buffer: bytes } : { ...part, buffer: new AtomicBuffer(bytes) };
    });
  }

  it('pads the end of a term, moves on, and takes the message at the second attempt', () => {
    const log = open({ initialTermId: 2 ** 31 - 1 });
    const source = AtomicBuffer.allocate(4096);
    let position = 0;
    for (let i = 0; i < 62; i++) {
      position = appender.message(log, source, 0, 1001);
    }
    const end = position;
    expect(appender.message(log, source, 0, 992)).toBe(ADMIN_ACTION);
    expect(framesIn(log, 0).at(-1)).toMatchObject({
      offset: end,
      type: 0,
      length: log.termLength - end,
      termOffset: end,
    });
    expect(activeTermCount(log.metadata)).toBe(1);
    expect(appender.message(log, source, 0, 992)).toBe(log.termLength + 1024);
    expect(framesIn(log, 1)[0]).toMatchObject({ termId: -(2 ** 31), offset: 0, length: 1024 });
  });

  it('leaves no padding where a message ends exactly with the term', () => {
    const log = open();
    const source = AtomicBuffer.allocate(1024);
    for (let i = 1; i <= 64; i++) {
      expect(appender.message(log, source, 0, 992)).toBe(i * 1024);
    }
    expect(appender.position(log)).toBe(log.termLength);
    expect(appender.message(log, source, 0, 992)).toBe(ADMIN_ACTION);
    expect(appender.message(log, source, 0, 992)).toBe(log.termLength + 1024);
    expect(framesIn(log, 0)).toHaveLength(64);
  });

  it('keeps a fragmented message in one term', () => {
    const log = open();
    const source = new AtomicBuffer(pattern(8192, 3));
    let result = 0;
    while (result !== ADMIN_ACTION) {
      result = appender.message(log, source, 0, 8192);
    }
    const frames = framesIn(log, 0);
    expect(messagesOf(frames)).toHaveLength(7);
    expect(frames.at(-1)).toMatchObject({ type: 0 });
    appender.message(log, source, 0, 8192);
    expect(messagesOf(framesIn(log, 1)).map(asText)).toEqual([asText(Buffer.from(pattern(8192, 3)))]);
  });

  it('goes through all three partitions and on', () => {
    const log = open({ initialTermId: 2 ** 31 - 2 });
    const source = AtomicBuffer.allocate(1024);
    let position = 0;
    for (let i = 0; i < 600; i++) {
      if (appender.position(log) % log.termLength === 0) {
        log.terms.forEach((term) => {
          term.setMemory(0, term.capacity, 0);
        });
      }
      const result = appender.message(log, source, 0, 100 + (i % 800));
      if (result !== ADMIN_ACTION) {
        expect(result).toBeGreaterThan(position);
        position = result;
      }
    }
    expect(activeTermCount(log.metadata)).toBeGreaterThan(3);
  });

  it('ends where the positions of the term length end', () => {
    const log = open({ initialTermId: 9, termId: (9 + 2 ** 31 - 1) | 0, termOffset: TEST_TERM_LENGTH - 128 });
    const source = AtomicBuffer.allocate(64);
    expect(appender.message(log, source, 0, 32)).toBe(log.maxPossiblePosition - 64);
    expect(appender.message(log, source, 0, 64)).toBe(MAX_POSITION_EXCEEDED);
    expect(appender.message(log, source, 0, 64)).toBe(MAX_POSITION_EXCEEDED);
    expect(activeTermCount(log.metadata)).toBe(2 ** 31 - 1);
    expect(framesOf(log.terms[log.partitionIndex] as AtomicBuffer, TEST_TERM_LENGTH - 64)[0]).toMatchObject({
      type: 0,
      length: 64,
    });
  });

  it('starts where the driver was asked to start', () => {
    const log = open({ initialTermId: -10, termId: -6, termOffset: 960 });
    expect(appender.position(log)).toBe(4 * TEST_TERM_LENGTH + 960);
    expect(appender.message(log, AtomicBuffer.allocate(8), 0, 8)).toBe(4 * TEST_TERM_LENGTH + 1024);
    expect(framesOf(log.terms[1] as AtomicBuffer, 960)[0]).toMatchObject({ termId: -6, termOffset: 960 });
  });

  it('claims a frame that stays invisible until it is committed', () => {
    const log = open();
    expect(appender.claim(log, 20)).toBe(64);
    const { termBuffer, frameOffset } = log;
    expect(termBuffer.getInt32(frameOffset)).toBe(-52);
    expect(framesIn(log, 0)).toEqual([]);
    termBuffer.putAscii(frameOffset + 32, 'in place');
    termBuffer.putInt32Release(frameOffset, 52);
    expect(framesIn(log, 0)[0]?.payload.toString('latin1', 0, 8)).toBe('in place');
  });

  it('asks for the reserved value of each frame, after header and payload are written', () => {
    const log = open();
    const source = pattern(3000, 4);
    const seen: number[][] = [];
    const supplier: ReservedValueSupplier = (term, offset, length) => {
      seen.push([offset, length, term.getInt32(offset), term.getUint8(offset + 32)]);
      return -1n - BigInt(offset);
    };
    appender.message(log, source, 0, 100, supplier);
    appender.message(log, source, 0, 3000, supplier);
    appender.parts(log, [{ buffer: source, offset: 0, length: 10 }], supplier);
    const frames = framesIn(log, 0);
    expect(frames.map(({ reservedValue, offset }) => reservedValue + BigInt(offset))).toEqual(frames.map(() => -1n));
    expect(seen).toEqual(frames.map(({ offset, length, payload }) => [offset, length, -length, payload[0] ?? -1]));
  });

  it.each([100, 3000])('turns the rest of a claim of %i bytes into padding when the supplier throws', (length) => {
    const log = open();
    let calls = 0;
    const supplier = (): bigint => {
      calls++;
      if (calls === (length > 1376 ? 2 : 1)) {
        throw new Error('supplier failed');
      }
      return 1n;
    };
    expect(() => appender.message(log, pattern(length, 5), 0, length, supplier)).toThrow('supplier failed');
    const end = framedLength(log, length);
    expect(appender.message(log, pattern(8, 6), 0, 8)).toBe(end + 64);
    const frames = framesIn(log, 0);
    expect(messagesOf(frames)).toEqual([Buffer.from(pattern(8, 6))]);
    expect(frames.at(-2)?.type).toBe(0);
  });

  it('is not confused by a supplier that appends to the same publication', () => {
    const log = open();
    const source = pattern(3000, 7);
    let nested = 0;
    appender.message(log, source, 0, 3000, () => {
      if (nested === 0) {
        nested = appender.message(log, source, 0, 50);
      }
      return 5n;
    });
    const frames = framesIn(log, 0);
    expect(frames.map(({ termOffset, offset }) => termOffset - offset)).toEqual(frames.map(() => 0));
    expect(messagesOf(frames)).toEqual([Buffer.from(source), Buffer.from(source.subarray(0, 50))]);
  });

  it('refuses bytes outside of their buffer and messages that are too long before it claims', () => {
    const log = open();
    const source = new Uint8Array(100);
    for (const [offset, length] of [
      [0, 101],
      [99, 2],
      [-1, 5],
      [0, -1],
      [0, 1.5],
      [0, Number.NaN],
    ] as const) {
      expect(() => appender.message(log, source, offset, length)).toThrow(`offset=${offset} length=${length}`);
      expect(() => appender.parts(log, [{ buffer: new AtomicBuffer(source), offset, length }])).toThrow('outside');
    }
    const long = AtomicBuffer.allocate(log.maxMessageLength + 1);
    expect(() => appender.message(log, long, 0, long.capacity)).toThrow(
      'exceeds maxMessageLength: length=8193 limit=8192',
    );
    expect(appender.position(log)).toBe(0);
    expect(() => checkPayloadLength(log, 1377)).toThrow('limit=1376');
    expect(() => checkPayloadLength(log, -1)).toThrow('length=-1');
  });
});

describe('lengths of framed messages', () => {
  it('add up to what a naive count of frames gives', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 2047 }), (length, slots) => {
        const maxPayload = slots * 32;
        let framed = 0;
        for (let rest = length; rest > 0; rest -= maxPayload) {
          framed += alignFrame(Math.min(rest, maxPayload) + 32);
        }
        expect(computeFragmentedFrameLength(length, maxPayload)).toBe(framed);
        expect(computeAssembledFrameLength(length, maxPayload)).toBe(32 + length);
      }),
    );
  });
});

describe('an offer beyond the limit', () => {
  it('answers according to connection and position', () => {
    const log = new PublicationLog(newTestLog());
    expect(backPressureStatus(log, 0, 32)).toBe(NOT_CONNECTED);
    putIsConnected(log.metadata, true);
    expect(backPressureStatus(log, 0, 32)).toBe(BACK_PRESSURED);
    expect(backPressureStatus(log, log.maxPossiblePosition - 64, 32)).toBe(MAX_POSITION_EXCEEDED);
    expect(backPressureStatus(log, log.maxPossiblePosition - 96, 32)).toBe(BACK_PRESSURED);
  });
});
