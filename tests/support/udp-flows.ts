// SPDX-License-Identifier: Apache-2.0
/** What UDP channels can do, each kind as a flow of messages between processes whose every byte is compared. */
import { networkInterfaces } from 'node:os';
import { freePort } from './ports.ts';
import { Flow } from './udp-flow.ts';
import type { Scene } from './udp-scene.ts';
import { until } from './until.ts';

const GROUP_TAG = -7;
/** Containers often go without. */
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

interface Image {
  readonly sessionId: number;
  readonly correlationId: number;
  readonly sourceIdentity: string;
  readonly activeTransportCount: number;
}

const images = (end: { client: Scene['near']['client']; handle: number }) =>
  end.client.call<Image[]>('images', { handle: end.handle });

async function multicast(flow: Flow, flowControl: string, tag = ''): Promise<void> {
  const { near, far, third } = flow.scene;
  const group = await flow.scene.nextGroup();
  const subscriptions = [await flow.subscription(far, group + tag), await flow.subscription(third, group)];
  const publication = await flow.publication(near, group + flowControl);
  await flow.connected([publication], subscriptions);
  await flow.carryInSteps(publication, subscriptions);
}

/** Leaves out what is lost, and with it what can't be counted where something is. */
export const UNRELIABLE_FLOW = 'a stream that need not be reliable';

/** Ends with an error in the log of the driver at the near end, on purpose. */
export const REJECTION_FLOW = 'an image that is rejected, of which the publication is told';

