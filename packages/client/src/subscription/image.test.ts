// SPDX-License-Identifier: Apache-2.0
import {
  appendMessageExclusive,
  appendPaddingExclusive,
  LOG_METADATA_TYPE_OFFSET,
  LogBufferType,
  openExclusive,
  PublicationLog,
  putActiveTransportCount,
  putEndOfStreamPosition,
  putIsPublicationRevoked,
} from '@aeron/codecs/internal';
import { AtomicBuffer, isAeronError } from '@aeron/core';
import fc from 'fast-check';
import { MemoryLog } from '../testing/memory-log.ts';
import { bytes, SubscriptionFixture } from '../testing/subscription-fixture.ts';
import { ControlledAction } from './controlled-action.ts';
import type { ControlledFragmentHandler, FragmentHandler } from './handlers.ts';

const TERM_LENGTH = 65536;
const { ABORT, BREAK, COMMIT, CONTINUE } = ControlledAction;

/** A handler that keeps the bytes of each fragment. */
function collector(): { received: Uint8Array[]; handler: FragmentHandler } {
  const received: Uint8Array[] = [];
  return { received, handler: (buffer, offset, length) => received.push(buffer.bytes.slice(offset, offset + length)) };
}

function answering(...actions: number[]): { offsets: number[]; handler: ControlledFragmentHandler } {
  const offsets: number[] = [];
  const handler: ControlledFragmentHandler = (_buffer, offset) => {
    offsets.push(offset - 32);
    return (actions[offsets.length - 1] ?? CONTINUE) as ControlledAction;
  };
  return { offsets, handler };
}

const IGNORE = (): undefined => undefined;

