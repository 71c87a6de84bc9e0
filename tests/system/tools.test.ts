// SPDX-License-Identifier: Apache-2.0
/** The operator tools as they ship: programs that look at the directory of a driver process with a client over IPC. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Aeron, type ExclusivePublication, type Publication, type Subscription } from '@aeron/client';
import { cncFilePath } from '@aeron/codecs/internal';
import { Child, type Ended } from '../support/child.ts';
import { until } from '../support/until.ts';

const BIN = join(__dirname, '..', '..', 'packages', 'driver', 'dist', 'bin');
const GUIDE = join(__dirname, '..', '..', 'docs', 'guides', 'tools.md');
const TOOLS = [
  'aeron-stat',
  'backlog-stat',
  'driver-tool',
  'error-stat',
  'log-inspector',
  'loss-stat',
  'set-controllable-idle-strategy',
  'stream-stat',
];
const STREAM = 1001;

jest.setTimeout(120_000);

const parent = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'aeron-test-tools-'));
chmodSync(parent, 0o755); // one test looks in as another user
const directory = join(parent, 'aeron-main');
let driver: Child;
let aeron: Aeron;
let publication: Publication;
let exclusive: ExclusivePublication;
let subscription: Subscription;

beforeAll(async () => {
  driver = new Child(join(BIN, 'aeronmd.js'), [
    `-Daeron.dir=${directory}`,
    '-Daeron.threading.mode=SHARED',
    '-Daeron.shared.idle.strategy=controllable',
    '-Daeron.ipc.term.buffer.length=64k',
    '-Daeron.client.liveness.timeout=60s', // a busy machine is no reason to lose the client
    '-Daeron.publication.unblock.timeout=70s',
    '-Daeron.driver.termination.validator=allow',
  ]);
  await until(() => existsSync(cncFilePath(directory)), 'the driver');
  aeron = await Aeron.connect({ aeronDirectoryName: directory, clientName: 'observed' });
  subscription = await aeron.addSubscription('aeron:ipc', STREAM);
  publication = await aeron.addPublication('aeron:ipc', STREAM);
  exclusive = await aeron.addExclusivePublication('aeron:ipc?alias=orders', STREAM + 1);
  await until(() => publication.isConnected, 'the connection');
  for (const text of ['first', 'second', 'third']) {
    expect(publication.offer(text)).toBeGreaterThan(0);
  }
  expect(subscription.poll(() => undefined, 1)).toBe(1);
  await expect(aeron.addPublication('aeron:udp?endpoint=nowhere', 1)).rejects.toThrow();
});

afterAll(async () => {
  await aeron.close();
  if (driver.isRunning) {
    driver.signal('SIGTERM');
    await driver.ended;
  }
  rmSync(parent, { recursive: true, force: true });
});

function start(tool: string, args: readonly string[], environment: Record<string, string> = {}): Child {
  return new Child(join(BIN, `${tool}.js`), args, { env: { ...process.env, AERON_DIR: directory, ...environment } });
}

const run = (tool: string, ...args: string[]): Promise<Ended> => start(tool, args).ended;

/** What a tool prints that is expected to succeed without a remark. */
async function output(tool: string, ...args: string[]): Promise<string> {
  const ended = await run(tool, ...args);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return ended.stdout;
}

const json = async (tool: string, ...args: string[]) => JSON.parse(await output(tool, '--json', ...args));

