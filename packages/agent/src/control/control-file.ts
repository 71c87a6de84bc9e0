// SPDX-License-Identifier: Apache-2.0
/**
 * The file by which a command reaches a process that logs events: one in the Aeron directory of each of its drivers, mapped by
 * both sides. One request at a time; every field is checked by whoever reads it, since anyone may have written it.
 *
 *     request generation   even: a request is there (0: none yet)   odd: one is being written
 *     answer generation    that of the last request that was answered
 *
 *     client  claims (even → odd) ─▶ writes request ─▶ releases (odd → even) ─▶ waits for its answer
 *     reader  sees an even generation that it has not answered ─▶ acts ─▶ writes answer ─▶ stores the generation
 */
import { AeronError, AtomicBuffer, type MappedFile, type Platform } from '@aeron/core/internal';

export const CONTROL_FILE_NAME = 'events.dat';
export const CONTROL_FILE_LENGTH = 64 * 1024;
export const MAX_REQUEST_LENGTH = 16 * 1024;
export const MAX_ANSWER_LENGTH = 32 * 1024;

const MAGIC = 0x43564541; // AEVC
const VERSION = 1;
const MAGIC_OFFSET = 0;
const VERSION_OFFSET = 4;
const PID_OFFSET = 8;
const HEARTBEAT_OFFSET = 16;
const REQUEST_GENERATION_OFFSET = 24;
const ANSWER_GENERATION_OFFSET = 28;
const REQUEST_LENGTH_OFFSET = 32;
const ANSWER_LENGTH_OFFSET = 36;
const REQUEST_OFFSET = 64;
const ANSWER_OFFSET = REQUEST_OFFSET + MAX_REQUEST_LENGTH;

export function controlFilePath(aeronDirectory: string): string {
  return `${aeronDirectory}/${CONTROL_FILE_NAME}`;
}

export class ControlFile {
  readonly path: string;
  readonly #file: MappedFile;
  readonly #buffer: AtomicBuffer;

  private constructor(file: MappedFile) {
    this.path = file.path;
    this.#file = file;
    this.#buffer = new AtomicBuffer(file.memory, file.memoryOffset, file.length);
  }

  /** Makes the file of this process in place of any other. @throws AeronError STORAGE_SPACE, FILE_ACCESS, MAPPING. */
  static create({ files, mapper, host, clock }: Platform, aeronDirectory: string): ControlFile {
    const path = controlFilePath(aeronDirectory);
    if (files.kind(path) === 'file') {
      files.deleteFile(path);
    }
    const control = new ControlFile(mapper.create(path, CONTROL_FILE_LENGTH, { sparse: false }));
    control.#buffer.putInt64(PID_OFFSET, host.pid);
    control.touch(clock.epochMs());
    control.#buffer.putInt32(VERSION_OFFSET, VERSION);
    control.#buffer.putInt32Release(MAGIC_OFFSET, MAGIC);
    return control;
  }

  /** @throws AeronError FILE_ACCESS when there is none; CONFIGURATION for a file that is none, or of another version. */
  static open({ mapper }: Pick<Platform, 'mapper'>, aeronDirectory: string): ControlFile {
    const file = mapper.map(controlFilePath(aeronDirectory), { access: 'read-write' });
    if (file.length !== CONTROL_FILE_LENGTH) {
      file.unmap();
      throw new AeronError('CONFIGURATION', `no control file of events: path=${file.path} length=${file.length}`);
    }
    const control = new ControlFile(file);
    const magic = control.#buffer.getInt32Volatile(MAGIC_OFFSET);
    const version = control.#buffer.getInt32(VERSION_OFFSET);
    if (magic !== MAGIC || version !== VERSION) {
      control.close();
      throw new AeronError(
        'CONFIGURATION',
        `no control file of events, or of another version: path=${file.path} magic=${magic} version=${version} expected=${VERSION}`,
      );
    }
    return control;
  }

  get pid(): number {
    return this.#buffer.getInt64(PID_OFFSET);
  }

  /** When the process last looked for requests, epoch ms. */
  get heartbeatMs(): number {
    return this.#buffer.getInt64Volatile(HEARTBEAT_OFFSET);
  }

  /** The process looks for requests. */
  touch(epochMs: number): void {
    this.#buffer.putInt64Release(HEARTBEAT_OFFSET, epochMs);
  }

  get requestGeneration(): number {
    return this.#buffer.getInt32Volatile(REQUEST_GENERATION_OFFSET);
  }

  get answerGeneration(): number {
    return this.#buffer.getInt32Volatile(ANSWER_GENERATION_OFFSET);
  }

  /** @returns whether nobody was faster. */
  moveRequest(from: number, to: number): boolean {
    return this.#buffer.compareAndSetInt32(REQUEST_GENERATION_OFFSET, from, to);
  }

  /** @throws AeronError INVALID_ARGUMENT when it is too long. */
  putRequest(text: string): void {
    this.#put(REQUEST_LENGTH_OFFSET, REQUEST_OFFSET, MAX_REQUEST_LENGTH, text);
  }

  /** @throws AeronError INVALID_ARGUMENT for a length that can't be. */
  request(): string {
    return this.#get(REQUEST_LENGTH_OFFSET, REQUEST_OFFSET, MAX_REQUEST_LENGTH);
  }

  /** @throws AeronError INVALID_ARGUMENT when it is too long. */
  putAnswer(text: string, generation: number): void {
    this.#put(ANSWER_LENGTH_OFFSET, ANSWER_OFFSET, MAX_ANSWER_LENGTH, text);
    this.#buffer.putInt32Release(ANSWER_GENERATION_OFFSET, generation);
  }

  /** @throws AeronError INVALID_ARGUMENT for a length that can't be. */
  answer(): string {
    return this.#get(ANSWER_LENGTH_OFFSET, ANSWER_OFFSET, MAX_ANSWER_LENGTH);
  }

  close(): void {
    this.#file.unmap();
  }

  #put(lengthOffset: number, offset: number, maxLength: number, text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    if (bytes.length > maxLength) {
      throw new AeronError(
        'INVALID_ARGUMENT',
        `too long for the control file: length=${bytes.length} max=${maxLength}`,
      );
    }
    this.#buffer.putUint8Array(offset, bytes);
    this.#buffer.putInt32Release(lengthOffset, bytes.length);
  }

  #get(lengthOffset: number, offset: number, maxLength: number): string {
    const length = this.#buffer.getInt32Volatile(lengthOffset);
    if (!(length >= 0 && length <= maxLength)) {
      throw new AeronError(
        'INVALID_ARGUMENT',
        `no length of a text: length=${length} max=${maxLength} path=${this.path}`,
      );
    }
    return this.#buffer.getUtf8(offset, length);
  }
}
