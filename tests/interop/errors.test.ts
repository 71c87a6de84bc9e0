// SPDX-License-Identifier: Apache-2.0
/** Bad requests: what each driver answers to each client. Where ours differs from the reference: docs/interop.md. */
import type { InteropClient } from './support/clients.ts';
import type { DriverKind } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { refusalOf } from './support/refusal.ts';
import { Setting } from './support/setting.ts';

const SECONDS = 1000;
const STREAM_ID = 4001;
const CLASHING_STREAM_ID = 4100;
const COUNTER_TYPE = 1005;
// A channel has at most 4095 characters.
const LONG = 'x'.repeat(4096);
const ENDPOINT = 'endpoint=127.0.0.1:PORT';

interface Refusal {
  readonly channel: string;
  /** The code of the reference's driver. */
  readonly code: number;
  /** The code of ours, where it differs. */
  readonly ours?: number;
}

const PUBLICATIONS: readonly Refusal[] = [
  { channel: 'aeron:udp', code: 1 },
  { channel: 'aeron:tcp?endpoint=127.0.0.1:PORT', code: 1 },
  { channel: 'nonsense', code: 1 },
  { channel: 'aeron:udp?endpoint', code: 1 },
  { channel: 'aeron:udp?=x', code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|`, code: 1 },
  { channel: 'aeron:ipc?alias=LONG', code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|term-length=100k`, code: 11, ours: 1 },
  { channel: `aeron:udp?${ENDPOINT}|term-length=32k`, code: 11, ours: 1 },
  { channel: `aeron:udp?${ENDPOINT}|term-length=2g`, code: 11, ours: 1 },
  { channel: `aeron:udp?${ENDPOINT}|mtu=100`, code: 11, ours: 1 },
  { channel: `aeron:udp?${ENDPOINT}|mtu=65536`, code: 11, ours: 1 },
  { channel: `aeron:udp?${ENDPOINT}|mtu=64k`, code: 11, ours: 1 },
  { channel: `aeron:udp?${ENDPOINT}|term-length=64k|mtu=16k`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|init-term-id=1`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|init-term-id=1|term-id=0|term-offset=0`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|init-term-id=1|term-id=1|term-offset=31`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|term-length=64k|init-term-id=1|term-id=1|term-offset=65568`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|session-id=word`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|session-id=tag:9`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|linger=soon`, code: 11, ours: 1 },
  { channel: `aeron:udp?${ENDPOINT}|pub-wnd=100`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|max-resend=0`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|max-resend=257`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|fc=max`, code: 11 },
  { channel: `aeron:udp?endpoint=224.20.30.49:PORT|interface=127.0.0.1|fc=none`, code: 11 },
  { channel: `aeron:udp?${ENDPOINT}|tags=1,word`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|tags=1,-1`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|channel-snd-ts-offset=word`, code: 1 },
  { channel: `aeron:udp?tags=77123`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|stream-id=1`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|mtu=8k|so-sndbuf=4k`, code: 11 },
  { channel: `aeron:udp?${ENDPOINT}|response-correlation-id=999999`, code: 11 },
  { channel: `aeron:udp?${ENDPOINT}|response-correlation-id=-2`, code: 1 },
  { channel: 'aeron:udp?endpoint=127.0.0.1:0', code: 11 },
  { channel: 'aeron:udp?endpoint=127.0.0.1', code: 1 },
  { channel: 'aeron:udp?endpoint=127.0.0.1:65536', code: 1 },
  { channel: 'aeron:udp?endpoint=127.0.0.1:word', code: 1 },
  { channel: 'aeron:udp?endpoint=host.invalid:PORT', code: 1 },
  { channel: 'aeron:udp?endpoint=224.20.30.38:PORT', code: 1 },
  { channel: 'aeron:udp?control-mode=dynamic', code: 1 },
  { channel: 'aeron:udp?control=127.0.0.1:PORT', code: 11 },
  { channel: 'aeron:udp?control=127.0.0.1:PORT|control-mode=response', code: 11 },
  { channel: `aeron:udp?${ENDPOINT}|interface=10.255.255.1`, code: 1 },
  { channel: 'aeron:ipc?term-length=100k', code: 11, ours: 1 },
  { channel: 'aeron:ipc?session-id=tag:9', code: 1 },
  { channel: 'aeron:ipc?mtu=100', code: 11, ours: 1 },
];

