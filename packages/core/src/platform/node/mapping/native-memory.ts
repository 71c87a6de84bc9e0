// SPDX-License-Identifier: Apache-2.0
/**
 * The calls of the C library that mapping needs, made through koffi. Loaded on first use and only then, so that a machine
 * without a matching koffi binary can still use another provider. Every thread loads its own.
 */
import { bindKoffi } from '../bind-koffi.ts';

/** The C library's memory calls. An address is a bigint; failures are returned, not thrown. */
export interface NativeMemory {
  /** @returns the address, or undefined with the reason in `errorCode()`. */
  map(length: number, protection: number, flags: number, descriptor: number, offset: number): bigint | undefined;
  unmap(address: bigint, length: number): boolean;
  sync(address: bigint, length: number): boolean;
  /** Reserves disk space. @returns the code of the failure (`ENOSPC`), `unsupported`, or undefined when done. */
  reserve(descriptor: number, length: number): string | undefined;
  view(address: bigint, length: number): ArrayBuffer;
  pageSize(): number;
  /** Name of the last failure (`EINVAL`), right after the call that failed. */
  errorCode(): string;
}

/** Values of mmap(2) that are the same on every platform with that call. */
export const PROTECTION_READ = 1;
export const PROTECTION_WRITE = 2;
export const MAP_SHARED = 1;
export const MAP_PRIVATE = 2;
/** Linux: no swap space is set aside. Its value differs on some machines, where it is left out. */
export const MAP_NO_RESERVE_LINUX = ['mips', 'mipsel', 'ppc', 'ppc64'].includes(process.arch) ? 0 : 0x4000;

const MS_SYNC_BY_PLATFORM: Readonly<Record<string, number>> = { linux: 4, android: 4, darwin: 0x10, openbsd: 2 };
const UNSUPPORTED_CODES = new Set(['EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'EINVAL']); // file systems differ in what they say
const FALLBACK_PAGE_SIZE = process.platform === 'darwin' && process.arch === 'arm64' ? 16384 : 4096;

type Call = (...values: unknown[]) => unknown;

interface Koffi {
  load(path: string | null): { func(definition: string): Call };
  view(address: bigint, length: number): ArrayBuffer;
  errno(): number;
  sizeof(type: string): number;
  os: { errno: Readonly<Record<string, number>> };
}

let loaded: NativeMemory | Error | undefined;

/** @returns the calls, or why they are not to be had on this machine. */
export function nativeMemory(): NativeMemory | Error {
  loaded ??= load();
  return loaded;
}

/** Bytes of one page of memory; the usual size of this platform where the C library can't be asked. */
export function pageSize(): number {
  const native = nativeMemory();
  return native instanceof Error ? FALLBACK_PAGE_SIZE : native.pageSize();
}

function load(): NativeMemory | Error {
  if (process.platform === 'win32') {
    return new Error('there is no mmap call on win32');
  }
  return bindKoffi(bind);
}

function bind(koffi: Koffi): NativeMemory {
  const library = koffi.load(null);
  // On 32-bit machines the plain names take 32-bit offsets; where both names exist on 64-bit ones they are the same.
  const find = (result: string, name: string, parameters: string): Call | undefined => {
    for (const symbol of [`${name}64`, name]) {
      try {
        return library.func(`${result} ${symbol}(${parameters})`);
      } catch {
        // no such symbol in this C library: the next name, or the caller does without
      }
    }
    return undefined;
  };
  const mmap = find('void *', 'mmap', 'void *, size_t, int, int, int, int64_t');
  const fallocate = find('int', 'posix_fallocate', 'int, int64_t, int64_t');
  const munmap = library.func('int munmap(void *, size_t)');
  const msync = library.func('int msync(void *, size_t, int)');
  const pageLength = library.func('int getpagesize()')() as number;
  if (mmap === undefined) {
    throw new Error('the C library has no mmap call');
  }
  const errorName = (number: number): string =>
    Object.entries(koffi.os.errno).find(([, value]) => value === number)?.[0] ?? `errno ${number}`;
  const addressBits = 8 * koffi.sizeof('void *');
  const syncFlag = MS_SYNC_BY_PLATFORM[process.platform] ?? 0;
  return {
    map: (length, protection, flags, descriptor, offset) => {
      const address = mmap(null, length, protection, flags, descriptor, offset) as bigint | null;
      return address === null || BigInt.asIntN(addressBits, address) === -1n ? undefined : address; // MAP_FAILED is -1
    },
    unmap: (address, length) => munmap(address, length) === 0,
    sync: (address, length) => msync(address, length, syncFlag) === 0,
    reserve: (descriptor, length) => {
      if (fallocate === undefined) {
        return 'unsupported';
      }
      let code = 'EINTR'; // a signal may interrupt a long reservation; what was reserved stays
      while (code === 'EINTR') {
        const result = fallocate(descriptor, 0, length) as number;
        if (result === 0) {
          return undefined;
        }
        code = errorName(result);
      }
      return UNSUPPORTED_CODES.has(code) ? 'unsupported' : code;
    },
    view: (address, length) => koffi.view(address, length),
    pageSize: () => pageLength,
    errorCode: () => errorName(koffi.errno()),
  };
}
