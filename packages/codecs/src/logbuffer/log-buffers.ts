// SPDX-License-Identifier: Apache-2.0
/**
 * A mapped log buffer file: three terms and the metadata. Opening one trusts nothing in the file; what does not fit is refused
 * before any of it is used. Owned by one thread. After `close` the buffers here are empty and the memory may be gone: whoever
 * kept its own references must have stopped using them, which is what the linger times of client and driver are for.
 */
import { AeronError, AtomicBuffer, type FileMapper, type MappedFile } from '@aeron/core/internal';
import { MAX_UDP_PAYLOAD_LENGTH } from '../protocol/frame-type.ts';
import { DATA_HEADER_BLOCK_LENGTH as DATA_HEADER_LENGTH } from '../protocol/generated/data-header.ts';
import { FRAME_ALIGNMENT } from './frame-descriptor.ts';
import { LOG_METADATA_DEFAULT_FRAME_HEADER_LENGTH_OFFSET, LOG_METADATA_TYPE_OFFSET } from './generated/log-metadata.ts';
import {
  checkPageSize,
  checkTermLength,
  computeLogLength,
  isPageSize,
  isTermLength,
  LOG_META_DATA_LENGTH,
  LogBufferType,
  PARTITION_COUNT,
  TERM_MIN_LENGTH,
} from './log-buffer-descriptor.ts';
import { initialiseLog, type LogParameters } from './log-parameters.ts';
import { activeTermCount, initialTermId, logCorrelationId, mtuLength, pageSize, termLength } from './metadata.ts';
import { indexByTermCount } from './position.ts';
import { isImageLog, tailTermId } from './tail.ts';

const NO_MEMORY = AtomicBuffer.allocate(0);
const NO_TERMS: readonly AtomicBuffer[] = [NO_MEMORY, NO_MEMORY, NO_MEMORY];

/** @source aeron-client/LogBuffers */
export class LogBuffers {
  readonly path: string;
  /** Bytes of the whole file. */
  readonly length: number;
  readonly termLength: number;
  readonly pageSize: number;
  readonly mtuLength: number;
  readonly initialTermId: number;
  /** Registration id of the publication, or correlation id of the image. */
  readonly correlationId: number;
  /** For the owner: how many objects use this log. */
  referenceCount = 0;
  /** For the owner: when the log may be unmapped, in ns of its clock. */
  lingerDeadlineNs: number = Number.MAX_SAFE_INTEGER;

  readonly #file: MappedFile;
  readonly #isReadOnly: boolean;
  #terms: readonly AtomicBuffer[];
  #metadata: AtomicBuffer;
  #isClosed = false;

  /**
   * Takes over a mapped file whose metadata is in place.
   *
   * @throws AeronError LOG_BUFFER_CORRUPT naming the path and the value that does not fit; the file then stays the caller's.
   */
  constructor(file: MappedFile, isReadOnly = false) {
    const { path, length } = file;
    if (!(length >= LOG_META_DATA_LENGTH + PARTITION_COUNT * TERM_MIN_LENGTH)) {
      throw corrupt(path, `shorter than any log: length=${length}`);
    }
    const metadata = wrapMetadata(file);
    checkMetadata(path, length, metadata);
    this.path = path;
    this.length = length;
    this.termLength = termLength(metadata);
    this.pageSize = pageSize(metadata);
    this.mtuLength = mtuLength(metadata);
    this.initialTermId = initialTermId(metadata);
    this.correlationId = logCorrelationId(metadata);
    this.#file = file;
    this.#isReadOnly = isReadOnly;
    this.#terms = wrapTerms(file, this.termLength);
    this.#metadata = metadata;
  }

  /**
   * Maps a log file that the driver made.
   *
   * @throws AeronError LOG_BUFFER_CORRUPT, or what the mapper throws.
   */
  static map(mapper: FileMapper, path: string, access: 'read-write' | 'read-only' = 'read-write'): LogBuffers {
    const file = mapper.map(path, { access });
    try {
      return new LogBuffers(file, access === 'read-only');
    } catch (error) {
      file.unmap();
      throw error;
    }
  }

  /** The three terms; empty buffers once closed. */
  get terms(): readonly AtomicBuffer[] {
    return this.#terms;
  }

