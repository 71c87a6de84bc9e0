// SPDX-License-Identifier: Apache-2.0
import { ErrorCode, FrameType } from '@aeron/codecs/internal';
import {
  dataFrame,
  INITIAL_TERM_ID,
  ipv4,
  MS,
  payloadOf,
  RECEIVER_ID,
  ReceiverHarness,
  SECOND,
  SENDER_ADDRESS,
  SENDER_PORT,
  SESSION_ID,
  STREAM_ID,
  TERM_LENGTH,
  udpChannel,
  WINDOW_LENGTH,
} from '../testing/receiver-harness.ts';

const EOS_FLAG = 0x40;

describe('status messages', () => {
  it('start at once, with the position of the SETUP and the initial window', () => {
    const harness = ReceiverHarness.subscribed();
    harness.peer.setup({ activeTermId: (INITIAL_TERM_ID + 1) | 0, termOffset: 4096 });
    harness.run(3 * MS);
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([
      expect.objectContaining({
        ...{ frameLength: 36, version: 0, flags: 0, type: FrameType.SM, sessionId: SESSION_ID, streamId: STREAM_ID },
        ...{ consumptionTermId: (INITIAL_TERM_ID + 1) | 0, consumptionTermOffset: 4096 },
        ...{ receiverWindowLength: WINDOW_LENGTH, receiverId: RECEIVER_ID },
      }),
    ]);
    expect(harness.counter('STATUS_MESSAGES_SENT')).toBe(1);
  });

  it('are repeated after the time-out, and go out when the conductor has scheduled another', () => {
    const harness = ReceiverHarness.connected();
    harness.run(195 * MS);
    expect(harness.peer.take()).toEqual([]);
    harness.run(10 * MS);
    expect(harness.peer.take()).toHaveLength(1);
    harness.image.state.scheduleStatusMessage(TERM_LENGTH + 64, 2048);
    harness.run(1 * MS);
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([
      expect.objectContaining({
        ...{ consumptionTermId: (INITIAL_TERM_ID + 1) | 0, consumptionTermOffset: 64, receiverWindowLength: 2048 },
      }),
    ]);
    harness.run(198 * MS);
    expect(harness.peer.take()).toEqual([]);
  });

  it('wait while the conductor is writing one', () => {
    const harness = ReceiverHarness.connected();
    // What the conductor's thread does first: it raises `begin`.
    const { state } = harness.image;
    const begin = new Int32Array(harness.stateMemory, 0, 1);
    Atomics.add(begin, 0, 1);
    harness.run(300 * MS);
    expect(harness.peer.take()).toEqual([]);
    Atomics.sub(begin, 0, 1);
    state.scheduleStatusMessage(64, WINDOW_LENGTH);
    harness.run(1 * MS);
    expect(harness.peer.take(FrameType.SM)).toHaveLength(1);
  });

  it('carry the group tag of the channel, or of the settings', () => {
    const ofChannel = ReceiverHarness.subscribed({ config: { receiverGroupTag: 7n } }, udpChannel({ groupTag: -5n }));
    const ofSettings = ReceiverHarness.subscribed({ config: { receiverGroupTag: 7n } });
    const tags = [ofChannel, ofSettings].map((harness) => {
      harness.peer.setup();
      harness.run(3 * MS);
      return harness.peer.takeFields(FrameType.SM).map(({ frameLength, groupTag }) => [frameLength, groupTag]);
    });
    expect(tags).toEqual([[[44, -5n]], [[44, 7n]]]);
  });

  it('are counted even if they could not be sent, as a short send too', () => {
    const harness = ReceiverHarness.connected();
    harness.world.network.datagramLengthMax = 8;
    harness.run(210 * MS);
    expect(harness.counter('STATUS_MESSAGES_SENT')).toBe(2);
    expect(harness.counter('SHORT_SENDS')).toBe(1);
    expect(harness.take('agent-error')).toEqual([
      expect.objectContaining({
        role: 'receiver',
        message: expect.stringContaining(`failed to send datagram to ${SENDER_ADDRESS}:${SENDER_PORT}, cause: `),
      }),
    ]);
  });

  it('say at the end of the stream that the receiver is leaving, once all of it is there', () => {
    const harness = ReceiverHarness.connected();
    harness.peer.data(0, payloadOf(32, 1));
    harness.peer.heartbeat(64, { flags: 0xe0 });
    harness.run(1 * MS);
    expect(harness.peer.take()).toEqual([]);
    harness.image.rebuildPosition.set(64);
    harness.run(1 * MS);
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([expect.objectContaining({ flags: EOS_FLAG })]);
    harness.run(205 * MS);
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([expect.objectContaining({ flags: EOS_FLAG })]);
  });

  it('do not say so while something is missing, even if nobody is interested any longer', () => {
    const harness = ReceiverHarness.connected();
    harness.peer.heartbeat(64, { flags: 0xe0 });
    harness.run(1 * MS);
    harness.removeInterest();
    harness.run(250 * MS);
    expect(harness.image.state.isDeactivated).toBe(true);
    expect(harness.peer.takeFields(FrameType.SM).map(({ flags }) => flags)).toEqual([0]);
  });

  it('say so when the conductor wants it', () => {
    const harness = ReceiverHarness.connected();
    harness.image.state.isSendingEos = true;
    harness.run(1 * MS);
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([expect.objectContaining({ flags: EOS_FLAG })]);
  });

  it('stop when the conductor closes the image, which then is let go', () => {
    const harness = ReceiverHarness.connected();
    harness.image.state.isClosing = true;
    harness.run(500 * MS);
    expect(harness.peer.take()).toEqual([]);
    expect(harness.take('image-released')).toEqual([{ kind: 'image-released', correlationId: 1000 }]);
    expect(harness.image.state.hasReceiverReleased).toBe(true);
    expect(harness.image.state.isDeactivated).toBe(true);
  });

  it('of an older image do not contradict those of a new one of the same session', () => {
    const harness = ReceiverHarness.connected();
    harness.removeInterest();
    harness.run(1 * MS);
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([expect.objectContaining({ flags: EOS_FLAG })]);
    harness.addInterest();
    harness.connect();
    expect(harness.images).toHaveLength(2);
    harness.run(1 * SECOND);
    const flags = harness.peer.takeFields(FrameType.SM).map((fields) => fields.flags);
    expect(flags.length).toBeGreaterThanOrEqual(4);
    expect(new Set(flags)).toEqual(new Set([0]));
  });
});

