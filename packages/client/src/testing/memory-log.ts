// SPDX-License-Identifier: Apache-2.0
/**
 * For tests: a log buffer in this process's memory, and a writer that can put frames into it which no honest publication
 * would write. For honest ones there are the append functions of the codecs.
 */
import {
  alignFrame,
  applyDefaultHeader,
  computeTermIdFromPosition,
  createLog,
  DATA_FRAME_TYPE,
  DATA_HEADER_FLAGS_OFFSET,
  DATA_HEADER_RESERVED_VALUE_OFFSET,
  DATA_HEADER_TERM_ID_OFFSET,
  DATA_HEADER_TERM_OFFSET_OFFSET,
  DATA_HEADER_TYPE_OFFSET,
  indexByPosition,
  type LogBuffers,
  LogBufferType,
  type LogBufferTypeCode,
  type LogParameters,
  PADDING_FRAME_TYPE,
  putIsConnected,
  UNFRAGMENTED,
} from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core';
import type { FileMapper } from '@aeron/core/internal';

const HEADER_LENGTH = 32;

/** Log parameters that neither publication nor image looks at. */
export const UNUSED_LOG_PARAMETERS = {
  publicationWindowLength: 0,
  receiverWindowLength: 0,
  socketSndbufLength: 0,
  osDefaultSocketSndbufLength: 0,
  osMaxSocketSndbufLength: 0,
  socketRcvbufLength: 0,
  osDefaultSocketRcvbufLength: 0,
  osMaxSocketRcvbufLength: 0,
  maxResend: 0,
  entityTag: 0n,
  responseCorrelationId: 0,
  lingerTimeoutNs: 0,
  untetheredWindowLimitTimeoutNs: 0,
  untetheredLingerTimeoutNs: 0,
  untetheredRestingTimeoutNs: 0,
  group: false,
  isResponse: false,
  rejoin: false,
  reliable: true,
  sparse: true,
  signalEos: true,
  spiesSimulateConnection: false,
  tether: true,
} as const;

export interface MemoryLogOptions {
  readonly termLength?: number;
  readonly mtuLength?: number;
  readonly initialTermId?: number;
  readonly sessionId?: number;
  readonly streamId?: number;
  /** Stream position at which the log begins. */
  readonly position?: number;
  readonly type?: LogBufferTypeCode;
}

export interface RawFrame {
  readonly payload?: Uint8Array;
  /** As stored; by default that of the payload with its header. */
  readonly frameLength?: number;
  readonly flags?: number;
  readonly type?: number;
  readonly reservedValue?: bigint;
}

/** Creates files in memory, which is all that a log needs of a mapper. */
const MEMORY: FileMapper = {
  name: 'memory',
  map: (path) => {
    throw new Error(`nothing to map: path=${path}`);
  },
  create: (path, length) => ({
    path,
    length,
    memory: new ArrayBuffer(length),
    memoryOffset: 0,
    sync: () => undefined,
    unmap: () => undefined,
  }),
};

export class MemoryLog {
  readonly logBuffers: LogBuffers;
  readonly sessionId: number;
  readonly streamId: number;
  readonly termLength: number;
  /** Stream position at which `append` puts the next frame. */
  writePosition: number;

  constructor(options: MemoryLogOptions = {}) {
    const { termLength = 65536, mtuLength = 1408, initialTermId = 7, position = 0 } = options;
    this.termLength = termLength;
    this.sessionId = options.sessionId ?? 101;
    this.streamId = options.streamId ?? 1001;
    this.writePosition = position;
    const parameters: LogParameters = {
      type: options.type ?? LogBufferType.EXCLUSIVE_PUBLICATION,
      sessionId: this.sessionId,
      streamId: this.streamId,
      correlationId: 1,
      initialTermId,
      termId: computeTermIdFromPosition(position, termLength, initialTermId),
      termOffset: position & (termLength - 1),
      termLength,
      mtuLength,
      pageSize: 4096,
      ...UNUSED_LOG_PARAMETERS,
    };
    this.logBuffers = createLog(MEMORY, `/memory/publications/${this.sessionId}.logbuffer`, parameters);
    putIsConnected(this.logBuffers.metadata, true);
  }

  /** Writes a frame at `writePosition` and moves that on, without looking whether it fits. @returns its stream position. */
  append(frame: RawFrame = {}): number {
    const position = this.writePosition;
    const { payload = new Uint8Array(0), flags = UNFRAGMENTED, type = DATA_FRAME_TYPE, reservedValue = 0n } = frame;
    const frameLength = frame.frameLength ?? payload.length + HEADER_LENGTH;
    const { terms, metadata, initialTermId } = this.logBuffers;
    const term = terms[indexByPosition(position, this.termLength)] as AtomicBuffer;
    const offset = position & (this.termLength - 1);
    applyDefaultHeader(metadata, term, offset);
    term.putUint8(offset + DATA_HEADER_FLAGS_OFFSET, flags);
    term.putUint16(offset + DATA_HEADER_TYPE_OFFSET, type);
    term.putInt32(offset + DATA_HEADER_TERM_OFFSET_OFFSET, offset);
    const termId = computeTermIdFromPosition(position, this.termLength, initialTermId);
    term.putInt32(offset + DATA_HEADER_TERM_ID_OFFSET, termId);
    term.putBigInt64(offset + DATA_HEADER_RESERVED_VALUE_OFFSET, reservedValue);
    term.putUint8Array(offset + HEADER_LENGTH, payload);
    term.putInt32Release(offset, frameLength);
    this.writePosition += alignFrame(Math.max(frameLength, HEADER_LENGTH));
    return position;
  }

  /** Pads to the end of the term. */
  pad(): void {
    const remaining = this.termLength - (this.writePosition & (this.termLength - 1));
    this.append({ type: PADDING_FRAME_TYPE, frameLength: remaining });
  }

  /** Zeroes a term, as the driver does before it is written again. */
  clean(partitionIndex: number): void {
    this.logBuffers.terms[partitionIndex]?.setMemory(0, this.termLength, 0);
  }
}
