// SPDX-License-Identifier: Apache-2.0
import { DATA_HEADER_BLOCK_LENGTH, FrameType } from '@aeron/codecs/internal';
import { AtomicBuffer, type SocketAddress } from '@aeron/core/internal';
import type { UdpChannel } from '../media/udp-channel.ts';
import { TERM_LENGTH } from '../testing/ipc-log.ts';
import { ipv4, MS, RECEIVER_ADDRESS, type ReceivedFrame, SECOND } from '../testing/receiver-peer.ts';
import {
  DESTINATIONS_COUNTER_ID,
  ENDPOINT_ID,
  MTU_LENGTH,
  multiDestinationChannel,
  RECEIVER_PORT,
  SENDER_ADDRESS,
  SenderHarness,
  udpChannel,
} from '../testing/sender-harness.ts';
import { MAX_DYNAMIC_DESTINATIONS } from './multi-destination.ts';

const ROUND_TRIP = 3 * MS;
const SETUP_FLAG = 0x80;
const GROUP = { isMulticastSemantics: true };
const NO_COUNTERS = { statusCounterId: -1, localAddressCounterId: -1, destinationsCounterId: -1 };

function openCommand(channel: UdpChannel, endpointId = ENDPOINT_ID) {
  const lengths = { socketSendBufferLength: 300_000, socketReceiveBufferLength: 200_000 };
  return { kind: 'open-send-endpoint', endpointId, channel, counters: NO_COUNTERS, ...lengths } as const;
}