describe('loss', () => {
  it('is asked for by a NAK, once for each report of the conductor', () => {
    const harness = ReceiverHarness.connected();
    harness.image.state.scheduleLoss((INITIAL_TERM_ID + 1) | 0, 1024, 2048);
    harness.run(5 * MS);
    expect(harness.peer.takeFields(FrameType.NAK)).toEqual([
      expect.objectContaining({
        ...{ frameLength: 28, flags: 0, sessionId: SESSION_ID, streamId: STREAM_ID },
        ...{ termId: (INITIAL_TERM_ID + 1) | 0, termOffset: 1024, length: 2048 },
      }),
    ]);
    harness.image.state.scheduleLoss((INITIAL_TERM_ID + 1) | 0, 1024, 2048);
    harness.run(1 * MS);
    expect(harness.peer.take(FrameType.NAK)).toHaveLength(1);
    expect(harness.counter('NAK_MESSAGES_SENT')).toBe(2);
    expect(harness.image.naksSent.get()).toBe(2);
  });

  it('is asked for by as many NAKs as gaps are reported side by side', () => {
    const harness = ReceiverHarness.connected();
    const { state } = harness.image;
    for (const frame of [1, 4, 9]) {
      state.offerGap(INITIAL_TERM_ID, frame * 64, 64);
    }
    harness.run(5 * MS);
    const asked = harness.peer
      .takeFields(FrameType.NAK)
      .map(({ termId, termOffset, length }) => [termId, termOffset, length]);
    expect(asked).toEqual([1, 4, 9].map((frame) => [INITIAL_TERM_ID, frame * 64, 64]));
    expect(harness.counter('NAK_MESSAGES_SENT')).toBe(3);
    expect(harness.image.naksSent.get()).toBe(3);
    state.isRevoked = true;
    state.offerGap(INITIAL_TERM_ID, 64, 64);
    harness.run(5 * MS);
    expect(harness.peer.take(FrameType.NAK)).toEqual([]);
    expect(state.takeGap()).toBe(false);
  });

  it('is counted as asked for even if nothing could be sent', () => {
    const harness = ReceiverHarness.connected();
    harness.world.network.datagramLengthMax = 8;
    harness.image.state.scheduleLoss(INITIAL_TERM_ID, 0, 64);
    harness.run(1 * MS);
    expect(harness.counter('NAK_MESSAGES_SENT')).toBe(1);
    expect(harness.image.naksSent.get()).toBe(1);
  });

  it('is filled with padding on a stream that is not reliable', () => {
    const harness = ReceiverHarness.subscribed();
    harness.imageOptions = { isReliable: false };
    harness.connect();
    harness.peer.data(128, payloadOf(32, 1));
    harness.run(1 * MS);
    harness.image.state.scheduleLoss(INITIAL_TERM_ID, 0, 128);
    harness.run(1 * MS);
    const term = harness.image.log.terms[0];
    expect([term?.getInt32(0), term?.getUint16(6), term?.getInt32(8)]).toEqual([128, FrameType.PAD, 0]);
    expect([term?.getInt32(12), term?.getInt32(16), term?.getInt32(20)]).toEqual([
      SESSION_ID,
      STREAM_ID,
      INITIAL_TERM_ID,
    ]);
    expect(harness.counter('LOSS_GAP_FILLS')).toBe(1);
    expect(harness.counter('NAK_MESSAGES_SENT')).toBe(0);
    expect(harness.peer.take(FrameType.NAK)).toEqual([]);
  });

  it('is not filled where something has come meanwhile', () => {
    const harness = ReceiverHarness.subscribed();
    harness.imageOptions = { isReliable: false };
    harness.connect();
    const frame = dataFrame(64, payloadOf(32, 1));
    harness.peer.send(frame);
    harness.run(1 * MS);
    harness.image.state.scheduleLoss(INITIAL_TERM_ID, 0, 128);
    harness.run(1 * MS);
    expect(harness.counter('LOSS_GAP_FILLS')).toBe(0);
    expect(harness.image.log.terms[0]?.bytes.slice(0, 128)).toEqual(Uint8Array.from([...new Uint8Array(64), ...frame]));
  });
});

