// SPDX-License-Identifier: Apache-2.0
/** What can go wrong on a simulated disk: by order for the next calls, by permission, or at random. */
import type { SeededRandom } from '../../testing/seeded-random.ts';
import { systemError } from './system-error.ts';

/** What a fault can strike. `create` is the opening of a file that does not exist, or a new directory. */
export type DiskOperation = 'open' | 'read' | 'write' | 'truncate' | 'sync' | 'delete' | 'rename' | 'list' | 'create';
/** What processes may do at a path. */
export type Permission = 'none' | 'read-only' | 'read-write';

/** Which calls are meant. */
export interface FaultTarget {
  readonly operation: DiskOperation;
  /** A part of the path; any path when left out. */
  readonly pathIncludes?: string;
  /** How many calls; 1 when left out. */
  readonly count?: number;
}

interface Pending {
  readonly target: FaultTarget;
  readonly code: string;
  /** For a torn write: bytes that still reach the file. */
  readonly keptLength: number;
  remaining: number;
}

const WRITING: ReadonlySet<DiskOperation> = new Set(['write', 'truncate', 'delete', 'rename', 'create']);

/** Faults of one disk, for all processes of its host. */
export class DiskFaults {
  /** Probability that a call fails with EIO. */
  errorRate = 0;
  readonly #random: SeededRandom;
  readonly #permissions = new Map<string, Permission>();
  #pending: Pending[] = [];

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** For the path and all below it. */
  permit(path: string, permission: Permission): void {
    this.#permissions.set(path, permission);
  }

  /** The next calls of this kind fail with the code. */
  failNext(target: FaultTarget, code: string): void {
    this.#pending.push({ target, code, keptLength: 0, remaining: target.count ?? 1 });
  }

  /** The next write puts only so many bytes into the file, then fails with EIO. */
  tearNextWrite(keptLength: number, pathIncludes = ''): void {
    this.#pending.push({ target: { operation: 'write', pathIncludes }, code: 'EIO', keptLength, remaining: 1 });
  }

  /** @throws SystemError EACCES where the permissions of the path or of a directory above forbid it. */
  checkPermission(operation: DiskOperation, path: string, writes = WRITING.has(operation)): void {
    for (let prefix = path; ; prefix = prefix.slice(0, prefix.lastIndexOf('/'))) {
      const permission = this.#permissions.get(prefix === '' ? '/' : prefix);
      if (permission === 'none' || (permission === 'read-only' && writes)) {
        throw systemError('EACCES', operation, path);
      }
      if (prefix === '' || prefix === '/') {
        return;
      }
    }
  }

  /** @throws SystemError when a fault strikes; for a torn write after `tear` was given what is kept. */
  strike(operation: DiskOperation, path: string, tear?: (keptLength: number) => void): void {
    const fault = this.#pending.find(
      ({ target }) => target.operation === operation && path.includes(target.pathIncludes ?? ''),
    );
    if (fault !== undefined) {
      fault.remaining--;
      this.#pending = this.#pending.filter(({ remaining }) => remaining > 0);
      tear?.(fault.keptLength);
      throw systemError(fault.code, operation, path);
    }
    if (this.#random.chance(this.errorRate)) {
      throw systemError('EIO', operation, path);
    }
  }
}
