// SPDX-License-Identifier: Apache-2.0
/** The kinds of channels there are, each as a route between simulated hosts with parameters drawn at random. */
import type { SeededRandom } from '@aeron/core/testing';
import type { PublicationEnd, SubscriptionEnd } from './ends.ts';
import type { PublicationWish, Route, SubscriptionWish } from './route.ts';

/** What a route is made from. */
export interface RouteGround {
  readonly random: SeededRandom;
  /** Numeric address and name of each host. */
  readonly hosts: readonly { readonly name: string; readonly address: string }[];
  /** The first of ten ports that are its own, and even. */
  readonly port: number;
  readonly streamId: number;
}

const GROUP_TAG = -7;
const RENEW_AFTER_NS = 3e9;

/** What is the same for all subscriptions of a route. */
interface Reception {
  readonly parameters: string;
  readonly mayLose: boolean;
}

function reception({ random }: RouteGround, more: readonly string[] = []): Reception {
  const mayLose = random.chance(0.2);
  const parameters =
    (mayLose ? '|reliable=false' : '') +
    random.pick(['', '', '|rcv-wnd=16k', '|rcv-wnd=32k']) +
    random.pick(['', '|cc=static', '|cc=cubic']) +
    random.pick(['', '', '|nak-delay=100us', '|nak-delay=5ms']) +
    more.join('');
  return { parameters, mayLose };
}

function sending({ random }: RouteGround): string {
  return `|term-length=${random.pick(['64k', '128k'])}|linger=200ms${random.pick(['', '|mtu=1344', '|mtu=4096', '|mtu=8k'])}`;
}

function groupFlowControl(random: SeededRandom, receiverCount: number): string {
  return random.pick([
    '',
    '|fc=max',
    '|fc=min',
    `|fc=min,g:/${receiverCount}`,
    '|fc=min,t:1s',
    `|fc=tagged,g:${GROUP_TAG}`,
    `|fc=tagged,g:${GROUP_TAG}/1,t:1s`,
  ]);
}

function publication(hostIndex: number, streamId: number, channel: string, more: Partial<PublicationWish> = {}) {
  return { hostIndex, streamId, channel: () => channel, isExclusive: false, destinations: [], ...more };
}

function subscription(
  { random, streamId }: RouteGround,
  hostIndex: number,
  channel: string,
  { parameters, mayLose }: Reception,
  more: Partial<SubscriptionWish> = {},
): SubscriptionWish {
  const isTether = random.chance(0.8);
  return {
    ...{ hostIndex, streamId, channel: channel + parameters + (isTether ? '' : '|tether=false') },
    ...{ isTether, mayLose, sessionId: undefined, destinations: [], isSpy: false, renewAfterNs: 0 },
    ...more,
  };
}

const all = (): boolean => true;

/** Two different hosts; the same one twice now and then. */
function pair({ random, hosts }: RouteGround): [number, number] {
  const from = random.nextInt(hosts.length);
  return [from, random.chance(0.1) ? from : (from + random.nextBetween(1, hosts.length - 1)) % hosts.length];
}

function addressOf({ random, hosts }: RouteGround, index: number): string {
  const host = hosts[index];
  return random.chance(0.3) ? (host?.name ?? '') : (host?.address ?? '');
}

function unicast(ground: RouteGround): Route {
  const { random, port, streamId } = ground;
  const [from, to] = pair(ground);
  const endpoint = `aeron:udp?endpoint=${addressOf(ground, to)}:${port}`;
  const isExclusive = random.chance(0.5);
  const count = random.nextBetween(1, 2);
  const how = reception(ground);
  const channel = endpoint + sending(ground);
  return {
    kind: how.mayLose ? 'unicast, unreliable' : 'unicast',
    publications: Array.from({ length: count }, () => publication(from, streamId, channel, { isExclusive })),
    subscriptions: Array.from({ length: random.nextBetween(1, 2) }, () => subscription(ground, to, endpoint, how)),
    hears: all,
  };
}

