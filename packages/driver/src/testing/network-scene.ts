// SPDX-License-Identifier: Apache-2.0
/**
 * The conductor's half of the network by the hand of a test: publications and subscriptions of one client, SETUPs that the test's
 * receiver reports, packets that it puts into logs, positions that subscribers store. For tests.
 */
import { computeTermIdFromPosition, indexByPosition, type LogBuffers, wrapTerms } from '@aeron/codecs/internal';
import { AtomicCounter, type SocketAddress } from '@aeron/core/internal';
import type { ReceiverImageSpec, SenderPublicationSpec } from '../agents/agent-commands.ts';
import type { DriverOptions } from '../config/driver-config.ts';
import type { ImageState } from '../shared-state/image-state.ts';
import type { PublicationState } from '../shared-state/publication-state.ts';
import { ConductorHarness, onlyEvent, type ReceivedEvent } from './conductor-harness.ts';
import type { HandDrivenAgents } from './hand-driven-agents.ts';

export const CLIENT = 500;
export const STREAM = 1001;
export const SESSION = 77;
export const TERM_LENGTH = 64 * 1024;
export const ENDPOINT = 'aeron:udp?endpoint=127.0.0.1:40123';
export const SOURCE: SocketAddress = { family: 'IPv4', address: '10.0.0.9', port: 5555 };

const HEADER_LENGTH = 32;
const DATA_FRAME = 1;
const FIRST_OF_NO_SYSTEM = 46;

/** A publication and the sender's view of it. */
export interface ScenePublication {
  readonly correlationId: number;
  readonly registrationId: number;
  readonly sessionId: number;
  readonly publicationLimitCounterId: number;
  readonly channelStatusCounterId: number;
  readonly logFileName: string;
  readonly log: LogBuffers;
  readonly spec: SenderPublicationSpec;
  readonly state: PublicationState;
  readonly senderPosition: AtomicCounter;
  readonly publisherLimit: AtomicCounter;
}

export interface SceneSubscription {
  readonly registrationId: number;
  readonly endpointId: number;
  readonly channelStatusCounterId: number;
}

/** An image and the receiver's view of it. */
export interface SceneImage {
  readonly spec: ReceiverImageSpec;
  readonly state: ImageState;
  readonly log: LogBuffers;
  readonly hwmPosition: AtomicCounter;
  readonly rebuildPosition: AtomicCounter;
  /** Of the subscribers, in the order in which clients were told. */
  readonly positions: readonly AtomicCounter[];
}

/** What a test may say of a SETUP. */
export interface Setup {
  readonly streamId: number;
  readonly sessionId: number;
  readonly initialTermId: number;
  readonly activeTermId: number;
  readonly termOffset: number;
  readonly termLength: number;
  readonly mtuLength: number;
  readonly setupFlags: number;
}

const SETUP: Setup = {
  streamId: STREAM,
  sessionId: SESSION,
  initialTermId: 10,
  activeTermId: 10,
  termOffset: 0,
  termLength: TERM_LENGTH,
  mtuLength: 1408,
  setupFlags: 0,
};

export class NetworkScene {
  readonly driver: ConductorHarness;
  readonly agents: HandDrivenAgents;

  constructor(options: DriverOptions = {}, counterCount = 512) {
    this.driver = new ConductorHarness({
      options: { publicationTermBufferLength: '64k', timerIntervalNs: '100ms', ...options },
      counterCount,
    });
    this.agents = this.driver.agents;
  }

  get errors(): readonly string[] {
    return this.driver.errors.map(({ message }) => message);
  }

  get nowNs(): number {
    return this.driver.platform.clock.nanoTime();
  }

  /** @returns the events that came of it. */
  addPublication(channel = ENDPOINT, fields: Record<string, unknown> = {}): ReceivedEvent[] {
    return this.driver.run('ADD_PUBLICATION', { clientId: CLIENT, streamId: STREAM, channel, ...fields });
  }

  addExclusivePublication(channel = ENDPOINT, fields: Record<string, unknown> = {}): ReceivedEvent[] {
    return this.driver.run('ADD_EXCLUSIVE_PUBLICATION', { clientId: CLIENT, streamId: STREAM, channel, ...fields });
  }

  addSubscription(channel = ENDPOINT, fields: Record<string, unknown> = {}): ReceivedEvent[] {
    const base = { clientId: CLIENT, registrationCorrelationId: -1, streamId: STREAM, channel };
    return this.driver.run('ADD_SUBSCRIPTION', { ...base, ...fields });
  }

  remove(kind: 'PUBLICATION' | 'SUBSCRIPTION', registrationId: number): ReceivedEvent[] {
    return this.driver.run(`REMOVE_${kind}`, { clientId: CLIENT, registrationId });
  }

  destination(
    command: 'ADD_DESTINATION' | 'REMOVE_DESTINATION' | 'ADD_RCV_DESTINATION' | 'REMOVE_RCV_DESTINATION',
    resourceRegistrationId: number,
    channel: string,
  ): ReceivedEvent[] {
    return this.driver.run(command, { clientId: CLIENT, resourceRegistrationId, channel });
  }

  /** Adds one that must be accepted. */
  publication(channel = ENDPOINT, fields: Record<string, unknown> = {}): ScenePublication {
    return this.#publicationOf(onlyEvent(this.addPublication(channel, fields), 'ON_PUBLICATION_READY'));
  }

