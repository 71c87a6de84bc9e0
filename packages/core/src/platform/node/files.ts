// SPDX-License-Identifier: Apache-2.0
/** Files of the operating system. All calls block, so data-path threads must stay away from it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { FileMode, Files, OpenFile, PathKind } from '../ports.ts';
import { NodeOpenFile } from './open-file.ts';

const OPEN_FLAGS = { read: 'r', 'read-write': 'r+', create: 'wx+' } as const satisfies Record<FileMode, string>;

/** Stateless: any number of instances see the same files. */
export class NodeFiles implements Files {
  kind(name: string): PathKind {
    const stats = statsOf(name);
    if (stats === undefined) {
      return 'none';
    }
    if (stats.isFile()) {
      return 'file';
    }
    return stats.isDirectory() ? 'directory' : 'other';
  }

  length(name: string): number {
    return fs.statSync(name).size;
  }

  modifiedMs(name: string): number {
    return Math.floor(fs.statSync(name).mtimeMs);
  }

  // Not by mkdir's own recursion: where a file system refuses new names with ENOENT, as /proc does, that never returns (Node 20).
  createDirectories(name: string): void {
    const absolute = path.resolve(name);
    const existing = nearestExisting(absolute);
    let directory = existing;
    for (const part of path.relative(existing, absolute).split(path.sep)) {
      directory = path.join(directory, part);
      createDirectory(directory);
    }
  }

  list(name: string): string[] {
    return fs.readdirSync(name).sort();
  }

  deleteFile(name: string): void {
    fs.unlinkSync(name);
  }

  deleteTree(name: string): void {
    try {
      fs.rmSync(name, { recursive: true, force: true });
    } catch (error) {
      if (!isBelowFile(error)) {
        throw error;
      }
    }
  }

  rename(from: string, to: string): void {
    fs.renameSync(from, to);
  }

  read(name: string): Uint8Array {
    const content = fs.readFileSync(name);
    return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  }

  write(name: string, content: Uint8Array): void {
    fs.writeFileSync(name, content);
  }

  append(name: string, content: Uint8Array): void {
    fs.appendFileSync(name, content);
  }

  open(name: string, mode: FileMode): OpenFile {
    return new NodeOpenFile(name, fs.openSync(name, OPEN_FLAGS[mode]));
  }

  usableSpace(name: string): number {
    const stats = fs.statfsSync(nearestExisting(path.resolve(name)));
    return stats.bavail * stats.bsize;
  }

  canonical(name: string): string {
    const absolute = path.resolve(name);
    const existing = nearestExisting(absolute);
    return path.join(fs.realpathSync.native(existing), path.relative(existing, absolute));
  }
}

function statsOf(name: string): fs.Stats | undefined {
  try {
    return fs.statSync(name, { throwIfNoEntry: false });
  } catch (error) {
    if (isBelowFile(error)) {
      return undefined;
    }
    throw error;
  }
}

/** What would lie below a file is missing like any other; versions of Node differ in whether that is an error to them. */
function isBelowFile(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
}

function createDirectory(directory: string): void {
  try {
    fs.mkdirSync(directory);
  } catch (error) {
    const isThere = fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (!isThere) {
      throw error;
    }
  }
}

function nearestExisting(absolute: string): string {
  let existing = absolute;
  while (!fs.existsSync(existing) && path.dirname(existing) !== existing) {
    existing = path.dirname(existing);
  }
  return existing;
}
