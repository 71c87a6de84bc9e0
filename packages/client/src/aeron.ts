// SPDX-License-Identifier: Apache-2.0
/**
 * The client's entry: connects to a media driver and hands out publications, subscriptions and counters.
 *
 * Everything belongs to the thread that connected. Another thread connects a client of its own; there is no lock to share one.
 */
import { EventEmitter } from 'node:events';
import type { CountersReader } from '@aeron/core';
import { type AgentInvoker, AtomicBuffer, describeSettings } from '@aeron/core/internal';
import { idOf, int64Of } from './conductor/arguments.ts';
import type { AeronEvents } from './conductor/callbacks.ts';
import { ClientConductor, checkKeepAlive } from './conductor/client-conductor.ts';
import { type ClientDrive, startDrive } from './conductor/client-drive.ts';
import type { CounterFacts } from './conductor/driver-proxy.ts';
import type { WaitOptions } from './conductor/ports.ts';
import type { ImageHandlers } from './conductor/registrations.ts';
import {
  type AeronOptions,
  type AvailableCounterHandler,
  type ClientConfig,
  resolveClientOptions,
  type UnavailableCounterHandler,
} from './config/client-options.ts';
import { type ClientSettings, clientSettings } from './config/client-settings.ts';
import { connectNow, connectToDriver, type DriverConnection } from './connect/connect.ts';
import { Counter } from './counter/counter.ts';
import { ConcurrentPublication } from './publication/concurrent-publication.ts';
import { ExclusivePublication } from './publication/exclusive-publication.ts';
import { Subscription } from './subscription/subscription.ts';

const NO_KEY = new Uint8Array(0);

/** Stands for no id, no position, no tag. */
export const NULL_VALUE = -1;

/** A counter's label, or label and key. Labels are ASCII, at most 380 characters; keys at most 112 bytes. */
export type CounterDetails = string | { readonly label: string; readonly key?: Uint8Array | AtomicBuffer };

/**
 * A Node event emitter of {@link AeronEvents}: `aeron.on('availableImage', (image) => …)`, `await once(aeron, 'close')`. Unlike
 * inside handlers, client calls are fine inside listeners.
 *
 * @source aeron-client/Aeron
 */
export class Aeron extends EventEmitter<AeronEvents> {
  readonly #config: ClientConfig;
  readonly #conductor: ClientConductor;
  readonly #drive: ClientDrive;
  readonly #filePageSize: number;

  private constructor(config: ClientConfig, connection: DriverConnection) {
    super();
    this.#config = config;
    this.#filePageSize = connection.cnc.filePageSize;
    let drive: ClientDrive | undefined;
    this.#conductor = new ClientConductor(config, connection, this, () => drive?.wake());
    drive = startDrive(this.#conductor, config, (error) => this.#conductor.callbacks.reportError(error));
    this.#drive = drive;
    this.#conductor.callbacks.diagnostics.onConnect();
    this.#conductor.callbacks.flush();
  }

  /**
   * Connects to the media driver of a directory, waiting for it for `driverTimeoutMs`.
   *
   * @throws DriverTimeoutError when no driver is there in time; AeronError CNC_VERSION or CNC_CORRUPT for a file that this
   * client can't use; ConfigurationError; the signal's reason.
   */
  static async connect(options: AeronOptions = {}): Promise<Aeron> {
    const config = resolveClientOptions(options);
    return Aeron.#open(config, await connectToDriver(config));
  }

  /**
   * Connects to a media driver that is there already, such as one that this thread invokes.
   *
   * @throws DriverTimeoutError when it is not.
   */
  static connectNow(options: AeronOptions = {}): Aeron {
    const config = resolveClientOptions(options);
    return Aeron.#open(config, connectNow(config));
  }

  static #open(config: ClientConfig, connection: DriverConnection): Aeron {
    try {
      if (config.settings.printConfiguration) {
        console.log(`Aeron client of ${config.aeronDirectory}\n${describeSettings(clientSettings, config.settings)}`);
      }
      checkKeepAlive(config.settings.keepAliveIntervalNs, connection.cnc.clientLivenessTimeoutNs);
      return new Aeron(config, connection);
    } catch (error) {
      connection.cnc.close();
      throw error;
    }
  }

  /** Whether it was closed, by the application or after a fatal error; everything that it made is closed then, too. */
  get isClosed(): boolean {
    return !this.#conductor.callbacks.guard.isActive;
  }

  /** The settings in force. */
  get settings(): ClientSettings {
    return this.#config.settings;
  }

  /** Absolute directory of the driver. */
  get aeronDirectory(): string {
    return this.#config.aeronDirectory;
  }

