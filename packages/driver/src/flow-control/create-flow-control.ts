// SPDX-License-Identifier: Apache-2.0
/**
 * Chooses the flow control of a network publication: what its channel asks for, else what is configured. The conductor asks
 * for the name (for its counters), the sender makes the strategy itself.
 */
import type { UdpChannel } from '../media/udp-channel.ts';
import type { FlowControl, FlowControlListener } from './flow-control.ts';
import { type FlowControlParameter, parseFlowControl } from './flow-control-parameter.ts';
import { MinFlowControl } from './min-flow-control.ts';
import { WindowFlowControl } from './window-flow-control.ts';

/** The settings that hold where a channel says nothing. */
export interface FlowControlConfig {
  /** Receiver windows that one NAK may have sent again. */
  readonly unicastRetransmitWindowMultiple: number;
  readonly multicastRetransmitWindowMultiple: number;
  readonly multicastStrategy: 'max' | 'min' | 'tagged';
  readonly groupTag: bigint;
  readonly groupMinSize: number;
  readonly receiverTimeoutNs: number;
}

/** The stream that needs a strategy. */
export interface FlowControlRequest {
  readonly channel: UdpChannel;
  readonly streamId: number;
  readonly sessionId: number;
  readonly registrationId: number;
  readonly initialTermId: number;
  readonly termLength: number;
  /** Multicast, or several destinations. */
  readonly isMulticastSemantics: boolean;
  /** The `fc` parameter. */
  readonly flowControl: string | undefined;
  readonly listener: FlowControlListener;
}

/** Makes the strategy of one publication. @source aeron-driver/FlowControlSupplier */
export type FlowControlSupplier = (request: FlowControlRequest, config: FlowControlConfig) => FlowControl;

/**
 * Which strategy a stream gets. A stream with one receiver has no choice.
 *
 * @throws AeronError INVALID_URI for a parameter that can't be read.
 */
export function flowControlName(
  { isMulticastSemantics, flowControl }: Pick<FlowControlRequest, 'isMulticastSemantics' | 'flowControl'>,
  config: Pick<FlowControlConfig, 'multicastStrategy'>,
): FlowControl['name'] {
  const parameter = flowControl === undefined ? undefined : parseFlowControl(flowControl);
  return isMulticastSemantics ? (parameter?.strategy ?? config.multicastStrategy) : 'unicast';
}

/**
 * @throws AeronError INVALID_URI for a parameter that can't be read.
 * @source aeron-driver/DefaultUnicastFlowControlSupplier, aeron-driver/DefaultMulticastFlowControlSupplier
 */
export function createFlowControl(request: FlowControlRequest, config: FlowControlConfig): FlowControl {
  const parameter = request.flowControl === undefined ? undefined : parseFlowControl(request.flowControl);
  const name = flowControlName(request, config);
  const receiverWindowMultiple = parameter?.receiverWindowMultiple;
  if (name === 'unicast') {
    return new WindowFlowControl(name, receiverWindowMultiple ?? config.unicastRetransmitWindowMultiple);
  }
  const multiple = receiverWindowMultiple ?? config.multicastRetransmitWindowMultiple;
  return name === 'max'
    ? new WindowFlowControl(name, multiple)
    : new MinFlowControl({ name, ...groupOf(parameter, config), receiverWindowMultiple: multiple, ...request });
}

function groupOf(
  parameter: FlowControlParameter | undefined,
  { groupTag, groupMinSize, receiverTimeoutNs }: FlowControlConfig,
): Pick<FlowControlConfig, 'groupTag' | 'groupMinSize' | 'receiverTimeoutNs'> {
  return {
    groupTag: parameter?.groupTag ?? groupTag,
    groupMinSize: parameter?.groupMinSize ?? groupMinSize,
    receiverTimeoutNs: parameter?.receiverTimeoutNs ?? receiverTimeoutNs,
  };
}
