// SPDX-License-Identifier: Apache-2.0
/**
 * Makes a network publication once its log and its end point are there: allocates its counters and its slot of shared state, and
 * hands it to the sender. Gives everything back when it fails. Conductor only.
 */
import { DRIVER_COUNTERS } from '@aeron/codecs/internal';
import type { AtomicCounter } from '@aeron/core/internal';
import type { SenderPublicationSpec } from '../../agents/agent-commands.ts';
import { multicastFlowControlStrategy } from '../../config/network-rules.ts';
import { flowControlName } from '../../flow-control/create-flow-control.ts';
import type { UdpChannel } from '../../media/udp-channel.ts';
import type { MappedLog } from '../../resources/mapped-log.ts';
import { PublicationState } from '../../shared-state/publication-state.ts';
import { stateSlot } from '../../shared-state/state-table.ts';
import { newStreamCounter } from '../../status/driver-counters.ts';
import type { AddPublicationRequest } from '../commands/media.ts';
import type { PublicationParams } from '../rules/publication-params.ts';
import type { StreamPosition } from '../rules/stream-position.ts';
import { NetworkPublication, type NetworkPublicationCounters } from './network-publication.ts';
import type { NetworkServices } from './network-services.ts';
import type { SendChannelEndpoint } from './send-channel-endpoint.ts';

/** All that is known of the publication. */
export interface NetworkPublicationSpec extends Omit<AddPublicationRequest, 'channel'> {
  readonly channel: UdpChannel;
  readonly params: PublicationParams;
  readonly sessionId: number;
  readonly start: StreamPosition;
  /** The `fc` parameter. */
  readonly flowControl: string | undefined;
  readonly endpoint: SendChannelEndpoint;
  readonly log: MappedLog;
}

const NO_COUNTER = -1;
/** Of what belongs to no client. */
const NO_CLIENT = -1;

/** @throws AeronError INSUFFICIENT_CAPACITY when all counters or slots of shared state are in use. */
export function createNetworkPublication(spec: NetworkPublicationSpec, services: NetworkServices): NetworkPublication {
  const { clients, publications, sessionIds, stateMemory, stateSlots, spyLinker, config, clock, sender } = services;
  const allocated: AtomicCounter[] = [];
  let stateIndex: number | undefined;
  try {
    clients.getOrAdd(spec.clientId); // may lack a counter too, and a publication that nobody holds would stay for ever
    const counters = allocateCounters(spec, services, allocated);
    stateIndex = stateSlots.allocate();
    const publication = new NetworkPublication(
      {
        ...{ ...spec, stateIndex, counters, channel: spec.channel.uri, registrationId: spec.correlationId },
        state: new PublicationState(stateSlot(stateMemory, stateIndex)),
      },
      config,
      spyLinker,
      clock.nanoTime(),
    );
    spec.endpoint.incRef();
    publications.add(publication);
    sessionIds.add(spec.sessionId, spec.streamId, spec.channel.canonicalForm);
    sender.send({ kind: 'add-publication', publication: senderSpec(spec, counters, stateIndex) });
    return publication;
  } catch (error) {
    for (const counter of allocated) {
      counter.close();
    }
    if (stateIndex !== undefined) {
      stateSlots.free(stateIndex);
    }
    throw error;
  }
}

/** In the order of the reference, which readers of counters see. */
function allocateCounters(
  spec: NetworkPublicationSpec,
  { counters, config }: NetworkServices,
  allocated: AtomicCounter[],
): NetworkPublicationCounters {
  const { correlationId: registrationId, sessionId, streamId, clientId, isExclusive } = spec;
  const stream = { registrationId, sessionId, streamId, channel: spec.channel.uri };
  const newCounter = (row: Parameters<typeof newStreamCounter>[1], ownerId = clientId): AtomicCounter => {
    const counter = newStreamCounter(counters, row, ownerId, stream);
    allocated.push(counter);
    return counter;
  };
  const request = { isMulticastSemantics: spec.endpoint.hasGroupSemantics, flowControl: spec.flowControl };
  const strategy = flowControlName(request, { multicastStrategy: multicastFlowControlStrategy(config) });
  const tracksReceivers = strategy === 'min' || strategy === 'tagged';
  const flowControlReceivers = tracksReceivers
    ? newCounter(DRIVER_COUNTERS.FLOW_CONTROL_RECEIVERS, NO_CLIENT)
    : undefined;
  const publisherPosition = newCounter(
    isExclusive ? DRIVER_COUNTERS.PUBLISHER_POSITION_EXCLUSIVE : DRIVER_COUNTERS.PUBLISHER_POSITION_CONCURRENT,
  );
  const publisherLimit = newCounter(DRIVER_COUNTERS.PUBLISHER_LIMIT);
  const senderPosition = newCounter(DRIVER_COUNTERS.SENDER_POSITION);
  const senderLimit = newCounter(DRIVER_COUNTERS.SENDER_LIMIT);
  const start = startPosition(spec);
  senderPosition.set(start);
  senderLimit.set(start);
  return {
    ...{ flowControlReceivers, publisherPosition, publisherLimit, senderPosition, senderLimit },
    senderBackPressure: newCounter(DRIVER_COUNTERS.SENDER_BACK_PRESSURE_EVENTS),
    senderNaksReceived: newCounter(DRIVER_COUNTERS.SENDER_NAKS_RECEIVED),
  };
}

function startPosition({ start, params }: NetworkPublicationSpec): number {
  return ((start.termId - start.initialTermId) | 0) * params.termLength + start.termOffset;
}

function senderSpec(
  spec: NetworkPublicationSpec,
  counters: NetworkPublicationCounters,
  stateIndex: number,
): SenderPublicationSpec {
  const { endpoint, params, start, log } = spec;
  return {
    registrationId: spec.correlationId,
    endpointId: endpoint.endpointId,
    channel: spec.channel.uri,
    streamId: spec.streamId,
    sessionId: spec.sessionId,
    initialTermId: start.initialTermId,
    termLength: params.termLength,
    mtuLength: params.mtuLength,
    startTermId: start.termId,
    startTermOffset: start.termOffset,
    logPath: log.path,
    stateIndex,
    senderPositionCounterId: counters.senderPosition.id,
    senderLimitCounterId: counters.senderLimit.id,
    senderBackPressureCounterId: counters.senderBackPressure.id,
    senderNaksReceivedCounterId: counters.senderNaksReceived.id,
    flowControlReceiversCounterId: counters.flowControlReceivers?.id ?? NO_COUNTER,
    flowControl: spec.flowControl,
    isMulticastSemantics: endpoint.hasGroupSemantics,
    isResponse: params.isResponse,
    responseCorrelationId: params.responseCorrelationId,
    maxResend: params.maxResend,
    signalEos: params.signalEos,
    spiesSimulateConnection: params.spiesSimulateConnection,
  };
}
