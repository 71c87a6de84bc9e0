// SPDX-License-Identifier: Apache-2.0
/** The files port of one simulated process, over the disk of its host. */
import type { FileMode, Files, OpenFile, PathKind } from '../ports.ts';
import type { SimulatedDisk } from './disk.ts';
import type { Inode } from './inode.ts';
import { canonicalPath } from './sim-path.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { systemError } from './system-error.ts';

/** Refuses to work for a process that has ended. */
export class SimulatedFiles implements Files {
  readonly #process: SimulatedProcess;

  constructor(owner: SimulatedProcess) {
    this.#process = owner;
  }

  get #disk(): SimulatedDisk {
    this.#process.assertAlive();
    return this.#process.host.disk;
  }

  kind(path: string): PathKind {
    const node = this.#disk.find(canonicalPath(path));
    if (node === undefined) {
      return 'none';
    }
    return node === 'directory' ? 'directory' : 'file';
  }

  length(path: string): number {
    return this.#disk.find(canonicalPath(path)) === 'directory'
      ? 4096
      : this.#disk.file('open', canonicalPath(path)).length;
  }

  modifiedMs(path: string): number {
    const isDirectory = this.#disk.find(canonicalPath(path)) === 'directory';
    return isDirectory ? 0 : this.#disk.file('open', canonicalPath(path)).modifiedMs;
  }

  createDirectories(path: string): void {
    this.#disk.createDirectories(canonicalPath(path));
  }

  list(path: string): string[] {
    return this.#disk.list(canonicalPath(path));
  }

  deleteFile(path: string): void {
    this.#disk.deleteFile(canonicalPath(path));
  }

  deleteTree(path: string): void {
    this.#disk.deleteTree(canonicalPath(path));
  }

  rename(from: string, to: string): void {
    this.#disk.rename(canonicalPath(from), canonicalPath(to));
  }

  read(path: string): Uint8Array {
    return this.#with(path, 'read', (file) => {
      const content = new Uint8Array(file.length());
      file.read(0, content, 0, content.length);
      return content;
    });
  }

  write(path: string, content: Uint8Array): void {
    this.#with(path, 'replace', (file) => {
      file.truncate(0);
      file.write(0, content, 0, content.length);
    });
  }

  append(path: string, content: Uint8Array): void {
    this.#with(path, 'append', (file) => file.write(file.length(), content, 0, content.length));
  }

  open(path: string, mode: FileMode): OpenFile {
    return this.#open(path, mode);
  }

  usableSpace(path: string): number {
    return this.#disk.volumeOf(canonicalPath(path)).free;
  }

  canonical(path: string): string {
    return canonicalPath(path);
  }

  #open(path: string, mode: FileMode | 'replace' | 'append'): SimulatedOpenFile {
    const inode = this.#disk.open(canonicalPath(path), mode);
    return new SimulatedOpenFile(this.#process, canonicalPath(path), inode, mode === 'read');
  }

  #with<T>(path: string, mode: FileMode | 'replace' | 'append', use: (file: OpenFile) => T): T {
    const file = this.#open(path, mode);
    try {
      return use(file);
    } finally {
      file.close();
    }
  }
}

class SimulatedOpenFile implements OpenFile {
  readonly path: string;
  readonly #process: SimulatedProcess;
  readonly #inode: Inode;
  readonly #isReadOnly: boolean;
  #release: (() => void) | undefined;

  constructor(owner: SimulatedProcess, path: string, inode: Inode, isReadOnly: boolean) {
    this.path = path;
    this.#process = owner;
    this.#inode = inode;
    this.#isReadOnly = isReadOnly;
    inode.retain();
    this.#release = owner.own(() => inode.release());
  }

  length(): number {
    return this.#use('read').length;
  }

  read(position: number, target: Uint8Array, targetOffset: number, length: number): number {
    const inode = this.#use('read');
    this.#process.host.disk.faults.strike('read', this.path);
    return inode.content.read(position, target, targetOffset, length);
  }

  write(position: number, source: Uint8Array, sourceOffset: number, length: number): void {
    const inode = this.#use('write');
    const bytes = source.subarray(sourceOffset, sourceOffset + length);
    const nowMs = this.#process.host.epochMs();
    this.#process.host.disk.faults.strike('write', this.path, (keptLength) => {
      inode.write(position, bytes.subarray(0, keptLength), nowMs);
    });
    if (inode.write(position, bytes, nowMs) < length) {
      throw systemError('ENOSPC', 'write', this.path);
    }
  }

  truncate(length: number): void {
    const inode = this.#use('write');
    this.#process.host.disk.faults.strike('truncate', this.path);
    inode.resize(length, this.#process.host.epochMs());
  }

  sync(): void {
    const inode = this.#use('read');
    this.#process.host.disk.faults.strike('sync', this.path);
    inode.sync();
  }

  close(): void {
    this.#release?.();
    this.#release = undefined;
  }

  #use(access: 'read' | 'write'): Inode {
    this.#process.assertAlive();
    if (this.#release === undefined || (access === 'write' && this.#isReadOnly)) {
      throw systemError('EBADF', access, this.path);
    }
    return this.#inode;
  }
}
