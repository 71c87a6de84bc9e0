// SPDX-License-Identifier: Apache-2.0
/**
 * What the sender is made of: ports, queues, shared memory and settings, and nothing that ties it to the conductor's thread.
 * In a thread of its own it gets the same record over the same mapped memory.
 */
import type { AtomicBuffer, Clock, Datagrams, FileMapper } from '@aeron/core/internal';
import type { ConductorCommand, SenderCommand } from '../agents/agent-commands.ts';
import type { AgentInbox, AgentProxy } from '../agents/agent-queue.ts';
import type { DriverEvents } from '../events/driver-events.ts';
import type { FlowControlConfig, FlowControlSupplier } from '../flow-control/create-flow-control.ts';
import type { EndpointLoss } from '../loss/loss-generator.ts';
import type { UdpChannel } from '../media/udp-channel.ts';
import type { PortRange } from '../media/wildcard-port-manager.ts';

/** The sender's settings; times in ns, lengths in bytes. */
export interface SenderConfig {
  /** How often receivers report; control sockets are polled twice as often at least. */
  readonly statusMessageTimeoutNs: number;
  /** Control sockets are polled after so many passes that sent something. */
  readonly sendToStatusMessagePollRatio: number;
  /** 0: names are never resolved anew. */
  readonly reResolutionCheckIntervalNs: number;
  /** A receiver that has been silent for so long is gone. */
  readonly publicationConnectionTimeoutNs: number;
  readonly retransmitUnicastDelayNs: number;
  readonly retransmitUnicastLingerNs: number;
  /** Datagrams that one publication sends in a pass. */
  readonly maxMessagesPerSend: number;
  /** For channels without `ttl`; 0: the operating system's default. */
  readonly socketMulticastTtl: number;
  /** Ports for channels with `control` that leave the port open; undefined: the operating system picks. */
  readonly wildcardPortRange?: PortRange | undefined;
  /** Whether sockets with one destination are connected to it, and so hear nobody else. */
  readonly isUnicastConnected: boolean;
  /** A duty cycle that takes longer is counted. */
  readonly senderCycleThresholdNs: number;
  readonly flowControl: FlowControlConfig;
}

export interface SenderResources {
  readonly clock: Clock;
  readonly datagrams: Datagrams;
  readonly mapper: FileMapper;
  readonly inbox: AgentInbox<SenderCommand>;
  readonly conductor: AgentProxy<ConductorCommand>;
  readonly config: SenderConfig;
  /** Values of all counters, in the mapped CnC file. */
  readonly counterValues: AtomicBuffer;
  readonly stateMemory: SharedArrayBuffer;
  /** Wakes whoever parked this agent's thread, when a datagram arrives. */
  readonly onReadable?: (() => void) | undefined;
  /** Losses made on purpose for one end point. */
  readonly endpointLoss?: ((channel: UdpChannel) => EndpointLoss) | undefined;
  readonly flowControlSupplier?: FlowControlSupplier | undefined;
  readonly events?: DriverEvents;
}
