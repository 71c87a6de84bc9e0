// SPDX-License-Identifier: Apache-2.0
/**
 * A receiver by itself in a simulated world, with the conductor's part played by a small stand-in, and a bare socket in the place
 * of a sender. For tests.
 */
import {
  computePosition,
  createLog,
  type LogBuffers,
  LogBufferType,
  SystemCounterId,
  type SystemCounterName,
} from '@aeron/codecs/internal';
import { AtomicBuffer, AtomicCounter, type SocketAddress } from '@aeron/core/internal';
import { type SimulatedPlatform, SimulatedWorld } from '@aeron/core/testing';
import type { ConductorCommand, ReceiverCommand, ReceiverImageSpec } from '../agents/agent-commands.ts';
import { ThreadLocalQueue } from '../agents/agent-queue.ts';
import { ipcLogParameters } from '../ipc/ipc-log-parameters.ts';
import type { UdpChannel } from '../media/udp-channel.ts';
import { Receiver } from '../receiver/receiver.ts';
import type { ReceiverConfig, ReceiverResources } from '../receiver/receiver-resources.ts';
import { ImageState } from '../shared-state/image-state.ts';
import { createStateMemory, stateSlot } from '../shared-state/state-table.ts';
import { PLAIN_PARAMS, TERM_LENGTH } from './ipc-log.ts';
import { ipv4, MS, SECOND } from './receiver-peer.ts';
import { udpChannel } from './sender-harness.ts';
import { RECEIVER_ID, SENDER_PORT, SenderPeer, STREAM_ID } from './sender-peer.ts';

export * from './sender-peer.ts';
export { ipv4, MS, SECOND, TERM_LENGTH, udpChannel };

export const ENDPOINT_ID = 77;
export const WINDOW_LENGTH = TERM_LENGTH / 4;

const COUNTER_COUNT = 512;
const COUNTER_LENGTH = 128;
const STATE_COUNT = 128;
/** Counter ids of the first image; each further one has the next three. */
const FIRST_COUNTER_ID = 60;
const COUNTERS_OF_IMAGE = 3;
const PAGE_SIZE = 4096;

export const RECEIVER_CONFIG: ReceiverConfig = {
  statusMessageTimeoutNs: 200 * MS,
  imageLivenessTimeoutNs: 10 * SECOND,
  streamSessionLimit: 0x7fffffff,
  reResolutionCheckIntervalNs: SECOND,
  receiverGroupTag: undefined,
  socketMulticastTtl: 0,
  receiverIoVectorCapacity: 4,
  filePageSize: PAGE_SIZE,
  receiverCycleThresholdNs: 100 * MS,
};

/** What the stand-in for the conductor made for `create-image`. */
export interface MadeImage {
  readonly spec: ReceiverImageSpec;
  readonly log: LogBuffers;
  readonly state: ImageState;
  readonly hwmPosition: AtomicCounter;
  readonly rebuildPosition: AtomicCounter;
  readonly naksSent: AtomicCounter;
}

export interface ReceiverHarnessOptions {
  readonly seed?: number;
  readonly config?: Partial<ReceiverConfig>;
  readonly resources?: Partial<ReceiverResources>;
}

export class ReceiverHarness {
  readonly world: SimulatedWorld;
  readonly senderPlatform: SimulatedPlatform;
  readonly platform: SimulatedPlatform;
  readonly receiver: Receiver;
  readonly inbox = new ThreadLocalQueue<ReceiverCommand>();
  readonly conductor = new ThreadLocalQueue<ConductorCommand>();
  readonly values = AtomicBuffer.allocate(COUNTER_COUNT * COUNTER_LENGTH);
  readonly stateMemory = createStateMemory(STATE_COUNT);
  readonly peer: SenderPeer;
  readonly peers: SenderPeer[] = [];
  /** What the receiver told the conductor and no test has taken. */
  readonly told: ConductorCommand[] = [];
  readonly images: MadeImage[] = [];
  /** How the stand-in makes images; undefined: it does not. */
  imageOptions: Partial<ReceiverImageSpec> | undefined = {};
  #imageCount = 0;

  constructor(options: ReceiverHarnessOptions = {}) {
    this.world = new SimulatedWorld(options.seed ?? 1);
    this.senderPlatform = this.world.platform('sender');
    this.platform = this.world.platform('receiver');
    this.platform.files.createDirectories('/logs');
    this.receiver = new Receiver({
      clock: this.platform.clock,
      datagrams: this.platform.datagrams,
      mapper: this.platform.mapper,
      inbox: this.inbox,
      conductor: this.conductor,
      config: { ...RECEIVER_CONFIG, ...options.config },
      counterValues: this.values,
      stateMemory: this.stateMemory,
      ...options.resources,
    });
    this.receiver.onStart();
    this.peer = this.addPeer(SENDER_PORT);
  }

  /** A receiver with one open end point, where somebody wants any session of the stream. */
  static subscribed(options: ReceiverHarnessOptions = {}, channel: UdpChannel = udpChannel()): ReceiverHarness {
    const harness = new ReceiverHarness(options);
    harness.open(channel);
    harness.addInterest();
    harness.run(2 * MS);
    harness.take('endpoint-opened');
    return harness;
  }

  /** As `subscribed`, with an image that has sent its first status message. */
  static connected(options: ReceiverHarnessOptions = {}, channel: UdpChannel = udpChannel()): ReceiverHarness {
    const harness = ReceiverHarness.subscribed(options, channel);
    harness.connect();
    return harness;
  }

