// SPDX-License-Identifier: Apache-2.0
/**
 * UDP between drivers in processes of their own, with clients in processes of their own, over real sockets of the loopback interface:
 * every kind of channel in every threading mode over every transport, and with losses. The flows of a cell are under way at once.
 */

import { stopDriver } from '../support/stage.ts';
import { FLOWS, FLOWS_OF_EACH_END_POINT, playFlow, REJECTION_FLOW, UNRELIABLE_FLOW } from '../support/udp-flows.ts';
import { Scene, type SceneOptions } from '../support/udp-scene.ts';
import { until } from '../support/until.ts';

jest.setTimeout(120_000);

const THREADING_MODES = ['SHARED', 'SHARED_NETWORK', 'DEDICATED', 'INVOKER'] as const;
const TRANSPORTS = process.platform === 'linux' ? (['dgram', 'batch', 'offload'] as const) : (['dgram'] as const);
const CLIENT_HEARTBEAT_TYPE_ID = 11;
/** Of what is lost in either direction, on the way out and on the way in; the same each time, as far as the frames are. */
const LOSSES = {
  'aeron.SendChannelEndpoint.supplier': 'debug',
  'aeron.ReceiveChannelEndpoint.supplier': 'debug',
  'aeron.debug.send.data.loss.rate': '0.05',
  'aeron.debug.send.data.loss.seed': '1',
  'aeron.debug.send.control.loss.rate': '0.05',
  'aeron.debug.send.control.loss.seed': '2',
  'aeron.debug.receive.data.loss.rate': '0.05',
  'aeron.debug.receive.data.loss.seed': '3',
  'aeron.debug.receive.control.loss.rate': '0.05',
  'aeron.debug.receive.control.loss.seed': '4',
};
/** As the interceptors of the C driver are set. */
const INTERCEPTED = {
  'aeron.udp.channel.outgoing.interceptors': 'loss',
  'aeron.udp.channel.incoming.interceptors': 'loss',
  'aeron.udp.channel.transport.bindings.loss.args': 'rate=0.1|seed=7|recv-msg-mask=0x2',
};

interface Cell extends SceneOptions {
  readonly losses: boolean;
  readonly flows: readonly string[];
}

/** Where all flows are played; the other transports of that mode see one of each kind of end point. */
const THOROUGH: Readonly<Record<(typeof THREADING_MODES)[number], string>> =
  process.platform === 'linux'
    ? { SHARED: 'batch', SHARED_NETWORK: 'batch', DEDICATED: 'offload', INVOKER: 'dgram' }
    : { SHARED: 'dgram', SHARED_NETWORK: 'dgram', DEDICATED: 'dgram', INVOKER: 'dgram' };
/** What is lost can't be counted where it need not be repaired. */
const RELIABLE_FLOWS = FLOWS.filter((name) => name !== UNRELIABLE_FLOW);

const CELLS: readonly Cell[] = [
  ...THREADING_MODES.flatMap((threadingMode) =>
    TRANSPORTS.map((datagramTransport) => ({
      threadingMode,
      datagramTransport,
      losses: false,
      flows: datagramTransport === THOROUGH[threadingMode] ? FLOWS : FLOWS_OF_EACH_END_POINT,
    })),
  ),
  { threadingMode: 'SHARED', datagramTransport: 'auto', settings: LOSSES, losses: true, flows: RELIABLE_FLOWS },
  { threadingMode: 'DEDICATED', datagramTransport: 'auto', settings: INTERCEPTED, losses: true, flows: RELIABLE_FLOWS },
];

describe.each(CELLS)('$threadingMode over $datagramTransport, losses: $losses', (cell) => {
  let scene: Scene;
  const { flows } = cell;
  const running = new Map<string, Promise<void>>();

  beforeAll(async () => {
    scene = new Scene(cell);
    await scene.open();
    for (const name of flows) {
      const flow = playFlow(name, scene);
      flow.catch(() => undefined); // told by its test
      running.set(name, flow);
    }
  });

  afterAll(() => scene.close());

  it.each(flows)('%s', (name) => running.get(name));

  it('repaired what was lost, if anything was', () => {
    const counts = scene.peers.map(({ directory }) => scene.stage.view(directory));
    const sum = (name: 'NAK_MESSAGES_SENT' | 'NAK_MESSAGES_RECEIVED' | 'RETRANSMITS_SENT'): number =>
      counts.reduce((total, view) => total + view.system(name), 0);
    const repairs = [sum('NAK_MESSAGES_SENT'), sum('NAK_MESSAGES_RECEIVED'), sum('RETRANSMITS_SENT')];
    expect(Math.min(...repairs)).toBeGreaterThan(cell.losses ? 20 : -1);
  });

  it('and in the end the drivers hold nothing, have counted what there was, and end in order', async () => {
    for (const { client, directory, driver } of scene.peers) {
      const view = scene.stage.view(directory);
      await until(
        () => view.counters().every(({ typeId }) => typeId === CLIENT_HEARTBEAT_TYPE_ID),
        () => `counters are left: ${JSON.stringify(view.counters())}`,
      );
      expect(view.system('INVALID_PACKETS')).toBe(0);
      const hasRejected = directory === scene.near.directory && flows.includes(REJECTION_FLOW);
      expect(view.system('ERRORS')).toBe(hasRejected ? 1 : 0);
      expect(await client.call('status')).toMatchObject({ isClosed: false, errors: [] });
      await client.exit();
      await stopDriver(driver);
      expect(await driver.ended).toMatchObject({ code: 15, stderr: '' });
    }
  });
});
