// SPDX-License-Identifier: Apache-2.0
/** Picks who maps files: mmap-io where it loaded and can do the job, koffi for the rest; a setting forces either one. */
import { AeronError } from '../../../errors/aeron-error.ts';
import type { FileMapper, MapOptions, MappedFile } from '../../ports.ts';
import { KoffiMapper } from './koffi-mapper.ts';
import { requestedLength } from './mapped-path.ts';
import { loadMmapIo, MMAP_IO_LIMIT, MmapIoMapper } from './mmap-io-mapper.ts';
import { nativeMemory } from './native-memory.ts';

/** `auto` prefers mmap-io per call; the others force one and fail where it can not serve. */
export type MappingProvider = 'auto' | 'koffi' | 'mmap-io';

/** How the provider is chosen. */
export interface ChooseMapperOptions {
  readonly provider?: MappingProvider;
  /** Where mmap-io is loaded from: a package name or an absolute path. */
  readonly mmapIoModule?: string;
}

/** @throws AeronError MAPPING when no provider, or not the forced one, can be used; it says why. */
export function chooseMapper(options: ChooseMapperOptions = {}): FileMapper {
  const provider = options.provider ?? 'auto';
  if (provider === 'koffi') {
    return new KoffiMapper();
  }
  const mmapIo = loadMmapIo(options.mmapIoModule);
  const native = nativeMemory();
  if (!(mmapIo instanceof Error)) {
    const small = new MmapIoMapper(mmapIo);
    return provider === 'mmap-io' || native instanceof Error ? small : new FallbackMapper(small, new KoffiMapper());
  }
  if (provider === 'auto' && !(native instanceof Error)) {
    return new KoffiMapper();
  }
  const koffiProblem = native instanceof Error ? `; koffi: ${native.message}` : '';
  const message = `mapping provider can't be used: provider=${provider}: mmap-io: ${firstLine(mmapIo)}${koffiProblem}`;
  throw new AeronError('MAPPING', message, { cause: mmapIo });
}

function firstLine(error: Error): string {
  return error.message.split('\n', 1)[0] ?? '';
}

/** mmap-io for what is below its limit, koffi for what is not. */
class FallbackMapper implements FileMapper {
  readonly name: string;
  readonly #small: FileMapper;
  readonly #large: FileMapper;

  constructor(small: FileMapper, large: FileMapper) {
    this.name = `${small.name}, ${large.name}`;
    this.#small = small;
    this.#large = large;
  }

  map(path: string, options: MapOptions): MappedFile {
    const length = requestedLength(path, options) ?? 0;
    const isSmall = length < MMAP_IO_LIMIT && (options.offset ?? 0) < MMAP_IO_LIMIT;
    return (isSmall ? this.#small : this.#large).map(path, options);
  }

  create(path: string, length: number, options: { readonly sparse: boolean }): MappedFile {
    return (length < MMAP_IO_LIMIT ? this.#small : this.#large).create(path, length, options);
  }
}
