// SPDX-License-Identifier: Apache-2.0
/** Absolute paths of simulated disks: POSIX, no symbolic links, the working directory is `/`. */

/** Without `.`, `..`, doubled and trailing slashes. */
export function canonicalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') {
      parts.pop();
    } else if (part !== '' && part !== '.') {
      parts.push(part);
    }
  }
  return `/${parts.join('/')}`;
}

/** The directory that holds what the canonical path names. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}
