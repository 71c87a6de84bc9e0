// SPDX-License-Identifier: Apache-2.0
/**
 * The client's agent: each duty cycle looks at its time-outs, then takes at most one message of the driver. It schedules and
 * decides when the client ends; what commands and events do is in registrations.ts and driver-events-handler.ts.
 *
 * ```text
 *   active ──────────── close() ─────────────────────────────► closed
 *      │                                                         ▲
 *      └── driver lost, given up by it, not serviced, lapped ──► terminating ── next duty cycle
 * ```
 *
 * One thread. Resources are shut before memory is unmapped, and memory is unmapped after it lingered.
 *
 * @source aeron-client/ClientConductor
 */
import type { EventEmitter } from 'node:events';
import type { CncFile } from '@aeron/codecs/internal';
import { AeronError, type Agent, AgentTerminationError, CountersReader, isAeronError } from '@aeron/core';
import { BroadcastReceiver, ConfigurationError, CopyBroadcastReceiver, formatDurationNs } from '@aeron/core/internal';
import type { ClientConfig } from '../config/client-options.ts';
import type { DriverConnection } from '../connect/connect.ts';
import { Counter } from '../counter/counter.ts';
import { DriverTimeoutError } from '../errors/client-errors.ts';
import { Publication } from '../publication/publication.ts';
import { Subscription } from '../subscription/subscription.ts';
import { checkTimeout } from './arguments.ts';
import { type AeronEvents, Callbacks } from './callbacks.ts';
import type { ClientParts } from './client-parts.ts';
import { DriverEventsAdapter } from './driver-events-adapter.ts';
import { DriverEventsHandler } from './driver-events-handler.ts';
import { DriverProxy } from './driver-proxy.ts';
import { readDriverVersions } from './driver-versions.ts';
import { Liveness } from './liveness.ts';
import { LogBuffersRegistry } from './log-buffers-registry.ts';
import { type CommandKind, type PendingCommand, PendingCommands } from './pending-commands.ts';
import type { WaitOptions } from './ports.ts';
import { Registrations } from './registrations.ts';
import { ResourceMap } from './resource-map.ts';
import { ResourcePort } from './resource-port.ts';

const NS_PER_MS = 1e6;
const NULL_VALUE = -1;
/** What a client that was forced to end waits for before it unmaps, so that other code notices that its resources are closed. */
const TERMINATION_LINGER_MS = 16;

export class ClientConductor implements Agent {
  readonly roleName = 'aeron-client';
  readonly callbacks: Callbacks;
  readonly registrations: Registrations;
  readonly parts: ClientParts;
  /** Settles when the client has let go of everything. */
  readonly closed: Promise<void>;
  readonly #config: ClientConfig;
  readonly #cnc: CncFile;
  readonly #port: ResourcePort;
  readonly #adapter: DriverEventsAdapter;
  readonly #liveness: Liveness;
  readonly #wake: () => void;
  #resolveClosed: () => void = () => undefined;
  #isAtWork = false;
  #closesAfterWork = false;

