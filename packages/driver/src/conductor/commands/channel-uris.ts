// SPDX-License-Identifier: Apache-2.0
/** Reads the channel of a command. What is not a well-formed URI of the right medium refuses the command. */
import { ChannelUri } from '@aeron/codecs/internal';
import { throwInvalidChannel } from '../control-protocol-error.ts';

/** @throws ControlProtocolError INVALID_CHANNEL. */
export function parseChannel(channel: string): ChannelUri {
  try {
    return ChannelUri.parse(channel);
  } catch (error) {
    return throwInvalidChannel(error instanceof Error ? error.message : String(error), error);
  }
}

/** @throws ControlProtocolError INVALID_CHANNEL, also for a medium that only starts like `ipc`. */
export function parseIpcChannel(channel: string): ChannelUri {
  const uri = parseChannel(channel);
  return uri.isIpc ? uri : throwInvalidChannel(`unknown media: channel=${channel}`);
}
