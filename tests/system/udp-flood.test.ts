// SPDX-License-Identifier: Apache-2.0
/**
 * Floods and forgeries from a real socket against a real driver: each frame is counted where it belongs, what it can make the driver
 * hold or send has a bound, and a stream of somebody else goes on meanwhile.
 */
import { readFileSync } from 'node:fs';
import type { DriverView } from '../support/driver-view.ts';
import { freePort } from '../support/ports.ts';
import {
  dataFrame,
  fieldsOf,
  frame,
  nakFrame,
  RawPeer,
  type StreamKey,
  setupFrame,
  statusMessage,
  Type,
} from '../support/raw-peer.ts';
import { runTool } from '../support/tools.ts';
import { Flow } from '../support/udp-flow.ts';
import { type Peer, Scene, type SceneOptions } from '../support/udp-scene.ts';
import { until } from '../support/until.ts';

jest.setTimeout(120_000);

const STREAM = 77;
const KEY: StreamKey = { sessionId: 5, streamId: STREAM };
const TERM_ID = 100;
const TERM_LENGTH = 64 * 1024;
const WINDOW_LENGTH = 16 * 1024;
const SESSION_LIMIT = 10;
/** Bounds of docs/limits.md. */
const MAX_PENDING_SETUPS = 1024;
const FLOOD = 3000;
/** Of the frames that are asked for: no frame that is longer than what a NAK asks for is sent again. */
const FRAME_MAX = 256;
/** Frames between two looks at how far the driver is: what waits must fit the receive buffer of its socket. */
const BURST = 20;
/** Of the driver's process. All that the floods make it hold is a few pages of images and some tables. */
const MEMORY_GROWTH_MAX = 96 * 1024 * 1024;
const RECEIVER_POSITION_TYPE_ID = 5;
const SENDER_LIMIT_TYPE_ID = 9;
const SETTINGS = {
  'aeron.driver.stream.session.limit': String(SESSION_LIMIT),
  'aeron.image.liveness.timeout': '1s',
  'aeron.retransmit.unicast.linger': '1s',
};

const DRIVERS: readonly Drivers[] =
  process.platform === 'linux'
    ? [
        { datagramTransport: 'dgram', threadingMode: 'DEDICATED' },
        { datagramTransport: 'batch', threadingMode: 'SHARED' },
        { datagramTransport: 'offload', threadingMode: 'DEDICATED' },
      ]
    : [{ datagramTransport: 'dgram', threadingMode: 'SHARED' }];

type Drivers = Pick<SceneOptions, 'threadingMode' | 'datagramTransport'>;
type CounterName = Parameters<DriverView['system']>[0];

/** A driver that is attacked, a client that subscribes and publishes to the attacker, and a stream that must not notice. */
class Siege {
  readonly scene: Scene;
  readonly peer: Peer;
  readonly view: DriverView;
  readonly attacker: RawPeer;
  readonly #others: () => Promise<void>;

  private constructor(parts: Pick<Siege, 'scene' | 'peer' | 'view' | 'attacker'>, others: () => Promise<void>) {
    this.scene = parts.scene;
    this.peer = parts.peer;
    this.view = parts.view;
    this.attacker = parts.attacker;
    this.#others = others;
  }

  static async begin(driver: Drivers, attackerPort = 0): Promise<Siege> {
    const scene = new Scene({ ...driver, settings: SETTINGS });
    const peer = await scene.peer(0);
    const flow = new Flow(scene);
    const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
    const [subscription, publication] = [await flow.subscription(peer, channel), await flow.publication(peer, channel)];
    await flow.connected([publication], [subscription]);
    const view = scene.stage.view(peer.directory);
    const parts = { scene, peer, view, attacker: await RawPeer.open(attackerPort) };
    return new Siege(parts, () => flow.carry([publication], [subscription], 40));
  }

