// SPDX-License-Identifier: Apache-2.0
/**
 * Each agent of a driver crashes, in each threading mode: it is reported, the rest of the driver ends in order, its clients learn of it
 * at once, and nothing of it is left in the way of the next.
 */
import { createSocket } from 'node:dgram';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aeron } from '@aeron/client';
import { MediaDriver } from '@aeron/driver';
import { freePort } from '../support/ports.ts';
import { onStage, Stage, stopDriver } from '../support/stage.ts';
import { runTool } from '../support/tools.ts';
import { until } from '../support/until.ts';

jest.setTimeout(60_000);

const STREAM = 1001;
const HOST = 'crash.invalid';

const AGENTS = ['sender', 'receiver', 'native resources', 'conductor'] as const;
type AgentName = (typeof AGENTS)[number];

/** What is asked of the agent in its thread, which is where the crash is; the receiver is asked once before. */
const SUPPLIERS: Readonly<Record<AgentName, string>> = {
  sender: 'flowControl: () => crash()',
  receiver: 'receiveEndpointLoss: () => (++calls < 2 ? {} : crash())',
  'native resources': `nameResolver: (hosts) => ({
    name: 'crashing',
    lookup: (name) => name,
    resolve: (host, parameter, isAgain) => (host === '${HOST}' ? crash() : hosts.resolve(host, parameter, isAgain)),
  })`,
  conductor: 'congestionControl: () => crash()',
};

const CRASHES = {
  'ends its thread': 'process.exit(7)',
  throws: "setTimeout(() => { throw new Error('crashed on purpose'); })",
  'forgets a rejection': "setTimeout(() => { Promise.reject(new Error('crashed on purpose')); })",
  hangs: `require('node:fs').writeFileSync(__filename + '.hangs', '');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`,
};
type Way = keyof typeof CRASHES;

function suppliersModule(folder: string, agent: AgentName, way: Way): string {
  const path = join(folder, `crash-${agent.replaceAll(' ', '-')}-${way.length}.cjs`);
  writeFileSync(
    path,
    `let calls = 0;\nconst crash = () => { ${CRASHES[way]}; };\nexports.suppliers = { ${SUPPLIERS[agent]} };\n`,
  );
  return path;
}

/** Has every agent do something, the one in question what it can't. @param channel of a subscription that is there. */
function provoke(aeron: Aeron, agent: AgentName, channel: string): void {
  const other = channel.replace(/\d+$/, (port) => String(Number(port) + 1));
  const add = {
    sender: () => aeron.addPublication(channel, STREAM),
    receiver: () => aeron.addSubscription(other, STREAM),
    'native resources': () => aeron.addPublication(`aeron:udp?endpoint=${HOST}:40123`, STREAM),
    conductor: () => aeron.addPublication(channel, STREAM),
  }[agent];
  add().catch(() => undefined); // it may never be answered
}

/** Whether nobody has the port any more. */
async function isPortFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const isFree = await new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true));
  });
  socket.close();
  return isFree;
}

const MODES = ['SHARED', 'SHARED_NETWORK', 'DEDICATED'] as const;
const CELLS = MODES.flatMap((threadingMode) => AGENTS.map((agent) => ({ threadingMode, agent })));

describe('an embedded driver', () => {
  let stage: Stage;
  beforeAll(() => {
    stage = new Stage();
  });
  afterAll(() => stage.close());

  const WAYS = ['ends its thread', 'throws'] as const satisfies readonly Way[];
  it.each(CELLS.flatMap((cell) => WAYS.map((way) => ({ ...cell, way }))))(
    'with threading mode $threadingMode whose agent $agent $way',
    async ({ threadingMode, agent, way }) => {
      const errors: Error[] = [];
      const notices: string[] = [];
      const driver = await MediaDriver.launch({
        aeronDirectoryName: stage.newDirectory(),
        threadingMode,
        suppliersModule: suppliersModule(stage.folder, agent, way),
        dirDeleteOnShutdown: true,
        publicationTermBufferLength: '64k',
        errorHandler: (error) => errors.push(error),
        notice: (_stream, text) => notices.push(text),
      });
      const reason = way === 'throws' ? /crashed on purpose/ : /ended unexpectedly.*exitCode=7/;
      const failure = driver.closed.catch((error: unknown) => error);
      const clientErrors: Error[] = [];
      const aeron = await Aeron.connect({
        aeronDirectoryName: driver.aeronDirectoryName,
        errorHandler: (error) => clientErrors.push(error),
      });
      const port = await freePort();
      const channel = `aeron:udp?endpoint=127.0.0.1:${port}`;
      await aeron.addSubscription(channel, STREAM);
      expect(await isPortFree(port)).toBe(false);
      provoke(aeron, agent, channel);
      expect(await failure).toMatchObject({ message: expect.stringMatching(reason) });
      expect(errors.map(({ message }) => message)).toContainEqual(expect.stringMatching(reason));
      expect(notices.join()).toMatch(/media driver failed/);
      const endedMs = Date.now();
      await until(() => aeron.isClosed, 'the end of the client');
      expect(Date.now() - endedMs).toBeLessThan(8000); // far less than the driver time-out
      expect(clientErrors.map(({ message }) => message)).toContainEqual(expect.stringContaining('has been shutdown'));
      expect(existsSync(driver.aeronDirectoryName)).toBe(false);
      expect(await isPortFree(port)).toBe(true);
      expect(driver.isClosed).toBe(true);
      await driver.close().catch(() => undefined); // again, for nothing
    },
  );

  it.each(MODES.filter((mode) => mode !== 'SHARED'))(
    'with threading mode %s whose conductor hangs, once it is closed',
    async (threadingMode) => {
      const path = suppliersModule(stage.newFolder(), 'conductor', 'hangs');
      const driver = await MediaDriver.launch({
        aeronDirectoryName: stage.newDirectory(),
        threadingMode,
        suppliersModule: path,
        dirDeleteOnShutdown: true,
        publicationTermBufferLength: '64k',
        errorHandler: () => undefined,
        notice: () => undefined,
      });
      const { aeronDirectoryName } = driver;
      const aeron = await Aeron.connect({ aeronDirectoryName, errorHandler: () => undefined });
      const port = await freePort();
      const channel = `aeron:udp?endpoint=127.0.0.1:${port}`;
      await aeron.addSubscription(channel, STREAM);
      provoke(aeron, 'conductor', channel);
      await until(() => existsSync(`${path}.hangs`), 'the conductor to hang');
      await expect(driver.close()).rejects.toThrow("the driver's thread ended unexpectedly");
      await until(() => aeron.isClosed, 'the end of the client');
      expect(existsSync(aeronDirectoryName)).toBe(false);
      expect(await isPortFree(port)).toBe(true);
    },
  );
});

