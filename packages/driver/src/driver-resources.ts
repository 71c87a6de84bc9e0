// SPDX-License-Identifier: Apache-2.0
/**
 * What the composition root hands to the agents of one driver. The record is built once, frozen, and never extended later;
 * an agent's constructor picks what it uses and hands narrower ports to its parts, so nothing below an agent sees it whole.
 *
 * In SHARED and INVOKER mode one record serves every agent. In the modes with several threads each thread builds its own
 * over the same mapped file, so nothing in here may carry state between agents except through mapped memory.
 */
import type {
  BroadcastTransmitter,
  CountersManager,
  DutyCycleTracker,
  ErrorHandler,
  ManyToOneRingBuffer,
  Platform,
} from '@aeron/core/internal';
import type { DriverConfig } from './config/driver-config.ts';
import type { SystemCounters } from './status/system-counters.ts';

/** Decides whether a client's request to terminate the driver is honoured. `token` is what the client sent. */
export type TerminationValidator = (aeronDirectory: string, token: Uint8Array) => boolean;

export interface DriverResources {
  /** Every setting, resolved and checked. `config.aeronDirectory` is the canonical directory. */
  readonly config: DriverConfig;
  readonly platform: Platform;
  /** Commands from clients; the conductor is the one consumer and writes the heartbeat. */
  readonly toDriver: ManyToOneRingBuffer;
  /** Events to all clients; the conductor is the one transmitter. */
  readonly toClients: BroadcastTransmitter;
  readonly counters: CountersManager;
  readonly systemCounters: SystemCounters;
  /** Counts (system counter 15), records in the distinct error log, then tells the user. Never throws. */
  readonly onError: ErrorHandler;
  /** Feeds system counters 26 and 27; call it once per conductor cycle. */
  readonly conductorDutyCycle: DutyCycleTracker;
  readonly validateTermination: TerminationValidator;
  /** Called by the conductor when a termination request was found valid. Returns at once; closing happens later. */
  readonly onTerminationRequested: () => void;
}