  /**
   * Sends what `make` gives for 0 to `count - 1`, no faster than the driver reads it.
   *
   * @param counter counts them, so that they are known to have been read; else there is a pause now and then.
   */
  async send(port: number, count: number, make: (index: number) => Buffer, counter?: CounterName): Promise<void> {
    const before = counter === undefined ? 0 : this.view.system(counter);
    for (let i = 1; i <= count; i++) {
      await this.attacker.send(make(i - 1), port);
      if (i % BURST === 0 && counter === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 2));
      } else if (i % BURST === 0 && counter !== undefined) {
        await until(
          () => this.view.system(counter) >= before + i,
          () => `${counter}: ${i} were sent, ${this.view.system(counter) - before} counted`,
        );
      }
    }
  }

  async counts(name: CounterName, value: number): Promise<void> {
    await until(
      () => this.view.system(name) >= value,
      () => `${name}=${this.view.system(name)} expected=${value}`,
    );
    expect(this.view.system(name)).toBe(value);
  }

  /** Resident memory of the driver's process, bytes; 0 where it can't be told. */
  get memoryLength(): number {
    return process.platform === 'linux'
      ? Number(readFileSync(`/proc/${this.peer.driver.pid}/statm`, 'utf8').split(' ')[1]) * 4096
      : 0;
  }

  goOn(): Promise<void> {
    return this.#others();
  }

  countersOf(typeId: number): number[] {
    return this.view
      .counters()
      .filter((counter) => counter.typeId === typeId && counter.label.includes(` ${STREAM} `))
      .map(({ value }) => value);
  }

  async end(): Promise<void> {
    this.attacker.close();
    await this.scene.close();
  }
}

/** Frames that are none, each for its own reason. */
const NONSENSE: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.alloc(1)],
  ['a header alone', frame(Type.DATA, [])],
  ['data that is cut off in its header', dataFrame(KEY, TERM_ID, 0).subarray(0, 31)],
  ['data that is not aligned', Buffer.concat([dataFrame(KEY, TERM_ID, 0, 32), Buffer.alloc(1)])],
  ['a version that there is not', frame(Type.DATA, [0, 5, STREAM, TERM_ID, 0, 0], { version: 9 })],
  ['a type that there is not', frame(0x77, [1, 2, 3, 4, 5, 6])],
  ['a negative length', frame(Type.DATA, [0, 5, STREAM, TERM_ID, 0, 0], { length: -5 })],
  ['a SETUP that is cut off', setupFrame(KEY, TERM_ID).subarray(0, 39)],
  ['a SETUP longer than the datagram', frame(Type.SETUP, [0, 5, STREAM, 1, 1, TERM_LENGTH, 1408, 0], { length: 4000 })],
  ['a NAK that is cut off', nakFrame(KEY, TERM_ID, 0, 32).subarray(0, 27)],
  [
    'a status message that is cut off',
    statusMessage(KEY, { termId: 1, termOffset: 0, windowLength: 0 }).subarray(0, 35),
  ],
  ['an error that is cut off', frame(Type.ERR, [5, STREAM, 7, 0, 0, 0, 13])],
  ['a measurement that is cut off', frame(Type.RTTM, [5, STREAM, 1, 2, 3])],
  ['the longest datagram that there is', Buffer.alloc(65507, 0xff)],
];