describe('Image.poll', () => {
  it('finds nothing in an empty log', () => {
    const { image } = new SubscriptionFixture().addImage();
    expect(image.poll(IGNORE, 10)).toBe(0);
    expect(image.position).toBe(0);
  });

  it('presents fragments with their header and publishes the position once at the end', () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage({ initialTermId: -5, position: TERM_LENGTH + 64 });
    log.append({ payload: bytes(10, 1), reservedValue: -2n });
    log.append({ payload: bytes(40, 2) });
    const seen: unknown[] = [];
    const count = image.poll((buffer, offset, length, header) => {
      seen.push([
        buffer.bytes.slice(offset, offset + length),
        header.position,
        header.termId,
        header.termOffset,
        header.nextTermOffset,
        header.frameLength,
        header.sessionId,
        header.streamId,
        header.flags,
        header.type,
        header.reservedValue,
        header.context === image,
        fixture.publishedPosition(image),
      ]);
    }, 10);
    const start = TERM_LENGTH + 64;
    expect(count).toBe(2);
    expect(seen).toEqual([
      [bytes(10, 1), start + 64, -4, 64, 128, 42, 101, 1001, 0xc0, 1, -2n, true, start],
      [bytes(40, 2), start + 160, -4, 128, 224, 72, 101, 1001, 0xc0, 1, 0n, true, start],
    ]);
    expect(fixture.publishedPosition(image)).toBe(start + 160);
    expect(image.position).toBe(start + 160);
    expect(image.joinPosition).toBe(start);
  });

  it('takes a zero-length message for a message', () => {
    const { image, log } = new SubscriptionFixture().addImage();
    log.append();
    const { received, handler } = collector();
    expect(image.poll(handler, 1)).toBe(1);
    expect(received).toEqual([new Uint8Array(0)]);
    expect(image.position).toBe(32);
  });

  it('stops at the fragment limit and at a frame that is being written', () => {
    const { image, log } = new SubscriptionFixture().addImage();
    for (let i = 0; i < 3; i++) {
      log.append({ payload: bytes(8, i) });
    }
    log.append({ payload: bytes(8), frameLength: -40 });
    expect(image.poll(IGNORE, 2)).toBe(2);
    expect(image.poll(IGNORE, 2)).toBe(1);
    expect(image.poll(IGNORE, 2)).toBe(0);
    expect(image.position).toBe(3 * 64);
  });

  it('passes padding over without counting it and goes on in the next term with the next poll', () => {
    const { image, log } = new SubscriptionFixture().addImage({ position: TERM_LENGTH - 128 });
    log.append({ payload: bytes(32) });
    log.pad();
    log.append({ payload: bytes(1, 9) });
    expect(image.poll(IGNORE, 10)).toBe(1);
    expect(image.position).toBe(TERM_LENGTH);
    const { received, handler } = collector();
    expect(image.poll(handler, 10)).toBe(1);
    expect(received).toEqual([bytes(1, 9)]);
    expect(image.position).toBe(TERM_LENGTH + 64);
  });

  it('reads what an exclusive publication writes, term after term', () => {
    const { image, log } = new SubscriptionFixture().addImage({ initialTermId: 0x7fffffff });
    const publication = new PublicationLog(log.logBuffers);
    openExclusive(publication);
    let expected = 0;
    let received = 0;
    for (let round = 0; round < 5_000; round++) {
      const message = bytes((round * 37) % 900, round);
      const position = appendMessageExclusive(publication, message, 0, message.length, undefined);
      if (position > 0) {
        expected += message.length;
      } else {
        log.clean(publication.partitionIndex);
      }
      image.poll((_buffer, _offset, length) => {
        received += length;
      }, 3);
    }
    expect(received).toBe(expected);
    expect(image.position).toBeGreaterThan(20 * TERM_LENGTH);
  });

  it('does not count padding that was appended on purpose', () => {
    const { image, log } = new SubscriptionFixture().addImage();
    const publication = new PublicationLog(log.logBuffers);
    openExclusive(publication);
    appendPaddingExclusive(publication, 500);
    appendMessageExclusive(publication, bytes(3), 0, 3, undefined);
    expect(image.poll(IGNORE, 1)).toBe(1);
    expect(image.position).toBe(544 + 64);
  });

  it('gives what a handler throws to the error handler and counts the fragment as read', () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    log.append({ payload: bytes(8) });
    log.append({ payload: bytes(8) });
    const failure = new Error('handler');
    const count = image.poll(() => {
      throw failure;
    }, 10);
    expect(count).toBe(1);
    expect(fixture.errors).toEqual([failure]);
    expect(image.position).toBe(64);
    expect(image.poll(IGNORE, 10)).toBe(1);
  });

  it('makes an error of what is none', () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    log.append();
    image.poll(() => {
      throw 'text';
    }, 10);
    expect(fixture.errors[0]).toBeInstanceOf(Error);
    expect(fixture.errors[0]?.cause).toBe('text');
  });

  it('throws what the error handler throws, after the position is published', () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    log.append();
    log.append();
    fixture.errorHandler = (error) => {
      throw error;
    };
    const failing = (): never => {
      throw new Error('handler');
    };
    expect(() => image.poll(failing, 10)).toThrow('handler');
    expect(fixture.publishedPosition(image)).toBe(32);
    expect(() => image.controlledPoll(failing, 10)).toThrow('handler');
    expect(fixture.publishedPosition(image)).toBe(64);
  });

  it('stops when the handler closes the image, and leaves the position to the snapshot', () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    log.append();
    log.append();
    expect(image.poll(() => image.closeLocally(), 10)).toBe(1);
    expect(fixture.publishedPosition(image)).toBe(0);
    expect(image.position).toBe(0);
    expect(image.poll(IGNORE, 10)).toBe(0);
  });

  it('reads beyond 2^53 bytes of stream', () => {
    const position = 65536 * (2 ** 31 - 2);
    const { image, log } = new SubscriptionFixture().addImage({ position });
    log.append({ payload: bytes(5) });
    let headerPosition = 0;
    image.poll((_buffer, _offset, _length, header) => {
      headerPosition = header.position;
    }, 1);
    expect(headerPosition).toBe(position + 64);
    expect(image.position).toBe(position + 64);
  });
});

