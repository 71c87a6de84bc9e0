// SPDX-License-Identifier: Apache-2.0
/**
 * More gaps than a multicast publication has slots to send them again: what finds none is counted and dropped, and comes again with
 * the next NAK of its receiver.
 */
import { freePort } from '../support/ports.ts';
import { nakFrame, RawPeer } from '../support/raw-peer.ts';
import { Flow } from '../support/udp-flow.ts';
import { Scene } from '../support/udp-scene.ts';
import { until } from '../support/until.ts';

jest.setTimeout(120_000);

const TRANSPORTS = process.platform === 'linux' ? (['dgram', 'batch', 'offload'] as const) : (['dgram'] as const);
const TERM_ID = 7;
const FRAME_ALIGNMENT = 32;
/** Of a multicast channel; that for control is the next one. */
const DATA_GROUP = '224.20.30.99';
const CONTROL_GROUP = '224.20.30.100';
/** How long a slot is taken once it was used. */
const LINGER = 'aeron.retransmit.unicast.linger';

describe.each(TRANSPORTS)('over %s', (datagramTransport) => {
  let scene: Scene;

  beforeEach(() => {
    scene = new Scene({ threadingMode: 'DEDICATED', datagramTransport });
  });

  afterEach(() => scene.close());

  it('each gap beyond the slots is counted, once for each time that it is asked for', async () => {
    const near = await scene.peer(0, { [LINGER]: '3s' });
    const far = await scene.peer(1);
    const view = scene.stage.view(near.directory);
    const [slots, gaps] = [3, 10];
    const port = await freePort();
    const channel = `aeron:udp?endpoint=${DATA_GROUP}:${port}|interface=localhost`;
    const flow = new Flow(scene);
    const subscription = await flow.subscription(far, channel);
    const publication = await flow.publication(
      near,
      `${channel}|max-resend=${slots}|init-term-id=${TERM_ID}|term-id=${TERM_ID}|term-offset=0`,
      { isExclusive: true },
    );
    const { handle } = publication;
    await flow.connected([publication], [subscription]);
    await flow.carryInSteps(publication, [subscription], 1);
    expect(view.system('NAK_MESSAGES_RECEIVED')).toBe(0);

    const { sessionId } = await near.client.call<{ sessionId: number }>('describe', { handle });
    const key = { sessionId, streamId: flow.streamId };
    const stranger = await RawPeer.open();
    const ask = async (): Promise<void> => {
      for (let gap = 0; gap < gaps; gap++) {
        const nak = nakFrame(key, TERM_ID, gap * FRAME_ALIGNMENT, FRAME_ALIGNMENT);
        await stranger.send(nak, port, CONTROL_GROUP);
      }
    };
    for (const round of [1, 2]) {
      await ask();
      await until(() => view.system('NAK_MESSAGES_RECEIVED') === round * gaps, 'the NAKs');
      expect(view.system('RETRANSMIT_OVERFLOW')).toBe(round * (gaps - slots));
    }
    stranger.close();
    await flow.carryInSteps(publication, [subscription]);
    expect(view.system('ERRORS')).toBe(0);
  });

  it('receivers that lose more than is sent again at a time get all of it in the end', async () => {
    const near = await scene.peer(0);
    const losing = { 'aeron.debug.receive.data.loss.rate': '0.2' };
    const peers = [await scene.peer(1, losing), await scene.peer(2, losing)];
    const view = scene.stage.view(near.directory);
    const flow = new Flow(scene);
    const channel = `aeron:udp?endpoint=${DATA_GROUP}:${await freePort()}|interface=localhost`;
    const subscriptions = await Promise.all(peers.map((peer) => flow.subscription(peer, channel)));
    const publication = await flow.publication(near, `${channel}|fc=min,g:/2|max-resend=1`);
    await flow.connected([publication], subscriptions);
    do {
      await flow.carry([publication], subscriptions);
    } while (view.system('RETRANSMIT_OVERFLOW') === 0);
    await flow.carry([publication], subscriptions);
    expect(view.system('RETRANSMITS_SENT')).toBeGreaterThan(0);
    expect(view.system('ERRORS')).toBe(0);
  });
});