// What a transport hands on of a datagram, and what it says of its length, is its own: so each is told what makes no sense.
describe.each(DRIVERS)('a driver with transport $datagramTransport and threading mode $threadingMode', (driver) => {
  let siege: Siege;

  afterEach(() => siege.end());

  it('counts every frame that is none, at the ends of subscriptions and of publications', async () => {
    siege = await Siege.begin(driver);
    const { client } = siege.peer;
    const [data, control] = [await freePort(), await freePort()];
    await client.subscription(STREAM, { channel: `aeron:udp?endpoint=127.0.0.1:${data}` });
    await client.publication(STREAM, { channel: `aeron:udp?control=127.0.0.1:${control}|control-mode=dynamic` });
    let count = 0;
    for (const port of [data, control]) {
      for (const [, content] of NONSENSE) {
        await siege.attacker.send(content, port);
        await siege.counts('INVALID_PACKETS', ++count);
      }
    }
    await siege.goOn();
    expect(siege.view.system('ERRORS')).toBe(0);
    expect(siege.attacker.received).toEqual([]);
  });

  it('takes of a sender only what fits where the stream is', async () => {
    siege = await Siege.begin(driver);
    const port = await freePort();
    const subscription = await siege.peer.client.subscription(STREAM, {
      channel: `aeron:udp?endpoint=127.0.0.1:${port}`,
    });
    await siege.attacker.send(setupFrame(KEY, TERM_ID), port);
    await siege.peer.client.call('untilImages', { handle: subscription, count: 1 });
    await until(() => siege.attacker.receivedOf(Type.SM).length > 0, 'the first status message');
    const half = TERM_LENGTH / 2;
    const cases: readonly [Buffer, 'INVALID_PACKETS' | 'FLOW_CONTROL_OVER_RUNS'][] = [
      [dataFrame(KEY, TERM_ID, half + 32, 32), 'FLOW_CONTROL_OVER_RUNS'],
      [dataFrame(KEY, TERM_ID + 1000, 0, 32), 'FLOW_CONTROL_OVER_RUNS'],
      [dataFrame(KEY, TERM_ID, 33, 32), 'INVALID_PACKETS'],
      [dataFrame(KEY, TERM_ID, TERM_LENGTH, 32), 'INVALID_PACKETS'],
      [dataFrame(KEY, TERM_ID, -32, 32), 'INVALID_PACKETS'],
      [frame(Type.DATA, [0, 5, STREAM, TERM_ID, 0, 0], { length: 0x7fffffe0 }), 'INVALID_PACKETS'],
    ];
    const counts = { INVALID_PACKETS: 0, FLOW_CONTROL_OVER_RUNS: 0 };
    for (const [content, name] of cases) {
      await siege.attacker.send(content, port);
      await siege.counts(name, ++counts[name]);
    }
    await siege.attacker.send(dataFrame(KEY, TERM_ID - 1, 0, 32), port); // before the first term: there is no such place
    expect(siege.countersOf(RECEIVER_POSITION_TYPE_ID)).toEqual([0]);
    const frames = half / 1024;
    await siege.send(port, frames, (index) => dataFrame(KEY, TERM_ID, 1024 * index, 992));
    await until(() => siege.attacker.receivedOf(Type.SM).some((message) => message.readInt32LE(20) > 0), 'consumption');
    await siege.attacker.send(dataFrame(KEY, TERM_ID, 0, 992), port);
    await siege.counts('FLOW_CONTROL_UNDER_RUNS', 1);
    await siege.goOn();
    expect(siege.countersOf(RECEIVER_POSITION_TYPE_ID)).toEqual([half]);
    expect(siege.view.system('ERRORS')).toBe(0);
  });
});

