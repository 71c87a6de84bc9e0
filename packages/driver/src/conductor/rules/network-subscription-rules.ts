// SPDX-License-Identifier: Apache-2.0
/** What a UDP channel must satisfy for a subscription, by itself and beside what exists. Pure. */
import { AeronError } from '@aeron/core/internal';
import type { UdpChannel } from '../../media/udp-channel.ts';
import { throwInvalidChannel } from '../control-protocol-error.ts';
import type { SubscriptionParams } from './subscription-params.ts';
import type { UriParameters } from './uri-values.ts';

/**
 * The control that a subscription can use, and no time stamps that this driver can't take.
 *
 * @throws AeronError INVALID_ARGUMENT for a control port of 0; ControlProtocolError INVALID_CHANNEL for `media-rcv-ts-offset`.
 * @source aeron-driver/DriverConductor (validateControlForSubscription, validateTimestampConfiguration)
 */
export function checkSubscriptionChannel(uri: UriParameters, channel: UdpChannel): void {
  if (channel.hasExplicitControl && channel.localControl.port === 0) {
    throw new AeronError('INVALID_ARGUMENT', `control has port=0 for subscription: channel=${channel.uri}`);
  }
  if (uri.get('media-rcv-ts-offset') !== undefined) {
    throwInvalidChannel(
      `Media timestamps 'media-rcv-ts-offset' are not supported by this driver: channel=${channel.uri}`,
    );
  }
}

/** How the window of an image moves. */
export type CongestionControlName = 'static' | 'cubic';

/**
 * The `cc` parameter, which counts unless the setting names a strategy.
 *
 * @param supplier setting `congestionControlSupplier`.
 * @throws AeronError INVALID_ARGUMENT for a strategy that there is not.
 * @source aeron-driver/DefaultCongestionControlSupplier
 */
export function congestionControlName(
  uri: UriParameters,
  supplier: 'default' | CongestionControlName,
): CongestionControlName {
  if (supplier !== 'default') {
    return supplier;
  }
  const text = uri.get('cc') ?? 'static';
  if (text === 'static' || text === 'cubic') {
    return text;
  }
  throw new AeronError('INVALID_ARGUMENT', `unsupported congestion control : cc=${text} channel=${uri.toString()}`);
}

/**
 * A subscription joins an end point: what packets get written into them must be what it asks for.
 *
 * @throws ControlProtocolError INVALID_CHANNEL.
 * @source aeron-driver/DriverConductor (validateReceiveTimestampOffset)
 */
export function checkReceiveTimestampOffset(channel: UdpChannel, existing: UdpChannel): void {
  if (channel.receiveTimestampOffset !== existing.receiveTimestampOffset) {
    throwInvalidChannel(
      `option conflicts with existing subscription: channel-rcv-ts-offset=${channel.receiveTimestampOffset ?? -1} ` +
        `existingChannel=${existing.uri} channel=${channel.uri}`,
    );
  }
}

type StreamOptions = Pick<SubscriptionParams, 'isReliable' | 'isRejoin' | 'isResponse'>;

/**
 * Two subscriptions that get the same images must want the same of them.
 *
 * @param channel URI of the new subscription.
 * @throws ControlProtocolError INVALID_CHANNEL naming the option that differs.
 * @source aeron-driver/DriverConductor (checkForClashingSubscription)
 */
export function checkSubscriptionOptions(
  channel: string,
  requested: StreamOptions,
  existing: StreamOptions & { readonly channel: string },
): void {
  const options: readonly [name: string, requested: boolean, existing: boolean][] = [
    ['reliable', requested.isReliable, existing.isReliable],
    ['rejoin', requested.isRejoin, existing.isRejoin],
    ['isResponse', requested.isResponse, existing.isResponse],
  ];
  const clash = options.find(([, wants, has]) => wants !== has);
  if (clash !== undefined) {
    throwInvalidChannel(
      `option conflicts with existing subscription: ${clash[0]}=${clash[1]} ` +
        `existingChannel=${existing.channel} channel=${channel}`,
    );
  }
}
