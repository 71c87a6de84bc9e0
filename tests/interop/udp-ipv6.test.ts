// SPDX-License-Identifier: Apache-2.0
/** IPv6 between drivers of both implementations, in both directions, as far as this machine has it. */
import { networkInterfaces } from 'node:os';
import type { InteropClient } from './support/clients.ts';
import type { DriverKind } from './support/drivers.ts';
import { carry, type UdpCell, UNICAST } from './support/main-udp-cells.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { Setting } from './support/setting.ts';

const SECONDS = 1000;
const LOOPBACK = '::1';
// An image that has ended stays for five of them.
const SETTINGS = { 'aeron.rcv.status.message.timeout': '50ms' };

const interfaces = Object.entries(networkInterfaces());
const hasLoopback = interfaces.some(([, addresses]) => addresses?.some(({ address }) => address === LOOPBACK));
/** Groups of scope 1 stay on their machine; the loopback interface itself has no route for groups on Linux. */
const groupInterface = interfaces
  .flatMap(([name, addresses]) => (addresses ?? []).map((address) => ({ name, ...address })))
  .find(({ family, internal, address }) => family === 'IPv6' && !internal && !address.startsWith('fe80:'));

const unicast = (port: number): string => `aeron:udp?endpoint=[::1]:${port}`;
const CELLS: readonly UdpCell[] = [
  { ...UNICAST, name: 'unicast', publication: (port) => `${unicast(port)}|term-length=64k`, subscription: unicast },
  {
    ...UNICAST,
    name: 'a large MTU',
    publication: (port) => `${unicast(port)}|term-length=1m|mtu=65504`,
    subscription: (port) => `${unicast(port)}|rcv-wnd=128k`,
    maxLength: 20_000,
    count: 300,
  },
  {
    ...UNICAST,
    name: 'the wildcard address',
    publication: (port) => `${unicast(port)}|term-length=64k`,
    subscription: (port) => `aeron:udp?endpoint=[::]:${port}`,
  },
  {
    ...UNICAST,
    name: 'multi-destination cast with dynamic control',
    publication: (port) => `aeron:udp?control=[::1]:${port}|control-mode=dynamic|term-length=64k`,
    subscription: (port) => `aeron:udp?endpoint=[::1]:0|control=[::1]:${port}|control-mode=dynamic`,
  },
  {
    ...UNICAST,
    name: 'multi-destination cast with manual control',
    publication: () => 'aeron:udp?control-mode=manual|control=[::1]:0|term-length=64k',
    subscription: unicast,
    destination: unicast,
  },
];

const PAIRS: readonly [DriverKind, DriverKind][] = [
  ['aeronmd', 'reference'],
  ['reference', 'aeronmd'],
];

describe.each(REFERENCE_VERSIONS)('against io.aeron:aeron-all:%s', (version) => {
  if (!hasLoopback) {
    it.skip('IPv6: this machine has no ::1', () => {});
    return;
  }
  describe.each(PAIRS)('from a driver of kind %s to one of kind %s', (from, to) => {
    const setting = new Setting(version);
    let publisher: InteropClient;
    let subscriber: InteropClient;
    let streamId = 8000;

    beforeAll(async () => {
      publisher = await setting.client('node', await setting.driver(from, SETTINGS));
      subscriber = await setting.client('node', await setting.driver(to, SETTINGS));
    }, 60 * SECONDS);
    afterAll(() => setting.close(), 60 * SECONDS);

    it.each(CELLS)('$name', (cell) => carry(cell, publisher, subscriber, ++streamId), 60 * SECONDS);

    if (groupInterface === undefined) {
      it.skip('multicast: no interface of this machine but loopback has an IPv6 address', () => {});
    } else {
      const group = (port: number): string =>
        `aeron:udp?endpoint=[ff01::4:7]:${port}|interface=[${groupInterface.address}]`;
      const cell = { ...UNICAST, publication: (port: number) => `${group(port)}|term-length=64k`, subscription: group };
      it('multicast', () => carry(cell, publisher, subscriber, ++streamId), 60 * SECONDS);
    }
  });
});
