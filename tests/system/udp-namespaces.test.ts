// SPDX-License-Identifier: Apache-2.0
/**
 * Two drivers on machines of their own, as far as the network goes: the cable is pulled and plugged in again, there are addresses to
 * which no way leads, and a line that loses. Where that can't be had, its tests are skipped with the reason.
 */
import { Aeron } from '@aeron/client';
import { Namespaces, namespacesProblem, type Side } from '../support/namespaces.ts';
import { freePort } from '../support/ports.ts';
import { runTool } from '../support/tools.ts';
import { Flow } from '../support/udp-flow.ts';
import { Scene } from '../support/udp-scene.ts';
import { until } from '../support/until.ts';

jest.setTimeout(120_000);

const GROUP = 'endpoint=224.20.30.39:40457|interface=10.77.0.0/24';
const NETEM = ['netem', 'loss', '5%', 'delay', '2ms', '1ms', 'reorder', '95%', 'duplicate', '2%'];
/** Short, for those that part; longer than a busy machine keeps a driver waiting, for those that must not. */
const SETTINGS = {
  'aeron.publication.connection.timeout': '3s',
  'aeron.image.liveness.timeout': '3s',
};
const NO_WAY = '203.0.113.9';

const problem = namespacesProblem();
const whereThereAreSome = (problem === undefined ? describe : describe.skip) as typeof describe;

whereThereAreSome(`drivers in network namespaces${problem === undefined ? '' : ` (${problem})`}`, () => {
  let namespaces: Namespaces;
  let scene: Scene;

  beforeEach(async () => {
    namespaces = Namespaces.open();
    scene = new Scene({
      ...{ threadingMode: 'DEDICATED', datagramTransport: 'auto', settings: SETTINGS },
      hosts: namespaces.hosts,
    });
    await scene.open();
  });

  afterEach(async () => {
    await scene.close();
    namespaces.close();
  });

  /** A unicast one and a multicast one. */
  async function channels(): Promise<readonly [string, string]> {
    return [`aeron:udp?endpoint=${scene.far.address}:${await freePort()}`, `aeron:udp?${GROUP}`];
  }

  /** Streams over all channels, each of which has carried something. */
  async function openStreams() {
    return Promise.all(
      (await channels()).map(async (channel) => {
        const flow = new Flow(scene);
        const subscription = await flow.subscription(scene.far, channel);
        const publication = await flow.publication(scene.near, channel);
        await flow.connected([publication], [subscription]);
        await flow.carry([publication], [subscription]);
        return { flow, subscription, publication };
      }),
    );
  }

  it('carry streams over the cable, and repair what is lost while it is out for a moment', async () => {
    const streams = await openStreams();
    const carrying = streams.map(({ flow, subscription, publication }) =>
      flow.carry([publication], [subscription], 300),
    );
    namespaces.setLink('far', 'down');
    await new Promise((resolve) => setTimeout(resolve, 300)); // less than any time-out
    namespaces.setLink('far', 'up');
    await Promise.all(carrying);
    expect(scene.stage.view(scene.near.directory).system('RETRANSMITS_SENT')).toBeGreaterThan(0);
  });

  it.each(['near', 'far'] as const satisfies readonly Side[])(
    'part when the cable is pulled at the %s side, and come together when it is plugged in again',
    async (side) => {
      const streams = await openStreams();
      namespaces.setLink(side, 'down');
      for (const { flow, subscription, publication } of streams) {
        await scene.near.client.call('untilConnected', { handle: publication.handle, isConnected: false });
        await flow.images(subscription, 0);
      }
      namespaces.setLink(side, 'up');
      for (const { flow, subscription, publication } of streams) {
        await flow.connected([publication], [subscription]);
        await flow.carry([publication], [subscription]);
      }
      if (side === 'near') {
        // Without its interface there was no way, which somebody should know.
        expect((await runTool('error-stat', scene.near.directory)).stdout).toMatch(
          new RegExp(`failed to send datagram to ${scene.far.address}:\\d+: .*ENETUNREACH`),
        );
      }
    },
  );

  it('refuse what no way leads to, tell of a destination that can not be reached, and go on', async () => {
    const { near, far } = scene;
    const aeron = await Aeron.connect({ aeronDirectoryName: near.directory });
    await expect(aeron.addPublication(`aeron:udp?endpoint=${NO_WAY}:40123`, 1)).rejects.toMatchObject({
      errorCode: 'GENERIC_ERROR',
      message: expect.stringMatching(/ENETUNREACH/),
    });
    await aeron.close();
    const [channel] = await channels();
    const flow = new Flow(scene);
    const subscription = await flow.subscription(far, channel);
    const publication = await flow.publication(near, 'aeron:udp?control-mode=manual');
    const { handle } = publication;
    await near.client.call('addDestination', { handle, channel });
    await flow.connected([publication], [subscription]);
    await flow.carry([publication], [subscription]);
    const unreachable = { handle, channel: `aeron:udp?endpoint=${NO_WAY}:40123` };
    await near.client.call('addDestination', unreachable);
    await until(
      async () =>
        (await runTool('error-stat', near.directory)).stdout.includes(`failed to send datagram to ${NO_WAY}:40123`),
      'the line in the error log',
    );
    await near.client.call('removeDestination', unreachable); // until then all wait for it, as in the reference
    await flow.carry([publication], [subscription]);
    expect(scene.stage.view(far.directory).system('ERRORS')).toBe(0);
  });

  it('carry streams over a line that is too thin, whose queue drops what does not fit', async () => {
    namespaces.setQueue('near', 'tbf', 'rate', '40mbit', 'burst', '2kb', 'limit', '3kb');
    // The window is less than half a term: see the limits for what padding does at one of just that.
    const channel = `${(await channels())[0]}|term-length=1m`;
    const flow = new Flow(scene);
    const subscription = await flow.subscription(scene.far, channel);
    const publication = await flow.publication(scene.near, channel);
    await flow.connected([publication], [subscription]);
    const view = scene.stage.view(scene.near.directory);
    // It drops all but three datagrams of what comes at once, so that frames arrive one by one while the conductor looks for them;
    // but a driver that has to wait for its turn may send no more than that at first.
    await until(async () => {
      await flow.carry([publication], [subscription], 300);
      return view.system('RETRANSMITS_SENT') > 0;
    }, 'something that was dropped, and sent again');
  });

  const lossProblem = problem ?? namespacesProblem(...NETEM);
  const whereItLoses = lossProblem === undefined ? it : it.skip;
  whereItLoses(
    `carry streams over a line that loses, delays, reorders and repeats${lossProblem === undefined ? '' : ` (${lossProblem})`}`,
    async () => {
      namespaces.setQueue('near', ...NETEM);
      namespaces.setQueue('far', ...NETEM);
      for (const channel of await channels()) {
        const flow = new Flow(scene);
        const subscription = await flow.subscription(scene.far, channel);
        const publication = await flow.publication(scene.near, channel);
        await flow.connected([publication], [subscription]);
        await flow.carry([publication], [subscription], 500);
        await flow.closeAll();
      }
      expect(scene.stage.view(scene.near.directory).system('RETRANSMITS_SENT')).toBeGreaterThan(0);
    },
  );
});