describe('a tool', () => {
  it.each(TOOLS)('%s tells what it takes', async (tool) => {
    const [help, refused] = await Promise.all([output(tool, '--help'), run(tool, '--nonsense')]);
    expect(help).toMatch(new RegExp(`^Usage: ${tool} [\\s\\S]*--json`));
    const stderr = `${tool}: unknown option '--nonsense'\n--help shows what is expected.\n`;
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr });
  });

  it.each([
    [['stream-stat', 'nonsense'], "unexpected argument 'nonsense'"],
    [['driver-tool', 'pid', 'nonsense'], "unexpected argument 'nonsense'"],
    [['stream-stat', '-d'], "option '-d, --directory <path>' argument missing"],
    [['log-inspector'], "missing required argument 'file'"],
    [['aeron-stat', '-u', 'soon'], 'INVALID_ARGUMENT: a number above 0 is expected: update=soon'],
  ])('names what is wrong with %j', async ([tool = '', ...args], problem) => {
    const stderr = `${tool}: ${problem}\n--help shows what is expected.\n`;
    expect(await run(tool, ...args)).toMatchObject({ code: 1, stdout: '', stderr });
  });

  it("takes the reference's options for help too, and tells its version", async () => {
    const [help, ...others] = await Promise.all(['--help', '-h', '-help', '-?'].map((o) => output('driver-tool', o)));
    expect(others).toEqual([help, help, help]);
    expect(await output('driver-tool', '-v')).toMatch(/^driver-tool <\d+\.\d+\.\d+> git \w+\n$/);
  });

  it('finds the directory by option, property or environment, in this order', async () => {
    const { pid } = driver;
    const other = { AERON_DIR: join(parent, 'none') };
    for (const args of [['-d', directory], [`-Daeron.dir=${directory}`], ['-Daeron.dir=/none', '-d', directory]]) {
      expect(await start('driver-tool', ['pid', ...args], other).ended).toMatchObject({ code: 0, stdout: `${pid}\n` });
    }
    expect(await output('driver-tool', 'pid')).toBe(`${pid}\n`);
  });

  it('says what to do where there is no driver', async () => {
    const { code, stdout, stderr } = await run('stream-stat', '-t', '0', '-d', join(parent, 'aeron-none'));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^stream-stat: CNC_NOT_READY: no CnC file: path=.*aeron-none\/cnc\.dat\n/);
    expect(stderr).toContain(`aeronmd -Daeron.dir=${join(parent, 'aeron-none')}`);
    expect(stderr).toContain(`Drivers have left files in: ${directory}\n`);
  });

  it('says so when the file is of another version, or damaged', async () => {
    const broken = join(parent, 'broken');
    mkdirSync(broken);
    const content = readFileSync(cncFilePath(directory));
    content.writeInt32LE(0x010000, 0);
    writeFileSync(cncFilePath(broken), content);
    expect(await run('aeron-stat', '-w', 'false', '-d', broken)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/CNC_VERSION: .*file=1\.0\.0/),
    });
    content.writeInt32LE(0x000200, 0);
    writeFileSync(cncFilePath(broken), content);
    truncateSync(cncFilePath(broken), 65536);
    expect(await run('aeron-stat', '-w', 'false', '-d', broken)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/CNC_CORRUPT: .*truncated[\s\S]*aeron\.dir\.delete\.on\.start/),
    });
  });

  it('says who may look', async () => {
    const closed = join(parent, 'closed');
    mkdirSync(closed);
    writeFileSync(cncFilePath(closed), readFileSync(cncFilePath(directory)));
    chmodSync(cncFilePath(closed), 0o000);
    // Nothing is closed to root: it becomes nobody, if nobody can read the tools.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const script = join(BIN, 'stream-stat.js');
    if ('uid' in nobody && spawnSync('cat', [script], { ...nobody, stdio: 'ignore' }).status !== 0) {
      return;
    }
    expect(await new Child(script, ['-d', closed], nobody).ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/FILE_ACCESS: can't map file: EACCES[\s\S]*This user may not use that file/),
    });
  });

  it('tells the time of the one who looks', async () => {
    const { stdout } = await start('error-stat', [], { TZ: 'Asia/Kolkata' }).ended;
    expect(stdout).toMatch(/from \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\+0530 to /);
    const text = (await start('driver-tool', [], { TZ: 'America/St_Johns' }).ended).stdout;
    expect(text).not.toBe((await start('driver-tool', [], { TZ: 'Asia/Kolkata' }).ended).stdout);
  });

  it('is shown in its guide as it is', async () => {
    const folder = join(parent, 'bin');
    mkdirSync(folder);
    for (const tool of TOOLS) {
      writeFileSync(join(folder, tool), `#!/bin/sh\nexec "${process.execPath}" "${join(BIN, tool)}.js" "$@"\n`, {
        mode: 0o755,
      });
    }
    const blocks = [...readFileSync(GUIDE, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
      (match) => match[1] ?? '',
    );
    expect(blocks).toHaveLength(TOOLS.length + 1);
    const path = `${folder}${delimiter}${process.env['PATH']}`;
    for (const block of blocks) {
      const environment = { ...process.env, AERON_DIR: directory, PATH: path };
      const { stdout, stderr } = await promisify(execFile)('sh', ['-e', '-c', block], { env: environment });
      expect(stderr).toBe('');
      expect(stdout).not.toBe('');
    }
  });
});