describe('Image and memory that is not as it should be', () => {
  it.each([
    ['shorter than a header', 31],
    ['longer than the rest of the term', TERM_LENGTH - 64 + 1],
    ['the largest integer', 0x7fffffff],
  ])('stops at a frame length that is %s', (_name, frameLength) => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    log.append({ payload: bytes(1) });
    log.append({ frameLength });
    expect(image.poll(IGNORE, 10)).toBe(1);
    expect(image.position).toBe(64);
    expect(fixture.errors).toHaveLength(1);
    expect(isAeronError(fixture.errors[0], 'LOG_BUFFER_CORRUPT')).toBe(true);
    expect(fixture.errors[0]?.message).toContain(`frameLength=${frameLength} termOffset=64`);
    expect(image.poll(IGNORE, 10)).toBe(0);
    expect(image.controlledPoll(() => CONTINUE, 10)).toBe(0);
    expect(image.blockPoll(() => undefined, 1000)).toBe(0);
    expect(fixture.errors).toHaveLength(1);
    expect(image.isClosed).toBe(false);
  });

  it.each(['controlledPoll', 'boundedPoll', 'boundedControlledPoll', 'peekFrame', 'blockPoll'] as const)(
    'stops in %s as well',
    (method) => {
      const fixture = new SubscriptionFixture();
      const { image, log } = fixture.addImage();
      log.append({ frameLength: TERM_LENGTH + 32 });
      const calls = {
        controlledPoll: () => image.controlledPoll(() => CONTINUE, 10),
        boundedPoll: () => image.boundedPoll(IGNORE, 1000, 10),
        boundedControlledPoll: () => image.boundedControlledPoll(() => CONTINUE, 1000, 10),
        peekFrame: () => image.peekFrame() ?? 0,
        blockPoll: () => image.blockPoll(() => undefined, 1000),
      };
      expect(calls[method]()).toBe(0);
      expect(fixture.errors.map((error) => isAeronError(error, 'LOG_BUFFER_CORRUPT'))).toEqual([true]);
      expect(calls[method]()).toBe(0);
      expect(fixture.errors).toHaveLength(1);
    },
  );

  it.each([-64, 7, 2 ** 60])('stops when the position counter says %d', (position) => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    log.append();
    fixture.counters.putInt64(image.subscriberPositionId * 128, position);
    expect(image.poll(IGNORE, 10)).toBe(0);
    expect(fixture.errors[0]?.message).toContain(`position=${position}`);
    expect(image.poll(IGNORE, 10)).toBe(0);
    expect(fixture.errors).toHaveLength(1);
  });

  it('never reads outside the log and never loops, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: TERM_LENGTH / 32 - 1 }), fc.integer()), { maxLength: 20 }),
        fc.nat({ max: TERM_LENGTH / 32 - 1 }),
        (words, start) => {
          const fixture = new SubscriptionFixture();
          const log = new MemoryLog({ position: start * 32 });
          for (const [index, value] of words) {
            log.logBuffers.terms[0]?.putInt32(index * 32, value);
          }
          const image = fixture.addImageOf(log);
          let inside = true;
          image.poll((buffer, offset, length) => {
            inside &&= offset >= 32 && length >= 0 && offset + length <= buffer.capacity;
          }, 1000);
          image.blockPoll((buffer, offset, length) => {
            inside &&= length > 0 && offset + length <= buffer.capacity;
          }, TERM_LENGTH);
          return inside && image.position <= TERM_LENGTH && fixture.errors.length <= 1;
        },
      ),
      { seed: 11, numRuns: 200 },
    );
  });
});

describe('Image.controlledPoll', () => {
  function threeFrames(): ReturnType<SubscriptionFixture['addImage']> & { fixture: SubscriptionFixture } {
    const fixture = new SubscriptionFixture();
    const added = fixture.addImage();
    for (let i = 0; i < 3; i++) {
      added.log.append({ payload: bytes(8, i) });
    }
    return { ...added, fixture };
  }

  it('reads on while the handler continues', () => {
    const { image } = threeFrames();
    const { offsets, handler } = answering();
    expect(image.controlledPoll(handler, 10)).toBe(3);
    expect(offsets).toEqual([0, 64, 128]);
    expect(image.position).toBe(192);
  });

  it('takes no answer for continue', () => {
    const { image } = threeFrames();
    expect(image.controlledPoll((() => undefined) as unknown as ControlledFragmentHandler, 10)).toBe(3);
  });

  it('presents an aborted fragment again', () => {
    const { image } = threeFrames();
    const { offsets, handler } = answering(CONTINUE, ABORT);
    expect(image.controlledPoll(handler, 10)).toBe(1);
    expect(image.position).toBe(64);
    expect(image.controlledPoll(handler, 10)).toBe(2);
    expect(offsets).toEqual([0, 64, 64, 128]);
  });

  it('stops behind the fragment on break', () => {
    const { image } = threeFrames();
    const { offsets, handler } = answering(BREAK);
    expect(image.controlledPoll(handler, 10)).toBe(1);
    expect(offsets).toEqual([0]);
    expect(image.position).toBe(64);
  });

  it('publishes the position at once on commit', () => {
    const { image, fixture } = threeFrames();
    const published: number[] = [];
    const actions = [COMMIT, CONTINUE, COMMIT];
    image.controlledPoll(() => {
      published.push(fixture.publishedPosition(image));
      return actions[published.length - 1] as ControlledAction;
    }, 10);
    expect(published).toEqual([0, 64, 64]);
    expect(fixture.publishedPosition(image)).toBe(192);
  });

  it('keeps what was committed when a later fragment is aborted', () => {
    const { image } = threeFrames();
    const { handler } = answering(COMMIT, ABORT);
    expect(image.controlledPoll(handler, 10)).toBe(1);
    expect(image.position).toBe(64);
  });

  it('counts a fragment as read whose handler threw', () => {
    const { image, fixture } = threeFrames();
    image.controlledPoll(() => {
      throw new Error('handler');
    }, 10);
    expect(image.position).toBe(64);
    expect(fixture.errors).toHaveLength(1);
  });

  it('ends when the handler closes the image', () => {
    const { image, fixture } = threeFrames();
    const count = image.controlledPoll(() => {
      image.closeLocally();
      return COMMIT;
    }, 10);
    expect(count).toBe(1);
    expect(fixture.publishedPosition(image)).toBe(0);
  });
});

