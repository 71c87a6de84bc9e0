// SPDX-License-Identifier: Apache-2.0
/** What may be a destination: of a publication that sends to several, or of a subscription that listens at several. Pure. */
import { ErrorCode } from '@aeron/codecs/internal';
import type { UdpChannel } from '../../media/udp-channel.ts';
import { parseUdpUri } from '../../media/udp-channel-parameters.ts';
import { ControlProtocolError, throwInvalidChannel } from '../control-protocol-error.ts';
import type { UriParameters } from './uri-values.ts';

/** Parameters that belong to the channel, not to one of its destinations. */
const CHANNEL_ONLY_PARAMETERS = ['mtu', 'rcv-wnd', 'so-rcvbuf', 'so-sndbuf', 'response-correlation-id'] as const;

/**
 * What holds for destinations of either direction.
 *
 * @throws ControlProtocolError INVALID_CHANNEL.
 * @source aeron-driver/DriverConductor (validateDestinationUri)
 */
export function checkDestinationUri(uri: UriParameters): void {
  const misplaced = CHANNEL_ONLY_PARAMETERS.find((name) => uri.get(name) !== undefined);
  if (misplaced !== undefined) {
    throwInvalidChannel(`destinations must not contain the key: ${misplaced} channel=${uri.toString()}`);
  }
  if (uri.get('control-mode') === 'response') {
    throwInvalidChannel(`destinations may not specify control-mode=response: channel=${uri.toString()}`);
  }
}

/**
 * Reads a destination that a publication sends to.
 *
 * @returns its end point, `host:port`.
 * @throws ControlProtocolError INVALID_CHANNEL.
 * @source aeron-driver/DriverConductor (validateSendDestinationUri)
 */
export function sendDestinationEndpoint(text: string): string {
  const uri = parseUdpUri(text);
  if (uri.isSpy) {
    throwInvalidChannel(`Aeron spies are invalid as send destinations: channel=${text}`);
  }
  checkDestinationUri(uri);
  const endpoint = uri.get('endpoint') ?? '';
  if (endpoint === '') {
    throwInvalidChannel(`a send destination needs an endpoint: channel=${text}`);
  }
  if (/:0+$/.test(endpoint)) {
    throwInvalidChannel(`endpoint has port=0 for send destination: channel=${text}`);
  }
  return endpoint;
}

/** @throws ControlProtocolError INVALID_CHANNEL unless destinations are added to the publication's channel by command. */
export function checkAllowsManualControl({ controlMode }: Pick<UdpChannel, 'controlMode'>): void {
  if (controlMode !== 'manual') {
    throw new ControlProtocolError(ErrorCode.INVALID_CHANNEL, 'channel does not allow manual control');
  }
}