describe('aeron-stat', () => {
  it('prints the counters that the client sees', async () => {
    const text = await output('aeron-stat', 'watch=false');
    const [header, rule, ...lines] = text.split('\n');
    expect(header).toMatch(
      new RegExp(`^\\d\\d:\\d\\d:\\d\\d - Aeron Stat \\(CnC v0\\.2\\.0\\), pid ${driver.pid}, heartbeat age \\d+ms$`),
    );
    expect(rule).toBe('='.repeat(70));
    expect(lines.slice(-2)).toEqual(['--', '']);
    const { registrationId, sessionId } = publication;
    const expected = [
      `128 - pub-pos (concurrent): ${registrationId} ${sessionId} ${STREAM} aeron:ipc`,
      ` - client-heartbeat: id=${aeron.clientId} name=observed `,
    ];
    await until(async () => {
      const found = await output('aeron-stat', '-w', 'false');
      return found.includes(expected[1] ?? '') && / 192 - pub-pos \(concurrent\)/.test(found);
    }, 'the sampled position');
    expect(text).toContain(`64 - sub-pos: ${subscription.registrationId} ${sessionId} ${STREAM} aeron:ipc @0`);
  });

  it('filters, for people and programs', async () => {
    const { counters } = await json('aeron-stat', 'watch=false', 'type=^[1-9]', `session=^${exclusive.sessionId}$`);
    const labels = counters.map(({ label }: { label: string }) => label.split(':')[0]);
    expect(labels).toEqual(['Datagram transport', 'client-heartbeat', 'pub-pos (exclusive)', 'pub-lmt']);
    expect(counters[3].key).toEqual({
      registrationId: exclusive.registrationId,
      sessionId: exclusive.sessionId,
      streamId: STREAM + 1,
      channel: 'aeron:ipc?alias=orders',
    });
  });

  it('refuses arguments that it does not know', async () => {
    for (const [argument, message] of [
      ['nonsense', 'name=pattern format'],
      ['colour=red', "Unrecognised argument: 'colour=red'"],
      ['type=(', 'not a regular expression: type=('],
      ['-u0', 'update=0'],
      ['-wmaybe', 'watch=maybe'],
      ['-tsoon', 'A whole number of milliseconds is expected'],
    ] as const) {
      const { code, stdout, stderr } = await run('aeron-stat', argument);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(message);
    }
  });

  it.each([
    ['SIGINT', 0],
    ['SIGTERM', 143],
  ] as const)('goes on looking, as plain text in a pipe, until %s', async (signal, status) => {
    const stat = start('aeron-stat', ['-u', '50', 'type=^1$']);
    await until(() => stat.stdout.split('--\n').length > 3, 'three looks');
    stat.signal(signal);
    const { code, stdout, stderr } = await stat.ended;
    expect([code, stderr]).toEqual([status, '']);
    expect(stdout).not.toContain('\u001b');
    expect(stdout.endsWith('--\n')).toBe(true);
  });

  it('ends when nobody reads on', async () => {
    const stat = start('aeron-stat', ['-u', '20']);
    await until(() => stat.stdout !== '', 'the first look');
    stat.process.stdout?.destroy();
    expect(await stat.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('waits for a driver that is just starting, and follows one that takes the directory over', async () => {
    const late = join(parent, 'aeron-late');
    const stat = start('aeron-stat', ['-u', '50', '-t', '30000', '-d', late, 'type=^0$', 'identity=^0$']);
    const startDriver = async () => {
      const child = new Child(join(BIN, 'aeronmd.js'), [
        `-Daeron.dir=${late}`,
        '-Daeron.dir.delete.on.start=true',
        '-Daeron.threading.mode=SHARED',
      ]);
      await until(() => stat.stdout.includes(`pid ${child.pid}, `), 'a look at the driver');
      return child;
    };
    await (await startDriver()).kill();
    const second = await startDriver();
    stat.signal('SIGINT');
    expect(await stat.ended).toMatchObject({ code: 0, stderr: '' });
    await second.kill();
  });
});

// What ordinary systems have to give a program a terminal.
const SCRIPT = '/usr/bin/script';
const onTerminal = process.platform === 'linux' && existsSync(SCRIPT) ? describe : describe.skip;

interface Look {
  readonly shown: () => string;
  readonly press: (key: string) => void;
  /** Of aeron-stat. */
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** Runs aeron-stat on a terminal of its own. @returns its exit status, and everything that was on the screen. */
function onScreen(
  use: (look: Look) => Promise<void>,
  size = 'rows 12 cols 140',
): Promise<{ status: number; screen: string }> {
  return new Promise((resolve, reject) => {
    const stat = `exec "${process.execPath}" "${join(BIN, 'aeron-stat.js')}" -u 50`;
    const command = `stty ${size}; sh -c 'echo pid=$$; ${stat}'; echo status=$?; stty -a`;
    const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], {
      env: { ...process.env, AERON_DIR: directory, TERM: 'xterm-256color' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let screen = '';
    child.stdout.on('data', (chunk) => {
      screen += chunk;
    });
    child.on('close', () => resolve({ status: Number(/status=(\d+)/.exec(screen)?.[1]), screen }));
    use({
      shown: () => screen,
      press: (key) => child.stdin.write(key),
      signal: (signal) => process.kill(Number(/pid=(\d+)/.exec(screen)?.[1]), signal),
    }).catch((error: unknown) => {
      child.kill();
      reject(error);
    });
  });
}

onTerminal('aeron-stat on a terminal', () => {
  it('is a live screen with a header and a footer, that scrolls', async () => {
    await onScreen(async ({ shown, press }) => {
      await until(() => shown().includes('1-8 of '), 'the first page');
      expect(shown()).toContain('Bytes sent');
      expect(shown()).not.toContain('pub-lmt');
      press('\u001b[F');
      await until(() => /-(\d+) of \1\b/.test(shown()) && shown().includes('pub-lmt'), 'the last page');
      const last = Number(/ of (\d+)/.exec(shown())?.[1]);
      press('\u001b[5~');
      await until(() => shown().includes(`${last - 15}-${last - 8} of ${last} `), 'the page above');
      press('q');
    });
  });

  it('is plain text where the terminal has no size', async () => {
    await onScreen(async ({ shown, signal }) => {
      await until(() => shown().split('Aeron Stat').length > 2, 'the second look');
      expect(shown()).toContain('Bytes sent');
      signal('SIGINT');
    }, 'rows 0 cols 0');
  });

  it.each<[string, (look: Look) => void, number]>([
    ['q', ({ press }) => press('q'), 0],
    ['Ctrl-C', ({ press }) => press('\u0003'), 0],
    ['SIGINT', ({ signal }) => signal('SIGINT'), 0],
    ['SIGTERM', ({ signal }) => signal('SIGTERM'), 143],
  ])('gives the terminal back as it was after %s', async (_name, end, expected) => {
    const { status, screen } = await onScreen(async (look) => {
      await until(() => look.shown().includes('1-8 of '), 'the first page');
      end(look);
    });
    expect(status).toBe(expected);
    const [, after = ''] = screen.split('status=');
    expect(after).toMatch(/[^-]icanon/); // else keys would go on being taken one by one
    expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.lastIndexOf('\u001b[?25l')); // the cursor is shown
  });
});

describe('the tools for streams', () => {
  it('print positions', async () => {
    const { sessionId, registrationId } = publication;
    const text = await output('stream-stat');
    expect(text).toContain(
      `\nsessionId=${sessionId} streamId=${STREAM} channel=aeron:ipc : pub-pos (concurrent):${registrationId}:192 pub-lmt:`,
    );
    expect(text).toContain(` sub-pos:${subscription.registrationId}:64\n`);
    const { streams } = await json('stream-stat');
    expect(streams.map((stream: { streamId: number }) => stream.streamId)).toEqual([STREAM, STREAM + 1]);
  });

  it('print backlogs', async () => {
    const publisher = `┌─for publisher ${publication.registrationId} the last sampled position is 192 (~`;
    const text = await output('backlog-stat');
    expect(text).toContain(publisher);
    expect(text).not.toContain('subscriber');
    expect(await output('backlog-stat', '--all')).toContain(
      `└─subscriber ${subscription.registrationId} has 128 backlog bytes of publication ${publication.registrationId}\n`,
    );
  });

  it('print what was lost', async () => {
    expect(await output('loss-stat')).toMatch(/^#OBSERVATION_COUNT,.*,SOURCE\n0 loss entries\n$/);
    const { code, stderr } = await run('loss-stat', '-d', join(parent, 'none'));
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/Loss report does not exist: .*\n.*\n {2}aeronmd -Daeron\.dir=/),
    ]);
  });
});

describe('error-stat', () => {
  it('prints what the driver could not do', async () => {
    const text = await output('error-stat');
    expect(text.startsWith(`Command \`n Control file ${cncFilePath(directory)}\n\n1 observations from `)).toBe(true);
    expect(text).toContain('nowhere');
    expect(text.endsWith('\n1 distinct errors observed.\n')).toBe(true);
    expect(await json('error-stat')).toMatchObject({ distinctErrorCount: 1, errors: [{ observationCount: 1 }] });
  });

  it('reads other files with an error log in them', async () => {
    const file = join(parent, 'errors.dat');
    writeFileSync(file, Buffer.alloc(4096));
    expect(await output('error-stat', '-f', file, '-o', '1k')).toBe(
      `Error file ${file}\n\n0 distinct errors observed.\n`,
    );
    expect(await output('error-stat', `-Daeron.samples.error.file.name=${file}`)).toContain(`Error file ${file}`);
    expect(await run('error-stat', '-f', file, '-o', '5000')).toMatchObject({ code: 1 });
  });
});

describe('log-inspector', () => {
  it('prints the frames of a publication', async () => {
    const log = join(directory, 'publications', `${publication.registrationId}.logbuffer`);
    const text = await output('log-inspector', '-f', 'ascii', log, '10');
    expect(text).toContain('   Is connected: true\n');
    expect(text).toContain(`session-id=${publication.sessionId} stream-id=${STREAM} `);
    expect(text).toMatch(/\n0: DATA Header\{.*\}\nfirst\n64: .*\nsecond\n128: .*\nthird\n192: .*frame-length=0 /);
    const lines = (await output('log-inspector', '--json', log))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ body }) => body)).toEqual([
      undefined,
      ...['first', 'second', 'third'].map((word) => Buffer.from(word).toString('hex').toUpperCase()),
    ]);
  });

  it('refuses what is no log', async () => {
    expect(await run('log-inspector', cncFilePath(directory))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('log-inspector: LOG_BUFFER_CORRUPT'),
    });
  });
});