const SUBSCRIPTIONS: readonly Refusal[] = [
  { channel: 'aeron:udp', code: 1 },
  { channel: 'nonsense', code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|session-id=word`, code: 11, ours: 1 },
  { channel: `aeron:udp?${ENDPOINT}|rcv-wnd=64m`, code: 11 },
  { channel: `aeron:udp?${ENDPOINT}|nak-delay=later`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|gtag=word`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|media-rcv-ts-offset=0`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|channel-rcv-ts-offset=word`, code: 1 },
  { channel: `aeron:udp?${ENDPOINT}|untethered-resting-timeout=x`, code: 11, ours: 1 },
  { channel: 'aeron:udp?endpoint=127.0.0.1', code: 1 },
  { channel: 'aeron:udp?endpoint=host.invalid:PORT', code: 1 },
  { channel: 'aeron:udp?endpoint=224.20.30.38:PORT', code: 1 },
  { channel: 'aeron:udp?control=127.0.0.1:0|endpoint=127.0.0.1:PORT|control-mode=dynamic', code: 11 },
  { channel: 'aeron:udp?endpoint=10.255.255.1:PORT', code: 11 },
  { channel: 'aeron:ipc?session-id=word', code: 11, ours: 1 },
];

/** What one might expect to be refused, and is not. */
const ACCEPTED: readonly ['publication' | 'subscription', string][] = [
  ['publication', 'aeron-spy:aeron:udp?endpoint=127.0.0.1:PORT'],
  ['subscription', `aeron:udp?${ENDPOINT}|rcv-wnd=100`],
  ['subscription', `aeron:udp?${ENDPOINT}|group=maybe`],
];

type AddKind = 'publication' | 'exclusive' | 'subscription';
const ADD = {
  publication: 'addPublication',
  exclusive: 'addExclusivePublication',
  subscription: 'addSubscription',
} as const satisfies Record<AddKind, keyof InteropClient>;

interface Clash {
  readonly what: string;
  /** What there is, and what is asked for. */
  readonly there: readonly [AddKind, string];
  readonly added: readonly [AddKind, string];
  readonly code: number;
  /** Of the text that tells why. */
  readonly words: RegExp;
}

const UDP = `udp?${ENDPOINT}`;
const POSITION = 'init-term-id=7|term-id=7|term-offset=0';

