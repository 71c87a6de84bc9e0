// SPDX-License-Identifier: Apache-2.0
/**
 * Appends lines to a file, and goes on in a new one when it has become too long: the old one is renamed to `<file>.<n>`, n being
 * the first number from 1 that is free. Every file begins with a line that says when it was started. What can't be written is
 * lost, and reported once until writing succeeds again.
 *
 * @source aeron-client/RollingFileEventWriter
 */
import { type ErrorHandler, type Files, type OpenFile, toError } from '@aeron/core/internal';
import type { LineOutput } from './line-output.ts';

/** Lines are written once there are so many bytes of them, or at `flush`. */
const BATCH_LENGTH = 64 * 1024;

export interface RollingFileOptions {
  readonly files: Files;
  readonly path: string;
  /** Bytes after which a file is full; infinite: never. */
  readonly maxLength: number;
  /** The first line of each file. */
  readonly firstLine: () => string;
  readonly onError: ErrorHandler;
}

export class RollingFile implements LineOutput {
  readonly #options: RollingFileOptions;
  #file: OpenFile | undefined;
  #position = 0;
  #pending: string[] = [];
  #pendingLength = 0;
  #hasFailed = false;

  /** @throws Error when the file can't be opened or made. */
  constructor(options: RollingFileOptions) {
    this.#options = options;
    this.#open();
  }

  write(line: string): void {
    this.#add(line);
    const { maxLength } = this.#options;
    if (this.#position + this.#pendingLength >= maxLength) {
      this.flush();
      this.#roll();
    } else if (this.#pendingLength >= BATCH_LENGTH) {
      this.flush();
    }
  }

  flush(): void {
    if (this.#pending.length === 0) {
      return;
    }
    const bytes = Buffer.from(this.#pending.join(''));
    this.#pending = [];
    this.#pendingLength = 0;
    this.#attempt(() => {
      if (this.#file === undefined) {
        this.#open();
      }
      this.#file?.write(this.#position, bytes, 0, bytes.length);
      this.#position += bytes.length;
    });
  }

  close(): void {
    this.flush();
    this.#file?.close();
    this.#file = undefined;
  }

  #add(line: string): void {
    this.#pending.push(`${line}\n`);
    this.#pendingLength += Buffer.byteLength(line) + 1;
  }

  #roll(): void {
    const { files, path } = this.#options;
    this.#attempt(() => {
      this.#file?.close();
      this.#file = undefined;
      let number = 1;
      while (files.kind(`${path}.${number}`) !== 'none') {
        number++;
      }
      files.rename(path, `${path}.${number}`);
      this.#open();
    });
  }

  #open(): void {
    const { files, path, firstLine } = this.#options;
    if (files.kind(path) === 'none') {
      files.open(path, 'create').close();
    }
    this.#file = files.open(path, 'read-write');
    this.#position = this.#file.length();
    this.#pending.unshift(`${firstLine()}\n`);
    this.#pendingLength += Buffer.byteLength(this.#pending[0] ?? '');
  }

  #attempt(action: () => void): void {
    try {
      action();
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) {
        this.#hasFailed = true;
        this.#options.onError(toError(error));
      }
    }
  }
}