describe('the tools that a driver obeys', () => {
  it('change how it idles', async () => {
    const status = async () => (await json('aeron-stat', '-wfalse', 'type=^0$', 'identity=^22$')).counters[0].value;
    expect(await output('set-controllable-idle-strategy', '3')).toBe('Set ControllableIdleStrategy status to 3\n');
    expect(await status()).toBe(3);
    expect(await output('set-controllable-idle-strategy', 'park')).toContain('status to 4');
    expect(await status()).toBe(4);
    expect(await run('set-controllable-idle-strategy')).toMatchObject({ code: 1 });
    expect(await run('set-controllable-idle-strategy', 'sometimes')).toMatchObject({ code: 1 });
  });

  it('tell of it, and end it', async () => {
    expect(await output('driver-tool')).toMatch(
      new RegExp(
        `^Command \`n Control file: ${cncFilePath(directory)}\nVersion: 512, PID: ${driver.pid}\n` +
          '\\d\\d:\\d\\d:\\d\\d \\(start: [-\\d]+ [:\\d]+, activity: [-\\d]+ [:\\d]+\\)\n$',
      ),
    );
    await aeron.close();
    expect(await output('driver-tool', '-T')).toBe('');
    expect(await driver.ended).toMatchObject({ code: 0 });
    expect(await output('driver-tool', '-P')).toBe(`${driver.pid}\n`);
    expect(await run('driver-tool', 'terminate')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not run any more'),
    });
    for (const [tool, ...args] of [
      ['aeron-stat', '-wfalse'],
      ['stream-stat'],
      ['backlog-stat'],
      ['error-stat'],
    ] as const) {
      const { code, stdout, stderr } = await run(tool, ...args);
      expect([code, stderr]).toEqual([
        0,
        `${tool}: the media driver does not run any more: pid=${driver.pid} path=${cncFilePath(directory)}\n`,
      ]);
      expect(stdout).not.toBe('');
    }
    expect(JSON.parse((await run('aeron-stat', '--json', '-wfalse')).stdout).heartbeatMs).toBe(-1);
  });
});
