// SPDX-License-Identifier: Apache-2.0
/** The transports of this implementation's driver: each is a row of its own wherever datagrams are sent. */
import type { Variant } from './workload.ts';

export const TRANSPORTS: readonly Variant[] = [{ name: 'dgram', properties: {} }];
