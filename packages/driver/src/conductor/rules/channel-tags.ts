// SPDX-License-Identifier: Apache-2.0
/** Whether a channel means an end point that exists already, by its tag. Pure. */
import { AeronError, type SocketAddress } from '@aeron/core/internal';
import { isSameSocketAddress, isWildcardAddress } from '../../media/ip-addresses.ts';
import type { UdpChannel } from '../../media/udp-channel.ts';

/** Where an end point sends to or listens at now, which may no longer be what its channel was resolved to. */
export interface CurrentAddresses {
  readonly localData: SocketAddress;
  readonly remoteData: SocketAddress;
}

/**
 * @throws AeronError INVALID_ARGUMENT when the tag is the same, but not the control mode or the addresses.
 * @source aeron-driver/UdpChannel (matchesTag)
 */
export function isTagMatch(requested: UdpChannel, existing: UdpChannel, current: CurrentAddresses): boolean {
  if (requested.tag === undefined || requested.tag !== existing.tag) {
    return false;
  }
  const channels = `${requested.uri} <> ${existing.uri}`;
  if (requested.controlMode !== 'none' && requested.controlMode !== existing.controlMode) {
    throw new AeronError('INVALID_ARGUMENT', `matching tag=${requested.tag} has mismatched control-mode: ${channels}`);
  }
  if (!isWildcard(requested) && !hasAddresses(requested, current)) {
    throw new AeronError(
      'INVALID_ARGUMENT',
      `matching tag=${requested.tag} has mismatched endpoint or control: ${channels}`,
    );
  }
  return true;
}

function isWildcard({ remoteData, localData }: UdpChannel): boolean {
  return [remoteData, localData].every(({ address, port }) => isWildcardAddress(address) && port === 0);
}

function hasAddresses({ remoteData, localData }: UdpChannel, current: CurrentAddresses): boolean {
  return isSameSocketAddress(remoteData, current.remoteData) && isSameSocketAddress(localData, current.localData);
}