  /**
   * @param events where the client's events are emitted.
   * @param wake called when there is work to be done soon.
   */
  constructor(
    config: ClientConfig,
    { cnc, toDriver }: DriverConnection,
    events: EventEmitter<AeronEvents>,
    wake: () => void,
  ) {
    const { settings, platform, wiring } = config;
    const proxy = new DriverProxy(toDriver, toDriver.nextCorrelationId());
    this.#config = config;
    this.#cnc = cnc;
    this.#wake = wake;
    const identity = {
      clientId: proxy.clientId,
      clientName: settings.clientName,
      aeronDirectory: config.aeronDirectory,
    };
    const target = { diagnostics: platform.diagnostics, identity };
    this.callbacks = new Callbacks(wiring, settings.fallbackLogger, target, events);
    this.parts = this.#makeParts(proxy, new CountersReader(cnc.countersMetadata, cnc.countersValues));
    this.#port = new ResourcePort(this.parts);
    this.registrations = new Registrations(this.parts, this.#port, {
      availableImageHandler: wiring.availableImageHandler,
      unavailableImageHandler: wiring.unavailableImageHandler,
      controlProtocolVersion: this.parts.driverVersions.controlProtocol,
      randomInt32: () => platform.host.randomInt32(),
    });
    const handler = new DriverEventsHandler(this.parts, this.#port, (reason) => this.#terminate(reason));
    this.#adapter = new DriverEventsAdapter(new CopyBroadcastReceiver(new BroadcastReceiver(cnc.toClients)), handler);
    this.#liveness = new Liveness({
      clock: platform.clock,
      proxy,
      counters: this.parts.counters,
      aeronDirectory: config.aeronDirectory,
      clientName: settings.clientName,
      driverTimeoutMs: settings.driverTimeoutMs,
      keepAliveIntervalNs: settings.keepAliveIntervalNs,
      interServiceTimeoutNs: cnc.clientLivenessTimeoutNs,
    });
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#addConfiguredHandlers();
  }

  get isClosed(): boolean {
    return this.callbacks.guard.state === 'closed';
  }

  /** Somebody awaits an answer of the driver. */
  get isAwaited(): boolean {
    return this.parts.pending.waiterCount > 0;
  }

  doWork(): number {
    const { guard } = this.callbacks;
    if (guard.state !== 'active') {
      throw new AgentTerminationError(`Aeron client is ${guard.state}`, { isExpected: true });
    }
    return this.service();
  }

  /** One round of work, unless one is going on. @returns work count. */
  service(): number {
    if (this.#isAtWork || !this.callbacks.guard.isActive) {
      return 0;
    }
    this.#isAtWork = true;
    let workCount = 0;
    try {
      workCount += this.#checkTimeouts();
      workCount += this.#adapter.receive();
    } catch (error) {
      this.#onServiceError(error);
    } finally {
      this.#isAtWork = false;
    }
    if (this.#closesAfterWork) {
      this.#close();
    }
    this.callbacks.flush();
    return workCount;
  }

  /** Called once, by whatever runs the agent; also from inside a callback. */
  onClose(): void {
    if (this.#isAtWork) {
      this.#closesAfterWork = true;
    } else {
      this.#close();
    }
  }

  #close(): void {
    const { guard } = this.callbacks;
    const wasTerminating = guard.state === 'terminating';
    guard.state = 'terminating';
    this.#forceCloseResources(new AeronError('CLOSED', 'Aeron client is closed'));
    this.callbacks.onClose();
    const lingerMs = this.#config.settings.closeLingerDurationNs / NS_PER_MS;
    const delayMs = lingerMs + (wasTerminating ? TERMINATION_LINGER_MS : 0);
    if (delayMs > 0) {
      this.#config.platform.scheduler.after(delayMs, () => this.#finishClose(), true);
    } else {
      this.#finishClose();
    }
  }

  #finishClose(): void {
    this.parts.logs.unmapLingering();
    try {
      this.parts.proxy.clientClose();
    } catch (error) {
      this.callbacks.reportError(error); // the driver will notice by the heartbeat that stops
    }
    this.callbacks.guard.state = 'closed';
    this.#cnc.close();
    this.callbacks.diagnostics.onClose();
    this.callbacks.flush();
    this.#resolveClosed();
  }

  #checkTimeouts(): number {
    const { pending, logs } = this.parts;
    const nowNs = this.#config.platform.clock.nanoTime();
    let workCount = pending.rejectExpired(nowNs, (command) => this.#noAnswer(command));
    if (nowNs - this.#liveness.lastServiceNs > this.#config.settings.idleSleepDurationNs) {
      this.#liveness.onService(nowNs);
      workCount += this.#liveness.keepAlive(nowNs);
      workCount += logs.unmapExpired(nowNs);
    }
    return workCount;
  }

  #onServiceError(error: unknown): void {
    if (isAeronError(error, 'TERMINATED')) {
      this.#terminate(error);
      return;
    }
    const isFatal = this.#adapter.isInvalid || (isAeronError(error) && error.isFatal);
    if (isFatal) {
      this.#terminate(error as Error);
    } else {
      this.callbacks.reportError(error);
    }
  }

  /** Ends the client because of an error: at once for its resources, with the next duty cycle for itself. */
  #terminate(reason: Error): void {
    if (!this.callbacks.guard.isActive) {
      return;
    }
    this.callbacks.guard.state = 'terminating';
    this.#forceCloseResources(reason);
    this.callbacks.reportError(reason);
    this.#wake();
  }

  #forceCloseResources(reason: Error): void {
    const { resources, pending, logs, clock, callbacks, counters, resourceLingerNs } = this.parts;
    const deadlineNs = clock.nanoTime() + resourceLingerNs;
    for (const resource of resources.all()) {
      if (resource instanceof Subscription) {
        if (!pending.has(resource.registrationId)) {
          callbacks.diagnostics.onSubscription('remove', resource);
        }
        this.#port.closeSubscription(resource, resourceLingerNs);
      } else if (resource instanceof Publication) {
        resource.closeLocally();
        callbacks.diagnostics.onPublication('remove', resource);
        logs.release(resource.originalRegistrationId, resource.logBuffers, deadlineNs);
      } else if (resource instanceof Counter) {
        resource.closeLocally();
        callbacks.diagnostics.onCounter('remove', resource);
        if (resource.isClientOwned) {
          callbacks.onUnavailableCounter(counters, resource.registrationId, resource.id);
        }
      }
    }
    resources.clear();
    pending.rejectAll(reason);
  }

  #send(kind: CommandKind, channel: string, command: () => number): number {
    if (this.isClosed) {
      return NULL_VALUE; // closed by a handler on the way here: there is no driver to talk to any more
    }
    const correlationId = command();
    this.parts.pending.track(correlationId, kind, channel);
    this.#wake();
    return correlationId;
  }

  async #sendAndWait(
    kind: CommandKind,
    channel: string,
    command: () => number,
    options: WaitOptions = {},
  ): Promise<unknown> {
    options.signal?.throwIfAborted();
    this.callbacks.guard.ensureUsable();
    checkTimeout(options);
    const timeoutMs = options.timeoutMs ?? this.#config.settings.driverTimeoutMs;
    const deadlineNs = this.#config.platform.clock.nanoTime() + timeoutMs * NS_PER_MS;
    const answer = this.parts.pending.await({ correlationId: command(), kind, channel }, deadlineNs, options);
    this.#wake();
    return answer;
  }

  #noAnswer({ kind, correlationId, channel }: PendingCommand): Error {
    const facts = `command=${kind} correlationId=${correlationId}${channel === '' ? '' : ` channel=${channel}`}`;
    return new DriverTimeoutError(`no response from MediaDriver within the time-out: ${facts}`, { category: 'ERROR' });
  }

  #makeParts(proxy: DriverProxy, counters: CountersReader): ClientParts {
    const { settings, platform } = this.#config;
    return Object.freeze({
      clock: platform.clock,
      scheduler: platform.scheduler,
      proxy,
      counters,
      driverVersions: readDriverVersions(counters),
      callbacks: this.callbacks,
      pending: new PendingCommands((command) => this.registrations.withdraw(command)),
      resources: new ResourceMap(),
      logs: new LogBuffersRegistry({
        mapper: platform.mapper,
        preTouch: settings.preTouchMappedMemory,
        clientFacts: `clientId=${proxy.clientId} clientName=${settings.clientName}`,
      }),
      resourceLingerNs: settings.resourceLingerDurationNs,
      service: () => this.service(),
      send: (kind: CommandKind, channel: string, command: () => number) => this.#send(kind, channel, command),
      sendAndWait: (kind: CommandKind, channel: string, command: () => number, options?: WaitOptions) =>
        this.#sendAndWait(kind, channel, command, options),
    });
  }

  #addConfiguredHandlers(): void {
    const { wiring } = this.#config;
    const { proxy } = this.parts;
    if (wiring.availableCounterHandler !== undefined) {
      this.callbacks.availableCounterHandlers.add(proxy.nextCorrelationId(), wiring.availableCounterHandler);
    }
    if (wiring.unavailableCounterHandler !== undefined) {
      this.callbacks.unavailableCounterHandlers.add(proxy.nextCorrelationId(), wiring.unavailableCounterHandler);
    }
    if (wiring.closeHandler !== undefined) {
      this.callbacks.closeHandlers.add(proxy.nextCorrelationId(), wiring.closeHandler);
    }
  }
}

/**
 * The client must show that it lives more often than it may stay silent.
 *
 * @throws ConfigurationError when it does not.
 */
export function checkKeepAlive(keepAliveIntervalNs: number, clientLivenessTimeoutNs: number): void {
  if (clientLivenessTimeoutNs <= keepAliveIntervalNs) {
    throw new ConfigurationError(
      `keepAliveIntervalNs=${formatDurationNs(keepAliveIntervalNs)}: not less than the driver's client liveness timeout: ` +
        `clientLivenessTimeoutNs=${formatDurationNs(clientLivenessTimeoutNs)}`,
    );
  }
}
