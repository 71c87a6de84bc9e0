// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer } from '@aeron/core/internal';
import fc from 'fast-check';
import { isErrorFrameValid, isGroupTagValid, isNakValid, isSetupValid, isStatusMessageValid } from './frame-rules.ts';
import { FRAMES, FrameType, frameByType } from './frame-type.ts';
import { isFrameValid } from './frame-validity.ts';
import { ErrorFrameFlyweight } from './generated/error-frame.ts';
import { FrameHeaderFlyweight } from './generated/frame-header.ts';
import { NakFlyweight } from './generated/nak.ts';
import { SetupFlyweight } from './generated/setup.ts';
import { StatusMessageFlyweight } from './generated/status-message.ts';

const TERM_LENGTH = 64 * 1024;

/** Bytes of the shortest datagram of each type, from the reference's documentation of the wire. */
const MINIMUM_LENGTHS = [
  [FrameType.PAD, 32],
  [FrameType.DATA, 32],
  [FrameType.NAK, 28],
  [FrameType.SM, 36],
  [FrameType.ERR, 40],
  [FrameType.SETUP, 40],
  [FrameType.RTTM, 40],
  [FrameType.RES, 22],
  [FrameType.RSP_SETUP, 20],
] as const;

function datagram(type: number, frameLength: number, capacity = 2048): AtomicBuffer {
  const buffer = AtomicBuffer.allocate(capacity);
  const header = new FrameHeaderFlyweight().wrap(buffer, 0);
  header.frameLength = frameLength;
  header.type = type;
  return buffer;
}

describe('a frame', () => {
  it.each(MINIMUM_LENGTHS)('of type %i needs its header of %i bytes', (type, minimum) => {
    const buffer = datagram(type, minimum);
    expect(isFrameValid(buffer, 0, minimum)).toBe(true);
    for (let length = -1; length < minimum; length++) {
      expect(isFrameValid(buffer, 0, length)).toBe(false);
    }
  });

  it.each(FRAMES.map(({ name, type }) => [name, type]))(
    '%s with another version or a negative length is dropped',
    (_name, type) => {
      const buffer = datagram(type, 64);
      expect(isFrameValid(buffer, 0, 64)).toBe(true);
      buffer.putUint8(4, 1);
      expect(isFrameValid(buffer, 0, 64)).toBe(false);
      buffer.putUint8(4, 0xff);
      expect(isFrameValid(buffer, 0, 64)).toBe(false);
      expect(isFrameValid(datagram(type, -1), 0, 64)).toBe(false);
    },
  );

  it('that is not data must be inside the datagram', () => {
    for (const { type } of FRAMES.slice(2)) {
      expect([64, 65].map((frameLength) => isFrameValid(datagram(type, frameLength), 0, 64))).toEqual([true, false]);
    }
  });

  it('of data may be a heartbeat or longer than what was sent, but the datagram is a multiple of 32', () => {
    for (const type of [FrameType.DATA, FrameType.PAD]) {
      expect([0, 32, 4096].map((frameLength) => isFrameValid(datagram(type, frameLength), 0, 64))).toEqual([
        true,
        true,
        true,
      ]);
      expect(isFrameValid(datagram(type, 33), 0, 65)).toBe(false);
    }
  });

  it('of a type that is not processed is dropped', () => {
    const types = [FrameType.ATS_DATA, FrameType.ATS_SM, FrameType.ATS_SETUP, FrameType.EXT, 0x0c, 0x7fff, 0x8001];
    expect(types.filter((type) => isFrameValid(datagram(type, 64), 0, 64))).toEqual([]);
    expect(types.map(frameByType)).toEqual(types.map(() => undefined));
  });

  it('must lie in the buffer', () => {
    const buffer = datagram(FrameType.NAK, 28, 64);
    expect(isFrameValid(buffer, 0, 65)).toBe(false);
    expect(isFrameValid(buffer, 40, 28)).toBe(false);
    expect(isFrameValid(buffer, -4, 28)).toBe(false);
  });

  it('of random bytes is never read past its end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.integer({ min: -8, max: 80 }), (bytes, length) => {
        const valid = isFrameValid(new AtomicBuffer(bytes), 0, length);
        expect(valid && length > bytes.length).toBe(false);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

describe('a NAK', () => {
  const nak = new NakFlyweight().wrap(AtomicBuffer.allocate(28), 0);
  const isValid = (termOffset: number, length: number): boolean => {
    nak.termOffset = termOffset;
    nak.length = length;
    return isNakValid(nak, TERM_LENGTH);
  };

  it('names a range inside the term', () => {
    expect([isValid(0, 0), isValid(0, TERM_LENGTH), isValid(TERM_LENGTH - 32, 32)]).toEqual([true, true, true]);
    expect([isValid(-32, 32), isValid(16, 32), isValid(TERM_LENGTH, 0)]).toEqual([false, false, false]);
    expect([isValid(32, -1), isValid(32, TERM_LENGTH), isValid(32, 0x7fffffff)]).toEqual([false, false, false]);
  });
});

describe('a status message', () => {
  const status = new StatusMessageFlyweight().wrap(AtomicBuffer.allocate(44), 0);
  const isValid = (termOffset: number, windowLength: number): boolean => {
    status.consumptionTermOffset = termOffset;
    status.receiverWindowLength = windowLength;
    return isStatusMessageValid(status, TERM_LENGTH);
  };

  it('has a position in the term and a window of at most half of it', () => {
    expect([isValid(0, 0), isValid(TERM_LENGTH - 32, TERM_LENGTH / 2)]).toEqual([true, true]);
    expect([isValid(-32, 0), isValid(8, 0), isValid(TERM_LENGTH, 0)]).toEqual([false, false, false]);
    expect([isValid(0, -1), isValid(0, TERM_LENGTH / 2 + 1)]).toEqual([false, false]);
  });

  it('ends with a group tag or nothing', () => {
    const lengths = [36, 40, 44, 45, 52].filter((length) => {
      status.frameLength = length;
      return isGroupTagValid(status);
    });
    expect(lengths).toEqual([36, 44]);
  });
});

describe('a setup', () => {
  const valid = { termOffset: 64, termLength: TERM_LENGTH, mtuLength: 1408 };
  const isValid = (changed: Partial<typeof valid>): boolean =>
    isSetupValid(Object.assign(new SetupFlyweight().wrap(AtomicBuffer.allocate(40), 0), valid, changed));

  it('describes a possible stream', () => {
    expect([{}, { mtuLength: 32 }, { mtuLength: 65504 }, { termLength: 2 ** 30 }].map(isValid)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it.each([
    { termLength: TERM_LENGTH / 2 },
    { termLength: TERM_LENGTH + 32 },
    { termLength: -0x80000000 },
    { termOffset: TERM_LENGTH },
    { termOffset: -32 },
    { termOffset: 33 },
    { mtuLength: 0 },
    { mtuLength: 1400 },
    { mtuLength: 65536 },
  ])('is refused with %j', (changed) => {
    expect(isValid(changed)).toBe(false);
  });
});

describe('an error frame', () => {
  const error = new ErrorFrameFlyweight().wrap(AtomicBuffer.allocate(2048), 0);
  const isValid = (messageLength: number, frameLength: number): boolean => {
    error.frameLength = frameLength;
    error.buffer.putInt32(36, messageLength);
    return isErrorFrameValid(error);
  };

  it('has at most 1023 bytes of text, inside the frame', () => {
    expect([isValid(0, 40), isValid(1023, 1063)]).toEqual([true, true]);
    expect([isValid(-1, 40), isValid(1, 40), isValid(1024, 1064)]).toEqual([false, false, false]);
  });
});
