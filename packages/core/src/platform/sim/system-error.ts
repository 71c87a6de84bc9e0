// SPDX-License-Identifier: Apache-2.0
/** Errors as the operating system would give them, with its codes. */

const TEXTS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'address not available',
  EBADF: 'bad file descriptor',
  EEXIST: 'file already exists',
  EINVAL: 'invalid argument',
  EIO: 'i/o error',
  EISDIR: 'illegal operation on a directory',
  EMSGSIZE: 'message too long',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  ENOTFOUND: 'name does not resolve',
  EXDEV: 'cross-device link not permitted',
};

/** What callers of a port may look at. */
export interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
}

/** @param about what it concerns: a path, an address. */
export function systemError(code: string, syscall: string, about: string): SystemError {
  const error = new Error(`${code}: ${TEXTS[code] ?? 'simulated failure'}, ${syscall} '${about}'`);
  return Object.assign(error, { code, syscall });
}
