// SPDX-License-Identifier: Apache-2.0
import { DATA_HEADER_BLOCK_LENGTH, FrameType } from '@aeron/codecs/internal';
import { AtomicCounter } from '@aeron/core/internal';
import type { SenderPublicationSpec } from '../agents/agent-commands.ts';
import { TERM_LENGTH } from '../testing/ipc-log.ts';
import { INITIAL_TERM_ID, MS, SECOND, SESSION_ID, STREAM_ID } from '../testing/receiver-peer.ts';
import { MTU_LENGTH, SenderHarness, type SenderHarnessOptions, udpChannel } from '../testing/sender-harness.ts';
import { HeartbeatFlags } from './stream-frames.ts';

const SETUP_FLAG = 0x80;
const EOS_FLAG = 0x40;
/** A message that fills one datagram. */
const FULL_PAYLOAD = MTU_LENGTH - DATA_HEADER_BLOCK_LENGTH;
/** For a report to arrive and what it causes to come back. */
const ROUND_TRIP = 3 * MS;

/** A unicast stream with its one receiver; nothing was sent yet. */
function unicast(overrides: Partial<SenderPublicationSpec> = {}, options: SenderHarnessOptions = {}) {
  const harness = new SenderHarness(options);
  const peer = harness.peer(harness.open());
  const publication = harness.add(overrides);
  return { harness, peer, publication };
}

/** As `unicast`, with a receiver that has opened a window and no frames waiting. */
function connected(overrides: Partial<SenderPublicationSpec> = {}, options: SenderHarnessOptions = {}) {
  const stream = unicast(overrides, options);
  stream.peer.sendStatusMessage();
  stream.harness.run(ROUND_TRIP);
  stream.peer.take();
  return stream;
}

describe('a stream that begins', () => {
  it('introduces itself at once and every 100 ms until somebody reports', () => {
    const { harness, peer } = unicast();
    harness.run(1 * MS);
    const [first] = peer.takeSetups();
    expect(first).toMatchObject({
      ...{ frameLength: 40, version: 0, flags: 0, sessionId: SESSION_ID, streamId: STREAM_ID },
      ...{ initialTermId: INITIAL_TERM_ID, activeTermId: INITIAL_TERM_ID, termOffset: 0 },
      ...{ termLength: TERM_LENGTH, mtuLength: MTU_LENGTH, ttl: 0 },
    });
    harness.run(1 * SECOND);
    expect(peer.takeSetups()).toHaveLength(9);
    expect(peer.frames).toEqual([]);
    peer.sendStatusMessage();
    harness.run(10 * MS);
    peer.take();
    harness.run(1 * SECOND);
    expect(peer.takeSetups()).toEqual([]);
  });

  it('starts where its publication does, with a term id that has wrapped', () => {
    const harness = new SenderHarness();
    const peer = harness.peer(harness.open());
    const publication = harness.add({}, { termCount: 2, termOffset: 96 });
    harness.run(1 * MS);
    expect(peer.takeSetups()[0]).toMatchObject({ activeTermId: -0x7fffffff, termOffset: 96 });
    publication.publish(32);
    peer.sendStatusMessage({ position: 2 * TERM_LENGTH + 96 });
    harness.run(ROUND_TRIP);
    expect(peer.takeData()).toMatchObject([{ termId: -0x7fffffff, termOffset: 96 }]);
  });

  it('tells whether it has a group, and whether it wants a response', () => {
    const flags = (overrides: Partial<SenderPublicationSpec>) => {
      const { harness, peer } = unicast(overrides);
      harness.run(1 * MS);
      return peer.takeSetups()[0]?.flags;
    };
    expect(flags({ responseCorrelationId: 12 })).toBe(0x80);
    expect(flags({ isMulticastSemantics: true })).toBe(0x40);
    expect(flags({ responseCorrelationId: 12, isMulticastSemantics: true })).toBe(0xc0);
  });

  it('sends data only within the window that a receiver opened', () => {
    const { harness, peer, publication } = unicast();
    publication.publish(100);
    harness.run(50 * MS);
    expect(peer.takeData()).toEqual([]);
    peer.sendStatusMessage({ windowLength: 160 });
    harness.run(ROUND_TRIP);
    expect(peer.takeData()).toMatchObject([{ position: 0, length: 160, frameLength: 132 }]);
    expect(publication.senderPosition).toBe(160);
    expect(publication.senderLimit).toBe(160);
    expect(harness.system('BYTES_SENT')).toBe(160);
    expect(harness.system('STATUS_MESSAGES_RECEIVED')).toBe(1);
    publication.publish(100);
    harness.run(50 * MS);
    expect(peer.takeData()).toEqual([]);
  });

  it('is not connected by a request for a SETUP, which moves no limit either', () => {
    const { harness, peer, publication } = unicast();
    publication.publish(100);
    peer.sendStatusMessage({ flags: SETUP_FLAG });
    harness.run(500 * MS);
    expect(peer.takeData()).toEqual([]);
    expect(peer.takeHeartbeats()).toEqual([]);
    expect(publication.state.hasReceivers).toBe(false);
    expect(publication.senderLimit).toBe(0);
    expect(peer.takeSetups()).toHaveLength(5);
    expect(harness.system('STATUS_MESSAGES_RECEIVED')).toBe(1);
  });
});

