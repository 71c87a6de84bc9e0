// SPDX-License-Identifier: Apache-2.0
/**
 * The sender's end of one channel: its sockets, its destinations, and the publications that send by it. Sender's thread. An
 * error of a send is told to the conductor and counts as nothing sent: it never ends the pass.
 *
 *     opening ──▶ open ──▶ closed        nothing is sent or read before it is open
 *        └──────────▶ failed
 *
 * @hot
 * @source aeron-driver/SendChannelEndpoint
 */
import { AeronError, AtomicBuffer, type Clock, type DatagramHandler, type SocketAddress } from '@aeron/core/internal';
import type { ConductorOutbox } from '../agents/conductor-outbox.ts';
import type { DriverEvents } from '../events/driver-events.ts';
import type { LossGenerator } from '../loss/loss-generator.ts';
import type { UdpChannel } from '../media/udp-channel.ts';
import type { EndpointSockets } from './endpoint-sockets.ts';
import {
  DESTINATION_TIMEOUT_NS,
  type DestinationSocket,
  type MultiDestination,
  NO_DESTINATION,
} from './multi-destination.ts';
import type { SendTimestamp } from './send-timestamp.ts';
import type { SenderCounters } from './sender-counters.ts';
import type { SenderPublication } from './sender-publication.ts';
import { TermRun } from './term-run.ts';

/** Control datagrams that one end point takes before the next has its turn. */
export const MAX_CONTROL_DATAGRAMS_PER_POLL = 16;
/** Bytes sent again for one end point after which the rest of its control datagrams wait for the next pass. */
export const MAX_RETRANSMIT_LENGTH_PER_POLL = 256 * 1024;
/** Errors of sends are told at most this often. */
const ERROR_INTERVAL_NS = 1_000_000_000;

/** The one record that an end point is made from. */
export interface SendEndpointOptions {
  readonly endpointId: number;
  readonly channel: UdpChannel;
  readonly sockets: EndpointSockets;
  readonly destinations: MultiDestination | undefined;
  readonly multicastTtl: number;
  /** The sender's time of this pass. */
  readonly clock: Clock;
  readonly outbox: ConductorOutbox;
  readonly timestamp: SendTimestamp | undefined;
  readonly dataLoss: LossGenerator | undefined;
  readonly controlLoss: LossGenerator | undefined;
  readonly events: DriverEvents;
}

export class SendEndpoint implements DestinationSocket {
  readonly endpointId: number;
  readonly channel: UdpChannel;
  readonly destinations: MultiDestination | undefined;
  readonly multicastTtl: number;
  readonly controlLoss: LossGenerator | undefined;
  readonly sockets: EndpointSockets;
  isOpen = false;
  readonly #publications: SenderPublication[] = [];
  readonly #publicationsByStream = new Map<number, Map<number, SenderPublication>>();
  readonly #clock: Clock;
  readonly #outbox: ConductorOutbox;
  readonly #timestamp: SendTimestamp | undefined;
  readonly #dataLoss: LossGenerator | undefined;
  readonly #events: DriverEvents;
  /** The one destination, where there is only one. */
  #address: SocketAddress;
  /** Where its socket is being connected to. */
  #nextAddress: SocketAddress | undefined = undefined;
  /** It could not be connected to the address that its name had last. */
  #isCutOff = false;
  #lastResolutionNs: number;
  #lastErrorNs = Number.NEGATIVE_INFINITY;
  /** What is left of a run between two datagrams that are lost. */
  readonly #part: TermRun;
  #receivedCount = 0;
  #receivedBytes: Uint8Array | undefined = undefined;
  #received: AtomicBuffer | undefined = undefined;