/** Each by its name. */
const ALL: Readonly<Record<string, (flow: Flow) => Promise<void>>> = {
  async 'unicast, to the end of the stream'(flow) {
    const { near, far } = flow.scene;
    const channel = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
    const subscription = await flow.subscription(far, channel);
    const publications = [await flow.publication(near, channel), await flow.publication(near, channel)];
    await flow.connected(publications.slice(0, 1), [subscription]); // which share a session
    await flow.carry(publications, [subscription]);
    for (const publication of publications) {
      await flow.close(publication);
    }
    await flow.images(subscription, 0);
  },

  async 'exclusive publications, each a session'(flow) {
    const { near, far, third } = flow.scene;
    const channel = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
    const subscriptions = [await flow.subscription(far, channel), await flow.subscription(far, channel)];
    const publications = [
      await flow.publication(near, channel, { isExclusive: true }),
      await flow.publication(near, `${channel}|mtu=8k`, { isExclusive: true }),
      await flow.publication(third, channel, { isExclusive: true }),
    ];
    await flow.connected(publications, subscriptions);
    await flow.carry(publications, subscriptions);
  },

  async 'names, and an address of IPv6 where there is one'(flow) {
    const { near, far } = flow.scene;
    for (const host of ['localhost', ...(hasIpv6 ? ['[::1]'] : [])]) {
      const channel = `aeron:udp?endpoint=${host}:${await freePort()}`;
      const subscription = await flow.subscription(far, channel);
      const publication = await flow.publication(near, channel);
      await flow.connected([publication], [subscription]);
      await flow.carry([publication], [subscription]);
    }
  },

  async 'ports that the operating system picks'(flow) {
    const { near, far } = flow.scene;
    const subscription = await flow.subscription(far, `aeron:udp?endpoint=${far.address}:0`);
    const endpoint = await until(async () => {
      const { handle } = subscription;
      const { localSocketAddresses } = await far.client.call<{ localSocketAddresses: string[] }>('describe', {
        handle,
      });
      return localSocketAddresses[0];
    }, 'the address');
    const publication = await flow.publication(near, `aeron:udp?endpoint=${endpoint}`);
    await flow.connected([publication], [subscription]);
    await flow.carry([publication], [subscription]);
  },

  async 'subscriptions to one session'(flow) {
    const { near, far } = flow.scene;
    const channel = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
    const [one, two] = [
      await flow.subscription(far, `${channel}|session-id=1`),
      await flow.subscription(far, `${channel}|session-id=-2`),
    ];
    const publications = [
      await flow.publication(near, `${channel}|session-id=1`, { isExclusive: true }),
      await flow.publication(near, `${channel}|session-id=-2`, { isExclusive: true }),
    ] as const;
    await flow.connected([publications[0]], [one]);
    await flow.connected([publications[1]], [two]);
    await Promise.all([flow.carry([publications[0]], [one]), flow.carry([publications[1]], [two])]);
    expect((await far.client.received(one.handle)).counts).toEqual({ 1: publications[0].count });
    expect((await far.client.received(two.handle)).counts).toEqual({ 2: publications[1].count });
  },

  async 'end points and sessions by tag'(flow) {
    const { near, far } = flow.scene;
    const endpoint = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
    const [channelTag, entityTag] = [flow.streamId * 2, flow.streamId * 2 + 1];
    const other = { streamId: flow.streamId + 1 };
    const subscriptions = [
      await flow.subscription(far, endpoint),
      await flow.subscription(far, endpoint, other),
    ] as const;
    const publications = [
      await flow.publication(near, `${endpoint}|tags=${channelTag},${entityTag}`, { isExclusive: true }),
      await flow.publication(near, `aeron:udp?tags=${channelTag}|session-id=tag:${entityTag}`, {
        ...other,
        isExclusive: true,
      }),
    ] as const;
    const spy = await flow.subscription(near, `aeron-spy:aeron:udp?tags=${channelTag}`, other);
    await flow.connected([publications[0]], [subscriptions[0]]);
    await flow.connected([publications[1]], [subscriptions[1], spy]);
    await flow.carry([publications[0]], [subscriptions[0]]);
    await flow.carry([publications[1]], [subscriptions[1], spy]);
    const sessions = [...(await images(subscriptions[0])), ...(await images(subscriptions[1]))];
    expect(new Set(sessions.map(({ sessionId }) => sessionId)).size).toBe(1);
  },

  'multicast, max flow control': (flow) => multicast(flow, '|fc=max'),
  'multicast, min flow control': (flow) => multicast(flow, '|fc=min,g:/2'),
  'multicast, tagged flow control': (flow) => multicast(flow, `|fc=tagged,g:${GROUP_TAG}/1`, `|gtag=${GROUP_TAG}`),

  async 'a group that one joins late'(flow) {
    const { near, far, third } = flow.scene;
    const group = await flow.scene.nextGroup();
    const early = await flow.subscription(far, group);
    const publication = await flow.publication(near, group);
    await flow.connected([publication], [early]);
    await flow.carryInSteps(publication, [early], 3);
    const late = await flow.subscription(third, group, { isLate: true });
    await flow.images(late, 1);
    await flow.carryInSteps(publication, [early, late]);
  },

  async 'destinations that are found'(flow) {
    const { near, far, third } = flow.scene;
    const control = `control=${near.address}:${await freePort()}|control-mode=dynamic`;
    const subscriptions = [
      await flow.subscription(far, `aeron:udp?endpoint=${far.address}:0|${control}`),
      await flow.subscription(third, `aeron:udp?endpoint=${third.address}:${await freePort()}|${control}`),
    ];
    const publication = await flow.publication(near, `aeron:udp?${control}|fc=min,g:/2`);
    await flow.connected([publication], subscriptions);
    await flow.carry([publication], subscriptions);
  },

  async 'destinations that are given, and taken away'(flow) {
    const { near, far, third } = flow.scene;
    const channels = [
      `aeron:udp?endpoint=${far.address}:${await freePort()}`,
      `aeron:udp?endpoint=${third.address}:${await freePort()}`,
    ] as const;
    const [kept, left] = [await flow.subscription(far, channels[0]), await flow.subscription(third, channels[1])];
    const publication = await flow.publication(near, 'aeron:udp?control-mode=manual');
    const { handle } = publication;
    for (const channel of channels) {
      await near.client.call('addDestination', { handle, channel });
    }
    await flow.connected([publication], [kept, left]);
    await flow.carryInSteps(publication, [kept, left]);
    await near.client.call('removeDestination', { handle, channel: channels[1] });
    const { counts } = await third.client.received(left.handle);
    await flow.carryInSteps(publication, [kept]);
    expect((await third.client.received(left.handle)).counts).toEqual(counts);
  },

  async 'a subscription with several destinations'(flow) {
    const { near, far, third } = flow.scene;
    const subscription = await flow.subscription(far, 'aeron:udp?control-mode=manual');
    const several = await flow.publication(near, 'aeron:udp?control-mode=manual');
    const channels = [
      `aeron:udp?endpoint=${far.address}:${await freePort()}`,
      `aeron:udp?endpoint=${far.address}:${await freePort()}`,
    ] as const;
    for (const channel of channels) {
      await far.client.call('addDestination', { handle: subscription.handle, channel });
      await near.client.call('addDestination', { handle: several.handle, channel });
    }
    const one = await flow.publication(third, channels[1]);
    await flow.connected([several, one], [subscription]);
    await flow.carry([several, one], [subscription]);
    await until(async () => {
      const counts = (await images(subscription)).map(({ activeTransportCount }) => activeTransportCount);
      return counts.sort().join() === '1,2';
    }, 'one image by one transport, the other by two');
    await far.client.call('removeDestination', { handle: subscription.handle, channel: channels[0] });
    await flow.carry([several, one], [subscription]);
  },

  async 'answers to who asked'(flow) {
    const { near, far, third } = flow.scene;
    const channel = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
    const control = `aeron:udp?control=${far.address}:${await freePort()}|control-mode=response`;
    const answers = { streamId: flow.streamId + 1 };
    const requests = await flow.subscription(far, channel);
    for (const [index, asker] of [near, third].entries()) {
      const responses = await flow.subscription(asker, control, answers);
      const { registrationId } = await asker.client.call<{ registrationId: number }>('describe', {
        handle: responses.handle,
      });
      const request = await flow.publication(asker, `${channel}|response-correlation-id=${registrationId}`);
      await flow.images(requests, index + 1);
      await asker.client.call('untilConnected', { handle: request.handle });
      await flow.carry([request], [requests]);
      const { sessionId } = await asker.client.call<{ sessionId: number }>('describe', { handle: request.handle });
      const image = (await images(requests)).find((each) => each.sessionId === sessionId);
      const response = await flow.publication(
        far,
        `${control}|response-correlation-id=${image?.correlationId}`,
        answers,
      );
      await flow.connected([response], [responses]);
      await flow.carry([response], [responses]);
    }
  },

  async 'spies alone'(flow) {
    const { near, far } = flow.scene;
    const channel = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
    const spies = [
      await flow.subscription(near, `aeron-spy:${channel}`),
      await flow.subscription(near, `aeron-spy:${channel}`),
    ];
    const publication = await flow.publication(near, `${channel}|ssc=true`, { isExclusive: true });
    await flow.connected([publication], spies);
    await flow.carry([publication], spies);
    await flow.close(publication);
    await Promise.all(spies.map((spy) => flow.images(spy, 0)));
  },

  async 'a spy beside a receiver'(flow) {
    const { near, far } = flow.scene;
    const channel = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
    const subscriptions = [
      await flow.subscription(near, `aeron-spy:${channel}`),
      await flow.subscription(far, channel),
    ];
    const publication = await flow.publication(near, channel, { isExclusive: true });
    await flow.connected([publication], subscriptions);
    await flow.carry([publication], subscriptions);
  },

  async 'cubic congestion control, and a window that is given'(flow) {
    const { near, far } = flow.scene;
    for (const parameters of ['cc=cubic', 'cc=static|rcv-wnd=16k']) {
      const channel = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
      const subscription = await flow.subscription(far, `${channel}|${parameters}`);
      const publication = await flow.publication(near, channel);
      await flow.connected([publication], [subscription]);
      await flow.carry([publication], [subscription]);
    }
  },

  async [UNRELIABLE_FLOW](flow) {
    const { near, far } = flow.scene;
    const channel = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
    const subscription = await flow.subscription(far, `${channel}|reliable=false`);
    const publication = await flow.publication(near, channel);
    await flow.connected([publication], [subscription]);
    await flow.carryInSteps(publication, [subscription]); // more at once than its socket holds would be lost
  },

  async 'an untethered subscriber that is left behind, and let in again'(flow) {
    const { near, far } = flow.scene;
    const channel = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
    const tethered = await flow.subscription(far, `${channel}|rcv-wnd=16k`);
    const loose = await flow.subscription(far, `${channel}|rcv-wnd=16k|tether=false`);
    await far.client.call('stopReading', { handle: loose.handle });
    const publication = await flow.publication(near, channel);
    await flow.connected([publication], [tethered, loose]);
    for (const count of [0, 1]) {
      let isSo = false;
      const waiting = flow.images(loose, count).finally(() => {
        isSo = true;
      });
      while (!isSo) {
        await flow.carryInSteps(publication, [tethered], 1);
      }
      await waiting;
    }
  },

  async 'a stream that is revoked'(flow) {
    const { near, far } = flow.scene;
    const channel = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
    const subscription = await flow.subscription(far, channel);
    const publication = await flow.publication(near, channel, { isExclusive: true });
    await flow.connected([publication], [subscription]);
    await flow.carry([publication], [subscription]);
    await near.client.call('revoke', { handle: publication.handle });
    await flow.images(subscription, 0);
  },

  async [REJECTION_FLOW](flow) {
    const { near, far } = flow.scene;
    const channel = `aeron:udp?endpoint=${far.address}:${await freePort()}`;
    const subscription = await flow.subscription(far, channel);
    const publication = await flow.publication(near, channel);
    await flow.connected([publication], [subscription]);
    await flow.carry([publication], [subscription]);
    await far.client.call('reject', { handle: subscription.handle, reason: 'not like this' });
    await until(async () => {
      const { frames } = await near.client.call<{ frames: readonly unknown[] }>('status');
      return (
        frames.length === 1 &&
        expect(frames).toEqual([{ errorCode: 'IMAGE_REJECTED', errorMessage: 'not like this' }]) === undefined
      );
    }, 'the error frame');
  },
};

/** For a short look: one of each kind of end point. */
export const FLOWS_OF_EACH_END_POINT: readonly string[] = [
  'unicast, to the end of the stream',
  'multicast, min flow control',
  'destinations that are found',
  'a subscription with several destinations',
  'answers to who asked',
  'a spy beside a receiver',
];

/** Names of all flows. */
export const FLOWS: readonly string[] = Object.keys(ALL);

/** Plays one of them on a scene; others may be under way. @throws Error when anything is not as it should be. */
export async function playFlow(name: string, scene: Scene): Promise<void> {
  const play = ALL[name];
  if (play === undefined) {
    throw new RangeError(`no such flow: ${name}`);
  }
  const flow = new Flow(scene);
  await play(flow);
  await flow.closeAll();
}