describe('data', () => {
  it('leaves as whole frames, as many as fit an MTU, byte for byte as in the log', () => {
    const { harness, peer, publication } = connected();
    for (const length of [100, 200, 1000, 1300]) {
      publication.publish(length, length % 251);
    }
    harness.run(2 * MS);
    const frames = peer.takeData();
    expect(frames.map(({ position, length }) => [position, length])).toEqual([
      [0, 160 + 256],
      [416, 1056],
      [1472, 1344],
    ]);
    for (const { buffer, termOffset, length } of frames) {
      expect(buffer.bytes).toEqual(publication.log.terms[0]?.bytes.slice(termOffset, termOffset + length));
    }
    expect(publication.senderPosition).toBe(2816);
  });

  it('leaves in the pass after it was published, though the stream was at rest, over the end of terms as well', () => {
    const { harness, peer, publication } = connected();
    for (let sent = 0; sent < 2.5 * TERM_LENGTH; ) {
      harness.pass();
      harness.pass();
      const before = publication.senderPosition;
      const position = publication.publish(1000);
      harness.pass();
      sent = publication.senderPosition;
      expect(sent).toBe(position);
      expect(sent).toBeGreaterThan(before);
      peer.sendStatusMessage({ position: sent });
      harness.run(ROUND_TRIP);
    }
    expect(harness.system('SHORT_SENDS')).toBe(0);
  });

  it('skips the body of padding at the end of a term and goes on in the next', () => {
    const { harness, peer, publication } = connected({}, {});
    let end = 0;
    for (let i = 0; i < 50; i++) {
      end = publication.publish(FULL_PAYLOAD);
      peer.sendStatusMessage({ position: publication.senderPosition });
      harness.run(1 * MS);
    }
    peer.sendStatusMessage({ position: publication.senderPosition });
    harness.run(5 * MS);
    const frames = peer.takeData();
    const pad = frames.find(({ type }) => type === FrameType.PAD);
    expect(pad).toMatchObject({ length: DATA_HEADER_BLOCK_LENGTH, position: 46 * MTU_LENGTH });
    expect(pad?.frameLength).toBe(TERM_LENGTH - 46 * MTU_LENGTH);
    expect(frames.filter(({ termId }) => termId === -0x80000000)).toHaveLength(4);
    expect(publication.senderPosition).toBe(end);
  });

  it.each([1, 4])(
    'takes turns: %i datagrams of each stream in a pass, beginning with another one',
    (maxMessagesPerSend) => {
      const harness = new SenderHarness({ config: { maxMessagesPerSend } });
      const peer = harness.peer(harness.open());
      const publications = [0, 1, 2].map(() => harness.add());
      for (const publication of publications) {
        peer.sendStatusMessage({ sessionId: publication.spec.sessionId });
        for (let i = 0; i < 3 * maxMessagesPerSend; i++) {
          publication.publish(FULL_PAYLOAD);
        }
      }
      harness.run(1 * MS);
      peer.take();
      const firsts = [];
      for (let pass = 0; pass < 3; pass++) {
        harness.pass();
        harness.world.step(100_000);
        peer.poll();
        const sessions = peer.takeData().map(({ buffer }) => buffer.getInt32(12) - SESSION_ID);
        expect(sessions).toHaveLength(3 * maxMessagesPerSend);
        firsts.push(sessions[0]);
      }
      expect([...firsts].sort()).toEqual([0, 1, 2]);
    },
  );

  it('is sent again from the same position when the peer refused it', () => {
    const { harness, peer, publication } = connected();
    peer.socket.close();
    publication.publish(100);
    harness.run(1 * MS); // gone to a port where nobody listens: the next send is refused
    publication.publish(100);
    harness.run(1 * MS);
    expect(harness.system('SHORT_SENDS')).toBe(1);
    expect(publication.senderPosition).toBe(160);
    expect(peer.frames).toEqual([]);
    harness.run(1 * MS);
    expect(publication.senderPosition).toBe(320);
    expect(publication.backPressureEvents).toBe(0);
  });

  it('is not sent beyond a frame that is still being written', () => {
    const { harness, peer, publication } = connected();
    publication.publish(100);
    publication.publish(100);
    publication.log.terms[0]?.putInt32(160, -132);
    harness.run(2 * MS);
    expect(peer.takeData()).toHaveLength(1);
    publication.log.terms[0]?.putInt32(160, 132);
    harness.run(2 * MS);
    expect(peer.takeData()).toMatchObject([{ position: 160 }]);
  });
});

