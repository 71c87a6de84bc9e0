// SPDX-License-Identifier: Apache-2.0
/**
 * The one buffer class: bytes with plain, ordered and atomic access. Everything in shared memory is reached through it.
 * All fields are set once, in one order, so that every hot function sees one shape.
 *
 * Integers are little-endian, as on the wire and in the shared files of every platform that Node runs on. Plain accesses go
 * through a DataView, which checks bounds and needs no alignment. Ordered and atomic accesses need natural alignment of the
 * address and throw a RangeError where it is missing.
 *
 * @hot
 */
import { type CopyViews, copyArray, copyBytes } from './copy.ts';
import {
  compareAndSetInt64,
  getAndAddInt64,
  type Int64Views,
  loadInt64,
  loadInt64Into,
  loadInt64Volatile,
  storeInt64,
  storeInt64Release,
  storeInt64Volatile,
} from './int64.ts';
import { loadInt32Acquire } from './memory-order.ts';

const { add, compareExchange, load, store } = Atomics;
const NO_BYTES = new ArrayBuffer(0);
const NO_VIEWS = {
  bytes: new Uint8Array(NO_BYTES),
  view: new DataView(NO_BYTES),
  int32: new Int32Array(NO_BYTES),
  float64: new Float64Array(NO_BYTES),
  bigInt64: new BigInt64Array(NO_BYTES),
} as const;
const ATOMIC_ALIGNMENT = 8;
const INSPECTED_BYTES = 16;
/** Offsets are int32, as in the reference; larger memory is wrapped in parts. */
const MAX_CAPACITY = 0x7fffffff;

/** Anything whose bytes can be wrapped: typed array, Buffer, DataView, ArrayBuffer or SharedArrayBuffer. */
export type BytesLike = ArrayBufferView | ArrayBufferLike;

// Fields begin as what they will be: from then on V8 knows their types, and spares checks where they are read.
/** Bytes with plain, ordered and atomic access, little-endian. An offset out of bounds is a RangeError. */
export class AtomicBuffer implements Int64Views, CopyViews {
  /** Length in bytes. */
  readonly capacity: number = 0;
  /** Bytes that words reach: all, or none where the memory does not start at a multiple of 8. */
  readonly wordCapacity: number = 0;
  readonly bytes: Uint8Array = NO_VIEWS.bytes;
  readonly view: DataView = NO_VIEWS.view;
  readonly int32: Int32Array = NO_VIEWS.int32;
  readonly float64: Float64Array = NO_VIEWS.float64;
  readonly bigInt64: BigInt64Array = NO_VIEWS.bigInt64;

  /**
   * Wraps memory without copying it. @throws RangeError for a range outside `source`, or longer than 2^31 - 1 bytes.
   *
   * @param offset bytes from the start of `source`.
   * @param length bytes; all that follow `offset` when left out.
   */
  constructor(source: BytesLike, offset = 0, length?: number) {
    const isView = ArrayBuffer.isView(source);
    const memory = isView ? source.buffer : source;
    const base = (isView ? source.byteOffset : 0) + offset;
    const available = source.byteLength - offset;
    const capacity = length ?? available;
    if (!(offset >= 0 && capacity >= 0 && capacity <= available && capacity <= MAX_CAPACITY)) {
      throwOutOfRange('wrap', offset, capacity, source.byteLength);
    }
    const aligned = base % ATOMIC_ALIGNMENT === 0;
    const atomicMemory = aligned ? memory : NO_BYTES;
    const atomicBase = aligned ? base : 0;
    this.capacity = capacity;
    this.wordCapacity = aligned ? capacity : 0;
    this.bytes = new Uint8Array(memory, base, capacity);
    this.view = new DataView(memory, base, capacity);
    this.int32 = new Int32Array(atomicMemory, atomicBase, aligned ? capacity >> 2 : 0);
    this.float64 = new Float64Array(atomicMemory, atomicBase, aligned ? capacity >> 3 : 0);
    this.bigInt64 = new BigInt64Array(atomicMemory, atomicBase, aligned ? capacity >> 3 : 0);
  }

  /** New zeroed memory of this process. */
  static allocate(length: number): AtomicBuffer {
    return new AtomicBuffer(new ArrayBuffer(length));
  }

  /**
   * A part of this buffer, over the same memory.
   *
   * @cold
   */
  slice(offset: number, length: number): AtomicBuffer {
    return new AtomicBuffer(this.bytes, offset, length);
  }

