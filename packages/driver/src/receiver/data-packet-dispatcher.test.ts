// SPDX-License-Identifier: Apache-2.0
import { FrameType } from '@aeron/codecs/internal';
import {
  ENDPOINT_ID,
  INITIAL_TERM_ID,
  ipv4,
  MS,
  MTU_LENGTH,
  payloadOf,
  RECEIVER_ID,
  ReceiverHarness,
  SECOND,
  SENDER_ADDRESS,
  SENDER_PORT,
  SESSION_ID,
  STREAM_ID,
  TERM_LENGTH,
} from '../testing/receiver-harness.ts';
import { MAX_CREATIONS_IN_PROGRESS, MAX_PENDING_SETUPS } from './data-packet-dispatcher.ts';
import { SESSION_ACTIONS, SESSION_TRANSITIONS, Session } from './session-states.ts';
import { MAX_COOL_DOWN_SESSIONS, MAX_UNWANTED_SESSIONS, StreamInterest } from './stream-interest.ts';

const SETUP_REQUEST = { type: FrameType.SM, flags: 0x80 };

/** A receiver whose conductor makes no images. */
function idle(options: Parameters<typeof ReceiverHarness.subscribed>[0] = {}): ReceiverHarness {
  const harness = ReceiverHarness.subscribed(options);
  harness.imageOptions = undefined;
  return harness;
}

describe('data of an unknown session', () => {
  it('makes the receiver ask for a SETUP, once a second', () => {
    const harness = idle();
    harness.peer.data(64, payloadOf(32, 1));
    harness.run(1 * MS);
    harness.peer.data(128, payloadOf(32, 1));
    harness.run(900 * MS);
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([
      expect.objectContaining({
        ...{ frameLength: 36, flags: 0x80, sessionId: SESSION_ID, streamId: STREAM_ID, receiverId: RECEIVER_ID },
        ...{ consumptionTermId: 0, consumptionTermOffset: 0, receiverWindowLength: 0 },
      }),
    ]);
    expect(harness.counter('STATUS_MESSAGES_SENT')).toBe(0);
    harness.run(200 * MS);
    harness.peer.data(192, payloadOf(32, 1));
    harness.run(1 * MS);
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([expect.objectContaining(SETUP_REQUEST)]);
    expect(harness.take('agent-error')).toEqual([]);
  });

  it('of an unknown session is answered without the position of a known one', () => {
    const harness = ReceiverHarness.connected();
    harness.image.state.scheduleStatusMessage(TERM_LENGTH + 4096, 1024);
    harness.run(1 * MS);
    const request = { consumptionTermId: 0, consumptionTermOffset: 0, receiverWindowLength: 0, flags: 0x80 };
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([expect.objectContaining({ consumptionTermOffset: 4096 })]);
    harness.peer.data(64, payloadOf(32, 1), { sessionId: 5 });
    harness.run(1 * MS);
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([expect.objectContaining({ ...request, sessionId: 5 })]);
  });

  it('at its end, or of a stream or session that nobody wants, is ignored', () => {
    const harness = new ReceiverHarness();
    harness.open();
    harness.addInterest(SESSION_ID);
    harness.run(2 * MS);
    harness.peer.heartbeat(64, { flags: 0xe0 });
    harness.peer.data(64, payloadOf(32, 1), { flags: 0xe0 });
    harness.peer.data(64, payloadOf(32, 1), { sessionId: 5 });
    harness.peer.data(64, payloadOf(32, 1), { streamId: 5 });
    harness.peer.setup({ sessionId: 5 });
    harness.peer.setup({ streamId: 5 });
    harness.peer.data(128, payloadOf(32, 1), { sessionId: 5 });
    harness.run(10 * MS);
    expect(harness.peer.take()).toEqual([]);
    expect(harness.take('create-image')).toEqual([]);
    expect(harness.take('agent-error')).toEqual([]);
  });

  it('that was not wanted is, once somebody subscribes to it or to all', () => {
    const harness = new ReceiverHarness();
    harness.open();
    harness.addInterest(1);
    harness.run(2 * MS);
    const ask = (sessionId: number) => {
      harness.peer.data(64, payloadOf(32, 1), { sessionId });
      harness.run(1 * MS);
      return harness.peer.takeFields(FrameType.SM).map((fields) => fields.sessionId);
    };
    expect([ask(2), ask(3)]).toEqual([[], []]);
    harness.addInterest(2);
    harness.run(1 * MS);
    expect([ask(2), ask(3)]).toEqual([[2], []]);
    harness.addInterest();
    harness.run(1 * MS);
    expect([ask(2), ask(3)]).toEqual([[], [3]]);
  });

  it('whose SETUP is waited for is not asked again because somebody else subscribes to it', () => {
    const harness = idle();
    harness.peer.data(64, payloadOf(32, 1));
    harness.run(1 * MS);
    harness.addInterest(SESSION_ID);
    harness.run(1 * MS);
    harness.peer.data(128, payloadOf(32, 1));
    harness.run(1 * MS);
    expect(harness.peer.take(FrameType.SM)).toHaveLength(1);
  });

  it('can be asked for so many sessions at a time, and no more until some are given up', () => {
    const harness = idle({ config: { receiverIoVectorCapacity: 2000 } });
    for (let i = 0; i < MAX_PENDING_SETUPS + 200; i++) {
      harness.peer.data(0, payloadOf(0, 0), { sessionId: 5000 + i });
    }
    harness.run(2 * MS);
    expect(harness.peer.take(FrameType.SM)).toHaveLength(MAX_PENDING_SETUPS);
    harness.peer.setup({ sessionId: 5000 + MAX_PENDING_SETUPS });
    harness.run(1 * MS);
    expect(harness.take('create-image')).toHaveLength(1);
    harness.run(1010 * MS);
    harness.peer.data(0, payloadOf(0, 0), { sessionId: -7 });
    harness.run(1 * MS);
    expect(harness.peer.take(FrameType.SM)).toHaveLength(1);
  });
});

