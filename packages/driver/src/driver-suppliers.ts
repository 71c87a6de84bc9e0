// SPDX-License-Identifier: Apache-2.0
/**
 * Code that takes the place of what the driver does by itself. Code can't be handed to a thread, so a driver with threads of its
 * own is told of a module by the setting `suppliersModule`, and each thread loads it; other drivers take either.
 */
import { ConfigurationError } from '@aeron/core/internal';
import type { DriverConfig } from './config/driver-config.ts';
import type { CongestionControlSupplier } from './congestion/congestion-control.ts';
import type { TerminationValidator } from './driver-resources.ts';
import type { FlowControlSupplier } from './flow-control/create-flow-control.ts';
import type { EndpointLoss } from './loss/loss-generator.ts';
import type { UdpChannel } from './media/udp-channel.ts';
import type { NameResolverSupplier } from './naming/create-name-resolver.ts';

/** Each is asked in the thread of the agent that needs it. */
export interface DriverSuppliers {
  /** The strategy of one publication. */
  readonly flowControl?: FlowControlSupplier;
  /** The strategy of one image. */
  readonly congestionControl?: CongestionControlSupplier;
  readonly nameResolver?: NameResolverSupplier;
  /** What an end point of publications loses on purpose. */
  readonly sendEndpointLoss?: (channel: UdpChannel) => EndpointLoss;
  /** What an end point of subscriptions loses on purpose. */
  readonly receiveEndpointLoss?: (channel: UdpChannel) => EndpointLoss;
  readonly validateTermination?: TerminationValidator;
}

const NONE: DriverSuppliers = {};

/**
 * Loads the module that the settings name, if any. Its export `suppliers` is the record.
 *
 * @throws ConfigurationError when it can't be loaded or has no such export.
 */
export async function loadSuppliers({
  suppliersModule,
}: Pick<DriverConfig, 'suppliersModule'>): Promise<DriverSuppliers> {
  if (suppliersModule === undefined) {
    return NONE;
  }
  let loaded: { readonly suppliers?: unknown; readonly default?: { readonly suppliers?: unknown } | undefined };
  try {
    loaded = await import(suppliersModule);
  } catch (cause) {
    throw new ConfigurationError(`suppliers can't be loaded: aeron.driver.suppliers.module=${suppliersModule}`, {
      cause,
    });
  }
  const suppliers = loaded.suppliers ?? loaded.default?.suppliers; // a CommonJS module may be seen as its default alone
  if (typeof suppliers !== 'object' || suppliers === null) {
    throw new ConfigurationError(
      `module exports no record of suppliers: aeron.driver.suppliers.module=${suppliersModule}`,
    );
  }
  return suppliers;
}