  addPeer(port: number, target?: SocketAddress): SenderPeer {
    const peer = new SenderPeer(this.senderPlatform, port, target);
    this.peers.push(peer);
    return peer;
  }

  connect(): void {
    this.peer.setup();
    this.run(5 * MS);
    this.peer.take();
  }

  get image(): MadeImage {
    const image = this.images.at(-1);
    if (image === undefined) {
      throw new Error('no image was made');
    }
    return image;
  }

  open(channel: UdpChannel = udpChannel(), endpointId = ENDPOINT_ID): void {
    this.command({
      ...{ kind: 'open-receive-endpoint', endpointId, channel, receiverId: RECEIVER_ID },
      counters: { statusCounterId: -1, localAddressCounterId: -1, destinationsCounterId: -1 },
      ...{ socketSendBufferLength: 0, socketReceiveBufferLength: 1024 * 1024 },
    });
  }

  addInterest(sessionId?: number, streamId = STREAM_ID): void {
    this.command({ kind: 'add-interest', endpointId: ENDPOINT_ID, streamId, sessionId, isResponse: false });
  }

  removeInterest(sessionId?: number, streamId = STREAM_ID): void {
    this.command({ kind: 'remove-interest', endpointId: ENDPOINT_ID, streamId, sessionId });
  }

  command(command: ReceiverCommand): void {
    if (!this.inbox.offer(command)) {
      throw new Error('the queue of the receiver is full');
    }
  }

  /** Lets time pass, with a duty cycle every 100 us, or every ms of longer times. */
  run(durationNs: number, stepNs = durationNs < 100 * MS ? 100_000 : 1 * MS): void {
    for (const endNs = this.world.nowNs + durationNs; this.world.nowNs < endNs; ) {
      this.world.step(stepNs);
      this.work();
    }
  }

  /** One duty cycle of everybody, in no time. */
  work(): number {
    const workCount = this.receiver.doWork();
    this.conductor.drain((command) => {
      this.told.push(command);
      if (command.kind === 'create-image' && this.imageOptions !== undefined) {
        this.makeImage(command, this.imageOptions);
      }
    }, Number.MAX_SAFE_INTEGER);
    for (const peer of this.peers) {
      peer.poll();
    }
    return workCount;
  }

  /** What the receiver told the conductor of this kind, which is then forgotten. */
  take<K extends ConductorCommand['kind']>(kind: K): Extract<ConductorCommand, { kind: K }>[] {
    const isWanted = (command: ConductorCommand): command is Extract<ConductorCommand, { kind: K }> =>
      command.kind === kind;
    const taken = this.told.filter(isWanted);
    this.told.splice(0, this.told.length, ...this.told.filter((command) => !isWanted(command)));
    return taken;
  }

  counter(name: SystemCounterName): number {
    return new AtomicCounter(this.values, SystemCounterId[name]).get();
  }

  /** The conductor's half, without its rules: log, counters, state. */
  makeImage(
    created: Extract<ConductorCommand, { kind: 'create-image' }>,
    options: Partial<ReceiverImageSpec> = {},
  ): MadeImage {
    const index = this.#imageCount++;
    const correlationId = 1000 + index;
    const { streamId, sessionId, initialTermId, activeTermId, termOffset, termLength, mtuLength } = created;
    const logPath = `/logs/${correlationId}.logbuffer`;
    const log = createLog(this.platform.mapper, logPath, {
      ...ipcLogParameters(
        {
          ...{ params: { ...PLAIN_PARAMS, termLength, mtuLength }, streamId, sessionId, isExclusive: false },
          ...{ registrationId: correlationId, start: { initialTermId, termId: activeTermId, termOffset } },
        },
        PAGE_SIZE,
      ),
      type: LogBufferType.PUBLICATION_IMAGE,
    });
    const [hwmCounterId, rebuildPositionCounterId, naksSentCounterId] = [0, 1, 2].map(
      (i) => FIRST_COUNTER_ID + index * COUNTERS_OF_IMAGE + i,
    ) as [number, number, number];
    const spec: ReceiverImageSpec = {
      ...{ correlationId, endpointId: created.endpointId, transportIndex: created.transportIndex, streamId, sessionId },
      ...{ initialTermId, activeTermId, initialTermOffset: termOffset, termLength, mtuLength, logPath },
      ...{ stateIndex: index, hwmCounterId, rebuildPositionCounterId, naksSentCounterId },
      ...{ controlAddress: created.controlAddress, sourceAddress: created.sourceAddress, isReliable: true },
      ...{ isResponseRequested: false, groupTag: undefined, initialWindowLength: WINDOW_LENGTH },
      ...{ maxWindowLength: WINDOW_LENGTH, ...options },
    };
    const counter = (id: number): AtomicCounter => new AtomicCounter(this.values, id);
    const position = computePosition(activeTermId, termOffset, termLength, initialTermId);
    const image: MadeImage = {
      ...{ spec, log, state: new ImageState(stateSlot(this.stateMemory, index)) },
      hwmPosition: counter(hwmCounterId),
      rebuildPosition: counter(rebuildPositionCounterId),
      naksSent: counter(naksSentCounterId),
    };
    image.hwmPosition.set(position);
    image.rebuildPosition.set(position);
    this.images.push(image);
    this.command({ kind: 'add-image', image: spec });
    return image;
  }
}
