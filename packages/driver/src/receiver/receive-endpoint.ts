// SPDX-License-Identifier: Apache-2.0
/**
 * The receiver's end of a channel: what comes in by its sockets goes to the dispatcher, what images answer goes out by them.
 * Receiver's thread; a packet of a known session allocates nothing.
 *
 * @hot
 */
import {
  FRAME_HEADER_TYPE_OFFSET,
  FrameType,
  isFrameValid,
  isSetupValid,
  type NakFlyweight,
  RTT_MEASUREMENT_RECEIVER_ID_OFFSET,
  RttMeasurementFlyweight,
  SetupFlyweight,
  STATUS_MESSAGE_SEND_SETUP_FLAG,
} from '@aeron/codecs/internal';
import type { DatagramHandler, DatagramSocket, SocketAddress } from '@aeron/core/internal';
import type { ReceiverCommand } from '../agents/agent-commands.ts';
import type { DriverEvents } from '../events/driver-events.ts';
import { type EndpointLoss, NO_LOSS } from '../loss/loss-generator.ts';
import type { UdpChannel } from '../media/udp-channel.ts';
import { ControlFrames } from './control-frames.ts';
import { DataPacketDispatcher, type DispatcherPorts } from './data-packet-dispatcher.ts';
import type { ImageConnections } from './image-connections.ts';
import { DESTINATION_TIMEOUT_NS, type ReceiveTransport, sendError } from './receive-transport.ts';
import { ReceivedDatagram } from './received-datagram.ts';
import type { ReceiverServices } from './receiver-services.ts';
import { TransportTable } from './transport-table.ts';

/** Bytes that one socket may deliver before the next has its turn, about: what a receive buffer of the default length holds. */
const MAX_LENGTH_PER_POLL = 128 * 1024;

export type OpenEndpointCommand = Extract<ReceiverCommand, { kind: 'open-receive-endpoint' }>;

/** A frame of `ControlFrames`, wrapped. */
interface Frame {
  readonly offset: number;
  readonly frameLength: number;
}

/** @source aeron-driver/ReceiveChannelEndpoint */
export class ReceiveEndpoint implements DispatcherPorts {
  readonly endpointId: number;
  readonly channel: UdpChannel;
  readonly frames: ControlFrames;
  readonly transports: TransportTable;
  readonly dispatcher: DataPacketDispatcher;
  readonly #services: ReceiverServices;
  readonly #events: DriverEvents;
  readonly #loss: EndpointLoss;
  readonly #receiverIdLow: number;
  readonly #receiverIdHigh: number;
  readonly #datagram: ReceivedDatagram;
  readonly #setup: SetupFlyweight;
  readonly #rtt: RttMeasurementFlyweight;
  /** Datagrams that came in, modulo 2^32. */
  #datagramCount = 0;

  constructor(command: OpenEndpointCommand, services: ReceiverServices, loss: EndpointLoss | undefined) {
    const { channel, endpointId, receiverId } = command;
    this.endpointId = endpointId;
    this.channel = channel;
    this.frames = new ControlFrames(receiverId, channel.groupTag ?? services.config.receiverGroupTag);
    this.transports = new TransportTable(command, services);
    this.dispatcher = new DataPacketDispatcher(this, services.config.streamSessionLimit);
    this.#services = services;
    this.#events = services.events;
    this.#loss = loss ?? NO_LOSS;
    this.#receiverIdLow = Number(BigInt.asIntN(32, receiverId));
    this.#receiverIdHigh = Number(BigInt.asIntN(32, receiverId >> 32n));
    this.#datagram = new ReceivedDatagram();
    this.#setup = new SetupFlyweight();
    this.#rtt = new RttMeasurementFlyweight();
  }

  get nowNs(): number {
    return this.#services.time.nanoTime();
  }

  /** Takes what waits in the sockets, a bounded number from each. @returns bytes. */
  poll(): number {
    const { transports } = this;
    const limit = this.#services.config.receiverIoVectorCapacity;
    let bytesReceived = 0;
    for (let i = 0; i < transports.transportCount; i++) {
      const transport = transports.at(i);
      if (transport?.isOpen) {
        bytesReceived += this.#drain(transport.socket, i, limit);
      }
    }
    return bytesReceived;
  }

