// SPDX-License-Identifier: Apache-2.0
/** The sample programs as a user runs them: each in a process of its own, over shared memory, few messages. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MediaDriver } from '@aeron/driver';
import { killSamples, SAMPLES_FOLDER, Sample } from '../support/sample.ts';

jest.setTimeout(60_000);

let driver: MediaDriver;

beforeAll(async () => {
  driver = await MediaDriver.launchEmbedded();
});

afterAll(async () => {
  killSamples();
  await driver.close();
});

function start(name: string, ...args: string[]): Sample {
  return new Sample(name, ['-p', driver.aeronDirectoryName, ...args]);
}

describe('basic publisher and subscriber', () => {
  it('pass greetings on and end when interrupted', async () => {
    const subscriber = start('basic-subscriber', '-c', 'aeron:ipc', '-s', '2001');
    await subscriber.untilPrinted(/Subscribing to aeron:ipc on stream id 2001/);
    const publisher = start('basic-publisher', '-c', 'aeron:ipc', '-s', '2001');
    await subscriber.untilPrinted(/Message to stream 2001 from session -?\d+ \(14 bytes\) <<Hello World! \d>>/);
    expect(await publisher.interrupt()).toBe(0);
    expect(publisher.output).toMatch(/Offering \d\/10000000 - yay!/);
    expect(publisher.output).toContain('Done sending.');
    expect(await subscriber.interrupt()).toBe(0);
    expect(subscriber.output).toMatch(
      /Available image on aeron:ipc streamId=2001 sessionId=-?\d+ mtu=1408 term-length=/,
    );
    expect(subscriber.output).toContain('Shutting down...');
  });

  it('say so when nobody listens, and end after the last message', async () => {
    const publisher = start('basic-publisher', '-c', 'aeron:ipc', '-s', '2002', '-m', '1', '-f', '-l', '20ms');
    expect(await publisher.ended).toBe(0);
    expect(publisher.output).toContain('Using message of 1376 bytes');
    expect(publisher.output).toContain(
      'Offering 0/1 - Offer failed because publisher is not connected to a subscriber',
    );
    expect(publisher.output).toContain('No active subscribers detected');
    expect(publisher.output).toContain('Lingering for 20 milliseconds...');
  });
});

describe.each(['streaming-publisher', 'streaming-exclusive-publisher'])('%s', (name) => {
  it('sends so many messages of that length to the rate subscriber', async () => {
    const subscriber = start('rate-subscriber', '-c', 'aeron:ipc', '-s', '2003', '-f', '50');
    const publisher = start(name, '-c', 'aeron:ipc', '-s', '2003', '-m', '20000', '-L', '2k');
    expect(await publisher.ended).toBe(0);
    expect(publisher.output).toContain(
      'Streaming 20000 messages of payload length 2048 bytes to aeron:ipc on stream id 2003',
    );
    expect(publisher.output).toMatch(/Publisher back pressure ratio \d/);
    expect(publisher.output).toMatch(/Total: \d+ms, .* msgs\/sec, .* bytes\/sec, totals 20000 messages 39 MB payloads/);
    await subscriber.untilPrinted(/totals 20000 messages 39 MB/);
    expect(await subscriber.interrupt()).toBe(0);
  });
});

describe('ping and pong', () => {
  it('measure round trips', async () => {
    const pong = start('pong', '-c', 'aeron:ipc', '-C', 'aeron:ipc', '-s', '2004', '-S', '2005');
    const ends = ['-c', 'aeron:ipc', '-C', 'aeron:ipc', '-s', '2004', '-S', '2005'];
    const ping = start('ping', ...ends, '-m', '500', '-w', '100', '-e');
    expect(await ping.ended).toBe(0);
    expect(ping.output).toContain('Warming up with 100 messages of length 32 bytes');
    expect(ping.output).toContain('Pinging 500 messages of length 32 bytes');
    expect(ping.output).toMatch(/#\[Max .*Total count +=\s+500\]/);
    expect(await pong.interrupt()).toBe(0);
    expect(pong.output).toContain('Shutting down...');
  });
});

describe('embedded samples', () => {
  it.each([
    ['embedded-ipc-throughput', []],
    ['embedded-ipc-throughput', ['-e']],
    ['embedded-buffer-claim-ipc-throughput', []],
  ])('%s %j receives every message', async (name, more) => {
    const sample = new Sample(name, ['-m', '20000', ...more]);
    expect(await sample.ended).toBe(0);
    expect(sample.output).toMatch(/Total: .* totals 20000 messages/);
    expect(sample.output).toContain('Publisher back pressure ratio: ');
  });

  it('embedded-ipc-throughput runs until it is interrupted', async () => {
    const sample = new Sample('embedded-ipc-throughput', []);
    await sample.untilPrinted(/msgs\/sec/);
    expect(await sample.interrupt()).toBe(0);
    expect(sample.output).toMatch(/Total: .* totals \d+ messages/);
  });

  it('embedded-ping-pong measures round trips', async () => {
    const sample = new Sample('embedded-ping-pong', ['-m', '200', '-w', '100']);
    expect(await sample.ended).toBe(0);
    expect(sample.output).toMatch(/Total count +=\s+200\]/);
  });
});

describe('every sample', () => {
  const names = readdirSync(SAMPLES_FOLDER)
    .filter((name) => /^(?!chunk-|file-transfer).*\.js$/.test(name))
    .map((name) => name.slice(0, -3));

  it.each(names)('%s prints its help', async (name) => {
    const sample = new Sample(name, ['-h']);
    expect(await sample.ended).toBe(0);
    expect(sample.output).toContain(`Usage: ${name} [options]`);
  });

  it('takes properties from -D and the environment, options first', async () => {
    const environment = { AERON_SAMPLE_CHANNEL: 'aeron:ipc?alias=env', AERON_SAMPLE_STREAMID: '2006' };
    const args = ['-p', driver.aeronDirectoryName, '-Daeron.sample.streamId=2007', '-m', '1'];
    const publisher = new Sample('basic-publisher', args, environment);
    expect(await publisher.ended).toBe(0);
    expect(publisher.output).toContain('Publishing to aeron:ipc?alias=env on stream id 2007');
  });

  it('names what is wrong with its options', async () => {
    const sample = start('streaming-publisher', '-L', '4', '-m', 'many');
    expect(await sample.ended).toBe(1);
    expect(sample.output).toContain('streaming-publisher: CONFIGURATION: 2 invalid settings');
    expect(sample.output).toContain('messageLength=4: less than 8');
  });

  it('says so when there is no driver', async () => {
    const args = ['-p', join(driver.aeronDirectoryName, 'nobody'), '-Daeron.driver.timeout=100'];
    const sample = new Sample('rate-subscriber', args);
    expect(await sample.ended).toBe(1);
    expect(sample.output).toContain('rate-subscriber: DRIVER_TIMEOUT: ');
  });

  it('ends with an error when its driver goes away', async () => {
    const own = await MediaDriver.launchEmbedded();
    const sample = new Sample('rate-subscriber', ['-p', own.aeronDirectoryName, '-c', 'aeron:ipc']);
    await sample.untilPrinted(/totals 0 messages/);
    await own.close();
    expect(await sample.ended).toBe(1);
    expect(sample.output).toContain('rate-subscriber: ');
  });
});
