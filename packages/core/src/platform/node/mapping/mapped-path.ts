// SPDX-License-Identifier: Apache-2.0
/**
 * What both mapping providers do around the mapping itself: open, check the range, create, reserve space, clean up after a
 * failure, and say what went wrong in terms of the path.
 */
import * as fs from 'node:fs';
import { AeronError, type AeronErrorCode } from '../../../errors/aeron-error.ts';
import type { MapOptions } from '../../ports.ts';
import { nativeMemory, pageSize } from './native-memory.ts';

const SPACE_CODES = new Set(['ENOSPC', 'EDQUOT']);
const MAPPING_CODES = new Set(['MAPPING', 'STORAGE_SPACE', 'FILE_ACCESS']);
const ZEROS_LENGTH = 1024 * 1024;

/** A checked range of an open file. */
export interface FileRange {
  readonly descriptor: number;
  readonly offset: number;
  readonly length: number;
}

/** Opens the file, checks the range, and closes it after `use`. A mapping does not need its file open. */
export function withExistingFile<T>(path: string, options: MapOptions, use: (range: FileRange) => T): T {
  return asMappingError('map', path, () => {
    const descriptor = fs.openSync(path, options.access === 'read-write' ? 'r+' : 'r');
    try {
      return use(checkedRange(path, descriptor, options));
    } finally {
      fs.closeSync(descriptor);
    }
  });
}

/** Creates the zeroed file and closes it after `use`; deletes it when anything fails. */
export function withNewFile<T>(path: string, length: number, sparse: boolean, use: (range: FileRange) => T): T {
  if (!Number.isSafeInteger(length) || length <= 0) {
    throw new AeronError('MAPPING', `can't create and map an empty file: path=${path} length=${length}`);
  }
  return asMappingError('create', path, () => {
    const descriptor = fs.openSync(path, 'wx+');
    try {
      fs.ftruncateSync(descriptor, length);
      if (!sparse) {
        reserve(path, descriptor, length);
      }
      return use({ descriptor, offset: 0, length });
    } catch (error) {
      fs.rmSync(path, { force: true });
      throw error;
    } finally {
      fs.closeSync(descriptor);
    }
  });
}

/** The bytes that `options` asks for; undefined where the file can't be looked at, which `map` then reports. */
export function requestedLength(path: string, options: MapOptions): number | undefined {
  if (options.length !== undefined) {
    return options.length;
  }
  const stats = fs.statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : stats.size - (options.offset ?? 0);
}

function checkedRange(path: string, descriptor: number, options: MapOptions): FileRange {
  const stats = fs.fstatSync(descriptor);
  if (!stats.isFile()) {
    throw new AeronError('FILE_ACCESS', `not a regular file: path=${path}`);
  }
  const offset = options.offset ?? 0;
  const length = options.length ?? stats.size - offset;
  const where = `path=${path} offset=${offset} length=${length} fileLength=${stats.size}`;
  if (!Number.isSafeInteger(offset) || offset < 0 || offset % pageSize() !== 0) {
    throw new AeronError('MAPPING', `offset must be a multiple of the page size: ${where} pageSize=${pageSize()}`);
  }
  if (!Number.isSafeInteger(length) || length <= 0) {
    throw new AeronError('MAPPING', `nothing to map: ${where}`);
  }
  if (offset + length > stats.size) {
    throw new AeronError('MAPPING', `range reaches beyond the end of the file: ${where}`);
  }
  return { descriptor, offset, length };
}

function reserve(path: string, descriptor: number, length: number): void {
  const native = nativeMemory();
  const code = native instanceof Error ? 'unsupported' : native.reserve(descriptor, length);
  if (code === 'unsupported') {
    writeZeros(descriptor, length);
  } else if (code !== undefined) {
    const kind: AeronErrorCode = SPACE_CODES.has(code) ? 'STORAGE_SPACE' : 'FILE_ACCESS';
    throw new AeronError(kind, `can't reserve disk space: ${code} path=${path} length=${length}`);
  }
}

function writeZeros(descriptor: number, length: number): void {
  const zeros = new Uint8Array(Math.min(length, ZEROS_LENGTH));
  for (let position = 0; position < length; ) {
    position += fs.writeSync(descriptor, zeros, 0, Math.min(zeros.length, length - position), position);
  }
}

function asMappingError<T>(action: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (error instanceof AeronError && MAPPING_CODES.has(error.code)) {
      throw error;
    }
    const kind: AeronErrorCode = SPACE_CODES.has(String(code)) ? 'STORAGE_SPACE' : 'FILE_ACCESS';
    throw new AeronError(kind, `can't ${action} file: ${String(code ?? error)} path=${path}`, { cause: error });
  }
}
