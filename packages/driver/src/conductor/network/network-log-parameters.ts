// SPDX-License-Identifier: Apache-2.0
/** What stands in the metadata of the logs of network publications and of images. Pure. */
import { LogBufferType, type LogParameters } from '@aeron/codecs/internal';
import type { SocketBufferLimits } from '@aeron/core/internal';
import { type IpcStream, ipcLogParameters } from '../../ipc/ipc-log-parameters.ts';
import type { SubscriptionParams } from '../rules/subscription-params.ts';
import type { SocketBufferLengths } from './send-channel-endpoint.ts';

/** What a log tells of the sockets behind it. */
export interface LogSockets {
  readonly bufferLengths: SocketBufferLengths;
  readonly limits: SocketBufferLimits;
  readonly filePageSize: number;
}

/** @source aeron-driver/DriverConductor (initLogMetadata) */
export function publicationLogParameters(
  stream: IpcStream,
  hasGroupSemantics: boolean,
  sockets: LogSockets,
): LogParameters {
  return {
    ...ipcLogParameters(stream, sockets.filePageSize),
    ...socketFields(sockets),
    group: hasGroupSemantics,
  };
}

/** The stream that an image carries. */
export interface ImageLogStream {
  readonly correlationId: number;
  readonly sessionId: number;
  readonly streamId: number;
  readonly initialTermId: number;
  readonly activeTermId: number;
  readonly termOffset: number;
  readonly termLength: number;
  readonly mtuLength: number;
  readonly isReliable: boolean;
  readonly isSparse: boolean;
  /** Whether loss is handled as in a group. */
  readonly isGroup: boolean;
  /** Of the first subscription of the end point. */
  readonly params: SubscriptionParams;
}

/** Fields that belong to publications are zero. @source aeron-driver/DriverConductor (initLogMetadata) */
export function imageLogParameters(stream: ImageLogStream, sockets: LogSockets): LogParameters {
  const { params } = stream;
  return {
    type: LogBufferType.PUBLICATION_IMAGE,
    sessionId: stream.sessionId,
    streamId: stream.streamId,
    correlationId: stream.correlationId,
    initialTermId: stream.initialTermId,
    termId: stream.activeTermId,
    termOffset: stream.termOffset,
    termLength: stream.termLength,
    mtuLength: stream.mtuLength,
    pageSize: sockets.filePageSize,
    publicationWindowLength: 0,
    receiverWindowLength: params.receiverWindowLength,
    ...socketFields(sockets),
    maxResend: 0,
    entityTag: 0n,
    responseCorrelationId: 0,
    lingerTimeoutNs: 0,
    untetheredWindowLimitTimeoutNs: params.untethered.windowLimitNs,
    untetheredLingerTimeoutNs: params.untethered.lingerNs,
    untetheredRestingTimeoutNs: params.untethered.restingNs,
    group: stream.isGroup,
    isResponse: params.isResponse,
    rejoin: params.isRejoin,
    reliable: stream.isReliable,
    sparse: stream.isSparse,
    signalEos: false,
    spiesSimulateConnection: false,
    tether: params.isTether,
  };
}

function socketFields({ bufferLengths, limits }: LogSockets) {
  return {
    socketSndbufLength: bufferLengths.socketSendBufferLength,
    osDefaultSocketSndbufLength: limits.defaultSend,
    osMaxSocketSndbufLength: limits.maxSend,
    socketRcvbufLength: bufferLengths.socketReceiveBufferLength,
    osDefaultSocketRcvbufLength: limits.defaultReceive,
    osMaxSocketRcvbufLength: limits.maxReceive,
  };
}
