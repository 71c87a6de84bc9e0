// SPDX-License-Identifier: Apache-2.0
import {
  DATA_HEADER_BLOCK_LENGTH,
  DATA_HEADER_TERM_OFFSET_OFFSET,
  FRAME_HEADER_TYPE_OFFSET,
  FrameType,
  RttMeasurementFlyweight,
} from '@aeron/codecs/internal';
import { SeededRandom } from '@aeron/core/testing';
import type { SenderPublicationSpec } from '../agents/agent-commands.ts';
import { FixedLossGenerator, type LossGenerator, RandomLossGenerator } from '../loss/loss-generator.ts';
import { TERM_LENGTH } from '../testing/ipc-log.ts';
import { INITIAL_TERM_ID, MS, type ReceiverPeer, SECOND, SESSION_ID, STREAM_ID } from '../testing/receiver-peer.ts';
import {
  DESTINATIONS_COUNTER_ID,
  type HandPublication,
  MTU_LENGTH,
  multiDestinationChannel,
  SenderHarness,
  type SenderHarnessOptions,
} from '../testing/sender-harness.ts';
import { MAX_RETRANSMIT_LENGTH_PER_POLL } from './send-endpoint.ts';

const FULL_PAYLOAD = MTU_LENGTH - DATA_HEADER_BLOCK_LENGTH;
const SETUP_FLAG = 0x80;
const ROUND_TRIP = 3 * MS;

function connected(overrides: Partial<SenderPublicationSpec> = {}, options: SenderHarnessOptions = {}) {
  const harness = new SenderHarness(options);
  const peer = harness.peer(harness.open());
  const publication = harness.add(overrides);
  peer.sendStatusMessage();
  harness.run(ROUND_TRIP);
  peer.take();
  return { harness, peer, publication };
}

/** Publishes and has sent `count` datagrams. */
function sendDatagrams(harness: SenderHarness, peer: ReceiverPeer, publication: HandPublication, count: number): void {
  for (let i = 0; i < count; i++) {
    publication.publish(FULL_PAYLOAD, i);
    peer.sendStatusMessage({ position: publication.senderPosition });
    harness.run(1 * MS);
  }
  peer.sendStatusMessage({ position: publication.senderPosition });
  harness.run(ROUND_TRIP);
  peer.take();
}

describe('status messages', () => {
  it.each([
    ['an offset that is not aligned', { position: 8 }],
    ['a negative window', { windowLength: -1 }],
    ['a window of more than half a term', { windowLength: TERM_LENGTH / 2 + 1 }],
  ])('with %s are invalid', (_name, report) => {
    const { harness, peer, publication } = connected();
    const limit = publication.senderLimit;
    peer.sendStatusMessage(report);
    harness.run(ROUND_TRIP);
    expect(harness.system('INVALID_PACKETS')).toBe(1);
    expect(harness.system('STATUS_MESSAGES_RECEIVED')).toBe(1);
    expect(publication.senderLimit).toBe(limit);
  });

  it('farther than half a term from the sender are counted twice and change nothing', () => {
    const { harness, peer, publication } = connected();
    const half = TERM_LENGTH / 2;
    for (const position of [half + 32, -half - 32, 5 * TERM_LENGTH]) {
      peer.sendStatusMessage({ position, receiverId: 9n });
    }
    harness.run(ROUND_TRIP);
    expect(harness.system('STATUS_MESSAGES_RECEIVED')).toBe(4);
    expect(harness.system('STATUS_MESSAGES_REJECTED')).toBe(3);
    expect(publication.senderLimit).toBe(half);
    peer.sendStatusMessage({ position: half, windowLength: 64 });
    peer.sendStatusMessage({ position: -half, windowLength: 64 });
    harness.run(ROUND_TRIP);
    expect(harness.system('STATUS_MESSAGES_REJECTED')).toBe(3);
    expect(publication.senderLimit).toBe(half + 64);
  });

  it('out of place never become a destination; those that ask for a SETUP, or are for another stream, do', () => {
    const harness = new SenderHarness();
    const peer = harness.peer(harness.open(multiDestinationChannel('dynamic')));
    harness.add({ isMulticastSemantics: true });
    const destinations = () => {
      harness.run(ROUND_TRIP);
      return harness.counter(DESTINATIONS_COUNTER_ID);
    };
    peer.sendStatusMessage({ position: 5 * TERM_LENGTH, receiverId: 1n });
    peer.sendStatusMessage({ windowLength: -1, receiverId: 2n });
    expect(destinations()).toBe(0);
    peer.sendStatusMessage({ position: 5 * TERM_LENGTH, receiverId: 3n, flags: SETUP_FLAG });
    expect(destinations()).toBe(1);
    peer.sendStatusMessage({ position: 5 * TERM_LENGTH, receiverId: 4n, streamId: STREAM_ID + 1 });
    expect(destinations()).toBe(2);
  });

  it('for no stream of ours are counted and forgotten', () => {
    const { harness, peer, publication } = connected();
    peer.sendStatusMessage({ sessionId: SESSION_ID + 1, position: 4096 });
    peer.sendStatusMessage({ streamId: STREAM_ID + 1, position: 4096 });
    harness.run(ROUND_TRIP);
    expect(harness.system('STATUS_MESSAGES_RECEIVED')).toBe(3);
    expect(publication.senderLimit).toBe(32 * 1024);
  });
});

