// SPDX-License-Identifier: Apache-2.0
/**
 * What both mapping providers do around the mapping itself: open, check the range, create, reserve space, clean up after a
 * failure, and say what went wrong in terms of the path.
 */
import * as fs from 'node:fs';
import { AeronError } from '../../../errors/aeron-error.ts';
import { asMappingError, checkedMapRange, checkNewLength, type MapRange } from '../../map-range.ts';
import type { MapOptions } from '../../ports.ts';
import { nativeMemory, pageSize } from './native-memory.ts';

const ZEROS_LENGTH = 1024 * 1024;

/** A checked range of an open file. */
export interface FileRange extends MapRange {
  readonly descriptor: number;
}

/** Opens the file, checks the range, and closes it after `use`. A mapping does not need its file open. */
export function withExistingFile<T>(path: string, options: MapOptions, use: (range: FileRange) => T): T {
  let descriptor = -1;
  try {
    descriptor = fs.openSync(path, options.access === 'read-write' ? 'r+' : 'r');
    const stats = fs.fstatSync(descriptor);
    if (!stats.isFile()) {
      throw new AeronError('FILE_ACCESS', `not a regular file: path=${path}`);
    }
    return use({ descriptor, ...checkedMapRange(path, options, stats.size, pageSize()) });
  } catch (error) {
    throw asMappingError(error, 'map', path);
  } finally {
    close(descriptor);
  }
}

/** Creates the zeroed file and closes it after `use`; deletes it when anything fails. */
export function withNewFile<T>(path: string, length: number, sparse: boolean, use: (range: FileRange) => T): T {
  checkNewLength(path, length);
  let descriptor = -1;
  try {
    descriptor = fs.openSync(path, 'wx+');
    fs.ftruncateSync(descriptor, length);
    if (!sparse) {
      reserve(path, descriptor, length);
    }
    return use({ descriptor, offset: 0, length });
  } catch (error) {
    if (descriptor >= 0) {
      fs.rmSync(path, { force: true });
    }
    throw asMappingError(error, 'create', path, length);
  } finally {
    close(descriptor);
  }
}

/** The bytes that `options` asks for; undefined where the file can't be looked at, which `map` then reports. */
export function requestedLength(path: string, options: MapOptions): number | undefined {
  if (options.length !== undefined) {
    return options.length;
  }
  const stats = fs.statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : stats.size - (options.offset ?? 0);
}

function close(descriptor: number): void {
  if (descriptor >= 0) {
    fs.closeSync(descriptor);
  }
}

function reserve(path: string, descriptor: number, length: number): void {
  const native = nativeMemory();
  const code = native instanceof Error ? 'unsupported' : native.reserve(descriptor, length);
  if (code === 'unsupported') {
    writeZeros(descriptor, length);
  } else if (code !== undefined) {
    throw Object.assign(new Error(`${code}: can't reserve disk space: path=${path} length=${length}`), { code });
  }
}

function writeZeros(descriptor: number, length: number): void {
  const zeros = new Uint8Array(Math.min(length, ZEROS_LENGTH));
  for (let position = 0; position < length; ) {
    position += fs.writeSync(descriptor, zeros, 0, Math.min(zeros.length, length - position), position);
  }
}
