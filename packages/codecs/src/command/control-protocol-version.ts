// SPDX-License-Identifier: Apache-2.0
/** Which version of the commands and events this is, and what an older driver lacks. */
import { composeVersion } from '../semantic-version.ts';

/** Published by the driver in system counter CONTROL_PROTOCOL_VERSION. Drivers before 1.0.0 publish nothing, which reads as 0. */
export const CONTROL_PROTOCOL_VERSION: number = composeVersion(1, 0, 0);

/** Whether a driver with this control protocol version answers GET_NEXT_AVAILABLE_SESSION_ID. */
export function suppliesSessionIds(driverVersion: number): boolean {
  return driverVersion >= CONTROL_PROTOCOL_VERSION;
}