describe('a send end point', () => {
  it('that can take no more for now has the same datagram sent later', () => {
    const harness = new SenderHarness();
    const peer = harness.peer(harness.open(udpChannel(), ENDPOINT_ID, 4096));
    const publication = harness.add();
    peer.sendStatusMessage();
    harness.run(ROUND_TRIP);
    harness.world.network.setLink(SENDER_ADDRESS, RECEIVER_ADDRESS, { bandwidth: 8 * 1000 });
    for (let i = 0; i < 8; i++) {
      publication.publish(MTU_LENGTH - DATA_HEADER_BLOCK_LENGTH);
    }
    harness.run(20 * MS);
    expect(harness.system('SHORT_SENDS')).toBeGreaterThan(10);
    expect([publication.senderPosition, publication.backPressureEvents]).toEqual([3 * MTU_LENGTH, 0]);
    harness.world.network.setLink(SENDER_ADDRESS, RECEIVER_ADDRESS, { bandwidth: 0 });
    harness.run(10 * SECOND, 100 * MS);
    const positions = peer.takeData().map(({ position }) => position);
    expect(positions).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((index) => index * MTU_LENGTH));
  });

  it('is used only once it is open, which is told with its address and buffers', () => {
    const harness = new SenderHarness();
    const peer = harness.peer(ipv4('0.0.0.0', 0));
    harness.commands.offer(openCommand(udpChannel()));
    harness.pass();
    const publication = harness.add();
    harness.pass();
    expect(harness.told).toEqual([]);
    expect(harness.system('SHORT_SENDS')).toBe(0);
    harness.run(1 * MS);
    expect(harness.take('endpoint-opened')).toEqual([
      {
        kind: 'endpoint-opened',
        endpointId: ENDPOINT_ID,
        destinationId: -1,
        localAddress: ipv4('0.0.0.0', 32768),
        socketSendBufferLength: 300_000,
        socketReceiveBufferLength: 200_000,
      },
    ]);
    harness.run(1 * MS);
    expect(peer.takeSetups()).toHaveLength(1);
    expect(publication.senderPosition).toBe(0);
  });

  it('that cannot be opened is told with the code of the operating system, and forgotten', () => {
    const harness = new SenderHarness();
    harness.command(openCommand(udpChannel({ localControl: ipv4('192.0.2.77', 0) })));
    harness.run(1 * MS);
    expect(harness.take('endpoint-failed')).toMatchObject([
      { endpointId: ENDPOINT_ID, destinationId: -1, osCode: 'EADDRNOTAVAIL' },
    ]);
    harness.command({ kind: 'close-send-endpoint', endpointId: ENDPOINT_ID });
    expect(harness.take('endpoint-closed')).toHaveLength(1);
    expect(harness.told).toEqual([]);
  });

  it('is told as failed also when the transport refuses at once', () => {
    const refuse = () => {
      throw Object.assign(new Error('too many files'), { code: 'EMFILE' });
    };
    const datagrams = { ...new SenderHarness().platform.datagrams, open: refuse } as never;
    const harness = new SenderHarness({ resources: { datagrams } });
    harness.command(openCommand(udpChannel()));
    expect(harness.take('endpoint-failed')).toMatchObject([{ message: 'too many files', osCode: 'EMFILE' }]);
  });

  it('that is closed frees its port and is silent, also while it is opening', () => {
    const harness = new SenderHarness();
    const channel = udpChannel({ localControl: ipv4(SENDER_ADDRESS, 7000) });
    harness.open(channel);
    const peer = harness.peer(ipv4(SENDER_ADDRESS, 7000));
    harness.add();
    harness.command({ kind: 'close-send-endpoint', endpointId: ENDPOINT_ID });
    expect(harness.take('endpoint-closed')).toEqual([{ kind: 'endpoint-closed', endpointId: ENDPOINT_ID }]);
    harness.run(SECOND, 10 * MS);
    peer.take();
    harness.run(SECOND, 10 * MS);
    expect(peer.frames).toEqual([]);
    harness.commands.offer(openCommand(channel, 5));
    harness.commands.offer({ kind: 'close-send-endpoint', endpointId: 5 });
    harness.pass();
    harness.pass();
    harness.run(1 * MS);
    expect(harness.told.map(({ kind }) => kind)).toEqual(['endpoint-closed']);
    expect(harness.open(channel, 6)).toEqual(ipv4(SENDER_ADDRESS, 7000));
  });

  it('tells of sends that fail for good, once a second, and goes on', () => {
    const harness = new SenderHarness();
    const peer = harness.peer(harness.open());
    const publication = harness.add();
    peer.sendStatusMessage();
    harness.run(ROUND_TRIP);
    harness.world.network.datagramLengthMax = 100;
    publication.publish(1000);
    harness.run(2 * SECOND);
    const errors = harness.take('agent-error');
    expect(errors).toHaveLength(2);
    expect(errors[0]).toMatchObject({ role: 'sender', code: 'CHANNEL_ENDPOINT' });
    expect(errors[0]?.message).toContain(`${RECEIVER_ADDRESS}:${RECEIVER_PORT}`);
    expect(publication.senderPosition).toBe(0);
    harness.world.network.datagramLengthMax = 65507;
    harness.run(ROUND_TRIP);
    expect(publication.senderPosition).toBe(1056);
  });

  it('sends without being connected where that is configured, and then hears others', () => {
    const harness = new SenderHarness({ config: { isUnicastConnected: false } });
    const local = harness.open();
    const peer = harness.peer(local);
    const other = harness.peer(local, ipv4('10.0.0.3', 5));
    const publication = harness.add();
    other.sendStatusMessage();
    publication.publish(100);
    harness.run(ROUND_TRIP);
    expect([peer.takeData().length, other.frames.length]).toEqual([1, 0]);
  });

  it('serves many streams, each told apart by stream and session', () => {
    const harness = new SenderHarness();
    const peer = harness.peer(harness.open());
    const publications = [1, 2, 1].map((streamId) => harness.add({ streamId }));
    const [first, second, third] = publications;
    for (const { spec } of [second, third].filter((publication) => publication !== undefined)) {
      peer.sendStatusMessage({ streamId: spec.streamId, sessionId: spec.sessionId });
    }
    harness.run(ROUND_TRIP);
    expect(publications.map(({ senderLimit }) => senderLimit)).toEqual([0, 32 * 1024, 32 * 1024]);
    harness.command({ kind: 'remove-publication', registrationId: third?.spec.registrationId ?? 0 });
    peer.sendStatusMessage({ streamId: 1, sessionId: first?.spec.sessionId ?? 0 });
    harness.run(ROUND_TRIP);
    expect(first?.senderLimit).toBe(32 * 1024);
  });
});

