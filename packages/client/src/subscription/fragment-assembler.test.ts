// SPDX-License-Identifier: Apache-2.0
import { DATA_HEADER_BEGIN_FLAG as BEGIN, DATA_HEADER_END_FLAG as END, UNFRAGMENTED } from '@aeron/codecs/internal';
import fc from 'fast-check';
import type { MemoryLog } from '../testing/memory-log.ts';
import { bytes, SubscriptionFixture } from '../testing/subscription-fixture.ts';
import { ControlledAction } from './controlled-action.ts';
import { ControlledFragmentAssembler } from './controlled-fragment-assembler.ts';
import { FragmentAssembler } from './fragment-assembler.ts';
import type { ControlledFragmentHandler, FragmentHandler } from './handlers.ts';
import type { Header } from './header.ts';
import { ImageControlledFragmentAssembler } from './image-controlled-fragment-assembler.ts';
import { ImageFragmentAssembler } from './image-fragment-assembler.ts';

const { ABORT, CONTINUE, COMMIT } = ControlledAction;

interface Received {
  readonly data: Uint8Array;
  readonly sessionId: number;
  readonly position: number;
  readonly frameLength: number;
  readonly flags: number;
  readonly termOffset: number;
  readonly reservedValue: bigint;
  readonly context: unknown;
}

function snapshot(data: Uint8Array, header: Header): Received {
  const { sessionId, position, frameLength, flags, termOffset, reservedValue, context } = header;
  return { data, sessionId, position, frameLength, flags, termOffset, reservedValue, context };
}

function collect(received: Received[]): FragmentHandler {
  return (buffer, offset, length, header) =>
    received.push(snapshot(buffer.bytes.slice(offset, offset + length), header));
}

function collectControlled(received: Received[]): ControlledFragmentHandler {
  const handler = collect(received);
  return (buffer, offset, length, header) => {
    handler(buffer, offset, length, header);
    return CONTINUE;
  };
}

/** Appends `message` in frames of at most `maxPayload` bytes, as a publication does. */
function appendFragmented(log: MemoryLog, message: Uint8Array, maxPayload: number): void {
  for (let at = 0; at < message.length; at += maxPayload) {
    const isLast = at + maxPayload >= message.length;
    const flags = (at === 0 ? BEGIN : 0) | (isLast ? END : 0);
    log.append({ payload: message.subarray(at, at + maxPayload), flags, reservedValue: BigInt(at + 1) });
  }
}

/** Every kind of assembler behind one way of polling an image. */
const KINDS: Record<string, (received: Received[]) => { poll: (fixture: SubscriptionFixture) => number }> = {
  FragmentAssembler: (received) => {
    const assembler = new FragmentAssembler(collect(received));
    return { poll: ({ subscription }) => subscription.poll(assembler.onFragment, 1000) };
  },
  ControlledFragmentAssembler: (received) => {
    const assembler = new ControlledFragmentAssembler(collectControlled(received), 100);
    return { poll: ({ subscription }) => subscription.controlledPoll(assembler.onFragment, 1000) };
  },
  ImageFragmentAssembler: (received) => {
    const assembler = new ImageFragmentAssembler(collect(received), 100);
    return { poll: ({ subscription }) => subscription.imageAtIndex(0).poll(assembler.onFragment, 1000) };
  },
  ImageControlledFragmentAssembler: (received) => {
    const assembler = new ImageControlledFragmentAssembler(collectControlled(received));
    return { poll: ({ subscription }) => subscription.imageAtIndex(0).controlledPoll(assembler.onFragment, 1000) };
  },
};

