// SPDX-License-Identifier: Apache-2.0
/** Who may end the driver by a command: the validators that a setting can name. Pure. */
import type { DriverConfig } from './driver-config.ts';

/** @source aeron-driver/DefaultDenyTerminationValidator, aeron-driver/DefaultAllowTerminationValidator */
export function isTerminationAllowed(config: Pick<DriverConfig, 'terminationValidator'>): boolean {
  return config.terminationValidator === 'allow';
}