  /** Bytes that the driver aligns its files to. */
  get filePageSize(): number {
    return this.#filePageSize;
  }

  /** Identifies this client at the driver. */
  get clientId(): number {
    return this.#conductor.parts.proxy.clientId;
  }

  /** For the application to call; undefined unless `useConductorAgentInvoker` was asked for. */
  get conductorAgentInvoker(): AgentInvoker | undefined {
    return this.#drive.invoker;
  }

  /**
   * The counters of the driver and of all its clients.
   *
   * @throws AeronError CLOSED.
   */
  get countersReader(): CountersReader {
    this.#conductor.callbacks.guard.ensureActive();
    return this.#conductor.parts.counters;
  }

  /** Adds a publication that may share its stream with others. */
  addPublication(channel: string, streamId: number, options?: WaitOptions): Promise<ConcurrentPublication> {
    return this.#registrations.addPublication(channel, streamId, options);
  }

  /** Adds a publication with a session of its own and this thread as its only writer. */
  addExclusivePublication(channel: string, streamId: number, options?: WaitOptions): Promise<ExclusivePublication> {
    return this.#registrations.addExclusivePublication(channel, streamId, options);
  }

  /** As `addPublication`, without waiting. @returns the registration id, for `getPublication`. */
  asyncAddPublication(channel: string, streamId: number): number {
    return this.#registrations.asyncAddPublication(channel, streamId);
  }

  /** As `addExclusivePublication`, without waiting. @returns the registration id, for `getExclusivePublication`. */
  asyncAddExclusivePublication(channel: string, streamId: number): number {
    return this.#registrations.asyncAddExclusivePublication(channel, streamId);
  }

  /**
   * @returns null while the driver has not answered.
   * @throws RegistrationError, once, when the driver refused.
   */
  getPublication(registrationId: number | bigint): ConcurrentPublication | null {
    return this.#registrations.get(idOf(registrationId, 'registrationId'), ConcurrentPublication);
  }

  /** As `getPublication`. */
  getExclusivePublication(registrationId: number | bigint): ExclusivePublication | null {
    return this.#registrations.get(idOf(registrationId, 'registrationId'), ExclusivePublication);
  }

  /** Removes a publication, or takes back an add that is pending. @throws AeronError INVALID_ARGUMENT for an id of another kind. */
  asyncRemovePublication(registrationId: number | bigint): void {
    this.#registrations.asyncRemovePublication(idOf(registrationId, 'registrationId'));
  }

  /** Adds a subscription. Handlers given here replace those of the client's options, null included. */
  addSubscription(channel: string, streamId: number, options?: ImageHandlers & WaitOptions): Promise<Subscription> {
    return this.#registrations.addSubscription(channel, streamId, options);
  }

  /** As `addSubscription`, without waiting. @returns the registration id, for `getSubscription`. */
  asyncAddSubscription(channel: string, streamId: number, handlers?: ImageHandlers): number {
    return this.#registrations.asyncAddSubscription(channel, streamId, handlers);
  }

  /** As `getPublication`. */
  getSubscription(registrationId: number | bigint): Subscription | null {
    return this.#registrations.get(idOf(registrationId, 'registrationId'), Subscription);
  }

  /** As `asyncRemovePublication`. */
  asyncRemoveSubscription(registrationId: number | bigint): void {
    this.#registrations.asyncRemoveSubscription(idOf(registrationId, 'registrationId'));
  }

  /** Adds a counter that lives until it or the client is closed. @param typeId from 1000 on for applications. */
  addCounter(typeId: number, details: CounterDetails, options?: WaitOptions): Promise<Counter> {
    return this.#registrations.addCounter(counterFacts(typeId, details), options);
  }

  /**
   * Gets or adds the counter of this type and registration id, which outlives every client.
   *
   * @param registrationId of the application's choice; a bigint for one that needs all 64 bits.
   */
  async addStaticCounter(
    typeId: number,
    details: CounterDetails,
    registrationId: number | bigint,
    options?: WaitOptions,
  ): Promise<Counter> {
    const id = int64Of(registrationId, 'registrationId');
    return this.#registrations.addStaticCounter(counterFacts(typeId, details), id, options);
  }

  /** As `addCounter`, without waiting. @returns the id for `getCounter`. */
  asyncAddCounter(typeId: number, details: CounterDetails): number {
    return this.#registrations.asyncAddCounter(counterFacts(typeId, details));
  }

  /** As `addStaticCounter`, without waiting. @returns the id for `getCounter`. */
  asyncAddStaticCounter(typeId: number, details: CounterDetails, registrationId: number | bigint): number {
    const id = int64Of(registrationId, 'registrationId');
    return this.#registrations.asyncAddStaticCounter(counterFacts(typeId, details), id);
  }

