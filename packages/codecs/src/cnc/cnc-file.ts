// SPDX-License-Identifier: Apache-2.0
/**
 * The command-and-control file as its users see it: mapped, checked, and cut into its sections. The driver creates it, clients
 * and tools map it. Nothing in it is trusted before it was checked against the length of the mapping.
 *
 *     +----------+----------------+-----------------+-------------------+-----------------+-----------+- - - -+
 *     | metadata | to-driver ring | to-clients      | counters metadata | counters values | error log | pad   |
 *     | 128      | 2^n + 768      | 2^n + 128       | 512 a counter     | 128 a counter   |           |       |
 *     +----------+----------------+-----------------+-------------------+-----------------+-----------+- - - -+
 */
import {
  AeronError,
  AtomicBuffer,
  type FileMapper,
  type Files,
  isAeronError,
  type MappedFile,
} from '@aeron/core/internal';
import {
  type CncMetadata,
  type CncSection,
  checkCncVersion,
  checkCncVersionForClient,
  cncSections,
  cncVersionVolatile,
  readCncMetadata,
  signalCncReady,
  writeCncMetadata,
} from './cnc-metadata.ts';
import { CNC_BLOCK_LENGTH } from './generated/cnc-metadata.ts';

/** A mapped command-and-control file. The buffers are dead after `close`. */
export class CncFile {
  readonly path: string;
  /** Of the whole file, bytes. */
  readonly length: number;
  readonly pid: number;
  readonly startTimestampMs: number;
  readonly clientLivenessTimeoutNs: number;
  readonly filePageSize: number;
  /** The ring of commands to the driver, with its trailer. */
  readonly toDriver: AtomicBuffer;
  /** The broadcast buffer of events to clients, with its trailer. */
  readonly toClients: AtomicBuffer;
  readonly countersMetadata: AtomicBuffer;
  readonly countersValues: AtomicBuffer;
  readonly errorLog: AtomicBuffer;
  readonly #mapped: MappedFile;
  readonly #start: AtomicBuffer;

  /**
   * Checks everything but the version. Takes `mapped` over: `close` gives it up.
   *
   * @throws AeronError CNC_CORRUPT.
   */
  constructor(mapped: MappedFile) {
    const start = startOf(mapped);
    const metadata = readCncMetadata(start);
    const sections = cncSections(metadata);
    if (sections.minFileLength > mapped.length) {
      const lengths = `length=${mapped.length} required=${sections.minFileLength}`;
      throw new AeronError('CNC_CORRUPT', `CnC file is truncated: ${lengths} path=${mapped.path}`);
    }
    const cut = ({ offset, length }: CncSection) =>
      new AtomicBuffer(mapped.memory, mapped.memoryOffset + offset, length);
    this.#mapped = mapped;
    this.#start = start;
    this.path = mapped.path;
    this.length = mapped.length;
    this.pid = metadata.pid;
    this.startTimestampMs = metadata.startTimestampMs;
    this.clientLivenessTimeoutNs = metadata.clientLivenessTimeoutNs;
    this.filePageSize = metadata.filePageSize;
    this.toDriver = cut(sections.toDriver);
    this.toClients = cut(sections.toClients);
    this.countersMetadata = cut(sections.countersMetadata);
    this.countersValues = cut(sections.countersValues);
    this.errorLog = cut(sections.errorLog);
  }

  /**
   * Makes a CnC file of a fresh, zeroed mapping: writes all metadata but the version.
   *
   * @throws AeronError CNC_CORRUPT when the lengths are impossible or do not fit into the mapping.
   */
  static create(mapped: MappedFile, metadata: CncMetadata): CncFile {
    writeCncMetadata(startOf(mapped), metadata);
    return new CncFile(mapped);
  }

  /** Version of the layout; 0 until the driver has published it. */
  get version(): number {
    return cncVersionVolatile(this.#start);
  }

  /** Tells clients that everything else is in place; the driver's last step of creating the file. */
  publishVersion(): void {
    signalCncReady(this.#start);
  }

  /** Writes dirty pages back. */
  sync(): void {
    this.#mapped.sync();
  }

  /** Gives the mapping up. Idempotent. */
  close(): void {
    this.#mapped.unmap();
  }
}

export interface MapCncOptions {
  readonly access?: 'read-write' | 'read-only';
  /** Accepts files of an older minor version, whose driver lacks something that clients of this version count on. */
  readonly acceptOlder?: boolean;
}

/**
 * Maps the file that a driver has created.
 *
 * @throws AeronError CNC_NOT_READY when it is missing, or its driver has not finished it; CNC_VERSION; CNC_CORRUPT; FILE_ACCESS or
 * MAPPING when it can't be mapped.
 * @source aeron-client/CncFileDescriptor
 */
export function mapCncFile(
  ports: { readonly files: Files; readonly mapper: FileMapper },
  path: string,
  { access = 'read-write', acceptOlder = false }: MapCncOptions = {},
): CncFile {
  if (ports.files.kind(path) === 'none') {
    throw new AeronError('CNC_NOT_READY', `no CnC file: path=${path}`);
  }
  const length = ports.files.length(path);
  if (length <= CNC_BLOCK_LENGTH) {
    throw new AeronError('CNC_NOT_READY', `CnC file is not initialised: path=${path} length=${length}`);
  }
  const mapped = ports.mapper.map(path, { access });
  try {
    const version = cncVersionVolatile(startOf(mapped));
    if (version === 0) {
      throw new AeronError('CNC_NOT_READY', `CnC file is created but not initialised: path=${path}`);
    }
    if (acceptOlder) {
      checkCncVersion(version);
    } else {
      checkCncVersionForClient(version);
    }
    return new CncFile(mapped);
  } catch (error) {
    mapped.unmap();
    throw namingFile(error, path);
  }
}

function namingFile(error: unknown, path: string): unknown {
  return isAeronError(error) && !error.message.includes(path)
    ? new AeronError(error.code, `${error.message} path=${path}`, { cause: error })
    : error;
}

function startOf(mapped: MappedFile): AtomicBuffer {
  return new AtomicBuffer(mapped.memory, mapped.memoryOffset, Math.min(mapped.length, CNC_BLOCK_LENGTH));
}
