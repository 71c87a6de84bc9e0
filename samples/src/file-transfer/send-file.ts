// SPDX-License-Identifier: Apache-2.0
/** Streams a file into a publication. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Publication } from '@aeron/client';
import { showProgress } from './progress.ts';
import { type FileOffer, PEER_TIMEOUT_MS } from './protocol.ts';

const CHUNK_LENGTH = 256 * 1024;

export interface FileToSend {
  readonly path: string;
  readonly handle: FileHandle;
  /** Bytes. */
  readonly length: number;
  readonly pongChannel: string;
}

/** @returns the SHA-256 of what was sent. */
export async function sendFile(publication: Publication, file: FileToSend, signal: AbortSignal): Promise<string> {
  const { path, handle, length, pongChannel } = file;
  const offer: FileOffer = { name: basename(path), length, pongChannel };
  const waiting = { timeoutMs: PEER_TIMEOUT_MS, signal };
  await publication.offerAsync(JSON.stringify(offer), waiting);
  const progress = showProgress(length, process.stdout.isTTY === true);
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_LENGTH, publication.maxMessageLength));
  try {
    for (let position = 0; position < length; ) {
      const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, length - position), position);
      if (bytesRead === 0) {
        throw new Error(`the file became shorter while it was read: ${path}`);
      }
      const part = chunk.subarray(0, bytesRead);
      hash.update(part);
      await publication.offerAsync(part, waiting);
      position += bytesRead;
      progress.update(position);
    }
  } finally {
    progress.stop(); // gives the terminal its cursor back
  }
  return hash.digest('hex');
}
