// SPDX-License-Identifier: Apache-2.0
/** One open file of the operating system; positional, blocking. */
import * as fs from 'node:fs';
import type { OpenFile } from '../ports.ts';

/** Owns its descriptor until `close`. */
export class NodeOpenFile implements OpenFile {
  readonly path: string;
  #descriptor: number;

  constructor(path: string, descriptor: number) {
    this.path = path;
    this.#descriptor = descriptor;
  }

  length(): number {
    return fs.fstatSync(this.#descriptor).size;
  }

  read(position: number, target: Uint8Array, targetOffset: number, length: number): number {
    let total = 0;
    while (total < length) {
      const count = fs.readSync(this.#descriptor, target, targetOffset + total, length - total, position + total);
      if (count === 0) {
        break;
      }
      total += count;
    }
    return total;
  }

  write(position: number, source: Uint8Array, sourceOffset: number, length: number): void {
    let total = 0;
    while (total < length) {
      total += fs.writeSync(this.#descriptor, source, sourceOffset + total, length - total, position + total);
    }
  }

  truncate(length: number): void {
    fs.ftruncateSync(this.#descriptor, length);
  }

  sync(): void {
    fs.fsyncSync(this.#descriptor);
  }

  close(): void {
    if (this.#descriptor >= 0) {
      const descriptor = this.#descriptor;
      this.#descriptor = -1; // closed twice, the number might be another file's by then
      fs.closeSync(descriptor);
    }
  }
}