describe.each(Object.keys(KINDS))('%s', (kind) => {
  function setUp(): {
    fixture: SubscriptionFixture;
    log: MemoryLog;
    image: unknown;
    received: Received[];
    poll: () => number;
  } {
    const fixture = new SubscriptionFixture();
    const received: Received[] = [];
    const assembler = KINDS[kind]?.(received);
    return { fixture, received, ...fixture.addImage(), poll: () => assembler?.poll(fixture) ?? -1 };
  }

  it('passes a message in one frame through untouched', () => {
    const { log, received, poll } = setUp();
    log.append({ payload: bytes(20) });
    expect(poll()).toBe(1);
    expect(received.map(({ data }) => data)).toEqual([bytes(20)]);
  });

  it('puts fragments together under a header of the whole message', () => {
    const { log, image, received, poll } = setUp();
    log.append({ payload: bytes(1) });
    appendFragmented(log, bytes(2 * 96 + 5), 96);
    expect(poll()).toBe(4);
    expect(received[1]).toEqual({
      data: bytes(197),
      sessionId: 101,
      position: 64 + 2 * 128 + 64,
      frameLength: 32 + 197,
      flags: UNFRAGMENTED,
      termOffset: 64,
      reservedValue: 1n,
      context: image,
    });
    expect(received[1]?.position).toBe(log.writePosition);
  });

  it('goes on with a message over several polls', () => {
    const { log, received, poll } = setUp();
    log.append({ payload: bytes(64, 1), flags: BEGIN });
    expect(poll()).toBe(1);
    log.append({ payload: bytes(64, 2), flags: 0 });
    expect(poll()).toBe(1);
    log.append({ payload: bytes(10, 3), flags: END });
    expect(poll()).toBe(1);
    expect(received.map(({ data }) => data)).toEqual([
      Uint8Array.from([...bytes(64, 1), ...bytes(64, 2), ...bytes(10, 3)]),
    ]);
  });

  it.each([
    ['an end without a beginning', [END]],
    ['a middle without a beginning', [0, END]],
    ['a beginning after a beginning', [BEGIN, BEGIN, END]],
  ])('copes with %s', (_name, flags) => {
    const { log, received, poll } = setUp();
    for (const [index, value] of flags.entries()) {
      log.append({ payload: bytes(32, index), flags: value });
    }
    log.append({ payload: bytes(3) });
    poll();
    const whole = flags.includes(BEGIN) ? [Uint8Array.from([...bytes(32, 1), ...bytes(32, 2)])] : [];
    expect(received.map(({ data }) => data)).toEqual([...whole, bytes(3)]);
  });

  it('drops a message with a gap and takes the next', () => {
    const { log, received, poll } = setUp();
    log.append({ payload: bytes(32), flags: BEGIN });
    log.append({ type: 0, payload: bytes(32) });
    log.append({ payload: bytes(32), flags: 0 });
    log.append({ payload: bytes(32), flags: END });
    appendFragmented(log, bytes(70, 5), 32);
    poll();
    expect(received.map(({ data }) => data)).toEqual([bytes(70, 5)]);
  });

  it('is ready for the next message after the delegate threw', () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    const received: Received[] = [];
    let fails = true;
    const handler = collect(received);
    const delegate: ControlledFragmentHandler = (...fragment) => {
      if (fails) {
        fails = false;
        throw new Error('delegate');
      }
      handler(...fragment);
      return CONTINUE;
    };
    const assembler = kind.startsWith('Image')
      ? new ImageControlledFragmentAssembler(delegate)
      : new ControlledFragmentAssembler(delegate);
    appendFragmented(log, bytes(70, 1), 32);
    appendFragmented(log, bytes(70, 2), 32);
    fixture.subscription.controlledPoll(assembler.onFragment, 100);
    expect(fixture.errors).toHaveLength(1);
    fixture.subscription.controlledPoll(assembler.onFragment, 100);
    expect(received.map(({ data }) => data)).toEqual([bytes(70, 2)]);
  });

  it('does what a naive assembler does with any stream of messages, losses and frames being written', () => {
    const message = fc.record({
      length: fc.integer({ min: 0, max: 400 }),
      payload: fc.integer({ min: 1, max: 12 }).map((words) => words * 32),
      lostFragment: fc.option(fc.nat({ max: 12 }), { nil: undefined, freq: 4 }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 25 }), fc.integer({ min: 1, max: 7 }), (messages, stride) => {
        const { log, received, poll } = setUp();
        const expected: Uint8Array[] = [];
        for (const [index, { length, payload, lostFragment }] of messages.entries()) {
          const data = bytes(length, index);
          const count = Math.max(1, Math.ceil(length / payload));
          for (let i = 0; i < count; i++) {
            const part = data.subarray(i * payload, (i + 1) * payload);
            const flags = (i === 0 ? BEGIN : 0) | (i === count - 1 ? END : 0);
            const isLost = lostFragment === i;
            log.append({ payload: part, flags, type: isLost ? 0 : 1 });
          }
          if (lostFragment === undefined || lostFragment >= count) {
            expected.push(data);
          }
          if (index % stride === 0) {
            poll();
          }
        }
        poll();
        expect(received.map(({ data }) => data)).toEqual(expected);
      }),
      { seed: 3, numRuns: 50 },
    );
  });
});

