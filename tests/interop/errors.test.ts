// SPDX-License-Identifier: Apache-2.0
/** Bad requests: what each driver answers to each client. Where ours differs from the reference: docs/interop.md. */
import { isAeronError } from '@aeron/client';
import type { InteropClient } from './support/clients.ts';
import type { DriverKind } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { Setting } from './support/setting.ts';

const SECONDS = 1000;
const STREAM_ID = 4001;
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

const DRIVERS: readonly DriverKind[] = ['reference', 'aeronmd'];
const KINDS = ['node', 'reference'] as const;

/** The code of a refusal, whichever client tells of it; undefined when there was none. */
async function refusalOf(action: Promise<unknown>): Promise<number | undefined> {
  try {
    await action;
    return undefined;
  } catch (error) {
    if (isAeronError(error) && 'errorCodeValue' in error) {
      return Number(error.errorCodeValue);
    }
    const code = /errorCodeValue=(-?\d+)/.exec(String(error));
    if (code === null) {
      throw error;
    }
    return Number(code[1]);
  }
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
      Promise.all(clients.map((client) => refusalOf(add(client))));

    it.each(PUBLICATIONS)('refuses a publication on $channel', async (refusal) => {
      const channel = refusal.channel.replace('PORT', String(await freePort()));
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
          await refusalOf(client.addDestination('unicast', destination)),
          await refusalOf(client.addDestination('ipc', destination)),
          await refusalOf(client.addDestination('mdc', `${destination}|mtu=2k`)),
          await refusalOf(client.addDestination('mdc', 'aeron:udp?endpoint=127.0.0.1:0')),
          await refusalOf(client.addDestination('mdc', `aeron-spy:${destination}`)),
          await refusalOf(client.addReceiveDestination('plain', destination)),
          await refusalOf(client.addReceiveDestination('mds', `${destination}|rcv-wnd=128k`)),
          await refusalOf(client.addReceiveDestination('mds', `${destination}|control-mode=response`)),
          await refusalOf(client.removeReceiveDestination('mds', 'aeron:udp?endpoint=127.0.0.1:1')),
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

    it('refuses what clashes with what there is', async () => {
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
      for (const client of clients) {
        const stream = STREAM_ID + 1 + clients.indexOf(client);
        await client.addPublication('p', `${channel}|session-id=5|term-length=64k|mtu=2k`, stream);
        await client.addSubscription('s', `${channel}|reliable=true|rejoin=true`, stream);
        const codes = [
          await refusalOf(client.addExclusivePublication('q', `${channel}|session-id=5`, stream)),
          await refusalOf(client.addPublication('q', `${channel}|session-id=6`, stream)),
          await refusalOf(client.addPublication('q', `${channel}|session-id=5|mtu=4k`, stream)),
          await refusalOf(client.addPublication('q', `${channel}|session-id=5|term-length=128k`, stream)),
          await refusalOf(client.addPublication('q', `${channel}|session-id=5|ssc=true`, stream)),
          await refusalOf(client.addPublication('q', `${channel}|session-id=5|so-sndbuf=64k`, stream)),
          await refusalOf(client.addSubscription('t', `${channel}|reliable=false`, stream)),
          await refusalOf(client.addSubscription('t', `${channel}|rejoin=false`, stream)),
          await refusalOf(client.addSubscription('t', `${channel}|so-rcvbuf=64k`, stream)),
        ];
        expect(codes).toEqual([1, 11, 11, 11, 11, 1, 1, 1, 1]);
        await client.closePublication('p');
        await client.closeSubscription('s');
      }
    });

    it.each(SUBSCRIPTIONS)('refuses a subscription to $channel', async (refusal) => {
      const channel = refusal.channel.replace('PORT', String(await freePort()));
      const codes = await both((client) => client.addSubscription('s', channel, STREAM_ID));
      expect(codes).toEqual([expected(refusal), expected(refusal)]);
    });
  });
});