describe('multicast', () => {
  const group = ipv4('224.20.30.39', 24326);
  const controlGroup = ipv4('224.20.30.40', 24326);
  const channel = udpChannel({
    isMulticast: true,
    remoteData: group,
    remoteControl: controlGroup,
    localControl: ipv4(SENDER_ADDRESS, 0),
    interfaceAddress: SENDER_ADDRESS,
    multicastTtl: 7,
  });

  it('sends to the data group and hears those who answer to the control group', () => {
    const harness = new SenderHarness();
    expect(harness.open(channel)).toEqual(ipv4('0.0.0.0', 24326));
    const peer = harness.peer(controlGroup, ipv4('0.0.0.0', 24326), group);
    const publication = harness.add(GROUP);
    harness.run(ROUND_TRIP);
    expect(peer.takeSetups()[0]).toMatchObject({ flags: 0x40, ttl: 7 });
    peer.sendStatusMessage();
    publication.publish(100);
    harness.run(ROUND_TRIP);
    expect(peer.takeData()).toHaveLength(1);
  });

  it('takes the configured ttl where the channel has none', () => {
    const harness = new SenderHarness({ config: { socketMulticastTtl: 3 } });
    harness.open({ ...channel, multicastTtl: 0 });
    const peer = harness.peer(controlGroup, ipv4('0.0.0.0', 24326), group);
    harness.add(GROUP);
    harness.run(ROUND_TRIP);
    expect(peer.takeSetups()[0]?.ttl).toBe(3);
  });

  it('has two end points of one group on a host, and never looks its name up again', () => {
    const harness = new SenderHarness();
    harness.open(channel);
    harness.open(channel, 2);
    harness.run(20 * SECOND, 100 * MS);
    expect(harness.take('re-resolve')).toEqual([]);
  });
});

/** A channel with several destinations and the sockets of three receivers. */
function several(mode: 'manual' | 'dynamic', socketSendBufferLength = 0) {
  const harness = new SenderHarness();
  const local = harness.open(multiDestinationChannel(mode), ENDPOINT_ID, socketSendBufferLength);
  const peers = [RECEIVER_ADDRESS, '10.0.0.3', '10.0.0.4'].map((address) =>
    harness.peer(local, ipv4(address, RECEIVER_PORT)),
  );
  const publication = harness.add(GROUP);
  const addDestination = (index: number, address: SocketAddress | undefined, destinationId = 900 + index) =>
    harness.command({
      kind: 'add-send-destination',
      endpointId: ENDPOINT_ID,
      destinationId,
      uri: `aeron:udp?endpoint=host${index}:${RECEIVER_PORT}`,
      address,
    });
  const received = () => peers.map((peer) => peer.takeData().length);
  return {
    harness,
    peers,
    publication,
    addDestination,
    received,
    count: () => harness.counter(DESTINATIONS_COUNTER_ID),
  };
}

describe('dynamic destinations', () => {
  it('come with their first status message, which may only ask for a SETUP, and go after 5 s of silence', () => {
    const { harness, peers, publication, received, count } = several('dynamic');
    harness.run(200 * MS);
    expect(peers.flatMap(({ frames }) => frames)).toEqual([]);
    peers[0]?.sendStatusMessage({ receiverId: 1n, flags: SETUP_FLAG });
    harness.run(ROUND_TRIP);
    expect(count()).toBe(1);
    harness.run(100 * MS);
    expect(peers[0]?.takeSetups()).not.toEqual([]);
    peers[0]?.sendStatusMessage({ receiverId: 1n });
    peers[1]?.sendStatusMessage({ receiverId: 2n });
    harness.run(ROUND_TRIP);
    publication.publish(100);
    harness.run(ROUND_TRIP);
    expect([count(), received()]).toEqual([2, [1, 1, 0]]);
    harness.run(4 * SECOND, 10 * MS);
    peers[1]?.sendStatusMessage({ receiverId: 2n });
    harness.run(2 * SECOND, 10 * MS);
    publication.publish(100);
    harness.run(ROUND_TRIP);
    expect([count(), received()]).toEqual([1, [0, 1, 0]]);
  });

  it('are told apart by receiver id and port', () => {
    const { harness, peers, count } = several('dynamic');
    peers[0]?.sendStatusMessage({ receiverId: 1n });
    peers[1]?.sendStatusMessage({ receiverId: 1n }); // same id, same port: the same receiver by another way
    peers[2]?.sendStatusMessage({ receiverId: (1n << 32n) | 1n });
    peers[2]?.sendStatusMessage({ receiverId: 1n << 32n });
    harness.run(ROUND_TRIP);
    expect(count()).toBe(3);
  });

  it('are bounded, whoever claims to be one', () => {
    const { harness, peers, count } = several('dynamic');
    for (let i = 0; i < MAX_DYNAMIC_DESTINATIONS + 200; i++) {
      peers[0]?.sendStatusMessage({ receiverId: BigInt(i), streamId: 0 });
      if (i % 16 === 15) {
        harness.world.step(100_000);
        harness.sender.doWork();
      }
    }
    expect(count()).toBe(MAX_DYNAMIC_DESTINATIONS);
    harness.run(6 * SECOND, 500 * MS);
    peers[1]?.sendStatusMessage({ receiverId: 1n });
    harness.run(ROUND_TRIP);
    expect(count()).toBe(1);
  });

  it('without any, everything counts as sent', () => {
    const { harness, publication, peers } = several('dynamic');
    peers[0]?.sendStatusMessage();
    harness.run(ROUND_TRIP);
    harness.run(5.1 * SECOND, SECOND);
    publication.publish(100);
    harness.run(ROUND_TRIP);
    expect(publication.senderPosition).toBe(160);
    expect(harness.system('SHORT_SENDS')).toBe(0);
  });
});

