// SPDX-License-Identifier: Apache-2.0
/**
 * The directory tree of a simulated host, shared by all its processes. Names change durably at once, as on a journalling
 * file system; content is durable when synced.
 */
import type { SeededRandom } from '../../testing/seeded-random.ts';
import type { FileMode } from '../ports.ts';
import { DiskFaults, type DiskOperation } from './disk-faults.ts';
import { Inode, type UnsyncedFate } from './inode.ts';
import { parentPath } from './sim-path.ts';
import { systemError } from './system-error.ts';
import { Volume, type VolumeOptions } from './volume.ts';

const DIRECTORIES = ['/', '/dev', '/dev/shm', '/home', '/tmp', '/var'];
const GIB = 2 ** 30;
/** A large disk, and memory for /dev/shm. */
export const DEFAULT_VOLUMES: readonly VolumeOptions[] = [
  { root: '/', capacity: 64 * GIB, isVolatile: false },
  { root: '/dev/shm', capacity: 16 * GIB, isVolatile: true },
];

export type { UnsyncedFate };

type Node = Inode | 'directory';

/** Takes canonical paths only. */
export class SimulatedDisk {
  readonly faults: DiskFaults;
  readonly volumes: readonly Volume[];
  readonly #nodes = new Map<string, Node>();
  readonly #random: SeededRandom;
  readonly #epochMs: () => number;

  constructor(random: SeededRandom, epochMs: () => number, volumes: readonly VolumeOptions[] = DEFAULT_VOLUMES) {
    this.#random = random;
    this.#epochMs = epochMs;
    this.faults = new DiskFaults(random);
    // Longest first, so that the first that matches a path is the one that holds it.
    this.volumes = volumes.map((each) => new Volume(each)).sort((a, b) => b.root.length - a.root.length);
    for (const path of [...DIRECTORIES, ...volumes.map(({ root }) => root)]) {
      this.#nodes.set(path, 'directory');
    }
  }

  /** What the canonical path names. */
  find(path: string): Node | undefined {
    return this.#nodes.get(path);
  }

  volumeOf(path: string): Volume {
    const volume = this.volumes.find(({ root }) => path === root || path.startsWith(root === '/' ? '/' : `${root}/`));
    if (volume === undefined) {
      throw systemError('ENOENT', 'statfs', path);
    }
    return volume;
  }

  file(operation: DiskOperation, path: string): Inode {
    const node = this.#nodes.get(path);
    if (node === undefined) {
      throw systemError(this.#missingCode(path), operation, path);
    }
    if (node === 'directory') {
      throw systemError('EISDIR', operation, path);
    }
    return node;
  }

  /** Opens or creates; permissions and faults are checked here once. */
  open(path: string, mode: FileMode | 'replace' | 'append'): Inode {
    const exists = this.#nodes.has(path);
    const operation = mode !== 'read' && mode !== 'read-write' && !exists ? 'create' : 'open';
    this.faults.checkPermission(operation, path, mode !== 'read');
    this.faults.strike(operation, path);
    if (mode === 'create' && exists) {
      throw systemError('EEXIST', 'open', path);
    }
    return operation === 'create' ? this.#create(path) : this.file('open', path);
  }

  createDirectories(path: string): void {
    this.faults.strike('create', path);
    for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
      const prefix = end < 0 ? path : path.slice(0, end);
      const node = this.#nodes.get(prefix);
      if (node === undefined) {
        this.faults.checkPermission('create', prefix);
        this.#nodes.set(prefix, 'directory');
      } else if (node !== 'directory') {
        throw systemError(prefix === path ? 'EEXIST' : 'ENOTDIR', 'mkdir', path);
      }
      if (end < 0) {
        return;
      }
    }
  }

