// SPDX-License-Identifier: Apache-2.0
import { SimulatedWorld } from '@aeron/core/testing';
import { receiverConfig, senderConfig } from './agent-configs.ts';
import { type DriverOptions, resolveDriverConfig } from './driver-config.ts';

function resolve(options: DriverOptions) {
  return resolveDriverConfig({ options, environment: {} }, new SimulatedWorld(5).platform('host'));
}

describe('the settings that agents are given', () => {
  it('are those of the sender, each in its place', () => {
    const config = resolve({
      statusMessageTimeoutNs: '101ms',
      sendToStatusMessagePollRatio: 102,
      reResolutionCheckIntervalNs: '103ms',
      publicationConnectionTimeoutNs: '104ms',
      retransmitUnicastDelayNs: '105ms',
      retransmitUnicastLingerNs: '106ms',
      maxMessagesPerSend: 7,
      socketMulticastTtl: 108,
      senderWildcardPortRange: '109 110',
      receiverWildcardPortRange: '1 2',
      isUnicastConnected: false,
      senderCycleThresholdNs: '111ms',
      unicastFlowControlRetransmitReceiverWindowMultiple: 112,
      multicastFlowControlRetransmitReceiverWindowMultiple: 113,
      multicastFlowControlSupplier: 'io.aeron.driver.TaggedMulticastFlowControlSupplier' as 'tagged',
      flowControlGroupTag: 114n,
      flowControlGroupMinSize: 115,
      flowControlReceiverTimeoutNs: '116ms',
    });
    expect(senderConfig(config)).toEqual({
      statusMessageTimeoutNs: 101e6,
      sendToStatusMessagePollRatio: 102,
      reResolutionCheckIntervalNs: 103e6,
      publicationConnectionTimeoutNs: 104e6,
      retransmitUnicastDelayNs: 105e6,
      retransmitUnicastLingerNs: 106e6,
      maxMessagesPerSend: 7,
      socketMulticastTtl: 108,
      wildcardPortRange: { low: 109, high: 110 },
      isUnicastConnected: false,
      senderCycleThresholdNs: 111e6,
      flowControl: {
        unicastRetransmitWindowMultiple: 112,
        multicastRetransmitWindowMultiple: 113,
        multicastStrategy: 'tagged',
        groupTag: 114n,
        groupMinSize: 115,
        receiverTimeoutNs: 116e6,
      },
    });
  });

  it('are those of the receiver, each in its place', () => {
    const config = resolve({
      statusMessageTimeoutNs: '101ms',
      imageLivenessTimeoutNs: '102s',
      streamSessionLimit: 103,
      reResolutionCheckIntervalNs: '104ms',
      receiverGroupTag: 105n,
      socketMulticastTtl: 106,
      receiverWildcardPortRange: '107 108',
      senderWildcardPortRange: '1 2',
      receiverIoVectorCapacity: 9,
      filePageSize: '8k',
      receiverCycleThresholdNs: '110ms',
    });
    expect(receiverConfig(config)).toEqual({
      statusMessageTimeoutNs: 101e6,
      imageLivenessTimeoutNs: 102e9,
      streamSessionLimit: 103,
      reResolutionCheckIntervalNs: 104e6,
      receiverGroupTag: 105n,
      socketMulticastTtl: 106,
      wildcardPortRange: { low: 107, high: 108 },
      receiverIoVectorCapacity: 9,
      filePageSize: 8192,
      receiverCycleThresholdNs: 110e6,
    });
  });

  it('leave ports to the operating system without a range', () => {
    const config = resolve({});
    expect([senderConfig(config).wildcardPortRange, receiverConfig(config).wildcardPortRange]).toEqual([
      undefined,
      undefined,
    ]);
  });
});
