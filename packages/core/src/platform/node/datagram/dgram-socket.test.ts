// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises';
import { pattern } from '../../conformance/subjects.ts';
import type { DatagramSocket } from '../../ports.ts';
import { type DgramLimits, DgramSocket } from './dgram-socket.ts';

const LIMITS: DgramLimits = { receiveRingLength: 131_072, receiveCountMax: 8, sendCountMax: 4 };
const BIND = { family: 'IPv4', address: '127.0.0.1', port: 0 } as const;

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; !condition(); i++) {
    expect(i).toBeLessThan(2000);
    await delay(1);
  }
}

async function open(): Promise<DatagramSocket> {
  const socket = new DgramSocket({ bind: BIND }, LIMITS);
  await until(() => socket.state === 'open');
  return socket;
}

describe('DgramSocket', () => {
  it('takes no more than its bound of datagrams at once, and more when they are finished', async () => {
    const [sender, receiver] = [await open(), await open()];
    const target = receiver.localAddress ?? BIND;
    const taken = Array.from({ length: 6 }, () => sender.send(pattern(10), 0, 10, target));
    expect(taken).toEqual([10, 10, 10, 10, 0, 0]);
    await delay(1);
    expect(sender.send(pattern(10), 0, 10, target)).toBe(10);
    sender.close();
    receiver.close();
  });

  it('drops and counts what its ring does not hold, and goes on', async () => {
    const [sender, receiver] = [await open(), await open()];
    const target = receiver.localAddress ?? BIND;
    for (let i = 0; i < 12; i++) {
      await until(() => sender.send(pattern(10, i), 0, 10, target) === 10);
    }
    await until(() => receiver.droppedCount === 4);
    const firsts: number[] = [];
    receiver.poll((buffer, offset) => firsts.push(buffer[offset] ?? -1), 0, 100);
    expect(firsts).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    sender.send(pattern(10, 50), 0, 10, target);
    await until(() => receiver.poll((buffer, offset) => firsts.push(buffer[offset] ?? -1), 0, 100) > 0);
    expect(firsts[8]).toBe(50);
    sender.close();
    receiver.close();
  });

  it('can be unmapped under while sends are under way', async () => {
    const [sender, receiver] = [await open(), await open()];
    const memory = new ArrayBuffer(100);
    const source = new Uint8Array(memory).fill(7);
    sender.send(source, 0, 100, receiver.localAddress ?? BIND);
    structuredClone(memory, { transfer: [memory] });
    expect(source.length).toBe(0);
    const seen: number[] = [];
    await until(() => receiver.poll((buffer, offset) => seen.push(buffer[offset + 99] ?? -1), 0, 1) > 0);
    expect(seen).toEqual([7]);
    sender.close();
    receiver.close();
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('hears the group that it joined and no other on its port', async () => {
    const interfaceAddress = BIND.address;
    const groupAt = (address: string, port: number) => ({ family: 'IPv4', address, port }) as const;
    const joined = async (address: string, port: number): Promise<DatagramSocket> => {
      const multicast = { group: groupAt(address, port), interfaceAddress };
      const socket = new DgramSocket({ bind: groupAt('0.0.0.0', port), reuseAddress: true, multicast }, LIMITS);
      await until(() => socket.state === 'open');
      return socket;
    };
    const one = await joined('224.20.30.39', 0);
    const port = one.localAddress?.port ?? 0;
    const other = await joined('224.20.30.40', port);
    expect(one.localAddress).toEqual(groupAt('0.0.0.0', port));
    const sender = new DgramSocket({ bind: BIND, multicast: { interfaceAddress } }, LIMITS);
    await until(() => sender.state === 'open');
    const seen: string[] = [];
    for (const [fill, address] of [
      [1, '224.20.30.39'],
      [2, '224.20.30.40'],
    ] as const) {
      sender.send(pattern(10, fill), 0, 10, groupAt(address, port));
      const poll = (socket: DatagramSocket, name: string) =>
        socket.poll((buffer, offset) => seen.push(`${name} ${buffer[offset]}`), 0, 9);
      await until(() => poll(one, 'one') + poll(other, 'other') > 0);
      await delay(5);
      poll(one, 'one');
      poll(other, 'other');
    }
    expect(seen).toEqual(['one 1', 'other 2']);
    // What it sends still comes from the interface.
    sender.close();
    const listener = await open();
    one.send(pattern(3), 0, 3, listener.localAddress ?? BIND);
    let source = '';
    await until(() => listener.poll((_buffer, _offset, _length, address) => (source = address), 0, 1) > 0);
    expect(source).toBe(BIND.address);
    for (const socket of [one, other, listener]) {
      socket.close();
    }
  });
});
