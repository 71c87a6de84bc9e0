// SPDX-License-Identifier: Apache-2.0
/** What the parts of the receiver share: the time of this pass, the counters, the way to the conductor. Receiver's thread. */
import type { Clock, Datagrams } from '@aeron/core/internal';
import type { ConductorOutbox } from '../agents/conductor-outbox.ts';
import type { DriverEvents } from '../events/driver-events.ts';
import type { WildcardPortManager } from '../media/wildcard-port-manager.ts';
import type { ReceiverCounters } from './receiver-counters.ts';
import type { ReceiverConfig } from './receiver-resources.ts';

export interface ReceiverServices {
  /** Stands still during a pass. */
  readonly time: Pick<Clock, 'nanoTime'>;
  /** The real one, where it must be exact. */
  readonly clock: Clock;
  readonly datagrams: Datagrams;
  readonly onReadable: (() => void) | undefined;
  readonly ports: WildcardPortManager;
  readonly config: ReceiverConfig;
  readonly counters: ReceiverCounters;
  readonly outbox: ConductorOutbox;
  readonly events: DriverEvents;
}