function sessionSpecific(ground: RouteGround): Route {
  const { random, port, streamId } = ground;
  const [from, to] = pair(ground);
  const endpoint = `aeron:udp?endpoint=${addressOf(ground, to)}:${port}`;
  const how = reception(ground);
  const sessions = [random.nextInt32(), random.nextInt32()];
  const parameters = sending(ground);
  return {
    kind: 'session-specific',
    publications: sessions.map((sessionId) =>
      publication(from, streamId, `${endpoint}|session-id=${sessionId}${parameters}`, { isExclusive: true }),
    ),
    subscriptions: sessions
      .slice(0, random.nextBetween(1, 2))
      .map((sessionId) => subscription(ground, to, `${endpoint}|session-id=${sessionId}`, how, { sessionId })),
    hears: ({ wish }, { publisher }) => publisher?.publication.sessionId === wish.sessionId,
  };
}

function multicast(ground: RouteGround): Route {
  const { random, port, streamId, hosts } = ground;
  const from = random.nextInt(hosts.length);
  const group = `aeron:udp?endpoint=224.20.30.${2 * random.nextInt(100) + 1}:${port}|interface=10.0.0.0/16`;
  const how = reception(ground, [random.pick(['', '|group=true'])]);
  const receivers = hosts.map((_, index) => index).filter((index) => index !== from || random.chance(0.3));
  const flowControl = groupFlowControl(random, receivers.length);
  const tag = flowControl.includes('tagged') ? `|gtag=${GROUP_TAG}` : '';
  return {
    kind: `multicast${flowControl.split(/[,/]/)[0]}`,
    publications: [publication(from, streamId, `${group}${sending(ground)}${flowControl}`)],
    subscriptions: receivers.map((index) => subscription(ground, index, group + tag, how)),
    hears: all,
  };
}

function dynamicCast(ground: RouteGround): Route {
  const { random, port, streamId, hosts } = ground;
  const from = random.nextInt(hosts.length);
  const control = `control=${addressOf(ground, from)}:${port}|control-mode=dynamic`;
  const how = reception(ground);
  const receivers = hosts.map((_, index) => index).filter((index) => index !== from);
  const flowControl = groupFlowControl(random, receivers.length);
  const tag = flowControl.includes('tagged') ? `|gtag=${GROUP_TAG}` : '';
  const endpoint = (index: number): string =>
    `aeron:udp?endpoint=${hosts[index]?.address}:${random.chance(0.5) ? 0 : port + 2}|${control}`;
  return {
    kind: `dynamic multi-destination cast${flowControl.split(/[,/]/)[0]}`,
    publications: [publication(from, streamId, `aeron:udp?${control}${sending(ground)}${flowControl}`)],
    subscriptions: receivers.map((index) => subscription(ground, index, endpoint(index) + tag, how)),
    hears: all,
  };
}

function manualCast(ground: RouteGround): Route {
  const { random, port, streamId, hosts } = ground;
  const from = random.nextInt(hosts.length);
  const how = reception(ground);
  const receivers = hosts.map((_, index) => index).filter((index) => index !== from);
  const endpoints = receivers.map((index) => `aeron:udp?endpoint=${addressOf(ground, index)}:${port}`);
  const flowControl = random.pick(['', '|fc=min', '|fc=max']);
  return {
    kind: `manual multi-destination cast${flowControl}`,
    publications: [
      publication(from, streamId, `aeron:udp?control-mode=manual${sending(ground)}${flowControl}`, {
        isExclusive: random.chance(0.5),
        destinations: endpoints,
      }),
    ],
    subscriptions: receivers.map((index, i) => subscription(ground, index, endpoints[i] ?? '', how)),
    hears: all,
  };
}

/** One subscription with two transports; one publication comes by both of them, another by the second only. */
function multiDestinationSubscription(ground: RouteGround): Route {
  const { random, port, streamId, hosts } = ground;
  const to = random.nextInt(hosts.length);
  const from = hosts.map((_, index) => index).filter((index) => index !== to);
  const address = hosts[to]?.address;
  const endpoints = [`aeron:udp?endpoint=${address}:${port}`, `aeron:udp?endpoint=${address}:${port + 2}`];
  const how = reception(ground);
  return {
    kind: 'multi-destination subscription',
    publications: [
      publication(from[0] ?? 0, streamId, `aeron:udp?control-mode=manual${sending(ground)}`, {
        destinations: endpoints,
      }),
      publication(from.at(-1) ?? 0, streamId, `${endpoints[1]}${sending(ground)}`),
    ],
    subscriptions: [subscription(ground, to, 'aeron:udp?control-mode=manual', how, { destinations: endpoints })],
    hears: all,
  };
}

