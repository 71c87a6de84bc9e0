// SPDX-License-Identifier: Apache-2.0
/**
 * What the receiver is made of: ports, queues, shared memory and settings, and nothing that ties it to the conductor's thread.
 * In a thread of its own it gets the same record over the same mapped memory.
 */
import type { AtomicBuffer, Clock, Datagrams, FileMapper } from '@aeron/core/internal';
import type { ConductorCommand, ReceiverCommand } from '../agents/agent-commands.ts';
import type { AgentInbox, AgentProxy } from '../agents/agent-queue.ts';
import type { DriverEvents } from '../events/driver-events.ts';
import type { EndpointLoss } from '../loss/loss-generator.ts';
import type { UdpChannel } from '../media/udp-channel.ts';
import type { PortRange } from '../media/wildcard-port-manager.ts';

/** The receiver's settings; times in ns, lengths in bytes. */
export interface ReceiverConfig {
  /** How often an image reports at least. */
  readonly statusMessageTimeoutNs: number;
  /** An image that gets no packet for so long is let go. */
  readonly imageLivenessTimeoutNs: number;
  /** Images of one stream on one end point. */
  readonly streamSessionLimit: number;
  /** 0: names are never resolved anew. */
  readonly reResolutionCheckIntervalNs: number;
  /** For channels without `gtag`; undefined: status messages carry no group tag. */
  readonly receiverGroupTag: bigint | undefined;
  /** For channels without `ttl`; 0: the operating system's default. */
  readonly socketMulticastTtl: number;
  /** For channels that leave the port open; undefined: the operating system picks. */
  readonly wildcardPortRange?: PortRange | undefined;
  /** Datagrams taken from one socket in one pass. */
  readonly receiverIoVectorCapacity: number;
  /** Of log buffer files. */
  readonly filePageSize: number;
  /** A duty cycle that takes longer is counted. */
  readonly receiverCycleThresholdNs: number;
}

export interface ReceiverResources {
  readonly clock: Clock;
  readonly datagrams: Datagrams;
  readonly mapper: FileMapper;
  readonly inbox: AgentInbox<ReceiverCommand>;
  readonly conductor: AgentProxy<ConductorCommand>;
  readonly config: ReceiverConfig;
  /** Values of all counters, in the mapped CnC file. */
  readonly counterValues: AtomicBuffer;
  readonly stateMemory: SharedArrayBuffer;
  /** Wakes whoever parked this agent's thread, when a datagram arrives. */
  readonly onReadable?: (() => void) | undefined;
  /** Losses made on purpose for one end point. */
  readonly endpointLoss?: ((channel: UdpChannel) => EndpointLoss) | undefined;
  readonly events?: DriverEvents;
}