describe('manual destinations', () => {
  it('are added and removed by command, by name, by address and by id', () => {
    const { harness, peers, publication, addDestination, received, count } = several('manual');
    for (const [index, address] of [RECEIVER_ADDRESS, '10.0.0.3', '10.0.0.4'].entries()) {
      addDestination(index, ipv4(address, RECEIVER_PORT));
    }
    const published = () => {
      peers[2]?.sendStatusMessage({ position: publication.senderPosition });
      publication.publish(100);
      harness.run(2 * ROUND_TRIP);
      return [count(), ...received()];
    };
    expect(published()).toEqual([3, 1, 1, 1]);
    const remove = { kind: 'remove-send-destination', endpointId: ENDPOINT_ID } as const;
    harness.command({ ...remove, uri: `aeron:udp?endpoint=host0:${RECEIVER_PORT}` });
    expect(published()).toEqual([2, 0, 1, 1]);
    const address = ipv4('10.0.0.3', RECEIVER_PORT);
    harness.command({ ...remove, uri: `aeron:udp?endpoint=10.0.0.3:${RECEIVER_PORT}`, address });
    expect(published()).toEqual([1, 0, 0, 1]);
    harness.command({ kind: 'remove-send-destination-by-id', endpointId: ENDPOINT_ID, destinationId: 902 });
    expect(published()).toEqual([0, 0, 0, 0]);
    harness.command({ ...remove, uri: 'aeron:udp?endpoint=nobody:1' });
    expect(harness.told).toEqual([]);
  });

  it('that are not resolved count as sent to, until they are', () => {
    const { harness, peers, publication, addDestination, received } = several('manual');
    addDestination(0, undefined);
    peers[0]?.sendStatusMessage();
    harness.run(ROUND_TRIP);
    publication.publish(100);
    harness.run(ROUND_TRIP);
    expect([publication.senderPosition, received()]).toEqual([160, [0, 0, 0]]);
    harness.command({
      kind: 'send-endpoint-resolved',
      endpointId: ENDPOINT_ID,
      endpoint: `host0:${RECEIVER_PORT}`,
      address: ipv4('10.0.0.3', RECEIVER_PORT),
    });
    publication.publish(100);
    harness.run(ROUND_TRIP);
    expect([harness.system('RESOLUTION_CHANGES'), received()]).toEqual([1, [0, 1, 0]]);
  });

  it('have their names looked up again after 5 s of silence, and once more 5 s later', () => {
    const { harness, peers, addDestination } = several('manual');
    addDestination(0, ipv4(RECEIVER_ADDRESS, RECEIVER_PORT));
    addDestination(1, undefined);
    for (let i = 0; i < 11; i++) {
      peers[0]?.sendStatusMessage();
      harness.run(SECOND, 10 * MS);
    }
    const command = { kind: 're-resolve', side: 'send', endpointId: ENDPOINT_ID, destinationId: 901 } as const;
    expect(harness.take('re-resolve')).toEqual([
      { ...command, endpoint: `host1:${RECEIVER_PORT}`, address: undefined },
      { ...command, endpoint: `host1:${RECEIVER_PORT}`, address: undefined },
    ]);
    harness.run(7 * SECOND, 10 * MS);
    expect(harness.take('re-resolve').map(({ destinationId }) => destinationId)).toContain(900);
  });

  it('are known to errors by the id that a client gave them', () => {
    const { harness, peers, addDestination } = several('manual');
    addDestination(0, ipv4(RECEIVER_ADDRESS, RECEIVER_PORT));
    addDestination(1, ipv4('10.0.0.3', RECEIVER_PORT));
    for (const [index, peer] of peers.entries()) {
      peer.sendStatusMessage({ receiverId: BigInt(index) });
    }
    harness.run(ROUND_TRIP);
    for (const [index, peer] of peers.entries()) {
      peer.sendError('no', { receiverId: BigInt(index) });
    }
    harness.run(ROUND_TRIP);
    expect(harness.take('publication-error').map(({ destinationId }) => destinationId)).toEqual([900, 901, -1]);
  });

  it('get each datagram, another one first each time', () => {
    const { harness, peers, publication, addDestination, received } = several('manual');
    addDestination(0, ipv4(RECEIVER_ADDRESS, RECEIVER_PORT));
    addDestination(1, ipv4('10.0.0.3', RECEIVER_PORT));
    const order: string[] = [];
    harness.world.network.intercept(({ content, targetAddress }) => {
      if (content.length > DATA_HEADER_BLOCK_LENGTH && content[6] === FrameType.DATA) {
        order.push(targetAddress);
      }
      return 'pass';
    });
    peers[0]?.sendStatusMessage();
    harness.run(ROUND_TRIP);
    for (let i = 0; i < 4; i++) {
      publication.publish(100);
      harness.run(1 * MS);
    }
    harness.run(ROUND_TRIP);
    expect(received()).toEqual([4, 4, 0]);
    const firsts = order.filter((_, index) => index % 2 === 0);
    expect(firsts).toEqual([firsts[0], firsts[1], firsts[0], firsts[1]]);
    expect(firsts[0]).not.toBe(firsts[1]);
  });

  it('have the slowest decide what was sent: the others get it again', () => {
    const { harness, peers, publication, addDestination, received } = several('manual', 4096);
    addDestination(0, ipv4(RECEIVER_ADDRESS, RECEIVER_PORT));
    addDestination(1, ipv4('10.0.0.3', RECEIVER_PORT));
    peers[0]?.sendStatusMessage();
    harness.run(ROUND_TRIP);
    harness.world.network.setLink(SENDER_ADDRESS, '10.0.0.3', { bandwidth: 8 * 1000 });
    for (let i = 0; i < 8; i++) {
      publication.publish(MTU_LENGTH - DATA_HEADER_BLOCK_LENGTH);
    }
    harness.run(20 * MS);
    expect(harness.system('SHORT_SENDS')).toBeGreaterThan(0);
    expect(publication.senderPosition).toBe(3 * MTU_LENGTH); // as many as a buffer of 4096 bytes holds
    expect(received()[0]).toBeGreaterThan(8);
    harness.world.network.setLink(SENDER_ADDRESS, '10.0.0.3', { bandwidth: 0 });
    harness.run(20 * MS);
    expect(publication.senderPosition).toBe(8 * MTU_LENGTH);
  });

  it.each([
    ['of an end point that has none', 'dynamic'],
    ['of an end point that does not exist', 'manual'],
  ] as const)('%s are refused', (_name, mode) => {
    const { harness } = several(mode);
    const endpointId = mode === 'manual' ? 12345 : ENDPOINT_ID;
    harness.command({
      ...{ kind: 'add-send-destination', endpointId, destinationId: 1, address: undefined },
      uri: 'aeron:udp?endpoint=a:1',
    });
    expect(harness.take('agent-error')).toMatchObject([
      { message: expect.stringContaining(`endpointId=${endpointId}`) },
    ]);
  });
});

