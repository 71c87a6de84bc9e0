// SPDX-License-Identifier: Apache-2.0
/** Kinds of UDP channels beyond plain ones, between drivers of both implementations, in both directions. */
import type { InteropClient } from './support/clients.ts';
import type { DriverKind } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { clientOf, Setting } from './support/setting.ts';
import { eventually } from './support/wait.ts';

const SECONDS = 1000;
const SETTINGS = { 'aeron.timer.interval': '100ms', 'aeron.image.liveness.timeout': '2s' };
const SEND_CHANNEL_STATUS_TYPE_ID = 6;
const IMAGE_REJECTED = 13;

const PAIRS: readonly [DriverKind, DriverKind][] = [
  ['aeronmd', 'reference'],
  ['reference', 'aeronmd'],
];

describe.each(REFERENCE_VERSIONS.slice(0, 1))('against io.aeron:aeron-all:%s', (version) => {
  describe.each(PAIRS)('from a driver of kind %s to one of kind %s', (publisherDriver, subscriberDriver) => {
    const setting = new Setting(version);
    let publisher: InteropClient;
    let subscriber: InteropClient;
    let streamId = 2000;

    beforeAll(async () => {
      publisher = await setting.client(clientOf(publisherDriver), await setting.driver(publisherDriver, SETTINGS));
      subscriber = await setting.client(clientOf(subscriberDriver), await setting.driver(subscriberDriver, SETTINGS));
    }, 60 * SECONDS);
    afterAll(() => setting.close(), 60 * SECONDS);
    beforeEach(() => {
      streamId += 10;
    });

    const run = (count: number, maxLength = 2048) => ({ first: 0, count, minLength: 0, maxLength, seed: streamId });

    it('carries two streams to the destinations of one subscription, until one is removed', async () => {
      const ports = [await freePort(), await freePort()];
      await subscriber.addSubscription('s', 'aeron:udp?control-mode=manual', streamId);
      const sessions = [];
      for (const port of ports) {
        await subscriber.addReceiveDestination('s', `aeron:udp?endpoint=127.0.0.1:${port}`);
        const channel = `aeron:udp?endpoint=127.0.0.1:${port}|term-length=64k`;
        sessions.push(await publisher.addExclusivePublication(`p${port}`, channel, streamId));
        await publisher.awaitConnected(`p${port}`);
      }
      await subscriber.awaitImages('s', 2);
      await subscriber.removeReceiveDestination('s', `aeron:udp?endpoint=127.0.0.1:${ports[1]}`);
      await subscriber.awaitImages('s', 1);
      expect((await subscriber.images('s'))[0]?.sessionId).toBe(sessions[0]);
      await Promise.all([publisher.publish(`p${ports[0]}`, run(500)), subscriber.consume('s', run(500))]);
      await publisher.closePublication(`p${ports[0]}`);
      await publisher.closePublication(`p${ports[1]}`);
      await subscriber.closeSubscription('s');
    });

    it('carries one stream over two paths into one image', async () => {
      const ports = [await freePort(), await freePort()];
      await subscriber.addSubscription('s', 'aeron:udp?control-mode=manual', streamId);
      await publisher.addExclusivePublication('p', 'aeron:udp?control-mode=manual|term-length=64k', streamId);
      for (const port of ports) {
        await subscriber.addReceiveDestination('s', `aeron:udp?endpoint=127.0.0.1:${port}`);
        await publisher.addDestination('p', `aeron:udp?endpoint=127.0.0.1:${port}`);
      }
      await publisher.awaitConnected('p');
      await subscriber.awaitImages('s', 1);
      await Promise.all([publisher.publish('p', run(500)), subscriber.consume('s', run(500))]);
      await eventually('two transports', async () => (await subscriber.images('s'))[0]?.activeTransportCount === 2);
      await publisher.closePublication('p');
      await subscriber.awaitImages('s', 0);
      await subscriber.closeSubscription('s');
    });

    it('answers over a response channel', async () => {
      const [requests, control] = [await freePort(), await freePort()];
      const [client, server] = [publisher, subscriber];
      await server.addSubscription('requests', `aeron:udp?endpoint=127.0.0.1:${requests}`, streamId);
      const responses = await client.addSubscription(
        'responses',
        `aeron:udp?control=127.0.0.1:${control}|control-mode=response`,
        streamId + 1,
      );
      await client.addExclusivePublication(
        'request',
        `aeron:udp?endpoint=127.0.0.1:${requests}|response-correlation-id=${responses}|term-length=64k`,
        streamId,
      );
      await server.awaitImages('requests', 1);
      const image = (await server.images('requests'))[0];
      await server.addExclusivePublication(
        'response',
        `aeron:udp?control=127.0.0.1:${control}|control-mode=response|response-correlation-id=${image?.correlationId}|term-length=64k`,
        streamId + 1,
      );
      await server.awaitConnected('response');
      await client.awaitImages('responses', 1);
      await Promise.all([client.publish('request', run(300)), server.consume('requests', run(300))]);
      await Promise.all([server.publish('response', run(300)), client.consume('responses', run(300))]);
      await server.closePublication('response');
      await client.closePublication('request');
      await server.closeSubscription('requests');
      await client.closeSubscription('responses');
    });

    it('shares an endpoint and a session by tags', async () => {
      const port = await freePort();
      const channel = `aeron:udp?endpoint=127.0.0.1:${port}`;
      for (const [index, name] of ['a', 'b'].entries()) {
        await subscriber.addSubscription(name, channel, streamId + index);
      }
      const tag = port * 10;
      const first = await publisher.addExclusivePublication(
        'a',
        `${channel}|tags=${tag},${tag + 1}|term-length=64k|mtu=2k`,
        streamId,
      );
      const second = await publisher.addExclusivePublication(
        'b',
        `aeron:udp?tags=${tag}|session-id=tag:${tag + 1}`,
        streamId + 1,
      );
      expect(second).toBe(first);
      const facts = await publisher.describe('b');
      expect(facts).toMatchObject({ termBufferLength: 65536, maxPayloadLength: 2048 - 32 });
      const endpoints = [...(await publisher.counters()).values()].filter(
        (counter) => counter.typeId === SEND_CHANNEL_STATUS_TYPE_ID && counter.label.includes(`:${port}`),
      );
      expect(endpoints).toHaveLength(1);
      for (const name of ['a', 'b']) {
        await publisher.awaitConnected(name);
        await subscriber.awaitImages(name, 1);
        await Promise.all([publisher.publish(name, run(300)), subscriber.consume(name, run(300))]);
        await publisher.closePublication(name);
        await subscriber.closeSubscription(name);
      }
    });

    it('tells the port that the driver chose', async () => {
      await subscriber.addSubscription('s', 'aeron:udp?endpoint=127.0.0.1:0', streamId);
      await eventually('resolved', async () => (await subscriber.resolvedEndpoint('s')) !== '');
      const endpoint = await subscriber.resolvedEndpoint('s');
      expect(endpoint).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
      const channel = await subscriber.tryResolveChannelEndpointPort('s');
      expect(channel).toBe(`aeron:udp?endpoint=${endpoint}`);
      await publisher.addExclusivePublication('p', `${channel}|term-length=64k`, streamId);
      await subscriber.awaitImages('s', 1);
      await publisher.awaitConnected('p');
      await Promise.all([publisher.publish('p', run(300)), subscriber.consume('s', run(300))]);
      await publisher.closePublication('p');
      await subscriber.closeSubscription('s');
    });

    it('tells the end of the stream, and what was sent before stays to be read', async () => {
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}|term-length=64k`;
      await subscriber.addSubscription('s', channel, streamId);
      await publisher.addExclusivePublication('p', channel, streamId);
      await publisher.awaitConnected('p');
      await subscriber.awaitImages('s', 1);
      await publisher.publish('p', run(20));
      await publisher.closePublication('p');
      await subscriber.consume('s', run(20));
      await eventually('end of stream', async () => {
        const [image] = await subscriber.images('s');
        return image === undefined || image.isEndOfStream;
      });
      await subscriber.awaitImages('s', 0);
      await subscriber.closeSubscription('s');
    });

    it('tells the publisher that a receiver rejects its image', async () => {
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}|term-length=64k`;
      await subscriber.addSubscription('s', channel, streamId);
      await publisher.addPublication('p', channel, streamId);
      await publisher.awaitConnected('p');
      await subscriber.awaitImages('s', 1);
      await subscriber.reject('s', `no ${streamId}`);
      await eventually('error frame', async () =>
        (await publisher.events()).some(
          (e) => e.startsWith(`publication-error ${IMAGE_REJECTED} `) && e.includes(`no ${streamId}`),
        ),
      );
      await eventually('disconnected', async () => !(await publisher.describe('p')).isConnected);
      await publisher.closePublication('p');
      await subscriber.awaitImages('s', 0);
      await subscriber.closeSubscription('s');
    });

    it('does not wait for an untethered subscription, and lets it in again', async () => {
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
      const timeouts = ['window-limit', 'linger', 'resting']
        .map((name) => `untethered-${name}-timeout=500ms`)
        .join('|');
      await subscriber.addSubscription('slow', `${channel}|tether=false|${timeouts}`, streamId);
      await subscriber.addSubscription('s', `${channel}|tether=true`, streamId);
      const session = await publisher.addExclusivePublication('p', `${channel}|term-length=64k`, streamId);
      await publisher.awaitConnected('p');
      await subscriber.awaitImages('s', 1);
      await subscriber.awaitImages('slow', 1);
      await Promise.all([publisher.publish('p', run(300)), subscriber.consume('s', run(300))]);
      await eventually('left and let in again', async () => {
        const events = (await subscriber.events()).filter((event) => event.endsWith(` ${session}`));
        return events.join().includes(`unavailable ${session},available ${session}`);
      });
      await publisher.closePublication('p');
      await subscriber.closeSubscription('s');
      await subscriber.closeSubscription('slow');
    });

    it.each([
      ['fc=tagged', 'fc=tagged,g:-7/2', 'gtag=-7'],
      ['fc=min', 'fc=min,g:/2', ''],
    ])('waits for a group with receivers of both kinds: %s', async (_name, flowControl, parameter) => {
      const group = `aeron:udp?endpoint=224.20.30.45:${await freePort()}|interface=127.0.0.1`;
      const channel = parameter === '' ? group : `${group}|${parameter}`;
      await publisher.addExclusivePublication('p', `${group}|term-length=64k|${flowControl}`, streamId);
      await publisher.addSubscription('own', channel, streamId);
      await publisher.awaitImages('own', 1);
      expect((await publisher.describe('p')).isConnected).toBe(false);
      await subscriber.addSubscription('s', channel, streamId);
      await publisher.awaitConnected('p');
      await subscriber.awaitImages('s', 1);
      // A client of the reference does one thing at a time: messages that fit the window, read one side after the other.
      await publisher.publish('p', run(20, 1024));
      await publisher.consume('own', run(20, 1024));
      await subscriber.consume('s', run(20, 1024));
      await publisher.closePublication('p');
      await publisher.closeSubscription('own');
      await subscriber.closeSubscription('s');
    });

    it.each(['128', '256', '1408', '8k', '65504'])('cuts messages for an MTU of %s', async (mtu) => {
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
      await subscriber.addSubscription('s', `${channel}|rcv-wnd=128k`, streamId);
      await publisher.addExclusivePublication('p', `${channel}|term-length=1m|mtu=${mtu}`, streamId);
      await publisher.awaitConnected('p');
      await subscriber.awaitImages('s', 1);
      await Promise.all([publisher.publish('p', run(100, 4096)), subscriber.consume('s', run(100, 4096))]);
      await publisher.closePublication('p');
      await subscriber.closeSubscription('s');
    });

    it.each([
      ['64k', 65536],
      ['1m', 1 << 20],
      ['64m', 1 << 26],
      ['1g', 1 << 30],
    ])('crosses the end of a term of %s', async (text, termLength) => {
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
      const position = `init-term-id=2147483647|term-id=2147483647|term-offset=${termLength - 32768}`;
      await subscriber.addSubscription('s', channel, streamId);
      await publisher.addExclusivePublication('p', `${channel}|term-length=${text}|${position}|sparse=true`, streamId);
      await publisher.awaitConnected('p');
      await subscriber.awaitImages('s', 1);
      expect((await subscriber.images('s'))[0]?.joinPosition).toBe(termLength - 32768);
      await Promise.all([publisher.publish('p', run(100)), subscriber.consume('s', run(100))]);
      expect((await publisher.describe('p')).position).toBeGreaterThan(termLength);
      await publisher.closePublication('p');
      await subscriber.awaitImages('s', 0);
      await subscriber.closeSubscription('s');
    });
  });
});
