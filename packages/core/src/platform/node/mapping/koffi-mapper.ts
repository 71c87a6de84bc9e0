// SPDX-License-Identifier: Apache-2.0
/**
 * Mapping by mmap(2), called through koffi: any size, any thread, no compiler at install. Each thread maps for itself.
 *
 * Memory is given back only when no view can reach it: at once where the runtime can detach the views, else when the garbage
 * collector finds that none is left.
 */
import { AeronError } from '../../../errors/aeron-error.ts';
import type { FileMapper, MapOptions, MappedFile } from '../../ports.ts';
import { detach } from './detach.ts';
import { type FileRange, withExistingFile, withNewFile } from './mapped-path.ts';
import {
  MAP_NO_RESERVE_LINUX,
  MAP_PRIVATE,
  MAP_SHARED,
  type NativeMemory,
  nativeMemory,
  PROTECTION_READ,
  PROTECTION_WRITE,
} from './native-memory.ts';

interface Region {
  readonly native: NativeMemory;
  readonly address: bigint;
  readonly length: number;
}

// Views hold their ArrayBuffer, so when that is collected nothing can reach the pages any more.
const collected = new FinalizationRegistry<Region>(({ native, address, length }) => {
  native.unmap(address, length);
});

/**
 * May be made in any thread; its mappings stay in that thread.
 *
 * @source agrona/IoUtil
 */
export class KoffiMapper implements FileMapper {
  readonly name = 'koffi';
  readonly #native: NativeMemory;

  /** @throws AeronError MAPPING where koffi can't be loaded. */
  constructor() {
    const native = nativeMemory();
    if (native instanceof Error) {
      throw new AeronError('MAPPING', `mapping provider can't be used: provider=koffi: ${native.message}`, {
        cause: native,
      });
    }
    this.#native = native;
  }

  map(path: string, options: MapOptions): MappedFile {
    return withExistingFile(path, options, (range) => this.#mapRange(path, range, options.access));
  }

  create(path: string, length: number, options: { readonly sparse: boolean }): MappedFile {
    return withNewFile(path, length, options.sparse, (range) => this.#mapRange(path, range, 'read-write'));
  }

  #mapRange(path: string, range: FileRange, access: MapOptions['access']): MappedFile {
    const native = this.#native;
    const { protection, flags } = protectionAndFlags(access);
    const address = native.map(range.length, protection, flags, range.descriptor, range.offset);
    if (address === undefined) {
      const where = `path=${path} offset=${range.offset} length=${range.length}`;
      throw new AeronError('MAPPING', `mmap failed: ${native.errorCode()} ${where}`);
    }
    try {
      return new KoffiMappedFile(path, { native, address, length: range.length });
    } catch (cause) {
      native.unmap(address, range.length);
      const message = `this runtime allows no view of mapped memory: path=${path} length=${range.length}`;
      throw new AeronError('MAPPING', message, { cause });
    }
  }
}

/**
 * On Linux a read-only mapping is a private writable one, which sees what others write as a shared one does, but a stray
 * write lands in a private page instead of ending the process. Elsewhere private mappings need not see the changes of others.
 */
function protectionAndFlags(access: MapOptions['access']): { protection: number; flags: number } {
  if (access === 'read-write') {
    return { protection: PROTECTION_READ | PROTECTION_WRITE, flags: MAP_SHARED };
  }
  return process.platform === 'linux'
    ? { protection: PROTECTION_READ | PROTECTION_WRITE, flags: MAP_PRIVATE | MAP_NO_RESERVE_LINUX }
    : { protection: PROTECTION_READ, flags: MAP_SHARED };
}

class KoffiMappedFile implements MappedFile {
  readonly path: string;
  readonly length: number;
  readonly memoryOffset = 0;
  #memory: ArrayBuffer;
  #region: Region | undefined;

  constructor(path: string, region: Region) {
    this.path = path;
    this.length = region.length;
    this.#memory = region.native.view(region.address, region.length);
    this.#region = region;
    collected.register(this.#memory, region, this);
  }

  get memory(): ArrayBuffer {
    return this.#memory;
  }

  sync(): void {
    const region = this.#region;
    if (region !== undefined && !region.native.sync(region.address, region.length)) {
      throw new AeronError(
        'FILE_ACCESS',
        `can't write mapped pages back: ${region.native.errorCode()} path=${this.path}`,
      );
    }
  }

  unmap(): void {
    const region = this.#region;
    if (region === undefined) {
      return;
    }
    this.#region = undefined;
    if (detach(this.#memory)) {
      collected.unregister(this);
      region.native.unmap(region.address, region.length);
    }
    this.#memory = new ArrayBuffer(0); // else this object would keep the pages from being collected
  }
}
