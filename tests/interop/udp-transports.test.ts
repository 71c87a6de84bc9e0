// SPDX-License-Identifier: Apache-2.0
/**
 * Each datagram transport and each threading mode of our driver on the main paths over UDP, to and from the reference's driver,
 * losses made by our driver included. `SHARED` with the best transport of the machine is what all other files run.
 */
import type { InteropClient } from './support/clients.ts';
import { systemCounter } from './support/driver-counters.ts';
import { LOSSES } from './support/losses.ts';
import { carry, MAIN_UDP_CELLS, UNICAST } from './support/main-udp-cells.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { Setting } from './support/setting.ts';

const SECONDS = 1000;
const MULTICAST = 'multicast';
// An image that has ended stays for five of them.
const SETTINGS = { 'aeron.rcv.status.message.timeout': '50ms' };

const WAYS: readonly [name: string, settings: Readonly<Record<string, string>>, transport: string | undefined][] = [
  ['over dgram', { 'aeron.driver.datagram.transport': 'dgram' }, 'dgram'],
  ['over batch', { 'aeron.driver.datagram.transport': 'batch' }, 'batch'],
  ['over offload', { 'aeron.driver.datagram.transport': 'offload' }, 'offload'],
  ['in DEDICATED mode', { 'aeron.threading.mode': 'DEDICATED' }, undefined],
  ['in SHARED_NETWORK mode', { 'aeron.threading.mode': 'SHARED_NETWORK' }, undefined],
  [
    'in DEDICATED mode over dgram',
    { 'aeron.threading.mode': 'DEDICATED', 'aeron.driver.datagram.transport': 'dgram' },
    'dgram',
  ],
];
const ON_LINUX_ONLY = ['batch', 'offload'];

const [version = ''] = REFERENCE_VERSIONS;
const setting = new Setting(version);
let theirs: InteropClient;
let streamId = 7000;

beforeAll(async () => {
  theirs = await setting.client('node', await setting.driver('reference', SETTINGS));
}, 60 * SECONDS);
afterAll(() => setting.close(), 60 * SECONDS);

describe.each(WAYS)('our driver %s', (name, settings, transport) => {
  if (ON_LINUX_ONLY.includes(transport ?? '') && process.platform !== 'linux') {
    it.skip(`${name}: only on Linux`, () => {});
    return;
  }
  const own = new Setting(version);
  let ours: InteropClient;
  let losing: InteropClient;

  beforeAll(async () => {
    ours = await own.client('node', await own.driver('aeronmd', { ...SETTINGS, ...settings }));
    losing = await own.client('node', await own.driver('aeronmd', { ...SETTINGS, ...settings, ...LOSSES }));
  }, 60 * SECONDS);
  afterAll(() => own.close(), 60 * SECONDS);
  beforeEach(() => {
    streamId++;
  });

  it('uses what it was told to', async () => {
    const labels = [...(await ours.counters()).values()].map(({ label }) => label);
    expect(labels).toContainEqual(
      transport === undefined ? expect.stringMatching(/^Datagram transport: /) : `Datagram transport: ${transport}`,
    );
    const mode = settings['aeron.threading.mode'] ?? 'SHARED';
    expect(labels).toContainEqual(expect.stringMatching(`^Conductor max cycle time doing its work in ns: ${mode}`));
  });

  it.each(MAIN_UDP_CELLS)('sends to the reference: $name', (cell) => carry(cell, ours, theirs, streamId), 60 * SECONDS);
  it.each(MAIN_UDP_CELLS)(
    'receives from the reference: $name',
    (cell) => carry(cell, theirs, ours, streamId),
    60 * SECONDS,
  );

  const withLosses = [UNICAST, ...MAIN_UDP_CELLS.filter((cell) => cell.name === MULTICAST)];
  it.each(withLosses)(
    'loses nothing of what it sends with losses: $name',
    async (cell) => {
      const before = await systemCounter(losing, 'NAK_MESSAGES_RECEIVED');
      await carry(cell, losing, theirs, streamId);
      expect(await systemCounter(losing, 'NAK_MESSAGES_RECEIVED')).toBeGreaterThan(before);
    },
    90 * SECONDS,
  );
  it.each(withLosses)(
    'loses nothing of what it receives with losses: $name',
    async (cell) => {
      const before = await systemCounter(losing, 'NAK_MESSAGES_SENT');
      await carry(cell, theirs, losing, streamId);
      expect(await systemCounter(losing, 'NAK_MESSAGES_SENT')).toBeGreaterThan(before);
    },
    90 * SECONDS,
  );
});
