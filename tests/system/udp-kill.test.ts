// SPDX-License-Identifier: Apache-2.0
/** Drivers on a network that are killed (kill -9) and replaced, or held up for long: the others go on, and streams come back. */

import { freePort } from '../support/ports.ts';
import { Flow, type PublishingEnd } from '../support/udp-flow.ts';
import { type Peer, Scene } from '../support/udp-scene.ts';

jest.setTimeout(120_000);

const REPLACEMENT = { 'aeron.dir.delete.on.start': 'true' }; // or it would wait until the dead one's heartbeat is old
const TIMEOUTS = {
  'aeron.publication.connection.timeout': '1s',
  'aeron.image.liveness.timeout': '2s',
  'aeron.flow.control.receiver.timeout': '1s',
};

async function disconnected({ client, handle }: PublishingEnd): Promise<void> {
  await client.call('untilConnected', { handle, isConnected: false });
}

/** A stream between two drivers that nothing happens to. */
async function bystanders(scene: Scene, from: Peer, to: Peer): Promise<{ goOn(): Promise<void> }> {
  const flow = new Flow(scene);
  const channel = `aeron:udp?endpoint=${to.address}:${await freePort()}`;
  const subscription = await flow.subscription(to, channel);
  const publication = await flow.publication(from, channel);
  await flow.connected([publication], [subscription]);
  return { goOn: () => flow.carryInSteps(publication, [subscription], 2) };
}

describe.each(['SHARED', 'DEDICATED'] as const)('with threading mode %s', (threadingMode) => {
  let scene: Scene;

  beforeEach(async () => {
    scene = new Scene({ threadingMode, datagramTransport: 'auto', settings: TIMEOUTS });
    await scene.open();
  });

  afterEach(() => scene.close());

  it('a receiver that is killed and replaced gets the stream from where it comes back; nobody else misses anything', async () => {
    const { near, far, third } = scene;
    const flow = new Flow(scene);
    const others = await bystanders(scene, third, near);
    const group = await scene.nextGroup();
    const [lost, kept] = [await flow.subscription(far, group), await flow.subscription(third, group)];
    const publication = await flow.publication(near, `${group}|fc=min`);
    await flow.connected([publication], [lost, kept]);
    await flow.carry([publication], [lost, kept]);
    await far.driver.kill();
    await flow.carry([publication], [kept]); // waits until the dead one is not waited for any more
    await others.goOn();
    await far.client.child.kill();
    const next = await scene.peer(1, REPLACEMENT, far.directory);
    const found = await flow.subscription(next, group, { isLate: true });
    await flow.images(found, 1);
    await flow.carry([publication], [found, kept]);
    expect(await near.client.call('status')).toMatchObject({ isClosed: false, errors: [] });
    expect(scene.stage.view(near.directory).system('ERRORS')).toBe(0);
  });

  it('a sender that is killed and replaced begins a new image; the old one ends with all that had come', async () => {
    const { near, far, third } = scene;
    const flow = new Flow(scene);
    const others = await bystanders(scene, third, far);
    const channel = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
    const subscription = await flow.subscription(far, channel);
    const publication = await flow.publication(near, channel);
    await flow.connected([publication], [subscription]);
    await flow.carry([publication], [subscription]);
    await near.driver.kill();
    await near.client.child.kill();
    await others.goOn();
    await flow.images(subscription, 0);
    const next = await scene.peer(0, REPLACEMENT, near.directory);
    const successor = await flow.publication(next, channel);
    await flow.connected([successor], [subscription]);
    await flow.carry([successor], [subscription]);
    await others.goOn();
    expect((await far.client.received(subscription.handle)).counts).toEqual({
      1: publication.count,
      2: successor.count,
    });
    expect(scene.stage.view(far.directory).system('ERRORS')).toBe(0);
  });

  it('a receiver that is held up until the connection is over is connected anew, and loses nothing that was accepted after', async () => {
    const { near, far, third } = scene;
    const flow = new Flow(scene);
    const others = await bystanders(scene, third, near);
    const channel = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
    const subscription = await flow.subscription(far, channel);
    const publication = await flow.publication(near, channel);
    await flow.connected([publication], [subscription]);
    await flow.carry([publication], [subscription]);
    far.driver.signal('SIGSTOP');
    await disconnected(publication);
    await others.goOn();
    far.driver.signal('SIGCONT');
    await near.client.call('untilConnected', { handle: publication.handle });
    await flow.carry([publication], [subscription]);
    expect(await far.client.call('status')).toMatchObject({ isClosed: false, errors: [] });
  });
});
