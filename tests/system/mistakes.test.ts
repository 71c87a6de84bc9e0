// SPDX-License-Identifier: Apache-2.0
/**
 * The mistakes that a newcomer makes, made for real: each leads to a message, or to a tool's line, that says what is wrong and what
 * to do. The table in docs/guides/troubleshooting.md names them all; its test is at the end.
 */
import { createSocket, type Socket } from 'node:dgram';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aeron, errorString, isRetryable } from '@aeron/client';
import { MediaDriver } from '@aeron/driver';
import { Loopback, type LoopbackNode } from '../support/loopback.ts';
import { runTool } from '../support/tools.ts';
import { until } from '../support/until.ts';

jest.setTimeout(90_000);

const PAGE = join(__dirname, '..', '..', 'docs', 'guides', 'troubleshooting.md');
const SHORT_MS = 200;
const REFUSALS_IN_A_ROW = 20;

/** Named as in the guide. */
function mistake(title: string, make: () => Promise<void>): void {
  it(title, make);
}

/** `CODE message` of what it rejects with. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  const outcome = await attempt.then(
    () => 'nothing was refused',
    (error: Error & { code?: string }) => `${error.code} ${error.message}`,
  );
  return outcome;
}

let loopback: Loopback;
let node: LoopbackNode;
let aeron: Aeron;
let directory: string;

beforeAll(async () => {
  loopback = new Loopback();
  node = await loopback.node();
  ({ aeron } = node);
  directory = node.driver.aeronDirectoryName;
});

afterAll(() => loopback.close());

describe('finding the driver', () => {
  mistake('no driver runs', async () => {
    const aeronDirectoryName = '/dev/shm/aeron-nobody-at-all/aeron';
    const said = await refusal(Aeron.connect({ aeronDirectoryName, driverTimeoutMs: SHORT_MS }));
    expect(said).toMatch(/^DRIVER_TIMEOUT no media driver: aeronDirectory=\S*aeron-nobody-at-all\/aeron /);
    expect(said).toContain('start one (npx aeronmd)');
    const { code, stderr } = await runTool('aeron-stat', aeronDirectoryName, '-t', '0', 'watch=false');
    expect([code, stderr]).toEqual([1, expect.stringContaining(`aeronmd -Daeron.dir=${aeronDirectoryName}`)]);
  });

  mistake('the client looks in another directory than the driver serves', async () => {
    const aeronDirectoryName = join(loopback.folder, 'aeron-other');
    const said = await refusal(Aeron.connect({ aeronDirectoryName, driverTimeoutMs: SHORT_MS }));
    expect(said).toContain('name the directory of the one that runs (aeronDirectoryName, AERON_DIR)');
    expect(said).toContain(`drivers have left files in: ${directory}`);
  });

  mistake('two drivers on one directory', async () => {
    const said = await refusal(MediaDriver.launch({ aeronDirectoryName: directory }));
    expect(said).toMatch(
      /^ACTIVE_DRIVER active media driver detected: pid=\d+ path=\S+cnc.dat: end it \(driver-tool terminate\)/,
    );
    expect(said).toContain('a directory of its own (aeron.dir)');
  });

  mistake('a setting that is mistyped', async () => {
    const options = { threadingMode: 'FAST', ipcTermBufferLength: '100', termLenght: '64k' };
    const said = await refusal(MediaDriver.launch(options as never));
    expect(said).toMatch(/^CONFIGURATION /);
    expect(said).toContain('threadingMode=FAST: expected one of DEDICATED, SHARED_NETWORK, SHARED, INVOKER');
    expect(said).toContain('ipcTermBufferLength=100: less than 64k');
    expect(said).toContain('termLenght=64k: no such option');
  });
});

describe('channels and streams', () => {
  mistake('a port that another process has', async () => {
    const socket = await boundSocket();
    const channel = `aeron:udp?endpoint=127.0.0.1:${socket.address().port}`;
    const said = await refusal(aeron.addSubscription(channel, 1));
    socket.close();
    expect(said).toMatch(/^REGISTRATION .*EADDRINUSE.*another socket has this port: choose another one/);
    expect(said).toContain(channel);
    const { stdout } = await runTool('error-stat', directory);
    expect(stdout).toContain('EADDRINUSE');
  });

  mistake('an address that this machine does not have', async () => {
    const said = await refusal(aeron.addSubscription('aeron:udp?endpoint=203.0.113.7:20121', 1));
    expect(said).toMatch(/^REGISTRATION .*EADDRNOTAVAIL.*no interface of this machine has this address/);
  });

  mistake('an MTU larger than the socket buffer', async () => {
    const said = await refusal(
      aeron.addPublication('aeron:udp?endpoint=127.0.0.1:20301|term-length=1m|mtu=65504|so-sndbuf=8k', 1),
    );
    expect(said).toContain('MTU greater than SO_SNDBUF for channel: mtu=65504 so-sndbuf=8192');
    expect(said).toContain('lower the mtu, or raise so-sndbuf (aeron.socket.so_sndbuf)');
  });

  mistake('a window larger than the socket buffer', async () => {
    const said = await refusal(aeron.addSubscription('aeron:udp?endpoint=127.0.0.1:20302|rcv-wnd=32k|so-rcvbuf=8k', 1));
    expect(said).toContain('Initial window greater than SO_RCVBUF for channel: rcv-wnd=32768 so-rcvbuf=8192');
    expect(said).toContain('lower rcv-wnd, or raise so-rcvbuf (aeron.socket.so_rcvbuf)');
  });

  mistake('a parameter that is mistyped', async () => {
    const said = await refusal(aeron.addPublication('aeron:udp?endpiont=localhost:20303', 1));
    expect(said).toMatch(/^REGISTRATION .*must specify an endpoint.*there is no parameter endpiont/);
    const bad = await refusal(aeron.addPublication('aeron:ipc?term-length=1000', 1));
    expect(bad).toContain('term-length=1000 must be between 65536 and 1073741824');
    expect(await refusal(aeron.addPublication('udp://localhost:20303', 1))).toContain("must start with 'aeron:'");
  });

  mistake('an endpoint without port, or with a name that nobody knows', async () => {
    const noPort = await refusal(aeron.addPublication('aeron:udp?endpoint=localhost', 1));
    expect(noPort).toContain('address:port is required');
    const noName = await refusal(aeron.addPublication('aeron:udp?endpoint=no-such-host.invalid:20304', 1));
    expect(noName).toContain('unresolved - endpoint=no-such-host.invalid:20304');
  });

  mistake('a multicast address that is even, or no interface for it', async () => {
    const even = await refusal(aeron.addPublication('aeron:udp?endpoint=224.0.1.2:20305', 1));
    expect(even).toContain('multicast data address must be odd: address=224.0.1.2');
    const nowhere = await refusal(aeron.addPublication('aeron:udp?endpoint=224.0.1.1:20305|interface=203.0.113.7', 1));
    expect(nowhere).toMatch(/Unable to find multicast or loopback interface matching criteria: 203\.0\.113\.7/);
  });

  mistake('many destinations without a control address', async () => {
    const said = await refusal(aeron.addPublication('aeron:udp?control-mode=dynamic', 1));
    expect(said).toContain('explicit control expected with dynamic control mode, such as control=localhost:40456');
  });

  mistake('a stream id that is no number', async () => {
    expect(await refusal(aeron.addPublication('aeron:ipc', 'orders' as never))).toContain('streamId=orders');
    expect(await refusal(aeron.addSubscription('aeron:ipc', 1.5))).toMatch(
      /^INVALID_ARGUMENT not a signed 32-bit integer: streamId=1.5/,
    );
  });
});

describe('publishing', () => {
  mistake('offering before anybody is connected', async () => {
    const publication = await aeron.addPublication('aeron:ipc', 100);
    const result = publication.offer('too early');
    expect([errorString(result), isRetryable(result)]).toEqual(['NOT_CONNECTED', true]);
    publication.close();
  });

  mistake('a firewall, or nobody who receives', async () => {
    const publication = await aeron.addPublication('aeron:udp?endpoint=127.0.0.1:20306', 101);
    const said = await refusal(publication.offerAsync('into the dark', { timeoutMs: SHORT_MS }));
    expect(said).toMatch(/^TIMEOUT offer timed out: lastResult=NOT_CONNECTED channel=\S+:20306 streamId=101: /);
    expect(said).toMatch(/a driver on its side, no firewall between\?$/);
    // The channel is open and the sender at its start: what is missing is a receiver's status message.
    const { stdout } = await runTool('aeron-stat', directory, 'watch=false');
    expect(stdout).toMatch(/ 1 - snd-channel: aeron:udp\?endpoint=127\.0\.0\.1:20306/);
    expect(stdout).toMatch(/ 0 - snd-pos: \d+ -?\d+ 101 aeron:udp\?endpoint=127\.0\.0\.1:20306/);
    publication.close();
  });

  mistake('another stream id on either side', async () => {
    const publication = await aeron.addPublication('aeron:ipc', 102);
    const subscription = await aeron.addSubscription('aeron:ipc', 103);
    const unheard = await refusal(publication.waitForSubscriber({ timeoutMs: SHORT_MS }));
    expect(unheard).toMatch(/^TIMEOUT .*a subscriber: channel=aeron:ipc streamId=102.*with this channel and stream id/);
    const unseen = await refusal(subscription.waitForImage({ timeoutMs: SHORT_MS }));
    expect(unseen).toMatch(/^TIMEOUT .*an image: channel=aeron:ipc streamId=103.*with this channel and stream id/);
    const { stdout } = await runTool('stream-stat', directory);
    const line = stdout.split('\n').find((each) => each.includes('streamId=102'));
    expect(line).toContain('pub-pos');
    expect(line).not.toContain('sub-pos');
    publication.close();
    subscription.close();
  });

  mistake('a subscriber that does not poll, a publisher that ignores back-pressure', async () => {
    const publication = await aeron.addPublication('aeron:ipc', 104);
    const subscription = await aeron.addSubscription('aeron:ipc', 104);
    await publication.waitForSubscriber({ timeoutMs: 10_000 });
    let result = 0;
    let refusals = 0;
    // In a row: the driver may only be late to move the limit.
    await until(() => {
      result = publication.offer(Buffer.alloc(1000));
      refusals = result < 0 && errorString(result) === 'BACK_PRESSURED' ? refusals + 1 : 0;
      return refusals > REFUSALS_IN_A_ROW;
    }, 'back-pressure');
    expect([errorString(result), isRetryable(result)]).toEqual(['BACK_PRESSURED', true]);
    const said = await refusal(publication.offerAsync('one more', { timeoutMs: SHORT_MS }));
    expect(said).toMatch(/lastResult=BACK_PRESSURED .*streamId=104: a subscriber does not poll.*backlog-stat/);
    const { stdout } = await runTool('backlog-stat', directory, '--all');
    expect(stdout).toMatch(/streamId=104 [\s\S]*subscriber \d+ has \d{4,} backlog bytes/);
    publication.close();
    subscription.close();
  });

  mistake('a message over the largest length', async () => {
    const publication = await aeron.addPublication('aeron:ipc?term-length=64k', 105);
    const subscription = await aeron.addSubscription('aeron:ipc', 105);
    await publication.waitForSubscriber({ timeoutMs: 10_000 });
    const offer = () => publication.offer(Buffer.alloc(100_000));
    expect(offer).toThrow(/message exceeds maxMessageLength.*length=100000 .*8192/);
    publication.close();
    subscription.close();
  });

  mistake('using what is closed', async () => {
    const own = await Aeron.connect({ aeronDirectoryName: directory });
    const publication = await own.addPublication('aeron:ipc', 106);
    await own.close();
    expect(errorString(publication.offer('too late'))).toBe('CLOSED');
    expect(await refusal(publication.offerAsync('too late'))).toMatch(
      /^CLOSED the publication is closed: .*streamId=106/,
    );
    expect(await refusal(own.addPublication('aeron:ipc', 106))).toBe('CLOSED Aeron client is closed');
  });
});

describe('the version', () => {
  mistake('a driver of a version that does not fit', async () => {
    const other = join(loopback.folder, 'aeron-version');
    const old = await MediaDriver.launch({ aeronDirectoryName: other });
    const cnc = readFileSync(join(other, 'cnc.dat'));
    await old.close();
    mkdirSync(other, { recursive: true });
    cnc.writeInt32LE(1 << 16, 0);
    writeFileSync(join(other, 'cnc.dat'), cnc);
    const said = await refusal(Aeron.connect({ aeronDirectoryName: other, driverTimeoutMs: SHORT_MS }));
    expect(said).toMatch(/^CNC_VERSION .*1\.0\.0/);
    const { code, stderr } = await runTool('aeron-stat', other, 'watch=false');
    expect([code, stderr]).toEqual([1, expect.stringContaining('use the tools of that version')]);
  });
});

async function boundSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}

describe('docs/guides/troubleshooting.md', () => {
  it('names every mistake of these tests, and no other', () => {
    const titles = ['mistakes.test.ts', 'mistakes-of-processes.test.ts'].flatMap((file) =>
      [...readFileSync(join(__dirname, file), 'utf8').matchAll(/^ {2}(?:mistake|whereMountable)\('(.*?)',/gm)].map(
        ([, title]) => title,
      ),
    );
    expect(titles.length).toBeGreaterThanOrEqual(20);
    const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\| ([^|]+?) \|.*\[test\]\(/gm)].map(([, title]) => title);
    expect(rows.sort()).toEqual(titles.sort());
  });
});
