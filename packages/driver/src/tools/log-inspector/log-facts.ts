// SPDX-License-Identifier: Apache-2.0
/** What the metadata of a log says. Reads only. */
import {
  activeTermCount,
  computePosition,
  DataHeaderFlyweight,
  indexByTermCount,
  isConnected,
  LOG_METADATA_DEFAULT_FRAME_HEADER_OFFSET,
  LOG_METADATA_END_OF_STREAM_POSITION_OFFSET,
  type LogBuffers,
  packTail,
  RawTail,
} from '@aeron/codecs/internal';

/** A tail counter, taken apart. */
export interface TailFacts {
  /** May exceed the term length. */
  readonly termOffset: number;
  readonly termId: number;
  readonly rawTail: bigint;
  /** Stream position; negative for a partition that has not been used yet. */
  readonly position: number;
}

export interface LogFacts {
  readonly isConnected: boolean;
  readonly initialTermId: number;
  readonly termCount: number;
  readonly activeIndex: number;
  readonly termLength: number;
  readonly mtuLength: number;
  readonly pageSize: number;
  /** The largest int64 until known. */
  readonly endOfStreamPosition: bigint;
  readonly defaultHeader: DataHeaderFlyweight;
  /** One per partition. */
  readonly tails: readonly TailFacts[];
}

/** The facts as they are now. */
export function logFacts(log: LogBuffers): LogFacts {
  const { metadata, termLength, mtuLength, pageSize, initialTermId } = log;
  const termCount = activeTermCount(metadata);
  return {
    isConnected: isConnected(metadata),
    initialTermId,
    termCount,
    activeIndex: indexByTermCount(termCount),
    termLength,
    mtuLength,
    pageSize,
    endOfStreamPosition: metadata.getBigInt64Volatile(LOG_METADATA_END_OF_STREAM_POSITION_OFFSET),
    defaultHeader: new DataHeaderFlyweight().wrap(metadata, LOG_METADATA_DEFAULT_FRAME_HEADER_OFFSET),
    tails: log.terms.map((_, index) => tailFacts(log, index)),
  };
}

function tailFacts({ metadata, termLength, initialTermId }: LogBuffers, index: number): TailFacts {
  const tail = new RawTail().read(metadata, index);
  const { termId, claimedLength } = tail;
  return {
    termOffset: claimedLength,
    termId,
    rawTail: packTail(termId, claimedLength),
    position: computePosition(termId, tail.termOffset(termLength), termLength, initialTermId),
  };
}