describe('NAKs', () => {
  it('have what was lost sent again, byte for byte, an MTU at a time', () => {
    const { harness, peer, publication } = connected();
    sendDatagrams(harness, peer, publication, 10);
    const bytesSent = harness.system('BYTES_SENT');
    peer.sendNak(2 * MTU_LENGTH, 3 * MTU_LENGTH);
    harness.run(ROUND_TRIP);
    const frames = peer.takeData();
    expect(frames.map(({ position, length }) => [position, length])).toEqual(
      [2, 3, 4].map((index) => [index * MTU_LENGTH, MTU_LENGTH]),
    );
    expect(frames.map(({ buffer }) => buffer.getUint8(DATA_HEADER_BLOCK_LENGTH))).toEqual([2, 3, 4]);
    expect(publication.naksReceived).toBe(1);
    expect(harness.system('NAK_MESSAGES_RECEIVED')).toBe(1);
    expect(harness.system('RETRANSMITS_SENT')).toBe(1);
    expect(harness.system('RETRANSMITTED_BYTES')).toBe(3 * MTU_LENGTH);
    expect(harness.system('BYTES_SENT')).toBe(bytesSent);
    expect(publication.senderPosition).toBe(10 * MTU_LENGTH);
  });

  it('that cross with the answer are counted and not served again for 10 ms', () => {
    const { harness, peer, publication } = connected();
    sendDatagrams(harness, peer, publication, 4);
    peer.sendNak(0, 2 * MTU_LENGTH);
    peer.sendNak(0, 2 * MTU_LENGTH);
    peer.sendNak(MTU_LENGTH, MTU_LENGTH);
    harness.run(ROUND_TRIP);
    expect(peer.takeData()).toHaveLength(2);
    expect(publication.naksReceived).toBe(3);
    harness.run(10 * MS);
    peer.sendNak(0, 2 * MTU_LENGTH);
    harness.run(ROUND_TRIP);
    expect(peer.takeData()).toHaveLength(2);
  });

  it('wait for the configured delay', () => {
    const { harness, peer, publication } = connected({}, { config: { retransmitUnicastDelayNs: 20 * MS } });
    sendDatagrams(harness, peer, publication, 4);
    peer.sendNak(0, MTU_LENGTH);
    harness.run(19 * MS);
    expect(peer.takeData()).toHaveLength(0);
    harness.run(5 * MS);
    expect(peer.takeData()).toHaveLength(1);
  });

  it('of a group find a pool, and its overflow is counted', () => {
    const { harness, peer, publication } = connected({ isMulticastSemantics: true, maxResend: 2 });
    sendDatagrams(harness, peer, publication, 8);
    for (const index of [0, 2, 4, 6]) {
      peer.sendNak(index * MTU_LENGTH, MTU_LENGTH);
    }
    harness.run(ROUND_TRIP);
    expect(peer.takeData()).toHaveLength(2);
    expect(harness.system('RETRANSMIT_OVERFLOW')).toBe(2);
  });

  it.each([
    ['an offset that is not aligned', { termOffset: 8 }, 32],
    ['a negative offset', { termOffset: -32 }, 32],
    ['an offset behind the term', { termOffset: TERM_LENGTH }, 0],
    ['a negative length', {}, -32],
    ['a length beyond the term', { termOffset: TERM_LENGTH - 32 }, 64],
  ])('with %s are invalid', (_name, place, length) => {
    const { harness, peer, publication } = connected();
    sendDatagrams(harness, peer, publication, 2);
    peer.sendNak(0, length, place);
    harness.run(ROUND_TRIP);
    expect(harness.system('INVALID_PACKETS')).toBe(1);
    expect(harness.system('NAK_MESSAGES_RECEIVED')).toBe(0);
    expect(peer.takeData()).toEqual([]);
  });

  it.each([
    ['not sent yet', 2 * MTU_LENGTH, {}],
    ['before the stream', 0, { termId: INITIAL_TERM_ID - 1, termOffset: TERM_LENGTH - 32 }],
    ['of a term far ahead', 0, { termId: (INITIAL_TERM_ID + 1000) | 0 }],
    ['in the middle of a frame', 64, {}],
  ])('for what is %s get nothing', (_name, position, place) => {
    const { harness, peer, publication } = connected();
    sendDatagrams(harness, peer, publication, 2);
    publication.publish(FULL_PAYLOAD);
    peer.sendNak(position, 32, place);
    harness.pass();
    harness.world.step(100_000);
    harness.sender.doWork();
    expect(harness.system('RETRANSMITS_SENT')).toBe(0);
    expect(publication.naksReceived).toBeLessThanOrEqual(1);
  });

  it('for bytes of a payload that look like a frame get nothing', () => {
    const { harness, peer, publication } = connected();
    sendDatagrams(harness, peer, publication, 2);
    const term = publication.log.terms[0];
    term?.putBytes(64, term, 0, DATA_HEADER_BLOCK_LENGTH);
    peer.sendNak(64, 2048);
    harness.run(ROUND_TRIP);
    expect(peer.takeData()).toEqual([]);
    expect(publication.naksReceived).toBe(1);
  });

  it('get nothing that was not sent before, however much they ask for', () => {
    const { harness, peer, publication } = connected({ isMulticastSemantics: true });
    sendDatagrams(harness, peer, publication, 2);
    for (let i = 0; i < 30; i++) {
      publication.publish(FULL_PAYLOAD);
    }
    harness.run(20 * MS);
    expect(publication.senderPosition).toBe(25 * MTU_LENGTH);
    peer.take();
    peer.sendNak(0, TERM_LENGTH);
    harness.run(ROUND_TRIP);
    expect(Math.max(...peer.takeData().map(({ position }) => position))).toBe(24 * MTU_LENGTH);
    expect(harness.system('RETRANSMITTED_BYTES')).toBe(25 * MTU_LENGTH);
  });

  it('reach back half a term and the longest message', () => {
    const { harness, peer, publication } = connected();
    sendDatagrams(harness, peer, publication, 80); // into the second term
    const bottom = publication.senderPosition - TERM_LENGTH / 2 - TERM_LENGTH / 8;
    const firstInWindow = TERM_LENGTH + Math.ceil((bottom - TERM_LENGTH) / MTU_LENGTH) * MTU_LENGTH;
    peer.sendNak(firstInWindow - MTU_LENGTH, MTU_LENGTH);
    harness.run(ROUND_TRIP);
    expect(peer.takeData()).toEqual([]);
    peer.sendNak(firstInWindow, MTU_LENGTH);
    harness.run(ROUND_TRIP);
    expect(peer.takeData()).toMatchObject([{ position: firstInWindow }]);
  });

  it('for padding get its header', () => {
    const { harness, peer, publication } = connected();
    sendDatagrams(harness, peer, publication, 50);
    peer.sendNak(46 * MTU_LENGTH, TERM_LENGTH - 46 * MTU_LENGTH);
    harness.run(ROUND_TRIP);
    expect(peer.takeData()).toMatchObject([{ type: FrameType.PAD, length: 32 }]);
    expect(harness.system('RETRANSMITTED_BYTES')).toBe(TERM_LENGTH - 46 * MTU_LENGTH);
  });

  it('in a flood keep neither data nor the other end points waiting', () => {
    const { harness, peer, publication } = connected({ isMulticastSemantics: true, maxResend: 256 });
    sendDatagrams(harness, peer, publication, 20);
    for (let i = 0; i < 500; i++) {
      peer.sendNak((i % 20) * MTU_LENGTH, MTU_LENGTH);
    }
    harness.world.step(1 * MS);
    harness.pass();
    expect(harness.system('NAK_MESSAGES_RECEIVED')).toBe(16);
    harness.run(50 * MS);
    expect(harness.system('NAK_MESSAGES_RECEIVED')).toBe(500);
  });
});