describe('a SETUP', () => {
  it('makes the receiver ask the conductor for an image, once', () => {
    const harness = idle();
    harness.peer.setup({ activeTermId: (INITIAL_TERM_ID + 3) | 0, termOffset: 64, flags: 0xc0, ttl: 3 });
    harness.peer.setup();
    harness.run(2 * MS);
    expect(harness.take('create-image')).toEqual([
      {
        ...{ kind: 'create-image', endpointId: ENDPOINT_ID, transportIndex: 0 },
        ...{ streamId: STREAM_ID, sessionId: SESSION_ID, setupFlags: 0xc0 },
        ...{ initialTermId: INITIAL_TERM_ID, activeTermId: (INITIAL_TERM_ID + 3) | 0, termOffset: 64 },
        ...{ termLength: TERM_LENGTH, mtuLength: MTU_LENGTH },
        controlAddress: ipv4(SENDER_ADDRESS, SENDER_PORT),
        sourceAddress: ipv4(SENDER_ADDRESS, SENDER_PORT),
      },
    ]);
    expect(harness.counter('POSSIBLE_TTL_ASYMMETRY')).toBe(0);
  });

  it('is taken from a session that data was seen of', () => {
    const harness = idle();
    harness.peer.data(64, payloadOf(32, 1));
    harness.peer.setup();
    harness.run(1 * MS);
    harness.peer.data(128, payloadOf(32, 1));
    harness.run(2 * SECOND, 10 * MS);
    harness.peer.setup();
    harness.peer.data(128, payloadOf(32, 1));
    harness.run(1 * MS);
    expect(harness.take('create-image')).toHaveLength(1);
    expect(harness.peer.take(FrameType.SM)).toHaveLength(1);
  });

  it.each([
    ['a term length that is no power of two', { termLength: TERM_LENGTH + 32 }],
    ['a term length that is too long', { termLength: -0x80000000 }],
    ['an offset beyond the term', { termOffset: TERM_LENGTH }],
    ['an offset that is no frame start', { termOffset: 16 }],
    ['an MTU without room for a header', { mtuLength: 0 }],
    ['an MTU beyond what UDP carries', { mtuLength: 65536 }],
    ['a position before the start', { activeTermId: (INITIAL_TERM_ID - 1) | 0 }],
  ])('with %s is dropped and counted', (_name, options) => {
    const harness = idle();
    harness.peer.setup(options);
    harness.run(1 * MS);
    expect(harness.counter('INVALID_PACKETS')).toBe(1);
    expect(harness.take('create-image')).toEqual([]);
  });

  it('is taken again when the conductor has refused', () => {
    const harness = idle();
    harness.peer.setup();
    harness.run(1 * MS);
    harness.command({ kind: 'image-refused', endpointId: ENDPOINT_ID, streamId: STREAM_ID, sessionId: SESSION_ID });
    harness.run(1 * MS);
    harness.peer.setup();
    harness.run(1 * MS);
    expect(harness.take('create-image')).toHaveLength(2);
  });

  it('of many sessions makes only so many images be made at a time', () => {
    const harness = idle({ config: { receiverIoVectorCapacity: 2000 } });
    for (let i = 0; i < MAX_CREATIONS_IN_PROGRESS + 50; i++) {
      harness.peer.setup({ sessionId: 5000 + i });
    }
    harness.run(1 * MS);
    expect(harness.take('create-image')).toHaveLength(MAX_CREATIONS_IN_PROGRESS);
    harness.command({ kind: 'image-refused', endpointId: ENDPOINT_ID, streamId: STREAM_ID, sessionId: 5000 });
    harness.run(1 * MS);
    harness.peer.setup({ sessionId: -5 });
    harness.run(1 * MS);
    expect(harness.take('create-image')).toHaveLength(1);
  });

  it('beyond the session limit is an error, also of a session that has its image', () => {
    const harness = ReceiverHarness.connected({ config: { streamSessionLimit: 1 } });
    harness.peer.setup({ sessionId: 2 });
    harness.run(10 * MS);
    harness.peer.setup();
    harness.peer.setup(); // the same within 10 ms
    harness.run(1 * MS);
    const message = `exceeded session limit, streamId=${STREAM_ID} sourceAddress=${SENDER_ADDRESS}:${SENDER_PORT}`;
    expect(harness.take('agent-error')).toEqual([
      expect.objectContaining({ message }),
      expect.objectContaining({ message }),
    ]);
    expect(harness.images).toHaveLength(1);
    harness.peer.setup({ streamId: 7 });
    harness.run(1 * MS);
    expect(harness.take('agent-error')).toEqual([]);
  });

  it('does not pass the session limit while an image is being made', () => {
    const harness = idle({ config: { streamSessionLimit: 1 } });
    harness.peer.setup();
    harness.peer.setup({ sessionId: 2 });
    harness.run(1 * MS);
    expect(harness.take('create-image')).toHaveLength(1);
    expect(harness.take('agent-error')).toEqual([]);
  });

  it('is ignored while the conductor has no room, and taken when it comes again', () => {
    let isFull = true;
    const offered: unknown[] = [];
    const conductor = {
      get isFull() {
        return isFull;
      },
      offer: (command: unknown) => !isFull && offered.push(command) > 0,
    };
    const harness = idle({ resources: { conductor } });
    expect(offered).toEqual([]);
    harness.peer.setup();
    harness.run(1 * MS);
    isFull = false;
    harness.run(1 * MS);
    expect(offered).toEqual([expect.objectContaining({ kind: 'endpoint-opened' })]);
    expect(harness.counter('CONDUCTOR_PROXY_FAILS')).toBeGreaterThan(0);
    harness.peer.setup();
    harness.run(1 * MS);
    expect(offered).toEqual([expect.anything(), expect.objectContaining({ kind: 'create-image' })]);
  });
});