describe('assemblers for several sessions', () => {
  it('keep interleaved sessions apart', () => {
    const fixture = new SubscriptionFixture();
    const received: Received[] = [];
    const assembler = new FragmentAssembler(collect(received));
    const logs = [1, 2, 3].map((sessionId) => fixture.addImage({ sessionId }).log);
    for (let part = 0; part < 3; part++) {
      for (const log of logs) {
        log.append({ payload: bytes(32, log.sessionId + part), flags: [BEGIN, 0, END][part] as number });
      }
      fixture.subscription.poll(assembler.onFragment, 2);
    }
    while (fixture.subscription.poll(assembler.onFragment, 2) > 0) {
      // All of it.
    }
    const expected = (sessionId: number): Uint8Array =>
      Uint8Array.from([...bytes(32, sessionId), ...bytes(32, sessionId + 1), ...bytes(32, sessionId + 2)]);
    const sorted = received.sort((a, b) => a.sessionId - b.sessionId);
    expect(sorted.map(({ sessionId, data }) => [sessionId, data])).toEqual(
      [1, 2, 3].map((sessionId) => [sessionId, expected(sessionId)]),
    );
  });

  it.each([FragmentAssembler, ControlledFragmentAssembler])('free what a session had begun: %p', (Assembler) => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    const received: Received[] = [];
    const assembler = new Assembler(collectControlled(received));
    log.append({ payload: bytes(32), flags: BEGIN });
    fixture.subscription.poll(assembler.onFragment, 10);
    expect(assembler.freeSessionBuffer(101)).toBe(true);
    expect(assembler.freeSessionBuffer(101)).toBe(false);
    log.append({ payload: bytes(32), flags: END });
    fixture.subscription.poll(assembler.onFragment, 10);
    log.append({ payload: bytes(32), flags: BEGIN });
    fixture.subscription.poll(assembler.onFragment, 10);
    assembler.clear();
    log.append({ payload: bytes(32), flags: END });
    fixture.subscription.poll(assembler.onFragment, 10);
    expect(received).toEqual([]);
    expect(assembler.delegate).toBeInstanceOf(Function);
  });

  it('of one image drop what was begun on clear', () => {
    const fixture = new SubscriptionFixture();
    const { log, image } = fixture.addImage();
    const received: Received[] = [];
    const assembler = new ImageFragmentAssembler(collect(received));
    log.append({ payload: bytes(32), flags: BEGIN });
    image.poll(assembler.onFragment, 10);
    assembler.clear();
    log.append({ payload: bytes(32), flags: END });
    image.poll(assembler.onFragment, 10);
    expect(received).toEqual([]);
  });
});

describe.each([ControlledFragmentAssembler, ImageControlledFragmentAssembler])('%p', (Assembler) => {
  it('presents a whole message again that the delegate aborted', () => {
    const fixture = new SubscriptionFixture();
    const { log, image } = fixture.addImage();
    const received: Received[] = [];
    const collectAll = collect(received);
    const actions: ControlledAction[] = [ABORT, ABORT, COMMIT];
    const assembler = new Assembler((...fragment) => {
      collectAll(...fragment);
      return actions[received.length - 1] as ControlledAction;
    });
    appendFragmented(log, bytes(90), 32);
    expect(image.controlledPoll(assembler.onFragment, 10)).toBe(2);
    expect(image.position).toBe(128);
    expect(image.controlledPoll(assembler.onFragment, 10)).toBe(0);
    expect(image.controlledPoll(assembler.onFragment, 10)).toBe(1);
    expect(received.map(({ data }) => data)).toEqual([bytes(90), bytes(90), bytes(90)]);
    expect(received[2]).toEqual(received[0]);
    expect(image.position).toBe(192);
  });

  it('presents an unfragmented message again that the delegate aborted', () => {
    const fixture = new SubscriptionFixture();
    const { log, image } = fixture.addImage();
    const actions: ControlledAction[] = [ABORT, CONTINUE];
    let calls = 0;
    const assembler = new Assembler(() => actions[calls++] as ControlledAction);
    log.append({ payload: bytes(9) });
    expect(image.controlledPoll(assembler.onFragment, 10)).toBe(0);
    expect(image.controlledPoll(assembler.onFragment, 10)).toBe(1);
    expect(calls).toBe(2);
  });
});
