// SPDX-License-Identifier: Apache-2.0
/** A client asks the driver to end. Never answered: a refused request looks like none. */
import { type Command, immediate } from './command.ts';
import type { CommandServices } from './command-services.ts';

/** @param token a copy of what the client sent. @source aeron-driver/DriverConductor (onTerminateDriver) */
export function terminateDriver(token: Uint8Array, { termination }: Pick<CommandServices, 'termination'>): Command {
  return immediate(() => {
    if (termination.isAllowed(token)) {
      termination.request();
    }
  });
}
