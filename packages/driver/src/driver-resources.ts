// SPDX-License-Identifier: Apache-2.0
/**
 * What the composition root hands to the agents of one driver. The records are built once, frozen, and never extended later;
 * an agent's constructor picks what it uses and hands narrower ports to its parts, so nothing below an agent sees one whole.
 *
 * Agents that share a thread share a record. In the modes with several threads each thread builds its own over the same
 * mapped file, so nothing in here may carry state between agents except through mapped and shared memory.
 */
import type {
  BroadcastTransmitter,
  CountersManager,
  DutyCycleTracker,
  ErrorHandler,
  ManyToOneRingBuffer,
  Platform,
  SocketBufferLimits,
} from '@aeron/core/internal';
import type { DriverConfig } from './config/driver-config.ts';
import type { DriverSuppliers } from './driver-suppliers.ts';
import type { DriverEvents } from './events/driver-events.ts';
import type { CounterMemory, ResolverCounterIds } from './naming/resolver-counters.ts';
import type { LossReport } from './reports/loss-report.ts';
import type { SystemCounters } from './status/system-counters.ts';

/** Decides whether a client's request to terminate the driver is honoured. `token` is what the client sent. */
export type TerminationValidator = (aeronDirectory: string, token: Uint8Array) => boolean;

/** What every agent needs, in whichever thread it runs. */
export interface AgentResources {
  /** Every setting, resolved and checked. `config.aeronDirectory` is the canonical directory. */
  readonly config: DriverConfig;
  readonly platform: Platform;
  /** Code in place of the driver's own. */
  readonly suppliers: DriverSuppliers;
  /** The counters in the mapped CnC file; only the conductor allocates any. */
  readonly counters: CounterMemory;
  readonly resolverCounterIds: ResolverCounterIds;
  /** One slot for each publication and image; see shared-state/. */
  readonly stateMemory: SharedArrayBuffer;
  /** Counts (system counter 15), records in the distinct error log, then tells the user. Never throws. */
  readonly onError: ErrorHandler;
  /** Wakes the thread of the agents when a datagram arrives. */
  readonly onReadable: () => void;
  /** What is logged in this thread. */
  readonly events: DriverEvents;
}

/** What the conductor needs beyond that. */
export interface DriverResources extends AgentResources {
  /** Commands from clients; the conductor is the one consumer and writes the heartbeat. */
  readonly toDriver: ManyToOneRingBuffer;
  /** Events to all clients; the conductor is the one transmitter. */
  readonly toClients: BroadcastTransmitter;
  readonly counters: CountersManager;
  readonly systemCounters: SystemCounters;
  readonly lossReport: LossReport;
  /** Bounds of the operating system's socket buffers. */
  readonly socketBufferLimits: SocketBufferLimits;
  /** Feeds system counters 26 and 27; call it once per conductor cycle. */
  readonly conductorDutyCycle: DutyCycleTracker;
  readonly validateTermination: TerminationValidator;
  /** Called by the conductor when a termination request was found valid. Returns at once; closing happens later. */
  readonly onTerminationRequested: () => void;
}
