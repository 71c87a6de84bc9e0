// SPDX-License-Identifier: Apache-2.0
/** What every datagram transport must do. Tests talk over the loopback of one host, so that real and simulated ones both can. */
import type { DatagramOptions, DatagramSocket, SocketAddress } from '../ports.ts';
import { codeOf, eventually, type MakeSubject, pattern, type Subject, withSubject } from './subjects.ts';

const LOOPBACK: SocketAddress = { family: 'IPv4', address: '127.0.0.1', port: 0 };
const LOOPBACK_IPV6: SocketAddress = { family: 'IPv6', address: '::1', port: 0 };
/** Of another machine. */
const ELSEWHERE: SocketAddress = { family: 'IPv4', address: '10.255.0.1', port: 40123 };
const MANY = 1000;

interface Delivery {
  readonly content: Uint8Array;
  readonly address: string;
  readonly port: number;
  readonly context: number;
}

/** Needs a loopback interface, IPv4, and multicast on it. */
export function datagramsConformance(name: string, make: MakeSubject): void {
  describe(`datagrams: ${name}`, () => {
    opening(make);
    exchanging(make);
    sendingRuns(make);
    connecting(make);
    multicasting(make);
    describingTheHost(make);
  });
}

/** Opens, waits until open, and closes with the subject's process. */
async function openSocket(subject: Subject, options: DatagramOptions): Promise<DatagramSocket> {
  const socket = subject.platform.datagrams.open(options);
  await eventually(subject, 'socket opens', () => socket.state !== 'opening');
  if (socket.error !== undefined) {
    throw socket.error;
  }
  return socket;
}

function addressOf(socket: DatagramSocket): SocketAddress {
  if (socket.localAddress === undefined) {
    throw new Error('socket has no address');
  }
  return socket.localAddress;
}

function collect(socket: DatagramSocket, into: Delivery[], context = 0, limit = MANY): number {
  return socket.poll(
    (buffer, offset, length, address, port, given) =>
      into.push({ content: buffer.slice(offset, offset + length), address, port, context: given }),
    context,
    limit,
  );
}

/** Sends until it is taken. */
async function send(subject: Subject, socket: DatagramSocket, content: Uint8Array, to?: SocketAddress): Promise<void> {
  await eventually(subject, 'datagram is taken', () => socket.send(content, 0, content.length, to) === content.length);
}

async function receive(subject: Subject, socket: DatagramSocket, count: number): Promise<Delivery[]> {
  const received: Delivery[] = [];
  await eventually(subject, `${count} datagrams arrive`, () => {
    collect(socket, received);
    return received.length >= count;
  });
  return received;
}

function closing(sockets: readonly DatagramSocket[]): void {
  for (const socket of sockets) {
    socket.close();
  }
}

function opening(make: MakeSubject): void {
  const test = withSubject(make);

  test('an open socket knows its port and its buffers', async (subject) => {
    const socket = await openSocket(subject, { bind: LOOPBACK });
    expect(socket.state).toBe('open');
    expect(addressOf(socket)).toMatchObject({ family: 'IPv4', address: '127.0.0.1' });
    expect(addressOf(socket).port).toBeGreaterThan(0);
    expect(socket.receiveBufferLength).toBeGreaterThan(0);
    expect(socket.sendBufferLength).toBeGreaterThan(0);
    closing([socket]);
    expect(socket.state).toBe('closed');
  });

  test('buffers follow what is asked for', async (subject) => {
    const small = await openSocket(subject, { bind: LOOPBACK, receiveBufferLength: 32768, sendBufferLength: 32768 });
    const large = await openSocket(subject, { bind: LOOPBACK, receiveBufferLength: 131072, sendBufferLength: 131072 });
    expect(small.receiveBufferLength).toBeGreaterThanOrEqual(32768);
    expect(large.receiveBufferLength).toBeGreaterThan(small.receiveBufferLength);
    expect(large.sendBufferLength).toBeGreaterThan(small.sendBufferLength);
    closing([small, large]);
  });

  test('a taken port fails the second socket, not the first', async (subject) => {
    const first = await openSocket(subject, { bind: LOOPBACK });
    const second = subject.platform.datagrams.open({ bind: addressOf(first) });
    await eventually(subject, 'second socket fails', () => second.state !== 'opening');
    expect(second.state).toBe('failed');
    expect((second.error as { code?: string } | undefined)?.code).toBe('EADDRINUSE');
    expect(first.state).toBe('open');
    expect(second.send(pattern(1), 0, 1, addressOf(first))).toBe(0);
    closing([first, second]);
    const third = await openSocket(subject, { bind: addressOf(first) });
    closing([third]);
  });

  test('an address of another machine fails', async (subject) => {
    const socket = subject.platform.datagrams.open({ bind: { ...LOOPBACK, address: '198.51.100.7' } });
    await eventually(subject, 'socket fails', () => socket.state !== 'opening');
    expect((socket.error as { code?: string } | undefined)?.code).toBe('EADDRNOTAVAIL');
    closing([socket]);
  });

  test('closing while opening, and twice, is fine, and nothing happens afterwards', async (subject) => {
    const socket = subject.platform.datagrams.open({ bind: LOOPBACK });
    closing([socket, socket]);
    await subject.pass();
    expect(socket.state).toBe('closed');
    expect(socket.send(pattern(1), 0, 1, { ...LOOPBACK, port: 9 })).toBe(0);
    expect(collect(socket, [])).toBe(0);
  });
}