describe('back-pressure', () => {
  it('is counted once for each stall: at the limit, or at a frame that does not fit the window', () => {
    const { harness, peer, publication } = connected({}, {});
    const events = () => [publication.backPressureEvents, harness.system('SENDER_FLOW_CONTROL_LIMITS')];
    for (let i = 0; i < 24; i++) {
      publication.publish(FULL_PAYLOAD);
    }
    harness.run(20 * MS);
    expect(publication.senderPosition).toBe(23 * MTU_LENGTH); // 32 KiB window, 384 bytes left
    expect(events()).toEqual([1, 1]);
    peer.sendStatusMessage({ position: MTU_LENGTH, windowLength: 32 * 1024 - 384 });
    harness.run(20 * MS);
    expect(publication.senderPosition).toBe(24 * MTU_LENGTH);
    expect(events()).toEqual([2, 2]); // at the limit exactly
    harness.run(SECOND);
    expect(events()).toEqual([2, 2]);
  });

  it.each([1, 64])('is none where a pass ends because receivers take no more at a time (runs of %i)', (runLimit) => {
    const harness = new SenderHarness();
    Object.assign(harness.world.network, { runLimit, burstLength: 3 * MTU_LENGTH + 500 });
    const peer = harness.peer(harness.open());
    const publication = harness.add();
    peer.sendStatusMessage();
    harness.run(ROUND_TRIP);
    for (let i = 0; i < 8; i++) {
      publication.publish(FULL_PAYLOAD);
    }
    const positions = [1, 2, 3].map(() => {
      harness.pass();
      return publication.senderPosition / MTU_LENGTH;
    });
    expect(positions).toEqual([3, 6, 8]);
    expect(publication.backPressureEvents).toBe(0);
  });

  it('is none without data that was sent before', () => {
    const { harness, publication } = unicast();
    publication.publish(100);
    harness.run(SECOND);
    expect(publication.backPressureEvents).toBe(0);
  });
});

describe('heartbeats', () => {
  it('show every 100 ms of silence where the stream stands', () => {
    const { harness, peer, publication } = connected();
    publication.publish(100);
    harness.run(50 * MS);
    expect(peer.takeHeartbeats()).toHaveLength(0);
    peer.take();
    harness.run(SECOND);
    const heartbeats = peer.takeHeartbeats();
    expect(heartbeats).toHaveLength(10);
    expect(heartbeats[0]).toMatchObject({ length: 32, frameLength: 0, termOffset: 160, flags: HeartbeatFlags.ALIVE });
    expect(harness.system('HEARTBEATS_SENT')).toBe(11); // the first one at the first report
    expect(harness.system('BYTES_SENT')).toBe(160 + 11 * 32);
  });

  it.each([
    ['end of stream', {}, { isEndOfStream: true }, HeartbeatFlags.END_OF_STREAM],
    ['end of stream without eos', { signalEos: false }, { isEndOfStream: true }, HeartbeatFlags.ALIVE],
    ['revoked', { signalEos: false }, { isEndOfStream: true, isRevoked: true }, HeartbeatFlags.REVOKED],
  ])('tell %s', (_name, overrides, state, flags) => {
    const { harness, peer, publication } = connected(overrides);
    Object.assign(publication.state, state);
    harness.run(250 * MS);
    expect(peer.takeHeartbeats().map((frame) => frame.flags)).toEqual([flags, flags]);
  });
});

