// SPDX-License-Identifier: Apache-2.0
/**
 * A loss report that is full. An image that finds no room for its entry goes unreported for good, as in the reference; nothing else
 * of it changes, and an entry that is short enough still goes in.
 */
import type { StreamLoss } from '../../packages/driver/src/tools/loss-stat/read-loss-report.ts';
import type { DriverView } from '../support/driver-view.ts';
import { freePort } from '../support/ports.ts';
import { dataFrame, RawPeer, setupFrame } from '../support/raw-peer.ts';
import { runTool } from '../support/tools.ts';
import { Flow } from '../support/udp-flow.ts';
import { type Peer, Scene } from '../support/udp-scene.ts';
import { until } from '../support/until.ts';

jest.setTimeout(120_000);

const REPORT_LENGTH = 1024 * 1024;
/** An entry holds the subscriber's channel. With channels of this length two short entries find room beside the long ones. */
const LONG_CHANNEL_LENGTH = 3960;
const LONG_ENTRY_LENGTH = 4032;
const LONG_ENTRIES = Math.floor(REPORT_LENGTH / LONG_ENTRY_LENGTH);
const BEYOND = 3;
const STREAM = 77;
const TERM_ID = 100;
const GAP_LENGTH = 1024;
const NAKS_SENT_TYPE_ID = 20;
const TURN_MS = 10;

describe('a loss report that is full', () => {
  const scene = new Scene({ threadingMode: 'DEDICATED', datagramTransport: 'auto' });
  let near: Peer;
  let far: Peer;
  let view: DriverView;
  let stranger: RawPeer;

  beforeAll(async () => {
    near = await scene.peer(0);
    far = await scene.peer(1, {
      'aeron.loss.report.buffer.length': String(REPORT_LENGTH),
      'aeron.debug.receive.data.loss.rate': '0.1',
    });
    view = scene.stage.view(far.directory);
    stranger = await RawPeer.open();
  });

  afterAll(async () => {
    stranger.close();
    await scene.close();
  });

  const channelAtFar = async (): Promise<string> => `aeron:udp?endpoint=${far.address}:${await freePort()}`;
  const lengthened = (channel: string): string => `${channel}|alias=`.padEnd(LONG_CHANNEL_LENGTH, 'a');

  async function losses(): Promise<readonly StreamLoss[]> {
    const { code, stdout, stderr } = await runTool('loss-stat', far.directory, '--json');
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout).losses;
  }

  /** For each image of a stream, how often something was asked for again. */
  const naksSent = (streamId: number): number[] =>
    view
      .counters()
      .filter(({ typeId, label }) => typeId === NAKS_SENT_TYPE_ID && label.includes(` ${streamId} `))
      .map(({ value }) => value);

  /** A stream that has lost something, and carried all the same. */
  async function lossyStream(lengthen: (channel: string) => string) {
    const flow = new Flow(scene);
    const channel = await channelAtFar();
    const subscription = await flow.subscription(far, lengthen(channel));
    const publication = await flow.publication(near, channel);
    await flow.connected([publication], [subscription]);
    const carry = () => flow.carry([publication], [subscription]);
    do {
      await carry();
    } while (naksSent(flow.streamId).every((count) => count === 0));
    return { streamId: flow.streamId, carry };
  }

  /** As many sessions of one stream, each of which begins with a gap that nobody fills. */
  async function forgeLossySessions(count: number): Promise<void> {
    const port = await freePort();
    const channel = lengthened(`aeron:udp?endpoint=127.0.0.1:${port}`);
    await far.client.subscription(STREAM, { channel });
    await until(async () => {
      for (let sessionId = 0; sessionId < count; sessionId++) {
        const key = { sessionId, streamId: STREAM };
        await stranger.send(setupFrame(key, TERM_ID), port);
        await stranger.send(dataFrame(key, TERM_ID, GAP_LENGTH), port);
      }
      await new Promise((resolve) => setTimeout(resolve, TURN_MS));
      return naksSent(STREAM).filter((sent) => sent > 0).length === count;
    }, 'a loss of each session');
  }

  it('keeps what it has, and counts on; streams beyond it are repaired, and whole', async () => {
    const first = await lossyStream((channel) => channel);
    await forgeLossySessions(LONG_ENTRIES + BEYOND);
    const beyond = await lossyStream(lengthened);
    const last = await lossyStream((channel) => channel);

    const before = await losses();
    const forged = before.slice(1, -1);
    expect(before.map(({ streamId }) => streamId)).toEqual([
      first.streamId,
      ...Array.from({ length: LONG_ENTRIES }, () => STREAM),
      last.streamId,
    ]);
    expect(new Set(forged.map(({ sessionId }) => sessionId)).size).toBe(LONG_ENTRIES);
    for (const loss of forged) {
      expect(loss).toMatchObject({ observationCount: 1, totalBytesLost: GAP_LENGTH });
      expect([loss.channel.length, loss.source]).toEqual([LONG_CHANNEL_LENGTH, `127.0.0.1:${stranger.port}`]);
    }

    const bytesLost = (all: readonly StreamLoss[]) => [all.at(0)?.totalBytesLost, all.at(-1)?.totalBytesLost];
    await until(async () => {
      await Promise.all([first, beyond, last].map(({ carry }) => carry()));
      const now = await losses();
      expect(now.slice(1, -1)).toEqual(forged);
      const [old, recent] = [bytesLost(before), bytesLost(now)];
      return recent.every((bytes, index) => (bytes ?? 0) > (old[index] ?? 0));
    }, 'more losses of the streams that are reported');

    const { stdout } = await runTool('loss-stat', far.directory);
    expect(stdout.split('\n').slice(-2)).toEqual([`${before.length} loss entries`, '']);
    expect([view.system('ERRORS'), view.system('INVALID_PACKETS')]).toEqual([0, 0]);
  });
});
