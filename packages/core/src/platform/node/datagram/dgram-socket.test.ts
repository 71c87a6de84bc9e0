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
});