const CLASHES: readonly Clash[] = [
  ...['udp', 'ipc'].flatMap((medium): Clash[] => {
    const channel = medium === 'udp' ? `${UDP}|` : 'ipc?';
    const shared = (what: string, first: string, second: string, words: RegExp): Clash => ({
      what: `${medium}: ${what}`,
      there: ['publication', `${channel}session-id=5|term-length=64k|mtu=2k|${first}`],
      added: ['publication', `${channel}${second}`],
      code: 11,
      words,
    });
    return [
      {
        what: `${medium}: session id`,
        there: ['publication', `${channel}session-id=5`],
        added: ['exclusive', `${channel}session-id=5`],
        code: 1,
        words: /clashing sessionId=5/,
      },
      shared('session id of a shared publication', POSITION, 'session-id=6', /session-?id/i),
      shared('MTU', POSITION, 'session-id=5|mtu=4k', /mtu/i),
      shared('term length', POSITION, 'session-id=5|term-length=128k', /term-?length/i),
      shared('initial term id', POSITION, 'init-term-id=8|term-id=8|term-offset=0', /init-term-id/),
      shared('term id', POSITION, 'init-term-id=7|term-id=8|term-offset=0', /term-id/),
      shared('term offset', POSITION, 'init-term-id=7|term-id=7|term-offset=64', /term-offset/),
    ];
  }),
  {
    what: 'connection by spies', // has no meaning for IPC, and is not looked at there
    there: ['publication', `${UDP}|ssc=false`],
    added: ['publication', `${UDP}|ssc=true`],
    code: 11,
    words: /ssc/,
  },
  {
    what: 'socket buffer of a publication',
    there: ['publication', UDP],
    added: ['publication', `${UDP}|so-sndbuf=64k`],
    code: 1,
    words: /so-sndbuf=65536 does not match existing value/,
  },
  {
    what: 'socket buffer of a subscription',
    there: ['subscription', UDP],
    added: ['subscription', `${UDP}|so-rcvbuf=64k`],
    code: 1,
    words: /so-rcvbuf=65536 does not match existing value/,
  },
  ...['reliable', 'rejoin'].map(
    (parameter): Clash => ({
      what: `${parameter} of a subscription`,
      there: ['subscription', `${UDP}|${parameter}=true`],
      added: ['subscription', `${UDP}|${parameter}=false`],
      code: 1,
      words: new RegExp(`option conflicts with existing subscription: ${parameter}=false`),
    }),
  ),
  {
    what: 'response mode of a subscription',
    there: ['subscription', `${UDP}|control=127.0.0.1:OTHER|control-mode=response`],
    added: ['subscription', `${UDP}|control=127.0.0.1:OTHER`],
    code: 1,
    words: /option conflicts with existing subscription: isResponse=false/,
  },
  {
    what: 'timestamp offset of a publication',
    there: ['publication', `${UDP}|channel-snd-ts-offset=0`],
    added: ['publication', `${UDP}|channel-snd-ts-offset=8`],
    code: 1,
    words: /option conflicts with existing \w+: channel-snd-ts-offset=8/,
  },
  {
    what: 'timestamp offset of a subscription',
    there: ['subscription', `${UDP}|channel-rcv-ts-offset=0`],
    added: ['subscription', `${UDP}|channel-rcv-ts-offset=reserved`],
    code: 1,
    words: /option conflicts with existing \w+: channel-rcv-ts-offset=(-8|reserved)/,
  },
  {
    what: 'entity tag',
    there: ['publication', `${UDP}|tags=TAG01,TAG02`],
    added: ['publication', 'udp?endpoint=127.0.0.1:OTHER|tags=TAG03,TAG02'],
    code: 1,
    words: /31\d02 entityTag already in use/,
  },
  {
    what: 'endpoint of a channel tag',
    there: ['publication', `${UDP}|tags=TAG04`],
    added: ['publication', 'udp?endpoint=127.0.0.1:OTHER|tags=TAG04'],
    code: 11,
    words: /matching tag=31\d04 has mismatched endpoint or control/,
  },
  {
    what: 'control mode of a channel tag',
    there: ['publication', 'udp?control=127.0.0.1:OTHER|control-mode=dynamic|tags=TAG05'],
    added: ['publication', 'udp?control=127.0.0.1:OTHER|control-mode=manual|tags=TAG05'],
    code: 11,
    words: /matching tag=31\d05 has mismatched control-mode/,
  },
  {
    what: 'MTU of a session that is named by tag',
    there: ['publication', `${UDP}|tags=TAG06,TAG07|mtu=2k`],
    added: ['publication', 'udp?endpoint=127.0.0.1:OTHER|session-id=tag:TAG07|mtu=4k'],
    code: 1,
    words: /mtu=4096 does not match session-id tag value/,
  },
  {
    what: 'term length of a session that is named by tag',
    there: ['publication', `${UDP}|tags=TAG08,TAG09|term-length=64k`],
    added: ['publication', 'udp?endpoint=127.0.0.1:OTHER|session-id=tag:TAG09|term-length=128k'],
    code: 1,
    words: /term-length=131072 does not match session-id tag value/,
  },
];

const DRIVERS: readonly DriverKind[] = ['reference', 'aeronmd'];
const KINDS = ['node', 'reference'] as const;

async function codeOf(action: Promise<unknown>): Promise<number | undefined> {
  return (await refusalOf(action))?.code;
}

