// SPDX-License-Identifier: Apache-2.0
import { DATA_HEADER_RESERVED_VALUE_OFFSET, FrameType } from '@aeron/codecs/internal';
import type { UdpChannel } from '../media/udp-channel.ts';
import {
  dataFrame,
  ENDPOINT_ID,
  ipv4,
  MS,
  payloadOf,
  RECEIVER_ADDRESS,
  RECEIVER_PORT,
  ReceiverHarness,
  SECOND,
  SENDER_ADDRESS,
  SENDER_PORT,
  SESSION_ID,
  STREAM_ID,
  udpChannel,
} from '../testing/receiver-harness.ts';
import { MAX_RECEIVE_DESTINATIONS } from './transport-table.ts';

const GROUP = ipv4('224.20.30.39', 24326);
const CONTROL_GROUP = ipv4('224.20.30.40', 24326);
const CONTROL_PORT = SENDER_PORT;
const EOS = 0xe0;

function multicastChannel(overrides: Partial<UdpChannel> = {}): UdpChannel {
  return udpChannel({
    uri: 'aeron:udp?endpoint=224.20.30.39:24326|interface=10.0.0.0/16',
    isMulticast: true,
    remoteData: GROUP,
    remoteControl: CONTROL_GROUP,
    interfaceAddress: RECEIVER_ADDRESS,
    interfaceName: 'eth0',
    ...overrides,
  });
}

function explicitControlChannel(port = RECEIVER_PORT): UdpChannel {
  return udpChannel({
    uri: `aeron:udp?endpoint=${RECEIVER_ADDRESS}:${port}|control=sender:${CONTROL_PORT}`,
    hasExplicitControl: true,
    controlText: `sender:${CONTROL_PORT}`,
    remoteData: ipv4(RECEIVER_ADDRESS, port),
    localControl: ipv4(SENDER_ADDRESS, CONTROL_PORT),
  });
}

function manualChannel(): UdpChannel {
  return udpChannel({ uri: 'aeron:udp?control-mode=manual', controlMode: 'manual', remoteData: ipv4('0.0.0.0', 0) });
}

function destination(port: number): UdpChannel {
  return udpChannel({
    uri: `aeron:udp?endpoint=${RECEIVER_ADDRESS}:${port}`,
    remoteData: ipv4(RECEIVER_ADDRESS, port),
  });
}

function addDestination(harness: ReceiverHarness, destinationId: number, channel: UdpChannel): void {
  harness.command({
    ...{ kind: 'add-receive-destination', endpointId: ENDPOINT_ID, destinationId, channel },
    localAddressCounterId: -1,
  });
  harness.run(2 * MS);
}

describe('a receiver that rests', () => {
  it('has news when there is a command, and counts no rest as a duty cycle', () => {
    const harness = new ReceiverHarness();
    harness.run(1 * MS);
    expect(harness.receiver.hasNews()).toBe(false);
    harness.inbox.offer({ kind: 'close-receive-endpoint', endpointId: 1 });
    expect(harness.receiver.hasNews()).toBe(true);
    harness.receiver.doWork();
    expect(harness.receiver.hasNews()).toBe(false);
    harness.world.step(500 * MS);
    harness.receiver.onRested();
    harness.receiver.doWork();
    expect(harness.counter('RECEIVER_MAX_CYCLE_TIME')).toBe(MS / 10);
  });
});