  /** The metadata; an empty buffer once closed. */
  get metadata(): AtomicBuffer {
    return this.#metadata;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Touches every page, so that no later access has to wait for one. */
  preTouch(): void {
    for (const term of this.#terms) {
      preTouchPages(term, this.pageSize, this.#isReadOnly);
    }
    preTouchPages(this.#metadata, this.pageSize, this.#isReadOnly);
  }

  /** Gives the memory up. Idempotent. */
  close(): void {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#terms = NO_TERMS;
      this.#metadata = NO_MEMORY;
      this.#file.unmap();
    }
  }
}

/**
 * Creates the file of a new log, with its metadata in place. Driver only.
 *
 * @throws AeronError INVALID_ARGUMENT for impossible lengths, or what the mapper throws; no file is left mapped.
 */
export function createLog(mapper: FileMapper, path: string, parameters: LogParameters): LogBuffers {
  checkTermLength(parameters.termLength);
  checkPageSize(parameters.pageSize);
  const length = computeLogLength(parameters.termLength, parameters.pageSize);
  const file = mapper.create(path, length, { sparse: parameters.sparse });
  try {
    initialiseLog(wrapMetadata(file), parameters);
    const log = new LogBuffers(file);
    if (!parameters.sparse) {
      log.preTouch();
    }
    return log;
  } catch (error) {
    file.unmap();
    throw error;
  }
}

/** The three terms of a mapped log file. */
export function wrapTerms(file: MappedFile, termLength: number): readonly AtomicBuffer[] {
  const { memory, memoryOffset } = file;
  return [0, 1, 2].map((index) => new AtomicBuffer(memory, memoryOffset + index * termLength, termLength));
}

/** The metadata of a mapped log file: its last 4096 bytes. */
export function wrapMetadata(file: MappedFile): AtomicBuffer {
  const { memory, memoryOffset, length } = file;
  return new AtomicBuffer(memory, memoryOffset + length - LOG_META_DATA_LENGTH, LOG_META_DATA_LENGTH);
}

/** Touches every page of a mapped buffer without changing it. */
export function preTouchPages(buffer: AtomicBuffer, filePageSize: number, isReadOnly: boolean): void {
  for (let offset = 0; offset < buffer.capacity; offset += filePageSize) {
    if (isReadOnly) {
      Atomics.load(buffer.int32, offset >> 2); // a plain load that nobody uses could be left out
    } else {
      buffer.compareAndSetInt32(offset, 0, 0); // writes only where nothing is, so it may run beside writers
    }
  }
}

function checkMetadata(path: string, length: number, metadata: AtomicBuffer): void {
  const term = termLength(metadata);
  const page = pageSize(metadata);
  const mtu = mtuLength(metadata);
  const headerLength = metadata.getInt32(LOG_METADATA_DEFAULT_FRAME_HEADER_LENGTH_OFFSET);
  const type = metadata.getUint8(LOG_METADATA_TYPE_OFFSET);
  if (!isTermLength(term)) {
    throw corrupt(path, `not a term length: termLength=${term}`);
  }
  if (!isPageSize(page)) {
    throw corrupt(path, `not a page size: pageSize=${page}`);
  }
  if (length !== computeLogLength(term, page)) {
    throw corrupt(
      path,
      `length does not fit: length=${length} expected=${computeLogLength(term, page)} termLength=${term} pageSize=${page}`,
    );
  }
  if (!(mtu >= DATA_HEADER_LENGTH && mtu <= MAX_UDP_PAYLOAD_LENGTH && mtu % FRAME_ALIGNMENT === 0)) {
    throw corrupt(path, `not an MTU: mtuLength=${mtu}`);
  }
  if (headerLength !== DATA_HEADER_LENGTH) {
    throw corrupt(path, `unknown default frame header: length=${headerLength}`);
  }
  if (type > LogBufferType.PUBLICATION_IMAGE) {
    throw corrupt(path, `unknown type: type=${type}`);
  }
  checkActiveTerm(path, metadata);
}

// Nobody appends to an image; its tails stay zero.
function checkActiveTerm(path: string, metadata: AtomicBuffer): void {
  const termCount = activeTermCount(metadata);
  if (termCount < 0) {
    throw corrupt(path, `impossible count of terms: activeTermCount=${termCount}`);
  }
  if (isImageLog(metadata)) {
    return;
  }
  const termId = tailTermId(metadata, indexByTermCount(termCount));
  const expected = (initialTermId(metadata) + termCount) | 0;
  // Another client may rotate the log at this very moment, three terms at a time for this tail.
  if (((termId - expected) | 0) % PARTITION_COUNT !== 0) {
    throw corrupt(path, `tail does not fit the count of terms: termId=${termId} expected=${expected}`);
  }
}

function corrupt(path: string, problem: string): AeronError {
  return new AeronError('LOG_BUFFER_CORRUPT', `log buffer file is unusable: path=${path} ${problem}`);
}
