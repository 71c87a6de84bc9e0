// SPDX-License-Identifier: Apache-2.0
/** Streams a file into a publication. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Publication } from '@aeron/client';
import { showProgress } from './progress.ts';
import { type FileOffer, PEER_TIMEOUT_MS } from './protocol.ts';

const CHUNK_LENGTH = 256 * 1024;

export interface FileToSend {
  readonly path: string;
  /** Bytes. */
  readonly length: number;
  readonly pongChannel: string;
}

/** @returns the SHA-256 of what was sent. */
export async function sendFile(publication: Publication, file: FileToSend): Promise<string> {
  const { path, length, pongChannel } = file;
  const offer: FileOffer = { name: basename(path), length, pongChannel };
  await publication.offerAsync(JSON.stringify(offer), { timeoutMs: PEER_TIMEOUT_MS });
  const progress = showProgress(length, process.stdout.isTTY === true);
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_LENGTH, publication.maxMessageLength));
  await using handle = await open(path, 'r');
  for (let position = 0; position < length; ) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, length - position), position);
    if (bytesRead === 0) {
      throw new Error(`the file became shorter while it was read: ${path}`);
    }
    const part = chunk.subarray(0, bytesRead);
    hash.update(part);
    await publication.offerAsync(part, { timeoutMs: PEER_TIMEOUT_MS });
    position += bytesRead;
    progress.update(position);
  }
  progress.stop();
  return hash.digest('hex');
}
