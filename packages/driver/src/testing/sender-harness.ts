// SPDX-License-Identifier: Apache-2.0
/**
 * A sender by itself in a simulated world, with the conductor's and the publisher's part played by hand, and a receiver made of
 * a bare socket that shows what arrives and sends whatever frame a test asks for. For tests.
 */
import {
  appendMessageExclusive,
  createLog,
  type LogBuffers,
  openExclusive,
  PublicationLog,
  SystemCounterId,
  type SystemCounterName,
} from '@aeron/codecs/internal';
import { AtomicBuffer, AtomicCounter, type SocketAddress } from '@aeron/core/internal';
import { type SimulatedPlatform, SimulatedWorld } from '@aeron/core/testing';
import type { ConductorCommand, SenderCommand, SenderPublicationSpec } from '../agents/agent-commands.ts';
import { ThreadLocalQueue } from '../agents/agent-queue.ts';
import { ipcLogParameters } from '../ipc/ipc-log-parameters.ts';
import type { UdpChannel } from '../media/udp-channel.ts';
import { Sender } from '../sender/sender.ts';
import type { SenderConfig, SenderResources } from '../sender/sender-resources.ts';
import { PublicationState } from '../shared-state/publication-state.ts';
import { createStateMemory, stateSlot } from '../shared-state/state-table.ts';
import { PLAIN_PARAMS, TERM_LENGTH } from './ipc-log.ts';
import {
  INITIAL_TERM_ID,
  ipv4,
  MS,
  RECEIVER_ADDRESS,
  ReceiverPeer,
  SECOND,
  SESSION_ID,
  STREAM_ID,
} from './receiver-peer.ts';

export const MTU_LENGTH = 1408;
export const ENDPOINT_ID = 77;
export const SENDER_ADDRESS = '10.0.0.1';
export const RECEIVER_PORT = 20121;

const COUNTER_COUNT = 128;
const COUNTER_LENGTH = 128;
const STATE_COUNT = 16;
/** Counter ids of the first publication; each further one has the next ten. */
const FIRST_COUNTER_ID = 60;
const COUNTERS_OF_PUBLICATION = 10;
export const DESTINATIONS_COUNTER_ID = 50;

export const SENDER_CONFIG: SenderConfig = {
  statusMessageTimeoutNs: 200 * MS,
  sendToStatusMessagePollRatio: 6,
  maxMessagesPerSend: 4,
  reResolutionCheckIntervalNs: SECOND,
  publicationConnectionTimeoutNs: 5 * SECOND,
  retransmitUnicastDelayNs: 0,
  retransmitUnicastLingerNs: 10 * MS,
  socketMulticastTtl: 0,
  isUnicastConnected: true,
  senderCycleThresholdNs: 100 * MS,
  flowControl: {
    unicastRetransmitWindowMultiple: 16,
    multicastRetransmitWindowMultiple: 4,
    multicastStrategy: 'max',
    groupTag: -1n,
    groupMinSize: 0,
    receiverTimeoutNs: 5 * SECOND,
  },
};

/** A channel as `aeron:udp?endpoint=…` gives it. */
export function udpChannel(overrides: Partial<UdpChannel> = {}): UdpChannel {
  const remote = ipv4(RECEIVER_ADDRESS, RECEIVER_PORT);
  const local = ipv4('0.0.0.0', 0);
  return {
    uri: `aeron:udp?endpoint=${RECEIVER_ADDRESS}:${RECEIVER_PORT}`,
    canonicalForm: `UDP-0.0.0.0:0-${RECEIVER_ADDRESS}:${RECEIVER_PORT}`,
    controlMode: 'none',
    isMulticast: false,
    hasExplicitEndpoint: true,
    hasExplicitControl: false,
    endpointText: `${RECEIVER_ADDRESS}:${RECEIVER_PORT}`,
    controlText: undefined,
    tag: undefined,
    remoteData: remote,
    localData: local,
    remoteControl: remote,
    localControl: local,
    interfaceAddress: undefined,
    interfaceName: undefined,
    multicastTtl: 0,
    socketReceiveBufferLength: 0,
    socketSendBufferLength: 0,
    receiverWindowLength: 0,
    groupTag: undefined,
    nakDelayNs: undefined,
    sendTimestampOffset: undefined,
    receiveTimestampOffset: undefined,
    ...overrides,
  };
}

/** A channel with `control-mode=manual` or `dynamic`, listening on a fixed port. */
export function multiDestinationChannel(mode: 'manual' | 'dynamic' | 'response', port = 20200): UdpChannel {
  return udpChannel({
    uri: `aeron:udp?control-mode=${mode}|control=${SENDER_ADDRESS}:${port}`,
    controlMode: mode,
    hasExplicitEndpoint: false,
    hasExplicitControl: true,
    endpointText: undefined,
    remoteData: ipv4('0.0.0.0', 0),
    localControl: ipv4(SENDER_ADDRESS, port),
  });
}

