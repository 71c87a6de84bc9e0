// SPDX-License-Identifier: Apache-2.0
/**
 * Mapping by the optional package mmap-io. It takes lengths and offsets as signed 32-bit integers and can be loaded by one
 * thread of a process only, so it is used on the main thread and below 2 GiB.
 */
import { isMainThread } from 'node:worker_threads';
import { AeronError } from '../../../errors/aeron-error.ts';
import type { FileMapper, MapOptions, MappedFile } from '../../ports.ts';
import { loadOptionalModule } from '../optional-module.ts';
import { detach } from './detach.ts';
import { type FileRange, withExistingFile, withNewFile } from './mapped-path.ts';

/**
 * The package takes its call for syncing out of the add-on when it is evaluated, so evaluated again in the same process, as
 * test runners do, it has none. The one of the first time is kept with the add-on, which exists once.
 */
const FIRST_SYNC = Symbol.for('aeron.mmap-io.sync');

/** What this file uses of the package. */
export interface MmapIo {
  readonly PROT_READ: number;
  readonly PROT_WRITE: number;
  readonly MAP_SHARED: number;
  readonly MAP_PRIVATE: number;
  map(length: number, protection: number, flags: number, descriptor: number, offset: number): Buffer;
  sync: Sync;
  [FIRST_SYNC]?: Sync;
}

type Sync = (buffer: Buffer, blocking: boolean) => void;

/** Bytes below which a range must end for this provider. */
export const MMAP_IO_LIMIT = 2 ** 31;

/**
 * Loads the package.
 *
 * @param module name or path to load it from.
 * @returns the package, or why it can't be used here.
 */
export function loadMmapIo(module = 'mmap-io'): MmapIo | Error {
  if (!isMainThread) {
    return new Error('mmap-io can be used on the main thread only');
  }
  const { module: loaded, error } = loadOptionalModule(module);
  if (error !== undefined) {
    return error;
  }
  const candidate = ((loaded as { default?: MmapIo }).default ?? loaded) as MmapIo;
  if (typeof candidate.map !== 'function' || typeof candidate.sync !== 'function') {
    return new Error('mmap-io has no map function');
  }
  candidate[FIRST_SYNC] ??= candidate.sync;
  return candidate;
}

/**
 * See the header for its two limits.
 *
 * @source agrona/IoUtil
 */
export class MmapIoMapper implements FileMapper {
  readonly name = 'mmap-io';
  readonly #mmapIo: MmapIo;

  constructor(mmapIo: MmapIo) {
    this.#mmapIo = mmapIo;
  }

  map(path: string, options: MapOptions): MappedFile {
    return withExistingFile(path, options, (range) => {
      const mmapIo = this.#mmapIo;
      const isPrivate = options.access === 'read-only' && process.platform === 'linux'; // see KoffiMapper
      const isWritable = options.access === 'read-write' || isPrivate;
      const protection = mmapIo.PROT_READ | (isWritable ? mmapIo.PROT_WRITE : 0);
      return this.#mapRange(path, range, protection, isPrivate ? mmapIo.MAP_PRIVATE : mmapIo.MAP_SHARED);
    });
  }

  create(path: string, length: number, options: { readonly sparse: boolean }): MappedFile {
    assertWithinLimit(path, { offset: 0, length }); // before disk space is taken
    return withNewFile(path, length, options.sparse, (range) => {
      const mmapIo = this.#mmapIo;
      return this.#mapRange(path, range, mmapIo.PROT_READ | mmapIo.PROT_WRITE, mmapIo.MAP_SHARED);
    });
  }

  #mapRange(path: string, range: FileRange, protection: number, flags: number): MappedFile {
    assertWithinLimit(path, range);
    try {
      const buffer = this.#mmapIo.map(range.length, protection, flags, range.descriptor, range.offset);
      return new MmapIoMappedFile(this.#mmapIo, path, buffer);
    } catch (cause) {
      const where = `path=${path} offset=${range.offset} length=${range.length}`;
      throw new AeronError('MAPPING', `${(cause as Error).message}: ${where}`, { cause });
    }
  }
}

function assertWithinLimit(path: string, { offset, length }: Pick<FileRange, 'offset' | 'length'>): void {
  if (length >= MMAP_IO_LIMIT || offset >= MMAP_IO_LIMIT) {
    const where = `path=${path} offset=${offset} length=${length} limit=${MMAP_IO_LIMIT}`;
    throw new AeronError('MAPPING', `range is too large for provider=mmap-io: ${where}`);
  }
}

class MmapIoMappedFile implements MappedFile {
  readonly path: string;
  readonly length: number;
  readonly #mmapIo: MmapIo;
  #buffer: Buffer | undefined;

  constructor(mmapIo: MmapIo, path: string, buffer: Buffer) {
    this.#mmapIo = mmapIo;
    this.path = path;
    this.length = buffer.length;
    this.#buffer = buffer;
  }

  get memory(): ArrayBuffer {
    return (this.#buffer?.buffer as ArrayBuffer | undefined) ?? new ArrayBuffer(0);
  }

  get memoryOffset(): number {
    return this.#buffer?.byteOffset ?? 0;
  }

  sync(): void {
    if (this.#buffer === undefined) {
      return;
    }
    try {
      (this.#mmapIo[FIRST_SYNC] ?? this.#mmapIo.sync)(this.#buffer, true);
    } catch (cause) {
      throw new AeronError('FILE_ACCESS', `can't write mapped pages back: path=${this.path}`, { cause });
    }
  }

  /** The package unmaps when the memory behind its Buffer is freed: by detaching it, or by its collection. */
  unmap(): void {
    if (this.#buffer !== undefined) {
      detach(this.#buffer.buffer as ArrayBuffer);
      this.#buffer = undefined;
    }
  }
}