function spies(ground: RouteGround): Route {
  const { random, port, streamId } = ground;
  const [from, to] = pair(ground);
  const endpoint = `aeron:udp?endpoint=${addressOf(ground, to)}:${port}`;
  const isAlone = random.chance(0.3);
  const how = reception(ground);
  const spy = { parameters: '', mayLose: false };
  const channel = `${endpoint}${sending(ground)}${isAlone || random.chance(0.5) ? '|ssc=true' : ''}`;
  return {
    kind: isAlone ? 'spies alone' : 'spies',
    publications: [publication(from, streamId, channel, { isExclusive: random.chance(0.5) })],
    subscriptions: [
      ...(isAlone ? [] : [subscription(ground, to, endpoint, how)]),
      ...Array.from({ length: random.nextBetween(1, 2) }, () =>
        subscription(ground, from, `aeron-spy:${endpoint}`, spy, { isSpy: true }),
      ),
    ],
    hears: all,
  };
}

/** Clients ask on one channel; a server answers each of them on a stream that nobody else gets. */
function responses(ground: RouteGround): Route {
  const { random, port, streamId, hosts } = ground;
  const server = random.nextInt(hosts.length);
  const clients = hosts.map((_, index) => index).filter((index) => index !== server);
  const address = hosts[server]?.address;
  const requests = `aeron:udp?endpoint=${address}:${port}`;
  const answers = `aeron:udp?control-mode=response|control=${address}:${port + 2}`;
  const reliable = { parameters: '', mayLose: false };
  /** Where the answers to a client's publication go. */
  const own = new Map<PublicationWish, SubscriptionEnd>();
  const asking: PublicationEnd[] = [];
  const asked = sending(ground);
  const publications = clients.map((hostIndex): PublicationWish => {
    const wish: PublicationWish = publication(hostIndex, streamId, '', {
      isExclusive: random.chance(0.5),
      channel: () => {
        const { subscriber } = own.get(wish) ?? {};
        return subscriber?.subscription && `${requests}${asked}|response-correlation-id=${subscriber.registrationId}`;
      },
    });
    return wish;
  });
  const answered = sending(ground);
  return {
    kind: 'responses',
    publications,
    subscriptions: [
      subscription(ground, server, requests, reliable),
      ...clients.map((hostIndex) =>
        subscription(ground, hostIndex, answers, reliable, { streamId: streamId + 1, renewAfterNs: RENEW_AFTER_NS }),
      ),
    ],
    onEnds: (publicationEnds, subscriptionEnds) => {
      asking.push(...publicationEnds);
      for (const { wish } of publicationEnds) {
        const end = subscriptionEnds.find(
          (each) => each.wish.hostIndex === wish.hostIndex && each.wish.streamId === streamId + 1,
        );
        if (end !== undefined) {
          own.set(wish, end);
        }
      }
    },
    respond: (end, correlationId) =>
      end.wish.streamId === streamId
        ? publication(server, streamId + 1, `${answers}${answered}|response-correlation-id=${correlationId}`, {
            isExclusive: true,
          })
        : undefined,
    // An answer goes to the one whose session is answered.
    hears: (subscriptionEnd, { wish, answers: answering }) => {
      if (subscriptionEnd.wish.streamId !== wish.streamId || answering === undefined) {
        return subscriptionEnd.wish.streamId === wish.streamId;
      }
      return asking.some(
        ({ publisher, wish: question }) =>
          publisher?.publication.sessionId === answering.sessionId && own.get(question) === subscriptionEnd,
      );
    },
  };
}

/** Each kind as often as it deserves. */
const MAKERS: readonly ((ground: RouteGround) => Route)[] = [
  unicast,
  unicast,
  sessionSpecific,
  multicast,
  multicast,
  dynamicCast,
  manualCast,
  multiDestinationSubscription,
  spies,
  responses,
];

export function randomRoute(ground: RouteGround): Route {
  return ground.random.pick(MAKERS)(ground);
}
