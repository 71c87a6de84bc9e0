// SPDX-License-Identifier: Apache-2.0
/** The mapping port of one simulated process: all mappings of a file, in whatever process of the host, share its memory. */
import { AeronError } from '../../errors/aeron-error.ts';
import { asMappingError, checkedMapRange, checkNewLength } from '../map-range.ts';
import type { FileMapper, MapOptions, MappedFile } from '../ports.ts';
import type { Inode } from './inode.ts';
import { canonicalPath } from './sim-path.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { systemError } from './system-error.ts';

/** Bytes. */
export const SIMULATED_PAGE_SIZE = 4096;

/** Mappings share memory with all others of the file, and live until they are unmapped or their process ends. */
export class SimulatedMapper implements FileMapper {
  readonly name = 'sim';
  readonly #process: SimulatedProcess;

  constructor(owner: SimulatedProcess) {
    this.#process = owner;
  }

  map(path: string, options: MapOptions): MappedFile {
    this.#process.assertAlive();
    const { disk } = this.#process.host;
    const canonical = canonicalPath(path);
    try {
      const inode = disk.open(canonical, options.access === 'read-write' ? 'read-write' : 'read');
      const { offset, length } = checkedMapRange(path, options, inode.length, SIMULATED_PAGE_SIZE);
      return this.#mapped(path, inode, { ...options, offset, length });
    } catch (error) {
      throw asMappingError(error, 'map', path);
    }
  }

  create(path: string, length: number, options: { readonly sparse: boolean }): MappedFile {
    this.#process.assertAlive();
    checkNewLength(path, length);
    const { disk } = this.#process.host;
    const canonical = canonicalPath(path);
    try {
      const inode = disk.open(canonical, 'create');
      if (!options.sparse && inode.volume.free < length) {
        disk.deleteFile(canonical);
        throw systemError('ENOSPC', 'fallocate', path);
      }
      inode.resize(length, this.#process.host.epochMs());
      inode.allocate(options.sparse ? 0 : length);
      return this.#mapped(path, inode, { access: 'read-write', offset: 0, length });
    } catch (error) {
      throw asMappingError(error, 'create', path, length);
    }
  }

  #mapped(path: string, inode: Inode, range: Required<MapOptions>): MappedFile {
    const { offset, length } = range;
    const pinned = inode.pin(offset, length, range.access === 'read-write');
    if (pinned === undefined) {
      const where = `path=${path} offset=${offset} length=${length}`;
      throw new AeronError('MAPPING', `simulation can't map across the border of another mapping: ${where}`);
    }
    const release = this.#process.own(pinned.release);
    return new SimulatedMappedFile(path, length, pinned, { release, sync: () => inode.sync() });
  }
}

interface MappingCalls {
  release(): void;
  sync(): void;
}

class SimulatedMappedFile implements MappedFile {
  readonly path: string;
  readonly length: number;
  #memory: ArrayBuffer;
  #memoryOffset: number;
  #calls: MappingCalls | undefined;

  constructor(
    path: string,
    length: number,
    place: { readonly memory: ArrayBuffer; readonly memoryOffset: number },
    calls: MappingCalls,
  ) {
    this.path = path;
    this.length = length;
    this.#memory = place.memory;
    this.#memoryOffset = place.memoryOffset;
    this.#calls = calls;
  }

  get memory(): ArrayBuffer {
    return this.#memory;
  }

  get memoryOffset(): number {
    return this.#memoryOffset;
  }

  sync(): void {
    this.#calls?.sync();
  }

  unmap(): void {
    this.#calls?.release();
    this.#calls = undefined;
    this.#memory = new ArrayBuffer(0);
    this.#memoryOffset = 0;
  }
}
