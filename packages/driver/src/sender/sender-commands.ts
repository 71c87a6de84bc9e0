// SPDX-License-Identifier: Apache-2.0
/**
 * What the conductor asks of the sender: opening and closing end points, adding and removing publications and destinations. It
 * owns the lists that the sender walks in each pass. A command that fails is told to the conductor and changes nothing.
 *
 * @source aeron-driver/SenderProxy
 */
import { ChannelUri, LogBuffers } from '@aeron/codecs/internal';
import { AeronError, AtomicCounter, type Clock } from '@aeron/core/internal';
import type { SenderCommand, SenderPublicationSpec } from '../agents/agent-commands.ts';
import type { ConductorOutbox } from '../agents/conductor-outbox.ts';
import type { DriverEvents } from '../events/driver-events.ts';
import { createFlowControl } from '../flow-control/create-flow-control.ts';
import type { FlowControl, FlowControlListener } from '../flow-control/flow-control.ts';
import { NO_LOSS } from '../loss/loss-generator.ts';
import { WildcardPortManager } from '../media/wildcard-port-manager.ts';
import { PublicationState } from '../shared-state/publication-state.ts';
import { stateSlot } from '../shared-state/state-table.ts';
import { EndpointSockets } from './endpoint-sockets.ts';
import { MultiDestination } from './multi-destination.ts';
import { SendEndpoint } from './send-endpoint.ts';
import { SendTimestamp } from './send-timestamp.ts';
import type { SenderCounters } from './sender-counters.ts';
import { SenderPublication } from './sender-publication.ts';
import type { SenderResources } from './sender-resources.ts';
import { StreamOutput } from './stream-output.ts';

type ResolvedCommand = Extract<SenderCommand, { kind: 'send-endpoint-resolved' }>;
type OpenCommand = Extract<SenderCommand, { kind: 'open-send-endpoint' }>;

/** What the sender's parts share. */
export interface SenderShared {
  /** The time of this pass. */
  readonly clock: Clock;
  readonly counters: SenderCounters;
  readonly outbox: ConductorOutbox;
  readonly events: DriverEvents;
}

const NO_COUNTER = -1;
/** Instead of a destination's id: the end point itself. */
const ENDPOINT_ITSELF = -1;

export class SenderCommands {
  readonly publications: SenderPublication[] = [];
  readonly endpoints: SendEndpoint[] = [];
  readonly #resources: SenderResources;
  readonly #shared: SenderShared;
  readonly #ports: WildcardPortManager;
  /** End points whose sockets are not open yet. */
  readonly #opening: SendEndpoint[] = [];
  /** End points whose sockets are on their way to another address. */
  readonly #moving: SendEndpoint[] = [];
  /** State of publications that could not be served; the conductor still waits for their release. */
  readonly #failed = new Map<number, PublicationState>();

  constructor(resources: SenderResources, shared: SenderShared) {
    this.#resources = resources;
    this.#shared = shared;
    this.#ports = new WildcardPortManager(resources.config.wildcardPortRange, true);
  }

  onCommand(command: SenderCommand): void {
    try {
      this.#execute(command);
    } catch (error) {
      this.#shared.outbox.onError(error);
    }
  }

  /** Tells the conductor which end points have opened, failed, or followed their names. @returns how many. */
  checkSockets(): number {
    let count = this.#moving.length === 0 ? 0 : this.#checkMoving();
    for (let i = this.#opening.length - 1; i >= 0; i--) {
      const endpoint = this.#opening[i] as SendEndpoint;
      const { failure } = endpoint.sockets;
      if (failure !== undefined || endpoint.sockets.isOpen) {
        this.#opening.splice(i, 1);
        count++;
        if (failure === undefined) {
          this.#onOpened(endpoint);
        } else {
          this.#drop(endpoint);
          this.#onOpenFailed(endpoint.endpointId, failure);
        }
      }
    }
    return count;
  }

  /** Gives everything back. */
  close(): void {
    for (const publication of this.publications.splice(0)) {
      publication.release();
    }
    this.#opening.length = 0;
    this.#moving.length = 0;
    for (const endpoint of this.endpoints.splice(0)) {
      endpoint.close();
    }
    this.#shared.outbox.flush();
  }

