// SPDX-License-Identifier: Apache-2.0
/**
 * A conductor and its native-resource agent in a simulated world, driven by hand: commands go into the ring as a client would
 * put them there, events come out of the broadcast buffer as a client would read them. Sender and receiver are the test's. For
 * tests.
 */

import {
  appendMessage,
  CommandId,
  type CommandName,
  commandById,
  type DissectedFields,
  eventById,
  type Flyweight,
  LogBuffers,
  locateTail,
  PublicationLog,
} from '@aeron/codecs/internal';
import {
  AtomicBuffer,
  BROADCAST_TRAILER_LENGTH,
  BroadcastReceiver,
  BroadcastTransmitter,
  CopyBroadcastReceiver,
  CountersManager,
  DutyCycleTracker,
  ManyToOneRingBuffer,
  RING_BUFFER_TRAILER_LENGTH,
} from '@aeron/core/internal';
import { type SimulatedHost, type SimulatedPlatform, SimulatedWorld } from '@aeron/core/testing';
import { ThreadLocalQueues } from '../agents/driver-queues.ts';
import { createConductor } from '../conductor/create-conductor.ts';
import type { DriverConductor } from '../conductor/driver-conductor.ts';
import { type DriverConfig, type DriverOptions, resolveDriverConfig } from '../config/driver-config.ts';
import type { DriverResources, TerminationValidator } from '../driver-resources.ts';
import { findDriverEvents } from '../events/driver-events.ts';
import { allocateResolverCounters } from '../naming/resolver-counters.ts';
import { createLossReportFile, LossReport } from '../reports/loss-report.ts';
import { createNativeResourceAgent } from '../resources/create-native-resource-agent.ts';
import type { NativeResourceAgent } from '../resources/native-resource-agent.ts';
import { createStateMemory } from '../shared-state/state-table.ts';
import { SystemCounters } from '../status/system-counters.ts';
import { HandDrivenAgents } from './hand-driven-agents.ts';

const NS_PER_MS = 1_000_000;
const RING_RECORDS_LENGTH = 64 * 1024;
const BROADCAST_RECORDS_LENGTH = 1024 * 1024;
const COUNTER_RECORD_LENGTH = 128;
const COUNTER_METADATA_RECORD_LENGTH = 512;
const HOST = 'driver';
const DIRECTORY = '/dev/shm/aeron-test';
const SCRATCH_LENGTH = 8 * 1024;
/** What needs no time is done by then. */
const PASSES_WITHOUT_TIME = 100;
const PAYLOAD_LENGTH = 1024 - 32;

/** An event as a client sees it. */
export interface ReceivedEvent {
  readonly name: string;
  readonly fields: DissectedFields;
}

export interface ConductorHarnessOptions {
  readonly seed?: number;
  readonly options?: DriverOptions;
  readonly validateTermination?: TerminationValidator;
  /** How many counters there is room for, those of the system included. */
  readonly counterCount?: number;
}

export class ConductorHarness {
  readonly world: SimulatedWorld;
  readonly host: SimulatedHost;
  readonly platform: SimulatedPlatform;
  readonly config: DriverConfig;
  readonly ring: ManyToOneRingBuffer;
  readonly counters: CountersManager;
  readonly systemCounters: SystemCounters;
  readonly conductor: DriverConductor;
  readonly nativeResourceAgent: NativeResourceAgent;
  /** In place of sender and receiver. */
  readonly agents: HandDrivenAgents;
  /** What the conductor's parts reported. */
  readonly errors: Error[] = [];
  terminationRequests = 0;
  readonly #receiver: CopyBroadcastReceiver;
  readonly #scratch = AtomicBuffer.allocate(SCRATCH_LENGTH);