describe('round-trip times', () => {
  it('are measured when the conductor asks, and told to it', () => {
    const harness = ReceiverHarness.connected();
    const beforeNs = harness.platform.clock.nanoTime();
    harness.image.state.requestRtt();
    harness.run(1 * MS);
    const [request, ...others] = harness.peer.takeFields(FrameType.RTTM);
    expect(others).toEqual([]);
    expect(Number(request?.echoTimestampNs)).toBeGreaterThan(beforeNs);
    expect(Number(request?.echoTimestampNs)).toBeLessThan(beforeNs + 1 * MS);
    expect(request).toMatchObject({
      ...{ frameLength: 40, flags: 0x80, sessionId: SESSION_ID, streamId: STREAM_ID },
      ...{ receiverId: RECEIVER_ID, receptionDeltaNs: 0 },
    });
    harness.peer.rtt(request?.echoTimestampNs as bigint, { receptionDeltaNs: 400_000 });
    const sentNs = Number(request?.echoTimestampNs);
    harness.run(1 * MS);
    const { state } = harness.image;
    expect(state.rttChangeNumber).toBe(1);
    expect(state.rttNs).toBeGreaterThan(0);
    expect(state.rttNs).toBeLessThan(harness.platform.clock.nanoTime() - sentNs - 400_000 + 1);
  });

  it('of others, or that are not possible, are ignored', () => {
    const harness = ReceiverHarness.connected();
    const nowNs = BigInt(harness.platform.clock.nanoTime());
    harness.peer.rtt(nowNs, { receiverId: RECEIVER_ID + 1n });
    harness.peer.rtt(nowNs, { receiverId: RECEIVER_ID + (1n << 32n) });
    harness.peer.rtt(nowNs + BigInt(SECOND));
    harness.peer.rtt(nowNs, { receptionDeltaNs: SECOND });
    harness.peer.rtt(nowNs, { receptionDeltaNs: -1 });
    harness.peer.rtt(nowNs - 11n * BigInt(SECOND));
    harness.peer.rtt(-(2n ** 63n));
    harness.peer.rtt(nowNs, { sessionId: 4711 });
    harness.peer.rtt(nowNs, { streamId: 4711 });
    harness.run(3 * MS);
    expect(harness.image.state.rttChangeNumber).toBe(0);
    harness.peer.rtt(nowNs, { receiverId: 0n });
    harness.run(1 * MS);
    expect(harness.image.state.rttChangeNumber).toBe(1);
  });

  it('that the publication measures are sent back to it as they came', () => {
    const harness = ReceiverHarness.connected();
    harness.peer.rtt(-3n, { flags: 0x80, receiverId: 0n });
    harness.run(1 * MS);
    expect(harness.peer.takeFields(FrameType.RTTM)).toEqual([
      expect.objectContaining({ flags: 0, echoTimestampNs: -3n, receptionDeltaNs: 0, receiverId: RECEIVER_ID }),
    ]);
  });
});

