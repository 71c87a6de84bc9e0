// SPDX-License-Identifier: Apache-2.0
import { DataHeaderFlyweight, FrameType } from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import {
  FixedLossGenerator,
  type LossGenerator,
  MAX_FOLLOWED_STREAMS,
  MultiGapLossGenerator,
  RandomLossGenerator,
} from './loss-generator.ts';

const buffer = AtomicBuffer.allocate(64);

function drops(generator: LossGenerator, termOffset: number, length: number, rest: Partial<DataHeaderFlyweight> = {}) {
  const header = new DataHeaderFlyweight().wrap(buffer, 0);
  Object.assign(header, {
    frameLength: length,
    type: FrameType.DATA,
    termId: 3,
    streamId: 1,
    sessionId: 2,
    ...rest,
    termOffset,
  });
  return generator.shouldDropFrame(buffer, 0, length, '127.0.0.1', 1);
}

describe('random loss', () => {
  it('loses about the share that was asked for, and repeats it with the seed', () => {
    const [one, two] = [new RandomLossGenerator(0.1, 42), new RandomLossGenerator(0.1, 42)];
    const lost = Array.from({ length: 20_000 }, () => one.shouldDropFrame());
    expect(lost).toEqual(Array.from({ length: 20_000 }, () => two.shouldDropFrame()));
    expect(lost.filter(Boolean).length).toBeGreaterThan(1_800);
    expect(lost.filter(Boolean).length).toBeLessThan(2_200);
  });

  it('loses nothing at 0 and everything at 1', () => {
    const [none, all] = [new RandomLossGenerator(0, 1), new RandomLossGenerator(1, 1)];
    for (let i = 0; i < 1000; i++) {
      expect([none.shouldDropFrame(), all.shouldDropFrame()]).toEqual([false, true]);
    }
    expect(() => new RandomLossGenerator(1.5, 1)).toThrow('lossRate=1.5');
  });
});

describe('fixed loss', () => {
  it('loses what overlaps the range, once for each stream and session', () => {
    const generator = new FixedLossGenerator(3, 128, 128);
    expect(drops(generator, 0, 128)).toBe(false);
    expect(drops(generator, 64, 128)).toBe(true);
    expect(drops(generator, 192, 128)).toBe(true);
    expect(drops(generator, 320, 64)).toBe(false);
    expect(drops(generator, 64, 128)).toBe(false); // retransmission
    expect(drops(generator, 64, 128, { sessionId: 9 })).toBe(true);
    expect(drops(generator, 128, 64, { sessionId: 9, termId: 4 })).toBe(false);
  });

  it('lets other frames pass, and follows a bounded number of streams', () => {
    const generator = new FixedLossGenerator(3, 0, 64);
    expect(drops(generator, 0, 64, { type: FrameType.SM })).toBe(false);
    expect(drops(generator, 0, 28)).toBe(false);
    expect(drops(generator, 0, 32, { frameLength: 0 })).toBe(false); // heartbeat
    for (let i = 0; i < MAX_FOLLOWED_STREAMS; i++) {
      expect(drops(generator, 0, 64, { sessionId: i })).toBe(true);
    }
    expect(drops(generator, 0, 64, { sessionId: -1 })).toBe(false);
  });
});

describe('multi-gap loss', () => {
  it('loses each gap once, and nothing at the start or behind the last', () => {
    const generator = new MultiGapLossGenerator(3, 500, 64, 2); // gaps at 512 and 1024
    const lost = [];
    for (let offset = 0; offset < 2048; offset += 64) {
      if (drops(generator, offset, 64)) {
        lost.push(offset);
      }
    }
    expect(lost).toEqual([512, 1024]);
    expect(drops(generator, 512, 64)).toBe(false);
  });

  it('loses a frame that reaches into a gap', () => {
    const generator = new MultiGapLossGenerator(3, 1024, 32, 4);
    expect(drops(generator, 960, 128)).toBe(true);
    expect(() => new MultiGapLossGenerator(3, 1024, 1024, 1)).toThrow('gapLength=1024');
  });
});
