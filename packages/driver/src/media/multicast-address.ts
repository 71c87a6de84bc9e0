// SPDX-License-Identifier: Apache-2.0
/** The odd rule: data goes to a group with an odd last byte, control frames to the even group that follows it. Pure. */
import { formatIpAddress, parseIpAddress } from '@aeron/codecs/internal';
import type { SocketAddress } from '@aeron/core/internal';
import { throwInvalidChannel } from '../conductor/control-protocol-error.ts';

/**
 * Where receivers of a multicast stream send their control frames to.
 *
 * @throws ControlProtocolError INVALID_CHANNEL for an even data address.
 */
export function multicastControlAddress(data: SocketAddress): SocketAddress {
  const bytes = parseIpAddress(data.address)?.slice() ?? new Uint8Array(1);
  const last = bytes.length - 1;
  if ((bytes[last] ?? 0) % 2 === 0) {
    throwInvalidChannel(
      `multicast data address must be odd: address=${data.address}, the even one after it carries control frames`,
    );
  }
  // Wraps from 255 to 0 without a carry, as in the reference.
  bytes[last] = (bytes[last] ?? 0) + 1;
  const scope = /%.*$/.exec(data.address)?.[0] ?? '';
  return { family: data.family, address: formatIpAddress(bytes) + scope, port: data.port };
}
