// SPDX-License-Identifier: Apache-2.0
/**
 * For tests: the driver's side of shared memory in a simulated world, without a driver. Commands are read when the test says
 * so, answered by default as a driver would, or left unanswered; any event can be sent, also one that makes no sense.
 */
import {
  CncFile,
  type CncMetadata,
  CONTROL_PROTOCOL_VERSION,
  type CommandName,
  cncFilePath,
  commandById,
  computeCncFileLength,
  createLog,
  type DissectedFields,
  DRIVER_COUNTERS,
  EventId,
  type Flyweight,
  heartbeatCounter,
  type LogBuffers,
  LogBufferType,
  OnAvailableImageFlyweight,
  OnClientTimeoutFlyweight,
  OnCounterFlyweight,
  OnErrorFlyweight,
  OnNextAvailableSessionIdFlyweight,
  OnOperationSuccessFlyweight,
  OnPublicationErrorFlyweight,
  OnPublicationReadyFlyweight,
  OnStaticCounterFlyweight,
  OnSubscriptionReadyFlyweight,
  OnUnavailableImageFlyweight,
  putIsConnected,
  putSourceAddress,
  SYSTEM_COUNTER_TYPE_ID,
  SYSTEM_COUNTERS,
  SystemCounterId,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core';
import {
  BROADCAST_TRAILER_LENGTH,
  BroadcastTransmitter,
  CountersManager,
  ManyToOneRingBuffer,
  RING_BUFFER_TRAILER_LENGTH,
} from '@aeron/core/internal';
import { type SimulatedPlatform, SimulatedWorld } from '@aeron/core/testing';
import { UNUSED_LOG_PARAMETERS } from './memory-log.ts';

export const FAKE_DIRECTORY = '/dev/shm/aeron-fake';
const HOST = 'host';
const COUNTER_COUNT = 256;
const TERM_LENGTH = 64 * 1024;
const MTU_LENGTH = 1408;
const IPC_CHANNEL_STATUS_ID = -1;
const WINDOW_LENGTH = TERM_LENGTH / 2;

export const FAKE_METADATA: CncMetadata = {
  toDriverBufferLength: 64 * 1024 + RING_BUFFER_TRAILER_LENGTH,
  toClientsBufferLength: 64 * 1024 + BROADCAST_TRAILER_LENGTH,
  countersMetadataBufferLength: COUNTER_COUNT * 512,
  countersValuesBufferLength: COUNTER_COUNT * 128,
  // With room for a stack, which names the path of the checkout in each line.
  errorLogBufferLength: 512 * 1024,
  clientLivenessTimeoutNs: 10_000_000_000,
  startTimestampMs: 0,
  pid: 1,
  filePageSize: 4096,
};

export interface ReceivedCommand {
  readonly name: CommandName;
  readonly fields: DissectedFields;
}

/** A log that the fake has made, with what it takes to grant window. */
export interface FakeStream {
  readonly log: LogBuffers;
  readonly registrationId: number;
  readonly sessionId: number;
  readonly limitId: number;
}

export class FakeDriver {
  readonly world: SimulatedWorld;
  readonly platform: SimulatedPlatform;
  readonly cnc: CncFile;
  readonly ring: ManyToOneRingBuffer;
  readonly counters: CountersManager;
  readonly transmitter: BroadcastTransmitter;
  /** All commands read so far. */
  readonly commands: ReceivedCommand[] = [];
  readonly streams = new Map<number, FakeStream>();
  /** Commands of these names get no answer. */
  readonly silentOn = new Set<CommandName>();
  /** Commands of these names are refused with this code. */
  readonly refuses = new Map<CommandName, number>();
  #nextSessionId = 900;

  constructor(world: SimulatedWorld = new SimulatedWorld(1), metadata: CncMetadata = FAKE_METADATA) {
    this.world = world;
    this.platform = world.platform(HOST);
    this.platform.files.createDirectories(`${FAKE_DIRECTORY}/publications`);
    const path = cncFilePath(FAKE_DIRECTORY);
    const length = computeCncFileLength(metadata, metadata.filePageSize);
    this.cnc = CncFile.create(this.platform.mapper.create(path, length, { sparse: true }), metadata);
    this.ring = new ManyToOneRingBuffer(this.cnc.toDriver);
    this.transmitter = new BroadcastTransmitter(this.cnc.toClients);
    this.counters = new CountersManager(this.cnc.countersMetadata, this.cnc.countersValues, {
      epochClock: this.platform.clock,
      freeToReuseTimeoutMs: 1000,
      labelCharset: 'ascii',
    });
    this.ring.nextCorrelationId();
  }

  /** A driver that is up: heartbeat, version, system counters. */
  static started(world?: SimulatedWorld): FakeDriver {
    const driver = new FakeDriver(world);
    driver.addSystemCounters();
    driver.heartbeat();
    driver.cnc.publishVersion();
    return driver;
  }

  /** Another process on the same host, for a client. */
  clientPlatform(environment: Readonly<Record<string, string>> = {}): SimulatedPlatform {
    return this.world.platform(HOST, { environment });
  }

  addSystemCounters(): void {
    for (const { id, label } of SYSTEM_COUNTERS) {
      this.counters.allocate(label, SYSTEM_COUNTER_TYPE_ID);
      this.counters.setCounterRegistrationId(id, id);
    }
    this.counters.setCounterValue(SystemCounterId.CONTROL_PROTOCOL_VERSION, CONTROL_PROTOCOL_VERSION);
  }

  heartbeat(): void {
    this.ring.putConsumerHeartbeatTimeMs(this.platform.clock.epochMs());
  }

  /** Reads what clients have sent, and answers. @returns what was read now. */
  readCommands(): ReceivedCommand[] {
    const received: ReceivedCommand[] = [];
    this.heartbeat();
    this.ring.read((typeId, buffer, offset, length) => {
      const row = commandById(typeId);
      if (row === undefined) {
        throw new Error(`unknown command: typeId=${typeId}`);
      }
      received.push({ name: row.name, fields: copied(row.layout.dissect(buffer, offset, length)) });
    }, 100);
    for (const command of received) {
      this.commands.push(command);
      this.#answer(command);
    }
    return received;
  }

  /** The last command of this name. */
  last(name: CommandName): DissectedFields {
    const command = this.commands.findLast((each) => each.name === name);
    if (command === undefined) {
      throw new Error(`no such command: name=${name}`);
    }
    return command.fields;
  }

  /** Gives a client its heartbeat counter, as the driver does with the first resource. */
  addHeartbeatCounter(clientId: number): number {
    const { typeId, key, label } = heartbeatCounter(DRIVER_COUNTERS.CLIENT_HEARTBEAT, clientId);
    return this.counters.allocate(label, typeId, (buffer) => buffer.putUint8Array(0, key));
  }

  /** Makes a log, connected and with window. */
  addStream(registrationId: number, isExclusive = false): FakeStream {
    const sessionId = this.#nextSessionId++;
    const log = createLog(this.platform.mapper, `${FAKE_DIRECTORY}/publications/${registrationId}.logbuffer`, {
      type: isExclusive ? LogBufferType.EXCLUSIVE_PUBLICATION : LogBufferType.CONCURRENT_PUBLICATION,
      sessionId,
      streamId: 1001,
      correlationId: registrationId,
      initialTermId: 7,
      termId: 7,
      termOffset: 0,
      termLength: TERM_LENGTH,
      mtuLength: MTU_LENGTH,
      pageSize: 4096,
      ...UNUSED_LOG_PARAMETERS,
    });
    const stream = { log, registrationId, sessionId, limitId: this.counters.allocate('pub-lmt', 1) };
    putIsConnected(log.metadata, true);
    this.counters.setCounterValue(stream.limitId, WINDOW_LENGTH);
    this.streams.set(registrationId, stream);
    return stream;
  }

  publicationReady(correlationId: number, stream: FakeStream, isExclusive = false): void {
    const event = new OnPublicationReadyFlyweight();
    const length = OnPublicationReadyFlyweight.computeLength(stream.log.path.length);
    this.#send(
      isExclusive ? EventId.ON_EXCLUSIVE_PUBLICATION_READY : EventId.ON_PUBLICATION_READY,
      event,
      length,
      () => {
        event.correlationId = correlationId;
        event.registrationId = stream.registrationId;
        event.sessionId = stream.sessionId;
        event.streamId = 1001;
        event.publicationLimitCounterId = stream.limitId;
        event.channelStatusCounterId = IPC_CHANNEL_STATUS_ID;
        event.logFileName = stream.log.path;
      },
    );
  }

  subscriptionReady(correlationId: number, channelStatusId = IPC_CHANNEL_STATUS_ID): void {
    const event = new OnSubscriptionReadyFlyweight();
    this.#send(EventId.ON_SUBSCRIPTION_READY, event, 12, () => {
      event.correlationId = correlationId;
      event.channelStatusCounterId = channelStatusId;
    });
  }

  /** @returns the counter of the subscriber's position. */
  availableImage(correlationId: number, subscriptionRegistrationId: number, stream: FakeStream): number {
    const event = new OnAvailableImageFlyweight();
    const source = 'aeron:ipc';
    const length = OnAvailableImageFlyweight.computeLength(stream.log.path.length, source.length);
    const positionId = this.counters.allocate('sub-pos', 4);
    this.#send(EventId.ON_AVAILABLE_IMAGE, event, length, () => {
      event.correlationId = correlationId;
      event.sessionId = stream.sessionId;
      event.streamId = 1001;
      event.subscriptionRegistrationId = subscriptionRegistrationId;
      event.subscriberPositionId = positionId;
      event.logFileName = stream.log.path;
      event.sourceIdentity = source;
    });
    return positionId;
  }

  unavailableImage(correlationId: number, subscriptionRegistrationId: number): void {
    const event = new OnUnavailableImageFlyweight();
    this.#send(EventId.ON_UNAVAILABLE_IMAGE, event, OnUnavailableImageFlyweight.computeLength(9), () => {
      event.correlationId = correlationId;
      event.subscriptionRegistrationId = subscriptionRegistrationId;
      event.streamId = 1001;
      event.channel = 'aeron:ipc';
    });
  }

  operationSuccess(correlationId: number): void {
    const event = new OnOperationSuccessFlyweight();
    this.#send(EventId.ON_OPERATION_SUCCESS, event, 8, () => {
      event.correlationId = correlationId;
    });
  }

  error(correlationId: number, errorCode: number, message: string): void {
    const event = new OnErrorFlyweight();
    this.#send(EventId.ON_ERROR, event, OnErrorFlyweight.computeLength(message.length), () => {
      event.offendingCommandCorrelationId = correlationId;
      event.errorCode = errorCode;
      event.message = message;
    });
  }

  counterReady(registrationId: number, counterId: number): void {
    this.#sendCounter(EventId.ON_COUNTER_READY, registrationId, counterId);
  }

  unavailableCounter(registrationId: number, counterId: number): void {
    this.#sendCounter(EventId.ON_UNAVAILABLE_COUNTER, registrationId, counterId);
  }

  clientTimeout(clientId: number): void {
    const event = new OnClientTimeoutFlyweight();
    this.#send(EventId.ON_CLIENT_TIMEOUT, event, 8, () => {
      event.clientId = clientId;
    });
  }

  publicationError(registrationId: number, errorCode: number, message: string): void {
    const event = new OnPublicationErrorFlyweight();
    this.#send(EventId.ON_PUBLICATION_ERROR, event, OnPublicationErrorFlyweight.computeLength(message.length), () => {
      event.registrationId = registrationId;
      event.destinationRegistrationId = -1;
      putSourceAddress(event, Uint8Array.of(127, 0, 0, 1), 4000);
      event.errorCode = errorCode;
      event.message = message;
    });
  }

  /** Sends bytes as they are. */
  sendRaw(typeId: number, bytes: Uint8Array): void {
    this.transmitter.transmit(typeId, new AtomicBuffer(bytes.slice()), 0, bytes.length);
  }

  #answer({ name, fields }: ReceivedCommand): void {
    const correlationId = Number(fields['correlationId']);
    const refusal = this.refuses.get(name);
    if (this.silentOn.has(name) || name === 'CLIENT_CLOSE') {
      return;
    }
    if (refusal !== undefined) {
      this.error(correlationId, refusal, `ERROR - ${name} refused`);
      return;
    }
    switch (name) {
      case 'ADD_PUBLICATION':
      case 'ADD_EXCLUSIVE_PUBLICATION': {
        const isExclusive = name === 'ADD_EXCLUSIVE_PUBLICATION';
        this.publicationReady(correlationId, this.addStream(correlationId, isExclusive), isExclusive);
        break;
      }
      case 'ADD_SUBSCRIPTION':
        this.subscriptionReady(correlationId);
        break;
      case 'ADD_COUNTER':
      case 'ADD_STATIC_COUNTER':
        this.#addCounter(name, correlationId, fields);
        break;
      case 'GET_NEXT_AVAILABLE_SESSION_ID':
        this.#sendSessionId(correlationId);
        break;
      default:
        this.operationSuccess(correlationId);
    }
  }

  #addCounter(name: CommandName, correlationId: number, fields: DissectedFields): void {
    const counterId = this.counters.allocate(String(fields['label']), Number(fields['typeId']), (buffer) =>
      buffer.putUint8Array(0, fields['key'] as Uint8Array),
    );
    if (name === 'ADD_COUNTER') {
      this.counters.setCounterRegistrationId(counterId, correlationId);
      this.counterReady(correlationId, counterId);
      return;
    }
    this.counters.setCounterRegistrationId(counterId, fields['registrationId'] as bigint);
    const event = new OnStaticCounterFlyweight();
    this.#send(EventId.ON_STATIC_COUNTER, event, 12, () => {
      event.correlationId = correlationId;
      event.counterId = counterId;
    });
  }

  #sendSessionId(correlationId: number): void {
    const event = new OnNextAvailableSessionIdFlyweight();
    this.#send(EventId.ON_NEXT_AVAILABLE_SESSION_ID, event, 12, () => {
      event.correlationId = correlationId;
      event.nextSessionId = this.#nextSessionId++;
    });
  }

  #sendCounter(typeId: number, registrationId: number, counterId: number): void {
    const event = new OnCounterFlyweight();
    this.#send(typeId, event, 12, () => {
      event.correlationId = registrationId;
      event.counterId = counterId;
    });
  }

  #send(typeId: number, event: Flyweight, length: number, fill: () => void): void {
    event.wrap(AtomicBuffer.allocate(length + 64), 0);
    fill();
    this.transmitter.transmit(typeId, event.buffer, 0, length);
  }
}

/** The ring zeroes what it has delivered. */
function copied(fields: DissectedFields): DissectedFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Uint8Array ? value.slice() : value]),
  );
}
