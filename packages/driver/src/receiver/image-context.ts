// SPDX-License-Identifier: Apache-2.0
/** What the parts of the receiver's half of an image share. Built once for each image. */
import { AtomicCounter } from '@aeron/core/internal';
import type { ReceiverImageSpec } from '../agents/agent-commands.ts';
import { MappedLog } from '../resources/mapped-log.ts';
import { ImageState } from '../shared-state/image-state.ts';
import { stateSlot } from '../shared-state/state-table.ts';
import { ImageConnections } from './image-connections.ts';
import type { ReceiveEndpoint } from './receive-endpoint.ts';
import type { ReceiverResources } from './receiver-resources.ts';
import type { ReceiverServices } from './receiver-services.ts';

export interface ImageContext {
  readonly spec: ReceiverImageSpec;
  readonly endpoint: ReceiveEndpoint;
  readonly services: ReceiverServices;
  readonly log: MappedLog;
  readonly state: ImageState;
  readonly connections: ImageConnections;
  /** `rcv-hwm`. Writer: receiver. */
  readonly hwmPosition: AtomicCounter;
  /** `rcv-pos`. Writer: conductor. */
  readonly rebuildPosition: AtomicCounter;
  /** `rcv-naks-sent`. Writer: receiver. */
  readonly naksSent: AtomicCounter;
}

/**
 * Maps the log and finds the counters.
 *
 * @throws AeronError LOG_BUFFER_CORRUPT, or what the mapper throws.
 */
export function createImageContext(
  spec: ReceiverImageSpec,
  endpoint: ReceiveEndpoint,
  resources: Pick<ReceiverResources, 'mapper' | 'counterValues' | 'stateMemory'>,
  services: ReceiverServices,
): ImageContext {
  const counter = (counterId: number): AtomicCounter => new AtomicCounter(resources.counterValues, counterId);
  return {
    ...{ spec, endpoint, services },
    state: new ImageState(stateSlot(resources.stateMemory, spec.stateIndex)),
    connections: new ImageConnections(),
    hwmPosition: counter(spec.hwmCounterId),
    rebuildPosition: counter(spec.rebuildPositionCounterId),
    naksSent: counter(spec.naksSentCounterId),
    log: MappedLog.map(resources.mapper, spec.logPath, spec.termLength, services.config.filePageSize),
  };
}
