// SPDX-License-Identifier: Apache-2.0
/** What stands in the metadata of an IPC publication's log: fields that belong to sockets and receivers are zero. Pure. */
import { LogBufferType, type LogParameters } from '@aeron/codecs/internal';
import type { PublicationParams } from '../conductor/rules/publication-params.ts';
import type { StreamPosition } from '../conductor/rules/stream-position.ts';

export interface IpcStream {
  readonly registrationId: number;
  readonly sessionId: number;
  readonly streamId: number;
  readonly isExclusive: boolean;
  readonly params: PublicationParams;
  readonly start: StreamPosition;
}

/** @source aeron-driver/DriverConductor (initLogMetadata) */
export function ipcLogParameters(stream: IpcStream, filePageSize: number): LogParameters {
  const { params, start } = stream;
  return {
    type: stream.isExclusive ? LogBufferType.EXCLUSIVE_PUBLICATION : LogBufferType.CONCURRENT_PUBLICATION,
    sessionId: stream.sessionId,
    streamId: stream.streamId,
    correlationId: stream.registrationId,
    initialTermId: start.initialTermId,
    termId: start.termId,
    termOffset: start.termOffset,
    termLength: params.termLength,
    mtuLength: params.mtuLength,
    pageSize: filePageSize,
    publicationWindowLength: params.publicationWindowLength,
    receiverWindowLength: 0,
    socketSndbufLength: 0,
    osDefaultSocketSndbufLength: 0,
    osMaxSocketSndbufLength: 0,
    socketRcvbufLength: 0,
    osDefaultSocketRcvbufLength: 0,
    osMaxSocketRcvbufLength: 0,
    maxResend: params.maxResend,
    entityTag: params.entityTag,
    responseCorrelationId: params.responseCorrelationId,
    lingerTimeoutNs: params.lingerTimeoutNs,
    untetheredWindowLimitTimeoutNs: params.untethered.windowLimitNs,
    untetheredLingerTimeoutNs: params.untethered.lingerNs,
    untetheredRestingTimeoutNs: params.untethered.restingNs,
    group: false,
    isResponse: params.isResponse,
    rejoin: false,
    reliable: false,
    sparse: params.isSparse,
    signalEos: params.signalEos,
    spiesSimulateConnection: params.spiesSimulateConnection,
    tether: false,
  };
}