describe('receivers', () => {
  it('are there from the first report to 5 s of silence, seen in idle passes only', () => {
    const { harness, peer, publication } = connected();
    expect(publication.state.hasReceivers).toBe(true);
    expect(publication.state.hasRequiredReceivers).toBe(true);
    harness.run(4.9 * SECOND, 10 * MS);
    expect(publication.state.hasReceivers).toBe(true);
    peer.sendStatusMessage();
    harness.run(4.9 * SECOND, 10 * MS);
    expect(publication.state.hasReceivers).toBe(true);
    harness.run(0.2 * SECOND, 10 * MS);
    expect(publication.state.hasReceivers).toBe(false);
  });

  it('leave at once with the end of the stream; the limit stays', () => {
    const { harness, peer, publication } = connected();
    peer.sendStatusMessage({ receiverId: 2n });
    peer.sendStatusMessage({ flags: EOS_FLAG });
    harness.run(2 * MS);
    expect(publication.state.hasReceivers).toBe(true);
    peer.sendStatusMessage({ flags: EOS_FLAG, receiverId: 2n });
    harness.run(2 * MS);
    expect(publication.state.hasReceivers).toBe(false);
    expect(publication.state.hasUnicastEos).toBe(true);
    expect(publication.senderLimit).toBe(32 * 1024);
  });

  it('of a group leave without ending it for all', () => {
    const { harness, peer, publication } = connected({ isMulticastSemantics: true });
    peer.sendStatusMessage({ flags: EOS_FLAG });
    harness.run(2 * MS);
    expect(publication.state.hasReceivers).toBe(false);
    expect(publication.state.hasUnicastEos).toBe(false);
  });

  it('may be more than a table holds', () => {
    const { harness, peer, publication } = connected();
    for (let i = 0; i < 5000; i++) {
      peer.sendStatusMessage({ receiverId: BigInt(i) << 32n });
      if (i % 16 === 0) {
        harness.run(1 * MS);
      }
    }
    expect(publication.state.hasReceivers).toBe(true);
    harness.run(5.4 * SECOND, 100 * MS);
    expect(publication.state.hasReceivers).toBe(false);
  });

  it('that ask for a SETUP while others run get it, once', () => {
    const { harness, peer } = connected();
    harness.run(200 * MS);
    peer.take();
    peer.sendStatusMessage({ flags: SETUP_FLAG, receiverId: 9n });
    harness.run(500 * MS);
    expect(peer.takeSetups()).toHaveLength(1);
  });

  it('get no SETUP after the end of the stream', () => {
    const { harness, peer, publication } = connected();
    publication.state.isEndOfStream = true;
    harness.run(200 * MS);
    peer.take();
    peer.sendStatusMessage({ flags: SETUP_FLAG });
    harness.run(500 * MS);
    expect(peer.takeSetups()).toEqual([]);
  });
});

describe('min flow control', () => {
  const options = { isMulticastSemantics: true, flowControl: 'min,g:/2,t:1s' };

  it('connects with the receivers that it needs and waits for the slowest', () => {
    const { harness, peer, publication } = unicast(options);
    peer.sendStatusMessage({ receiverId: 1n });
    harness.run(2 * MS);
    expect([publication.state.hasReceivers, publication.state.hasRequiredReceivers]).toEqual([true, false]);
    expect([publication.senderLimit, publication.flowControlReceivers]).toEqual([0, 1]);
    peer.sendStatusMessage({ receiverId: 2n, windowLength: 20 * 1024 });
    harness.run(2 * MS);
    expect(publication.state.hasRequiredReceivers).toBe(true);
    expect([publication.senderLimit, publication.flowControlReceivers]).toEqual([20 * 1024, 2]);
    harness.run(1.1 * SECOND, 10 * MS);
    expect([publication.state.hasRequiredReceivers, publication.flowControlReceivers]).toEqual([false, 0]);
  });

  it('steps back in idle passes to a slower receiver that joined', () => {
    const { harness, peer, publication } = unicast({ ...options, flowControl: 'min' });
    peer.sendStatusMessage({ receiverId: 1n, position: 4096, windowLength: 8192 });
    harness.run(2 * MS);
    expect(publication.senderLimit).toBe(4096 + 8192);
    peer.sendStatusMessage({ receiverId: 2n, position: 0, windowLength: 8192 });
    harness.run(2 * MS);
    expect(publication.senderLimit).toBe(8192);
  });

  it('passes the group tag of a report on, and no other bytes that follow it', () => {
    const { harness, peer, publication } = unicast({ ...options, flowControl: 'tagged,g:-7/1' });
    peer.sendStatusMessage({ groupTag: -8n });
    harness.run(2 * MS);
    expect(publication.flowControlReceivers).toBe(0);
    peer.sendStatusMessage({ groupTag: -7n });
    harness.run(2 * MS);
    expect(publication.flowControlReceivers).toBe(1);
  });
});