function exchanging(make: MakeSubject): void {
  const test = withSubject(make);

  test('a datagram arrives with content, source and context', async (subject) => {
    const sender = await openSocket(subject, { bind: LOOPBACK });
    const receiver = await openSocket(subject, { bind: LOOPBACK });
    const content = pattern(100);
    expect(collect(receiver, [])).toBe(0);
    await eventually(subject, 'part is taken', () => sender.send(content, 10, 50, addressOf(receiver)) === 50);
    const received: Delivery[] = [];
    let bytes = 0;
    await eventually(subject, 'datagram arrives', () => {
      bytes += collect(receiver, received, 17);
      return received.length > 0;
    });
    expect(bytes).toBe(50);
    expect(received).toEqual([
      { content: pattern(50, 10), address: '127.0.0.1', port: addressOf(sender).port, context: 17 },
    ]);
    closing([sender, receiver]);
  });

  test('the source may be reused as soon as a send returns', async (subject) => {
    const sender = await openSocket(subject, { bind: LOOPBACK });
    const receiver = await openSocket(subject, { bind: LOOPBACK });
    const scratch = new Uint8Array(8);
    for (let i = 1; i <= 5; i++) {
      scratch.fill(i);
      expect(sender.send(scratch, 0, 8, addressOf(receiver))).toBe(8);
    }
    scratch.fill(0);
    const received = await receive(subject, receiver, 5);
    expect(received.map(({ content }) => content[0])).toEqual([1, 2, 3, 4, 5]);
    closing([sender, receiver]);
  });

  test('datagrams of every length up to the largest keep their borders', async (subject) => {
    const sender = await openSocket(subject, { bind: LOOPBACK });
    const receiver = await openSocket(subject, { bind: LOOPBACK });
    for (const length of [0, 1, 31, 1408, 8192, 65507]) {
      await send(subject, sender, pattern(length, length), addressOf(receiver));
      const [delivery] = await receive(subject, receiver, 1);
      expect(Buffer.compare(delivery?.content ?? pattern(7), pattern(length, length))).toBe(0);
    }
    closing([sender, receiver]);
  });

  test('a datagram that no network takes is refused by name', async (subject) => {
    const sender = await openSocket(subject, { bind: LOOPBACK });
    const call = (): unknown => sender.send(pattern(65508), 0, 65508, { ...LOOPBACK, port: 9 });
    expect(codeOf(call)).toBe('EMSGSIZE');
    expect(call).toThrow('65508');
    closing([sender]);
  });

  test('a poll delivers no more than its limit, the rest later, in order', async (subject) => {
    const sender = await openSocket(subject, { bind: LOOPBACK });
    const receiver = await openSocket(subject, { bind: LOOPBACK });
    for (let i = 0; i < 10; i++) {
      await send(subject, sender, pattern(4, i), addressOf(receiver));
    }
    const received: Delivery[] = [];
    let polls = 0;
    await eventually(subject, 'all arrive', () => {
      const before = received.length;
      expect(collect(receiver, received, 0, 3)).toBe(4 * (received.length - before));
      expect(received.length - before).toBeLessThanOrEqual(3);
      polls++;
      return received.length === 10;
    });
    expect(polls).toBeGreaterThanOrEqual(4);
    expect(received.map(({ content }) => content[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    closing([sender, receiver]);
  });

  test('a burst that nobody polls is bounded, and what is delivered is intact', async (subject) => {
    const sender = await openSocket(subject, { bind: LOOPBACK });
    const receiver = await openSocket(subject, { bind: LOOPBACK, receiveBufferLength: 16384 });
    const count = 200;
    for (let i = 0; i < count; i++) {
      await send(subject, sender, pattern(1000, i), addressOf(receiver));
    }
    for (let i = 0; i < 5; i++) {
      await subject.pass();
    }
    const received: Delivery[] = [];
    collect(receiver, received);
    expect(received.length).toBeGreaterThan(0);
    expect(received.length).toBeLessThanOrEqual(count);
    for (const { content } of received) {
      expect(content).toEqual(pattern(1000, content[0]));
    }
    closing([sender, receiver]);
  });

  test('whoever waits is told when a datagram arrives', async (subject) => {
    if (subject.platform.datagrams.wait !== undefined) {
      return; // sees the next test
    }
    let calls = 0;
    const sender = await openSocket(subject, { bind: LOOPBACK });
    const receiver = await openSocket(subject, { bind: LOOPBACK, onReadable: () => calls++ });
    await subject.pass();
    expect(calls).toBe(0);
    await send(subject, sender, pattern(4), addressOf(receiver));
    await eventually(subject, 'the call comes', () => calls > 0);
    expect(collect(receiver, [])).toBe(4);
    closing([sender, receiver]);
  });

  test('whoever blocks goes on when a datagram is there for a socket that was polled', async (subject) => {
    const { datagrams, clock } = subject.platform;
    if (datagrams.wait === undefined) {
      return; // sees the test before
    }
    const sender = await openSocket(subject, { bind: LOOPBACK });
    const receiver = await openSocket(subject, { bind: LOOPBACK });
    const waited = (timeoutNs: number): number => {
      const startNs = clock.nanoTime();
      datagrams.wait?.(timeoutNs);
      return clock.nanoTime() - startNs;
    };
    await send(subject, sender, pattern(4), addressOf(receiver));
    expect(waited(2_000_000)).toBeGreaterThanOrEqual(2_000_000); // nobody polls that socket
    expect(collect(receiver, [])).toBe(4);
    expect(waited(2_000_000)).toBeGreaterThanOrEqual(2_000_000);
    await send(subject, sender, pattern(4), addressOf(receiver));
    expect(waited(60_000_000_000)).toBeLessThan(30_000_000_000);
    expect(collect(receiver, [])).toBe(4);
    closing([receiver]);
    expect(waited(2_000_000)).toBeGreaterThanOrEqual(2_000_000);
    closing([sender]);
  });

  test('IPv6 works as IPv4 does', async (subject) => {
    if (!subject.platform.datagrams.interfaces().some(({ address }) => address === '::1')) {
      return; // a machine without IPv6
    }
    const sender = await openSocket(subject, { bind: LOOPBACK_IPV6 });
    const receiver = await openSocket(subject, { bind: LOOPBACK_IPV6 });
    await send(subject, sender, pattern(10), addressOf(receiver));
    const [delivery] = await receive(subject, receiver, 1);
    expect(delivery).toMatchObject({ address: '::1', port: addressOf(sender).port });
    closing([sender, receiver]);
  });
}

/** Lengths of the datagrams of one run, and of many. */
const RUNS: readonly (readonly number[])[] = [
  [100],
  [64, 64],
  [1376, 1376, 1376, 512],
  [1376, 1376, 512, 1376, 32],
  [32, 64, 96, 128],
  [128, 96, 64, 32],
  [8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192],
  [65504, 32],
  [32, 65504, 65504],
  Array.from({ length: 64 }, () => 1376),
  Array.from({ length: 100 }, (_, i) => 32 * (1 + (i % 7))),
];

function sendingRuns(make: MakeSubject): void {
  const test = withSubject(make);

  test('a run arrives as the datagrams that it is made of', async (subject) => {
    const sender = await openSocket(subject, { bind: LOOPBACK });
    for (const isBulkReceiver of [false, true]) {
      const receiver = await openSocket(subject, { bind: LOOPBACK, isBulkReceiver, receiveBufferLength: 1048576 });
      for (const lengths of RUNS) {
        const received = await exchangeRun(subject, sender, receiver, lengths);
        expect(received.map(({ content }) => content.length)).toEqual(lengths);
        expect(new Set(received.map(({ port }) => port))).toEqual(new Set([addressOf(sender).port]));
        const sent = pattern(sum(lengths), 3);
        expect(Buffer.compare(Buffer.concat(received.map(({ content }) => content)), sent)).toBe(0);
      }
      closing([receiver]);
    }
    closing([sender]);
  });

  test('a run of a connected socket goes to its peer', async (subject) => {
    const peer = await openSocket(subject, { bind: LOOPBACK, isBulkReceiver: true });
    const socket = await openSocket(subject, { bind: LOOPBACK, connect: addressOf(peer) });
    const received = await exchangeRun(subject, socket, peer, [320, 320, 64]);
    expect(received.map(({ content }) => content.length)).toEqual([320, 320, 64]);
    closing([peer, socket]);
  });

  test('a datagram that no network takes ends a run, and is refused by name when it is the first', async (subject) => {
    const sender = await openSocket(subject, { bind: LOOPBACK });
    const receiver = await openSocket(subject, { bind: LOOPBACK });
    const source = pattern(65600 + 64);
    const target = addressOf(receiver);
    await eventually(subject, 'what can be sent is', () => {
      return sender.sendRun(source, 0, Int32Array.of(64, 65600), 2, target) === 1;
    });
    expect(codeOf(() => sender.sendRun(source, 0, Int32Array.of(65600, 64), 2, target))).toBe('EMSGSIZE');
    expect(await receive(subject, receiver, 1)).toHaveLength(1);
    closing([sender, receiver]);
  });

  test('a closed socket takes no run', async (subject) => {
    const sender = await openSocket(subject, { bind: LOOPBACK });
    closing([sender]);
    expect(sender.sendRun(pattern(64), 0, Int32Array.of(32, 32), 2, { ...LOOPBACK, port: 9 })).toBe(0);
  });
}

/** Sends all of a run, in as many calls as it takes, from the middle of a larger piece of memory. */
async function exchangeRun(
  subject: Subject,
  sender: DatagramSocket,
  receiver: DatagramSocket,
  run: readonly number[],
): Promise<Delivery[]> {
  const start = 40;
  const source = new Uint8Array(start + sum(run));
  source.set(pattern(sum(run), 3), start);
  const target = addressOf(receiver);
  const received: Delivery[] = [];
  let sentCount = 0;
  await eventually(subject, 'run is taken', () => {
    const lengths = Int32Array.from(run.slice(sentCount));
    sentCount += sender.sendRun(source, start + sum(run.slice(0, sentCount)), lengths, lengths.length, target);
    collect(receiver, received);
    return sentCount === run.length;
  });
  await eventually(subject, 'run arrives', () => {
    collect(receiver, received);
    return received.length >= run.length;
  });
  return received;
}

function sum(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total + length, 0);
}

function connecting(make: MakeSubject): void {
  const test = withSubject(make);

  test('a connected socket sends to its peer and hears nobody else', async (subject) => {
    const peer = await openSocket(subject, { bind: LOOPBACK });
    const stranger = await openSocket(subject, { bind: LOOPBACK });
    const socket = await openSocket(subject, { bind: LOOPBACK, connect: addressOf(peer) });
    await send(subject, socket, pattern(3));
    expect(await receive(subject, peer, 1)).toHaveLength(1);
    await send(subject, stranger, pattern(5), addressOf(socket));
    await send(subject, peer, pattern(4), addressOf(socket));
    const received = await receive(subject, socket, 1);
    expect(received.map(({ port }) => port)).toEqual([addressOf(peer).port]);
    closing([peer, stranger, socket]);
  });

  test('a reconnected socket has a new peer and keeps its port', async (subject) => {
    const first = await openSocket(subject, { bind: LOOPBACK });
    const second = await openSocket(subject, { bind: LOOPBACK });
    const socket = await openSocket(subject, { bind: LOOPBACK, connect: addressOf(first) });
    const { port } = addressOf(socket);
    socket.reconnect(addressOf(second));
    await send(subject, socket, pattern(3));
    const [delivery] = await receive(subject, second, 1);
    expect(delivery).toMatchObject({ port });
    expect(collect(first, [])).toBe(0);
    closing([first, second, socket]);
  });

  test('a socket that cannot follow its peer says so once that is known, and follows it elsewhere', async (subject) => {
    const [first, second] = [
      await openSocket(subject, { bind: LOOPBACK }),
      await openSocket(subject, { bind: LOOPBACK }),
    ];
    const socket = await openSocket(subject, { bind: LOOPBACK, connect: addressOf(first) });
    const { port } = addressOf(socket);
    const reconnected = async (target: SocketAddress): Promise<string | undefined> => {
      socket.reconnect(target);
      await eventually(subject, 'outcome is known', () => !socket.isReconnecting);
      return (socket.reconnectError as NodeJS.ErrnoException | undefined)?.code;
    };
    expect(await reconnected(addressOf(second))).toBe(undefined);
    if (process.platform === 'linux') {
      expect(await reconnected(ELSEWHERE)).toBe('EINVAL'); // no way leads there from an address of loopback
      expect(socket.state).toBe('open');
    }
    for (const peer of [second, first]) {
      expect(await reconnected(addressOf(peer))).toBe(undefined);
      await send(subject, socket, pattern(3));
      expect(await receive(subject, peer, 1)).toMatchObject([{ port }]);
    }
    closing([first, second, socket]);
  });

  test('of several reconnections the newest counts', async (subject) => {
    const peer = await openSocket(subject, { bind: LOOPBACK });
    const socket = await openSocket(subject, { bind: LOOPBACK, connect: addressOf(peer) });
    socket.reconnect(ELSEWHERE);
    socket.reconnect(addressOf(peer));
    await eventually(subject, 'outcome is known', () => !socket.isReconnecting);
    expect(socket.reconnectError).toBe(undefined);
    await send(subject, socket, pattern(3));
    expect(await receive(subject, peer, 1)).toHaveLength(1);
    closing([peer, socket]);
  });

  test('a peer that is not there costs datagrams, not the socket', async (subject) => {
    const gone = await openSocket(subject, { bind: LOOPBACK });
    const address = addressOf(gone);
    closing([gone]);
    const socket = await openSocket(subject, { bind: LOOPBACK, connect: address });
    for (let i = 0; i < 5; i++) {
      expect([0, 4]).toContain(socket.send(pattern(4), 0, 4));
      await subject.pass();
    }
    expect(socket.state).toBe('open');
    const back = await openSocket(subject, { bind: address });
    const received: Delivery[] = [];
    await eventually(subject, 'the peer that came back hears', () => {
      socket.send(pattern(4), 0, 4);
      return collect(back, received) > 0;
    });
    closing([socket, back]);
  });
}

function multicasting(make: MakeSubject): void {
  const test = withSubject(make);
  const group: SocketAddress = { family: 'IPv4', address: '239.20.90.1', port: 0 };

  test('members of a group hear it, each by its own socket on one port', async (subject) => {
    const first = await openSocket(subject, {
      bind: { family: 'IPv4', address: '0.0.0.0', port: 0 },
      reuseAddress: true,
      multicast: { group, interfaceAddress: '127.0.0.1' },
    });
    const { port } = addressOf(first);
    const second = await openSocket(subject, {
      bind: { family: 'IPv4', address: '0.0.0.0', port },
      reuseAddress: true,
      multicast: { group: { ...group, port }, interfaceAddress: '127.0.0.1' },
    });
    const sender = await openSocket(subject, {
      bind: { family: 'IPv4', address: '127.0.0.1', port: 0 },
      multicast: { interfaceAddress: '127.0.0.1', ttl: 1, loopback: true },
    });
    await send(subject, sender, pattern(12), { ...group, port });
    for (const member of [first, second]) {
      const [delivery] = await receive(subject, member, 1);
      expect(delivery).toMatchObject({ content: pattern(12), port: addressOf(sender).port });
    }
    closing([first, second, sender]);
  });
}

function describingTheHost(make: MakeSubject): void {
  const test = withSubject(make);

  test('lists the loopback interface with its prefix', ({ platform }) => {
    const loopback = platform.datagrams.interfaces().find(({ address }) => address === '127.0.0.1');
    expect(loopback).toMatchObject({ family: 'IPv4', prefixLength: 8, isLoopback: true });
  });

  test('knows default and largest socket buffers', async ({ platform }) => {
    const limits = await platform.datagrams.bufferLimits();
    expect(limits.defaultReceive).toBeGreaterThan(0);
    expect(limits.defaultSend).toBeGreaterThan(0);
    expect(limits.maxReceive).toBeGreaterThanOrEqual(limits.defaultReceive);
    expect(limits.maxSend).toBeGreaterThanOrEqual(limits.defaultSend);
  });
}
