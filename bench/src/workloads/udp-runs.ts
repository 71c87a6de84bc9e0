// SPDX-License-Identifier: Apache-2.0
/** One measurement over UDP with a driver of given settings, at its MTU. */
import type { DriverProperties } from '../contenders/contender.ts';
import { freePort } from '../contenders/places.ts';
import type { Values } from '../contenders/program.ts';
import { type DriverExtras, kiloRate, type Stage } from './workload.ts';

const STREAM_ID = 1001;

/** @returns messages a second, in thousands. */
export function udpRate(
  { withDriver, scale }: Stage,
  length: number,
  properties: DriverProperties,
  extras?: DriverExtras,
): Promise<number> {
  return withDriver(
    properties,
    async (driver) => {
      const channel = await newChannel();
      const { warmUpMs, windowMs } = scale;
      const place = { publish: channel, subscribe: channel, stream: STREAM_ID };
      return kiloRate(await driver.start('duplex', { ...place, kind: 'offer', length, warmUpMs, windowMs }).result());
    },
    extras,
  );
}

/** @param everyUs 0: one after the other. @returns percentiles, ns. */
export function udpRoundTrips(
  { withDriver, scale }: Stage,
  everyUs: number,
  properties: DriverProperties,
): Promise<Values> {
  return withDriver(properties, async (driver) => {
    const { warmUpMs, windowMs } = scale;
    const place = { there: await newChannel(), back: await newChannel(), stream: STREAM_ID };
    return driver.start('circuit', { ...place, length: 32, everyUs, warmUpMs, windowMs }).result();
  });
}

async function newChannel(): Promise<string> {
  return `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
}
