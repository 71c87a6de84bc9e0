// SPDX-License-Identifier: Apache-2.0
/** What the conformance suite can't ask for: kernels that refuse, memory that goes away, descriptors, allocation. */
import { readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { allocationPerCall } from '../../../../testing/allocation.ts';
import { codeOf, pattern } from '../../../conformance/subjects.ts';
import { type DatagramSocket, type SocketAddress, UNBOUNDED_BURST } from '../../../ports.ts';
import { listInterfaces } from '../interfaces.ts';
import { BURST_LENGTH } from './batch-socket.ts';
import { BatchTransport, type BatchTransportKind } from './batch-transport.ts';
import { type NativeSockets, nativeSockets } from './native-sockets.ts';

const { EAGAIN, ECONNREFUSED, EINVAL, EIO, EMSGSIZE, ENOBUFS, ENOSYS, EPERM } = constants.errno;
const LOOPBACK: SocketAddress = { family: 'IPv4', address: '127.0.0.1', port: 0 };
const RUN = Int32Array.of(100, 100, 100, 60);
const RUN_LENGTH = 360;
/** Of `aeron.socket.so_rcvbuf`. */
const DEFAULT_BUFFER_LENGTH = 128 * 1024;

/** The system's calls, some of which fail when told to. */
function faultyCalls() {
  const real = nativeSockets() as NativeSockets;
  const faults = { errno: 0, count: 0, isForCuttingOnly: false };
  /** Messages of each call of sendmmsg that went through. */
  const calls: number[] = [];
  let given: number | undefined;
  const fails = (isCutting: boolean): boolean => {
    given = undefined;
    if (faults.count > 0 && (isCutting || !faults.isForCuttingOnly)) {
      faults.count--;
      given = faults.errno;
    }
    return given !== undefined;
  };
  const native: NativeSockets = {
    ...real,
    sendmmsg: (descriptor, headers, count, flags) => {
      if (fails(count < RUN.length)) {
        return -1;
      }
      calls.push(count);
      return real.sendmmsg(descriptor, headers, count, flags);
    },
    recvmmsg: (...args) => (fails(false) ? -1 : real.recvmmsg(...args)),
    errno: () => given ?? real.errno(),
  };
  return { native, faults, calls };
}

function opened(kind: BatchTransportKind = 'offload', isConnected = false) {
  const { native, faults, calls } = faultyCalls();
  const transport = new BatchTransport(kind, { native });
  const receiver = transport.open({ bind: LOOPBACK, isBulkReceiver: true });
  const target = receiver.localAddress ?? LOOPBACK;
  const sender = transport.open({ bind: LOOPBACK, ...(isConnected && { connect: target }) });
  calls.length = 0;
  return { sender, receiver, target, faults, calls, sockets: [sender, receiver] };
}

function lengthsAt(receiver: DatagramSocket): number[] {
  const lengths: number[] = [];
  while (receiver.poll((_bytes, _offset, length) => lengths.push(length), 0, 16) > 0) {}
  return lengths;
}

function closeAll(sockets: readonly DatagramSocket[]): void {
  for (const socket of sockets) {
    socket.close();
  }
}

const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

const onLinux = process.platform === 'linux' && !(nativeSockets() instanceof Error) ? describe : describe.skip;

onLinux('a run that the kernel does not cut', () => {
  it.each([
    ['EINVAL: longer than the path takes', EINVAL],
    ['EMSGSIZE', EMSGSIZE],
    ['EIO: the device sums nothing up', EIO],
  ])('goes one by one, at once and from then on (%s)', (_name, errno) => {
    const { sender, receiver, target, faults, calls, sockets } = opened();
    Object.assign(faults, { errno, count: 1, isForCuttingOnly: true });
    expect(sender.sendRun(pattern(RUN_LENGTH), 0, RUN, RUN.length, target)).toBe(RUN.length);
    expect(sender.sendRun(pattern(RUN_LENGTH), 0, RUN, RUN.length, target)).toBe(RUN.length);
    expect(lengthsAt(receiver)).toEqual([...RUN, ...RUN]);
    expect(calls).toHaveLength(2);
    expect(calls.every((count) => count > 1)).toBe(true);
    closeAll(sockets);
  });

  it('is no matter to other sockets', () => {
    const { native, faults, calls } = faultyCalls();
    const transport = new BatchTransport('offload', { native });
    const [one, other, receiver] = [0, 1, 2].map(() => transport.open({ bind: LOOPBACK })) as [
      DatagramSocket,
      DatagramSocket,
      DatagramSocket,
    ];
    const target = receiver.localAddress ?? LOOPBACK;
    Object.assign(faults, { errno: EIO, count: 1, isForCuttingOnly: true });
    one.sendRun(pattern(RUN_LENGTH), 0, RUN, RUN.length, target);
    calls.length = 0;
    other.sendRun(pattern(RUN_LENGTH), 0, RUN, RUN.length, target);
    expect(calls).toEqual([1]); // one message of four datagrams
    closeAll([one, other, receiver]);
  });
});

onLinux('what may leave before anybody receives', () => {
  it.each(['batch', 'offload'] as const)('fits a receive buffer of the default length (%s)', (kind) => {
    const { sender, receiver, target, faults, sockets } = opened(kind);
    expect(sender.burstLength).toBe(kind === 'batch' ? BURST_LENGTH : UNBOUNDED_BURST);
    Object.assign(faults, { errno: EINVAL, count: 1, isForCuttingOnly: true });
    sender.sendRun(pattern(RUN_LENGTH), 0, RUN, RUN.length, target);
    expect(sender.burstLength).toBe(BURST_LENGTH); // what the kernel does not cut arrives in as many pieces
    expect(lengthsAt(receiver)).toEqual([...RUN]);
    closeAll(sockets);
  });

  it('is received whole, whatever the length of its datagrams', () => {
    for (const length of [1408, 8192, 32_768]) {
      const transport = new BatchTransport('batch');
      const receiver = transport.open({ bind: LOOPBACK, receiveBufferLength: DEFAULT_BUFFER_LENGTH });
      const sender = transport.open({ bind: LOOPBACK });
      const lengths = new Int32Array(Math.floor(sender.burstLength / length)).fill(length);
      const content = new Uint8Array(sender.burstLength);
      for (let turn = 0; turn < 8; turn++) {
        sender.sendRun(content, 0, lengths, lengths.length, receiver.localAddress);
        expect(lengthsAt(receiver)).toEqual([...lengths]);
      }
      closeAll([sender, receiver]);
    }
  });
});

onLinux('errors of the system', () => {
  it.each([
    ['EAGAIN', EAGAIN],
    ['ENOBUFS', ENOBUFS],
    ['ECONNREFUSED', ECONNREFUSED],
  ])('%s costs datagrams and nothing else', (_name, errno) => {
    const { sender, receiver, target, faults, sockets } = opened();
    Object.assign(faults, { errno, count: 3 });
    expect(sender.send(pattern(8), 0, 8, target)).toBe(0);
    expect(sender.sendRun(pattern(RUN_LENGTH), 0, RUN, RUN.length, target)).toBe(0);
    expect(receiver.poll(() => undefined, 0, 4)).toBe(0);
    expect(sender.send(pattern(8), 0, 8, target)).toBe(8);
    expect(lengthsAt(receiver)).toEqual([8]);
    closeAll(sockets);
  });

  it('that last are thrown by name, with what was to be sent', () => {
    const { sender, receiver, target, faults, sockets } = opened('batch');
    Object.assign(faults, { errno: EPERM, count: 3 });
    expect(codeOf(() => sender.send(pattern(8), 0, 8, target))).toBe('EPERM');
    expect(() => sender.sendRun(pattern(RUN_LENGTH), 0, RUN, RUN.length, target)).toThrow(/EPERM.*length=100/);
    expect(codeOf(() => receiver.poll(() => undefined, 0, 4))).toBe('EPERM');
    expect(sender.state).toBe('open');
    closeAll(sockets);
  });

  it('that end a run in its middle are told by the next call', () => {
    const { sender, receiver, target, faults, sockets } = opened();
    const lengths = Int32Array.of(100, 65600);
    const source = pattern(65700);
    expect(sender.sendRun(source, 0, lengths, 2, target)).toBe(1);
    expect(faults.count).toBe(0);
    expect(codeOf(() => sender.sendRun(source, 100, lengths.subarray(1), 1, target))).toBe('EMSGSIZE');
    expect(lengthsAt(receiver)).toEqual([100]);
    closeAll(sockets);
  });

  it('of a connected peer that is gone are taken by a poll, and do not end a wait for ever', () => {
    const { sender, receiver, sockets } = opened('batch', true);
    receiver.close();
    expect(sender.send(pattern(8), 0, 8)).toBe(8);
    expect(sender.poll(() => undefined, 0, 4)).toBe(0);
    expect(sender.send(pattern(8), 0, 8)).toBe(8);
    closeAll(sockets);
  });

  it('keep a transport from being made where a call is not allowed', () => {
    const { native, faults } = faultyCalls();
    Object.assign(faults, { errno: ENOSYS, count: 1 });
    expect(() => new BatchTransport('batch', { native })).toThrow(/transport=batch: ENOSYS/);
    Object.assign(faults, { errno: EPERM, count: 1 });
    expect(codeOf(() => new BatchTransport('offload', { native }))).toBe('CONFIGURATION');
  });
});

onLinux('what a socket sends', () => {
  it('is read while the call lasts, so memory may go away after it, and is refused after that', () => {
    const { sender, receiver, target, sockets } = opened();
    const memory = new ArrayBuffer(RUN_LENGTH);
    const source = new Uint8Array(memory).fill(7);
    expect(sender.sendRun(source, 0, RUN, RUN.length, target)).toBe(RUN.length);
    structuredClone(memory, { transfer: [memory] });
    expect(() => sender.sendRun(source, 0, RUN, RUN.length, target)).toThrow(RangeError);
    expect(() => sender.send(source, 0, 8, target)).toThrow(RangeError);
    const seen: number[] = [];
    receiver.poll((bytes, offset) => seen.push(bytes[offset] ?? -1), 0, 16);
    expect(seen).toEqual([7, 7, 7, 7]);
    closeAll(sockets);
  });

  it('lies inside of the memory', () => {
    const { sender, target, sockets } = opened();
    for (const [offset, length] of [
      [-1, 8],
      [1, 8],
      [0, 9],
      [Number.NaN, 8],
    ] as const) {
      expect(() => sender.send(new Uint8Array(8), offset, length, target)).toThrow(RangeError);
    }
    closeAll(sockets);
  });

  it('goes to more addresses than are kept', () => {
    const { sender, receiver, target, sockets } = opened();
    for (let i = 0; i < 5000; i++) {
      expect(sender.send(pattern(8), 0, 8, { ...target })).toBe(8);
      expect(lengthsAt(receiver)).toEqual([8]);
    }
    closeAll(sockets);
  });
});

/** Two sockets on one port, each in a group of its own, and one that sends to both groups. @returns what each heard. */
function heardByGroups(family: 'IPv4' | 'IPv6', groups: readonly [string, string], address: string): number[][] {
  const transport = new BatchTransport('offload');
  const wildcard = family === 'IPv6' ? '::' : '0.0.0.0';
  const join = (group: string, port: number): DatagramSocket =>
    transport.open({
      bind: { family, address: wildcard, port },
      reuseAddress: true,
      multicast: { group: { family, address: group, port }, interfaceAddress: address },
    });
  const one = join(groups[0], 0);
  const port = one.localAddress?.port ?? 0;
  const other = join(groups[1], port);
  const sender = transport.open({
    bind: { family, address, port: 0 },
    multicast: { interfaceAddress: address, ttl: 0, loopback: true },
  });
  expect([one.error, other.error, sender.error]).toEqual([undefined, undefined, undefined]);
  groups.forEach((group, index) => {
    expect(sender.send(pattern(8 + index), 0, 8 + index, { family, address: group, port })).toBe(8 + index);
  });
  const heard = [one, other].map(lengthsAt);
  closeAll([one, other, sender]);
  return heard;
}

onLinux('a socket in a group', () => {
  it('hears no other group on its port', () => {
    expect(heardByGroups('IPv4', ['224.20.30.51', '224.20.30.52'], '127.0.0.1')).toEqual([[8], [9]]);
  });

  // The kernel knows no way to an IPv6 group by the loopback, so this takes another interface, which the groups do not leave.
  const there = listInterfaces().find(
    ({ family, address, supportsMulticast }) => family === 'IPv6' && supportsMulticast && !/^(fe80|::1$)/.test(address),
  );
  (there === undefined ? it.skip : it)('hears no other group of IPv6 on its port', () => {
    expect(heardByGroups('IPv6', ['ff11::51', 'ff11::52'], there?.address ?? '')).toEqual([[8], [9]]);
  });

  it('can be no member of what is no group', () => {
    const socket = new BatchTransport('batch').open({
      bind: { ...LOOPBACK, address: '0.0.0.0' },
      multicast: { group: { ...LOOPBACK, address: '10.1.2.3' }, interfaceAddress: '127.0.0.1' },
    });
    expect(socket.state).toBe('failed');
    expect(socket.error).toMatchObject({ code: 'EINVAL', message: expect.stringContaining('group=10.1.2.3') });
  });
});

onLinux('descriptors', () => {
  it('are given back by sockets that closed, failed, or threw', () => {
    const { native } = faultyCalls();
    const transport = new BatchTransport('offload', { native });
    transport.open({ bind: LOOPBACK }).poll(() => undefined, 0, 1); // opens what the transport keeps
    const before = openDescriptors();
    for (let i = 0; i < 20; i++) {
      const socket = transport.open({ bind: LOOPBACK, isBulkReceiver: true });
      socket.poll(() => undefined, 0, 1);
      expect(transport.open({ bind: socket.localAddress ?? LOOPBACK }).state).toBe('failed');
      expect(transport.open({ bind: { ...LOOPBACK, address: 'localhost' } }).error).toMatchObject({ code: 'EINVAL' });
      socket.close();
      socket.close();
    }
    expect(openDescriptors()).toBe(before);
  });

  it('of a socket that closed are never used again', () => {
    const { sender, receiver, target, sockets } = opened();
    sender.close();
    const next = opened();
    expect(sender.send(pattern(8), 0, 8, target)).toBe(0);
    expect(sender.poll(() => undefined, 0, 1)).toBe(0);
    expect(lengthsAt(receiver)).toEqual([]);
    sender.reconnect(target);
    expect(sender.state).toBe('closed');
    closeAll([...sockets, ...next.sockets]);
  });
});

onLinux('what arrives', () => {
  it('is handed on complete when a handler closes the socket', () => {
    const { sender, receiver, target, sockets } = opened();
    sender.sendRun(pattern(RUN_LENGTH), 0, RUN, RUN.length, target);
    const lengths: number[] = [];
    receiver.poll(
      (_bytes, _offset, length) => {
        lengths.push(length);
        receiver.close();
      },
      0,
      16,
    );
    expect(lengths).toEqual([...RUN]);
    closeAll(sockets);
  });

  it('after a handler that threw is received as before', () => {
    const { sender, receiver, target, sockets } = opened('batch');
    sender.sendRun(pattern(RUN_LENGTH), 0, RUN, RUN.length, target);
    const fail = (): never => {
      throw new Error('handler failed');
    };
    expect(() => receiver.poll(fail, 0, 2)).toThrow('handler failed');
    const ports: number[] = [];
    receiver.poll((_bytes, _offset, _length, _address, port) => ports.push(port), 0, 16);
    expect(ports).toEqual([sender.localAddress?.port, sender.localAddress?.port]);
    closeAll(sockets);
  });
});

onLinux('sending and receiving', () => {
  it.each(['batch', 'offload'] as const)('allocate nothing (%s)', (kind) => {
    const transport = new BatchTransport(kind);
    const receiver = transport.open({ bind: LOOPBACK, isBulkReceiver: true });
    const target = receiver.localAddress ?? LOOPBACK;
    const sender = transport.open({ bind: LOOPBACK });
    const source = pattern(RUN_LENGTH);
    let received = 0;
    const handler = (_bytes: Uint8Array, _offset: number, length: number, _address: string, port: number): void => {
      received = (received + length + port) & 0xffff; // a larger number would be an object of its own
    };
    const exchange = (): void => {
      sender.sendRun(source, 0, RUN, RUN.length, target);
      sender.send(source, 0, 100, target);
      while (receiver.poll(handler, 0, 4) > 0) {}
    };
    expect(allocationPerCall(exchange, 20_000)).toBeLessThan(8);
    expect(received).toBeGreaterThan(0);
    closeAll([sender, receiver]);
  });
});