  constructor(options: SendEndpointOptions) {
    this.endpointId = options.endpointId;
    this.channel = options.channel;
    this.destinations = options.destinations;
    this.multicastTtl = options.multicastTtl;
    this.controlLoss = options.controlLoss;
    this.sockets = options.sockets;
    this.#clock = options.clock;
    this.#outbox = options.outbox;
    this.#timestamp = options.timestamp;
    this.#dataLoss = options.dataLoss;
    this.#events = options.events;
    this.#address = options.channel.remoteData;
    this.#lastResolutionNs = options.clock.nanoTime();
    this.#part = new TermRun(options.sockets.data.runLimit);
  }

  /** @returns bytes accepted: `length`, or less when it must be sent again. */
  send(buffer: AtomicBuffer, offset: number, length: number): number {
    const address = this.#address;
    const destinations = this.destinations;
    if (!this.isOpen) {
      return 0;
    }
    if (this.#isLost(buffer, offset, length, address)) {
      return length;
    }
    this.#timestamp?.stamp(buffer, offset, length);
    return destinations === undefined
      ? this.sendDatagram(buffer, offset, length, address)
      : destinations.send(this, buffer, offset, length);
  }

  /** As `send`, to one address, whatever the destinations are. */
  sendTo(buffer: AtomicBuffer, offset: number, length: number, address: SocketAddress): number {
    if (!this.isOpen) {
      return 0;
    }
    if (this.#isLost(buffer, offset, length, address)) {
      return length;
    }
    this.#timestamp?.stamp(buffer, offset, length);
    return this.sendDatagram(buffer, offset, length, address);
  }

  /** Datagrams of a run that leave by one call. */
  get runLimit(): number {
    return this.sockets.data.runLimit;
  }

  /** As `send` for each datagram of the run. @returns how many were accepted, from the first on. */
  sendRun(buffer: AtomicBuffer, offset: number, run: TermRun): number {
    return this.#sendRun(buffer, offset, run, undefined);
  }

  /** As `sendRun`, to one address, whatever the destinations are. */
  sendRunTo(buffer: AtomicBuffer, offset: number, run: TermRun, address: SocketAddress): number {
    return this.#sendRun(buffer, offset, run, address);
  }

  /** @returns how many datagrams of the run were accepted. */
  sendDatagrams(buffer: AtomicBuffer, offset: number, run: TermRun, address: SocketAddress): number {
    if (this.#events.isOn.FRAME_OUT) {
      this.#logRun(buffer, offset, run, address);
    }
    try {
      return this.sockets.data.sendRun(buffer.bytes, offset, run.lengths, run.count, address);
    } catch (error) {
      this.#onSendError(error, address);
      return 0;
    }
  }

  sendDatagram(buffer: AtomicBuffer, offset: number, length: number, address: SocketAddress): number {
    if (this.#events.isOn.FRAME_OUT) {
      this.#events.logFrame('FRAME_OUT', address.address, address.port, buffer, offset, length);
    }
    try {
      return this.sockets.data.send(buffer.bytes, offset, length, address);
    } catch (error) {
      this.#onSendError(error, address);
      return 0;
    }
  }

  /**
   * Delivers control datagrams that have arrived: a bounded number, and fewer once many bytes were sent again for them.
   *
   * @param counters tell how much that was.
   * @returns bytes received.
   */
  poll(handler: DatagramHandler, counters: SenderCounters): number {
    const lengthBefore = counters.retransmittedLength;
    const control = this.sockets.control;
    let bytesReceived = 0;
    for (let i = 0; i < MAX_CONTROL_DATAGRAMS_PER_POLL; i++) {
      const countBefore = this.#receivedCount;
      bytesReceived += control.poll(handler, 0, 1);
      const hasReceived = this.#receivedCount !== countBefore; // a datagram may be empty, so bytes don't tell
      if (!hasReceived || counters.retransmittedLength - lengthBefore >= MAX_RETRANSMIT_LENGTH_PER_POLL) {
        break;
      }
    }
    return bytesReceived;
  }

  /** A datagram has come in by this end point. @returns it as a buffer: the same one as long as the transport reuses its memory. */
  onDatagram(bytes: Uint8Array): AtomicBuffer {
    this.#receivedCount = (this.#receivedCount + 1) | 0;
    return this.#receivedBytes === bytes && this.#received !== undefined ? this.#received : this.#wrap(bytes);
  }