  list(path: string): string[] {
    this.faults.checkPermission('list', path);
    this.faults.strike('list', path);
    const node = this.#nodes.get(path);
    if (node !== 'directory') {
      throw systemError(node === undefined ? this.#missingCode(path) : 'ENOTDIR', 'scandir', path);
    }
    return this.#below(path)
      .map((each) => each.slice(prefixOf(path).length))
      .filter((each) => !each.includes('/'))
      .sort();
  }

  deleteFile(path: string): void {
    const inode = this.file('delete', path);
    this.faults.checkPermission('delete', path);
    this.faults.strike('delete', path);
    this.#nodes.delete(path);
    inode.unlink();
  }

  deleteTree(path: string): void {
    if (!this.#nodes.has(path)) {
      return;
    }
    this.faults.strike('delete', path);
    for (const each of [...this.#below(path), path]) {
      this.faults.checkPermission('delete', each);
      const node = this.#nodes.get(each);
      this.#nodes.delete(each);
      if (node instanceof Inode) {
        node.unlink();
      }
    }
  }

  rename(from: string, to: string): void {
    for (const path of [from, to]) {
      this.faults.checkPermission('rename', path);
    }
    this.faults.strike('rename', from);
    const node = this.#nodes.get(from);
    const replaced = this.#nodes.get(to);
    this.#checkRename(from, to, node, replaced);
    if (from === to) {
      return;
    }
    const moved = node === 'directory' ? this.#below(from) : [];
    for (const path of [from, ...moved]) {
      const each = this.#nodes.get(path);
      this.#nodes.delete(path);
      this.#nodes.set(to + path.slice(from.length), each ?? 'directory');
    }
    if (replaced instanceof Inode) {
      replaced.unlink();
    }
  }

  /** All processes of the host are gone already. */
  losePower(fate: UnsyncedFate): void {
    for (const [path, node] of [...this.#nodes]) {
      const volume = this.volumeOf(path);
      if (volume.isVolatile && path !== volume.root) {
        this.#nodes.delete(path);
        if (node instanceof Inode) {
          node.unlink();
        }
      } else if (node instanceof Inode) {
        node.losePower(fate, this.#random);
      }
    }
    for (const volume of this.volumes) {
      volume.used = volume.isVolatile ? 0 : this.#allocatedOn(volume);
    }
  }

  #allocatedOn(volume: Volume): number {
    const inodes = [...this.#nodes.values()].filter((node): node is Inode => node instanceof Inode);
    return inodes.reduce((sum, inode) => sum + (inode.volume === volume ? inode.allocated : 0), 0);
  }

  #create(path: string): Inode {
    const parent = this.#nodes.get(parentPath(path));
    if (parent !== 'directory') {
      throw systemError(this.#missingCode(path), 'open', path);
    }
    const inode = new Inode(this.volumeOf(path), this.#epochMs());
    this.#nodes.set(path, inode);
    return inode;
  }

  /** In the order in which Linux finds fault. */
  #checkRename(from: string, to: string, node: Node | undefined, replaced: Node | undefined): void {
    const fail = (code: string): never => {
      throw systemError(code, 'rename', `${from}' -> '${to}`);
    };
    for (const path of [from, to]) {
      if (this.#nodes.get(parentPath(path)) !== 'directory') {
        fail(this.#missingCode(path));
      }
    }
    if (this.volumeOf(from) !== this.volumeOf(to)) {
      fail('EXDEV');
    }
    if (node === undefined) {
      fail('ENOENT');
    }
    if (to.startsWith(prefixOf(from))) {
      fail('EINVAL');
    }
    if (from.startsWith(prefixOf(to))) {
      fail('ENOTEMPTY');
    }
    if (node === 'directory' && replaced instanceof Inode) {
      fail('ENOTDIR');
    }
    if (node !== 'directory' && replaced === 'directory') {
      fail('EISDIR');
    }
    if (replaced === 'directory' && from !== to && this.#below(to).length > 0) {
      fail('ENOTEMPTY');
    }
  }

  #missingCode(path: string): 'ENOENT' | 'ENOTDIR' {
    for (let parent = parentPath(path); parent !== '/'; parent = parentPath(parent)) {
      if (this.#nodes.get(parent) instanceof Inode) {
        return 'ENOTDIR';
      }
    }
    return 'ENOENT';
  }

  #below(path: string): string[] {
    const prefix = prefixOf(path);
    return [...this.#nodes.keys()].filter((each) => each.startsWith(prefix) && each !== path);
  }
}

function prefixOf(path: string): string {
  return path === '/' ? path : `${path}/`;
}