describe('an end point', () => {
  it('tells where it is bound and what its socket holds', () => {
    const harness = new ReceiverHarness();
    harness.open(udpChannel({ remoteData: ipv4(RECEIVER_ADDRESS, 0) }));
    harness.run(1 * MS);
    const [opened] = harness.take('endpoint-opened');
    expect(opened).toMatchObject({
      endpointId: ENDPOINT_ID,
      destinationId: -1,
      socketReceiveBufferLength: 1024 * 1024,
    });
    expect(opened?.localAddress).toMatchObject({ family: 'IPv4', address: RECEIVER_ADDRESS });
    expect(opened?.localAddress.port).toBeGreaterThan(0);
  });

  it('tells why it could not be opened', () => {
    const harness = new ReceiverHarness();
    harness.open();
    harness.open(udpChannel(), ENDPOINT_ID + 1);
    harness.run(2 * MS);
    expect(harness.take('endpoint-opened')).toHaveLength(1);
    expect(harness.take('endpoint-failed')).toEqual([
      {
        ...{ kind: 'endpoint-failed', endpointId: ENDPOINT_ID + 1, destinationId: -1, osCode: 'EADDRINUSE' },
        message: expect.stringContaining('EADDRINUSE'),
      },
    ]);
  });

  it('tells why the platform would not even try', () => {
    const harness = new ReceiverHarness();
    harness.platform.datagrams.open = () => {
      throw Object.assign(new Error('no more sockets'), { code: 'EMFILE' });
    };
    harness.open();
    harness.run(1 * MS);
    expect(harness.take('endpoint-failed')).toEqual([expect.objectContaining({ osCode: 'EMFILE' })]);
  });

  it('lets go of everything when it is closed, and can be closed twice', () => {
    const harness = ReceiverHarness.subscribed();
    const map = jest.spyOn(harness.platform.mapper, 'map');
    harness.connect();
    const unmap = jest.spyOn(map.mock.results[0]?.value, 'unmap');
    for (let i = 0; i < 2; i++) {
      harness.command({ kind: 'close-receive-endpoint', endpointId: ENDPOINT_ID });
    }
    harness.run(1 * MS);
    expect(harness.take('image-released')).toHaveLength(1);
    expect(unmap).toHaveBeenCalledTimes(1);
    expect(harness.take('endpoint-closed')).toHaveLength(2);
    harness.peer.data(0, payloadOf(32, 1));
    harness.run(1 * MS);
    expect(harness.world.network.counts.unreachable).toBe(1);
    harness.open();
    harness.run(2 * MS);
    expect(harness.take('endpoint-opened')).toHaveLength(1);
  });

  it('lets go of everything when the agent ends', () => {
    const harness = ReceiverHarness.connected();
    harness.receiver.onClose();
    expect(harness.image.state.hasReceiverReleased).toBe(true);
    expect(harness.receiver.doWork()).toBe(0);
  });

  it('that can not be read is told of once in a while, and keeps nobody else waiting', () => {
    const harness = ReceiverHarness.connected();
    const { open } = harness.platform.datagrams;
    harness.platform.datagrams.open = (options) =>
      Object.assign(open.call(harness.platform.datagrams, options), {
        poll: () => {
          throw new Error('ENETDOWN');
        },
      });
    harness.open(udpChannel({ remoteData: ipv4(RECEIVER_ADDRESS, RECEIVER_PORT + 1) }), ENDPOINT_ID - 1);
    harness.run(2 * MS);
    harness.peer.data(0, payloadOf(32, 1));
    harness.run(500 * MS);
    expect(harness.image.hwmPosition.get()).toBe(64);
    expect(harness.counter('STATUS_MESSAGES_SENT')).toBeGreaterThan(1);
    expect(harness.take('agent-error').map(({ message }) => message)).toEqual(['ENETDOWN']);
    harness.run(2 * SECOND);
    expect(harness.take('agent-error').length).toBeLessThan(3);
  });

  it('takes what waits in a socket in one pass, by calls that take a bounded number each', () => {
    const harness = ReceiverHarness.connected({ config: { receiverIoVectorCapacity: 3 } });
    for (let i = 0; i < 8; i++) {
      harness.peer.data(i * 64, payloadOf(32, i));
    }
    harness.world.step(1 * MS);
    harness.work();
    expect(harness.image.hwmPosition.get()).toBe(512);
  });

  it('takes no more than about 128 KiB from a socket in one pass', () => {
    const harness = ReceiverHarness.connected({ config: { receiverIoVectorCapacity: 3 } });
    const taken: number[] = [];
    for (let i = 0; i < 5; i++) {
      harness.peer.send(new Uint8Array(60_001)); // no frame: counted, and nothing else
    }
    harness.world.step(1 * MS);
    for (let pass = 0; pass < 2; pass++) {
      harness.work();
      taken.push(harness.counter('INVALID_PACKETS'));
    }
    expect(taken).toEqual([3, 5]);
  });

  it('is bound to a port from the range that was set, which is free again when it is closed', () => {
    const harness = new ReceiverHarness({ config: { wildcardPortRange: { low: 20777, high: 20778 } } });
    const open = (endpointId: number, port = 0): number | undefined => {
      harness.open(udpChannel({ remoteData: ipv4(RECEIVER_ADDRESS, port) }), endpointId);
      harness.run(1 * MS);
      return harness.take('endpoint-opened')[0]?.localAddress.port;
    };
    expect([open(1), open(2), open(3), open(4, 20777)]).toEqual([20777, 20778, undefined, undefined]);
    expect(harness.take('endpoint-failed')).toEqual([
      expect.objectContaining({ endpointId: 3, message: expect.stringContaining('no available ports') }),
      expect.objectContaining({ endpointId: 4, osCode: 'EADDRINUSE' }),
    ]);
    harness.command({ kind: 'close-receive-endpoint', endpointId: 1 });
    harness.run(1 * MS);
    expect(open(5)).toBe(20777);
  });

  it('counts its duty cycles', () => {
    const harness = ReceiverHarness.connected();
    harness.world.step(150 * MS);
    harness.work();
    expect(harness.counter('RECEIVER_MAX_CYCLE_TIME')).toBe(150 * MS);
    expect(harness.counter('RECEIVER_CYCLE_TIME_THRESHOLD_EXCEEDED')).toBe(1);
  });
});