describe('NAKs that ask for much', () => {
  it('are spread over passes', () => {
    const { harness, peer, publication } = connected({ isMulticastSemantics: true, maxResend: 256 });
    sendDatagrams(harness, peer, publication, 29);
    const count = 16;
    for (let index = count - 1; index >= 0; index--) {
      peer.sendNak(index * MTU_LENGTH, (29 - index) * MTU_LENGTH);
    }
    harness.world.step(1 * MS);
    harness.pass();
    const served = harness.system('RETRANSMITS_SENT');
    expect(served).toBeGreaterThan(5);
    expect(served).toBeLessThan(count);
    expect(harness.system('RETRANSMITTED_BYTES')).toBeLessThan(MAX_RETRANSMIT_LENGTH_PER_POLL + 29 * MTU_LENGTH);
    harness.run(2 * MS);
    expect(harness.system('RETRANSMITS_SENT')).toBe(count);
  });
});

describe('round-trip measurements', () => {
  it('are sent back as they came when a reply is wanted', () => {
    const { harness, peer } = connected();
    peer.sendRttRequest(0x80, -5n, 0x1234_5678_9abc_def0n);
    peer.sendRttRequest(0, 7n, 8n);
    harness.run(ROUND_TRIP);
    const replies = peer.take(FrameType.RTTM).map(({ buffer }) => new RttMeasurementFlyweight().wrap(buffer, 0));
    expect(replies).toHaveLength(1);
    expect(replies[0]).toMatchObject({
      ...{ frameLength: 40, version: 0, flags: 0, sessionId: SESSION_ID, streamId: STREAM_ID },
      ...{ echoTimestampNs: -5n, receptionDeltaNs: 0, receiverId: 0x1234_5678_9abc_def0n },
    });
  });
});

