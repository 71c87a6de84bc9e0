// SPDX-License-Identifier: Apache-2.0
/**
 * Makes an image once its log is there: allocates its counters and its slot of shared state, hands it to the receiver, and tells
 * the subscribers. Gives everything but the log back when it fails. Conductor only.
 */
import { computePosition, DRIVER_COUNTERS } from '@aeron/codecs/internal';
import type { AtomicCounter, SocketAddress } from '@aeron/core/internal';
import type { ReceiverImageSpec } from '../../agents/agent-commands.ts';
import { receiverGroupTag } from '../../config/network-rules.ts';
import type { CongestionControl } from '../../congestion/congestion-control.ts';
import { LossDetector } from '../../loss/loss-detector.ts';
import { WindowLossDetector } from '../../loss/window-loss-detector.ts';
import type { MappedLog } from '../../resources/mapped-log.ts';
import { ImageState } from '../../shared-state/image-state.ts';
import { stateSlot } from '../../shared-state/state-table.ts';
import { newStreamCounter } from '../../status/driver-counters.ts';
import type { SubscriptionLink } from '../registry/subscription-link.ts';
import type { SubscriptionParams } from '../rules/subscription-params.ts';
import type { ImageRequest } from './create-image.ts';
import { ImageFlow } from './image-flow.ts';
import type { LinkedPosition } from './image-linker.ts';
import { ImageLossRecord } from './image-loss-record.ts';
import { asksForAllGaps, createCongestionControl, feedbackDelay, type LossTreatment } from './image-strategies.ts';
import type { NetworkServices } from './network-services.ts';
import { PublicationImage } from './publication-image.ts';
import type { ReceiveChannelEndpoint } from './receive-channel-endpoint.ts';

/** All that is known of the image. */
export interface NewImageSpec extends Omit<ImageRequest, 'kind'>, LossTreatment {
  readonly correlationId: number;
  readonly endpoint: ReceiveChannelEndpoint;
  readonly params: SubscriptionParams;
  readonly log: MappedLog;
  /** The subscriptions that want it; at least one. */
  readonly links: readonly SubscriptionLink[];
  /** Whether its publication asks for a response. */
  readonly isResponseRequested: boolean;
}

/** What was allocated so far, to be given back on failure. */
class Allocations {
  readonly counters: AtomicCounter[] = [];
  readonly positions: LinkedPosition[] = [];
  stateIndex: number | undefined;
}

/** Of counters that belong to no client. */
const NO_CLIENT = -1;
const INT32_RANGE = 2 ** 32;

/** @throws AeronError INSUFFICIENT_CAPACITY when all counters or slots of shared state are in use. */
export function createPublicationImage(spec: NewImageSpec, services: NetworkServices): PublicationImage {
  const allocations = new Allocations();
  try {
    return create(spec, services, allocations);
  } catch (error) {
    for (const counter of [...allocations.counters, ...allocations.positions.map(({ position }) => position)]) {
      counter.close();
    }
    if (allocations.stateIndex !== undefined) {
      services.stateSlots.free(allocations.stateIndex);
    }
    throw error;
  }
}

function create(spec: NewImageSpec, services: NetworkServices, allocations: Allocations): PublicationImage {
  const { imageLinker, images, receiver, stateMemory, stateSlots, config, clock } = services;
  const { endpoint, correlationId, log, links, params } = spec;
  const joinPosition = computePosition(spec.activeTermId, spec.termOffset, spec.termLength, spec.initialTermId);
  for (const link of links) {
    allocations.positions.push({ link, position: imageLinker.newPosition(link, spec, joinPosition) });
  }
  const counters = allocateCounters(spec, services, allocations);
  const stateIndex = stateSlots.allocate();
  allocations.stateIndex = stateIndex;
  const state = new ImageState(stateSlot(stateMemory, stateIndex));
  const sourceIdentity = hostAndPort(spec.sourceAddress);
  const flow = createFlow(spec, services, { ...counters, state, joinPosition, sourceIdentity });
  const image = new PublicationImage(
    {
      ...{ correlationId, endpoint, streamId: spec.streamId, sessionId: spec.sessionId, sourceIdentity },
      ...{ isResponseRequested: spec.isResponseRequested, untethered: params.untethered },
      ...{ log, state, stateIndex, flow, counters: allocations.counters },
    },
    config,
    imageLinker,
    clock.nanoTime(),
  );
  endpoint.addImage();
  images.add(image);
  receiver.send({ kind: 'add-image', image: receiverSpec(spec, services, { ...counters, stateIndex }) });
  imageLinker.linkSubscriptions(image, allocations.positions);
  return image;
}