describe.each(REFERENCE_VERSIONS.slice(0, 1))('against io.aeron:aeron-all:%s', (version) => {
  describe.each(DRIVERS)('on a driver of kind %s', (kind) => {
    const setting = new Setting(version);
    const clients: InteropClient[] = [];

    beforeAll(async () => {
      const driver = await setting.driver(kind);
      for (const client of KINDS) {
        clients.push(await setting.client(client, driver));
      }
    }, 60 * SECONDS);
    afterAll(() => setting.close(), 60 * SECONDS);

    const expected = ({ code, ours }: Refusal) => (kind === 'reference' ? code : (ours ?? code));
    const both = (add: (client: InteropClient) => Promise<unknown>) =>
      Promise.all(clients.map((client) => codeOf(add(client))));

    it.each(PUBLICATIONS)('refuses a publication on $channel', async (refusal) => {
      const channel = refusal.channel.replace('PORT', String(await freePort())).replace('LONG', LONG);
      const codes = await both((client) => client.addPublication('p', channel, STREAM_ID));
      expect(codes).toEqual([expected(refusal), expected(refusal)]);
    });

    it.each(ACCEPTED)('accepts a %s on %s', async (what, text) => {
      const channel = text.replace('PORT', String(await freePort()));
      const add = what === 'publication' ? 'addPublication' : 'addSubscription';
      expect(await both((client) => client[add]('ok', channel, STREAM_ID))).toEqual([undefined, undefined]);
    });

    it('refuses destinations where there are none to add', async () => {
      const port = await freePort();
      const destination = `aeron:udp?endpoint=127.0.0.1:${port}`;
      for (const client of clients) {
        await client.addPublication('unicast', `aeron:udp?endpoint=127.0.0.1:${port}`, STREAM_ID);
        await client.addPublication('ipc', 'aeron:ipc', STREAM_ID);
        await client.addPublication('mdc', 'aeron:udp?control-mode=manual', STREAM_ID);
        await client.addSubscription('plain', `aeron:udp?endpoint=127.0.0.1:${port}`, STREAM_ID);
        await client.addSubscription('mds', 'aeron:udp?control-mode=manual', STREAM_ID);
        const codes = [
          await codeOf(client.addDestination('unicast', destination)),
          await codeOf(client.addDestination('ipc', destination)),
          await codeOf(client.addDestination('mdc', `${destination}|mtu=2k`)),
          await codeOf(client.addDestination('mdc', 'aeron:udp?endpoint=127.0.0.1:0')),
          await codeOf(client.addDestination('mdc', `aeron-spy:${destination}`)),
          await codeOf(client.addReceiveDestination('plain', destination)),
          await codeOf(client.addReceiveDestination('mds', `${destination}|rcv-wnd=128k`)),
          await codeOf(client.addReceiveDestination('mds', `${destination}|control-mode=response`)),
          await codeOf(client.removeReceiveDestination('mds', 'aeron:udp?endpoint=127.0.0.1:1')),
        ];
        expect(codes).toEqual([1, 3, 1, 1, 1, 2, 1, 1, undefined]);
        for (const name of ['unicast', 'ipc', 'mdc']) {
          await client.closePublication(name);
        }
        for (const name of ['plain', 'mds']) {
          await client.closeSubscription(name);
        }
      }
    });

    it.each(CLASHES)('refuses what clashes with what there is: $what', async (row) => {
      const { there, added, code, words } = row;
      for (const [index, client] of clients.entries()) {
        // What was closed lingers: each row and client has ports, a stream and tags of its own.
        const [port, other] = [String(await freePort()), String(await freePort())];
        const streamId = CLASHING_STREAM_ID + 2 * CLASHES.indexOf(row) + index;
        const filledIn = (channel: string) =>
          `aeron:${channel}`
            .replace('PORT', port)
            .replace('OTHER', other)
            .replaceAll('TAG', String(310 + index));
        await client[ADD[there[0]]]('first', filledIn(there[1]), streamId);
        const refusal = await refusalOf(client[ADD[added[0]]]('second', filledIn(added[1]), streamId));
        expect(refusal).toEqual({
          code,
          text: expect.stringMatching(words),
        });
        await client[there[0] === 'subscription' ? 'closeSubscription' : 'closePublication']('first');
      }
    });

    // Our client refuses to send that: bad-commands.test.ts does.
    it('refuses to reject an image for a reason of 1024 bytes', async () => {
      const client = clients[KINDS.indexOf('reference')] as InteropClient;
      await client.addSubscription('s', 'aeron:ipc', STREAM_ID);
      await client.addPublication('p', 'aeron:ipc?term-length=64k', STREAM_ID);
      await client.awaitImages('s', 1);
      expect(await refusalOf(client.reject('s', 'w'.repeat(1024)))).toEqual({
        code: 11,
        text: expect.stringMatching(/reason must be 1023 bytes or less/),
      });
      await client.closePublication('p');
      await client.closeSubscription('s');
    });

    it('refuses a static counter of type and id of one that a client owns', async () => {
      for (const client of clients) {
        const registrationId = await client.asyncAdd('counter', 'own', 'one that a client owns', COUNTER_TYPE);
        expect(
          await refusalOf(client.addStaticCounter('static', COUNTER_TYPE, 'static', registrationId)),
        ).toMatchObject({
          code: 11,
          text: expect.stringMatching(/non-static counter exists/),
        });
        await client.closeCounter('own');
      }
    });

    it.each(SUBSCRIPTIONS)('refuses a subscription to $channel', async (refusal) => {
      const channel = refusal.channel.replace('PORT', String(await freePort()));
      const codes = await both((client) => client.addSubscription('s', channel, STREAM_ID));
      expect(codes).toEqual([expected(refusal), expected(refusal)]);
    });
  });
});
