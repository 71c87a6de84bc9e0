// SPDX-License-Identifier: Apache-2.0
/**
 * The event log and the reference's, as that is up to 1.52: records and lines, in both directions, and what drivers of both kinds log of
 * the same actions.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  archiveEvents,
  ClassicText,
  clusterEvents,
  decodeRecord,
  driverEvents,
  EventCatalogue,
  EventSource,
  type EventTable,
} from '@aeron/agent';
import { EventFlag, EventMemory, maskOf } from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import { freshDirectory } from './support/driver-directories.ts';
import { startDriver } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import {
  AGENT_VERSION,
  compileEventRecords,
  type EventRecord,
  type ReadRecord,
  readByReference,
  readRecords,
  spawnLoggingReference,
} from './support/reference-agent.ts';
import { eventually } from './support/wait.ts';

const SECONDS = 1000;
const HERE = dirname(fileURLToPath(import.meta.url));
const PROGRAMS = join(HERE, '..', 'system', 'programs');
const catalogue = new EventCatalogue();
const text = new ClassicText(catalogue, false);

jest.setTimeout(180 * SECONDS);

const folder = mkdtempSync(join(tmpdir(), 'aeron-interop-events-'));

const nameOf = ({ typeId }: EventRecord): string => catalogue.find(typeId)?.name ?? String(typeId);

/** Events that are younger than the agent. */
const YOUNGER = [
  'CMD_IN_REMOVE_DESTINATION_BY_ID',
  'CMD_IN_REJECT_IMAGE',
  'NAK_RECEIVED',
  'PUBLICATION_REVOKE',
  'PUBLICATION_IMAGE_REVOKE',
  'START',
];
/** What drivers do not log by themselves; and the name of the host, which only drivers up to 1.44 look up. */
const OF_PROGRAMS = ['TEXT_DATA', 'NAME_RESOLUTION_HOST_NAME'];
const EXPECTED = Object.keys(driverEvents.rows).filter((name) => ![...YOUNGER, ...OF_PROGRAMS].includes(name));

/** The line that we make of a record. */
function ourLine({ typeId, bytes }: EventRecord): string {
  return text.line(decodeRecord(catalogue, typeId, new AtomicBuffer(bytes), 0, bytes.length));
}

/** As that release has it: one event has another name, and a flag of one command is not known. */
function inItsWords(line: string): string {
  return line.replace(' NAK_SENT [', ' SEND_NAK_MESSAGE [').replace(/ revoke=(true|false)$/, '');
}

interface Ports {
  readonly destinations: readonly string[];
  readonly streams: readonly string[];
  readonly names: readonly [own: number, neighbor: number];
}

async function choosePorts(): Promise<Ports> {
  const [a, b, c, d, own, neighbor] = await Promise.all(Array.from({ length: 6 }, freePort));
  return { destinations: [String(a), String(b)], streams: [String(c), String(d)], names: [own ?? 0, neighbor ?? 0] };
}

const gossip = (name: string, own: number, other: number) => ({
  'aeron.name.resolver.supplier': 'driver',
  'aeron.driver.resolver.name': name,
  'aeron.driver.resolver.interface': `127.0.0.1:${own}`,
  'aeron.driver.resolver.bootstrap.neighbor': `127.0.0.1:${other}`,
  'aeron.driver.resolver.self.resolution.interval': '100ms',
  'aeron.driver.resolver.neighbor.timeout': '1s',
});

