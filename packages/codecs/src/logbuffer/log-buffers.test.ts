// SPDX-License-Identifier: Apache-2.0
import { AeronError, type AtomicBuffer, INT64_MAX_AS_NUMBER, isAeronError } from '@aeron/core/internal';
import { MemoryMapper, testParameters } from '../testing/test-log.ts';
import {
  LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET,
  LOG_METADATA_DEFAULT_FRAME_HEADER_LENGTH_OFFSET,
  LOG_METADATA_DEFAULT_FRAME_HEADER_OFFSET,
  LOG_METADATA_MTU_LENGTH_OFFSET,
  LOG_METADATA_PAGE_SIZE_OFFSET,
  LOG_METADATA_TERM_LENGTH_OFFSET,
  LOG_METADATA_TERM_TAIL_COUNTERS_OFFSET,
  LOG_METADATA_TYPE_OFFSET,
} from './generated/log-metadata.ts';
import { LogBufferType } from './log-buffer-descriptor.ts';
import { createLog, LogBuffers } from './log-buffers.ts';
import { type LogParameters, readLogParameters } from './log-parameters.ts';
import {
  activeTransportCount,
  endOfStreamPosition,
  isConnected,
  isPublicationRevoked,
  putActiveTransportCount,
  putEndOfStreamPosition,
  putIsConnected,
  putIsPublicationRevoked,
} from './metadata.ts';
import { isImageLog } from './tail.ts';

const PATH = '/aeron/publications/42.logbuffer';

function created(changes: Partial<LogParameters> = {}): { mapper: MemoryMapper; log: LogBuffers } {
  const mapper = new MemoryMapper();
  return { mapper, log: createLog(mapper, PATH, testParameters(changes)) };
}

describe('a created log', () => {
  it('has the file length, and its metadata at the very end', () => {
    const { mapper, log } = created({ pageSize: 2 * 1024 * 1024 });
    const file = mapper.files.get(PATH) as ArrayBuffer;
    expect(file.byteLength).toBe(2 * 1024 * 1024);
    expect(log.length).toBe(file.byteLength);
    expect(new DataView(file, file.byteLength - 4096).getInt32(LOG_METADATA_TERM_LENGTH_OFFSET, true)).toBe(65536);
  });

  it('says everything it was made with', () => {
    const parameters = testParameters({
      type: LogBufferType.EXCLUSIVE_PUBLICATION,
      initialTermId: -3,
      responseCorrelationId: -1,
      entityTag: -(2n ** 63n),
      correlationId: 2 ** 52,
      group: true,
      spiesSimulateConnection: true,
      tether: false,
    });
    const { mapper } = created(parameters);
    const log = LogBuffers.map(mapper, PATH);
    expect(readLogParameters(log.metadata)).toEqual(parameters);
    expect(log).toMatchObject({
      path: PATH,
      termLength: 65536,
      pageSize: 4096,
      mtuLength: 1408,
      initialTermId: -3,
      correlationId: 2 ** 52,
    });
  });

  it('carries the default header of an unfragmented data frame', () => {
    const { log } = created({ termOffset: 96, initialTermId: 5, termId: 8 });
    const header = log.metadata.slice(LOG_METADATA_DEFAULT_FRAME_HEADER_OFFSET, 32);
    expect([0, 8, 12, 16, 20, 24, 28].map((offset) => header.getInt32(offset))).toEqual([
      0, 96, -1234567, 1001, 5, 0, 0,
    ]);
    expect([header.getUint8(4), header.getUint8(5), header.getUint16(6)]).toEqual([0, 0xc0, 1]);
  });

  it('is open-ended, not connected and not revoked, until told otherwise', () => {
    const { metadata } = created().log;
    expect(endOfStreamPosition(metadata)).toBe(INT64_MAX_AS_NUMBER);
    expect(metadata.getBigInt64(128)).toBe(2n ** 63n - 1n);
    expect([isConnected(metadata), isPublicationRevoked(metadata), activeTransportCount(metadata)]).toEqual([
      false,
      false,
      0,
    ]);
    putIsConnected(metadata, true);
    putIsPublicationRevoked(metadata, true);
    putActiveTransportCount(metadata, 3);
    putEndOfStreamPosition(metadata, 4096);
    expect([isConnected(metadata), isPublicationRevoked(metadata), activeTransportCount(metadata)]).toEqual([
      true,
      true,
      3,
    ]);
    expect(endOfStreamPosition(metadata)).toBe(4096);
  });

  it('leaves the tails of an image alone', () => {
    const { metadata } = created({ type: LogBufferType.PUBLICATION_IMAGE, initialTermId: 77 }).log;
    expect([0, 8, 16].map((offset) => metadata.getBigInt64(offset))).toEqual([0n, 0n, 0n]);
  });

  it('is not made with impossible lengths', () => {
    const mapper = new MemoryMapper();
    expect(() => createLog(mapper, PATH, testParameters({ termLength: 100_000 }))).toThrow('termLength=100000');
    expect(() => createLog(mapper, PATH, testParameters({ pageSize: 1000 }))).toThrow('pageSize=1000');
    expect(mapper.files.size).toBe(0);
  });
});