describe('what the conductor has no room for', () => {
  it('is kept in order and told later; nothing is lost', () => {
    let isFull = true;
    const offered: string[] = [];
    const conductor = {
      isFull: false,
      offer: ({ kind }: { kind: string }) => !isFull && offered.push(kind) > 0,
    };
    const harness = new ReceiverHarness({ resources: { conductor } });
    harness.open();
    harness.run(2 * MS);
    harness.command({ kind: 'close-receive-endpoint', endpointId: ENDPOINT_ID });
    harness.run(2 * MS);
    expect(offered).toEqual([]);
    isFull = false;
    harness.run(1 * MS);
    expect(offered).toEqual(['endpoint-opened', 'endpoint-closed']);
    expect(harness.counter('CONDUCTOR_PROXY_FAILS')).toBeGreaterThan(2);
  });
});

describe('an explicit control address', () => {
  it('is asked for SETUPs when it opens, then every second while somebody is interested', () => {
    const harness = new ReceiverHarness();
    harness.open(explicitControlChannel());
    harness.run(2 * MS);
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([
      expect.objectContaining({ flags: 0x80, sessionId: 0, streamId: 0 }),
    ]);
    harness.run(3 * SECOND);
    expect(harness.peer.take()).toEqual([]);
    harness.addInterest();
    harness.run(2990 * MS);
    expect(harness.peer.take(FrameType.SM)).toHaveLength(3);
    harness.removeInterest();
    harness.run(3 * SECOND);
    expect(harness.peer.take()).toEqual([]);
  });

  it('is asked at once for a session that somebody subscribes to, or that is requested', () => {
    const harness = new ReceiverHarness();
    harness.open(explicitControlChannel());
    harness.run(2 * MS);
    harness.peer.take();
    harness.addInterest(SESSION_ID);
    harness.command({ kind: 'request-setup', endpointId: ENDPOINT_ID, streamId: STREAM_ID, sessionId: 5 });
    harness.run(2 * MS);
    expect(harness.peer.takeFields(FrameType.SM).map(({ flags, sessionId }) => [flags, sessionId])).toEqual([
      [0x80, SESSION_ID],
      [0x80, 5],
    ]);
  });

  it('that stays silent is looked up again, and asked where it is now', () => {
    const harness = ReceiverHarness.subscribed({}, explicitControlChannel());
    harness.run(4500 * MS);
    expect(harness.take('re-resolve')).toEqual([]);
    harness.run(1600 * MS);
    expect(harness.take('re-resolve')).toEqual([
      {
        ...{ kind: 're-resolve', side: 'receive', endpointId: ENDPOINT_ID, destinationId: -1 },
        ...{ endpoint: `sender:${CONTROL_PORT}`, address: ipv4(SENDER_ADDRESS, CONTROL_PORT) },
      },
    ]);
    const moved = harness.addPeer(CONTROL_PORT + 7);
    harness.command({
      ...{ kind: 'receive-endpoint-resolved', endpointId: ENDPOINT_ID, destinationId: -1 },
      address: ipv4(SENDER_ADDRESS, CONTROL_PORT + 7),
    });
    harness.peer.take();
    harness.run(2 * SECOND);
    expect(harness.peer.take()).toEqual([]);
    expect(moved.take(FrameType.SM).length).toBeGreaterThan(0);
    expect(harness.counter('RESOLUTION_CHANGES')).toBe(1);
    expect(harness.take('re-resolve')).toEqual([]);
  });

  it('that sends is not looked up; nor is any when that is turned off', () => {
    const harness = ReceiverHarness.connected({}, explicitControlChannel());
    const off = ReceiverHarness.subscribed({ config: { reResolutionCheckIntervalNs: 0 } }, explicitControlChannel());
    for (let i = 0; i < 4; i++) {
      harness.peer.heartbeat(0);
      harness.run(2 * SECOND, 10 * MS);
      off.run(2 * SECOND, 10 * MS);
    }
    expect(harness.take('re-resolve')).toEqual([]);
    expect(off.take('re-resolve')).toEqual([]);
  });
});

