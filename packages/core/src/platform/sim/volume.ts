// SPDX-License-Identifier: Apache-2.0
/** A file system of a simulated host: bounded space, kept or gone when the power fails. */

/** One file system. */
export interface VolumeOptions {
  /** Where it is mounted. */
  readonly root: string;
  /** Bytes. */
  readonly capacity: number;
  /** Whether all of it is gone after a power failure, as for /dev/shm. */
  readonly isVolatile: boolean;
}

/** Counts space; the files on it report what they take and give back. */
export class Volume {
  readonly root: string;
  readonly isVolatile: boolean;
  /** Bytes; may be changed at any time, also below what is used. */
  capacity: number;
  /** Bytes. */
  used = 0;

  constructor(options: VolumeOptions) {
    this.root = options.root;
    this.capacity = options.capacity;
    this.isVolatile = options.isVolatile;
  }

  get free(): number {
    return Math.max(0, this.capacity - this.used);
  }
}
