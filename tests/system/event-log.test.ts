// SPDX-License-Identifier: Apache-2.0
/** Event logging of real drivers: in every threading mode, to files that roll, switched while they run; what it must never show. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { driverEvents } from '@aeron/agent';
import type { Child } from '../support/child.ts';
import { servingPid } from '../support/driver-view.ts';
import { freePort } from '../support/ports.ts';
import { onStage, PROGRAMS, type Stage, stopDriver } from '../support/stage.ts';
import { until } from '../support/until.ts';

jest.setTimeout(180_000);

const ROOT = join(__dirname, '..', '..');
const REGISTER = ['--import', '@aeron/agent/register'];
const AERONMD = join(ROOT, 'packages', 'driver', 'dist', 'bin', 'aeronmd.js');
const AERON_AGENT = join(ROOT, 'packages', 'agent', 'dist', 'bin', 'aeron-agent.js');
const SECRET = 'open-sesame-4711';

type Settings = Readonly<Record<string, string>>;

/** A driver with event logging: aeronmd, or in INVOKER mode a program that runs it. */
async function startLogging(stage: Stage, directory: string, settings: Settings, env: Settings = {}): Promise<Child> {
  const isInvoked = settings['aeron.threading.mode'] === 'INVOKER';
  const driver = stage.launchDriver(directory, settings, {
    ...(isInvoked && { script: join(PROGRAMS, 'events-invoked.mjs') }),
    execArgv: REGISTER,
    env: { ...process.env, ...env },
  });
  await until(
    () => servingPid(directory) === driver.pid || !driver.isRunning,
    () => `driver: ${driver.stderr}`,
  );
  expect(driver.isRunning).toBe(true);
  return driver;
}

function agent(directory: string, ...args: string[]) {
  return spawnSync(process.execPath, [AERON_AGENT, '--directory', directory, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  });
}

async function run(stage: Stage, program: string, directory: string, ...more: string[]): Promise<void> {
  const ports = [String(await freePort()), String(await freePort())];
  const child = stage.startProgram(program, directory, ...ports, ...more);
  expect(await child.ended).toMatchObject({ code: 0, stderr: '', stdout: 'done\n' });
}

const runTraffic = (stage: Stage, directory: string) => run(stage, 'events.mjs', directory, SECRET);

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');

/** Names of the events in a log, with how often. */
function countsOf(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) {
    const name = /^\[\d+\.\d{9}\] DRIVER: (\w+)/.exec(line)?.[1];
    if (name !== undefined) {
      counts[name] = (counts[name] ?? 0) + 1;
    }
  }
  return counts;
}

