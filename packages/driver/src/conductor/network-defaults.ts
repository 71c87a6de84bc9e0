// SPDX-License-Identifier: Apache-2.0
/** The settings that fill in what the URI of a UDP channel leaves out. Pure. */
import type { DriverConfig } from '../config/driver-config.ts';
import type { PublicationDefaults } from './rules/publication-params.ts';
import type { SubscriptionDefaults } from './rules/subscription-params.ts';

export function networkPublicationDefaults(config: DriverConfig): PublicationDefaults {
  return {
    ...config,
    termLength: config.publicationTermBufferLength,
    mtuLength: config.mtuLength,
    termWindowLength: config.publicationTermWindowLength,
  };
}

export function networkSubscriptionDefaults(config: DriverConfig): SubscriptionDefaults {
  return { ...config, termLength: config.publicationTermBufferLength };
}
