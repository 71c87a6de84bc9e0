// SPDX-License-Identifier: Apache-2.0
/** What a client says about itself. An unknown client has nothing to be kept alive or to be released. */
import { type Command, immediate } from './command.ts';
import type { CommandServices } from './command-services.ts';

/** @source aeron-driver/DriverConductor (onClientKeepalive) */
export function clientKeepalive(
  clientId: number,
  { clients, clock }: Pick<CommandServices, 'clients' | 'clock'>,
): Command {
  return immediate(() => clients.find(clientId)?.onKeepalive(clock.epochMs()));
}

/** The next tick releases what it owns. @source aeron-driver/DriverConductor (onClientClose) */
export function clientClose(clientId: number, { clients }: Pick<CommandServices, 'clients'>): Command {
  return immediate(() => clients.find(clientId)?.onClosedByCommand());
}