interface ImageCounters {
  readonly congestionControl: CongestionControl;
  readonly hwmPosition: AtomicCounter;
  readonly rebuildPosition: AtomicCounter;
  readonly naksSent: AtomicCounter;
}

/** In the order of the reference, which readers of counters see. Congestion control may have some of its own. */
function allocateCounters(spec: NewImageSpec, services: NetworkServices, allocations: Allocations): ImageCounters {
  const { counters, config, clock, congestionControlSupplier: supplier } = services;
  const { correlationId: registrationId, sessionId, streamId, endpoint, links } = spec;
  const first = links[0];
  const newCounter = (
    row: Parameters<typeof newStreamCounter>[1],
    ownerId = first?.client.clientId ?? NO_CLIENT,
    channel = first?.channel ?? '',
  ): AtomicCounter => {
    const counter = newStreamCounter(counters, row, ownerId, { registrationId, sessionId, streamId, channel });
    allocations.counters.push(counter);
    return counter;
  };
  const { termLength, mtuLength } = spec;
  const stream = {
    channel: endpoint.channel,
    streamId,
    sessionId,
    correlationId: registrationId,
    termLength,
    mtuLength,
  };
  return {
    congestionControl: createCongestionControl(stream, {
      ...{ config, nowNs: clock.nanoTime(), supplier },
      newCounter: (row) => newCounter(row, NO_CLIENT, endpoint.channel.uri),
    }),
    hwmPosition: newCounter(DRIVER_COUNTERS.RECEIVER_HWM),
    rebuildPosition: newCounter(DRIVER_COUNTERS.RECEIVER_POSITION),
    naksSent: newCounter(DRIVER_COUNTERS.RECEIVER_NAKS_SENT),
  };
}

interface FlowParts extends ImageCounters {
  readonly state: ImageState;
  readonly joinPosition: number;
  readonly sourceIdentity: string;
}

function createFlow(spec: NewImageSpec, services: NetworkServices, parts: FlowParts): ImageFlow {
  const { config, clock, lossReport, randomInt32 } = services;
  const { sessionId, streamId, endpoint, log, initialTermId } = spec;
  const { channel } = endpoint;
  const lossStream = { sessionId, streamId, channel: channel.uri, source: parts.sourceIdentity };
  const record = new ImageLossRecord(parts.state, lossReport, lossStream, clock);
  const delays = feedbackDelay(spec, channel, config, () => (randomInt32() >>> 0) / INT32_RANGE);
  return new ImageFlow({
    ...{ terms: log.terms, termLength: log.termLength, initialTermId },
    ...parts,
    lossDetector: asksForAllGaps(spec, config)
      ? new WindowLossDetector(delays, record)
      : new LossDetector(delays, (termId, offset, length) => record.onGap(termId, offset, length)),
  });
}

function receiverSpec(
  spec: NewImageSpec,
  { config }: NetworkServices,
  parts: ImageCounters & { readonly stateIndex: number },
): ReceiverImageSpec {
  const { endpoint, log } = spec;
  const { congestionControl } = parts;
  return {
    correlationId: spec.correlationId,
    endpointId: endpoint.endpointId,
    transportIndex: spec.transportIndex,
    streamId: spec.streamId,
    sessionId: spec.sessionId,
    initialTermId: spec.initialTermId,
    activeTermId: spec.activeTermId,
    initialTermOffset: spec.termOffset,
    termLength: spec.termLength,
    mtuLength: spec.mtuLength,
    logPath: log.path,
    stateIndex: parts.stateIndex,
    hwmCounterId: parts.hwmPosition.id,
    rebuildPositionCounterId: parts.rebuildPosition.id,
    naksSentCounterId: parts.naksSent.id,
    controlAddress: spec.controlAddress,
    sourceAddress: spec.sourceAddress,
    isReliable: spec.isReliable,
    isResponseRequested: spec.isResponseRequested,
    groupTag: endpoint.channel.groupTag ?? receiverGroupTag(config),
    initialWindowLength: congestionControl.initialWindowLength,
    maxWindowLength: congestionControl.maxWindowLength,
  };
}

/** As the reference tells it to clients: no brackets around IPv6. @source aeron-driver/Configuration (sourceIdentity) */
function hostAndPort({ address, port }: SocketAddress): string {
  return `${address}:${port}`;
}
