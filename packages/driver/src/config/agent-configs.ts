// SPDX-License-Identifier: Apache-2.0
/** The driver's settings as each agent that serves the network takes them. Pure. */
import { parsePortRange } from '../media/wildcard-port-manager.ts';
import type { ReceiverConfig } from '../receiver/receiver-resources.ts';
import type { SenderConfig } from '../sender/sender-resources.ts';
import type { DriverConfig } from './driver-config.ts';
import { flowControlGroupTag, multicastFlowControlStrategy, receiverGroupTag } from './network-rules.ts';

export function senderConfig(config: DriverConfig): SenderConfig {
  return {
    statusMessageTimeoutNs: config.statusMessageTimeoutNs,
    sendToStatusMessagePollRatio: config.sendToStatusMessagePollRatio,
    reResolutionCheckIntervalNs: config.reResolutionCheckIntervalNs,
    publicationConnectionTimeoutNs: config.publicationConnectionTimeoutNs,
    retransmitUnicastDelayNs: config.retransmitUnicastDelayNs,
    retransmitUnicastLingerNs: config.retransmitUnicastLingerNs,
    maxMessagesPerSend: config.maxMessagesPerSend,
    socketMulticastTtl: config.socketMulticastTtl,
    wildcardPortRange: parsePortRange(config.senderWildcardPortRange),
    isUnicastConnected: config.isUnicastConnected,
    senderCycleThresholdNs: config.senderCycleThresholdNs,
    flowControl: {
      unicastRetransmitWindowMultiple: config.unicastFlowControlRetransmitReceiverWindowMultiple,
      multicastRetransmitWindowMultiple: config.multicastFlowControlRetransmitReceiverWindowMultiple,
      multicastStrategy: multicastFlowControlStrategy(config),
      groupTag: flowControlGroupTag(config),
      groupMinSize: config.flowControlGroupMinSize,
      receiverTimeoutNs: config.flowControlReceiverTimeoutNs,
    },
  };
}

export function receiverConfig(config: DriverConfig): ReceiverConfig {
  return {
    statusMessageTimeoutNs: config.statusMessageTimeoutNs,
    imageLivenessTimeoutNs: config.imageLivenessTimeoutNs,
    streamSessionLimit: config.streamSessionLimit,
    reResolutionCheckIntervalNs: config.reResolutionCheckIntervalNs,
    receiverGroupTag: receiverGroupTag(config),
    socketMulticastTtl: config.socketMulticastTtl,
    wildcardPortRange: parsePortRange(config.receiverWildcardPortRange),
    receiverIoVectorCapacity: config.receiverIoVectorCapacity,
    filePageSize: config.filePageSize,
    receiverCycleThresholdNs: config.receiverCycleThresholdNs,
  };
}
