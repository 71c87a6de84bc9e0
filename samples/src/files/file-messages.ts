// SPDX-License-Identifier: Apache-2.0
/**
 * The messages of file sender and file receiver, little endian, as the reference's samples of these names have them.
 *
 *     0        4      8                16             24            28
 *     ┌─────────┬──────┬────────────────┬──────────────┬─────────────┬──────
 *     │ version │ 1    │ correlation id │ file length  │ name length │ name …
 *     ├─────────┼──────┼────────────────┼──────────────┼─────────────┴──────
 *     │ version │ 2    │ correlation id │ chunk offset │ chunk length (8) │ content …
 *     └─────────┴──────┴────────────────┴──────────────┴──────────────────┴──────
 *                                                                         32
 *
 * @source aeron-samples/FileReceiver
 */
import type { AtomicBuffer } from '@aeron/core';

const VERSION = 0;
const CREATE = 1;
const CHUNK = 2;

const TYPE_OFFSET = 4;
const CORRELATION_ID_OFFSET = 8;
const FILE_LENGTH_OFFSET = 16;
const NAME_LENGTH_OFFSET = 24;
const NAME_OFFSET = 28;
const CHUNK_OFFSET_OFFSET = 16;
const CHUNK_LENGTH_OFFSET = 24;
/** Where the content of a chunk begins. */
export const CONTENT_OFFSET = 32;

/** Announces a file. */
export interface FileCreate {
  readonly type: 'create';
  /** All messages of one file have the same; all 64 bits are the sender's choice. */
  readonly correlationId: bigint;
  /** Bytes. */
  readonly length: number;
  readonly name: string;
}

/** A part of a file's content. */
export interface FileChunk {
  readonly type: 'chunk';
  readonly correlationId: bigint;
  /** Where in the file it belongs. */
  readonly position: number;
  readonly content: Uint8Array;
}

/** @returns the bytes of the message. */
export function encodeCreate(buffer: AtomicBuffer, correlationId: bigint, length: number, name: string): number {
  putHead(buffer, 0, CREATE, correlationId);
  buffer.putInt64(FILE_LENGTH_OFFSET, length);
  const bytes = new TextEncoder().encode(name);
  buffer.putInt32(NAME_LENGTH_OFFSET, bytes.length);
  buffer.putUint8Array(NAME_OFFSET, bytes);
  return NAME_OFFSET + bytes.length;
}

/** Writes what stands before the content. */
export function encodeChunkHead(
  buffer: AtomicBuffer,
  offset: number,
  correlationId: bigint,
  chunk: { readonly position: number; readonly length: number },
): void {
  putHead(buffer, offset, CHUNK, correlationId);
  buffer.putInt64(offset + CHUNK_OFFSET_OFFSET, chunk.position);
  buffer.putInt64(offset + CHUNK_LENGTH_OFFSET, chunk.length);
}

/** @throws Error for a message that makes no sense; it may have come from anyone. */
export function decode(buffer: AtomicBuffer, offset: number, length: number): FileCreate | FileChunk {
  expect(length >= NAME_OFFSET, `too short: length=${length}`);
  const version = buffer.getInt32(offset);
  expect(version === VERSION, `unsupported version: version=${version} expected=${VERSION}`);
  const type = buffer.getInt32(offset + TYPE_OFFSET);
  const correlationId = buffer.getBigInt64(offset + CORRELATION_ID_OFFSET);
  if (type === CREATE) {
    const nameLength = buffer.getInt32(offset + NAME_LENGTH_OFFSET);
    expect(nameLength >= 0 && NAME_OFFSET + nameLength <= length, `name is cut off: nameLength=${nameLength}`);
    const name = buffer.getUtf8(offset + NAME_OFFSET, nameLength);
    return { type: 'create', correlationId, length: quantity(buffer, offset + FILE_LENGTH_OFFSET), name };
  }
  expect(type === CHUNK, `unknown message type: type=${type}`);
  expect(length >= CONTENT_OFFSET, `too short: length=${length}`);
  const contentLength = quantity(buffer, offset + CHUNK_LENGTH_OFFSET);
  expect(CONTENT_OFFSET + contentLength <= length, `chunk is cut off: chunkLength=${contentLength} length=${length}`);
  return {
    type: 'chunk',
    correlationId,
    position: quantity(buffer, offset + CHUNK_OFFSET_OFFSET),
    content: buffer.subarray(offset + CONTENT_OFFSET, contentLength),
  };
}

function putHead(buffer: AtomicBuffer, offset: number, type: number, correlationId: bigint): void {
  buffer.putInt32(offset, VERSION);
  buffer.putInt32(offset + TYPE_OFFSET, type);
  buffer.putBigInt64(offset + CORRELATION_ID_OFFSET, correlationId);
}

function quantity(buffer: AtomicBuffer, offset: number): number {
  const value = Number(buffer.getBigInt64(offset));
  expect(Number.isSafeInteger(value) && value >= 0, `not a length: value=${value}`);
  return value;
}

function expect(condition: boolean, message: string): void {
  if (!condition) {
    throw new Error(`malformed message: ${message}`);
  }
}