describe('the log of a driver', () => {
  /** What no driver logs: a text is for embedding programs, which the tests below are; names of hosts see docs/EVENTS.md. */
  const NEVER = ['TEXT_DATA', 'NAME_RESOLUTION_HOST_NAME'];
  const EXPECTED = Object.keys(driverEvents.rows).filter((name) => !NEVER.includes(name));

  it.each(['DEDICATED', 'SHARED_NETWORK', 'SHARED', 'INVOKER'])(
    'has every event, wherever its agents run, and no secret: %s',
    async (mode) => {
      await onStage(async (stage) => {
        const directory = stage.newDirectory();
        const path = join(stage.newFolder(), 'events.log');
        const [port, neighborPort] = [await freePort(), await freePort()];
        const gossip = (name: string, own: number, other: number) => ({
          'aeron.name.resolver.supplier': 'driver',
          'aeron.driver.resolver.name': name,
          'aeron.driver.resolver.interface': `127.0.0.1:${own}`,
          'aeron.driver.resolver.bootstrap.neighbor': `127.0.0.1:${other}`,
          'aeron.driver.resolver.self.resolution.interval': '100ms',
          'aeron.driver.resolver.neighbor.timeout': '1s',
        });
        const settings = {
          ...gossip('logged', port, neighborPort),
          'aeron.threading.mode': mode,
          'aeron.event.log.filename': path,
          'aeron.event.log.render.data': 'true',
          'aeron.ReceiveChannelEndpoint.supplier': 'debug',
          'aeron.debug.receive.data.loss.rate': '0.1',
          'aeron.debug.receive.data.loss.seed': '4711',
          'aeron.image.liveness.timeout': '500ms',
          'aeron.publication.linger.timeout': '2s', // several heartbeats, of which one may be lost
        };
        const driver = await startLogging(stage, directory, settings, { AERON_EVENT_LOG: 'all,NOPE' });
        const seen = (): Record<string, number> => (existsSync(path) ? countsOf(linesOf(path)) : {});
        const neighbor = await stage.startDriver(stage.newDirectory(), gossip('neighbor', neighborPort, port));
        await until(() => 'NAME_RESOLUTION_NEIGHBOR_ADDED' in seen(), 'the neighbour');
        await neighbor.kill();
        const victim = await stage.startClient(directory);
        await victim.publication(7); // the driver hears of a client when that wants something
        await victim.child.kill();
        await run(stage, 'events-of-commands.mjs', directory);
        await runTraffic(stage, directory);
        await until(
          () => EXPECTED.every((name) => name in seen()),
          () => `events: ${EXPECTED.filter((name) => !(name in seen()))}`,
        );
        await stopDriver(driver);
        const text = readFileSync(path, 'utf8');
        expect(Object.keys(countsOf(linesOf(path))).filter((name) => NEVER.includes(name))).toEqual([]);
        expect(driver.stderr).toContain('event log: unknown event code: NOPE');
        expect(text).toMatch(/^\[\d+\.\d{9}\] log started \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d{4}\n/);
        expect(text).toMatch(/CMD_IN_TERMINATE_DRIVER buffer=clientId=\d+ tokenBufferLength=16\n/);
        expect(text).toMatch(
          /CMD_OUT_ERROR buffer=offendingCommandCorrelationId=\d+ errorCode=INVALID_CHANNEL message=/,
        );
        expect(text).toContain('payload=\n');
        const dumped = [...text.matchAll(/\|(.{16})\|$/gm)].map((match) => match[1]).join('');
        expect(dumped).toContain('message 0 ');
        expect(dumped.includes(SECRET) || text.includes(SECRET)).toBe(false);
      });
    },
  );

  it('is what properties files ask for, of those that aeronmd reads', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const path = join(stage.newFolder(), 'events.log');
      const file = join(stage.newFolder(), 'driver.properties');
      writeFileSync(file, `aeron.event.log=all\naeron.event.log.filename=${path}\naeron.threading.mode=SHARED\n`);
      const args = [`-Daeron.dir=${directory}`, '-Daeron.event.log.disable=CMD_IN_KEEPALIVE_CLIENT', file];
      const env = { ...process.env, AERON_EVENT_LOG: 'FRAME_IN' }; // the file comes last
      const driver = stage.start(AERONMD, args, { execArgv: REGISTER, env });
      await until(() => servingPid(directory) === driver.pid, 'the driver');
      const client = await stage.startClient(directory);
      await client.call('closeClient');
      await client.exit();
      await stopDriver(driver);
      const { START, CMD_IN_CLIENT_CLOSE, CMD_IN_KEEPALIVE_CLIENT } = countsOf(linesOf(path));
      expect({ START, CMD_IN_CLIENT_CLOSE, CMD_IN_KEEPALIVE_CLIENT }).toEqual({ START: 1, CMD_IN_CLIENT_CLOSE: 1 });
      expect(await driver.ended).toMatchObject({ stdout: 'Shutting down driver...\n', stderr: '' });

      writeFileSync(file, 'aeron.event.buffer.length=1000\n');
      const refused = await stage.start(AERONMD, args, { execArgv: REGISTER }).ended;
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('aeron.event.buffer.length=1000') });
    });
  });

  it('is switched, changed and switched off while the driver runs', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const path = join(stage.newFolder(), 'events.log');
      const settings = { 'aeron.threading.mode': 'DEDICATED', 'aeron.event.log.filename': path };
      const driver = await startLogging(stage, directory, settings);
      await until(() => existsSync(join(directory, 'events.dat')), 'the control file');
      expect(agent(directory, 'status')).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing is on') });
      await runTraffic(stage, directory);
      expect(countsOf(linesOf(path))).toEqual({});

      const on = agent(directory, 'on', 'FRAME_OUT,CMD_IN_ADD_COUNTER');
      expect(on).toMatchObject({ status: 0, stderr: '' });
      expect(on.stdout).toContain(`pid=${driver.pid} output=${path} dropped=0`);
      expect(on.stdout).toContain('DRIVER: FRAME_OUT CMD_IN_ADD_COUNTER\n');
      await runTraffic(stage, directory);
      await until(() => countsOf(linesOf(path))['CMD_IN_ADD_COUNTER'] === 1, 'the event of the conductor');
      const first = countsOf(linesOf(path));
      expect(first['FRAME_OUT']).toBeGreaterThan(10);
      expect(Object.keys(first).sort()).toEqual(['CMD_IN_ADD_COUNTER', 'FRAME_OUT', 'START']);

      const json = agent(directory, '--json', 'set', 'RECEIVE_CHANNEL_CREATION');
      expect(JSON.parse(json.stdout).components[0]).toEqual({
        component: 'DRIVER',
        events: ['RECEIVE_CHANNEL_CREATION'],
      });
      await runTraffic(stage, directory);
      await until(() => countsOf(linesOf(path))['RECEIVE_CHANNEL_CREATION'] === 1, 'the other event');
      expect(countsOf(linesOf(path))['CMD_IN_ADD_COUNTER']).toBe(1);

      expect(agent(directory, 'off').stdout).toContain('nothing is on');
      const length = readFileSync(path).length;
      await runTraffic(stage, directory);
      expect(readFileSync(path).length).toBe(length);

      const unknown = agent(directory, 'on', 'RESEND,NOPE');
      expect([unknown.status, unknown.stderr]).toEqual([1, 'aeron-agent: unknown event code: NOPE\n']);
      await stopDriver(driver);
      const gone = agent(directory, 'status');
      expect(gone.status).toBe(1);
      expect(gone.stderr).toMatch(/^aeron-agent: no process takes commands here: aeron\.dir=/);
    });
  });

  it('rolls its files, and is JSON or in the older form where that is asked for', async () => {
    await onStage(async (stage) => {
      for (const [style, pattern] of [
        ['json', /^\{"time":"\d{4}-[^"]+Z","timeNs":\d+,/],
        ['1.52', /^\[\d+\.\d{9}\] (DRIVER: \w+ \[\d+\/\d+\]: |log started .*, enabled loggers: \{DRIVER: version=)/],
      ] as const) {
        const directory = stage.newDirectory();
        const folder = stage.newFolder();
        const settings = {
          'aeron.event.log': 'all',
          'aeron.event.log.style': style,
          'aeron.event.log.record': '1.52',
          'aeron.event.log.filename': join(folder, 'events.log'),
          'aeron.event.log.file.max.length': '4k',
        };
        const driver = await startLogging(stage, directory, settings);
        await runTraffic(stage, directory);
        await stopDriver(driver);
        const names = readdirSync(folder).sort();
        expect(names).toEqual(expect.arrayContaining(['events.log', 'events.log.1', 'events.log.2']));
        for (const name of names) {
          const lines = linesOf(join(folder, name));
          expect(lines[0]).toContain('log started');
          expect(lines.filter((line) => !pattern.test(line))).toEqual([]);
          expect(readFileSync(join(folder, name)).length).toBeLessThan(6 * 1024);
        }
      }
    });
  });

  it('tells what was lost because the ring was full', async () => {
    await onStage(async (stage) => {
      const flood = `
        import { driverEvents, installEventLog } from '@aeron/agent';
        const log = installEventLog({ eventLog: 'TEXT_DATA', eventBufferLength: '64k' });
        const events = log.open(driverEvents);
        for (let i = 0; i < 20_000; i++) { events.log('TEXT_DATA', { value: 'x'.repeat(500) }); }
        process.stderr.write(String(log.droppedCount));`;
      const child = stage.start('--input-type=module', ['--eval', flood]);
      const { code, stdout, stderr } = await child.ended;
      const dropped = Number(stderr);
      expect([code, dropped > 0]).toEqual([0, true]);
      const lines = stdout.trimEnd().split('\n');
      expect(countsOf(lines)['TEXT_DATA']).toBe(20_000 - dropped);
      const told = lines.flatMap(
        (line) => / log dropped events: count=(\d+) total=(\d+)$/.exec(line)?.slice(1, 3) ?? [],
      );
      expect(Number(told.at(-1))).toBe(dropped);
    });
  });
});