  /**
   * As long as each call finds as much as it may take, there is more: what waits fills the socket's buffer, and a pass does much
   * else besides.
   */
  #drain(socket: DatagramSocket, transportIndex: number, limit: number): number {
    let bytesReceived = 0;
    let countBefore: number;
    do {
      countBefore = this.#datagramCount;
      bytesReceived += socket.poll(this.#onDatagram, transportIndex, limit);
    } while (((this.#datagramCount - countBefore) | 0) >= limit && bytesReceived < MAX_LENGTH_PER_POLL);
    return bytesReceived;
  }

  /** What falls due without a packet. @returns how much was done. */
  onTimers(nowNs: number): number {
    let workCount = this.dispatcher.expirePendingSetups(nowNs);
    if (this.dispatcher.hasInterest) {
      for (let i = 0; i < this.transports.transportCount; i++) {
        const transport = this.transports.at(i);
        if (transport?.needsSetupRequest(nowNs)) {
          this.requestAnySetup(transport);
          workCount++;
        }
      }
    }
    return workCount;
  }

  /** Sends a frame to where each transport's stream comes from. */
  send(frame: Frame, connections: ImageConnections): void {
    const { transports } = this;
    const count = transports.isMultiDestination ? connections.length : 1;
    const activeSinceNs = this.nowNs - DESTINATION_TIMEOUT_NS;
    let hasSentAll = true;
    for (let i = 0; i < count; i++) {
      const connection = connections.at(i);
      const transport = transports.at(i);
      if (connection === undefined || transport === undefined) {
        continue;
      }
      if (!transports.isMultiDestination || connection.lastActivityNs > activeSinceNs) {
        hasSentAll = this.#sendTo(transport, frame, connection.controlAddress) && hasSentAll;
      }
    }
    if (!hasSentAll) {
      this.#services.counters.shortSends.increment();
    }
  }

  /**
   * Logs a NAK that goes out, once for each sender.
   *
   * @cold
   */
  logNak(nak: NakFlyweight, connections: ImageConnections): void {
    const count = this.transports.isMultiDestination ? connections.length : 1;
    for (let i = 0; i < count; i++) {
      const target = connections.at(i)?.controlAddress;
      if (target !== undefined) {
        this.#events.log('NAK_SENT', {
          ...{ address: target.address, port: target.port },
          ...{ sessionId: nak.sessionId, streamId: nak.streamId, termId: nak.termId, termOffset: nak.termOffset },
          ...{ nakLength: nak.length, channel: this.channel.uri },
        });
      }
    }
  }

  /** Asks the sender behind the control address, if there is one, for the SETUP of one session. */
  requestSessionSetup(streamId: number, sessionId: number): void {
    const transport = this.transports.isMultiDestination ? undefined : this.transports.at(0);
    if (transport?.explicitControl !== undefined) {
      this.#requestSetup(transport, transport.explicitControl, streamId, sessionId);
    }
  }

  /** Asks the sender behind the control address, if there is one, for SETUPs of whatever it has. */
  requestAnySetup(transport: ReceiveTransport): void {
    if (transport.explicitControl !== undefined) {
      transport.onSetupRequested(this.nowNs);
      this.#requestSetup(transport, transport.explicitControl, 0, 0);
    }
  }

  elicitSetup(datagram: ReceivedDatagram, streamId: number, sessionId: number): void {
    const transport = this.transports.at(datagram.transportIndex);
    if (transport !== undefined) {
      this.#requestSetup(transport, this.controlAddressOf(datagram), streamId, sessionId);
    }
  }

  /** @cold */
  createImage(datagram: ReceivedDatagram, setup: SetupFlyweight): boolean {
    const { transportIndex } = datagram;
    const isAsked = this.#services.outbox.offer({
      ...{ kind: 'create-image', endpointId: this.endpointId, transportIndex },
      ...{ streamId: setup.streamId, sessionId: setup.sessionId, setupFlags: setup.flags },
      ...{ initialTermId: setup.initialTermId, activeTermId: setup.activeTermId, termOffset: setup.termOffset },
      ...{ termLength: setup.termLength, mtuLength: setup.mtuLength },
      controlAddress: this.controlAddressOf(datagram),
      sourceAddress: datagram.source,
    });
    const transport = this.transports.at(transportIndex);
    if (isAsked && transport?.isMulticast && transport.multicastTtl < setup.ttl) {
      this.#services.counters.possibleTtlAsymmetry.incrementRelease();
    }
    return isAsked;
  }

  replyToRttMeasurement(datagram: ReceivedDatagram): void {
    const transport = this.transports.at(datagram.transportIndex);
    if (transport !== undefined) {
      const { rtt } = this.frames;
      const request = this.#rtt.wrap(datagram.buffer, datagram.offset);
      rtt.sessionId = request.sessionId;
      rtt.streamId = request.streamId;
      rtt.flags = 0;
      rtt.echoTimestampNs = request.echoTimestampNs;
      rtt.receptionDeltaNs = 0;
      this.#sendOne(transport, rtt, this.controlAddressOf(datagram));
    }
  }

  /**
   * Where the sender of a datagram takes answers: a group at its control address, another sender where it sent from.
   *
   * @cold
   */
  controlAddressOf(datagram: ReceivedDatagram): SocketAddress {
    const transport = this.transports.at(datagram.transportIndex);
    return transport?.isMulticast ? transport.channel.remoteControl : datagram.source;
  }

  #requestSetup(transport: ReceiveTransport, target: SocketAddress, streamId: number, sessionId: number): void {
    const { statusMessage } = this.frames;
    statusMessage.flags = STATUS_MESSAGE_SEND_SETUP_FLAG;
    statusMessage.sessionId = sessionId;
    statusMessage.streamId = streamId;
    statusMessage.consumptionTermId = 0;
    statusMessage.consumptionTermOffset = 0;
    statusMessage.receiverWindowLength = 0;
    this.#sendOne(transport, statusMessage, target);
  }

  #sendOne(transport: ReceiveTransport, frame: Frame, target: SocketAddress): void {
    if (!this.#sendTo(transport, frame, target)) {
      this.#services.counters.shortSends.increment();
    }
  }

  /** @returns whether it was sent; what is lost on purpose counts as sent. */
  #sendTo(transport: ReceiveTransport, frame: Frame, target: SocketAddress): boolean {
    const { buffer } = this.frames;
    const { offset, frameLength } = frame;
    try {
      const { control } = this.#loss;
      return (
        control?.shouldDropFrame(buffer, offset, frameLength, target.address, target.port) ||
        this.#transmit(transport, frame, target) === frameLength
      );
    } catch (error) {
      this.#services.outbox.onError(sendError(error, target), true);
      return false;
    }
  }

  /** @returns bytes accepted. */
  #transmit({ socket }: ReceiveTransport, { offset, frameLength }: Frame, target: SocketAddress): number {
    const { buffer } = this.frames;
    if (this.#events.isOn.FRAME_OUT) {
      this.#events.logFrame('FRAME_OUT', target.address, target.port, buffer, offset, frameLength);
    }
    return socket.send(buffer.bytes, offset, frameLength, target);
  }

  /** Never throws: that would leave the datagram in its socket, to be delivered again. */
  readonly #onDatagram: DatagramHandler = (bytes, offset, length, sourceAddress, sourcePort, transportIndex) => {
    const datagram = this.#datagram;
    this.#datagramCount = (this.#datagramCount + 1) | 0;
    try {
      datagram.wrap(bytes, offset, length);
      datagram.transportIndex = transportIndex;
      datagram.sourceAddress = sourceAddress;
      datagram.sourcePort = sourcePort;
      if (this.#events.isOn.FRAME_IN) {
        this.#events.logFrame('FRAME_IN', sourceAddress, sourcePort, datagram.buffer, offset, length);
      }
      this.#dispatch(datagram);
    } catch (error) {
      this.#services.outbox.onError(error, true);
    }
  };

  #dispatch(datagram: ReceivedDatagram): void {
    const { buffer, offset, length } = datagram;
    const { counters } = this.#services;
    if (!isFrameValid(buffer, offset, length)) {
      counters.invalidPackets.increment();
      return;
    }
    const type = buffer.getUint16(offset + FRAME_HEADER_TYPE_OFFSET);
    const isData = type === FrameType.DATA || type === FrameType.PAD;
    if (!isData && type !== FrameType.SETUP && type !== FrameType.RTTM) {
      return;
    }
    const { sourceAddress, sourcePort } = datagram;
    if (this.#loss.data?.shouldDropFrame(buffer, offset, length, sourceAddress, sourcePort)) {
      return;
    }
    if (isData) {
      this.#noteActivity(datagram);
      this.dispatcher.onData(datagram);
    } else if (type === FrameType.SETUP) {
      this.#onSetup(datagram);
    } else {
      this.#onRttMeasurement(datagram);
    }
  }

  #onSetup(datagram: ReceivedDatagram): void {
    const setup = this.#setup.wrap(datagram.buffer, datagram.offset);
    // A position before the start of the stream is as impossible as a bad length.
    if (!isSetupValid(setup) || ((setup.activeTermId - setup.initialTermId) | 0) < 0) {
      this.#services.counters.invalidPackets.increment();
      return;
    }
    this.#noteActivity(datagram);
    this.dispatcher.onSetup(datagram, setup);
  }

  #onRttMeasurement(datagram: ReceivedDatagram): void {
    const at = datagram.offset + RTT_MEASUREMENT_RECEIVER_ID_OFFSET;
    const low = datagram.buffer.getInt32(at);
    const high = datagram.buffer.getInt32(at + 4);
    const isForAll = low === 0 && high === 0;
    if (isForAll || (low === this.#receiverIdLow && high === this.#receiverIdHigh)) {
      this.#noteActivity(datagram);
      this.dispatcher.onRttMeasurement(datagram);
    }
  }

  #noteActivity(datagram: ReceivedDatagram): void {
    const transport = this.transports.at(datagram.transportIndex);
    if (transport !== undefined) {
      transport.lastActivityNs = this.nowNs;
    }
  }
}