describe('aeronmd', () => {
  it.each([
    ...CELLS.map((cell) => ({ ...cell, way: 'throws' as const })),
    ...MODES.map((threadingMode) => ({ threadingMode, agent: 'conductor', way: 'forgets a rejection' }) as const),
  ])('with threading mode $threadingMode whose agent $agent $way', async ({ threadingMode, agent, way }) => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory, {
        'aeron.threading.mode': threadingMode,
        'aeron.driver.suppliers.module': suppliersModule(stage.folder, agent, way),
        'aeron.term.buffer.length': '64k',
        'aeron.dir.delete.on.shutdown': 'false',
      });
      const aeron = await Aeron.connect({ aeronDirectoryName: directory, errorHandler: () => undefined });
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
      await aeron.addSubscription(channel, STREAM);
      provoke(aeron, agent, channel);
      expect(await driver.ended).toMatchObject({
        code: 1,
        signal: null,
        stderr: expect.stringContaining('crashed on purpose'),
      });
      await until(() => aeron.isClosed, 'the end of the client');
      await expect(Aeron.connect({ aeronDirectoryName: directory, driverTimeoutMs: 100 })).rejects.toMatchObject({
        message: expect.stringContaining('the driver has been shut down'),
      });
      const { stdout } = await runTool('error-stat', directory);
      expect(stdout).toMatch(/\n1 observations from [^\n]*\nError: crashed on purpose\n/);
      await stopDriver(await stage.startDriver(directory)); // nothing is in its way
    });
  });

  it.each(MODES)('with threading mode %s whose resolver of names can not listen', async (threadingMode) => {
    await onStage(async (stage) => {
      const port = await freePort();
      const holder = createSocket('udp4');
      await new Promise<void>((resolve) => holder.bind(port, '127.0.0.1', resolve));
      const directory = stage.newDirectory();
      const { code, stderr } = await stage.launchDriver(directory, {
        'aeron.threading.mode': threadingMode,
        'aeron.driver.resolver.name': 'mine',
        'aeron.driver.resolver.interface': `127.0.0.1:${port}`,
        'aeron.dir.delete.on.shutdown': 'false',
      }).ended;
      holder.close();
      expect([code, stderr]).toEqual([1, expect.stringMatching(/TERMINATED: name resolver can't listen.*EADDRINUSE/)]);
      expect((await runTool('error-stat', directory)).stdout).toContain("name resolver can't listen");
    });
  });
});

describe('a driver that the application invokes', () => {
  it('ends in order, and says why, when an agent wants it to', async () => {
    const port = await freePort();
    const holder = createSocket('udp4');
    await new Promise<void>((resolve) => holder.bind(port, '127.0.0.1', resolve));
    const errors: Error[] = [];
    const driver = await MediaDriver.launchEmbedded({
      threadingMode: 'INVOKER',
      resolverName: 'mine',
      resolverInterface: `127.0.0.1:${port}`,
      errorHandler: (error) => errors.push(error),
    });
    const failure = driver.closed.catch((error: unknown) => error);
    await until(() => driver.invoker.invoke() === 0 && driver.invoker.isClosed, 'the end');
    holder.close();
    expect(await failure).toMatchObject({ code: 'TERMINATED', message: expect.stringContaining("can't listen") });
    expect(errors).toContainEqual(await failure);
    expect(existsSync(driver.aeronDirectoryName)).toBe(false);
  });
});
