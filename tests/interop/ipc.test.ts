// SPDX-License-Identifier: Apache-2.0
/** IPC between clients of both implementations on drivers of both implementations. */
import { connectClient, eventually, type InteropClient } from './support/clients.ts';
import { type DriverKind, type InteropDriver, startDriver } from './support/drivers.ts';
import { isKnown, REFERENCE_VERSIONS } from './support/reference-versions.ts';

const CHANNEL = 'aeron:ipc?term-length=64k';
const STREAM_ID = 1001;
const SECONDS = 1000;

const DRIVERS: readonly DriverKind[] = ['node', 'aeronmd', 'reference'];
const ROLES = ['publisher', 'subscriber'] as const;
const KINDS: readonly InteropClient['kind'][] = ['node', 'reference'];

describe.each(REFERENCE_VERSIONS)('against io.aeron:aeron-all:%s', (version) => {
  describe.each(DRIVERS)('on a driver of kind %s', (driverKind) => {
    let driver: InteropDriver;
    // Each role has processes of its own: one of the reference does one thing at a time.
    const clients = new Map<string, InteropClient>();

    beforeAll(async () => {
      driver = await startDriver(driverKind, version);
      for (const role of ROLES) {
        for (const kind of KINDS) {
          clients.set(`${role} ${kind}`, await connectClient(kind, driver.directory, version));
        }
      }
    }, 60 * SECONDS);

    afterAll(async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
      await driver?.close();
    }, 60 * SECONDS);

    function client(kind: InteropClient['kind'], role: (typeof ROLES)[number] = 'publisher'): InteropClient {
      const found = clients.get(`${role} ${kind}`);
      if (found === undefined) {
        throw new Error(`no ${role} of kind ${kind}`);
      }
      return found;
    }

    const pairs = KINDS.flatMap((publisher) => KINDS.map((subscriber) => [publisher, subscriber] as const)).filter(
      (pair) => (driverKind === 'reference' ? pair.includes('node') : true),
    );

    describe.each(pairs)('from a publisher of kind %s to a subscriber of kind %s', (publisherKind, subscriberKind) => {
      let publisher: InteropClient;
      let subscriber: InteropClient;
      let streamId = STREAM_ID;

      beforeEach(() => {
        publisher = client(publisherKind);
        subscriber = client(subscriberKind, 'subscriber');
        streamId++;
      });

      it.each([
        ['concurrent', 'addPublication'],
        ['exclusive', 'addExclusivePublication'],
      ] as const)(
        'carries messages of all lengths over many terms: %s',
        async (_name, add) => {
          const run = { first: 0, count: 3000, minLength: 0, maxLength: 8192, seed: 7 };
          await subscriber.addSubscription('s', CHANNEL, streamId);
          await publisher[add]('p', CHANNEL, streamId);
          await publisher.awaitConnected('p');
          await subscriber.awaitImages('s', 1);
          await Promise.all([publisher.publish('p', run), subscriber.consume('s', run)]);
          await publisher.closePublication('p');
          await subscriber.awaitImages('s', 0);
          await subscriber.closeSubscription('s');
        },
        90 * SECONDS,
      );

      it(
        'agrees on every field of a frame',
        async () => {
          await publisher.addExclusivePublication('p', CHANNEL, streamId);
          await subscriber.addSubscription('s', CHANNEL, streamId);
          await subscriber.awaitImages('s', 1);
          await publisher.awaitConnected('p');
          expect(await publisher.offer('p', 'hello')).toBe(64);
          expect(await publisher.claim('p', 'never seen', 'abort')).toBe(128);
          expect(await publisher.claim('p', 'claimed', 'commit')).toBe(192);
          expect(await publisher.offer('p', '')).toBe(224);
          const fragments = [];
          while (fragments.length < 3) {
            fragments.push(...(await subscriber.poll('s', 10)));
          }
          expect(fragments).toEqual([
            { termOffset: 0, flags: 0xc0, reservedValue: 0n, position: 64, payload: 'hello' },
            { termOffset: 128, flags: 0xc0, reservedValue: 0x0123456789abcdefn, position: 192, payload: 'claimed' },
            { termOffset: 192, flags: 0xc0, reservedValue: 0n, position: 224, payload: '' },
          ]);
          const facts = await publisher.describe('p');
          expect(facts).toMatchObject({
            position: 224,
            termBufferLength: 65536,
            maxPayloadLength: 1376,
            maxMessageLength: 8192,
            isConnected: true,
            channelStatus: 1,
          });
          await publisher.closePublication('p');
          await subscriber.closeSubscription('s');
        },
        60 * SECONDS,
      );

      it(
        'lets two publishers of both kinds share one log',
        async () => {
          const runs = KINDS.map((_, i) => ({ first: 0, count: 2000, minLength: 0, maxLength: 0, seed: i }));
          await subscriber.addSubscription('s', CHANNEL, streamId);
          const sessions = await Promise.all(
            KINDS.map((kind) => client(kind).addPublication('shared', CHANNEL, streamId)),
          );
          expect(new Set(sessions).size).toBe(1);
          await subscriber.awaitImages('s', 1);
          const total = { first: 0, count: 4000, minLength: 0, maxLength: 0, seed: 1 };
          await Promise.all([
            ...KINDS.map((kind, i) => client(kind).publish('shared', runs[i] as (typeof runs)[number])),
            subscriber.consume('s', total),
          ]);
          await Promise.all(KINDS.map((kind) => client(kind).closePublication('shared')));
          await subscriber.closeSubscription('s');
        },
        90 * SECONDS,
      );

      (isKnown('revoke', version, driverKind, publisherKind) ? it : it.skip)(
        'ends the image of a revoked publication at once',
        async () => {
          await subscriber.addSubscription('s', CHANNEL, streamId);
          await publisher.addExclusivePublication('p', CHANNEL, streamId);
          await subscriber.awaitImages('s', 1);
          await publisher.revoke('p');
          await subscriber.awaitImages('s', 0);
          await subscriber.closeSubscription('s');
        },
        60 * SECONDS,
      );

      (isKnown('reject', version, driverKind, subscriberKind) ? it : it.skip)(
        'lets a subscriber reject an image',
        async () => {
          await subscriber.addSubscription('s', CHANNEL, streamId);
          await publisher.addPublication('p', CHANNEL, streamId);
          await subscriber.awaitImages('s', 1);
          await subscriber.reject('s', 'not wanted');
          await subscriber.awaitImages('s', 0);
          await eventually('disconnected', async () => !(await publisher.describe('p')).isConnected);
          await publisher.closePublication('p');
          await subscriber.closeSubscription('s');
        },
        60 * SECONDS,
      );
    });

    it(
      'shows counters of either client to the other',
      async () => {
        const [a, b] = [client('node'), client('reference')];
        for (const [owner, viewer] of [
          [a, b],
          [b, a],
        ] as const) {
          const id = await owner.addCounter('c', 1001, `made by ${owner.kind}`);
          await owner.setCounter('c', 2 ** 40 + 7);
          const seen = (await viewer.counters()).get(id);
          expect(seen).toEqual({ typeId: 1001, value: 2 ** 40 + 7, label: `made by ${owner.kind}` });
          const staticId = await owner.addStaticCounter('s', 1002, 'static', 42);
          expect(await viewer.addStaticCounter('s', 1002, 'static', 42)).toBe(staticId);
          await owner.closeCounter('c');
          await eventually('counter gone', async () => !(await viewer.counters()).has(id));
        }
      },
      60 * SECONDS,
    );

    (isKnown('next-session-id', version, 'reference') ? it : it.skip)(
      'gives unused session ids to both',
      async () => {
        const ids = [];
        for (const kind of [...KINDS, ...KINDS]) {
          ids.push(await client(kind).nextSessionId(5));
        }
        expect(ids.every((id) => Number.isInteger(id))).toBe(true);
        expect(new Set(ids).size).toBe(ids.length);
      },
      60 * SECONDS,
    );

    // The reference refuses what is out of bounds with GENERIC_ERROR, ours with INVALID_CHANNEL: docs/interop.md.
    const outOfBounds = driverKind === 'reference' ? 11 : 1;
    it.each([
      ['aeron:ipc?term-length=63', outOfBounds],
      ['aeron:ipc?mtu=100', outOfBounds],
      ['aeron:ipc?init-term-id=1', driverKind === 'reference' && version !== REFERENCE_VERSIONS[0] ? 11 : 1],
    ])(
      'refuses %s to both with the same code',
      async (channel, code) => {
        const [node, reference] = KINDS.map((kind) => client(kind).addPublication('bad', channel, STREAM_ID));
        await expect(node).rejects.toMatchObject({ errorCodeValue: code });
        await expect(reference).rejects.toThrow(`errorCodeValue=${code}`);
      },
      60 * SECONDS,
    );
  });
});
