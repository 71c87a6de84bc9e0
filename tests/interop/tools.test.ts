// SPDX-License-Identifier: Apache-2.0
/** Our operator tools and the reference's on the same directory, of a driver of either implementation: line by line. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cncFilePath, mapCncFile } from '@aeron/codecs/internal';
import { nodePlatform } from '@aeron/core/internal';
import type { InteropClient } from './support/clients.ts';
import { freshDirectory } from './support/driver-directories.ts';
import type { DriverKind, InteropDriver } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { peerArguments } from './support/reference-jar.ts';
import { failureOf, ownTool, referenceTool } from './support/reference-tools.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { Setting } from './support/setting.ts';
import { eventually } from './support/wait.ts';

const SECONDS = 1000;
const STREAM = 4001;
const RUN = { first: 0, count: 300, minLength: 10, maxLength: 1200, seed: 3 };
const LOSSES = {
  'aeron.ReceiveChannelEndpoint.supplier': 'io.aeron.driver.ext.DebugReceiveChannelEndpointSupplier',
  'aeron.debug.receive.data.loss.rate': '0.1',
  'aeron.debug.receive.data.loss.seed': '13',
};
const ATTEMPTS = 5;

jest.setTimeout(120 * SECONDS);

type Command = readonly string[];
/** Makes equal what differs from one look to the next. */
type Mask = (line: string) => string;

