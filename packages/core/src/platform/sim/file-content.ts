// SPDX-License-Identifier: Apache-2.0
/**
 * The bytes of a simulated file, in pieces that follow one another. A piece that is mapped is pinned: it keeps its
 * ArrayBuffer, so all mappings of the same bytes and all reads and writes of the file meet in the same memory.
 */

interface Piece {
  readonly start: number;
  bytes: Uint8Array;
  pins: number;
}

/** Memory of a mapped range. */
export interface PinnedRange {
  readonly memory: ArrayBuffer;
  readonly memoryOffset: number;
  readonly release: () => void;
}

/** Knows bytes only: space, durability and names are for others. */
export class FileContent {
  #pieces: Piece[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  read(position: number, target: Uint8Array, targetOffset: number, length: number): number {
    const end = Math.min(position + length, this.#length);
    this.#forEachPart(position, end, (bytes, at) => target.set(bytes, targetOffset + at - position));
    return Math.max(0, end - position);
  }

  /** Makes the file longer where needed; what lies between is zero. */
  write(position: number, source: Uint8Array): void {
    const end = position + source.length;
    if (end > this.#length) {
      this.resize(end);
    }
    this.#forEachPart(position, end, (bytes, at) => {
      bytes.set(source.subarray(at - position, at - position + bytes.length));
    });
  }

  resize(length: number): void {
    if (length < this.#length) {
      this.#forEachPart(length, this.#length, (bytes) => bytes.fill(0));
      this.#pieces = this.#pieces.filter((piece) => piece.start < length);
    } else {
      this.#reserve(length);
    }
    this.#length = length;
  }

  /**
   * Pins the bytes from `offset` on, which must lie inside the file.
   *
   * @returns undefined where they cross the border of a pinned piece: an ArrayBuffer can't overlap another.
   */
  pin(offset: number, length: number): PinnedRange | undefined {
    const end = offset + length;
    const parts = this.#pieces.filter((piece) => piece.start < end && piece.start + piece.bytes.length > offset);
    let piece = parts[0];
    if (piece === undefined) {
      return undefined;
    }
    const isInside = parts.length === 1 && piece.pins > 0;
    if (!isInside) {
      if (parts.some(({ pins }) => pins > 0)) {
        return undefined;
      }
      piece = this.#merge(parts);
    }
    const pinned = piece;
    pinned.pins++;
    return {
      memory: pinned.bytes.buffer as ArrayBuffer,
      memoryOffset: offset - pinned.start,
      release: () => {
        pinned.pins--;
      },
    };
  }

  /** One piece, without spare room, in place of these neighbours. */
  #merge(parts: readonly Piece[]): Piece {
    const first = parts[0] as Piece;
    const last = parts[parts.length - 1] as Piece;
    const end = Math.min(last.start + last.bytes.length, this.#length);
    let bytes = first.bytes;
    if (parts.length > 1 || bytes.length !== end - first.start) {
      bytes = new Uint8Array(end - first.start);
      for (const part of parts) {
        bytes.set(part.bytes.subarray(0, end - part.start), part.start - first.start);
      }
    }
    const merged: Piece = { start: first.start, bytes, pins: 0 };
    this.#pieces.splice(this.#pieces.indexOf(first), parts.length, merged);
    return merged;
  }

  #reserve(length: number): void {
    const last = this.#pieces[this.#pieces.length - 1];
    const capacity = last === undefined ? 0 : last.start + last.bytes.length;
    if (length <= capacity) {
      return;
    }
    if (last === undefined || last.pins > 0) {
      this.#pieces.push({ start: capacity, bytes: new Uint8Array(length - capacity), pins: 0 });
      return;
    }
    // Doubling keeps a file that grows by appending from being copied each time.
    const bytes = new Uint8Array(Math.max(length - last.start, this.#length === 0 ? 0 : 2 * last.bytes.length));
    bytes.set(last.bytes);
    last.bytes = bytes;
  }

  #forEachPart(start: number, end: number, visit: (bytes: Uint8Array, position: number) => void): void {
    for (const piece of this.#pieces) {
      const from = Math.max(start, piece.start);
      const to = Math.min(end, piece.start + piece.bytes.length);
      if (from < to) {
        visit(piece.bytes.subarray(from - piece.start, to - piece.start), from);
      }
    }
  }
}
