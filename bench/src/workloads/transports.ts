// SPDX-License-Identifier: Apache-2.0
/** The transports of this implementation's driver: each is a row of its own wherever datagrams are sent. */
import type { Variant } from './workload.ts';

const SETTING = 'aeron.driver.datagram.transport';

const NAMES = process.platform === 'linux' ? (['dgram', 'batch', 'offload'] as const) : (['dgram'] as const);

export const TRANSPORTS: readonly Variant[] = NAMES.map((name) => ({ name, properties: { [SETTING]: name } }));
