// SPDX-License-Identifier: Apache-2.0
/** A client asks for a session id that no publication of a stream uses on any channel. It is not reserved. */
import { type Command, immediate } from './command.ts';
import type { CommandServices } from './command-services.ts';

/** @source aeron-driver/DriverConductor (onNextAvailableSessionId) */
export function nextSessionId(
  correlationId: number,
  streamId: number,
  { sessionIds, proxy }: Pick<CommandServices, 'sessionIds' | 'proxy'>,
): Command {
  return immediate(() => proxy.onNextAvailableSessionId(correlationId, sessionIds.nextAvailableOnStream(streamId)));
}
