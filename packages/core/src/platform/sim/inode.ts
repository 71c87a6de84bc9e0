// SPDX-License-Identifier: Apache-2.0
/**
 * A simulated file apart from its name: content, what of it has reached the disk, and the space it takes. What is not synced
 * when the power fails survives sector by sector, at random.
 */
import type { SeededRandom } from '../../testing/seeded-random.ts';
import { FileContent, type PinnedRange } from './file-content.ts';
import type { Volume } from './volume.ts';

const SECTOR_LENGTH = 512;

/** What becomes of data that was not synced when the power fails; `random` decides for each sector. */
export type UnsyncedFate = 'random' | 'lost' | 'kept';

/** Lives as long as a name, an open file or a mapping refers to it. */
export class Inode {
  readonly volume: Volume;
  content = new FileContent();
  modifiedMs: number;
  /** Bytes of disk space taken. */
  allocated = 0;
  isLinked = true;
  readonly #writableRanges = new Set<{ readonly offset: number; readonly length: number }>();
  #references = 0;
  #durableLength = 0;
  /** For each sector that differs from the disk, what the disk has. */
  readonly #durableSectors = new Map<number, Uint8Array>();

  constructor(volume: Volume, modifiedMs: number) {
    this.volume = volume;
    this.modifiedMs = modifiedMs;
  }

  get length(): number {
    return this.content.length;
  }

  /** Counts a user, an open file or a mapping, that keeps the content after the name is gone. */
  retain(): void {
    this.#references++;
  }

  release(): void {
    this.#references--;
    this.#freeIfUnused();
  }

  unlink(): void {
    this.isLinked = false;
    this.#freeIfUnused();
  }

  /** @returns bytes written: fewer than given when the volume is full. */
  write(position: number, source: Uint8Array, nowMs: number): number {
    const end = position + source.length;
    const wanted = Math.max(this.allocated, Math.min(end, this.allocated + source.length));
    const missing = Math.max(0, wanted - this.allocated - this.volume.free);
    const length = Math.max(0, source.length - missing);
    this.allocate(wanted - missing);
    this.#remember(position, length);
    this.content.write(position, source.subarray(0, length));
    this.modifiedMs = nowMs;
    return length;
  }

  resize(length: number, nowMs: number): void {
    this.#remember(Math.min(length, this.length), Math.abs(this.length - length));
    this.content.resize(length);
    this.allocate(Math.min(this.allocated, length));
    this.modifiedMs = nowMs;
  }

  /** Takes or gives back space so that this many bytes are taken. */
  allocate(length: number): void {
    this.volume.used += length - this.allocated;
    this.allocated = length;
  }

  sync(): void {
    this.#durableSectors.clear();
    this.#durableLength = this.length;
    for (const range of this.#writableRanges) {
      this.#remember(range.offset, range.length); // stores through a mapping can't be seen, so all of it may differ again
    }
  }

  pin(offset: number, length: number, isWritable: boolean): PinnedRange | undefined {
    const pinned = this.content.pin(offset, length);
    if (pinned === undefined) {
      return undefined;
    }
    this.retain();
    const range = { offset, length };
    if (isWritable) {
      this.#remember(offset, length);
      this.#writableRanges.add(range);
    }
    const release = (): void => {
      pinned.release();
      this.#writableRanges.delete(range);
      this.release();
    };
    return { ...pinned, release };
  }

  /** The disk's view of the content becomes the content; nothing maps or holds it any more. */
  losePower(fate: UnsyncedFate, random: SeededRandom): void {
    const keeps = (): boolean => fate === 'kept' || (fate === 'random' && random.chance(0.5));
    const current = this.content;
    const length = current.length === this.#durableLength || keeps() ? current.length : this.#durableLength;
    const bytes = new Uint8Array(length);
    current.read(0, bytes, 0, length);
    for (const [sector, durable] of this.#durableSectors) {
      const position = sector * SECTOR_LENGTH;
      if (!keeps() && position < length) {
        bytes.set(durable.subarray(0, length - position), position);
      }
    }
    this.content = new FileContent();
    this.content.write(0, bytes);
    this.allocate(Math.min(this.allocated, length));
    this.#writableRanges.clear();
    this.#references = 0;
    this.sync();
  }

  #remember(position: number, length: number): void {
    if (this.volume.isVolatile || length === 0) {
      return;
    }
    const last = Math.floor((position + length - 1) / SECTOR_LENGTH);
    for (let sector = Math.floor(position / SECTOR_LENGTH); sector <= last; sector++) {
      if (!this.#durableSectors.has(sector)) {
        const durable = new Uint8Array(SECTOR_LENGTH);
        this.content.read(sector * SECTOR_LENGTH, durable, 0, SECTOR_LENGTH);
        this.#durableSectors.set(sector, durable);
      }
    }
  }

  #freeIfUnused(): void {
    if (!this.isLinked && this.#references === 0) {
      this.allocate(0);
    }
  }
}