describe('a program with a driver of its own', () => {
  it.each(['SHARED', 'DEDICATED'])('in CommonJS, with events of its own: %s', async (mode) => {
    await onStage(async (stage) => {
      const program = join(PROGRAMS, 'events-embedded.cjs');
      const env = {
        ...process.env,
        AERON_EVENT_LOG: 'CMD_IN_ADD_PUBLICATION,CMD_OUT_PUBLICATION_READY',
        AERON_EVENT_LOG_EXTENSIONS: join(PROGRAMS, 'own-events.cjs'),
        AERON_EVENT_OWN_LOG: 'all',
      };
      for (const execArgv of [REGISTER, ['--require', '@aeron/agent/register']]) {
        const child = stage.start(program, [mode], { execArgv, env });
        const { code, stdout, stderr } = await child.ended;
        expect([code, stderr]).toEqual([0, '']);
        const lines = stdout.trimEnd().split('\n');
        expect(lines[0]).toContain('log started');
        expect(countsOf(lines)).toEqual({ START: 1, CMD_IN_ADD_PUBLICATION: 1, CMD_OUT_PUBLICATION_READY: 1 });
        expect(lines.filter((line) => line.includes('OWN: DONE text="say \\"done\\"" count=5'))).toHaveLength(1);
      }
    });
  });

  it('has its events read by a module of its own, and is told when that is missing', async () => {
    await onStage(async (stage) => {
      const program = join(PROGRAMS, 'events-embedded.cjs');
      const file = join(stage.newFolder(), 'own.log');
      const env = (reader: string) => ({
        ...process.env,
        AERON_EVENT_LOG: 'CMD_IN_ADD_PUBLICATION',
        AERON_EVENT_LOG_READER_CLASSNAME: join(PROGRAMS, reader),
        OWN_READER_FILE: file,
      });
      const good = stage.start(program, ['SHARED'], { execArgv: REGISTER, env: env('own-reader.mjs') });
      expect(await good.ended).toMatchObject({ code: 0, stdout: '' });
      expect(linesOf(file)).toEqual([
        `reader=${join(PROGRAMS, 'own-reader.mjs')}`,
        expect.stringMatching(/^START \[\d+\.\d{9}\] DRIVER: START version="/),
        expect.stringMatching(/^CMD_IN_ADD_PUBLICATION \[.* buffer=streamId=7 clientId=/),
        'closed',
      ]);
      const bad = stage.start(program, ['SHARED'], { execArgv: REGISTER, env: env('no-reader.mjs') });
      const { code, stderr } = await bad.ended;
      expect(code).toBe(0); // a driver does not depend on its log
      expect(stderr).toMatch(
        /^event log: the reader of events has ended: module can't be loaded: aeron\.event\.log\.reader\.classname=.*no-reader\.mjs/,
      );
    });
  });

  it('that asks for nonsense is told so and does not start', async () => {
    await onStage(async (stage) => {
      const env = { ...process.env, AERON_EVENT_BUFFER_LENGTH: '1000' };
      const child = stage.start(join(PROGRAMS, 'events-embedded.cjs'), ['SHARED'], { execArgv: REGISTER, env });
      const { code, stderr } = await child.ended;
      expect(code).toBe(1);
      expect(stderr).toContain('event log: invalid setting: aeron.event.buffer.length=1000: less than 64k');
    });
  });
});
