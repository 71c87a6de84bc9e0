// SPDX-License-Identifier: Apache-2.0
/** Timestamps that drivers of both implementations write into frames, each read on the other side. */
import { Aeron, type Publication, type Subscription } from '@aeron/client';
import { type DriverKind, type InteropDriver, startDriver } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { eventually } from './support/wait.ts';

const SECONDS = 1000;
const NS_OF_MS = 1_000_000n;
const RESERVED = 'reserved';
const OFFSET = 8;
const PAYLOAD_LENGTH = 24;
const UNTOUCHED = 0x5a5a5a5a5a5a5a5an;

const PAIRS: readonly [DriverKind, DriverKind][] = [
  ['aeronmd', 'reference'],
  ['reference', 'aeronmd'],
];

const nowNs = (): bigint => BigInt(Date.now()) * NS_OF_MS;

describe.each(REFERENCE_VERSIONS)('against io.aeron:aeron-all:%s', (version) => {
  describe.each(PAIRS)('from a driver of kind %s to one of kind %s', (from, to) => {
    const drivers: InteropDriver[] = [];
    const clients: Aeron[] = [];
    let publisher: Aeron;
    let subscriber: Aeron;
    let streamId = 11_000;

    beforeAll(async () => {
      for (const kind of [from, to]) {
        const driver = await startDriver(kind, version);
        drivers.push(driver);
        clients.push(await Aeron.connect({ aeronDirectoryName: driver.directory }));
      }
      [publisher, subscriber] = clients as [Aeron, Aeron];
    }, 60 * SECONDS);
    afterAll(async () => {
      await Promise.all(clients.map((client) => client.close()));
      await Promise.all(drivers.map((driver) => driver.close()));
    }, 60 * SECONDS);
    beforeEach(() => {
      streamId++;
    });

    async function connect(sent: string, received: string): Promise<[Publication, Subscription]> {
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
      const subscription = await subscriber.addSubscription(`${channel}${received}`, streamId);
      const publication = await publisher.addExclusivePublication(`${channel}|term-length=64k${sent}`, streamId);
      await eventually('connected', () => publication.isConnected && subscription.imageCount === 1);
      return [publication, subscription];
    }

    /** One message of known bytes. @returns its reserved value and its payload as numbers, as they have come. */
    async function roundTrip(
      publication: Publication,
      subscription: Subscription,
    ): Promise<{ reservedValue: bigint; words: bigint[]; fromNs: bigint; toNs: bigint }> {
      const payload = new Uint8Array(PAYLOAD_LENGTH).fill(0x5a);
      const fromNs = nowNs();
      await eventually('offered', () => publication.offer(payload) > 0);
      let seen: { reservedValue: bigint; words: bigint[] } | undefined;
      await eventually('message', () => {
        subscription.poll((buffer, offset, length, header) => {
          const bytes = new Uint8Array(length);
          buffer.getBytes(offset, bytes);
          const view = new DataView(bytes.buffer);
          seen = {
            reservedValue: header.reservedValue,
            words: [0, 8, 16].map((at) => view.getBigInt64(at, true)),
          };
        }, 1);
        return seen !== undefined;
      });
      return { ...(seen as NonNullable<typeof seen>), fromNs, toNs: nowNs() + NS_OF_MS };
    }

    function expectBetween(value: bigint | undefined, fromNs: bigint, toNs: bigint): void {
      expect(value).toBeGreaterThanOrEqual(fromNs);
      expect(value).toBeLessThanOrEqual(toNs);
    }

    it('channel-snd-ts-offset and channel-rcv-ts-offset: in the payload and in the reserved value, in order', async () => {
      for (const [sendAt, receiveAt] of [
        [RESERVED, OFFSET],
        [OFFSET, RESERVED],
      ] as const) {
        const [publication, subscription] = await connect(
          `|channel-snd-ts-offset=${sendAt}`,
          `|channel-rcv-ts-offset=${receiveAt}`,
        );
        const { reservedValue, words, fromNs, toNs } = await roundTrip(publication, subscription);
        const [sent, received] = sendAt === RESERVED ? [reservedValue, words[1]] : [words[1], reservedValue];
        expectBetween(sent, fromNs, toNs);
        // Ours knows the time of day to the ms only.
        expectBetween(received, (sent ?? 0n) - NS_OF_MS, toNs);
        expect([words[0], words[2]]).toEqual([UNTOUCHED, UNTOUCHED]);
        await publication.close();
        await subscription.close();
      }
    });

    // The reference compares with the end of the datagram.
    (from === 'reference' ? it.skip : it)('an offset beyond the message leaves it alone', async () => {
      const [publication, subscription] = await connect(
        `|channel-snd-ts-offset=${PAYLOAD_LENGTH - 7}`,
        `|channel-rcv-ts-offset=${PAYLOAD_LENGTH}`,
      );
      const { words, reservedValue } = await roundTrip(publication, subscription);
      expect(words).toEqual([UNTOUCHED, UNTOUCHED, UNTOUCHED]);
      expect(reservedValue).toBe(0n);
      await publication.close();
      await subscription.close();
    });

    it('media-rcv-ts-offset: refused by both, neither has timestamps of the medium', async () => {
      for (const client of [publisher, subscriber]) {
        const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}|media-rcv-ts-offset=reserved`;
        await expect(client.addSubscription(channel, streamId)).rejects.toThrow(/media-rcv-ts-offset|media timestamp/i);
      }
    });
  });
});