describe('an image without packets', () => {
  function silenced(): ReceiverHarness {
    const harness = ReceiverHarness.connected();
    harness.peer.data(0, payloadOf(32, 1));
    harness.run(9 * SECOND, 10 * MS);
    expect(harness.take('image-released')).toEqual([]);
    harness.run(2 * SECOND, 10 * MS);
    expect(harness.take('image-released')).toEqual([{ kind: 'image-released', correlationId: 1000 }]);
    expect(harness.image.state.isDeactivated).toBe(true);
    harness.take('create-image');
    harness.peer.take();
    return harness;
  }

  it('is let go, and its session ignored until the conductor lets it come back', () => {
    const harness = silenced();
    const knock = () => {
      harness.peer.setup();
      harness.peer.data(64, payloadOf(32, 1));
      harness.run(5 * MS);
      return harness.take('create-image').length;
    };
    expect(knock()).toBe(0);
    expect(harness.peer.take()).toEqual([]);
    harness.command({ kind: 'remove-cool-down', endpointId: ENDPOINT_ID, streamId: STREAM_ID, sessionId: SESSION_ID });
    harness.run(1 * MS);
    expect(knock()).toBe(1);
  });

  it('is kept as long as there are packets, of whatever kind', () => {
    const harness = ReceiverHarness.connected();
    for (let i = 0; i < 4; i++) {
      harness.peer.data(i * 64, payloadOf(32, i));
      harness.run(6 * SECOND, 10 * MS);
    }
    for (let i = 0; i < 4; i++) {
      harness.peer.heartbeat(256);
      harness.run(6 * SECOND, 10 * MS);
    }
    expect(harness.take('image-released')).toEqual([]);
    harness.run(5 * SECOND, 10 * MS);
    expect(harness.take('image-released')).toHaveLength(1);
  });

  it('may come back when the subscription went and came', () => {
    const harness = silenced();
    harness.removeInterest();
    harness.addInterest();
    harness.run(1 * MS);
    harness.peer.setup();
    harness.run(1 * MS);
    expect(harness.take('create-image')).toHaveLength(1);
  });

  it('leaves no cool-down at the end of its stream', () => {
    const harness = ReceiverHarness.connected();
    harness.peer.heartbeat(0, { flags: 0xe0 });
    harness.run(11 * SECOND, 10 * MS);
    expect(harness.take('image-released')).toHaveLength(1);
    harness.take('create-image');
    harness.peer.setup();
    harness.run(1 * MS);
    expect(harness.take('create-image')).toHaveLength(1);
  });

  it('is all that a cool-down can be taken from', () => {
    const harness = ReceiverHarness.connected();
    harness.command({ kind: 'remove-cool-down', endpointId: ENDPOINT_ID, streamId: STREAM_ID, sessionId: SESSION_ID });
    harness.command({ kind: 'image-refused', endpointId: ENDPOINT_ID, streamId: STREAM_ID, sessionId: SESSION_ID });
    harness.run(1 * MS);
    harness.peer.data(0, payloadOf(32, 1));
    harness.run(1 * MS);
    expect(harness.take('image-released')).toEqual([]);
    expect(harness.image.hwmPosition.get()).toBe(64);
  });

  it('may come back at once when the conductor has closed it and allowed that in one breath', () => {
    const harness = ReceiverHarness.connected();
    harness.take('create-image');
    harness.image.state.isClosing = true;
    harness.command({ kind: 'remove-cool-down', endpointId: ENDPOINT_ID, streamId: STREAM_ID, sessionId: SESSION_ID });
    harness.work();
    expect(harness.take('image-released')).toHaveLength(1);
    harness.peer.setup();
    harness.run(1 * MS);
    expect(harness.take('create-image')).toHaveLength(1);
  });
});