  /** As `getPublication`. */
  getCounter(correlationId: number | bigint): Counter | null {
    return this.#registrations.get(idOf(correlationId, 'correlationId'), Counter);
  }

  /** As `asyncRemovePublication`. */
  asyncRemoveCounter(registrationId: number | bigint): void {
    this.#registrations.asyncRemoveCounter(idOf(registrationId, 'registrationId'));
  }

  /** An id that nobody else who uses this driver has. @throws AeronError CLOSED. */
  nextCorrelationId(): number {
    this.#conductor.callbacks.guard.ensureActive();
    return this.#conductor.parts.proxy.nextCorrelationId();
  }

  /** A session id that no publication of the stream uses; a random one from a driver that can't tell. */
  nextSessionId(streamId: number, options?: WaitOptions): Promise<number> {
    return this.#registrations.nextSessionId(streamId, options);
  }

  /** Whether the driver has not yet answered the command with this id; false when closed. */
  isCommandActive(correlationId: number | bigint): boolean {
    const { pending } = this.#conductor.parts;
    const id = idOf(correlationId, 'correlationId');
    if (this.isClosed) {
      return false;
    }
    if (pending.has(id)) {
      this.#conductor.service();
    }
    return pending.has(id);
  }

  /** Whether the driver has not yet answered some command, those sent by closing things included; false when closed. */
  hasActiveCommands(): boolean {
    return !this.isClosed && this.#conductor.parts.pending.size > 0;
  }

  /** @returns an id for `removeAvailableCounterHandler`. */
  addAvailableCounterHandler(handler: AvailableCounterHandler): number {
    const id = this.#handlerId();
    this.#conductor.callbacks.availableCounterHandlers.add(id, handler);
    return id;
  }

  /** @returns whether there was such a handler. */
  removeAvailableCounterHandler(idOrHandler: number | AvailableCounterHandler): boolean {
    return this.#conductor.callbacks.availableCounterHandlers.remove(idOrHandler);
  }

  /** @returns an id for `removeUnavailableCounterHandler`. */
  addUnavailableCounterHandler(handler: UnavailableCounterHandler): number {
    const id = this.#handlerId();
    this.#conductor.callbacks.unavailableCounterHandlers.add(id, handler);
    return id;
  }

  /** @returns whether there was such a handler. */
  removeUnavailableCounterHandler(idOrHandler: number | UnavailableCounterHandler): boolean {
    return this.#conductor.callbacks.unavailableCounterHandlers.remove(idOrHandler);
  }

  /** Called when the client closes, whatever the reason. @returns an id for `removeCloseHandler`. */
  addCloseHandler(handler: () => void): number {
    const id = this.#handlerId();
    this.#conductor.callbacks.closeHandlers.add(id, handler);
    return id;
  }

  /** @returns whether there was such a handler. */
  removeCloseHandler(idOrHandler: number | (() => void)): boolean {
    return this.#conductor.callbacks.closeHandlers.remove(idOrHandler);
  }

  /** One line per counter: id, value and label. */
  printCounters(print: (line: string) => void = console.log): void {
    this.countersReader.forEach((value, counterId, label) => {
      print(`${String(counterId).padStart(3)}: ${value.toLocaleString('en-US').padStart(20)} - ${label}`);
    });
  }

  /** From now on the open client keeps the process alive. */
  ref(): this {
    this.#drive.holdProcess(true);
    return this;
  }

  /** From now on the process may exit although the client is open, unless something is being awaited. This is the default. */
  unref(): this {
    this.#drive.holdProcess(false);
    return this;
  }

  /**
   * Closes everything that the client handed out, and the client. Idempotent.
   *
   * @returns when all is closed; with the default settings that is at once.
   */
  close(): Promise<void> {
    this.#drive.close();
    return this.#conductor.closed;
  }

  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  override toString(): string {
    const { clientName } = this.settings;
    return `Aeron{clientId=${this.clientId} clientName=${clientName} aeronDirectory=${this.aeronDirectory} isClosed=${this.isClosed}}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  get #registrations() {
    return this.#conductor.registrations;
  }

  #handlerId(): number {
    this.#conductor.callbacks.guard.ensureUsable();
    return this.#conductor.parts.proxy.nextCorrelationId();
  }
}

function counterFacts(typeId: number, details: CounterDetails): CounterFacts {
  if (typeof details === 'string') {
    return { typeId, key: NO_KEY, label: details };
  }
  const { label, key = NO_KEY } = details;
  return { typeId, key: key instanceof AtomicBuffer ? key.bytes : key, label };
}
