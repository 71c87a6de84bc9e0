// SPDX-License-Identifier: Apache-2.0
/** Counters of the driver that a client is on, by the names of the tables in codecs. */
import { DRIVER_COUNTERS, SystemCounterId } from '@aeron/client';
import type { InteropClient } from './interop-client.ts';

export async function systemCounter(client: InteropClient, name: keyof typeof SystemCounterId): Promise<number> {
  return (await client.counters()).get(SystemCounterId[name])?.value ?? 0;
}

/** @returns undefined where the stream has no such counter. */
export async function streamCounter(
  client: InteropClient,
  name: keyof typeof DRIVER_COUNTERS,
  streamId: number,
): Promise<number | undefined> {
  const { typeId, label } = DRIVER_COUNTERS[name];
  const start = new RegExp(`^${label.replace(/[()]/g, '\\$&')}: -?\\d+ -?\\d+ ${streamId} `);
  const counters = [...(await client.counters()).values()];
  return counters.find((counter) => counter.typeId === typeId && start.test(counter.label))?.value;
}

/** The address that the publication or subscription with this channel is bound to. */
export async function boundAddress(client: InteropClient, channel: string): Promise<string | undefined> {
  const counters = [...(await client.counters()).values()];
  const status = counters.find(
    ({ typeId, label }) => isChannelStatus(typeId) && label.includes(`: ${channel} `) && !label.endsWith(`${channel} `),
  );
  return status?.label.slice(status.label.lastIndexOf(' ') + 1);
}

function isChannelStatus(typeId: number): boolean {
  return (
    typeId === DRIVER_COUNTERS.SEND_CHANNEL_STATUS.typeId || typeId === DRIVER_COUNTERS.RECEIVE_CHANNEL_STATUS.typeId
  );
}
