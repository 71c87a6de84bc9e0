// SPDX-License-Identifier: Apache-2.0
/** The rules for what may be mapped, the same for every provider. Touching memory beyond the file would end the process. */
import { AeronError } from '../errors/aeron-error.ts';
import type { MapOptions } from './ports.ts';

/** A range that lies inside its file. */
export interface MapRange {
  readonly offset: number;
  readonly length: number;
}

/** @throws AeronError MAPPING for a range that is empty, unaligned, or not inside the file. */
export function checkedMapRange(path: string, options: MapOptions, fileLength: number, pageSize: number): MapRange {
  const offset = options.offset ?? 0;
  const length = options.length ?? fileLength - offset;
  const where = `path=${path} offset=${offset} length=${length} fileLength=${fileLength}`;
  if (!Number.isSafeInteger(offset) || offset < 0 || offset % pageSize !== 0) {
    throw new AeronError('MAPPING', `offset must be a multiple of the page size: ${where} pageSize=${pageSize}`);
  }
  if (!Number.isSafeInteger(length) || length <= 0) {
    throw new AeronError('MAPPING', `nothing to map: ${where}`);
  }
  if (offset + length > fileLength) {
    throw new AeronError('MAPPING', `range reaches beyond the end of the file: ${where}`);
  }
  return { offset, length };
}

/** @throws AeronError MAPPING for a length that no file to be mapped can have. */
export function checkNewLength(path: string, length: number): void {
  if (!Number.isSafeInteger(length) || length <= 0) {
    throw new AeronError('MAPPING', `can't create and map an empty file: path=${path} length=${length}`);
  }
}

const SPACE_CODES = new Set(['ENOSPC', 'EDQUOT']);

/**
 * An AeronError as it is; anything else as STORAGE_SPACE or FILE_ACCESS, by the operating system's code.
 *
 * @param length of a file that was to be created, bytes.
 */
export function asMappingError(error: unknown, action: string, path: string, length?: number): AeronError {
  if (error instanceof AeronError) {
    return error;
  }
  const code = String((error as { code?: unknown }).code ?? error);
  const kind = SPACE_CODES.has(code) ? 'STORAGE_SPACE' : 'FILE_ACCESS';
  const size = length === undefined ? '' : ` length=${length}`;
  return new AeronError(kind, `can't ${action} file: ${code} path=${path}${size}`, { cause: error });
}