describe('Image bounded polls', () => {
  it.each(['boundedPoll', 'boundedControlledPoll'] as const)('%s reads frames that start below the limit', (method) => {
    const { image, log } = new SubscriptionFixture().addImage({ position: 128 });
    log.append({ payload: bytes(100) });
    log.append({ payload: bytes(100) });
    log.append({ payload: bytes(100) });
    const poll = (limitPosition: number): number => image[method](() => CONTINUE, limitPosition, 10);
    expect(poll(0)).toBe(0);
    expect(poll(128)).toBe(0);
    expect(poll(129)).toBe(1);
    expect(image.position).toBe(128 + 160);
    expect(poll(128 + 160)).toBe(0);
    expect(poll(Number.POSITIVE_INFINITY)).toBe(2);
    expect(image.position).toBe(128 + 480);
  });

  it('goes no further than the term whatever the limit', () => {
    const { image, log } = new SubscriptionFixture().addImage({ position: TERM_LENGTH - 64 });
    log.append({ payload: bytes(20) });
    log.append({ payload: bytes(20) });
    expect(image.boundedPoll(IGNORE, 2 ** 40, 10)).toBe(1);
    expect(image.boundedPoll(IGNORE, 2n ** 61n, 10)).toBe(1);
    expect(image.positionBigInt).toBe(BigInt(image.position));
  });

  it('has nothing to do once closed', () => {
    const { image, log } = new SubscriptionFixture().addImage();
    log.append();
    image.closeLocally();
    expect(image.boundedPoll(IGNORE, 1000, 10)).toBe(0);
    expect(image.boundedControlledPoll(() => CONTINUE, 1000, 10)).toBe(0);
  });
});

describe('Image block polls', () => {
  it('presents whole frames with their headers up to the limit', () => {
    const { image, log } = new SubscriptionFixture().addImage({ initialTermId: 3 });
    log.append({ payload: bytes(8) });
    log.append({ payload: bytes(100) });
    const blocks: unknown[] = [];
    const poll = (limit: number): number => image.blockPoll((...block) => blocks.push(block), limit);
    expect(poll(63)).toBe(0);
    expect(poll(100)).toBe(64);
    expect(poll(TERM_LENGTH)).toBe(160);
    const term = log.logBuffers.terms[0];
    expect(blocks).toEqual([
      [term, 0, 64, 101, 3],
      [term, 64, 160, 101, 3],
    ]);
    expect(image.position).toBe(224);
  });

  it('presents padding alone', () => {
    const { image, log } = new SubscriptionFixture().addImage({ position: TERM_LENGTH - 128 });
    log.append({ payload: bytes(8) });
    log.pad();
    expect(image.blockPoll(IGNORE, TERM_LENGTH)).toBe(64);
    expect(image.blockPoll(IGNORE, TERM_LENGTH)).toBe(64);
    expect(image.position).toBe(TERM_LENGTH);
  });

  it('says where a raw block lies in the file', () => {
    const { image, log } = new SubscriptionFixture().addImage({ position: TERM_LENGTH + 96, initialTermId: 3 });
    log.append({ payload: bytes(8) });
    const blocks: unknown[] = [];
    expect(image.rawPoll((...block) => blocks.push(block), 1000)).toBe(64);
    const { path, terms } = log.logBuffers;
    expect(blocks).toEqual([[path, TERM_LENGTH + 96, terms[1], 96, 64, 101, 4]]);
    expect(image.filePath).toBe(path);
  });

  it('counts a block as read whose handler threw', () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    const failing = (): never => {
      throw new Error('handler');
    };
    log.append();
    expect(image.blockPoll(failing, 1000)).toBe(32);
    log.append();
    expect(image.rawPoll(failing, 1000)).toBe(32);
    expect(image.position).toBe(64);
    expect(fixture.errors).toHaveLength(2);
  });
});