describe('interest that goes away', () => {
  /** Images of sessions 1 and 2, with interest in all sessions and in session 1. */
  function two(): ReceiverHarness {
    const harness = ReceiverHarness.subscribed();
    harness.addInterest(1);
    harness.run(1 * MS);
    harness.peer.setup({ sessionId: 1 });
    harness.peer.setup({ sessionId: 2 });
    harness.run(5 * MS);
    expect(harness.images).toHaveLength(2);
    return harness;
  }
  const deactivated = (harness: ReceiverHarness) => harness.images.map(({ state }) => state.isDeactivated);

  it('in all sessions leaves the images that somebody wants by session', () => {
    const harness = two();
    harness.removeInterest();
    harness.run(1 * MS);
    expect(deactivated(harness)).toEqual([false, true]);
    harness.peer.data(0, payloadOf(32, 1), { sessionId: 1 });
    harness.peer.data(0, payloadOf(32, 1), { sessionId: 2 });
    harness.run(1 * MS);
    expect(harness.images.map(({ hwmPosition }) => hwmPosition.get())).toEqual([64, 0]);
    harness.removeInterest(1);
    harness.run(1 * MS);
    expect(deactivated(harness)).toEqual([true, true]);
  });

  it('in one session changes nothing while there is interest in all', () => {
    const harness = two();
    harness.removeInterest(1);
    harness.run(1 * MS);
    expect(deactivated(harness)).toEqual([false, false]);
    harness.removeInterest();
    harness.run(1 * MS);
    expect(deactivated(harness)).toEqual([true, true]);
  });

  it('makes a deactivated image say that it is leaving, until the conductor takes it away', () => {
    const harness = two();
    harness.peer.take();
    harness.removeInterest();
    harness.run(1 * MS);
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([expect.objectContaining({ sessionId: 2, flags: 0x40 })]);
    harness.command({ kind: 'remove-image', correlationId: 1001 });
    harness.command({ kind: 'remove-image', correlationId: 1001 });
    harness.run(5 * MS);
    expect(harness.take('image-released')).toEqual([{ kind: 'image-released', correlationId: 1001 }]);
  });

  it('that never was is an error for the log', () => {
    const harness = ReceiverHarness.connected();
    harness.removeInterest(undefined, 5);
    harness.run(1 * MS);
    expect(harness.take('agent-error')).toEqual([
      expect.objectContaining({ message: expect.stringContaining('streamId=5') }),
    ]);
  });

  it('while the conductor makes the image makes the receiver let go of it at once', () => {
    const harness = idle();
    harness.peer.setup();
    harness.run(1 * MS);
    const [created] = harness.take('create-image');
    harness.removeInterest();
    harness.makeImage(created as NonNullable<typeof created>);
    harness.run(1 * MS);
    expect(harness.take('image-released')).toEqual([{ kind: 'image-released', correlationId: 1000 }]);
    expect(harness.image.state.hasReceiverReleased).toBe(true);
    expect(harness.peer.take()).toEqual([]);
  });

  it('and comes back while the conductor makes the image does not keep the image out', () => {
    const harness = idle();
    harness.peer.setup();
    harness.run(1 * MS);
    const [created] = harness.take('create-image');
    harness.removeInterest();
    harness.addInterest();
    harness.makeImage(created as NonNullable<typeof created>);
    harness.run(1 * MS);
    harness.peer.data(0, payloadOf(32, 1));
    harness.run(1 * MS);
    expect(harness.image.hwmPosition.get()).toBe(64);
  });
});