describe('a group', () => {
  it('is answered at its control address; what it sends with a wider reach is counted', () => {
    const harness = ReceiverHarness.subscribed({}, multicastChannel({ multicastTtl: 2 }));
    harness.imageOptions = undefined;
    harness.peer.target = GROUP;
    harness.peer.setup({ ttl: 2 });
    harness.run(2 * MS);
    expect(harness.counter('POSSIBLE_TTL_ASYMMETRY')).toBe(0);
    harness.peer.setup({ ttl: 3, sessionId: 9 });
    harness.run(2 * MS);
    expect(harness.take('create-image')).toEqual([
      expect.objectContaining({
        controlAddress: CONTROL_GROUP,
        sourceAddress: ipv4(SENDER_ADDRESS, SENDER_PORT),
      }),
      expect.objectContaining({ sessionId: 9 }),
    ]);
    expect(harness.counter('POSSIBLE_TTL_ASYMMETRY')).toBe(1);
  });

  it('gets the request for a SETUP there too', () => {
    const harness = ReceiverHarness.subscribed({}, multicastChannel());
    harness.peer.target = GROUP;
    const targets: string[] = [];
    harness.world.network.intercept(({ sourceAddress, targetAddress }) => {
      if (sourceAddress === RECEIVER_ADDRESS) {
        targets.push(targetAddress);
      }
      return 'pass';
    });
    harness.peer.data(64, payloadOf(32, 1));
    harness.run(1 * MS);
    expect(new Set(targets)).toEqual(new Set([CONTROL_GROUP.address]));
  });

  it.each([
    [0, 0, {}],
    [0, 5, { ttl: 5 }],
    [3, 5, { ttl: 3 }],
  ])('is joined on the interface; ttl=%d, default %d', (multicastTtl, socketMulticastTtl, expected) => {
    const harness = new ReceiverHarness({ config: { socketMulticastTtl } });
    const open = jest.spyOn(harness.platform.datagrams, 'open');
    harness.open(multicastChannel({ multicastTtl }));
    harness.work();
    expect(open.mock.calls).toEqual([
      [
        {
          ...{ bind: ipv4('0.0.0.0', GROUP.port), reuseAddress: true },
          multicast: { group: GROUP, interfaceAddress: RECEIVER_ADDRESS, interfaceName: 'eth0', ...expected },
          ...{ isBulkReceiver: true, sendBufferLength: 0, receiveBufferLength: 1024 * 1024 },
        },
      ],
    ]);
  });

  it('can be joined by two end points of one host', () => {
    const harness = new ReceiverHarness();
    harness.open(multicastChannel());
    harness.open(multicastChannel(), ENDPOINT_ID + 1);
    harness.run(2 * MS);
    expect(harness.take('endpoint-opened')).toHaveLength(2);
  });
});