describe('spies alone', () => {
  it('carry the stream along while they simulate the connection', () => {
    const { harness, peer, publication } = unicast({ spiesSimulateConnection: true });
    publication.publish(1000);
    publication.state.hasSpies = true;
    publication.state.maxSpyPosition = 1056;
    harness.run(2 * MS);
    expect([publication.senderPosition, publication.senderLimit]).toEqual([1056, 1056]);
    publication.state.maxSpyPosition = 512;
    harness.run(2 * MS);
    expect([publication.senderPosition, publication.senderLimit]).toEqual([1056, 1056]);
    expect(peer.takeData()).toEqual([]);
    peer.sendStatusMessage({ position: 1056 });
    harness.run(2 * MS);
    publication.state.maxSpyPosition = 8192;
    harness.run(2 * MS);
    expect(publication.senderPosition).toBe(1056);
  });

  it('do not where that was not asked for', () => {
    const { harness, publication } = unicast();
    publication.state.hasSpies = true;
    publication.state.maxSpyPosition = 1056;
    harness.run(2 * MS);
    expect(publication.senderPosition).toBe(0);
  });
});

describe('a response publication', () => {
  it('sends to nobody until one asks for a SETUP, then to that one', () => {
    const harness = new SenderHarness();
    const channel = udpChannel({ controlMode: 'response', hasExplicitEndpoint: false });
    const local = harness.open(channel);
    const [one, other] = [harness.peer(local), harness.peer(local, { family: 'IPv4', address: '10.0.0.3', port: 9 })];
    const publication = harness.add({ isResponse: true, responseCorrelationId: 44 });
    harness.run(250 * MS);
    expect(one.frames).toEqual([]);
    expect(harness.system('SHORT_SENDS')).toBe(3);
    one.sendStatusMessage({ flags: SETUP_FLAG });
    harness.run(250 * MS);
    expect(one.takeSetups().map(({ flags }) => flags)).toEqual([0, 0]);
    expect(harness.take('response-connected')).toEqual([]);
    one.sendStatusMessage();
    publication.publish(100);
    harness.run(ROUND_TRIP);
    expect(one.takeData()).toHaveLength(1);
    expect(harness.take('response-connected')).toEqual([{ kind: 'response-connected', responseCorrelationId: 44 }]);
    other.sendStatusMessage({ flags: SETUP_FLAG });
    harness.run(ROUND_TRIP);
    publication.publish(100);
    harness.run(ROUND_TRIP);
    expect([one.takeData().length, other.takeData().length]).toEqual([0, 1]);
  });
});

