// SPDX-License-Identifier: Apache-2.0
/** The clients that the driver knows. A client becomes known by its first command that adds something. Conductor only. */
import type { Clock, CountersManager, ErrorHandler } from '@aeron/core/internal';
import { newClientHeartbeat } from '../../status/driver-counters.ts';
import type { ClientProxy } from '../client-proxy.ts';
import { ManagedResources } from '../managed-resource.ts';
import { AeronClient, type ClientListener } from './aeron-client.ts';

/** What the registry is given. */
export interface ClientsPorts {
  readonly counters: CountersManager;
  readonly proxy: ClientProxy;
  readonly clock: Clock;
  readonly clientLivenessTimeoutNs: number;
  /** Counts a client that fell silent (system counter 24). */
  readonly onTimedOut: () => void;
  readonly onError: ErrorHandler;
}

export class Clients implements ClientListener {
  readonly #ports: ClientsPorts;
  readonly #clients: ManagedResources<AeronClient>;

  constructor(ports: ClientsPorts) {
    this.#ports = ports;
    this.#clients = new ManagedResources(ports.onError);
  }

  get items(): readonly AeronClient[] {
    return this.#clients.items;
  }

  find(clientId: number): AeronClient | undefined {
    return this.#clients.find((client) => client.clientId === clientId);
  }

  /**
   * A new client gets a heartbeat counter, and is told of it before anything else.
   *
   * @throws AeronError INSUFFICIENT_CAPACITY when no counter is free for it.
   */
  getOrAdd(clientId: number): AeronClient {
    const existing = this.find(clientId);
    if (existing !== undefined) {
      return existing;
    }
    const { counters, clock, clientLivenessTimeoutNs, proxy } = this.#ports;
    const heartbeat = newClientHeartbeat(counters, clientId, clock.epochMs());
    const client = new AeronClient(clientId, clientLivenessTimeoutNs, heartbeat, this);
    this.#clients.add(client);
    proxy.onCounterReady(clientId, heartbeat.id);
    return client;
  }

  onTimeEvent(nowNs: number, nowMs: number): void {
    this.#clients.onTimeEvent(nowNs, nowMs);
  }

  onClientTimeout(clientId: number): void {
    this.#ports.onTimedOut();
    this.#ports.proxy.onClientTimeout(clientId);
  }

  onHeartbeatUnavailable(clientId: number, counterId: number): void {
    this.#ports.proxy.onUnavailableCounter(clientId, counterId);
  }
}