  #execute(command: SenderCommand): void {
    switch (command.kind) {
      case 'open-send-endpoint':
        this.#openEndpoint(command);
        break;
      case 'close-send-endpoint':
        this.#closeEndpoint(command.endpointId);
        break;
      case 'add-publication':
        this.#addPublication(command.publication);
        break;
      case 'remove-publication':
        this.#removePublication(command.registrationId);
        break;
      case 'add-send-destination':
        this.#destinationsOf(command.endpointId).add(command.destinationId, endpointOf(command.uri), command.address);
        break;
      case 'remove-send-destination':
        this.#destinationsOf(command.endpointId).remove(endpointOf(command.uri), command.address);
        break;
      case 'remove-send-destination-by-id':
        this.#destinationsOf(command.endpointId).removeById(command.destinationId);
        break;
      case 'send-endpoint-resolved':
        this.#onResolved(command);
        break;
      default:
        throw new AeronError('AERON', `unknown command to the sender: ${JSON.stringify(command satisfies never)}`);
    }
  }

  #openEndpoint(command: OpenCommand): void {
    const { endpointId } = command;
    try {
      const endpoint = this.#createEndpoint(command);
      this.endpoints.push(endpoint);
      this.#opening.push(endpoint);
    } catch (error) {
      this.#onOpenFailed(endpointId, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #createEndpoint({ endpointId, channel, counters, ...lengths }: OpenCommand): SendEndpoint {
    const { datagrams, config, onReadable, clock, counterValues, endpointLoss } = this.#resources;
    const multicastTtl = channel.isMulticast ? channel.multicastTtl || config.socketMulticastTtl : 0;
    const { controlMode, sendTimestampOffset } = channel;
    const isMultiDestination = controlMode === 'manual' || controlMode === 'dynamic';
    const { destinationsCounterId } = counters;
    const countIndicator =
      destinationsCounterId === NO_COUNTER ? undefined : new AtomicCounter(counterValues, destinationsCounterId);
    const loss = endpointLoss?.(channel) ?? NO_LOSS;
    return new SendEndpoint({
      endpointId,
      channel,
      sockets: new EndpointSockets(datagrams, {
        channel,
        multicastTtl,
        onReadable,
        sendBufferLength: lengths.socketSendBufferLength,
        receiveBufferLength: lengths.socketReceiveBufferLength,
        isUnicastConnected: config.isUnicastConnected,
        ports: this.#ports,
      }),
      destinations: isMultiDestination
        ? new MultiDestination(controlMode, this.#shared.clock, countIndicator)
        : undefined,
      multicastTtl,
      clock: this.#shared.clock,
      outbox: this.#shared.outbox,
      events: this.#shared.events,
      timestamp: sendTimestampOffset === undefined ? undefined : new SendTimestamp(clock, sendTimestampOffset),
      dataLoss: loss.data,
      controlLoss: loss.control,
    });
  }

  #onOpened(endpoint: SendEndpoint): void {
    const { data, control, localAddress } = endpoint.sockets;
    endpoint.isOpen = true;
    this.#shared.outbox.post({
      kind: 'endpoint-opened',
      endpointId: endpoint.endpointId,
      destinationId: ENDPOINT_ITSELF,
      localAddress: localAddress ?? endpoint.channel.localControl,
      socketSendBufferLength: data.sendBufferLength,
      socketReceiveBufferLength: control.receiveBufferLength,
    });
  }

  #onOpenFailed(endpointId: number, error: Error & { code?: unknown }): void {
    this.#shared.outbox.post({
      kind: 'endpoint-failed',
      endpointId,
      destinationId: ENDPOINT_ITSELF,
      message: error.message,
      osCode: typeof error.code === 'string' ? error.code : '',
    });
  }

  #closeEndpoint(endpointId: number): void {
    const endpoint = this.#find(endpointId);
    if (endpoint !== undefined) {
      this.#drop(endpoint);
    }
    this.#shared.outbox.post({ kind: 'endpoint-closed', endpointId });
  }

  #drop(endpoint: SendEndpoint): void {
    remove(this.endpoints, endpoint);
    remove(this.#opening, endpoint);
    remove(this.#moving, endpoint);
    endpoint.close();
  }

  #onResolved({ endpointId, endpoint: name, address }: ResolvedCommand): void {
    const endpoint = this.#find(endpointId);
    endpoint?.onResolved(name, address);
    if (endpoint === undefined || !endpoint.isMoving) {
      this.#shared.counters.resolutionChanges.increment();
    } else if (!this.#moving.includes(endpoint)) {
      this.#moving.push(endpoint);
    }
  }

  #checkMoving(): number {
    let count = 0;
    for (let i = this.#moving.length - 1; i >= 0; i--) {
      const endpoint = this.#moving[i] as SendEndpoint;
      const outcome = endpoint.checkMoved();
      if (outcome !== 'pending') {
        this.#moving.splice(i, 1);
        count++;
      }
      if (outcome === 'moved') {
        this.#shared.counters.resolutionChanges.increment();
      }
    }
    return count;
  }

  #addPublication(spec: SenderPublicationSpec): void {
    const state = new PublicationState(stateSlot(this.#resources.stateMemory, spec.stateIndex));
    try {
      const endpoint = this.#find(spec.endpointId);
      if (endpoint === undefined) {
        throw new AeronError('AERON', `no send end point: endpointId=${spec.endpointId}`);
      }
      const log = LogBuffers.map(this.#resources.mapper, spec.logPath);
      const publication = this.#createPublication(spec, endpoint, log, state);
      endpoint.addPublication(publication);
      this.publications.push(publication);
    } catch (error) {
      this.#failed.set(spec.registrationId, state);
      throw error;
    }
  }

  #createPublication(
    spec: SenderPublicationSpec,
    endpoint: SendEndpoint,
    log: LogBuffers,
    state: PublicationState,
  ): SenderPublication {
    try {
      checkLog(spec, log);
      const { counterValues, config } = this.#resources;
      const counter = (counterId: number): AtomicCounter => new AtomicCounter(counterValues, counterId);
      return new SenderPublication({
        ...{ spec, log, state, clock: this.#shared.clock, systemCounters: this.#shared.counters },
        output: new StreamOutput(endpoint, spec.isResponse),
        events: this.#shared.events,
        flowControl: this.#createFlowControl(spec, endpoint),
        counters: {
          senderPosition: counter(spec.senderPositionCounterId),
          senderLimit: counter(spec.senderLimitCounterId),
          backPressureEvents: counter(spec.senderBackPressureCounterId),
          naksReceived: counter(spec.senderNaksReceivedCounterId),
        },
        connectionTimeoutNs: config.publicationConnectionTimeoutNs,
        retransmitDelayNs: config.retransmitUnicastDelayNs,
        retransmitLingerNs: config.retransmitUnicastLingerNs,
        maxMessagesPerSend: config.maxMessagesPerSend,
        onConnected: ({ spec: { isResponse, responseCorrelationId } }) =>
          !isResponse || this.#shared.outbox.offer({ kind: 'response-connected', responseCorrelationId }),
      });
    } catch (error) {
      log.close();
      throw error;
    }
  }

  #createFlowControl(spec: SenderPublicationSpec, { channel }: SendEndpoint): FlowControl {
    const { counterValues, config, flowControlSupplier = createFlowControl } = this.#resources;
    const { flowControlReceiversCounterId, ...stream } = spec;
    const receivers =
      flowControlReceiversCounterId === NO_COUNTER
        ? undefined
        : new AtomicCounter(counterValues, flowControlReceiversCounterId);
    const { events } = this.#shared;
    const { sessionId, streamId } = spec;
    const told = (
      event: 'FLOW_CONTROL_RECEIVER_ADDED' | 'FLOW_CONTROL_RECEIVER_REMOVED',
      receiverId: bigint,
      receiverCount: number,
    ): void => {
      receivers?.set(receiverCount);
      if (events.isOn[event]) {
        events.log(event, { receiverId, sessionId, streamId, channel: channel.uri, receiverCount });
      }
    };
    const listener: FlowControlListener = {
      onReceiverAdded: (receiverId, count) => told('FLOW_CONTROL_RECEIVER_ADDED', receiverId, count),
      onReceiverRemoved: (receiverId, count) => told('FLOW_CONTROL_RECEIVER_REMOVED', receiverId, count),
    };
    return flowControlSupplier({ ...stream, channel, listener }, config.flowControl);
  }

  #removePublication(registrationId: number): void {
    const publication = this.publications.find(({ spec }) => spec.registrationId === registrationId);
    if (publication !== undefined) {
      remove(this.publications, publication);
      publication.output.endpoint.removePublication(publication);
      publication.release();
    }
    const failed = this.#failed.get(registrationId);
    if (failed !== undefined) {
      this.#failed.delete(registrationId);
      failed.hasSenderReleased = true;
    }
    this.#shared.outbox.post({ kind: 'publication-released', registrationId });
  }

  #find(endpointId: number): SendEndpoint | undefined {
    return this.endpoints.find((endpoint) => endpoint.endpointId === endpointId);
  }

  #destinationsOf(endpointId: number): MultiDestination {
    const destinations = this.#find(endpointId)?.destinations;
    if (destinations === undefined || destinations.mode !== 'manual') {
      throw new AeronError('AERON', `no send end point with manual destinations: endpointId=${endpointId}`);
    }
    return destinations;
  }
}

function checkLog({ termLength, initialTermId, registrationId }: SenderPublicationSpec, log: LogBuffers): void {
  if (log.termLength !== termLength || log.initialTermId !== initialTermId) {
    const expected = `termLength=${termLength} initialTermId=${initialTermId}`;
    const found = `termLength=${log.termLength} initialTermId=${log.initialTermId}`;
    throw new AeronError(
      'LOG_BUFFER_CORRUPT',
      `log is of another publication: registrationId=${registrationId} ${expected} found ${found}`,
    );
  }
}

function endpointOf(uri: string): string {
  return ChannelUri.parse(uri).get('endpoint', '');
}

function remove<Item>(items: Item[], item: Item): void {
  const index = items.indexOf(item);
  if (index >= 0) {
    items.splice(index, 1);
  }
}