describe('a multi-destination subscription', () => {
  function manual(): ReceiverHarness {
    const harness = ReceiverHarness.subscribed({}, manualChannel());
    addDestination(harness, 1, destination(30001));
    addDestination(harness, 2, destination(30002));
    return harness;
  }

  it('is open without a socket; each destination has its own', () => {
    const harness = new ReceiverHarness();
    harness.open(manualChannel());
    harness.run(1 * MS);
    expect(harness.take('endpoint-opened')).toEqual([expect.objectContaining({ destinationId: -1 })]);
    addDestination(harness, 1, destination(30001));
    expect(harness.take('endpoint-opened')).toEqual([
      expect.objectContaining({ destinationId: 1, localAddress: ipv4(RECEIVER_ADDRESS, 30001) }),
    ]);
    addDestination(harness, 2, destination(30001));
    expect(harness.take('endpoint-failed')).toEqual([
      expect.objectContaining({ destinationId: 2, osCode: 'EADDRINUSE' }),
    ]);
  });

  it('joins the stream from all of them, and answers each by the transport that it came in by', () => {
    const harness = manual();
    const a = harness.addPeer(40001, ipv4(RECEIVER_ADDRESS, 30001));
    const b = harness.addPeer(40002, ipv4(RECEIVER_ADDRESS, 30002));
    harness.run(1 * MS);
    b.setup();
    harness.run(3 * MS);
    expect(harness.take('create-image')).toEqual([expect.objectContaining({ transportIndex: 1 })]);
    expect(a.take()).toEqual([]);
    expect(b.take(FrameType.SM).map(({ sourcePort }) => sourcePort)).toEqual([30002]);
    const frames = [dataFrame(0, payloadOf(32, 1)), dataFrame(64, payloadOf(32, 2))];
    a.send(frames[0] as Uint8Array);
    b.send(frames[1] as Uint8Array);
    harness.run(205 * MS);
    expect(harness.image.log.terms[0]?.bytes.slice(0, 128)).toEqual(Uint8Array.from(Buffer.concat(frames)));
    expect(a.take(FrameType.SM).map(({ sourcePort }) => sourcePort)).toEqual([30001]);
    expect(b.take(FrameType.SM).map(({ sourcePort }) => sourcePort)).toEqual([30002]);
    expect(harness.image.state.activeTransportCount).toBe(2);
  });

  it('no longer answers a source that has been silent for 5 s', () => {
    const harness = manual();
    const a = harness.addPeer(40001, ipv4(RECEIVER_ADDRESS, 30001));
    const b = harness.addPeer(40002, ipv4(RECEIVER_ADDRESS, 30002));
    harness.run(1 * MS);
    a.setup();
    harness.run(3 * MS);
    b.setup(); // a SETUP is enough to be known
    for (let i = 0; i < 6; i++) {
      a.heartbeat(0);
      harness.run(1 * SECOND, 10 * MS);
    }
    a.take();
    b.take();
    harness.run(250 * MS);
    expect(a.take(FrameType.SM).length).toBeGreaterThan(0);
    expect(b.take()).toEqual([]);
    expect(harness.counter('SHORT_SENDS')).toBe(0);
    expect(harness.image.state.activeTransportCount).toBe(2);
  });

  it('is at the end of the stream when every destination says so, at the furthest position of them', () => {
    const harness = manual();
    const a = harness.addPeer(40001, ipv4(RECEIVER_ADDRESS, 30001));
    const b = harness.addPeer(40002, ipv4(RECEIVER_ADDRESS, 30002));
    harness.run(1 * MS);
    a.setup();
    harness.run(3 * MS);
    a.heartbeat(128, { flags: EOS });
    harness.run(1 * MS);
    expect(harness.image.state.isEndOfStream).toBe(false);
    b.heartbeat(64);
    harness.run(1 * MS);
    b.heartbeat(64, { flags: EOS });
    harness.run(1 * MS);
    expect(harness.image.state.isEndOfStream).toBe(true);
    expect(harness.image.state.eosPosition).toBe(128);
  });

  it('does not wait for a destination that was removed', () => {
    const harness = manual();
    const a = harness.addPeer(40001, ipv4(RECEIVER_ADDRESS, 30001));
    harness.run(1 * MS);
    a.setup();
    harness.run(3 * MS);
    a.heartbeat(128, { flags: EOS });
    harness.command({ kind: 'remove-receive-destination', endpointId: ENDPOINT_ID, destinationId: 2 });
    harness.run(1 * MS);
    a.heartbeat(128, { flags: EOS });
    harness.run(1 * MS);
    expect(harness.image.state.isEndOfStream).toBe(true);
  });

  it('uses the index of a removed destination again', () => {
    const harness = manual();
    harness.imageOptions = undefined;
    harness.command({ kind: 'remove-receive-destination', endpointId: ENDPOINT_ID, destinationId: 1 });
    harness.command({ kind: 'remove-receive-destination', endpointId: ENDPOINT_ID, destinationId: 4711 });
    harness.run(1 * MS);
    expect(harness.take('destination-closed').map(({ destinationId }) => destinationId)).toEqual([1, 4711]);
    addDestination(harness, 3, destination(30003));
    const c = harness.addPeer(40003, ipv4(RECEIVER_ADDRESS, 30003));
    harness.run(1 * MS);
    c.setup();
    harness.run(1 * MS);
    expect(harness.take('create-image')).toEqual([expect.objectContaining({ transportIndex: 0 })]);
  });

  it('sends nothing more by a removed destination, and counts it no more', () => {
    const harness = manual();
    const a = harness.addPeer(40001, ipv4(RECEIVER_ADDRESS, 30001));
    const b = harness.addPeer(40002, ipv4(RECEIVER_ADDRESS, 30002));
    harness.run(1 * MS);
    a.setup();
    harness.run(3 * MS);
    a.heartbeat(0);
    b.heartbeat(0);
    harness.run(250 * MS);
    expect(harness.image.state.activeTransportCount).toBe(2);
    harness.command({ kind: 'remove-receive-destination', endpointId: ENDPOINT_ID, destinationId: 2 });
    harness.run(1 * MS);
    expect(harness.image.state.activeTransportCount).toBe(1);
    b.take();
    harness.run(250 * MS);
    expect(b.take()).toEqual([]);
    expect(harness.counter('SHORT_SENDS')).toBe(0);
  });

  it('asks a destination with explicit control for SETUPs, and answers it from the start', () => {
    const harness = manual();
    const a = harness.addPeer(40001, ipv4(RECEIVER_ADDRESS, 30001));
    harness.run(1 * MS);
    a.setup();
    harness.run(3 * MS);
    addDestination(harness, 3, explicitControlChannel(30003));
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([expect.objectContaining({ flags: 0x80, sessionId: 0 })]);
    harness.image.state.scheduleStatusMessage(0, 4096);
    harness.run(1 * MS);
    expect(harness.peer.takeFields(FrameType.SM)).toEqual([
      expect.objectContaining({ flags: 0, sessionId: SESSION_ID, receiverWindowLength: 4096 }),
    ]);
  });

  it('looks the name of each destination up by itself', () => {
    const harness = manual();
    addDestination(harness, 3, explicitControlChannel(30003));
    harness.run(6200 * MS);
    expect(harness.take('re-resolve')).toEqual([expect.objectContaining({ destinationId: 3 })]);
  });

  it('has a bounded number of destinations', () => {
    const harness = ReceiverHarness.subscribed({}, manualChannel());
    for (let i = 0; i < MAX_RECEIVE_DESTINATIONS; i++) {
      harness.command({
        ...{ kind: 'add-receive-destination', endpointId: ENDPOINT_ID, destinationId: i + 1 },
        ...{ channel: destination(0), localAddressCounterId: -1 },
      });
      harness.work();
    }
    harness.run(1 * MS);
    expect(harness.take('endpoint-opened')).toHaveLength(MAX_RECEIVE_DESTINATIONS);
    addDestination(harness, 5000, destination(0));
    expect(harness.take('endpoint-failed')).toEqual([
      expect.objectContaining({ message: expect.stringContaining(`max=${MAX_RECEIVE_DESTINATIONS}`) }),
    ]);
  });

  it('that is closed refuses destinations', () => {
    const harness = new ReceiverHarness();
    addDestination(harness, 1, destination(30001));
    expect(harness.take('endpoint-failed')).toEqual([expect.objectContaining({ destinationId: 1 })]);
  });
});