describe('error frames', () => {
  it('of a live receiver are told once; it is gone then', () => {
    const { harness, peer, publication } = connected();
    peer.sendError('no more');
    peer.sendError('no more');
    peer.sendError('who?', { receiverId: 99n });
    harness.run(ROUND_TRIP);
    expect(harness.system('ERROR_FRAMES_RECEIVED')).toBe(3);
    expect(harness.take('publication-error')).toEqual([
      {
        kind: 'publication-error',
        registrationId: publication.spec.registrationId,
        destinationId: -1,
        sessionId: SESSION_ID,
        streamId: STREAM_ID,
        receiverId: 1n,
        groupTag: -1n,
        sourceAddress: { family: 'IPv4', address: '10.0.0.2', port: 20121 },
        errorCode: 13,
        message: 'no more',
      },
    ]);
    expect(publication.state.hasReceivers).toBe(false);
    peer.sendStatusMessage();
    harness.run(ROUND_TRIP);
    peer.sendError('again', { groupTag: -9n });
    harness.run(ROUND_TRIP);
    expect(harness.take('publication-error')).toMatchObject([{ message: 'again', groupTag: -9n }]);
  });

  it('with a text that is too long, or not all there, are invalid', () => {
    const { harness, peer } = connected();
    peer.sendError('x'.repeat(1024));
    peer.sendError('short', { messageLength: 6 });
    peer.sendError('short', { messageLength: -1 });
    harness.run(ROUND_TRIP);
    expect(harness.system('INVALID_PACKETS')).toBe(3);
    expect(harness.system('ERROR_FRAMES_RECEIVED')).toBe(0);
    peer.sendError('x'.repeat(1023));
    harness.run(ROUND_TRIP);
    expect(harness.take('publication-error')).toHaveLength(1);
  });

  it('make min flow control go on without that receiver', () => {
    const { harness, peer, publication } = connected({ isMulticastSemantics: true, flowControl: 'min' });
    peer.sendStatusMessage({ receiverId: 2n, windowLength: 16 * 1024 });
    harness.run(ROUND_TRIP);
    expect([publication.senderLimit, publication.flowControlReceivers]).toEqual([16 * 1024, 2]);
    peer.sendError('full', { receiverId: 2n });
    harness.run(ROUND_TRIP);
    expect([publication.senderLimit, publication.flowControlReceivers]).toEqual([32 * 1024, 1]);
  });

  it('wait for a conductor that is behind: the receiver stays until the error is told', () => {
    const { harness, peer, publication } = connected({}, { conductorCapacity: 1 });
    harness.isConductorAwake = false;
    harness.command({ kind: 'remove-publication', registrationId: 1 });
    peer.sendError('no more');
    harness.run(ROUND_TRIP);
    expect(publication.state.hasReceivers).toBe(true);
    harness.isConductorAwake = true;
    harness.run(ROUND_TRIP);
    peer.sendError('no more');
    harness.run(ROUND_TRIP);
    expect(harness.take('publication-error')).toHaveLength(1);
    expect(publication.state.hasReceivers).toBe(false);
  });
});