describe('a second image of a session', () => {
  it('takes the place of the first, which leaves without a word', () => {
    const harness = idle();
    for (let i = 0; i < 2; i++) {
      harness.peer.setup();
      harness.run(1 * MS);
      harness.removeInterest();
      harness.addInterest();
      harness.run(1 * MS);
    }
    const created = harness.take('create-image');
    expect(created).toHaveLength(2);
    for (const request of created) {
      harness.makeImage(request);
    }
    harness.run(1 * MS);
    harness.peer.take();
    harness.peer.data(0, payloadOf(32, 1));
    harness.run(500 * MS);
    expect(harness.images.map(({ hwmPosition }) => hwmPosition.get())).toEqual([0, 64]);
    expect(harness.images.map(({ state }) => state.isDeactivated)).toEqual([true, false]);
    expect(harness.peer.takeFields(FrameType.SM).map(({ flags }) => flags)).toEqual([0, 0]);
  });
});

describe('an image that can not be used', () => {
  it('because its log is gone: told, let go, and its session may try again', () => {
    const harness = ReceiverHarness.subscribed();
    harness.imageOptions = { logPath: '/logs/none.logbuffer' };
    harness.peer.setup();
    harness.run(2 * MS);
    expect(harness.take('agent-error')).toEqual([expect.objectContaining({ role: 'receiver' })]);
    expect(harness.take('image-released')).toHaveLength(1);
    expect(harness.image.state.hasReceiverReleased).toBe(true);
    harness.imageOptions = {};
    harness.connect();
    expect(harness.images).toHaveLength(2);
    harness.peer.data(0, payloadOf(32, 1));
    harness.run(1 * MS);
    expect(harness.image.hwmPosition.get()).toBe(64);
  });

  it('because its end point is closed: let go at once', () => {
    const harness = ReceiverHarness.subscribed();
    harness.imageOptions = { endpointId: 4711 };
    harness.peer.setup();
    harness.run(2 * MS);
    expect(harness.take('image-released')).toHaveLength(1);
  });
});

describe('the session table', () => {
  it('allows no step that is not in it', () => {
    const session = new Session(1);
    session.enter('NO_INTEREST');
    expect(() => session.enter('ACTIVE')).toThrow('sessionId=1 from=NO_INTEREST to=ACTIVE');
  });

  it('knows what to do in each state', () => {
    expect(Object.keys(SESSION_ACTIONS).sort()).toEqual(Object.keys(SESSION_TRANSITIONS).sort());
    const creating = Object.entries(SESSION_ACTIONS).filter(([, { setup }]) => setup === 'create');
    for (const [state] of creating) {
      expect(SESSION_TRANSITIONS[state as keyof typeof SESSION_TRANSITIONS]).toContain('INIT_IN_PROGRESS');
    }
  });

  it('remembers so many sessions that nobody wants, and so many that rest', () => {
    const interest = new StreamInterest<object>();
    for (let i = 0; i < MAX_UNWANTED_SESSIONS + 10; i++) {
      interest.enter(i, 'NO_INTEREST');
    }
    expect(interest.sessions.size).toBe(MAX_UNWANTED_SESSIONS);
    interest.add(undefined);
    expect(interest.sessions.size).toBe(0);
    for (let i = 0; i < MAX_COOL_DOWN_SESSIONS + 10; i++) {
      interest.enter(i, 'ACTIVE');
      interest.enter(i, 'ON_COOL_DOWN');
    }
    expect(interest.sessions.size).toBe(MAX_COOL_DOWN_SESSIONS);
    expect([interest.activeCount, interest.creatingCount]).toEqual([0, 0]);
  });
});
