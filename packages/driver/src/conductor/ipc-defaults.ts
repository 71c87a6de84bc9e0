// SPDX-License-Identifier: Apache-2.0
/** The settings that fill in what the URI of an IPC channel leaves out. Pure. */
import type { DriverConfig } from '../config/driver-config.ts';
import type { PublicationDefaults } from './rules/publication-params.ts';
import type { SubscriptionDefaults } from './rules/subscription-params.ts';

/** A receiver window means nothing on IPC; it is read and bounded all the same, so that a wrong one is refused. */
const INITIAL_WINDOW_LENGTH = 128 * 1024;

export function ipcPublicationDefaults(config: DriverConfig): PublicationDefaults {
  return {
    ...config,
    termLength: config.ipcTermBufferLength,
    mtuLength: config.ipcMtuLength,
    termWindowLength: config.ipcPublicationTermWindowLength,
  };
}

export function ipcSubscriptionDefaults(config: DriverConfig): SubscriptionDefaults {
  return {
    ...config,
    termLength: config.ipcTermBufferLength,
    initialWindowLength: INITIAL_WINDOW_LENGTH,
    receiverGroupConsideration: 'infer',
  };
}