describe.each(REFERENCE_VERSIONS.slice(0, 1))('against io.aeron:aeron-all:%s', (version) => {
  describe.each<DriverKind>(['aeronmd', 'reference'])('on the directory of a driver of kind %s', (driverKind) => {
    const setting = new Setting(version);
    let driver: InteropDriver;
    let directory: string;

    beforeAll(async () => {
      driver = await setting.driver(driverKind, LOSSES);
      directory = driver.directory;
      const node = await setting.client('node', driver);
      const reference = await setting.client('reference', driver);
      await streamOverIpc(node, reference);
      await streamOverUdp(reference, node);
      await node.addCounter('own', 1001, 'counter of an application');
      await expect(node.addPublication('bad', 'aeron:udp?endpoint=not-an-endpoint', 1)).rejects.toThrow();
    }, 120 * SECONDS);
    afterAll(() => setting.close(), 60 * SECONDS);

    /** Compares what both print; while the driver still moves, again. */
    async function compare(own: Command, theirs: Command, mask: Mask, sort = false): Promise<string[]> {
      for (let attempt = 1; ; attempt++) {
        const [before, reference, after] = [
          await ownTool(directory, own),
          await referenceTool(version, directory, theirs),
          await ownTool(directory, own),
        ];
        const ordered = (text: string) => (sort ? withSortedBlocks(text) : text).split('\n').map(mask);
        const [ours, expected] = [ordered(before), ordered(reference)];
        const isStill = before === after || ours.join('\n') === expected.join('\n');
        if (isStill || attempt === ATTEMPTS) {
          expect(ours).toEqual(expected);
          return ours;
        }
      }
    }

    const asItIs: Mask = (line) => line;

    it('aeron-stat prints the same counters', async () => {
      const lines = await compare(['aeron-stat', 'watch=false'], ['AeronStat', 'watch=false'], (line) =>
        withoutMovingValue(withoutHeartbeat(line)),
      );
      expect(lines.filter((line) => line.includes(' - pub-lmt: '))).toHaveLength(2);
      expect(lines).toContainEqual(expect.stringContaining(' - counter of an application'));
    });

    it.each([
      [['type=^[1-579]$']],
      [['type=^1', `stream=^${STREAM}$`]],
      [['type=^(1|12)$', 'channel=ipc']],
      [['type=^[67]$', 'channel=127']],
      [['identity=^15$', 'type=^0$']],
      [['session=^-?[1-4]']],
      [['type=x']],
    ])('aeron-stat filters alike by %s', async (filter) => {
      await compare(['aeron-stat', 'watch=false', ...filter], ['AeronStat', 'watch=false', ...filter], (line) =>
        withoutMovingValue(withoutHeartbeat(line)),
      );
    });

    it('stream-stat prints the same positions', async () => {
      const lines = await compare(['stream-stat'], ['StreamStat'], asItIs);
      expect(lines.filter((line) => line.startsWith('sessionId='))).toHaveLength(4); // two have each side's own URI
    });

    it('backlog-stat prints the same backlogs', async () => {
      const lines = await compare(['backlog-stat'], ['BacklogStat'], asItIs, true);
      expect(lines).toContainEqual(expect.stringMatching(/^└─subscriber \d+ has \d+ backlog bytes$/));
      expect(lines).toContain('└─no sender');
    });

    it('error-stat prints the same errors', async () => {
      const lines = await compare(['error-stat'], ['ErrorStat'], asItIs);
      expect(lines.at(-2)).toMatch(/^[1-9]\d* distinct errors observed\.$/);
    });

    it('error-stat prints the same errors of another file', async () => {
      const file = join(directory, 'errors');
      const offset = 64;
      const cnc = mapCncFile(nodePlatform(), cncFilePath(directory), { access: 'read-only' });
      writeFileSync(file, Buffer.concat([Buffer.alloc(offset, 1), cnc.errorLog.bytes]));
      cnc.close();
      const theirs = await referenceTool(version, directory, ['ErrorStat'], {
        'aeron.samples.error.file.name': file,
        'aeron.samples.error.file.offset': String(offset),
      });
      expect(theirs).toMatch(/^Error file .*\n\n\d+ observations from /);
      expect(await ownTool(directory, ['error-stat', '-f', file, '-o', String(offset)])).toBe(theirs);
      const properties = [`-Daeron.samples.error.file.name=${file}`, `-Daeron.samples.error.file.offset=${offset}`];
      expect(await ownTool(directory, ['error-stat', ...properties])).toBe(theirs);
    });

    it('loss-stat prints the same losses', async () => {
      const lines = await compare(['loss-stat'], ['LossStat'], asItIs);
      expect(lines.at(-2)).toBe('1 loss entries');
    });

    it('driver-tool tells the same of the driver', async () => {
      await compare(['driver-tool'], ['DriverTool'], (line) =>
        line.replace(/^\d\d:\d\d:\d\d (.*, activity: ).*$/, 'now $1later)'),
      );
      await compare(['driver-tool', 'pid'], ['DriverTool', 'pid'], asItIs);
    });

    it('all of them print the same, to the letter, of a directory that no driver serves any more', async () => {
      const left = `${directory}-left`;
      cpSync(directory, left, { recursive: true });
      const print = async (own: Command, theirs: Command) => {
        const untimed = (output: string) =>
          output.replace(/^\d\d:\d\d:\d\d /gm, 'now ').replace(/heartbeat age -?\d+ms/, 'heartbeat age');
        const [ours, expected] = [await ownTool(left, own), await referenceTool(version, left, theirs)].map(untimed);
        expect(ours).toBe(expected);
        expect(ours).not.toBe('');
      };
      await print(['aeron-stat', 'watch=false'], ['AeronStat', 'watch=false']);
      await print(['stream-stat'], ['StreamStat']);
      await print(['error-stat'], ['ErrorStat']);
      await print(['loss-stat'], ['LossStat']);
      await print(['driver-tool'], ['DriverTool']);
      rmSync(left, { recursive: true });
    });

    it.each(['publications', 'images'])('log-inspector prints the same %s', async (kind) => {
      const folder = join(directory, kind);
      const logs = readdirSync(folder).map((name) => join(folder, name));
      expect(logs.length).toBeGreaterThan(0);
      const untimed: Mask = (line) => line.replace(/^.*( Inspection dump for )/, 'now$1');
      const lines: string[] = [];
      for (const log of logs) {
        lines.push(...(await compare(['log-inspector', log, '40'], ['LogInspector', log, '40'], untimed)));
      }
      // In one of them at least: the terms of a log may have been cleaned up to where its reader is.
      expect(lines.some((line) => /^\d+: DATA Header\{frame-length=[1-9]/.test(line))).toBe(true);
    });

    it('log-inspector prints the same with its settings', async () => {
      const folder = join(directory, 'images');
      const log = join(folder, readdirSync(folder)[0] ?? '');
      const theirs = await referenceTool(version, directory, ['LogInspector', log, '8'], {
        'aeron.log.inspector.data.format': 'ascii',
        'aeron.log.inspector.skipDefaultHeader': 'true',
        'aeron.log.inspector.scanOverZeroes': 'true',
      });
      const ours = await ownTool(directory, ['log-inspector', '-f', 'ascii', '-d', 'true', '-z', 'true', log, '8']);
      const body = (text: string) => text.split('\n').slice(3).join('\n');
      expect(body(ours) === body(theirs)).toBe(true);
      expect(body(ours).length).toBeGreaterThan(100_000);
    });

    it('set-controllable-idle-strategy is seen by both, whoever used it', async () => {
      const status = async () => {
        const filter = ['type=^0$', 'identity=^22$'];
        const lines = await compare(
          ['aeron-stat', 'watch=false', ...filter],
          ['AeronStat', 'watch=false', ...filter],
          withoutHeartbeat,
        );
        return Number(/: +(\d+) - /.exec(lines[2] ?? '')?.[1]);
      };
      const own = await ownTool(directory, ['set-controllable-idle-strategy', '3']);
      expect(await status()).toBe(3);
      const theirs = await referenceTool(version, directory, ['SetControllableIdleStrategy', '2']);
      expect(await status()).toBe(2);
      expect(own).toBe(theirs.replace('2', '3'));
    });
  });

  it('loss-stat fails as the reference does where there is no report', async () => {
    const directory = freshDirectory();
    const theirs = await failureOf(referenceTool(version, directory, ['LossStat']));
    const ours = await failureOf(ownTool(directory, ['loss-stat']));
    expect(ours.code).toBe(theirs.code);
    expect(ours.stderr).toContain(theirs.stderr);
  });

  it("the reference's DriverTool ends a driver of ours", async () => {
    const setting = new Setting(version);
    try {
      const { directory } = await setting.driver('aeronmd', {
        'aeron.driver.termination.validator': 'io.aeron.driver.DefaultAllowTerminationValidator',
      });
      await referenceTool(version, directory, ['DriverTool', 'terminate']);
      await eventually('driver gone', () => !existsSync(directory));
    } finally {
      await setting.close();
    }
  });

  it('driver-tool ends a driver of the reference', async () => {
    const directory = freshDirectory();
    const java = spawn(
      'java',
      [
        ...peerArguments(version).slice(0, -1),
        `-Daeron.dir=${directory}`,
        '-Daeron.driver.termination.validator=io.aeron.driver.DefaultAllowTerminationValidator',
        'io.aeron.driver.MediaDriver',
      ],
      { stdio: 'ignore' },
    );
    const ended = new Promise((resolve) => java.once('exit', resolve));
    try {
      await eventually('the driver', () => existsSync(join(directory, 'cnc.dat')));
      expect(await ownTool(directory, ['driver-tool', 'pid', '-t', '10000'])).toBe(`${java.pid}\n`);
      await ownTool(directory, ['driver-tool', 'terminate']);
      expect(await ended).toBe(0);
    } finally {
      java.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

async function streamOverIpc(publisher: InteropClient, subscriber: InteropClient): Promise<void> {
  await subscriber.addSubscription('ipc', 'aeron:ipc', STREAM);
  await publisher.addPublication('ipc', 'aeron:ipc?term-length=64k|alias=orders', STREAM);
  await publisher.awaitConnected('ipc');
  await Promise.all([publisher.publish('ipc', RUN), subscriber.consume('ipc', { ...RUN, count: RUN.count - 5 })]);
}

/** Loses on the way; the last messages are received and not consumed. */
async function streamOverUdp(publisher: InteropClient, subscriber: InteropClient): Promise<void> {
  const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
  await subscriber.addSubscription('udp', channel, STREAM + 1);
  await publisher.addExclusivePublication('udp', `${channel}|term-length=64k`, STREAM + 1);
  await publisher.awaitConnected('udp');
  await subscriber.awaitImages('udp', 1);
  await Promise.all([publisher.publish('udp', RUN), subscriber.consume('udp', { ...RUN, count: RUN.count - 5 })]);
}

/** The reference prints streams in no particular order. */
function withSortedBlocks(text: string): string {
  const [title = '', ...lines] = text.split('\n');
  return [title, ...lines.join('\n').split('\n\n').sort()].join('\n\n');
}

function withoutHeartbeat(line: string): string {
  return line.replace(/^\d\d:\d\d:\d\d( - .* heartbeat age )-?\d+ms$/, 'now$1ms');
}

/** System counters and client heartbeats go on while one looks; their columns have to be the same nevertheless. */
function withoutMovingValue(line: string): string {
  const [, id, label = ''] = /^( *\d+): [ \d,-]{26} - (.*)$/.exec(line) ?? [];
  const isMoving = id !== undefined && (Number(id) < 46 || label.startsWith('client-heartbeat'));
  return isMoving ? `${id}: <value> - ${label}` : line;
}