/** A publication as its publisher and the conductor see it. */
export class HandPublication {
  readonly spec: SenderPublicationSpec;
  readonly log: LogBuffers;
  readonly state: PublicationState;
  readonly #publisher: PublicationLog;
  readonly #values: AtomicBuffer;

  constructor(spec: SenderPublicationSpec, log: LogBuffers, state: PublicationState, values: AtomicBuffer) {
    this.spec = spec;
    this.log = log;
    this.state = state;
    this.#values = values;
    this.#publisher = new PublicationLog(log);
    openExclusive(this.#publisher);
  }

  get senderPosition(): number {
    return this.#counter(this.spec.senderPositionCounterId);
  }
  get senderLimit(): number {
    return this.#counter(this.spec.senderLimitCounterId);
  }
  get backPressureEvents(): number {
    return this.#counter(this.spec.senderBackPressureCounterId);
  }
  get naksReceived(): number {
    return this.#counter(this.spec.senderNaksReceivedCounterId);
  }
  get flowControlReceivers(): number {
    return this.#counter(this.spec.flowControlReceiversCounterId);
  }

  /** Publishes a message with a payload of `length` bytes, each `fill`. @returns the position behind it. */
  publish(length: number, fill = 0xaa): number {
    for (;;) {
      const position = appendMessageExclusive(this.#publisher, new Uint8Array(length).fill(fill), 0, length, undefined);
      if (position > 0) {
        return position;
      }
    }
  }

  #counter(counterId: number): number {
    return new AtomicCounter(this.#values, counterId).get();
  }
}

export interface SenderHarnessOptions {
  readonly seed?: number;
  readonly config?: Partial<SenderConfig>;
  readonly resources?: Partial<SenderResources>;
  readonly conductorCapacity?: number;
}

export class SenderHarness {
  readonly world: SimulatedWorld;
  readonly platform: SimulatedPlatform;
  readonly receiverPlatform: SimulatedPlatform;
  readonly commands = new ThreadLocalQueue<SenderCommand>();
  readonly answers: ThreadLocalQueue<ConductorCommand>;
  readonly values = new AtomicBuffer(new SharedArrayBuffer(COUNTER_COUNT * COUNTER_LENGTH));
  readonly stateMemory = createStateMemory(STATE_COUNT);
  readonly sender: Sender;
  readonly peers: ReceiverPeer[] = [];
  /** What the sender told the conductor and nobody took. */
  readonly told: ConductorCommand[] = [];
  /** Whether the conductor takes what it is told. */
  isConductorAwake = true;
  #publicationCount = 0;

  constructor({ seed = 1, config = {}, resources = {}, conductorCapacity = 1024 }: SenderHarnessOptions = {}) {
    this.world = new SimulatedWorld(seed);
    this.world.host('sender', { addresses: [SENDER_ADDRESS] });
    this.world.host('receiver', { addresses: [RECEIVER_ADDRESS, '10.0.0.3', '10.0.0.4'] });
    this.platform = this.world.platform('sender');
    this.receiverPlatform = this.world.platform('receiver');
    this.answers = new ThreadLocalQueue<ConductorCommand>(conductorCapacity);
    this.platform.files.createDirectories('/dev/shm/aeron/publications');
    this.sender = new Sender({
      clock: this.platform.clock,
      datagrams: this.platform.datagrams,
      mapper: this.platform.mapper,
      inbox: this.commands,
      conductor: this.answers,
      config: { ...SENDER_CONFIG, ...config },
      counterValues: this.values,
      stateMemory: this.stateMemory,
      ...resources,
    });
    this.sender.onStart();
  }

  /** Passes of the sender with virtual time between them. @returns the work of all. */
  run(durationNs: number, stepNs = MS): number {
    let work = 0;
    for (let passedNs = 0; passedNs < durationNs; passedNs += stepNs) {
      this.world.step(stepNs);
      work += this.pass();
    }
    return work;
  }

  /** One pass, without time. */
  pass(): number {
    const work = this.sender.doWork();
    for (const peer of this.peers) {
      peer.poll();
    }
    if (this.isConductorAwake) {
      this.answers.drain((command) => this.told.push(command), 100);
    }
    return work;
  }

  command(command: SenderCommand): void {
    this.commands.offer(command);
    this.pass();
  }

  /** Opens an end point. @returns the address that it listens on. */
  open(channel: UdpChannel = udpChannel(), endpointId = ENDPOINT_ID, socketSendBufferLength = 0): SocketAddress {
    this.command({
      kind: 'open-send-endpoint',
      endpointId,
      channel,
      counters: {
        statusCounterId: -1,
        localAddressCounterId: -1,
        destinationsCounterId: channel.controlMode === 'none' ? -1 : DESTINATIONS_COUNTER_ID,
      },
      socketSendBufferLength,
      socketReceiveBufferLength: 0,
    });
    this.run(MS, MS / 4);
    const opened = this.take('endpoint-opened')[0];
    if (opened === undefined) {
      throw new Error(`end point did not open: ${JSON.stringify(this.told)}`);
    }
    return opened.localAddress;
  }

  /** Adds a receiver's socket that talks to the sender at `sender`. */
  peer(sender: SocketAddress, bind = ipv4(RECEIVER_ADDRESS, RECEIVER_PORT), group?: SocketAddress): ReceiverPeer {
    const address = sender.address === '0.0.0.0' ? ipv4(SENDER_ADDRESS, sender.port) : sender;
    const peer = new ReceiverPeer(this.receiverPlatform, bind, address, group);
    this.peers.push(peer);
    this.run(MS, MS / 4);
    return peer;
  }

  /** A publication with its log, as the conductor makes it, not known to the sender yet. */
  create(overrides: Partial<SenderPublicationSpec> = {}, start = { termCount: 0, termOffset: 0 }): HandPublication {
    const index = this.#publicationCount++;
    const counterId = FIRST_COUNTER_ID + index * COUNTERS_OF_PUBLICATION;
    const registrationId = overrides.registrationId ?? 500 + index;
    const termId = (INITIAL_TERM_ID + start.termCount) | 0;
    const spec: SenderPublicationSpec = {
      registrationId,
      endpointId: ENDPOINT_ID,
      channel: 'aeron:udp?endpoint=receiver:20121',
      streamId: STREAM_ID,
      sessionId: SESSION_ID + index,
      initialTermId: INITIAL_TERM_ID,
      termLength: TERM_LENGTH,
      mtuLength: MTU_LENGTH,
      startTermId: termId,
      startTermOffset: start.termOffset,
      logPath: `/dev/shm/aeron/publications/${registrationId}.logbuffer`,
      stateIndex: index,
      senderPositionCounterId: counterId,
      senderLimitCounterId: counterId + 1,
      senderBackPressureCounterId: counterId + 2,
      senderNaksReceivedCounterId: counterId + 3,
      flowControlReceiversCounterId: counterId + 4,
      flowControl: undefined,
      isMulticastSemantics: false,
      isResponse: false,
      responseCorrelationId: -1,
      maxResend: 16,
      signalEos: true,
      spiesSimulateConnection: false,
      ...overrides,
    };
    const params = { ...PLAIN_PARAMS, mtuLength: spec.mtuLength };
    const stream = { registrationId, sessionId: spec.sessionId, streamId: spec.streamId, isExclusive: true, params };
    const position = { initialTermId: INITIAL_TERM_ID, termId, termOffset: start.termOffset };
    const log = createLog(this.platform.mapper, spec.logPath, ipcLogParameters({ ...stream, start: position }, 4096));
    const startPosition = start.termCount * TERM_LENGTH + start.termOffset;
    new AtomicCounter(this.values, spec.senderPositionCounterId).set(startPosition);
    new AtomicCounter(this.values, spec.senderLimitCounterId).set(startPosition);
    const state = new PublicationState(stateSlot(this.stateMemory, spec.stateIndex));
    return new HandPublication(spec, log, state, this.values);
  }

  /** A publication that the sender serves. */
  add(overrides: Partial<SenderPublicationSpec> = {}, start = { termCount: 0, termOffset: 0 }): HandPublication {
    const publication = this.create(overrides, start);
    this.command({ kind: 'add-publication', publication: publication.spec });
    return publication;
  }

  system(name: SystemCounterName): number {
    return new AtomicCounter(this.values, SystemCounterId[name]).get();
  }

  counter(counterId: number): number {
    return new AtomicCounter(this.values, counterId).get();
  }

  /** Takes what the conductor was told of one kind. */
  take<Kind extends ConductorCommand['kind']>(kind: Kind): Extract<ConductorCommand, { kind: Kind }>[] {
    const isOfKind = (command: ConductorCommand): command is Extract<ConductorCommand, { kind: Kind }> =>
      command.kind === kind;
    const taken = this.told.filter(isOfKind);
    this.told.splice(0, this.told.length, ...this.told.filter((command) => !isOfKind(command)));
    return taken;
  }
}
