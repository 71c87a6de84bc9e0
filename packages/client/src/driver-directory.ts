// SPDX-License-Identifier: Apache-2.0
/**
 * Looks at the directory of a media driver from outside, without becoming its client: is it alive, what went wrong, end it,
 * clean up after it. Each call maps the command-and-control file anew and lets it go.
 *
 * @source aeron-client/CommonContext
 */
import {
  type CncFile,
  cncFilePath,
  defaultAeronDirectory,
  type ErrorLogReport,
  formatErrorLog,
  isDriverActive,
  mapCncFile,
  randomAeronDirectory,
  requestDriverTermination,
  savedErrorsPath,
} from '@aeron/codecs/internal';
import { CountersReader } from '@aeron/core';
import { ManyToOneRingBuffer, nodePlatform, type Platform } from '@aeron/core/internal';

const DEFAULT_DRIVER_TIMEOUT_MS = 10_000;

/** How a directory is reached. */
export interface DriverDirectoryOptions {
  /** The ports to the operating system; those of Node when left out. */
  readonly platform?: Platform;
}

/** When a driver counts as alive. */
export interface DriverActivityOptions {
  /** How old the driver's heartbeat may be, and how long a driver that is just starting is waited for. Default 10 000. */
  readonly driverTimeoutMs?: number;
  /** Told what was found. */
  readonly log?: (text: string) => void;
  /** Ends the wait; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The start of a driver's life as its file states it. */
export interface DriverFacts {
  readonly pid: number;
  /** Epoch ms. */
  readonly startTimestampMs: number;
  readonly clientLivenessTimeoutNs: number;
  readonly filePageSize: number;
  /** When the driver last showed that it lives, epoch ms; 0 before the first time, -1 after it ended in order. */
  readonly heartbeatTimestampMs: number;
}

/** The directory of a media driver, looked at from outside without becoming its client. */
export class DriverDirectory {
  /** Absolute. */
  readonly path: string;
  readonly #platform: Platform;

  /**
   * Names a directory, which need not exist; nothing is opened.
   *
   * @param path the one that clients and drivers use when no setting names another, when left out.
   */
  constructor(path?: string, options: DriverDirectoryOptions = {}) {
    this.#platform = options.platform ?? nodePlatform();
    const { files, host } = this.#platform;
    this.path = files.canonical(path ?? host.environment['AERON_DIR'] ?? defaultAeronDirectory(host));
  }

  /** A directory that nobody else uses, for a driver embedded in an application. */
  static random(options: DriverDirectoryOptions = {}): DriverDirectory {
    const platform = options.platform ?? nodePlatform();
    return new DriverDirectory(randomAeronDirectory(platform.host), { platform });
  }

  /** Path of the command-and-control file, which a driver makes at its start and keeps until it ends. */
  get cncFilePath(): string {
    return cncFilePath(this.path);
  }

  /**
   * Whether a driver serves the directory.
   *
   * @throws AeronError DRIVER_TIMEOUT for one that never finished its start; CNC_VERSION; CNC_CORRUPT; the signal's reason.
   */
  isDriverActive(options: DriverActivityOptions = {}): Promise<boolean> {
    const { driverTimeoutMs = DEFAULT_DRIVER_TIMEOUT_MS, ...look } = options;
    return isDriverActive(this.#platform, this.path, driverTimeoutMs, look);
  }

  /**
   * Asks the driver to end. Whether it does is for its termination validator to say; there is no answer.
   *
   * @param token for the validator.
   * @returns false when there is no driver's file, or no room for the request.
   */
  requestDriverTermination(token?: Uint8Array): boolean {
    return requestDriverTermination(this.#platform, this.path, token);
  }

  /** @throws AeronError CNC_NOT_READY without a driver's file; CNC_VERSION; CNC_CORRUPT. */
  driverFacts(): DriverFacts {
    return this.#withCnc((cnc) => ({
      pid: cnc.pid,
      startTimestampMs: cnc.startTimestampMs,
      clientLivenessTimeoutNs: cnc.clientLivenessTimeoutNs,
      filePageSize: cnc.filePageSize,
      heartbeatTimestampMs: new ManyToOneRingBuffer(cnc.toDriver).consumerHeartbeatTimeMs,
    }));
  }

  /** An id that no client of the driver has or will have. @throws AeronError as `driverFacts`. */
  nextCorrelationId(): number {
    return this.#withCnc((cnc) => new ManyToOneRingBuffer(cnc.toDriver).nextCorrelationId());
  }

  /** Shows the counters as they are now; the reader is dead afterwards. @throws AeronError as `driverFacts`. */
  readCounters<T>(read: (counters: CountersReader) => T): T {
    return this.#withCnc((cnc) => read(new CountersReader(cnc.countersMetadata, cnc.countersValues)));
  }

  /** The errors that the driver has recorded, as text. @throws AeronError as `driverFacts`. */
  errorLog(): ErrorLogReport {
    return this.#withCnc((cnc) => formatErrorLog(cnc.errorLog));
  }

  /**
   * Writes the errors that the driver has recorded to a file beside the directory.
   *
   * @returns the path of the file; undefined when there are no errors.
   * @throws AeronError as `driverFacts`.
   */
  saveErrorLog(): string | undefined {
    const { distinctErrorCount, text } = this.errorLog();
    if (distinctErrorCount === 0) {
      return undefined;
    }
    const { files, clock } = this.#platform;
    const path = savedErrorsPath(this.path, clock.epochMs());
    files.write(path, new TextEncoder().encode(text));
    return path;
  }

  /** Deletes the directory with all that is in it; a missing one is fine. Not while a driver serves it. */
  delete(): void {
    this.#platform.files.deleteTree(this.path);
  }

  #withCnc<T>(use: (cnc: CncFile) => T): T {
    const cnc = mapCncFile(this.#platform, this.cncFilePath, { acceptOlder: true });
    try {
      return use(cnc);
    } finally {
      cnc.close();
    }
  }

  /** Text for logs. */
  toString(): string {
    return `DriverDirectory{path=${this.path}}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
