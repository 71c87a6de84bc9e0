// SPDX-License-Identifier: Apache-2.0
/** The driver's settings as each agent that serves the network takes them. Pure. */
import type { ReceiverConfig } from '../receiver/receiver-resources.ts';
import type { SenderConfig } from '../sender/sender-resources.ts';
import type { DriverConfig } from './driver-config.ts';

const MS = 1_000_000;

export function senderConfig(config: DriverConfig): SenderConfig {
  return {
    statusMessageTimeoutNs: 200 * MS,
    sendToStatusMessagePollRatio: 6,
    reResolutionCheckIntervalNs: 1000 * MS,
    publicationConnectionTimeoutNs: 5000 * MS,
    retransmitUnicastDelayNs: 0,
    retransmitUnicastLingerNs: 10 * MS,
    socketMulticastTtl: 0,
    isUnicastConnected: true,
    senderCycleThresholdNs: config.senderCycleThresholdNs,
    flowControl: {
      unicastRetransmitWindowMultiple: 16,
      multicastRetransmitWindowMultiple: 4,
      multicastStrategy: 'max',
      groupTag: -1n,
      groupMinSize: 0,
      receiverTimeoutNs: 5000 * MS,
    },
  };
}

export function receiverConfig(config: DriverConfig): ReceiverConfig {
  return {
    statusMessageTimeoutNs: 200 * MS,
    imageLivenessTimeoutNs: config.imageLivenessTimeoutNs,
    streamSessionLimit: 2147483647,
    reResolutionCheckIntervalNs: 1000 * MS,
    receiverGroupTag: undefined,
    socketMulticastTtl: 0,
    receiverIoVectorCapacity: 4,
    filePageSize: config.filePageSize,
    receiverCycleThresholdNs: config.receiverCycleThresholdNs,
  };
}