describe('response set-ups', () => {
  it('are passed on for a publication that waits for a response, the same one not too often', () => {
    const { harness, peer } = connected({ responseCorrelationId: 31 });
    peer.sendResponseSetup(5);
    peer.sendResponseSetup(5);
    harness.run(ROUND_TRIP);
    const command = { kind: 'response-setup', responseCorrelationId: 31, responseSessionId: 5 };
    expect(harness.take('response-setup')).toEqual([command]);
    peer.sendResponseSetup(6);
    harness.run(ROUND_TRIP);
    expect(harness.take('response-setup')).toEqual([{ ...command, responseSessionId: 6 }]);
    harness.run(200 * MS);
    peer.sendResponseSetup(6);
    harness.run(ROUND_TRIP);
    expect(harness.take('response-setup')).toHaveLength(1);
  });

  it('are ignored elsewhere', () => {
    const { harness, peer } = connected();
    peer.sendResponseSetup(5);
    harness.run(ROUND_TRIP);
    expect(harness.told).toEqual([]);
  });
});

describe('losses made on purpose', () => {
  it('take data that was sent for the first time, and count it as sent', () => {
    const data = new FixedLossGenerator(INITIAL_TERM_ID, 0, MTU_LENGTH);
    const { harness, peer, publication } = connected(
      {},
      { resources: { endpointLoss: () => ({ data, control: undefined }) } },
    );
    publication.publish(FULL_PAYLOAD);
    publication.publish(FULL_PAYLOAD);
    harness.run(2 * MS);
    expect(peer.takeData()).toMatchObject([{ position: MTU_LENGTH }]);
    expect(publication.senderPosition).toBe(2 * MTU_LENGTH);
    peer.sendNak(0, MTU_LENGTH);
    harness.run(ROUND_TRIP);
    expect(peer.takeData()).toMatchObject([{ position: 0 }]);
    expect(harness.system('SHORT_SENDS')).toBe(0);
  });

  it.each([
    ['none', []],
    ['the first', [0]],
    ['the last', [7]],
    ['two that follow each other', [2, 3]],
    ['every second', [0, 2, 4, 6]],
    ['all', [0, 1, 2, 3, 4, 5, 6, 7]],
  ])('leave the rest of a run: %s', (_name, lost) => {
    const data: LossGenerator = {
      shouldDropFrame: (buffer, offset) =>
        buffer.getUint16(offset + FRAME_HEADER_TYPE_OFFSET) === FrameType.DATA &&
        lost.includes(buffer.getInt32(offset + DATA_HEADER_TERM_OFFSET_OFFSET) / MTU_LENGTH),
    };
    const harness = new SenderHarness({ resources: { endpointLoss: () => ({ data, control: undefined }) } });
    harness.world.network.runLimit = 8;
    const peer = harness.peer(harness.open());
    const publication = harness.add();
    for (let i = 0; i < 8; i++) {
      publication.publish(FULL_PAYLOAD);
    }
    peer.sendStatusMessage();
    harness.run(ROUND_TRIP);
    const expected = [0, 1, 2, 3, 4, 5, 6, 7].filter((index) => !lost.includes(index));
    expect(peer.takeData().map(({ position }) => position / MTU_LENGTH)).toEqual(expected);
    expect(publication.senderPosition).toBe(8 * MTU_LENGTH);
    expect(harness.system('SHORT_SENDS')).toBe(0);
  });

  it('take status messages, NAKs and measurements before they are counted', () => {
    const control = new RandomLossGenerator(1, 1);
    const { harness, peer } = connected({}, { resources: { endpointLoss: () => ({ data: undefined, control }) } });
    peer.sendNak(0, 32);
    peer.sendRttRequest(0x80, 1n, 1n);
    peer.sendStatusMessage({ windowLength: -1 });
    peer.sendError('passes');
    harness.run(ROUND_TRIP);
    const counts = ['STATUS_MESSAGES_RECEIVED', 'NAK_MESSAGES_RECEIVED', 'INVALID_PACKETS', 'ERROR_FRAMES_RECEIVED'];
    expect(counts.map((name) => harness.system(name as 'INVALID_PACKETS'))).toEqual([0, 0, 0, 1]);
    expect(peer.take(FrameType.RTTM)).toEqual([]);
  });
});

