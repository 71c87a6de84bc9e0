// SPDX-License-Identifier: Apache-2.0
/**
 * The calls of the C library that sockets need, made through koffi. Addresses are numbers (user space ends below 2^53), but for
 * the calls that are made all the time: a number of that size is an object of its own, a view is there already. Loaded on
 * first use and only then; every thread loads its own.
 */
import { getSystemErrorName } from 'node:util';
import { bindKoffi } from '../../bind-koffi.ts';

/** Results are those of the C library: -1 is a failure whose number `errno` tells, right after the call. */
export interface NativeSockets {
  socket(family: number, type: number, protocol: number): number;
  close(descriptor: number): number;
  bind(descriptor: number, name: number, nameLength: number): number;
  connect(descriptor: number, name: number, nameLength: number): number;
  getsockname(descriptor: number, name: number, nameLength: number): number;
  setsockopt(descriptor: number, level: number, option: number, value: number, length: number): number;
  getsockopt(descriptor: number, level: number, option: number, value: number, length: number): number;
  sendmmsg(descriptor: number, headers: Uint8Array, count: number, flags: number): number;
  recvmmsg(descriptor: number, headers: Uint8Array, count: number, flags: number, timespec: null): number;
  epollCreate(flags: number): number;
  epollControl(epoll: number, operation: number, descriptor: number, event: number): number;
  ppoll(descriptors: Uint8Array, count: number, timespec: Uint8Array, signalMask: null): number;
  inetPton(family: number, text: string, target: number): number;
  inetNtop(family: number, source: number, target: number, length: number): string | null;
  /** Where the bytes of a view lie. They must stay there: what is mapped and what is longer than 64 bytes does. */
  addressOf(memory: Uint8Array, value: number, length: number): number;
  errno(): number;
}

type Call = (...values: unknown[]) => unknown;

interface Koffi {
  load(path: string | null): { func(definition: string): Call };
  errno(): number;
}

const ARCHITECTURES: ReadonlySet<string> = new Set(['x64', 'arm64']);

let loaded: NativeSockets | Error | undefined;

/** @returns the calls, or why they are not to be had on this machine. */
export function nativeSockets(): NativeSockets | Error {
  loaded ??= load();
  return loaded;
}

/** `EINVAL` for 22. */
export function errorName(errno: number): string {
  return errno === 0 ? 'no error' : getSystemErrorName(-errno);
}

/** A failed call as Node would tell it: with `code`, `errno` and `syscall`. */
export function systemCallError(syscall: string, errno: number, details: string): Error {
  const code = errorName(errno);
  return Object.assign(new Error(`${code}: ${syscall} failed: ${details}`), { code, errno: -errno, syscall });
}

function load(): NativeSockets | Error {
  const { platform, arch } = process;
  if (platform !== 'linux' || !ARCHITECTURES.has(arch)) {
    return new Error(`the batch transport is for Linux on x64 and arm64: platform=${platform} arch=${arch}`);
  }
  return bindKoffi(bind);
}

function bind(koffi: Koffi): NativeSockets {
  const library = koffi.load(null);
  const call = <F>(definition: string): F => library.func(definition) as unknown as F;
  return {
    socket: call('int socket(int, int, int)'),
    close: call('int close(int)'),
    bind: call('int bind(int, uintptr_t, uint32_t)'),
    connect: call('int connect(int, uintptr_t, uint32_t)'),
    getsockname: call('int getsockname(int, uintptr_t, uintptr_t)'),
    setsockopt: call('int setsockopt(int, int, int, uintptr_t, uint32_t)'),
    getsockopt: call('int getsockopt(int, int, int, uintptr_t, uintptr_t)'),
    sendmmsg: call('int sendmmsg(int, void *, uint32_t, int)'),
    recvmmsg: call('int recvmmsg(int, void *, uint32_t, int, void *)'),
    epollCreate: call('int epoll_create1(int)'),
    epollControl: call('int epoll_ctl(int, int, int, uintptr_t)'),
    ppoll: call('int ppoll(void *, size_t, void *, void *)'),
    inetPton: call('int inet_pton(int, const char *, uintptr_t)'),
    inetNtop: call('const char *inet_ntop(int, uintptr_t, uintptr_t, uint32_t)'),
    // Writes no byte, and returns the address that it was given.
    addressOf: call('uintptr_t memset(void *, int, size_t)'),
    errno: () => koffi.errno(),
  };
}