describe('a unicast name', () => {
  const times = (harness: SenderHarness, seconds: number) => {
    harness.run(seconds * SECOND, 20 * MS);
    return harness.take('re-resolve');
  };

  it('is looked up again when nobody has reported for 5 s, and every 5 s then', () => {
    const harness = new SenderHarness();
    const peer = harness.peer(harness.open());
    harness.add();
    for (let i = 0; i < 10; i++) {
      peer.sendStatusMessage();
      expect(times(harness, 1)).toEqual([]);
    }
    for (let i = 0; i < 8; i++) {
      peer.sendStatusMessage({ flags: SETUP_FLAG }); // who asks for a SETUP is there too
      expect(times(harness, 1)).toEqual([]);
    }
    expect(times(harness, 17)).toEqual(
      new Array(3).fill({
        kind: 're-resolve',
        side: 'send',
        endpointId: ENDPOINT_ID,
        destinationId: -1,
        endpoint: `${RECEIVER_ADDRESS}:${RECEIVER_PORT}`,
        address: ipv4(RECEIVER_ADDRESS, RECEIVER_PORT),
      }),
    );
  });

  it('that has moved takes the socket along', () => {
    const harness = new SenderHarness();
    const local = harness.open();
    const [peer, moved] = [harness.peer(local), harness.peer(local, ipv4('10.0.0.3', RECEIVER_PORT))];
    const publication = harness.add();
    peer.sendStatusMessage();
    harness.run(ROUND_TRIP);
    peer.take();
    const resolved = { kind: 'send-endpoint-resolved', endpointId: ENDPOINT_ID } as const;
    const address = ipv4('10.0.0.3', RECEIVER_PORT);
    harness.command({ ...resolved, endpoint: 'other:1', address });
    harness.command({ ...resolved, endpoint: `${RECEIVER_ADDRESS}:${RECEIVER_PORT}`, address });
    publication.publish(100);
    harness.run(ROUND_TRIP);
    expect([peer.takeData().length, moved.takeData().length]).toEqual([0, 1]);
    moved.sendStatusMessage({ position: 160 });
    harness.run(ROUND_TRIP);
    expect(publication.senderLimit).toBe(160 + 32 * 1024);
  });

  /** An end point whose socket says how it fares on its way to another address, as one that needs time for it. */
  function onTheWay() {
    const harness = new SenderHarness();
    const { datagrams } = harness.platform;
    const open = datagrams.open.bind(datagrams);
    const state = { isReconnecting: false, reconnectError: undefined as Error | undefined };
    const reconnect = (): void => {
      state.isReconnecting = true;
    };
    const property = (key: keyof typeof state) => ({ get: () => state[key], configurable: true });
    datagrams.open = (options) =>
      Object.defineProperties(Object.assign(open(options), { reconnect }), {
        isReconnecting: property('isReconnecting'),
        reconnectError: property('reconnectError'),
      });
    const peer = harness.peer(harness.open());
    harness.add();
    const endpoint = `${RECEIVER_ADDRESS}:${RECEIVER_PORT}`;
    const resolve = (host: string): void => {
      const address = ipv4(host, RECEIVER_PORT);
      harness.command({ kind: 'send-endpoint-resolved', endpointId: ENDPOINT_ID, endpoint, address });
      harness.run(MS);
    };
    const end = (reconnectError?: Error): void => {
      Object.assign(state, { isReconnecting: false, reconnectError });
      harness.run(MS);
    };
    return { harness, peer, endpoint, resolve, end, changes: () => harness.system('RESOLUTION_CHANGES') };
  }

  const moved = (isConnected: boolean) => ({ kind: 'send-endpoint-moved', endpointId: ENDPOINT_ID, isConnected });

  it('is told as moved once the socket has followed, and once only', () => {
    const { harness, endpoint, resolve, end, changes } = onTheWay();
    resolve('10.0.0.3');
    resolve('10.0.0.4');
    expect([harness.told, changes()]).toEqual([[], 0]);
    end();
    harness.run(MS);
    expect([harness.take('send-endpoint-moved'), changes()]).toEqual([[moved(true)], 1]);
    expect(times(harness, 6)).toEqual([
      expect.objectContaining({ address: ipv4('10.0.0.4', RECEIVER_PORT), endpoint }),
    ]);
  });

  it('is looked up again when the socket could not follow it, whoever answers, until it can', () => {
    const { harness, peer, endpoint, resolve, end, changes } = onTheWay();
    resolve('10.0.0.3');
    end(new Error('ENETUNREACH'));
    const message = expect.stringMatching(/re-resolve endpoint channel error - ENETUNREACH: aeron:udp/);
    expect(harness.take('agent-error')).toEqual([expect.objectContaining({ message })]);
    expect([harness.take('send-endpoint-moved'), changes()]).toEqual([[moved(false)], 0]);
    const asked: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      peer.sendStatusMessage();
      asked.push(...times(harness, 1));
    }
    expect(asked).toEqual([expect.objectContaining({ address: undefined, endpoint })]); // so that any address is news
    resolve(RECEIVER_ADDRESS);
    end();
    expect([harness.take('send-endpoint-moved'), changes()]).toEqual([[moved(true)], 1]);
    peer.sendStatusMessage();
    expect(times(harness, 4)).toEqual([]);
  });

  it('is not waited for when its end point is closed', () => {
    const { harness, resolve, end } = onTheWay();
    resolve('10.0.0.3');
    harness.command({ kind: 'close-send-endpoint', endpointId: ENDPOINT_ID });
    end();
    expect(harness.told.map(({ kind }) => kind)).toEqual(['endpoint-closed']);
  });

  it('stays where that is switched off', () => {
    const harness = new SenderHarness({ config: { reResolutionCheckIntervalNs: 0 } });
    harness.open();
    harness.add();
    expect(times(harness, 20)).toEqual([]);
  });
});

