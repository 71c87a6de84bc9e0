// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer, isAeronError } from '@aeron/core/internal';
import { composeVersion } from '../semantic-version.ts';
import {
  CNC_VERSION,
  type CncMetadata,
  checkCncVersion,
  checkCncVersionForClient,
  cncSections,
  cncVersionVolatile,
  computeCncFileLength,
  isCncVersionCompatible,
  readCncMetadata,
  signalCncReady,
  writeCncMetadata,
} from './cnc-metadata.ts';
import { CNC_BLOCK_LENGTH } from './generated/cnc-metadata.ts';

const METADATA: CncMetadata = {
  toDriverBufferLength: 1024 * 1024 + 768,
  toClientsBufferLength: 1024 * 1024 + 128,
  countersMetadataBufferLength: 32 * 1024 * 1024,
  countersValuesBufferLength: 8 * 1024 * 1024,
  errorLogBufferLength: 4 * 1024 * 1024,
  clientLivenessTimeoutNs: 10_000_000_000,
  startTimestampMs: 1_790_000_000_000,
  pid: 4_194_304,
  filePageSize: 4096,
};

function written(metadata: CncMetadata): AtomicBuffer {
  const buffer = AtomicBuffer.allocate(CNC_BLOCK_LENGTH);
  writeCncMetadata(buffer, metadata);
  return buffer;
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return isAeronError(error) ? error.code : String(error);
  }
  return undefined;
}

describe('CnC metadata', () => {
  it('reads back as written, and has no version until the driver is ready', () => {
    const buffer = written(METADATA);
    expect(readCncMetadata(buffer)).toEqual(METADATA);
    expect(cncVersionVolatile(buffer)).toBe(0);
    signalCncReady(buffer);
    expect(cncVersionVolatile(buffer)).toBe(CNC_VERSION);
    expect(readCncMetadata(buffer)).toEqual(METADATA);
  });

  it('takes pages of 4096 bytes for granted in files of drivers that do not say', () => {
    expect(readCncMetadata(written({ ...METADATA, filePageSize: 0 })).filePageSize).toBe(4096);
  });

  it('has its buffers one after the other behind the metadata, and the default file length of the reference', () => {
    const sections = cncSections(METADATA);
    expect(sections.toDriver).toEqual({ offset: 128, length: METADATA.toDriverBufferLength });
    expect(sections.toClients.offset).toBe(128 + METADATA.toDriverBufferLength);
    expect(sections.countersMetadata.offset).toBe(sections.toClients.offset + METADATA.toClientsBufferLength);
    expect(sections.countersValues.offset).toBe(
      sections.countersMetadata.offset + METADATA.countersMetadataBufferLength,
    );
    expect(sections.errorLog.offset).toBe(sections.countersValues.offset + METADATA.countersValuesBufferLength);
    expect(sections.minFileLength).toBe(sections.errorLog.offset + METADATA.errorLogBufferLength);
    expect(computeCncFileLength(METADATA, 4096)).toBe(48_238_592);
    expect(computeCncFileLength(METADATA, 2 * 1024 * 1024)).toBe(50_331_648);
  });

  it.each<Partial<CncMetadata>>([
    { toDriverBufferLength: 0 },
    { toDriverBufferLength: -1 },
    { toDriverBufferLength: 768 },
    { toDriverBufferLength: 1024 * 1024 },
    { toClientsBufferLength: 128 },
    { toClientsBufferLength: 1024 * 1024 },
    { countersValuesBufferLength: 0 },
    { countersValuesBufferLength: 8 * 1024 * 1024 + 64 },
    { countersMetadataBufferLength: 31 * 1024 * 1024 },
    { countersMetadataBufferLength: -0x80000000 },
    { errorLogBufferLength: 0 },
    { filePageSize: 4097 },
    { filePageSize: -4096 },
    { filePageSize: 2048 },
    { filePageSize: 2 ** 31 - 2 ** 12 },
    { clientLivenessTimeoutNs: 0 },
  ])('refuses what can not be: %j', (wrong) => {
    const [name, value] = Object.entries(wrong)[0] ?? [];
    const buffer = written({ ...METADATA, ...wrong });
    expect(() => readCncMetadata(buffer)).toThrow(`${name}=${value}`);
    expect(codeOf(() => readCncMetadata(buffer))).toBe('CNC_CORRUPT');
  });

  it('refuses a file that ends inside the metadata', () => {
    const buffer = written(METADATA).slice(0, CNC_BLOCK_LENGTH - 1);
    expect(() => readCncMetadata(buffer)).toThrow('length=127 required=128');
  });
});

describe('CnC version', () => {
  it('is 0.2.0', () => {
    expect(CNC_VERSION).toBe(0x000200);
  });

  it('is compatible within a major version', () => {
    const versions = [composeVersion(0, 1, 0), CNC_VERSION, composeVersion(0, 9, 9), composeVersion(1, 2, 0)];
    expect(versions.map(isCncVersionCompatible)).toEqual([true, true, true, false]);
    expect(codeOf(() => checkCncVersion(composeVersion(1, 2, 0)))).toBe('CNC_VERSION');
    expect(() => checkCncVersion(composeVersion(1, 2, 0))).toThrow('app=0.2.0 file=1.2.0');
  });

  it('must not be older than a client', () => {
    expect(() => checkCncVersionForClient(composeVersion(0, 1, 9))).toThrow('driverVersion=0.1.9');
    expect(codeOf(() => checkCncVersionForClient(CNC_VERSION))).toBeUndefined();
    expect(codeOf(() => checkCncVersionForClient(composeVersion(0, 3, 0)))).toBeUndefined();
    expect(codeOf(() => checkCncVersionForClient(composeVersion(1, 2, 0)))).toBe('CNC_VERSION');
  });
});