  publicationOf(sessionId: number, streamId: number): SenderPublication | undefined {
    return this.#publicationsByStream.get(streamId)?.get(sessionId);
  }

  /** @cold */
  addPublication(publication: SenderPublication): void {
    const { streamId, sessionId } = publication.spec;
    let bySession = this.#publicationsByStream.get(streamId);
    if (bySession === undefined) {
      bySession = new Map();
      this.#publicationsByStream.set(streamId, bySession);
    }
    bySession.set(sessionId, publication);
    this.#publications.push(publication);
  }

  /** @cold */
  removePublication(publication: SenderPublication): void {
    const { streamId, sessionId } = publication.spec;
    const bySession = this.#publicationsByStream.get(streamId);
    if (bySession?.get(sessionId) === publication) {
      bySession.delete(sessionId);
      if (bySession.size === 0) {
        this.#publicationsByStream.delete(streamId);
      }
    }
    const index = this.#publications.indexOf(publication);
    if (index >= 0) {
      this.#publications.splice(index, 1);
    }
  }

  /**
   * Has names looked up again behind which nobody has answered for a while.
   *
   * @cold
   */
  checkReResolution(nowNs: number): void {
    const { channel, destinations } = this;
    if (destinations !== undefined) {
      destinations.checkReResolution((destinationId, endpoint, address) =>
        this.#askForResolution(destinationId, endpoint, address),
      );
      return;
    }
    const isNamed = channel.controlMode === 'none' && channel.hasExplicitEndpoint && !channel.isMulticast;
    if (!isNamed || channel.endpointText === undefined || this.#lastResolutionNs + DESTINATION_TIMEOUT_NS >= nowNs) {
      return;
    }
    const isSilent = this.#publications.every(
      ({ lastStatusMessageNs }) => lastStatusMessageNs + DESTINATION_TIMEOUT_NS < nowNs,
    );
    if (isSilent || this.#isCutOff) {
      this.#lastResolutionNs = nowNs;
      // Cut off it is nowhere: any address that the name has is news, the one of before too.
      this.#askForResolution(NO_DESTINATION, channel.endpointText, this.#isCutOff ? undefined : this.#address);
    }
  }

  /**
   * A name has another address now. A socket that is connected may take a while to follow; see `isMoving`.
   *
   * @cold
   */
  onResolved(endpoint: string, address: SocketAddress): void {
    if (this.destinations !== undefined) {
      this.destinations.onResolved(endpoint, address);
    } else if (endpoint === this.channel.endpointText && this.sockets.isConnected) {
      this.#nextAddress = address;
      this.sockets.data.reconnect(address);
    } else if (endpoint === this.channel.endpointText) {
      this.#address = address;
    }
  }

  /** Whether its socket is on its way to another address; `checkMoved` tells when that has ended. */
  get isMoving(): boolean {
    return this.#nextAddress !== undefined;
  }

  /**
   * Tells the conductor how the socket's way to another address has ended, if it has.
   *
   * @cold
   */
  checkMoved(): 'pending' | 'moved' | 'failed' {
    const { isReconnecting, reconnectError } = this.sockets.data;
    if (this.#nextAddress === undefined || isReconnecting) {
      return 'pending';
    }
    const isConnected = reconnectError === undefined;
    if (isConnected) {
      this.#address = this.#nextAddress;
    } else {
      const message = `re-resolve endpoint channel error - ${reconnectError.message}: ${this.channel.uri}`;
      this.#outbox.onError(new AeronError('CHANNEL_ENDPOINT', message, { cause: reconnectError }));
    }
    this.#isCutOff = !isConnected;
    this.#nextAddress = undefined;
    this.#outbox.post({ kind: 'send-endpoint-moved', endpointId: this.endpointId, isConnected });
    return isConnected ? 'moved' : 'failed';
  }

  /** @cold */
  close(): void {
    this.isOpen = false;
    this.sockets.close();
  }

  /** @param address undefined: to the destinations. */
  #sendRun(buffer: AtomicBuffer, offset: number, run: TermRun, address: SocketAddress | undefined): number {
    if (!this.isOpen) {
      return 0;
    }
    if (run.count === 1) {
      const length = run.lengths[0] as number;
      const sent =
        address === undefined ? this.send(buffer, offset, length) : this.sendTo(buffer, offset, length, address);
      return sent === length ? 1 : 0;
    }
    return this.#dataLoss === undefined
      ? this.#sendWhole(buffer, offset, run, address)
      : this.#sendSurvivors(buffer, offset, run, address);
  }

  #sendWhole(buffer: AtomicBuffer, offset: number, run: TermRun, address: SocketAddress | undefined): number {
    this.#stampRun(buffer, offset, run);
    return this.destinations === undefined || address !== undefined
      ? this.sendDatagrams(buffer, offset, run, address ?? this.#address)
      : this.destinations.sendRun(this, buffer, offset, run);
  }

  /** Each datagram is lost or not for itself; what lies between two that are lost leaves together. */
  #sendSurvivors(buffer: AtomicBuffer, offset: number, run: TermRun, address: SocketAddress | undefined): number {
    const part = this.#part;
    const target = address ?? this.#address;
    let at = offset;
    let partOffset = offset;
    part.count = 0;
    for (let i = 0; i < run.count; i++) {
      const length = run.lengths[i] as number;
      const isLost = this.#isLost(buffer, at, length, target);
      if (!isLost) {
        part.lengths[part.count++] = length;
      }
      at += length;
      if (isLost || i + 1 === run.count) {
        const sentCount = part.count === 0 ? 0 : this.#sendWhole(buffer, partOffset, part, address);
        if (sentCount !== part.count) {
          return i + (isLost ? 0 : 1) - part.count + sentCount;
        }
        partOffset = at;
        part.count = 0;
      }
    }
    return run.count;
  }

  /** @cold */
  #logRun(buffer: AtomicBuffer, offset: number, run: TermRun, { address, port }: SocketAddress): void {
    let at = offset;
    for (let i = 0; i < run.count; i++) {
      const length = run.lengths[i] as number;
      this.#events.logFrame('FRAME_OUT', address, port, buffer, at, length);
      at += length;
    }
  }

  #stampRun(buffer: AtomicBuffer, offset: number, run: TermRun): void {
    const timestamp = this.#timestamp;
    if (timestamp !== undefined) {
      let at = offset;
      for (let i = 0; i < run.count; i++) {
        timestamp.stamp(buffer, at, run.lengths[i] as number);
        at += run.lengths[i] as number;
      }
    }
  }

  #isLost(buffer: AtomicBuffer, offset: number, length: number, { address, port }: SocketAddress): boolean {
    return this.#dataLoss?.shouldDropFrame(buffer, offset, length, address, port) ?? false;
  }

  /** @cold */
  #wrap(bytes: Uint8Array): AtomicBuffer {
    const buffer = new AtomicBuffer(bytes);
    this.#receivedBytes = bytes;
    this.#received = buffer;
    return buffer;
  }

  /** @cold */
  #askForResolution(destinationId: number, endpoint: string, address: SocketAddress | undefined): void {
    const { endpointId } = this;
    this.#outbox.post({ kind: 're-resolve', side: 'send', endpointId, destinationId, endpoint, address });
  }

  /** @cold */
  #onSendError(error: unknown, { address, port }: SocketAddress): void {
    const nowNs = this.#clock.nanoTime();
    if (nowNs - this.#lastErrorNs >= ERROR_INTERVAL_NS) {
      this.#lastErrorNs = nowNs;
      const message = `failed to send datagram to ${address}:${port}: ${error instanceof Error ? error.message : error}`;
      this.#outbox.onError(new AeronError('CHANNEL_ENDPOINT', message, { cause: error, category: 'WARN' }), true);
    }
  }
}