  /** @throws RangeError unless `length` bytes at `offset` lie inside the buffer. */
  boundsCheck(offset: number, length: number): void {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.capacity)) {
      throwOutOfRange('access', offset, length, this.capacity);
    }
  }

  /** One byte, 0 to 255. */
  getUint8(offset: number): number {
    return this.view.getUint8(offset);
  }

  /** Stores the low 8 bits of `value`. */
  putUint8(offset: number, value: number): void {
    this.view.setUint8(offset, value);
  }

  /** One byte, -128 to 127. */
  getInt8(offset: number): number {
    return this.view.getInt8(offset);
  }

  /** Stores the low 8 bits of `value`. */
  putInt8(offset: number, value: number): void {
    this.view.setInt8(offset, value);
  }

  /** Two bytes, at any alignment, 0 to 65535. */
  getUint16(offset: number): number {
    return this.view.getUint16(offset, true);
  }

  /** Stores the low 16 bits of `value`. */
  putUint16(offset: number, value: number): void {
    this.view.setUint16(offset, value, true);
  }

  /** Two bytes, at any alignment, -32768 to 32767. */
  getInt16(offset: number): number {
    return this.view.getInt16(offset, true);
  }

  /** Stores the low 16 bits of `value`. */
  putInt16(offset: number, value: number): void {
    this.view.setInt16(offset, value, true);
  }

  /** Plain load, at any alignment. */
  getInt32(offset: number): number {
    return this.view.getInt32(offset, true);
  }

  /** Plain store, at any alignment; keeps the low 32 bits of `value`. */
  putInt32(offset: number, value: number): void {
    this.view.setInt32(offset, value, true);
  }

  /** Load with acquire order. `offset` must be a multiple of 4. */
  getInt32Volatile(offset: number): number {
    const index = wordIndex(offset);
    return loadInt32Acquire(this.int32, index) ?? throwOutOfRange('access', offset, 4, this.capacity);
  }

  /** Store with release order. `offset` must be a multiple of 4. */
  putInt32Release(offset: number, value: number): void {
    store(this.int32, wordIndex(offset), value);
  }

  /** @returns the value before the addition. */
  getAndAddInt32(offset: number, delta: number): number {
    return add(this.int32, wordIndex(offset), delta);
  }

  /** Atomic. `offset` must be a multiple of 4. @returns whether the value was `expected` and is `value` now. */
  compareAndSetInt32(offset: number, expected: number, value: number): boolean {
    return compareExchange(this.int32, wordIndex(offset), expected, value) === expected;
  }

  /** Plain untearable load as a number, exact up to 2^53. `offset` must be a multiple of 8. */
  getInt64(offset: number): number {
    return loadInt64(this, longIndex(offset));
  }

  /** As `getInt64`, into `target[0]`, so that no large number has to be allocated. */
  getInt64Into(offset: number, target: Float64Array): void {
    loadInt64Into(this, longIndex(offset), target);
  }

  /** Plain untearable store of an integer, exact up to 2^53. `offset` must be a multiple of 8. */
  putInt64(offset: number, value: number): void {
    storeInt64(this, longIndex(offset), value);
  }

  /** Load with acquire order. */
  getInt64Volatile(offset: number): number {
    return loadInt64Volatile(this, longIndex(offset));
  }

  /** Store with release order, for a field with one writer at a time. */
  putInt64Release(offset: number, value: number): void {
    storeInt64Release(this, longIndex(offset), value);
  }

  /** Store with release order, for a field with several writers; slower, and allocates. */
  putInt64Volatile(offset: number, value: number): void {
    storeInt64Volatile(this, longIndex(offset), value);
  }

  /** @returns the value before the addition. */
  getAndAddInt64(offset: number, delta: number): number {
    return getAndAddInt64(this, longIndex(offset), delta);
  }

  /** Atomic. `offset` must be a multiple of 8. @returns whether the value was `expected` and is `value` now. */
  compareAndSetInt64(offset: number, expected: number, value: number): boolean {
    return compareAndSetInt64(this, longIndex(offset), expected, value);
  }

  /** All 64 bits, at any alignment; may tear when another thread writes the field. */
  getBigInt64(offset: number): bigint {
    return this.view.getBigInt64(offset, true);
  }

  /** All 64 bits, at any alignment; may be seen torn by another thread. */
  putBigInt64(offset: number, value: bigint): void {
    this.view.setBigInt64(offset, value, true);
  }

  /** All 64 bits with acquire order; allocates. `offset` must be a multiple of 8. */
  getBigInt64Volatile(offset: number): bigint {
    return load(this.bigInt64, longIndex(offset));
  }

  /** All 64 bits with release order. `offset` must be a multiple of 8. */
  putBigInt64Release(offset: number, value: bigint): void {
    store(this.bigInt64, longIndex(offset), value);
  }

  /** As `compareAndSetInt64`, for all 64 bits; allocates. */
  compareAndSetBigInt64(offset: number, expected: bigint, value: bigint): boolean {
    return compareExchange(this.bigInt64, longIndex(offset), expected, value) === expected;
  }

  /** An int64 at any alignment as a number (exact up to 2^53); may tear when another thread writes the field. */
  getInt64Unaligned(offset: number): number {
    return this.view.getInt32(offset + 4, true) * 4294967296 + this.view.getUint32(offset, true);
  }

  /** An integer as an int64 at any alignment (exact up to 2^53); may be seen torn by another thread. */
  putInt64Unaligned(offset: number, value: number): void {
    const high = Math.floor(value / 4294967296);
    this.view.setInt32(offset + 4, high, true);
    this.view.setUint32(offset, value - high * 4294967296, true);
  }

  /** Copies `length` bytes in from another buffer. Ranges of one memory must not overlap. */
  putBytes(offset: number, source: AtomicBuffer, sourceOffset: number, length: number): void {
    this.boundsCheck(offset, length);
    source.boundsCheck(sourceOffset, length);
    copyBytes(this, offset, source, sourceOffset, length);
  }

  /** Copies `length` bytes in from a Uint8Array or Buffer. Ranges of one memory must not overlap. */
  putUint8Array(offset: number, source: Uint8Array, sourceOffset = 0, length = source.length - sourceOffset): void {
    this.boundsCheck(offset, length);
    if (!(sourceOffset >= 0 && length >= 0 && sourceOffset + length <= source.length)) {
      throwOutOfRange('copy from', sourceOffset, length, source.length);
    }
    copyArray(this.bytes, offset, source, sourceOffset, length);
  }

  /** Copies `length` bytes out to a Uint8Array or Buffer. Ranges of one memory must not overlap. */
  getBytes(offset: number, target: Uint8Array, targetOffset = 0, length = target.length - targetOffset): void {
    this.boundsCheck(offset, length);
    if (!(targetOffset >= 0 && length >= 0 && targetOffset + length <= target.length)) {
      throwOutOfRange('copy to', targetOffset, length, target.length);
    }
    copyArray(target, targetOffset, this.bytes, offset, length);
  }

  /** Fills `length` bytes with `value`. */
  setMemory(offset: number, length: number, value: number): void {
    this.boundsCheck(offset, length);
    this.bytes.fill(value, offset, offset + length);
  }

  /** A view of the bytes, valid as long as the memory behind this buffer is. Allocates: not for the hot path. */
  subarray(offset: number, length: number): Uint8Array {
    this.boundsCheck(offset, length);
    return this.bytes.subarray(offset, offset + length);
  }

  /** The `length` ASCII bytes at `offset` as a string. */
  getAscii(offset: number, length: number): string {
    this.boundsCheck(offset, length);
    return asBuffer(this.bytes).latin1Slice(offset, offset + length);
  }

  /** Writes a string as ASCII bytes, `?` for what is not ASCII, as the reference does. @returns the bytes written. */
  putAscii(offset: number, value: string): number {
    this.boundsCheck(offset, value.length);
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      this.view.setUint8(offset + i, code < 0x80 ? code : 0x3f);
    }
    return value.length;
  }

  /** The UTF-8 bytes at `offset` as a string. */
  getUtf8(offset: number, length: number): string {
    this.boundsCheck(offset, length);
    return asBuffer(this.bytes).utf8Slice(offset, offset + length);
  }

  /** @cold What `console.log` shows: the first bytes, not six views of all. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const shown = Array.from(this.bytes.subarray(0, INSPECTED_BYTES), (byte) => byte.toString(16).padStart(2, '0'));
    const more = this.capacity > INSPECTED_BYTES ? ' …' : '';
    return `AtomicBuffer{capacity=${this.capacity} ${shown.join(' ')}${more}}`;
  }
}

interface BufferMethods {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf8Slice(this: Uint8Array, start: number, end: number): string;
}

function asBuffer(bytes: Uint8Array): Buffer & BufferMethods {
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength) as Buffer & BufferMethods;
}

// The second test refuses offsets that the shift would wrap into range: fractions and all beyond 31 bits.
function wordIndex(offset: number): number {
  if ((offset & 3) !== 0 || (offset | 0) !== offset) {
    throwUnaligned(offset, 4);
  }
  return offset >> 2;
}

function longIndex(offset: number): number {
  if ((offset & 7) !== 0 || (offset | 0) !== offset) {
    throwUnaligned(offset, 8);
  }
  return offset >> 3;
}

function throwUnaligned(offset: number, alignment: number): never {
  throw new RangeError(`no aligned offset: offset=${offset} alignment=${alignment}`);
}

function throwOutOfRange(what: string, offset: number, length: number, capacity: number): never {
  throw new RangeError(`${what} out of range: offset=${offset} length=${length} capacity=${capacity}`);
}