  constructor({ seed = 1, options = {}, validateTermination, counterCount = 512 }: ConductorHarnessOptions = {}) {
    this.world = new SimulatedWorld(seed);
    this.host = this.world.host(HOST);
    this.platform = this.world.platform(HOST);
    this.config = resolveDriverConfig(
      { options: { aeronDirectoryName: DIRECTORY, ipcTermBufferLength: '64k', ...options } },
      this.platform,
    );
    this.ring = new ManyToOneRingBuffer(AtomicBuffer.allocate(RING_RECORDS_LENGTH + RING_BUFFER_TRAILER_LENGTH));
    const toClients = AtomicBuffer.allocate(BROADCAST_RECORDS_LENGTH + BROADCAST_TRAILER_LENGTH);
    this.#receiver = new CopyBroadcastReceiver(new BroadcastReceiver(toClients));
    this.counters = new CountersManager(
      AtomicBuffer.allocate(counterCount * COUNTER_METADATA_RECORD_LENGTH),
      AtomicBuffer.allocate(counterCount * COUNTER_RECORD_LENGTH),
      { epochClock: this.platform.clock, freeToReuseTimeoutMs: 1000, labelCharset: 'ascii' },
    );
    this.systemCounters = new SystemCounters(this.counters, this.config);
    this.platform.files.createDirectories(DIRECTORY);
    const resources: DriverResources = {
      config: this.config,
      platform: this.platform,
      suppliers: {},
      toDriver: this.ring,
      toClients: new BroadcastTransmitter(toClients),
      counters: this.counters,
      systemCounters: this.systemCounters,
      resolverCounterIds: allocateResolverCounters(this.counters, this.config),
      stateMemory: createStateMemory(),
      lossReport: new LossReport(createLossReportFile(this.platform.mapper, this.config)),
      socketBufferLimits: { defaultReceive: 212_992, maxReceive: 425_984, defaultSend: 212_992, maxSend: 425_984 },
      onReadable: () => undefined,
      events: findDriverEvents(this.platform),
      onError: (error) => {
        this.errors.push(error);
      },
      conductorDutyCycle: new DutyCycleTracker(),
      validateTermination: validateTermination ?? (() => false),
      onTerminationRequested: () => {
        this.terminationRequests++;
      },
    };
    const queues = new ThreadLocalQueues();
    this.agents = new HandDrivenAgents(queues, resources.stateMemory);
    this.nativeResourceAgent = createNativeResourceAgent(resources, queues);
    this.conductor = createConductor(resources, queues);
    this.nativeResourceAgent.onStart();
    this.conductor.onStart();
  }

  get directory(): string {
    return DIRECTORY;
  }

  /** A new id, as a client takes it. */
  nextId(): number {
    return this.ring.nextCorrelationId();
  }