describe('the pass', () => {
  it('polls answers when nothing was sent, else after six passes, or when half a report interval has passed', () => {
    const { harness, peer, publication } = connected();
    const keepBusy = () => publication.publish(32);
    const passesUntilPolled = (timeNs: number) => {
      peer.sendStatusMessage({ position: publication.senderPosition });
      harness.world.step(100_000);
      const before = harness.system('STATUS_MESSAGES_RECEIVED');
      let passes = 0;
      while (harness.system('STATUS_MESSAGES_RECEIVED') === before) {
        keepBusy();
        harness.world.step(timeNs);
        harness.pass();
        passes++;
      }
      return passes;
    };
    passesUntilPolled(0);
    expect(passesUntilPolled(0)).toBe(6);
    expect(passesUntilPolled(101 * MS)).toBe(1);
    harness.run(10 * MS);
    peer.sendStatusMessage();
    harness.run(1 * MS);
    expect(harness.system('STATUS_MESSAGES_RECEIVED')).toBe(5);
  });

  it('has news when there is a command, and counts no rest as a duty cycle', () => {
    const harness = new SenderHarness();
    harness.run(1 * MS);
    expect(harness.sender.hasNews()).toBe(false);
    harness.commands.offer({ kind: 'close-send-endpoint', endpointId: 1 });
    expect(harness.sender.hasNews()).toBe(true);
    harness.pass();
    expect(harness.sender.hasNews()).toBe(false);
    harness.world.step(500 * MS);
    harness.sender.onRested();
    harness.pass();
    expect(harness.system('SENDER_MAX_CYCLE_TIME')).toBe(1 * MS);
  });

  it('takes one command at a time and returns 0 when there is nothing to do', () => {
    const { harness } = connected();
    harness.run(10 * MS);
    expect(harness.pass()).toBe(0);
    harness.commands.offer({ kind: 'remove-publication', registrationId: 1 });
    harness.commands.offer({ kind: 'remove-publication', registrationId: 2 });
    expect(harness.pass()).toBe(1);
    expect(harness.take('publication-released')).toHaveLength(1);
    expect(harness.pass()).toBe(1);
  });

  it('goes on with the other streams when the memory of one makes no sense', () => {
    const { harness, peer, publication } = connected();
    const other = harness.add();
    new AtomicCounter(harness.values, publication.spec.senderPositionCounterId).set(-TERM_LENGTH);
    peer.sendStatusMessage({ sessionId: other.spec.sessionId });
    harness.run(ROUND_TRIP);
    other.publish(100);
    harness.run(1.5 * SECOND);
    expect(peer.takeData()).toHaveLength(1);
    expect(harness.take('agent-error')).toHaveLength(2);
  });

  it('shows how long it took', () => {
    const { harness } = connected();
    harness.run(300 * MS, 150 * MS);
    expect(harness.system('SENDER_MAX_CYCLE_TIME')).toBe(150 * MS);
    expect(harness.system('SENDER_CYCLE_TIME_THRESHOLD_EXCEEDED')).toBe(2);
  });
});

describe('a publication that is removed', () => {
  it('is silent, has let go of its log and says so', () => {
    const { harness, peer, publication } = connected();
    const { registrationId } = publication.spec;
    harness.command({ kind: 'remove-publication', registrationId });
    expect(harness.take('publication-released')).toEqual([{ kind: 'publication-released', registrationId }]);
    expect(publication.state.hasSenderReleased).toBe(true);
    publication.publish(100);
    peer.sendStatusMessage();
    harness.run(SECOND);
    expect(peer.frames).toEqual([]);
  });

  it('is answered also when it could never be served', () => {
    const harness = new SenderHarness();
    harness.open();
    const publication = harness.create();
    const broken = { ...publication.spec, logPath: '/dev/shm/aeron/publications/none' };
    harness.command({ kind: 'add-publication', publication: broken });
    expect(harness.take('agent-error')).toMatchObject([{ role: 'sender', code: 'FILE_ACCESS' }]);
    harness.command({ kind: 'add-publication', publication: { ...publication.spec, termLength: 2 * TERM_LENGTH } });
    expect(harness.take('agent-error')).toMatchObject([{ code: 'LOG_BUFFER_CORRUPT' }]);
    harness.command({ kind: 'add-publication', publication: { ...publication.spec, endpointId: 1 } });
    expect(harness.take('agent-error')).toMatchObject([{ message: 'no send end point: endpointId=1' }]);
    harness.command({ kind: 'remove-publication', registrationId: publication.spec.registrationId });
    expect(harness.take('publication-released')).toHaveLength(1);
    expect(publication.state.hasSenderReleased).toBe(true);
  });

  it('loses no answer while the conductor is behind', () => {
    const harness = new SenderHarness({ conductorCapacity: 2 });
    harness.open();
    harness.isConductorAwake = false;
    for (let registrationId = 1; registrationId <= 10; registrationId++) {
      harness.command({ kind: 'remove-publication', registrationId });
    }
    expect(harness.system('CONDUCTOR_PROXY_FAILS')).toBeGreaterThan(0);
    harness.isConductorAwake = true;
    harness.run(20 * MS);
    const released = harness.take('publication-released').map(({ registrationId }) => registrationId);
    expect(released).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

it('a sender that closes gives back logs and sockets', () => {
  const { harness, publication } = connected();
  const counts = harness.world.network.counts;
  harness.sender.onClose();
  expect(publication.state.hasSenderReleased).toBe(true);
  const before = counts.delivered;
  harness.peers[0]?.sendStatusMessage();
  harness.world.step(1 * MS);
  expect([counts.delivered, counts.unreachable]).toEqual([before, 1]);
});
