// SPDX-License-Identifier: Apache-2.0
/** What the settings say about the ports to the operating system. Pure. */
import type { NodePlatformOptions } from '@aeron/core/internal';
import type { DriverConfig } from './driver-config.ts';

/** For a thread that agents own, or whose owner runs them by hand. */
export function platformOptions({ mappingProvider, datagramTransport }: PlatformConfig): NodePlatformOptions {
  return { mapping: { provider: mappingProvider }, datagrams: { transport: datagramTransport } };
}

/**
 * For a thread whose event loop agents are guests of. They sleep on timers of that loop, and only datagrams that arrive on it
 * wake them.
 */
export function guestPlatformOptions(config: PlatformConfig): NodePlatformOptions {
  const { datagramTransport } = config;
  return platformOptions({ ...config, datagramTransport: datagramTransport === 'auto' ? 'dgram' : datagramTransport });
}

type PlatformConfig = Pick<DriverConfig, 'mappingProvider' | 'datagramTransport'>;
