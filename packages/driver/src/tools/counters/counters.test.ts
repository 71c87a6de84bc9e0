// SPDX-License-Identifier: Apache-2.0
import { DRIVER_COUNTERS, localSocketAddressCounter } from '@aeron/codecs/internal';
import { type DriverOfTest, ToolHarness } from '../testing/tool-harness.ts';
import { counterFacts } from './counter-row.ts';
import { DriverView, heartbeatAgeMs, isDriverGone, takeSnapshot } from './driver-snapshot.ts';
import { groupByStream } from './stream-key.ts';

const STREAM = { registrationId: 5, sessionId: -7, streamId: 1001, channel: 'aeron:ipc' };

describe('a snapshot of a driver', () => {
  const harness = new ToolHarness();
  let driver: DriverOfTest;
  beforeAll(() => {
    driver = harness.startDriver();
  });

  it('has the counters in use, with all that their keys tell', async () => {
    const id = driver.addStream(DRIVER_COUNTERS.PUBLISHER_LIMIT, STREAM, 2 ** 40);
    const freed = driver.addStream(DRIVER_COUNTERS.SENDER_POSITION, STREAM, 1);
    const channel = driver.addChannel('aeron:udp?endpoint=a:1', -1);
    const client = driver.addClient(9);
    const address = driver.add(
      localSocketAddressCounter(DRIVER_COUNTERS.SEND_LOCAL_SOCKET_ADDRESS, channel),
      1,
      STREAM.registrationId,
    );
    driver.counters.free(freed);
    const { counters } = await harness.run(takeSnapshot(harness.call()));
    expect(counters.map((row) => row.id)).toEqual([...Array(46).keys(), id, channel, client, address]);
    const facts = counters.map(counterFacts);
    expect(facts[15]).toMatchObject({ typeId: 0, key: { systemCounterId: 15, name: 'ERRORS' } });
    expect(facts[46]).toEqual({
      id,
      typeId: 1,
      value: 2n ** 40n,
      label: 'pub-lmt: 5 -7 1001 aeron:ipc',
      registrationId: 5,
      ownerId: 0,
      referenceId: 0,
      key: STREAM,
    });
    expect(facts[47]).toMatchObject({ status: 'ERRORED', key: { channel: 'aeron:udp?endpoint=a:1' } });
    expect(facts[48]).toMatchObject({ value: BigInt(harness.platform.clock.epochMs()), key: { clientId: 9 } });
    expect(facts[49]).toMatchObject({ key: { channelStatusId: channel, localSocketAddress: '' } });
  });

  it('has counters of applications too, without a key that it could read', async () => {
    const id = driver.counters.allocate('mine', 1001);
    const { counters } = await harness.run(takeSnapshot(harness.call()));
    const facts = counters.map(counterFacts).find((row) => row['id'] === id);
    expect(facts).toMatchObject({ typeId: 1001, label: 'mine' });
    expect(facts).not.toHaveProperty('key');
  });

  it('leaves out of streams what can not be the key of one', async () => {
    const id = driver.addStream(DRIVER_COUNTERS.RECEIVER_HWM, STREAM, 1);
    driver.counters.getCounterKey(id).putInt32(16, -1);
    const { counters } = await harness.run(takeSnapshot(harness.call()));
    const typeIds = new Set([DRIVER_COUNTERS.RECEIVER_HWM.typeId, DRIVER_COUNTERS.PUBLISHER_LIMIT.typeId]);
    expect(groupByStream(counters, typeIds)).toMatchObject([{ sessionId: -7, counters: [{ typeId: 1 }] }]);
  });

  it('is of a driver that lives, until its heartbeat is too old', async () => {
    driver.heartbeat();
    const view = await harness.run(DriverView.open(harness.call()));
    expect([heartbeatAgeMs(view.snapshot()), isDriverGone(view.snapshot())]).toEqual([0, false]);
    harness.world.step(10_001e6);
    expect([heartbeatAgeMs(view.snapshot()), isDriverGone(view.snapshot())]).toEqual([10_001, true]);
    view.close();
  });
});

describe('streams', () => {
  it('are in the order of session, stream and channel', async () => {
    const harness = new ToolHarness();
    const driver = harness.startDriver();
    const row = DRIVER_COUNTERS.PUBLISHER_LIMIT;
    for (const [sessionId, streamId, channel] of [
      [3, 1, 'aeron:ipc'],
      [-3, 9, 'aeron:ipc'],
      [3, -1, 'aeron:ipc?alias=b'],
      [3, -1, 'aeron:ipc?alias=a'],
    ] as const) {
      driver.addStream(row, { registrationId: 1, sessionId, streamId, channel }, 0);
    }
    const { counters } = await harness.run(takeSnapshot(harness.call()));
    const groups = groupByStream(counters, new Set([row.typeId]));
    expect(groups.map(({ sessionId, streamId, channel }) => `${sessionId} ${streamId} ${channel}`)).toEqual([
      '-3 9 aeron:ipc',
      '3 -1 aeron:ipc?alias=a',
      '3 -1 aeron:ipc?alias=b',
      '3 1 aeron:ipc',
    ]);
  });
});

describe('a view of a driver', () => {
  it('follows the driver that takes the directory over', async () => {
    const harness = new ToolHarness();
    const first = harness.startDriver();
    const view = await harness.run(DriverView.open(harness.call()));
    const { pid } = view.snapshot();
    harness.platform.files.deleteTree('/dev/shm/aeron-tools');
    first.toDriver.putConsumerHeartbeatTimeMs(-1);
    expect(view.snapshot()).toMatchObject({ pid, heartbeatMs: -1 });
    harness.startDriver().addClient(77);
    const after = view.snapshot();
    expect(after.pid).not.toBe(pid);
    expect(after.counters.at(-1)?.label).toBe('client-heartbeat: id=77');
    view.close();
  });

  it('stays with a driver that is only slow', async () => {
    const harness = new ToolHarness();
    harness.startDriver();
    const view = await harness.run(DriverView.open(harness.call()));
    const { pid } = view.snapshot();
    harness.world.step(60_000e6);
    expect(view.snapshot()).toMatchObject({ pid });
    expect(view.snapshot().counters).toHaveLength(46);
    view.close();
  });
});