describe('the session of a response', () => {
  it('is told at once, then with each status message that is due, until it is known', () => {
    const harness = ReceiverHarness.connected();
    harness.run(50 * MS);
    harness.command({ kind: 'response-session', correlationId: 1000, responseSessionId: -99 });
    harness.run(1 * MS);
    expect(harness.peer.takeFields(FrameType.RSP_SETUP)).toEqual([
      expect.objectContaining({
        ...{ frameLength: 20, sessionId: SESSION_ID, streamId: STREAM_ID, responseSessionId: -99 },
      }),
    ]);
    harness.image.state.scheduleStatusMessage(64, WINDOW_LENGTH);
    harness.run(1 * MS);
    expect(harness.peer.take(FrameType.RSP_SETUP)).toEqual([]);
    harness.run(205 * MS);
    expect(harness.peer.take(FrameType.RSP_SETUP)).toHaveLength(1);
    harness.command({ kind: 'response-session', correlationId: 1000, responseSessionId: undefined });
    harness.run(500 * MS);
    expect(harness.peer.take(FrameType.RSP_SETUP)).toEqual([]);
  });
});

describe('a rejected image', () => {
  it('takes no packets, says why at each time-out instead of status messages, and dies by silence', () => {
    const harness = ReceiverHarness.connected({ config: { receiverGroupTag: 9n } });
    harness.command({ kind: 'reject-image', correlationId: 1000, reason: 'no thanks' });
    harness.command({ kind: 'response-session', correlationId: 1000, responseSessionId: 5 });
    harness.run(450 * MS);
    harness.peer.data(0, payloadOf(32, 1));
    harness.image.state.scheduleStatusMessage(64, WINDOW_LENGTH);
    harness.run(1 * MS);
    expect(harness.image.state.isRejected).toBe(true);
    expect(harness.peer.takeFields(FrameType.ERR)).toEqual(
      Array.from({ length: 3 }, () =>
        expect.objectContaining({
          ...{ frameLength: 49, flags: 8, sessionId: SESSION_ID, streamId: STREAM_ID, receiverId: RECEIVER_ID },
          ...{ groupTag: 9n, errorCode: ErrorCode.IMAGE_REJECTED, message: 'no thanks' },
        }),
      ),
    );
    expect(harness.peer.take()).toEqual([]);
    expect(harness.counter('ERROR_FRAMES_SENT')).toBe(3);
    expect(harness.image.hwmPosition.get()).toBe(0);
    for (let i = 0; i < 11; i++) {
      harness.peer.data(0, payloadOf(32, 1));
      harness.run(1 * SECOND, 10 * MS);
    }
    expect(harness.take('image-released')).toHaveLength(1);
  });

  it('gives a reason of at most 1023 characters', () => {
    const harness = ReceiverHarness.connected();
    harness.command({ kind: 'reject-image', correlationId: 1000, reason: `${'x'.repeat(1023)}y` });
    harness.run(205 * MS);
    const [fields] = harness.peer.takeFields(FrameType.ERR);
    expect(fields).toMatchObject({ frameLength: 40 + 1023, flags: 0, message: 'x'.repeat(1023) });
  });
});

it('answers go to the source that the conductor was told of, and stay there', () => {
  const harness = ReceiverHarness.connected();
  const other = harness.addPeer(SENDER_PORT + 1);
  harness.run(1 * MS);
  other.data(0, payloadOf(32, 1));
  harness.run(205 * MS);
  expect(harness.image.spec.controlAddress).toEqual(ipv4(SENDER_ADDRESS, SENDER_PORT));
  expect(harness.image.hwmPosition.get()).toBe(64);
  expect(other.take()).toEqual([]);
  expect(harness.peer.take(FrameType.SM)).toHaveLength(1);
});