/** A program on a driver, until it has ended. */
async function runProgram(name: string, ...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [join(PROGRAMS, name), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
}

/** A client that is gone without a word. */
async function loseClient(aeronDirectoryName: string): Promise<void> {
  const options = JSON.stringify({ aeronDirectoryName });
  const child = spawn(process.execPath, [join(PROGRAMS, 'client.mjs'), options], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for (const request of [
    { operation: 'connect' },
    { operation: 'addPublication', channel: 'aeron:ipc', streamId: 7 }, // a driver hears of a client when that wants something
  ]) {
    const answered = new Promise((resolve) => child.stdout.once('data', resolve));
    child.stdin.write(`${JSON.stringify({ id: 0, ...request })}\n`);
    await answered;
  }
  child.kill('SIGKILL');
}

/** Has a driver do what it logs. @returns its records. */
async function recordsOf(
  start: (file: string, settings: Readonly<Record<string, string>>) => ChildProcess,
  { destinations, streams, names: [own, neighbor] }: Ports,
): Promise<ReadRecord[]> {
  const directory = freshDirectory();
  const file = join(folder, `${directory.replaceAll('/', '-')}.records`);
  const driver = start(file, {
    ...gossip('logged', own, neighbor),
    'aeron.dir': directory,
    'aeron.dir.delete.on.shutdown': 'true',
    'aeron.threading.mode': 'SHARED',
    'aeron.ReceiveChannelEndpoint.supplier': 'io.aeron.driver.ext.DebugReceiveChannelEndpointSupplier',
    'aeron.debug.receive.data.loss.rate': '0.3',
    'aeron.debug.receive.data.loss.seed': '4711',
    'aeron.image.liveness.timeout': '500ms',
    'aeron.publication.linger.timeout': '2s',
    'aeron.client.liveness.timeout': '3s',
    'aeron.ipc.term.buffer.length': '64k',
  });
  const ended = new Promise((resolve) => driver.once('exit', resolve));
  const countOf = (name: string) =>
    (existsSync(file) ? readRecords(file) : []).filter((r) => nameOf(r) === name).length;
  const areAllClosed = () =>
    ['SEND', 'RECEIVE'].every((side) => countOf(`${side}_CHANNEL_CLOSE`) === countOf(`${side}_CHANNEL_CREATION`));
  try {
    await eventually('the driver', () => existsSync(join(directory, 'cnc.dat')));
    const other = await startDriver('aeronmd', '', gossip('neighbor', neighbor, own));
    await eventually('the neighbour', () => countOf('NAME_RESOLUTION_NEIGHBOR_ADDED') > 0);
    await other.kill();
    await loseClient(directory);
    const parts = ['useDestinations', 'keepAlive', 'useCounter', 'leaveOneBehind'];
    await runProgram('events-of-commands.mjs', directory, ...destinations, ...parts);
    await runProgram('events.mjs', directory, ...streams, 'open-sesame-4711');
    await eventually('the end of all streams', areAllClosed);
    await eventually('all events', () => EXPECTED.every((name) => countOf(name) > 0));
  } finally {
    driver.kill('SIGTERM');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  }
  return readRecords(file);
}

const startReference = (file: string, settings: Readonly<Record<string, string>>) =>
  spawnLoggingReference(file, settings);

function startOurs(file: string, settings: Readonly<Record<string, string>>): ChildProcess {
  const defines = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`);
  const program = join(HERE, 'support', 'logging-driver.mjs');
  return spawn(process.execPath, [program, file, ...defines], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/**
 * What is the same in each run: the words of a line, and the numbers that the program chose. Flags of frames say more today, errors
 * are in each side's own words, and name resolvers have each side's own names.
 */
function shapeOf(line: string): string {
  return inItsWords(line)
    .replace(/^\[\d+\.\d{9}\] /, '')
    .replace(/ \[\d+\/\d+\]:/, '')
    .replace(/ (flags|resolver)=\S+/g, ' $1=#')
    .replace(/ message=.*/s, ' message=#')
    .replace(/(logFileName=)\S*\/(\w+)\/\d+\.logbuffer/, '$1$2')
    .replace(/(sourceIdentity=127\.0\.0\.1:)\d+/, '$1#')
    .replace(/(\w*(?:Id|id|Ns|Delta|Length|length|Offset|Count))=-?\d+/g, '$1=#');
}

/** What frames there are, and what is told of them: their numbers are matters of time. */
function frameShapeOf(shape: string): string {
  return shape.replace(/( \[[^\]]*\])+/, ' [resolution entries]').replace(/(?<!type)=[^\s\]]+/g, '=#');
}

/** By event, each shape once. */
function shapesOf(records: readonly ReadRecord[]): Map<string, Set<string>> {
  const shapes = new Map<string, Set<string>>();
  for (const record of records) {
    const name = nameOf(record);
    const found = shapes.get(name) ?? new Set();
    const shape = shapeOf(ourLine(record));
    shapes.set(name, found.add(name.startsWith('FRAME_') ? frameShapeOf(shape) : shape));
  }
  return shapes;
}

describe(`the event log, against io.aeron:aeron-agent:${AGENT_VERSION}`, () => {
  let ofReference: ReadRecord[] = [];
  let ofOurs: ReadRecord[] = [];

  beforeAll(async () => {
    compileEventRecords();
    const ports = await choosePorts();
    ofReference = await recordsOf(startReference, ports);
    ofOurs = readByReference(await recordsOf(startOurs, ports), join(folder, 'ours'));
  }, 300 * SECONDS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('reads records of its driver, of all its events, and prints the same lines', () => {
    const names = new Set(ofReference.map(nameOf));
    expect(EXPECTED.filter((name) => !names.has(name))).toEqual([]);
    for (const record of ofReference) {
      expect(inItsWords(ourLine(record))).toBe(record.line);
    }
  });

  it('has records of our driver read by it, of all its events, and the same lines printed', () => {
    const names = new Set(ofOurs.map(nameOf));
    expect(EXPECTED.filter((name) => !names.has(name))).toEqual([]);
    for (const record of ofOurs) {
      expect(record.line).toBe(YOUNGER.includes(nameOf(record)) ? '' : inItsWords(ourLine(record)));
    }
  });

  it('says the same of the same actions, whichever driver does them', () => {
    const [theirs, ours] = [shapesOf(ofReference), shapesOf(ofOurs)];
    for (const name of EXPECTED) {
      expect({ name, shapes: [...(ours.get(name) ?? [])].sort() }).toEqual({
        name,
        shapes: [...(theirs.get(name) ?? [])].sort(),
      });
    }
  });

  it.each([driverEvents, archiveEvents, clusterEvents])('has any value of any event read: $context', (table) => {
    const records = readByReference(sampleRecords(table), join(folder, table.context));
    const others = records.filter((record) => record.line !== inItsWords(ourLine(record)));
    expect([...new Set(others.map(nameOf))].sort()).toEqual(CHANGED[table.context]);
  });
});

/** Events that are younger than the agent, or have gained something since. */
const CHANGED: Readonly<Record<string, readonly string[]>> = {
  DRIVER: ['NAK_RECEIVED', 'PUBLICATION_IMAGE_REVOKE', 'PUBLICATION_REVOKE', 'START'],
  ARCHIVE: [
    ...['CATALOG_RESIZE', 'CONTROL_SESSION_STATE_CHANGE', 'PERSISTENT_SUBSCRIPTION_JOINED_LIVE'],
    ...['PERSISTENT_SUBSCRIPTION_LEFT_LIVE', 'PERSISTENT_SUBSCRIPTION_STATE_CHANGE', 'RECORDING_SESSION_STATE_CHANGE'],
    ...['REPLAY_SESSION_STATE_CHANGE', 'REPLICATION_SESSION_STATE_CHANGE', 'START'],
  ],
  CLUSTER: [
    ...['APPEND_SESSION_OPEN', 'CLUSTER_BACKUP_STATE_CHANGE', 'CLUSTER_SESSION_STATE_CHANGE', 'ELECTION_STATE_CHANGE'],
    ...['NEW_ELECTION', 'NEW_LEADERSHIP_TERM', 'ROLE_CHANGE'],
    ...['SNAPSHOT_ENTRY_INVALIDATION', 'START', 'STATE_CHANGE', 'VOTE'],
  ],
};

const SAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  i8: [0, 127, -128],
  i32: [0, 2 ** 31 - 1, -(2 ** 31), -1],
  i64: [0, 2n ** 63n - 1n, -(2n ** 63n), -1, 2 ** 40],
  bool: [true, false],
  text: ['', 'x', 'aeron:udp?endpoint=localhost:40123|alias="x"', 'y'.repeat(300), null],
  enum: ['ACTIVE', 'LEADER_LOG_REPLICATION', null],
  address: ['127.0.0.1', '255.0.255.7', '2001:db8:1:2:3:4:5:6', '::1', null],
};

/** Records of all events that carry no message, with values at their bounds. */
function sampleRecords(table: EventTable): EventRecord[] {
  const memory = EventMemory.create(8 * 1024 * 1024);
  memory.flags = EventFlag.CLASSIC_RECORDS | EventFlag.THROW_EXCEPTIONS;
  memory.setEnabled(table.typeCode, maskOf(Object.values(table.rows).map(({ id }) => id)));
  const source = new EventSource(table, memory, { nanoTime: () => 12_345_678_900 });
  for (const [name, { fields }] of Object.entries(table.rows)) {
    const kinds = Object.entries(fields);
    const isPlain = kinds.every(([, kind]) => kind in SAMPLES);
    for (let round = 0; isPlain && round < 5; round++) {
      const values = kinds.map(([field, kind], index) => {
        const samples = SAMPLES[kind] ?? [];
        return [field, samples[(round + index) % samples.length]];
      });
      source.log(name, Object.fromEntries(values));
    }
  }
  const records: EventRecord[] = [];
  memory.ring.read((typeId, buffer, offset, length) => {
    records.push({ typeId, bytes: Buffer.from(buffer.subarray(offset, length)) });
  }, 100_000);
  return records;
}
