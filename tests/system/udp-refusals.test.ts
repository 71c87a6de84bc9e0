// SPDX-License-Identifier: Apache-2.0
/**
 * Sockets that can't be opened, hosts and interfaces that there are not, buffers that are too small, against a real driver over each
 * transport: the client is told with the reference's code, the error log has a line, and everybody else goes on.
 */
import { createSocket, type Socket } from 'node:dgram';
import { Aeron, RegistrationError } from '@aeron/client';
import { SystemCounterId } from '@aeron/codecs/internal';
import type { Child } from '../support/child.ts';
import { freePort } from '../support/ports.ts';
import { Stage, stopDriver } from '../support/stage.ts';
import { runTool } from '../support/tools.ts';
import { until } from '../support/until.ts';

jest.setTimeout(60_000);

const STREAM = 1001;
const CLIENT_HEARTBEAT_TYPE_ID = 11;
const USER_TYPE_ID = 1001;
const TRANSPORTS = process.platform === 'linux' ? ['dgram', 'batch'] : ['dgram'];
const onLinux = process.platform === 'linux' ? it : it.skip;

type Kind = 'publication' | 'subscription';

describe.each(TRANSPORTS)('over %s', (transport) => {
  let stage: Stage;
  let directory: string;
  const sockets: Socket[] = [];
  let driver: Child;
  let aeron: Aeron;

  beforeAll(async () => {
    stage = new Stage();
    directory = stage.newDirectory();
    const settings = {
      'aeron.driver.datagram.transport': transport,
      'aeron.threading.mode': 'DEDICATED',
      'aeron.term.buffer.length': '64k',
    };
    driver = await stage.startDriver(directory, settings);
    aeron = await Aeron.connect({ aeronDirectoryName: directory });
  });

  afterAll(async () => {
    for (const socket of sockets) {
      socket.close();
    }
    await aeron.close();
    await stopDriver(driver);
    expect((await driver.ended).stderr).toBe('');
    await stage.close();
  });

  /** A socket that is none of Aeron's. */
  async function occupy(port: number): Promise<Socket> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
    return socket;
  }

  function add(kind: Kind, channel: string) {
    return kind === 'publication' ? aeron.addPublication(channel, STREAM) : aeron.addSubscription(channel, STREAM);
  }

  /**
   * The refusal, which leaves nothing.
   *
   * @param logged what the error log must hold as well.
   */
  async function refusal(kind: Kind, channel: string, logged = channel): Promise<RegistrationError> {
    const view = stage.view(directory);
    const ids = (): string => JSON.stringify(view.counters().map(({ typeId }) => typeId));
    await aeron.addCounter(USER_TYPE_ID, 'so that the driver knows this client').then((counter) => counter.close());
    await until(
      () => view.counters().every(({ typeId }) => typeId !== USER_TYPE_ID),
      () => `what was before to be gone: ${ids()}`,
    );
    const [before, errors] = [ids(), aeron.countersReader.getCounterValue(SystemCounterId.ERRORS)];
    const error: unknown = await add(kind, channel).then(
      (resource) => new Error(`not refused: ${resource}`),
      (reason: unknown) => reason,
    );
    if (!(error instanceof RegistrationError)) {
      throw error;
    }
    await until(
      () => ids() === before,
      () => `counters are left: ${ids()}`,
    );
    expect(aeron.countersReader.getCounterValue(SystemCounterId.ERRORS)).toBe(errors + 1);
    expect((await runTool('error-stat', directory)).stdout).toContain(logged);
    return error;
  }

  /** A stream that has nothing to do with it. */
  async function expectServes(channel: string): Promise<void> {
    const subscription = await aeron.addSubscription(channel, STREAM);
    const publication = await aeron.addPublication(channel, STREAM);
    await publication.offerAsync('all is well');
    for await (const message of subscription.messages()) {
      expect(message.text()).toBe('all is well');
      break;
    }
    await publication.close();
    await subscription.close();
  }

  afterEach(async () => {
    await expectServes(`aeron:udp?endpoint=127.0.0.1:${await freePort()}`);
    const view = stage.view(directory);
    await until(
      () => view.counters().every(({ typeId }) => typeId === CLIENT_HEARTBEAT_TYPE_ID),
      () => `all to be gone: ${JSON.stringify(view.counters())}`,
    );
  });

  it.each([
    ['subscription', (port: number) => `endpoint=127.0.0.1:${port}`],
    ['publication', (port: number) => `control=127.0.0.1:${port}|control-mode=dynamic`],
  ] as const)('a port that somebody has is refused to a %s, and given when it is free', async (kind, parameters) => {
    const port = await freePort();
    const channel = `aeron:udp?${parameters(port)}`;
    const holder = await occupy(port);
    const error = await refusal(kind, channel);
    expect(error.errorCode).toBe('GENERIC_ERROR');
    expect(error.message).toMatch(/channel error - .*EADDRINUSE.*another socket has this port/);
    expect(error.message).toContain(String(port));
    await new Promise<void>((resolve) => holder.close(() => resolve()));
    await (await add(kind, channel)).close();
  });

  it('a port of another end point of the same driver is refused', async () => {
    const port = await freePort();
    const subscription = await add('subscription', `aeron:udp?endpoint=127.0.0.1:${port}`);
    const error = await refusal('subscription', `aeron:udp?endpoint=localhost:${port}`);
    expect(error.errorCode).toBe('GENERIC_ERROR');
    expect(error.message).toContain('EADDRINUSE');
    await subscription.close();
  });

  it.each([
    ['publication', 'endpoint=no-such-host.invalid:40123', 'INVALID_CHANNEL', 'no-such-host.invalid'],
    ['subscription', 'endpoint=no-such-host.invalid:40123', 'INVALID_CHANNEL', 'no-such-host.invalid'],
    [
      'subscription',
      'endpoint=127.0.0.1:0|control=no-such-host.invalid:40123|control-mode=dynamic',
      'INVALID_CHANNEL',
      'no-such-host.invalid',
    ],
    ['publication', 'endpoint=224.10.9.7:40123|interface=10.99.99.99', 'INVALID_CHANNEL', '10.99.99.99'],
    ['subscription', 'endpoint=224.10.9.7:40123|interface=10.99.99.99/32', 'INVALID_CHANNEL', '10.99.99.99'],
    ['subscription', 'endpoint=224.10.9.7:40123|interface={nosuchif0}', 'INVALID_CHANNEL', 'nosuchif0'],
    ['publication', 'endpoint=224.10.9.8:40123|interface=localhost', 'INVALID_CHANNEL', '224.10.9.8'],
    ['subscription', 'endpoint=127.0.0.1:99999', 'INVALID_CHANNEL', '99999'],
    ['subscription', 'endpoint=192.0.2.1:40123', 'GENERIC_ERROR', 'EADDRNOTAVAIL'],
    ['publication', 'endpoint=127.0.0.1:40123|mtu=8k|so-sndbuf=4k', 'GENERIC_ERROR', 'mtu=8192 so-sndbuf=4096'],
    [
      'subscription',
      'endpoint=127.0.0.1:40123|rcv-wnd=32k|so-rcvbuf=16k',
      'GENERIC_ERROR',
      'rcv-wnd=32768 so-rcvbuf=16384',
    ],
  ] as const)('a %s by %s is refused', async (kind, parameters, errorCode, words) => {
    const error = await refusal(kind, `aeron:udp?${parameters}`, words);
    expect([error.errorCode, error.message]).toEqual([errorCode, expect.stringContaining(words)]);
  });

  onLinux('a broadcast address is refused, which a socket must be allowed to use', async () => {
    const error = await refusal('publication', `aeron:udp?endpoint=255.255.255.255:${await freePort()}`);
    expect([error.errorCode, error.message]).toEqual(['GENERIC_ERROR', expect.stringContaining('EACCES')]);
  });

  it('an MTU above the send buffer of all sockets keeps a driver from starting, and so does a window above their receive buffer', async () => {
    for (const [settings, words] of [
      [{ 'aeron.mtu.length': '8k', 'aeron.socket.so_sndbuf': '4k' }, 'aeron.mtu.length=8k is more than SO_SNDBUF=4k'],
      [
        { 'aeron.rcv.initial.window.length': '64k', 'aeron.socket.so_rcvbuf': '32k' },
        'aeron.rcv.initial.window.length=64k is more than SO_RCVBUF=32k',
      ],
    ] as const) {
      const refused = stage.newDirectory();
      const { code, stderr } = await stage.launchDriver(refused, {
        ...settings,
        'aeron.driver.datagram.transport': transport,
      }).ended;
      expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
    }
  });
});