describe('Image life cycle', () => {
  it('reports the end of the stream', () => {
    const { image, log } = new SubscriptionFixture().addImage();
    log.append();
    expect(image.isEndOfStream).toBe(false);
    expect(image.endOfStreamPosition).toBe(2 ** 63);
    putEndOfStreamPosition(log.logBuffers.metadata, 32);
    expect(image.isEndOfStream).toBe(false);
    image.poll(IGNORE, 1);
    expect(image.isEndOfStream).toBe(true);
    expect(image.endOfStreamPosition).toBe(32);
  });

  it('keeps snapshots when it is closed', () => {
    const { image, log } = new SubscriptionFixture().addImage();
    const { metadata } = log.logBuffers;
    log.append();
    image.poll(IGNORE, 1);
    putActiveTransportCount(metadata, 2);
    putEndOfStreamPosition(metadata, 32);
    putIsPublicationRevoked(metadata, true);
    expect(image.activeTransportCount).toBe(2);
    image.closeLocally();
    putEndOfStreamPosition(metadata, 9999 * 32);
    putIsPublicationRevoked(metadata, false);
    log.logBuffers.close();
    image.closeLocally();
    expect(image.isClosed).toBe(true);
    expect(image.position).toBe(32);
    expect(image.endOfStreamPosition).toBe(32);
    expect(image.isEndOfStream).toBe(true);
    expect(image.isPublicationRevoked).toBe(true);
    expect(image.activeTransportCount).toBe(0);
    expect(image.lag).toBe(0);
    expect(image.toString()).toContain('isClosed=true');
    expect([image.poll(IGNORE, 1), image.controlledPoll(() => CONTINUE, 1), image.blockPoll(IGNORE, 64)]).toEqual([
      0, 0, 0,
    ]);
  });

  it('asks the driver to reject it at its position', async () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    log.append();
    image.poll(IGNORE, 1);
    await image.reject('no room');
    expect(fixture.port.calls).toEqual([['rejectImage', image.correlationId, 32, 'no room', undefined]]);
    image.closeLocally();
    await expect(image.reject('late')).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('does not reject the image of a spy', async () => {
    const fixture = new SubscriptionFixture('aeron-spy:aeron:udp?endpoint=localhost:40456');
    const { image } = fixture.addImage();
    await expect(image.reject('spy')).rejects.toMatchObject({ code: 'AERON' });
    expect(fixture.port.calls).toEqual([]);
  });

  it('refuses a position counter outside the counters buffer', () => {
    const fixture = new SubscriptionFixture();
    const log = new MemoryLog();
    Object.defineProperty(fixture, 'counters', { value: AtomicBuffer.allocate(64) });
    expect(() => fixture.addImageOf(log)).toThrow(RangeError);
  });
});

describe('Image.lag', () => {
  it('is what writers claimed beyond the position in the log of a publication', () => {
    const { image, log } = new SubscriptionFixture().addImage();
    const publication = new PublicationLog(log.logBuffers);
    openExclusive(publication);
    expect(image.lag).toBe(0);
    appendMessageExclusive(publication, bytes(100), 0, 100, undefined);
    appendMessageExclusive(publication, bytes(100), 0, 100, undefined);
    expect(image.lag).toBe(320);
    image.poll(IGNORE, 1);
    expect(image.lag).toBe(160);
  });

  it('is what can be read without a gap in the log of a receiver', () => {
    const type = LogBufferType.PUBLICATION_IMAGE;
    const { image, log } = new SubscriptionFixture().addImage({ type, position: TERM_LENGTH - 128 });
    log.append({ payload: bytes(90) });
    log.append({ payload: bytes(8) });
    log.writePosition += 64;
    log.append({ payload: bytes(8) });
    expect(image.lag).toBe(128 + 64);
    image.poll(IGNORE, 1);
    expect(image.lag).toBe(64);
  });

  it('is that too where the driver is one before 1.50, which does not say what the log is', () => {
    const { image, log } = new SubscriptionFixture().addImage({ type: LogBufferType.PUBLICATION_IMAGE });
    log.logBuffers.metadata.putUint8(LOG_METADATA_TYPE_OFFSET, 0);
    log.append({ payload: bytes(90) });
    expect(image.lag).toBe(128);
  });

  it('does not take what an earlier term left in the partition for new', () => {
    const type = LogBufferType.PUBLICATION_IMAGE;
    const fixture = new SubscriptionFixture();
    const log = new MemoryLog({ type });
    log.append({ payload: bytes(8) });
    log.writePosition = 3 * TERM_LENGTH;
    expect(fixture.addImageOf(log).lag).toBe(0);
  });
});