describe('send timestamps', () => {
  function stamped(sendTimestampOffset: number) {
    const harness = new SenderHarness();
    const peer = harness.peer(harness.open(udpChannel({ sendTimestampOffset })));
    const publication = harness.add();
    peer.sendStatusMessage();
    harness.run(ROUND_TRIP);
    peer.take();
    return { harness, peer, publication };
  }

  it('are put into the first frame of a datagram: ns since 1970', () => {
    const { harness, peer, publication } = stamped(8);
    publication.publish(100, 0);
    publication.publish(100, 0);
    const nowNs = BigInt(harness.platform.clock.epochMs() + 1) * 1_000_000n;
    harness.run(ROUND_TRIP);
    const [{ buffer }] = peer.takeData() as [ReceivedFrame];
    expect(buffer.getBigInt64(DATA_HEADER_BLOCK_LENGTH + 8)).toBe(nowNs);
    expect(buffer.getBigInt64(160 + DATA_HEADER_BLOCK_LENGTH + 8)).toBe(0n);
    expect(publication.log.terms[0]?.getBigInt64(DATA_HEADER_BLOCK_LENGTH + 8)).toBe(nowNs);
  });

  it('may go to the reserved value', () => {
    const { peer, publication, harness } = stamped(-8);
    publication.publish(8);
    harness.run(ROUND_TRIP);
    const [{ buffer }] = peer.takeData() as [ReceivedFrame];
    expect(Number(buffer.getBigInt64(24) / 1_000_000n)).toBeGreaterThan(1_700_000_000_000);
    expect(buffer.getUint8(DATA_HEADER_BLOCK_LENGTH)).toBe(0xaa);
  });

  it('are left out where they do not fit, in heartbeats, and where no message begins', () => {
    const { peer, publication, harness } = stamped(96);
    publication.publish(103);
    publication.publish(3000);
    harness.run(20 * MS);
    const frames = peer.takeData();
    expect(frames).toHaveLength(4);
    const stamps = frames.map(({ buffer }) => buffer.getBigInt64(DATA_HEADER_BLOCK_LENGTH + 96));
    const untouched = BigInt.asIntN(64, 0xaaaaaaaaaaaaaaaan);
    expect(stamps[0]).toBe(0xaaaaaaaaaaaaaan); // 7 bytes, then the end of the message
    expect(stamps[1]).toBeGreaterThan(1_700_000_000_000_000_000n);
    expect(stamps.slice(2)).toEqual([untouched, untouched]);
    harness.run(SECOND);
    expect(peer.takeHeartbeats().every(({ buffer }) => buffer.getBigInt64(24) === 0n)).toBe(true);
  });
});

it('a term in memory of the right length is what a peer gets over three terms', () => {
  const harness = new SenderHarness();
  const peer = harness.peer(harness.open());
  const publication = harness.add();
  const received = AtomicBuffer.allocate(3 * TERM_LENGTH);
  let end = 0;
  for (let i = 0; end < 3 * TERM_LENGTH - 4 * MTU_LENGTH; i++) {
    end = publication.publish((i * 37) % 3000, i % 256);
    while (publication.senderPosition < end) {
      peer.sendStatusMessage({ position: publication.senderPosition });
      harness.run(1 * MS);
    }
  }
  harness.run(ROUND_TRIP);
  for (const { buffer, position, length } of peer.takeData()) {
    received.putBytes(position, buffer, 0, length);
  }
  for (const [index, term] of publication.log.terms.entries()) {
    const inTerm = Math.min(TERM_LENGTH, end - index * TERM_LENGTH);
    expect(received.bytes.slice(index * TERM_LENGTH, index * TERM_LENGTH + inTerm)).toEqual(
      term.bytes.slice(0, inTerm),
    );
  }
});
