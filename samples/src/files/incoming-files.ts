// SPDX-License-Identifier: Apache-2.0
/** Files that are being received, each written as its chunks come. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FileChunk, FileCreate } from './file-messages.ts';

/** Anyone may announce files; so many may be under way at once. */
const FILES_LIMIT = 100;

interface IncomingFile {
  readonly path: string;
  readonly descriptor: number;
  readonly length: number;
  readonly sessionId: number;
}

export class IncomingFiles {
  readonly #directory: string;
  readonly #files = new Map<bigint, IncomingFile>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** @throws Error for a file that can't be received. */
  onMessage(message: FileCreate | FileChunk, sessionId: number): void {
    if (message.type === 'create') {
      this.#create(message, sessionId);
    } else {
      this.#write(message);
    }
  }

  /** What a stream had announced and did not finish stays incomplete. */
  onStreamEnd(sessionId: number): void {
    for (const [correlationId, file] of this.#files) {
      if (file.sessionId === sessionId) {
        console.log(`Incomplete: ${file.path}`);
        this.#close(correlationId, file);
      }
    }
  }

  #create({ correlationId, length, name }: FileCreate, sessionId: number): void {
    if (this.#files.has(correlationId)) {
      throw new Error(`correlation id is in use: correlationId=${correlationId}`);
    }
    if (this.#files.size >= FILES_LIMIT) {
      throw new Error(`too many files at once: limit=${FILES_LIMIT} name=${name}`);
    }
    // A name that leads elsewhere could overwrite anything that the user may write.
    if (name === '' || name === '.' || name === '..' || basename(name) !== name || /[\\\0]/.test(name)) {
      throw new Error(`not the name of a file: name=${JSON.stringify(name)}`);
    }
    const path = join(this.#directory, name);
    const descriptor = openSync(path, 'w');
    const file = { path, descriptor, length, sessionId };
    this.#files.set(correlationId, file);
    try {
      ftruncateSync(descriptor, length); // one that no file system takes is refused here
    } catch (error) {
      this.#close(correlationId, file);
      throw error;
    }
    console.log(`Receiving ${path} (${length} bytes)`);
    this.#closeIfComplete(correlationId, file, 0);
  }

  #write({ correlationId, position, content }: FileChunk): void {
    const file = this.#files.get(correlationId);
    if (file === undefined) {
      throw new Error(`chunk of an unknown file: correlationId=${correlationId}`);
    }
    if (position + content.length > file.length) {
      throw new Error(`chunk beyond the end of ${file.path}: position=${position} length=${content.length}`);
    }
    for (let written = 0; written < content.length; ) {
      written += writeSync(file.descriptor, content, written, content.length - written, position + written);
    }
    this.#closeIfComplete(correlationId, file, position + content.length);
  }

  /** A stream is in order: the chunk that ends at the file's end is its last. */
  #closeIfComplete(correlationId: bigint, file: IncomingFile, end: number): void {
    if (end >= file.length) {
      this.#close(correlationId, file);
      console.log(`Received ${file.path}`);
    }
  }

  #close(correlationId: bigint, file: IncomingFile): void {
    this.#files.delete(correlationId);
    closeSync(file.descriptor);
  }
}
