// SPDX-License-Identifier: Apache-2.0
/**
 * Log buffer files in the driver's directory: where they are, how they are created and deleted. Runs in the native-resource
 * agent, because creating a large file and touching its pages may take long; nothing here maps a file for use.
 */

import { computeLogLength } from '@aeron/codecs/internal';
import { AeronError, type ErrorHandler, type FileMapper, type Files } from '@aeron/core/internal';
import type { LogId, LogKind } from './native-resource-commands.ts';

const FOLDERS: Readonly<Record<LogKind, string>> = { publication: 'publications', image: 'images' };
const FILE_SUFFIX = '.logbuffer';

/** The settings that it follows. */
export interface LogFileSettings {
  readonly aeronDirectory: string;
  readonly filePageSize: number;
  readonly performStorageChecks: boolean;
  /** Bytes; at or below, a warning is recorded. */
  readonly lowStorageWarningThreshold: number;
}

/** Where the log buffer of a publication or image lies. */
export function logFilePath(aeronDirectory: string, { logKind, registrationId }: LogId): string {
  return `${aeronDirectory}/${FOLDERS[logKind]}/${registrationId}${FILE_SUFFIX}`;
}

/** @source aeron-driver/FileStoreLogFactory */
export class LogFileStore {
  readonly #files: Files;
  readonly #mapper: FileMapper;
  readonly #settings: LogFileSettings;
  readonly #onError: ErrorHandler;

  constructor(
    ports: { readonly files: Files; readonly mapper: FileMapper },
    settings: LogFileSettings,
    onError: ErrorHandler,
  ) {
    this.#files = ports.files;
    this.#mapper = ports.mapper;
    this.#settings = settings;
    this.#onError = onError;
  }

  /** Makes the folders that logs are put in. */
  prepare(): void {
    for (const folder of Object.values(FOLDERS)) {
      this.#files.createDirectories(`${this.#settings.aeronDirectory}/${folder}`);
    }
  }

  /**
   * Creates a zeroed file with three terms and the metadata.
   *
   * @param isSparse false reserves the space now.
   * @throws AeronError STORAGE_SPACE when there is not enough room, else what the file system says.
   */
  create(log: LogId, termLength: number, isSparse: boolean): void {
    const logLength = computeLogLength(termLength, this.#settings.filePageSize);
    this.#checkStorage(logLength);
    const path = logFilePath(this.#settings.aeronDirectory, log);
    if (isSparse) {
      this.#createSparse(path, logLength);
    } else {
      // Only reserving the space needs a mapping; it is given up at once, for the conductor maps the file itself.
      this.#mapper.create(path, logLength, { sparse: false }).unmap();
    }
  }

  /** @returns false when the file is still there and can't be deleted now. */
  delete(log: LogId): boolean {
    const path = logFilePath(this.#settings.aeronDirectory, log);
    try {
      this.#files.deleteFile(path);
      return true;
    } catch {
      return this.#files.kind(path) === 'none';
    }
  }

  #createSparse(path: string, logLength: number): void {
    if (this.#files.kind(path) !== 'none') {
      throw new AeronError('FILE_ACCESS', `log buffer file exists already: path=${path}`);
    }
    const file = this.#files.open(path, 'create');
    try {
      file.truncate(logLength);
    } catch (error) {
      this.#files.deleteFile(path);
      throw error;
    } finally {
      file.close();
    }
  }

  #checkStorage(logLength: number): void {
    const { performStorageChecks, aeronDirectory, lowStorageWarningThreshold: threshold } = this.#settings;
    if (!performStorageChecks) {
      return;
    }
    const usable = this.#files.usableSpace(aeronDirectory);
    if (usable < logLength) {
      throw new AeronError(
        'STORAGE_SPACE',
        `insufficient usable storage for new log of length=${logLength} usable=${usable} in ${aeronDirectory}: ` +
          'ask for a smaller term-length, close what is not needed, or make that file system larger',
      );
    }
    if (usable <= threshold) {
      const message = `space is running low: threshold=${threshold} usable=${usable} in ${aeronDirectory}`;
      this.#onError(new AeronError('STORAGE_SPACE', message, { category: 'WARN' }));
    }
  }
}