  /** Puts a command with these fields into the ring. @returns its correlation id. */
  send(name: CommandName, fields: Readonly<Record<string, unknown>>): number {
    const { correlationId, length } = this.#encode(name, fields);
    this.sendBytes(CommandId[name], length, this.#scratch);
    return correlationId;
  }

  /** As `send`, but only the first `length` bytes of it. */
  sendTruncated(name: CommandName, fields: Readonly<Record<string, unknown>>, length: number): void {
    this.#encode(name, fields);
    this.sendBytes(CommandId[name], length, this.#scratch);
  }

  /** As `send`, with the bytes given to `mutate` first, which says how many of them to send. */
  sendMutated(
    name: CommandName,
    fields: Readonly<Record<string, unknown>>,
    mutate: (bytes: Uint8Array) => number,
  ): void {
    const { length } = this.#encode(name, fields);
    this.sendBytes(CommandId[name], mutate(this.#scratch.subarray(0, length)), this.#scratch);
  }

  /** Puts a message of these int64 values into the ring. */
  sendRaw(typeId: number, longs: readonly number[]): void {
    longs.forEach((value, index) => {
      this.#scratch.putInt64(index * 8, value);
    });
    this.sendBytes(typeId, longs.length * 8, this.#scratch);
  }

  sendBytes(typeId: number, length: number, bytes: AtomicBuffer): void {
    if (!this.ring.write(typeId, bytes, 0, length)) {
      throw new Error(`ring is full: typeId=${typeId} length=${length}`);
    }
  }

  /** One pass of each agent, without time going by. */
  pass(): number {
    return this.agents.work() + this.nativeResourceAgent.doWork() + this.conductor.doWork();
  }

  /** Passes until nothing is left to do. Time goes by only for what takes long, such as looking up a name. */
  settle(limit = 1000): void {
    for (let i = 0; i < limit; i++) {
      if (this.pass() === 0 && this.ring.size === 0) {
        return;
      }
      if (i > PASSES_WITHOUT_TIME) {
        this.world.step(NS_PER_MS);
      }
    }
    throw new Error(`conductor never came to rest: passes=${limit}`);
  }

  /** Lets time go by in steps of a quarter of a second, with passes in between; calls `each` in every step. */
  elapse(durationMs: number, each: () => void = () => undefined): void {
    const stepMs = 250;
    for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs += stepMs) {
      this.world.step(Math.min(stepMs, durationMs - elapsedMs) * NS_PER_MS);
      each();
      this.settle();
    }
  }

  /** As `elapse`, while the ring is blocked and so never comes to rest. */
  elapseBlocked(durationMs: number): void {
    const stepMs = 250;
    for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs += stepMs) {
      this.world.step(stepMs * NS_PER_MS);
      this.pass();
      this.pass();
    }
  }

  /** Publishes to a log until it has reached the position, as a client does. */
  publish(logFileName: string, position: number): void {
    const log = new PublicationLog(this.mapLog(logFileName));
    const payload = new Uint8Array(PAYLOAD_LENGTH);
    for (let reached = 0; reached < position; ) {
      locateTail(log);
      reached = Math.max(reached, appendMessage(log, payload, 0, payload.length, undefined));
    }
  }

  /** What was broadcast since the last call. */
  events(): ReceivedEvent[] {
    const events: ReceivedEvent[] = [];
    const take = (typeId: number, buffer: AtomicBuffer, offset: number, length: number): void => {
      const row = eventById(typeId);
      events.push({
        name: row?.name ?? `unknown ${typeId}`,
        fields: row?.layout.dissect(buffer, offset, length) ?? {},
      });
    };
    while (this.#receiver.receive(take) > 0);
    return events;
  }

  /** Sends a command, works it off, and gives the events that came of it. */
  run(name: CommandName, fields: Readonly<Record<string, unknown>>): ReceivedEvent[] {
    this.send(name, fields);
    this.settle();
    return this.events();
  }

  counterValue(counterId: number): number {
    return this.counters.getCounterValue(counterId);
  }

  /** Stores the client's heartbeat, as a living client does all the time. */
  keepAlive(clientId: number): void {
    const counterId = this.counters.findByTypeIdAndRegistrationId(11, clientId);
    if (counterId >= 0) {
      this.counters.setCounterValue(counterId, this.platform.clock.epochMs());
    }
  }

  /** Maps a log as a client does. */
  mapLog(path: string): LogBuffers {
    return LogBuffers.map(this.platform.mapper, path);
  }

  /** Names of the log buffer files of publications. */
  logFiles(): string[] {
    return this.platform.files.list(`${DIRECTORY}/publications`);
  }

  #encode(name: CommandName, fields: Readonly<Record<string, unknown>>): { correlationId: number; length: number } {
    const correlationId = (fields['correlationId'] as number | undefined) ?? this.nextId();
    const row = commandById(CommandId[name]);
    if (row === undefined) {
      throw new Error(`unknown command: name=${name}`);
    }
    const flyweight: Flyweight = new row.layout.Flyweight();
    this.#scratch.setMemory(0, SCRATCH_LENGTH, 0);
    Object.assign(flyweight.wrap(this.#scratch, 0), { ...fields, correlationId });
    return { correlationId, length: flyweight.encodedLength };
  }
}

/** The one event of that name. @throws Error when there is none or more than one. */
export function onlyEvent(events: readonly ReceivedEvent[], name: string): DissectedFields {
  const found = events.filter((event) => event.name === name);
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(`expected one ${name}, found ${found.length} in ${JSON.stringify(events.map((e) => e.name))}`);
  }
  return found[0].fields;
}