describe('anything else that arrives', () => {
  it.each([
    ['nothing', []],
    ['too little for a header', [8, 0, 0, 0, 0, 0, 3, 0]],
    ['another version', [36, 0, 0, 0, 1, 0, 3, 0, ...new Array<number>(28).fill(0)]],
    ['a negative length', [255, 255, 255, 255, 0, 0, 3, 0, ...new Array<number>(28).fill(0)]],
    ['a length beyond the datagram', [37, 0, 0, 0, 0, 0, 3, 0, ...new Array<number>(28).fill(0)]],
    ['half a status message', [35, 0, 0, 0, 0, 0, 3, 0, ...new Array<number>(27).fill(0)]],
    ['an unknown type', [36, 0, 0, 0, 0, 0, 77, 0, ...new Array<number>(28).fill(0)]],
  ])('is an invalid packet: %s', (_name, bytes) => {
    const { harness, peer } = connected();
    peer.sendBytes(Uint8Array.from(bytes));
    harness.run(ROUND_TRIP);
    expect(harness.system('INVALID_PACKETS')).toBe(1);
  });

  it('is ignored when it is for receivers', () => {
    const { harness, peer } = connected();
    const setup = new Uint8Array(40);
    setup.set([40, 0, 0, 0, 0, 0, 5, 0]);
    peer.sendBytes(setup);
    harness.run(ROUND_TRIP);
    expect(harness.system('INVALID_PACKETS')).toBe(0);
  });

  it('from others never gets to a connected socket', () => {
    const { harness, publication, peer } = connected();
    const other = harness.peer(
      { family: 'IPv4', address: '10.0.0.1', port: peer.senderPort },
      { family: 'IPv4', address: '10.0.0.3', port: 5 },
    );
    other.sendStatusMessage({ receiverId: 66n, position: 4096 });
    harness.run(ROUND_TRIP);
    expect(publication.senderLimit).toBe(32 * 1024);
    expect(harness.system('STATUS_MESSAGES_RECEIVED')).toBe(1);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'can be random or mutated: the stream goes on and nothing grows (seed %i)',
    (seed) => {
      const random = new SeededRandom(seed);
      const harness = new SenderHarness({ seed, conductorCapacity: 16 });
      const isMany = seed % 2 === 0;
      const peer = harness.peer(harness.open(isMany ? multiDestinationChannel('dynamic') : undefined));
      const publication = harness.add({ isMulticastSemantics: isMany, responseCorrelationId: 3 });
      peer.sendStatusMessage();
      harness.run(ROUND_TRIP);
      sendDatagrams(harness, peer, publication, 10);
      for (let round = 0; round < 400; round++) {
        harness.isConductorAwake = round % 8 === 0;
        sendRandomFrame(peer, random);
        harness.run(1 * MS);
        expect(publication.senderPosition).toBe(10 * MTU_LENGTH);
        expect(publication.senderLimit).toBeLessThanOrEqual(10 * MTU_LENGTH + TERM_LENGTH);
        peer.take();
        harness.take('response-setup');
        harness.take('publication-error');
      }
      expect(harness.told).toEqual([]);
      harness.isConductorAwake = true;
      peer.sendStatusMessage({ position: publication.senderPosition });
      harness.run(ROUND_TRIP);
      peer.take();
      publication.publish(100);
      harness.run(ROUND_TRIP);
      expect(peer.takeData().at(-1)).toMatchObject({ position: 10 * MTU_LENGTH });
      harness.run(6 * SECOND, 20 * MS);
      expect(publication.state.hasReceivers).toBe(false);
    },
  );
});

/** Noise, or a frame of a known type for this stream with some bytes changed. */
function sendRandomFrame(peer: ReceiverPeer, random: SeededRandom): void {
  const bytes = Uint8Array.from({ length: random.nextInt(120) }, () => random.nextInt(256));
  if (bytes.length >= 44 && random.chance(0.9)) {
    const view = new DataView(bytes.buffer);
    view.setInt32(0, random.chance(0.9) ? bytes.length : random.nextInt32(), true);
    view.setUint8(4, 0);
    view.setUint16(6, random.nextInt(13), true);
    view.setInt32(8, SESSION_ID, true);
    view.setInt32(12, STREAM_ID, true);
    if (random.chance(0.7)) {
      view.setInt32(16, (INITIAL_TERM_ID + random.nextBetween(-1, 2)) | 0, true);
      view.setInt32(20, random.nextInt(2200) * 32, true);
      view.setInt32(24, random.nextInt(TERM_LENGTH), true);
    }
    view.setInt32(36, random.nextInt(90), true);
  }
  peer.sendBytes(bytes);
}