describe.each(['SHARED', 'DEDICATED'] as const)('a driver with threading mode %s', (threadingMode) => {
  const driver = { threadingMode, datagramTransport: 'auto' } as const;
  let siege: Siege;

  afterEach(() => siege.end());

  it('makes no more images of a stream than it may, and says so', async () => {
    siege = await Siege.begin(driver);
    const port = await freePort();
    await siege.peer.client.subscription(STREAM, { channel: `aeron:udp?endpoint=127.0.0.1:${port}` });
    const before = siege.memoryLength;
    await Promise.all([
      siege.send(port, FLOOD, (index) => setupFrame({ sessionId: index, streamId: STREAM }, TERM_ID)),
      siege.goOn(),
    ]);
    await siege.goOn();
    expect(siege.countersOf(RECEIVER_POSITION_TYPE_ID).length).toBeLessThanOrEqual(SESSION_LIMIT);
    expect(siege.countersOf(RECEIVER_POSITION_TYPE_ID).length).toBeGreaterThan(0);
    expect(siege.view.system('ERRORS')).toBeGreaterThan(0);
    const { stdout } = await runTool('error-stat', siege.peer.directory);
    expect(stdout).toContain(
      `exceeded session limit, streamId=${STREAM} sourceAddress=127.0.0.1:${siege.attacker.port}`,
    );
    expect(siege.memoryLength - before).toBeLessThan(MEMORY_GROWTH_MAX);
    await until(
      () => siege.countersOf(RECEIVER_POSITION_TYPE_ID).length === 0,
      'the images to end, of which nothing came',
    );
  });

  it('asks a bounded number of strangers for their SETUP', async () => {
    siege = await Siege.begin(driver);
    const port = await freePort();
    await siege.peer.client.subscription(STREAM, { channel: `aeron:udp?endpoint=127.0.0.1:${port}` });
    const before = siege.memoryLength;
    await Promise.all([
      siege.send(port, FLOOD, (index) => dataFrame({ sessionId: index, streamId: STREAM }, TERM_ID, 0, 64)),
      siege.goOn(),
    ]);
    await siege.goOn();
    const asked = siege.attacker.receivedOf(Type.SM).map(fieldsOf.sessionId);
    expect(asked.length).toBeGreaterThan(0);
    expect(new Set(asked).size).toBe(asked.length); // each once, but for those whose second is over
    expect(asked.length).toBeLessThanOrEqual(2 * MAX_PENDING_SETUPS);
    expect(siege.countersOf(RECEIVER_POSITION_TYPE_ID)).toEqual([]);
    expect(siege.view.system('ERRORS')).toBe(0);
    expect(siege.memoryLength - before).toBeLessThan(MEMORY_GROWTH_MAX);
  });

  it('sends again what one asks for, once in a while, whoever asks how often', async () => {
    const port = await freePort();
    siege = await Siege.begin(driver, port);
    const { client } = siege.peer;
    const handle = await client.publication(STREAM, {
      channel: `aeron:udp?endpoint=127.0.0.1:${port}`,
      isExclusive: true,
    });
    const [setup] = await until(() => nonEmpty(siege.attacker.receivedOf(Type.SETUP)), 'the SETUP');
    const key = { sessionId: fieldsOf.sessionId(setup), streamId: STREAM };
    const termId = fieldsOf.initialTermId(setup);
    const { source } = siege.attacker;
    const consumption = { termId, termOffset: 0, windowLength: WINDOW_LENGTH };
    await siege.attacker.send(statusMessage(key, consumption), source.port);
    await client.call('untilConnected', { handle });
    await client.call('publish', { handle, publisher: 1, count: 20, maxLength: FRAME_MAX - 32 });
    // What is asked for before it was sent is not sent again, and for a while what is asked for again is not either.
    await until(() => siege.attacker.receivedOf(Type.DATA).some((data) => data.readInt32LE(0) > 0), 'the messages');
    const startMs = Date.now();
    await Promise.all([
      siege.send(source.port, FLOOD, () => nakFrame(key, termId, 0, FRAME_MAX), 'NAK_MESSAGES_RECEIVED'),
      siege.goOn(),
    ]);
    const lingers = 2 + (Date.now() - startMs) / 1000;
    expect(siege.view.system('RETRANSMITS_SENT')).toBeGreaterThan(0);
    expect(siege.view.system('RETRANSMITS_SENT')).toBeLessThanOrEqual(lingers);
    for (const [termOffset, length] of [
      [-32, 64],
      [0, -64],
      [TERM_LENGTH, 64],
      [33, 64],
    ] as const) {
      await siege.attacker.send(nakFrame(key, termId, termOffset, length), source.port);
    }
    await siege.counts('INVALID_PACKETS', 4);
    await siege.goOn();
  });

  it('is moved by no status message from nowhere, and none with a position that is forged', async () => {
    const port = await freePort();
    siege = await Siege.begin(driver, port);
    const { client } = siege.peer;
    const handle = await client.publication(STREAM, {
      channel: `aeron:udp?endpoint=127.0.0.1:${port}`,
      isExclusive: true,
    });
    const [setup] = await until(() => nonEmpty(siege.attacker.receivedOf(Type.SETUP)), 'the SETUP');
    const key = { sessionId: fieldsOf.sessionId(setup), streamId: STREAM };
    const termId = fieldsOf.initialTermId(setup);
    const { source } = siege.attacker;
    const consumption = { termId, termOffset: 0, windowLength: WINDOW_LENGTH };
    await siege.attacker.send(statusMessage(key, consumption), source.port);
    await client.call('untilConnected', { handle });
    const limits = siege.countersOf(SENDER_LIMIT_TYPE_ID);
    expect(limits).toEqual([WINDOW_LENGTH]);
    const nobody = (index: number): StreamKey => ({
      sessionId: key.sessionId + 1 + index,
      streamId: STREAM + (index % 3),
    });
    const counter = 'STATUS_MESSAGES_RECEIVED';
    await siege.send(source.port, FLOOD, (index) => statusMessage(nobody(index), consumption), counter);
    const forged = (index: number): Buffer =>
      statusMessage(key, { ...consumption, termId: termId + 1 + (index % 500) });
    await siege.send(source.port, FLOOD, forged, counter);
    await siege.counts('STATUS_MESSAGES_REJECTED', FLOOD);
    expect(siege.countersOf(SENDER_LIMIT_TYPE_ID)).toEqual(limits);
    await siege.goOn();
    expect(siege.view.system('ERRORS')).toBe(0);
  });
});

function nonEmpty(frames: Buffer[]): [Buffer, ...Buffer[]] | undefined {
  return frames.length > 0 ? (frames as [Buffer, ...Buffer[]]) : undefined;
}
