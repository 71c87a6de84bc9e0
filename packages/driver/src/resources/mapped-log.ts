// SPDX-License-Identifier: Apache-2.0
/**
 * A log buffer as the driver uses it: three terms and the metadata over one mapping. Each thread that works on a log maps it
 * for itself. A new file is all zeros, so nothing in it is read to find the layout: the caller knows the lengths.
 */

import { computeLogLength, LOG_META_DATA_LENGTH, wrapTerms } from '@aeron/codecs/internal';
import { AeronError, AtomicBuffer, type FileMapper, type MappedFile } from '@aeron/core/internal';

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
    const { memory, length } = file;
    this.#file = file;
    this.path = file.path;
    this.termLength = termLength;
    this.length = length;
    this.terms = wrapTerms(memory, termLength);
    // The metadata ends the file; with pages over 4 KiB there is a gap before it.
    this.metadata = new AtomicBuffer(memory, length - LOG_META_DATA_LENGTH, LOG_META_DATA_LENGTH);
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