  exclusivePublication(channel = ENDPOINT, fields: Record<string, unknown> = {}): ScenePublication {
    return this.#publicationOf(
      onlyEvent(this.addExclusivePublication(channel, fields), 'ON_EXCLUSIVE_PUBLICATION_READY'),
    );
  }

  /** Adds one that must be accepted. */
  subscription(channel = ENDPOINT, fields: Record<string, unknown> = {}): SceneSubscription {
    const event = onlyEvent(this.addSubscription(channel, fields), 'ON_SUBSCRIPTION_READY');
    return {
      registrationId: Number(event['correlationId']),
      channelStatusCounterId: Number(event['channelStatusCounterId']),
      endpointId: this.agents.of('open-receive-endpoint').at(-1)?.endpointId ?? -1,
    };
  }

  /** The receiver reports a SETUP. @returns the events that came of it. */
  setup(endpointId: number, setup: Partial<Setup> = {}): ReceivedEvent[] {
    this.agents.fromReceiver({
      ...{ kind: 'create-image', endpointId, transportIndex: 0, controlAddress: SOURCE, sourceAddress: SOURCE },
      ...SETUP,
      ...setup,
    });
    this.driver.settle();
    return this.driver.events();
  }

  /** A SETUP that must bring about an image. It is INIT still. */
  image(endpointId: number, setup: Partial<Setup> = {}): SceneImage {
    const available = this.setup(endpointId, setup).filter(({ name }) => name === 'ON_AVAILABLE_IMAGE');
    const spec = this.agents.last('add-image').image;
    return {
      spec,
      state: this.agents.imageState(spec.stateIndex),
      log: this.driver.mapLog(spec.logPath),
      hwmPosition: this.counter(spec.hwmCounterId),
      rebuildPosition: this.counter(spec.rebuildPositionCounterId),
      positions: available.map(({ fields }) => this.counter(Number(fields['subscriberPositionId']))),
    };
  }

  /** An image that is ACTIVE: packets have come in. */
  activeImage(endpointId: number, setup: Partial<Setup> = {}): SceneImage {
    const image = this.image(endpointId, setup);
    image.state.lastPacketTimeNs = this.nowNs;
    this.driver.settle();
    return image;
  }

  /** The receiver puts a frame into the log of an image. @returns the position behind it. */
  receive({ spec, log, state, hwmPosition }: SceneImage, position: number, length = 1024): number {
    const file = this.driver.platform.mapper.map(log.path, { access: 'read-write' });
    const term = wrapTerms(file, spec.termLength)[indexByPosition(position, spec.termLength)];
    const offset = position % spec.termLength;
    term?.putUint16(offset + 6, DATA_FRAME);
    term?.putInt32(offset + 8, offset);
    term?.putInt32(offset + 20, computeTermIdFromPosition(position, spec.termLength, spec.initialTermId));
    term?.setMemory(offset + HEADER_LENGTH, length - HEADER_LENGTH, 0x55);
    term?.putInt32Release(offset, length);
    file.unmap();
    hwmPosition.proposeMaxRelease(position + length);
    state.lastPacketTimeNs = this.nowNs;
    return position + length;
  }

  /** A few passes, for what does not come to rest since a command waits. */
  passes(count = 20): void {
    for (let i = 0; i < count; i++) {
      this.driver.pass();
    }
  }

  /** Lets time go by in small steps, with passes in between; clients stay alive. */
  elapse(durationMs: number, each: () => void = () => undefined): ReceivedEvent[] {
    const stepMs = 50;
    for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs += stepMs) {
      this.driver.world.step(Math.min(stepMs, durationMs - elapsedMs) * 1_000_000);
      this.driver.keepAlive(CLIENT);
      each();
      this.driver.settle();
    }
    return this.driver.events();
  }

  counter(counterId: number): AtomicCounter {
    return new AtomicCounter(this.driver.counters.valuesBuffer, counterId);
  }

  /** Labels of all counters that belong to no system. */
  labels(): string[] {
    const labels: string[] = [];
    this.driver.counters.forEach((_value, counterId, label) => {
      if (counterId >= FIRST_OF_NO_SYSTEM) {
        labels.push(label);
      }
    });
    return labels;
  }

  labelsOf(typeId: number): string[] {
    const labels: string[] = [];
    this.driver.counters.forEachMetadata((_counterId, type, _key, label) => {
      if (type === typeId) {
        labels.push(label);
      }
    });
    return labels;
  }

  #publicationOf(event: Readonly<Record<string, unknown>>): ScenePublication {
    const fields = event as unknown as Omit<
      ScenePublication,
      'log' | 'spec' | 'state' | 'senderPosition' | 'publisherLimit'
    >;
    const { publication: spec } = this.agents
      .of('add-publication')
      .find(({ publication }) => publication.registrationId === fields.registrationId) ?? {
      publication: undefined,
    };
    if (spec === undefined) {
      throw new Error(`the sender was not told: registrationId=${fields.registrationId}`);
    }
    return {
      ...fields,
      spec,
      log: this.driver.mapLog(fields.logFileName),
      state: this.agents.publicationState(spec.stateIndex),
      senderPosition: this.counter(spec.senderPositionCounterId),
      publisherLimit: this.counter(fields.publicationLimitCounterId),
    };
  }
}

export function refusal(events: readonly ReceivedEvent[]): { errorCode: number; message: string } {
  const { errorCode, message } = onlyEvent(events, 'ON_ERROR') as { errorCode: number; message: string };
  return { errorCode, message };
}

export const namesOf = (events: readonly ReceivedEvent[]): string[] => events.map(({ name }) => name);
