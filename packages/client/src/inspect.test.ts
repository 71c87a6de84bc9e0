// SPDX-License-Identifier: Apache-2.0
/** What `console.log` shows of what an application meets: one readable line, open or closed. */
import { inspect } from 'node:util';
import { ChannelUri } from '@aeron/codecs';
import { AtomicBuffer, ReadableCounter } from '@aeron/core';
import { DriverDirectory } from './driver-directory.ts';
import { BufferClaim } from './publication/buffer-claim.ts';
import { Header } from './subscription/header.ts';
import { ClientHarness } from './testing/client-harness.ts';
import { FAKE_DIRECTORY, FakeDriver } from './testing/fake-driver.ts';

describe('util.inspect', () => {
  it('shows each main object as one line, before and after its end', async () => {
    const driver = FakeDriver.started();
    const harness = ClientHarness.open({ clientName: 'shown' }, driver);
    const { aeron } = harness;
    const publication = await harness.settle(aeron.addPublication('aeron:ipc', 1001));
    const exclusive = await harness.settle(aeron.addExclusivePublication('aeron:ipc', 1002));
    const subscription = await harness.settle(aeron.addSubscription('aeron:ipc', 1001));
    driver.availableImage(300, subscription.registrationId, driver.streams.get(publication.registrationId) as never);
    const counter = await harness.settle(aeron.addCounter(1001, 'depth'));
    await harness.advance(30);
    const reader = aeron.countersReader;
    const objects = [
      aeron,
      publication,
      exclusive,
      subscription,
      subscription.imageAtIndex(0),
      counter,
      reader,
      new ReadableCounter(reader, counter.id),
      new DriverDirectory(FAKE_DIRECTORY, { platform: driver.clientPlatform() }),
    ];
    const names = [
      'Aeron',
      'ConcurrentPublication',
      'ExclusivePublication',
      'Subscription',
      'Image',
      'Counter',
      'CountersReader',
      'ReadableCounter',
      'DriverDirectory',
    ];
    const lines = () => objects.map((object) => inspect(object));
    const shape = (line: string) => /^(\w+)\{\w+=.*\}$/.exec(line)?.[1];
    expect(lines().map(shape)).toEqual(names);
    expect(inspect({ aeron })).toContain('clientName=shown');
    await aeron.close();
    expect(lines().map(shape)).toEqual(names);
    expect(lines().filter((line) => /isClosed=true/.test(line))).toHaveLength(6);
  });

  it('shows buffers by their first bytes, and what refers to them by its place', () => {
    const buffer = AtomicBuffer.allocate(64);
    buffer.putInt32(0, 0x01020304);
    expect(inspect(buffer)).toBe('AtomicBuffer{capacity=64 04 03 02 01 00 00 00 00 00 00 00 00 00 00 00 00 …}');
    expect(inspect(AtomicBuffer.allocate(2))).toBe('AtomicBuffer{capacity=2 00 00}');
    const header = new Header(0, 16);
    expect(inspect(header)).toBe('Header{no frame}');
    header.buffer = buffer;
    expect(inspect(header)).toMatch(
      /^Header\{frameLength=16909060 flags=0x0 sessionId=0 .* termOffset=0 position=\d+\}$/,
    );
    expect(inspect(new BufferClaim())).toBe('BufferClaim{isActive=false offset=0 length=0}');
    expect(inspect(ChannelUri.parse('aeron:udp?endpoint=a:1'))).toBe('aeron:udp?endpoint=a:1');
  });
});
