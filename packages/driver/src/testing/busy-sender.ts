// SPDX-License-Identifier: Apache-2.0
/** A sender that has the same to send in each pass, over a socket that costs nothing. For tests of allocation and micro-benchmarks. */
import {
  FrameType,
  NAK_BLOCK_LENGTH,
  NakFlyweight,
  STATUS_MESSAGE_BLOCK_LENGTH,
  StatusMessageFlyweight,
  SystemCounterId,
} from '@aeron/codecs/internal';
import { AtomicBuffer, AtomicCounter, type DatagramSocket, UNBOUNDED_BURST } from '@aeron/core/internal';
import type { UdpChannel } from '../media/udp-channel.ts';
import { REST_CHECK_INTERVAL_NS } from '../sender/sender-publication.ts';
import { TERM_LENGTH } from './ipc-log.ts';
import { INITIAL_TERM_ID, ipv4, RECEIVER_ADDRESS, SESSION_ID, STREAM_ID } from './receiver-peer.ts';
import { RECEIVER_PORT, SenderHarness } from './sender-harness.ts';

const RETRANSMIT_LINGER_NS = 10_000_000;
const FEEDBACK_LENGTH = 64;
/** The tag of the receiver's group, of which each status message tells. */
export const GROUP_TAG = 7n;
/** What is asked for again: the first of the two messages. */
const LOST_LENGTH = 1056;

/** A socket that takes everything at no cost and, if told so, gives a status message and a NAK at each poll. */
function feedbackSocket(frames: AtomicBuffer, isAsked: () => boolean): DatagramSocket {
  return {
    state: 'open',
    error: undefined,
    localAddress: ipv4('0.0.0.0', 1),
    receiveBufferLength: 0,
    sendBufferLength: 0,
    isReconnecting: false,
    reconnectError: undefined,
    droppedCount: 0,
    runLimit: 1,
    burstLength: UNBOUNDED_BURST,
    sendRun: (_source, _offset, _lengths, count) => count,
    poll: (handler, context) => {
      if (!isAsked()) {
        return 0;
      }
      const bytes = frames.bytes;
      handler(bytes, 0, STATUS_MESSAGE_BLOCK_LENGTH, RECEIVER_ADDRESS, RECEIVER_PORT, context);
      handler(bytes, FEEDBACK_LENGTH, NAK_BLOCK_LENGTH, RECEIVER_ADDRESS, RECEIVER_PORT, context);
      return STATUS_MESSAGE_BLOCK_LENGTH + NAK_BLOCK_LENGTH;
    },
    send: (_source, _offset, length) => length,
    reconnect: () => undefined,
    close: () => undefined,
  };
}

function feedbackFrames(): AtomicBuffer {
  const frames = AtomicBuffer.allocate(2 * FEEDBACK_LENGTH);
  const message = new StatusMessageFlyweight().wrap(frames, 0);
  message.frameLength = STATUS_MESSAGE_BLOCK_LENGTH;
  message.type = FrameType.SM;
  message.sessionId = SESSION_ID;
  message.streamId = STREAM_ID;
  message.consumptionTermId = INITIAL_TERM_ID;
  message.consumptionTermOffset = 0;
  message.receiverWindowLength = TERM_LENGTH / 2;
  message.receiverId = 1n;
  message.groupTag = GROUP_TAG;
  const nak = new NakFlyweight().wrap(frames, FEEDBACK_LENGTH);
  nak.frameLength = NAK_BLOCK_LENGTH;
  nak.type = FrameType.NAK;
  nak.sessionId = SESSION_ID;
  nak.streamId = STREAM_ID;
  nak.termId = INITIAL_TERM_ID;
  nak.termOffset = 0;
  nak.length = LOST_LENGTH;
  return frames;
}

/** @param flowControl the `fc` parameter of a stream to a group. */
export function busySender(channel: UdpChannel, termCount: number, flowControl?: string) {
  let isAsked = false;
  const frames = feedbackFrames();
  const datagrams = { open: () => feedbackSocket(frames, () => isAsked) } as never;
  let nowNs = 2 ** 40;
  const clock = { nanoTime: () => nowNs, epochMs: () => 1_700_000_000_000 };
  const harness = new SenderHarness({ resources: { datagrams, clock } });
  harness.open(channel);
  const spec = flowControl === undefined ? {} : { flowControl, isMulticastSemantics: true };
  const publication = harness.add(spec, { termCount, termOffset: 0 });
  const [position, limit] = [publication.spec.senderPositionCounterId, publication.spec.senderLimitCounterId].map(
    (counterId) => new AtomicCounter(harness.values, counterId),
  ) as [AtomicCounter, AtomicCounter];
  const start = position.get();
  limit.set(start + TERM_LENGTH / 2);
  publication.publish(1000);
  publication.publish(1000);
  return {
    /** What the test itself does for each pass. */
    prepare: () => {
      nowNs += REST_CHECK_INTERVAL_NS;
      clock.nanoTime();
      position.set(start);
    },
    /** A pass that sends, and one that finds nothing to send. Time goes by, since the sender does not expect its position to be set back. */
    passes: () => {
      nowNs += REST_CHECK_INTERVAL_NS;
      position.set(start);
      harness.sender.doWork();
      harness.sender.doWork();
    },
    /** A pass that is told of a loss, and sends again. */
    feedback: () => {
      nowNs += 2 * RETRANSMIT_LINGER_NS;
      isAsked = true;
      harness.sender.doWork();
      isAsked = false;
    },
    position,
    retransmits: new AtomicCounter(harness.values, SystemCounterId.RETRANSMITS_SENT),
  };
}
