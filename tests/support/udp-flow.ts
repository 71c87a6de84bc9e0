// SPDX-License-Identifier: Apache-2.0
/** One flow of messages under test: its publications and subscriptions in the processes of a scene, opened, used and closed. */
import type { RemoteClient } from './remote-client.ts';
import type { Peer, Scene } from './udp-scene.ts';

/** Of many lengths, several terms together. */
const MESSAGES = 60;
/** So few that a receiver which nobody waits for keeps up. */
const STEP = 6;

/** A resource in a client process. */
export interface End {
  readonly client: RemoteClient;
  readonly handle: number;
}

export interface PublishingEnd extends End {
  /** Tells its messages from those of others. */
  readonly publisher: number;
  /** Messages so far. */
  count: number;
}

export class Flow {
  readonly scene: Scene;
  readonly streamId: number;
  readonly #ends: End[] = [];
  #publishers = 0;

  constructor(scene: Scene) {
    this.scene = scene;
    this.streamId = scene.nextStreamId();
  }

  async publication(
    { client }: Peer,
    channel: string,
    { streamId = this.streamId, isExclusive = false } = {},
  ): Promise<PublishingEnd> {
    const handle = await client.publication(streamId, { channel, isExclusive });
    return this.#keep({ client, handle, publisher: ++this.#publishers, count: 0 });
  }

  async subscription(
    { client }: Peer,
    channel: string,
    { streamId = this.streamId, isLate = false } = {},
  ): Promise<End> {
    return this.#keep({ client, handle: await client.subscription(streamId, { channel, isLate }) });
  }

  async connected(publications: readonly PublishingEnd[], subscriptions: readonly End[]): Promise<void> {
    await Promise.all([
      ...publications.map(({ client, handle }) => client.call('untilConnected', { handle })),
      ...subscriptions.map((end) => this.images(end, publications.length)),
    ]);
  }

  /** Until a subscription has so many images. */
  async images({ client, handle }: End, count: number): Promise<void> {
    await client.call('untilImages', { handle, count });
  }

  /** Messages of all publications reach all subscriptions: every one, in order, byte for byte. */
  async carry(publications: readonly PublishingEnd[], subscriptions: readonly End[], count = MESSAGES): Promise<void> {
    await Promise.all(publications.map((publication) => publish(publication, count)));
    const counts = Object.fromEntries(publications.map((each) => [each.publisher, each.count]));
    await Promise.all(
      subscriptions.map(async ({ client, handle }) => {
        const received = await client.call('untilReceived', { handle, counts });
        expect(received).toMatchObject(counts);
      }),
    );
  }

  /** The same a few at a time, for receivers that flow control does not wait for. */
  async carryInSteps(publication: PublishingEnd, subscriptions: readonly End[], steps = 6): Promise<void> {
    for (let i = 0; i < steps; i++) {
      await this.carry([publication], subscriptions, STEP);
    }
  }

  async close(end: End): Promise<void> {
    this.#ends.splice(this.#ends.indexOf(end), 1);
    await end.client.call('close', { handle: end.handle });
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#ends].map((end) => this.close(end)));
  }

  #keep<T extends End>(end: T): T {
    this.#ends.push(end);
    return end;
  }
}

async function publish(end: PublishingEnd, count: number): Promise<void> {
  const { client, handle, publisher } = end;
  const first = end.count;
  end.count += count;
  await client.call('publish', { handle, publisher, first, count });
}