describe('time of reception', () => {
  it('goes into each frame that begins a message and has room for it, and into no other', () => {
    const harness = ReceiverHarness.connected({}, udpChannel({ receiveTimestampOffset: 8 }));
    const frames = [
      dataFrame(0, payloadOf(20, 1)),
      dataFrame(64, payloadOf(15, 2)),
      dataFrame(128, payloadOf(16, 3)),
      dataFrame(192, payloadOf(16, 4), { flags: 0x40 }),
    ];
    harness.peer.packet(...frames);
    harness.run(1 * MS);
    const term = harness.image.log.terms[0]?.bytes.slice(0, 256) as Uint8Array;
    const stamps = [40, 168].map((offset) => new DataView(term.buffer).getBigInt64(offset, true));
    const nowMs = harness.platform.clock.epochMs();
    for (const stamp of stamps) {
      expect(Number(stamp / 1_000_000n)).toBeGreaterThanOrEqual(nowMs - 2);
      expect(Number(stamp / 1_000_000n)).toBeLessThanOrEqual(nowMs);
    }
    const expected = Uint8Array.from(Buffer.concat(frames));
    expected.set(term.slice(40, 48), 40);
    expected.set(term.slice(168, 176), 168);
    expect(term).toEqual(expected);
  });

  it('may go into the reserved value', () => {
    const harness = ReceiverHarness.connected({}, udpChannel({ receiveTimestampOffset: -8 }));
    harness.peer.data(0, payloadOf(0, 1));
    harness.run(1 * MS);
    expect(harness.image.log.terms[0]?.getBigInt64(DATA_HEADER_RESERVED_VALUE_OFFSET)).toBeGreaterThan(0n);
  });
});

