// SPDX-License-Identifier: Apache-2.0
/** The sample programs over UDP, the subscribing side with one driver and the publishing side with another. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aeron } from '@aeron/client';
import { MediaDriver } from '@aeron/driver';
import { freePort } from '../support/ports.ts';
import { killSamples, Sample } from '../support/sample.ts';

jest.setTimeout(120_000);

let near: MediaDriver;
let far: MediaDriver;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aeron-samples-'));
  near = await MediaDriver.launchEmbedded();
  far = await MediaDriver.launchEmbedded();
});

afterAll(async () => {
  killSamples();
  await near.close();
  await far.close();
  rmSync(folder, { recursive: true, force: true });
});

const startNear = (name: string, ...args: string[]) => new Sample(name, ['-p', near.aeronDirectoryName, ...args]);
const startFar = (name: string, ...args: string[]) => new Sample(name, ['-p', far.aeronDirectoryName, ...args]);
const endpoint = async () => `aeron:udp?endpoint=localhost:${await freePort()}`;

describe('over UDP', () => {
  it('basic publisher and subscriber pass greetings on', async () => {
    const ends = ['-c', await endpoint(), '-s', '3001'];
    const subscriber = startFar('basic-subscriber', ...ends);
    const publisher = startNear('basic-publisher', ...ends);
    await subscriber.untilPrinted(/Message to stream 3001 from session -?\d+ \(14 bytes\) <<Hello World! \d>>/);
    expect(await publisher.interrupt()).toBe(0);
    expect(await subscriber.interrupt()).toBe(0);
    expect(subscriber.output).toMatch(/Available image on aeron:udp\?endpoint=localhost:\d+ .* from 127\.0\.0\.1:\d+/);
  });

  it('the streaming publishers reach the rate subscriber', async () => {
    const ends = ['-c', await endpoint(), '-s', '3002'];
    const subscriber = startFar('rate-subscriber', ...ends);
    for (const [index, name] of ['streaming-publisher', 'streaming-exclusive-publisher'].entries()) {
      const publisher = startNear(name, ...ends, '-m', '20000', '-L', '1k');
      expect(await publisher.ended).toBe(0);
      await subscriber.untilPrinted(new RegExp(`totals ${20000 * (index + 1)} messages`));
    }
    expect(await subscriber.interrupt()).toBe(0);
  });

  it('ping and pong measure round trips', async () => {
    const ends = ['-c', await endpoint(), '-C', await endpoint(), '-s', '3003', '-S', '3004'];
    const pong = startFar('pong', ...ends);
    const ping = startNear('ping', ...ends, '-m', '200', '-w', '50');
    expect(await ping.ended).toBe(0);
    expect(ping.output).toMatch(/Total count +=\s+200\]/);
    expect(await pong.interrupt()).toBe(0);
  });
});

describe('multi-destination subscriber', () => {
  it('prints what comes by any of its channels', async () => {
    const [one, other] = [await endpoint(), await endpoint()];
    const subscriber = startFar('basic-mds-subscriber', '-s', '3005', '-c', one, other);
    await subscriber.untilPrinted(/Subscription channel status 1/);
    const publishers = [one, other].map((channel) => startNear('basic-publisher', '-c', channel, '-s', '3005'));
    for (const publisher of publishers) {
      await publisher.untilPrinted(/yay!/);
    }
    await subscriber.untilPrinted(
      /(Message to stream 3005 from session (-?\d+)) [\s\S]*Message to stream 3005 from session (?!\2)/,
    );
    for (const publisher of publishers) {
      expect(await publisher.interrupt()).toBe(0);
    }
    expect(await subscriber.interrupt()).toBe(0);
    expect(subscriber.output).toContain('Available image on aeron:udp?control-mode=manual streamId=3005');
  });
});

describe('response client and server', () => {
  it('answer each client on a stream of its own', async () => {
    const control = `aeron:udp?control=localhost:${await freePort()}`;
    const ends = ['-c', await endpoint(), '-s', '3006', '-d', control, '-r', '3007'];
    const server = startFar('response-server', ...ends);
    const clients = [startNear('response-client', ...ends), startNear('response-client', ...ends)];
    for (const client of clients) {
      await client.untilPrinted(
        /Response to stream 3007 from session -?\d+ \(\d+ bytes\) <<responding to message: Hello World! \d+>>/,
      );
    }
    const sessions = clients.map(({ output }) => /Response to stream 3007 from session (-?\d+)/.exec(output)?.[1]);
    expect(new Set(sessions).size).toBe(2);
    for (const client of clients) {
      expect(await client.interrupt()).toBe(0);
      expect(client.output).toContain('Done sending.');
    }
    await server.untilPrinted(/Unavailable image[\s\S]*Unavailable image/);
    expect(await server.interrupt()).toBe(0);
    expect(server.output).toContain('response sent!');
    expect(server.output).toContain('Shutting down...');
  });
});

describe('file sender and receiver', () => {
  const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

  it('bring files over byte for byte, an empty one too', async () => {
    const [channel, stored] = [await endpoint(), mkdtempSync(join(folder, 'stored-'))];
    const receiver = startFar('file-receiver', '-c', channel, '-s', '3008', stored);
    for (const length of [0, 1, 3_000_000]) {
      const path = join(folder, `file ${length} ü.bin`);
      writeFileSync(
        path,
        Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff),
      );
      const sender = startNear('file-sender', '-c', channel, '-s', '3008', path);
      await sender.ended;
      expect(sender.output).toContain('Done sending.');
      await receiver.untilPrinted(new RegExp(`Received .*file ${length} ü.bin`));
      expect(sha256(join(stored, `file ${length} ü.bin`))).toBe(sha256(path));
    }
    expect(await receiver.interrupt()).toBe(0);
  });

  it('refuse messages that make no sense and names that lead elsewhere, and go on', async () => {
    const [channel, stored] = [await endpoint(), mkdtempSync(join(folder, 'stored-'))];
    const receiver = startFar('file-receiver', '-c', channel, '-s', '3009', stored);
    await receiver.untilPrinted(/Receiving from/);
    const aeron = await Aeron.connect({ aeronDirectoryName: near.aeronDirectoryName });
    const publication = await aeron.addPublication(channel, 3009);
    const message = (type: number, third: bigint, fourth: bigint, text: string) => {
      const bytes = Buffer.alloc(32 + text.length);
      bytes.writeInt32LE(type, 4);
      bytes.writeBigInt64LE(-5n, 8);
      bytes.writeBigInt64LE(third, 16);
      bytes.writeBigInt64LE(fourth, 24);
      bytes.write(text, type === 1 ? 28 : 32);
      return type === 1 ? bytes.subarray(0, 28 + text.length) : bytes;
    };
    for (const [bytes, complaint] of [
      [Buffer.alloc(5), /too short: length=5/],
      [message(3, 0n, 0n, ''), /unknown message type: type=3/],
      [message(1, -1n, 1n, 'a'), /not a length: value=-1/],
      [message(1, 10n, 11n, '../elsewhere'), /name is cut off|not the name of a file/],
      [message(1, 10n, 12n, '../elsewhere'), /not the name of a file: name="\.\.\/elsewhere"/],
      [message(2, 0n, 4n, 'data'), /chunk of an unknown file/],
      [message(1, 10n, 4n, 'name'), /Receiving .*name \(10 bytes\)/],
      [message(1, 10n, 4n, 'name'), /correlation id is in use/],
      [message(2, 8n, 4n, 'data'), /chunk beyond the end of .*name: position=8 length=4/],
      [message(2, 0n, 400n, 'data'), /chunk is cut off: chunkLength=400/],
    ] as const) {
      await publication.offerAsync(bytes, { timeoutMs: 30_000 });
      await receiver.untilPrinted(complaint);
    }
    await publication.close();
    await receiver.untilPrinted(/Incomplete: .*name/);
    await aeron.close();
    expect(await receiver.interrupt()).toBe(0);
    expect(readdirSync(stored)).toEqual(['name']);
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });

  it('say what is wrong with what they are given', async () => {
    const missing = startNear('file-sender', join(folder, 'nothing'));
    expect(await missing.ended).toBe(1);
    expect(missing.output).toMatch(/file-sender: .*ENOENT/);
    const none = startNear('file-sender');
    expect(await none.ended).toBe(1);
    expect(none.output).toMatch(/^file-sender: missing required argument 'file'$/m);
    const nowhere = startNear('file-receiver', join(folder, 'nothing'));
    expect(await nowhere.ended).toBe(1);
    expect(nowhere.output).toContain('not a directory: ');
  });
});
