// SPDX-License-Identifier: Apache-2.0
/** Which version of the commands and events this is, and what an older driver lacks. */
import { composeVersion, formatVersion } from '../semantic-version.ts';

/** Published by the driver in system counter CONTROL_PROTOCOL_VERSION. Drivers before 1.0.0 publish nothing, which reads as 0. */
export const CONTROL_PROTOCOL_VERSION: number = composeVersion(1, 0, 0);

/** Whether a driver with this control protocol version answers GET_NEXT_AVAILABLE_SESSION_ID. */
export function suppliesSessionIds(driverVersion: number): boolean {
  return driverVersion >= CONTROL_PROTOCOL_VERSION;
}

/** What a driver says of itself in its system counters; 0 where it says nothing. */
export interface DriverVersions {
  readonly controlProtocol: number;
  /** Of its software. */
  readonly aeron: number;
}

/** The first release with REJECT_IMAGE and REMOVE_DESTINATION_BY_ID under their ids of today; control protocol 1.0.0 came later. */
const COMMANDS_RENUMBERED: number = composeVersion(1, 47, 0);

/**
 * Whether a driver takes REJECT_IMAGE and REMOVE_DESTINATION_BY_ID for what they are. One before 1.47.0 takes the first for the
 * removal of a destination, and does not answer the second.
 *
 * @returns what is wrong with it; undefined if nothing is.
 */
export function renumberedCommandsProblem({ controlProtocol, aeron }: DriverVersions): string | undefined {
  if (controlProtocol >= CONTROL_PROTOCOL_VERSION || aeron >= COMMANDS_RENUMBERED) {
    return undefined;
  }
  return `needs a driver of version ${formatVersion(COMMANDS_RENUMBERED)} or later: driver=${formatVersion(aeron)}`;
}
