// SPDX-License-Identifier: Apache-2.0
/** What a UDP channel must satisfy for a publication, by itself and beside what exists. Pure. */
import { AeronError } from '@aeron/core/internal';
import { parseFlowControl } from '../../flow-control/flow-control-parameter.ts';
import { hasGroupSemantics, isMultiDestination, type UdpChannel } from '../../media/udp-channel.ts';
import { throwInvalidChannel } from '../control-protocol-error.ts';
import {
  NO_RESPONSE_CORRELATION_ID,
  PROTOTYPE_RESPONSE_CORRELATION_ID,
  type PublicationParams,
} from './publication-params.ts';
import type { UriParameters } from './uri-values.ts';
import { maxMessageLength } from './windows.ts';

const TERM_MIN_LENGTH = 64 * 1024;

/**
 * The end point and control that a publication needs.
 *
 * @throws AeronError INVALID_ARGUMENT.
 * @source aeron-driver/DriverConductor (validateEndpointForPublication, validateControlForPublication)
 */
export function checkPublicationChannel(channel: UdpChannel): void {
  if (!isMultiDestination(channel) && channel.hasExplicitEndpoint && channel.remoteData.port === 0) {
    refuse(`endpoint has port=0 for publication: channel=${channel.uri}`);
  }
  if (channel.controlMode === 'dynamic' && !channel.hasExplicitControl) {
    refuse(`'control-mode=dynamic' requires that 'control' parameter is set, channel=${channel.uri}`);
  }
  if (channel.hasExplicitControl && !channel.hasExplicitEndpoint && channel.controlMode === 'none') {
    refuse(
      `'control' parameter requires that either 'endpoint' or 'control-mode' is specified, channel=${channel.uri}`,
    );
  }
}

/**
 * The `fc` parameter: can be read, and only where there may be several receivers.
 *
 * @returns its text.
 * @throws AeronError INVALID_ARGUMENT, or INVALID_URI for a text that can't be read.
 * @source aeron-driver/DefaultUnicastFlowControlSupplier
 */
export function flowControlParameter(uri: UriParameters, channel: UdpChannel): string | undefined {
  const text = uri.get('fc');
  if (text !== undefined) {
    if (!hasGroupSemantics(channel)) {
      refuse(`unsupported unicast flow control strategy: fc=${text} channel=${channel.uri}`);
    }
    parseFlowControl(text);
  }
  return text;
}

/**
 * A publication joins an end point: what the socket was set up with must be what it asks for.
 *
 * @throws ControlProtocolError INVALID_CHANNEL.
 * @source aeron-driver/DriverConductor (validateChannelSendTimestampOffset)
 */
export function checkSendTimestampOffset(channel: UdpChannel, existing: UdpChannel): void {
  if (channel.sendTimestampOffset !== existing.sendTimestampOffset) {
    throwInvalidChannel(
      `option conflicts with existing publication: channel-snd-ts-offset=${offsetText(channel.sendTimestampOffset)} ` +
        `existingChannel=${existing.uri} channel=${channel.uri}`,
    );
  }
}

/**
 * Whether spies count as a connection is compared even where the URI does not say.
 *
 * @throws AeronError AERON.
 * @source aeron-driver/PublicationParams (validateSpiesSimulateConnection)
 */
export function checkSpiesSimulateConnection(
  channel: string,
  { spiesSimulateConnection: requested }: Pick<PublicationParams, 'spiesSimulateConnection'>,
  existing: { readonly spiesSimulateConnection: boolean; readonly channel: string },
): void {
  if (requested !== existing.spiesSimulateConnection) {
    throw new AeronError(
      'AERON',
      `existing publication has different spiesSimulateConnection: existing=${existing.spiesSimulateConnection} ` +
        `requested=${requested} existingChannel=${existing.channel} channel=${channel}`,
    );
  }
}

type ResponseParams = Pick<PublicationParams, 'isResponse' | 'responseCorrelationId'>;

/**
 * A request publication names the subscription that responses go to.
 *
 * @throws AeronError INVALID_ARGUMENT when there is none.
 * @source aeron-driver/DriverConductor (validateResponseSubscription)
 */
export function checkResponseSubscription(
  { isResponse, responseCorrelationId }: ResponseParams,
  hasSubscription: (registrationId: number) => boolean,
): void {
  const isRequest = !isResponse && responseCorrelationId !== NO_RESPONSE_CORRELATION_ID;
  if (isRequest && !hasSubscription(responseCorrelationId)) {
    refuse(`unable to find response subscription for response-correlation-id=${responseCorrelationId}`);
  }
}

/**
 * A response publication names the image whose requests it answers.
 *
 * @returns that image; undefined for a publication that is none or a prototype.
 * @throws AeronError INVALID_ARGUMENT without the id, the image, or its wish for a response.
 * @source aeron-driver/DriverConductor (findResponsePublicationImage)
 */
export function responseImage<Image extends { readonly isResponseRequested: boolean }>(
  { isResponse, responseCorrelationId }: ResponseParams,
  findImage: (correlationId: number) => Image | undefined,
): Image | undefined {
  if (!isResponse || responseCorrelationId === PROTOTYPE_RESPONSE_CORRELATION_ID) {
    return undefined;
  }
  if (responseCorrelationId === NO_RESPONSE_CORRELATION_ID) {
    refuse('control-mode=response was specified, but no response-correlation-id set');
  }
  const image = findImage(responseCorrelationId) ?? refuse(`image.correlationId=${responseCorrelationId} not found`);
  return image.isResponseRequested
    ? image
    : refuse(`image.correlationId=${responseCorrelationId} did not request a response channel`);
}

/**
 * The parameters of a new publication. One that only holds a response channel's end point open never carries data, so it gets
 * the smallest log.
 */
export function newPublicationParams(params: PublicationParams): PublicationParams {
  const isPrototype = params.isResponse && params.responseCorrelationId === PROTOTYPE_RESPONSE_CORRELATION_ID;
  return isPrototype
    ? {
        ...params,
        termLength: TERM_MIN_LENGTH,
        mtuLength: Math.min(params.mtuLength, maxMessageLength(TERM_MIN_LENGTH)),
        publicationWindowLength: Math.min(params.publicationWindowLength, TERM_MIN_LENGTH / 2),
      }
    : params;
}

/** As it was written, or -1 for none. */
function offsetText(offset: number | undefined): number {
  return offset ?? -1;
}

function refuse(problem: string): never {
  throw new AeronError('INVALID_ARGUMENT', problem);
}
