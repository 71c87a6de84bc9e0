// SPDX-License-Identifier: Apache-2.0
/** Logs for tests: in memory of this process, shareable between its threads, read by the plainest means. Not published. */
import { AtomicBuffer, type FileMapper, type MappedFile } from '@aeron/core/internal';
import { LOG_META_DATA_LENGTH, LogBufferType, PARTITION_COUNT } from '../logbuffer/log-buffer-descriptor.ts';
import { initialiseLog, type LogParameters } from '../logbuffer/log-parameters.ts';
import type { LogMemory } from '../logbuffer/publication-log.ts';

export const TEST_TERM_LENGTH = 64 * 1024;

const PARAMETERS: LogParameters = {
  type: LogBufferType.CONCURRENT_PUBLICATION,
  sessionId: -1_234_567,
  streamId: 1001,
  correlationId: 42,
  initialTermId: 7,
  termId: 7,
  termOffset: 0,
  termLength: TEST_TERM_LENGTH,
  mtuLength: 1408,
  pageSize: 4096,
  publicationWindowLength: TEST_TERM_LENGTH / 2,
  receiverWindowLength: 131072,
  socketSndbufLength: 1,
  osDefaultSocketSndbufLength: 2,
  osMaxSocketSndbufLength: 3,
  socketRcvbufLength: 4,
  osDefaultSocketRcvbufLength: 5,
  osMaxSocketRcvbufLength: 6,
  maxResend: 16,
  entityTag: -1n,
  responseCorrelationId: -1,
  lingerTimeoutNs: 5_000_000_000,
  untetheredWindowLimitTimeoutNs: 5_000_000_001,
  untetheredLingerTimeoutNs: 5_000_000_002,
  untetheredRestingTimeoutNs: 10_000_000_000,
  group: false,
  isResponse: false,
  rejoin: true,
  reliable: true,
  sparse: true,
  signalEos: true,
  spiesSimulateConnection: false,
  tether: true,
};

/** Parameters of a log with 64 KiB terms; `termId` follows `initialTermId` unless given. */
export function testParameters(changes: Partial<LogParameters> = {}): LogParameters {
  return { ...PARAMETERS, termId: changes.initialTermId ?? PARAMETERS.termId, ...changes };
}

/** A log over `memory`, which `testLogMemory` made, perhaps in another thread. */
export function wrapTestLog(memory: ArrayBufferLike, termLength: number): LogMemory {
  const terms = Array.from(
    { length: PARTITION_COUNT },
    (_, index) => new AtomicBuffer(memory, index * termLength, termLength),
  );
  return { terms, metadata: new AtomicBuffer(memory, PARTITION_COUNT * termLength, LOG_META_DATA_LENGTH) };
}

export function testLogMemory(termLength: number): SharedArrayBuffer {
  return new SharedArrayBuffer(PARTITION_COUNT * termLength + LOG_META_DATA_LENGTH);
}

/** A new log, ready to be appended to. */
export function newTestLog(changes: Partial<LogParameters> = {}): LogMemory {
  const parameters = testParameters(changes);
  const log = wrapTestLog(testLogMemory(parameters.termLength), parameters.termLength);
  initialiseLog(log.metadata, parameters);
  return log;
}

/** A frame as found in a term. */
export interface TestFrame {
  readonly offset: number;
  readonly length: number;
  readonly flags: number;
  readonly type: number;
  readonly termOffset: number;
  readonly sessionId: number;
  readonly streamId: number;
  readonly termId: number;
  readonly reservedValue: bigint;
  readonly payload: Buffer;
}

/** The frames of a term from `offset` on, up to the first that is not committed. */
export function framesOf(term: AtomicBuffer, offset = 0): TestFrame[] {
  const frames: TestFrame[] = [];
  let at = offset;
  while (at < term.capacity && term.getInt32(at) > 0) {
    const length = term.getInt32(at);
    frames.push({
      offset: at,
      length,
      flags: term.getUint8(at + 5),
      type: term.getUint16(at + 6),
      termOffset: term.getInt32(at + 8),
      sessionId: term.getInt32(at + 12),
      streamId: term.getInt32(at + 16),
      termId: term.getInt32(at + 20),
      reservedValue: term.getBigInt64(at + 24),
      payload: Buffer.from(term.bytes.slice(at + 32, at + length)),
    });
    at += (length + 31) & ~31;
  }
  return frames;
}

/** Puts a committed frame of `length` bytes, header included, at `offset`. */
export function putTestFrame(term: AtomicBuffer, offset: number, length: number, type = 1): void {
  term.putUint8(offset + 5, 0xc0);
  term.putUint16(offset + 6, type);
  term.putInt32(offset + 8, offset);
  term.putInt32(offset, length);
}

/** A mapper whose files are memory of this process. */
export class MemoryMapper implements FileMapper {
  readonly name = 'memory';
  readonly files = new Map<string, ArrayBuffer>();
  unmapped = 0;

  map(path: string): MappedFile {
    const memory = this.files.get(path);
    if (memory === undefined) {
      throw Object.assign(new Error(`no such file: path=${path}`), { code: 'ENOENT' });
    }
    return this.#mapped(path, memory);
  }

  create(path: string, length: number): MappedFile {
    const memory = new ArrayBuffer(length);
    this.files.set(path, memory);
    return this.#mapped(path, memory);
  }

  #mapped(path: string, memory: ArrayBuffer): MappedFile {
    return {
      path,
      length: memory.byteLength,
      memory,
      memoryOffset: 0,
      sync: () => undefined,
      unmap: () => {
        this.unmapped++;
      },
    };
  }
}

const HEADER_OF_MESSAGE = 12;

/** Length of a producer's message, decided by its seed: mostly short, some fragmented, at least 12 bytes. */
export function messageLength(seed: number, sequence: number, maxLength: number): number {
  const mixed = Math.imul(seed ^ Math.imul(sequence + 1, 0x9e3779b1), 0x85ebca6b) >>> 7;
  const bound = sequence % 7 === 0 ? maxLength : sequence % 3 === 0 ? 2000 : 200;
  return HEADER_OF_MESSAGE + (mixed % (bound - HEADER_OF_MESSAGE + 1));
}

/** Fills in a message that says who sent it, which one it is, how long it is, and whose bytes follow from that. */
export function putMessage(target: AtomicBuffer, producer: number, sequence: number, length: number): void {
  target.putInt32(0, producer);
  target.putInt32(4, sequence);
  target.putInt32(8, length);
  target.setMemory(HEADER_OF_MESSAGE, length - HEADER_OF_MESSAGE, (producer * 31 + sequence) & 0xff);
}

/** Checks a message that `putMessage` made. @returns who sent it. */
export function checkMessage(message: Uint8Array, expectedSequences: number[]): number {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const producer = view.getInt32(0, true);
  const sequence = view.getInt32(4, true);
  const filler = (producer * 31 + sequence) & 0xff;
  const isIntact =
    view.getInt32(8, true) === message.length &&
    sequence === expectedSequences[producer] &&
    message.subarray(HEADER_OF_MESSAGE).every((byte) => byte === filler);
  if (!isIntact) {
    throw new Error(
      `message is not what was sent: producer=${producer} sequence=${sequence} ` +
        `expectedSequence=${expectedSequences[producer]} length=${message.length} of ${view.getInt32(8, true)}`,
    );
  }
  expectedSequences[producer] = sequence + 1;
  return producer;
}
