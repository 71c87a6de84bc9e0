// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer, isAeronError, ManyToOneRingBuffer } from '@aeron/core/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import fc from 'fast-check';
import { CncFile, mapCncFile } from './cnc-file.ts';
import { CNC_VERSION, type CncMetadata, computeCncFileLength } from './cnc-metadata.ts';
import { CNC_TO_DRIVER_BUFFER_LENGTH_OFFSET, CNC_VERSION_OFFSET } from './generated/cnc-metadata.ts';

const PATH = '/tmp/cnc.dat';
const METADATA: CncMetadata = {
  toDriverBufferLength: 4096 + 768,
  toClientsBufferLength: 2048 + 128,
  countersMetadataBufferLength: 16 * 512,
  countersValuesBufferLength: 16 * 128,
  errorLogBufferLength: 1024,
  clientLivenessTimeoutNs: 5e9,
  startTimestampMs: 1_700_000_000_123,
  pid: 4711,
  filePageSize: 4096,
};
const LENGTH = computeCncFileLength(METADATA, 4096);

function newFile() {
  const ports = new SimulatedWorld(1).platform('host');
  const created = CncFile.create(ports.mapper.create(PATH, LENGTH, { sparse: false }), METADATA);
  return { ports, created };
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return isAeronError(error) ? `${error.code} ${error.message}` : String(error);
  }
  return 'nothing was thrown';
}

describe('the CnC file', () => {
  it('is read back as it was created, section by section', () => {
    const { ports, created } = newFile();
    created.toDriver.putInt32(0, 1);
    created.toClients.putInt32(0, 2);
    created.countersMetadata.putInt32(0, 3);
    created.countersValues.putInt32(0, 4);
    created.errorLog.putInt32(0, 5);
    created.publishVersion();
    const found = mapCncFile(ports, PATH);
    expect(found).toMatchObject({
      path: PATH,
      length: LENGTH,
      version: CNC_VERSION,
      pid: 4711,
      startTimestampMs: 1_700_000_000_123,
      clientLivenessTimeoutNs: 5e9,
      filePageSize: 4096,
    });
    const sections = [found.toDriver, found.toClients, found.countersMetadata, found.countersValues, found.errorLog];
    expect(sections.map((section) => section.getInt32(0))).toEqual([1, 2, 3, 4, 5]);
    expect(sections.map((section) => section.capacity)).toEqual([4864, 2176, 8192, 2048, 1024]);
    expect(new ManyToOneRingBuffer(found.toDriver).nextCorrelationId()).toBe(0);
  });

  it('is not ready while it is missing, too short, or without version', () => {
    const { ports } = newFile();
    expect(codeOf(() => mapCncFile(ports, '/tmp/none/cnc.dat'))).toMatch(/^CNC_NOT_READY .*path=\/tmp\/none\/cnc.dat/);
    ports.files.write('/tmp/empty.dat', new Uint8Array(0));
    expect(codeOf(() => mapCncFile(ports, '/tmp/empty.dat'))).toMatch(/^CNC_NOT_READY .*length=0/);
    ports.files.write('/tmp/short.dat', new Uint8Array(128));
    expect(codeOf(() => mapCncFile(ports, '/tmp/short.dat'))).toMatch(/^CNC_NOT_READY .*length=128/);
    expect(codeOf(() => mapCncFile(ports, PATH))).toMatch(/^CNC_NOT_READY .*not initialised/);
  });

  it.each([
    ['another major version', 0x00010200, 'CNC_VERSION', 'CNC_VERSION'],
    ['a negative version', -1, 'CNC_VERSION', 'CNC_VERSION'],
    ['an older minor version', 0x00000100, 'CNC_VERSION', 'nothing was thrown'],
    ['a newer minor version', 0x00000300, 'nothing was thrown', 'nothing was thrown'],
  ])('with %s is refused where it must be', (_name, version, forClient, forTool) => {
    const { ports, created } = newFile();
    created.publishVersion();
    const raw = ports.mapper.map(PATH, { access: 'read-write' });
    new AtomicBuffer(raw.memory).putInt32(CNC_VERSION_OFFSET, version);
    expect(codeOf(() => mapCncFile(ports, PATH))).toMatch(new RegExp(`^${forClient}`));
    expect(codeOf(() => mapCncFile(ports, PATH, { acceptOlder: true }))).toMatch(new RegExp(`^${forTool}`));
  });

  it('is corrupt when it ends before its sections do', () => {
    const { ports, created } = newFile();
    created.publishVersion();
    created.sync();
    ports.files.write('/tmp/cut.dat', ports.files.read(PATH).slice(0, LENGTH - 4096));
    expect(codeOf(() => mapCncFile(ports, '/tmp/cut.dat'))).toMatch(/^CNC_CORRUPT .*truncated.*path=\/tmp\/cut.dat/);
  });

  it('names field, value and file when a length is impossible', () => {
    const { ports, created } = newFile();
    created.publishVersion();
    const raw = ports.mapper.map(PATH, { access: 'read-write' });
    new AtomicBuffer(raw.memory).putInt32(CNC_TO_DRIVER_BUFFER_LENGTH_OFFSET, 5000);
    expect(codeOf(() => mapCncFile(ports, PATH))).toMatch(/^CNC_CORRUPT .*toDriverBufferLength=5000.*path=\/tmp/);
  });

  it('with any metadata at all is either sound or refused, and never cut outside the mapping', () => {
    const { ports, created } = newFile();
    created.publishVersion();
    created.sync();
    const content = ports.files.read(PATH).slice();
    const metadata = new AtomicBuffer(content);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), (word, value) => {
        const before = metadata.getInt32(word * 4);
        metadata.putInt32(word * 4, value);
        ports.files.write('/tmp/any.dat', content);
        metadata.putInt32(word * 4, before);
        return /^(CNC_CORRUPT|nothing)/.test(codeOf(() => mapCncFile(ports, '/tmp/any.dat')));
      }),
    );
  });
});
