// SPDX-License-Identifier: Apache-2.0
/** The parts of one client, made once by its conductor and shared by the classes that together are the conductor. */
import type { DriverVersions } from '@aeron/codecs/internal';
import type { CountersReader } from '@aeron/core';
import type { Clock, Scheduler } from '@aeron/core/internal';
import type { Callbacks } from './callbacks.ts';
import type { DriverProxy } from './driver-proxy.ts';
import type { LogBuffersRegistry } from './log-buffers-registry.ts';
import type { CommandKind, PendingCommands } from './pending-commands.ts';
import type { WaitOptions } from './ports.ts';
import type { ResourceMap } from './resource-map.ts';

export interface ClientParts {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly proxy: DriverProxy;
  readonly counters: CountersReader;
  readonly driverVersions: DriverVersions;
  readonly callbacks: Callbacks;
  readonly pending: PendingCommands;
  readonly resources: ResourceMap;
  readonly logs: LogBuffersRegistry;
  /** How long a log stays mapped whose image went away. */
  readonly resourceLingerNs: number;
  /** One round of work of the conductor, unless it is at work or ending. @returns work count. */
  service(): number;
  /**
   * Sends a command that nobody awaits, whatever state the client is in.
   *
   * @throws AeronError INSUFFICIENT_CAPACITY.
   */
  send(kind: CommandKind, channel: string, command: () => number): number;
  /**
   * Sends a command and awaits its answer.
   *
   * @returns what the answer gave. Rejects with CLOSED, REENTRANT_CALL or INSUFFICIENT_CAPACITY; RegistrationError;
   * DriverTimeoutError; the signal's reason; or what ended the client.
   */
  sendAndWait(kind: CommandKind, channel: string, command: () => number, options?: WaitOptions): Promise<unknown>;
}

/** How long a log stays mapped whose publication or subscription the application closed. */
export const EXPLICIT_CLOSE_LINGER_NS = 1_000_000_000;
