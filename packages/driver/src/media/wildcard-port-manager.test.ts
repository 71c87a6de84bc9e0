// SPDX-License-Identifier: Apache-2.0
import type { SocketAddress } from '@aeron/core/internal';
import fc from 'fast-check';
import { parsePortRange, WildcardPortManager } from './wildcard-port-manager.ts';

const PLAIN = { hasExplicitControl: false };
const CONTROLLED = { hasExplicitControl: true };
const at = (port: number): SocketAddress => ({ family: 'IPv4', address: '127.0.0.1', port });

describe('a range of ports', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['0 0', undefined],
    ['20700 20709', { low: 20700, high: 20709 }],
    ['5    5', { low: 5, high: 5 }],
    ['0 9', { low: 1, high: 9 }],
  ])('is read from %j', (text, expected) => {
    expect(parsePortRange(text)).toEqual(expected);
  });
});

describe('wildcard ports', () => {
  const range = { low: 100, high: 103 };

  it('are left to the operating system without a range', () => {
    const manager = new WildcardPortManager(undefined, false);
    expect(manager.acquire(PLAIN, at(0))).toEqual(at(0));
    expect(manager.acquire(CONTROLLED, at(7))).toEqual(at(7));
    manager.release(at(0));
  });

  it('are given out in turn, around those in use', () => {
    const manager = new WildcardPortManager(range, false);
    expect(manager.acquire(PLAIN, at(102))).toEqual(at(102));
    const first = [1, 2, 3].map(() => manager.acquire(PLAIN, at(0)).port);
    expect(first).toEqual([100, 101, 103]);
    manager.release(at(101));
    manager.release(at(102));
    expect([1, 2].map(() => manager.acquire(PLAIN, at(0)).port)).toEqual([101, 102]);
  });

  it('begin with the first of the range, whatever the numbers', () => {
    const manager = new WildcardPortManager({ low: 101, high: 105 }, false);
    expect([1, 2, 3].map(() => manager.acquire(PLAIN, at(0)).port)).toEqual([101, 102, 103]);
  });

  it('come back last when they were just released', () => {
    const manager = new WildcardPortManager(range, false);
    manager.release(manager.acquire(PLAIN, at(0)));
    expect(manager.acquire(PLAIN, at(0)).port).toBe(101);
  });

  it('of a sender are for channels with control only', () => {
    const manager = new WildcardPortManager(range, true);
    expect(manager.acquire(PLAIN, at(0)).port).toBe(0);
    expect(manager.acquire(CONTROLLED, at(0)).port).toBe(100);
  });

  it('end, with an error that names the range', () => {
    const manager = new WildcardPortManager(range, false);
    for (let port = 100; port <= 103; port++) {
      manager.acquire(PLAIN, at(0));
    }
    expect(() => manager.acquire(PLAIN, at(0))).toThrow('no available ports in range 100 103');
    manager.release(at(102));
    expect(manager.acquire(PLAIN, at(0)).port).toBe(102);
  });

  it('that several sockets share are in use until the last of them is closed', () => {
    const manager = new WildcardPortManager({ low: 100, high: 100 }, false);
    manager.acquire(PLAIN, at(100));
    manager.acquire(PLAIN, at(100));
    manager.release(at(100));
    expect(() => manager.acquire(PLAIN, at(0))).toThrow('no available ports');
    manager.release(at(100));
    expect(manager.acquire(PLAIN, at(0)).port).toBe(100);
    manager.release(at(100));
    expect(() => manager.release(at(100))).toThrow('port is not in use: port=100');
  });

  it('are never given to two at once, whatever the order of opening and closing', () => {
    const steps = fc.array(fc.oneof(fc.constant('open'), fc.nat({ max: 9 })), { maxLength: 60 });
    fc.assert(
      fc.property(fc.nat({ max: 5 }), steps, (width, operations) => {
        const manager = new WildcardPortManager({ low: 50, high: 50 + width }, false);
        const open: SocketAddress[] = [];
        for (const operation of operations) {
          if (operation !== 'open') {
            const [closed] = open.splice(operation % Math.max(1, open.length), 1);
            if (closed !== undefined) {
              manager.release(closed);
            }
          } else if (open.length <= width) {
            open.push(manager.acquire(PLAIN, at(0)));
          } else {
            expect(() => manager.acquire(PLAIN, at(0))).toThrow('no available ports');
          }
          const ports = open.map(({ port }) => port);
          expect(new Set(ports).size).toBe(ports.length);
          expect(ports.every((port) => port >= 50 && port <= 50 + width)).toBe(true);
        }
      }),
    );
  });
});