describe('opening a log', () => {
  type Damage = (metadata: AtomicBuffer) => void;
  it.each<[string, Damage]>([
    ['termLength=0', (m) => m.putInt32(LOG_METADATA_TERM_LENGTH_OFFSET, 0)],
    ['termLength=-65536', (m) => m.putInt32(LOG_METADATA_TERM_LENGTH_OFFSET, -65536)],
    ['termLength=65568', (m) => m.putInt32(LOG_METADATA_TERM_LENGTH_OFFSET, 65568)],
    ['expected=397312', (m) => m.putInt32(LOG_METADATA_TERM_LENGTH_OFFSET, 131072)],
    ['pageSize=0', (m) => m.putInt32(LOG_METADATA_PAGE_SIZE_OFFSET, 0)],
    ['pageSize=5000', (m) => m.putInt32(LOG_METADATA_PAGE_SIZE_OFFSET, 5000)],
    ['mtuLength=0', (m) => m.putInt32(LOG_METADATA_MTU_LENGTH_OFFSET, 0)],
    ['mtuLength=1400', (m) => m.putInt32(LOG_METADATA_MTU_LENGTH_OFFSET, 1400)],
    ['mtuLength=65536', (m) => m.putInt32(LOG_METADATA_MTU_LENGTH_OFFSET, 65536)],
    ['length=31', (m) => m.putInt32(LOG_METADATA_DEFAULT_FRAME_HEADER_LENGTH_OFFSET, 31)],
    ['type=3', (m) => m.putUint8(LOG_METADATA_TYPE_OFFSET, 3)],
    ['activeTermCount=-1', (m) => m.putInt32(LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET, -1)],
    ['termId=8 expected=7', (m) => m.putInt32(LOG_METADATA_TERM_TAIL_COUNTERS_OFFSET + 4, 8)],
  ])('refuses what does not fit and names it: %s', (expected, damage) => {
    const { mapper, log } = created();
    damage(log.metadata);
    const open = () => LogBuffers.map(mapper, PATH);
    expect(open).toThrow(expected);
    expect(open).toThrow(PATH);
    expect(open).toThrow(expect.objectContaining({ code: 'LOG_BUFFER_CORRUPT' }));
    expect(mapper.unmapped).toBe(3);
  });

  it.each([0, 1, 4095, 4096, 3 * 65536])('refuses a file of %i bytes', (length) => {
    const mapper = new MemoryMapper();
    mapper.files.set(PATH, new ArrayBuffer(length));
    try {
      LogBuffers.map(mapper, PATH);
      throw new AeronError('AERON', 'opened');
    } catch (error) {
      expect(isAeronError(error, 'LOG_BUFFER_CORRUPT')).toBe(true);
      expect(String(error)).toContain(`length=${length}`);
    }
  });

  it('accepts a log that is rotating at this moment', () => {
    const { mapper, log } = created();
    log.metadata.putInt32(LOG_METADATA_TERM_TAIL_COUNTERS_OFFSET + 4, 10); // three terms on, not counted yet
    expect(LogBuffers.map(mapper, PATH).termLength).toBe(65536);
  });

  it('accepts an image of a driver that does not state types: up to 1.49', () => {
    const { mapper, log } = created();
    log.metadata.setMemory(LOG_METADATA_TERM_TAIL_COUNTERS_OFFSET, 3 * 8, 0);
    log.metadata.putUint8(LOG_METADATA_TYPE_OFFSET, 0);
    expect(LogBuffers.map(mapper, PATH).termLength).toBe(65536);
  });

  it.each([0, 1, 2, 3])('takes no log of a publication for an image: initial term id %i', (initialTermId) => {
    expect(isImageLog(created({ initialTermId }).log.metadata)).toBe(false);
  });

  it('passes on what the mapper says about a missing file', () => {
    expect(() => LogBuffers.map(new MemoryMapper(), PATH)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});

describe('a closed log', () => {
  it('gives its memory up once and holds nothing that could be read', () => {
    const { mapper, log } = created();
    log.close();
    log.close();
    expect(mapper.unmapped).toBe(1);
    expect(log.isClosed).toBe(true);
    expect(() => log.metadata.getInt32(0)).toThrow(RangeError);
    expect(() => log.terms[2]?.getInt32Volatile(0)).toThrow(RangeError);
  });
});

describe('pre-touching', () => {
  it('changes no byte, whether the log may be written or not', () => {
    const { mapper, log } = created();
    log.terms[1]?.putInt32(4096, 99);
    const before = Buffer.from(mapper.files.get(PATH) as ArrayBuffer).toString('latin1');
    log.preTouch();
    LogBuffers.map(mapper, PATH, 'read-only').preTouch();
    expect(Buffer.from(mapper.files.get(PATH) as ArrayBuffer).toString('latin1') === before).toBe(true);
  });
});