describe('losses made on purpose', () => {
  it('take what comes in', () => {
    const seen: number[] = [];
    const data = {
      shouldDropFrame: (buffer: { getUint16(offset: number): number }, offset: number) =>
        seen.push(buffer.getUint16(offset + 6)) > 1,
    };
    const harness = ReceiverHarness.subscribed({ resources: { endpointLoss: () => ({ data, control: undefined }) } });
    harness.peer.setup();
    harness.run(3 * MS);
    harness.peer.data(0, payloadOf(32, 1));
    harness.peer.rtt(5n);
    harness.peer.send(new Uint8Array(40));
    harness.run(1 * MS);
    expect(seen).toEqual([FrameType.SETUP, FrameType.DATA, FrameType.RTTM]);
    expect(harness.image.hwmPosition.get()).toBe(0);
    expect(harness.image.state.rttChangeNumber).toBe(0);
  });

  it('take what goes out, as if it had been sent', () => {
    const control = { shouldDropFrame: () => true };
    const harness = ReceiverHarness.subscribed({
      resources: { endpointLoss: () => ({ data: undefined, control }) },
    });
    harness.peer.setup();
    harness.run(300 * MS);
    expect(harness.peer.take()).toEqual([]);
    expect(harness.counter('STATUS_MESSAGES_SENT')).toBe(2);
    expect(harness.counter('SHORT_SENDS')).toBe(0);
  });
});
