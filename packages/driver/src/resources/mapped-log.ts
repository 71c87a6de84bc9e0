// SPDX-License-Identifier: Apache-2.0
/**
 * A log buffer as the driver uses it: three terms and the metadata over one mapping. Each thread that works on a log maps it
 * for itself. A new file is all zeros, so nothing in it is read to find the layout: the caller knows the lengths.
 */

import { computeLogLength, wrapMetadata, wrapTerms } from '@aeron/codecs/internal';
import { AeronError, type AtomicBuffer, type FileMapper, type MappedFile } from '@aeron/core/internal';

/** @source aeron-driver/MappedRawLog */
export class MappedLog {
  readonly path: string;
  readonly termLength: number;
  /** Bytes of the whole file. */
  readonly length: number;
  readonly terms: readonly AtomicBuffer[];
  readonly metadata: AtomicBuffer;
  readonly #file: MappedFile;

  /** @param file the whole of the log buffer file. */
  constructor(file: MappedFile, termLength: number) {
    this.#file = file;
    this.path = file.path;
    this.termLength = termLength;
    this.length = file.length;
    this.terms = wrapTerms(file, termLength);
    this.metadata = wrapMetadata(file);
  }

  /** @throws AeronError LOG_BUFFER_CORRUPT when the file is not as long as it was created, or what the mapper throws. */
  static map(mapper: FileMapper, path: string, termLength: number, pageSize: number): MappedLog {
    const file = mapper.map(path, { access: 'read-write' });
    const expected = computeLogLength(termLength, pageSize);
    if (file.length !== expected) {
      file.unmap();
      throw new AeronError(
        'LOG_BUFFER_CORRUPT',
        `log buffer file has changed: path=${path} length=${file.length} expected=${expected}`,
      );
    }
    return new MappedLog(file, termLength);
  }

  /** Gives the mapping up; no view may be used afterwards. */
  unmap(): void {
    this.#file.unmap();
  }
}
