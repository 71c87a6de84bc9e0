// SPDX-License-Identifier: Apache-2.0
/** Which strategies an image gets: how long it waits before it asks for lost data, and how its window moves. Conductor only. */
import { DRIVER_COUNTERS, SETUP_GROUP_FLAG } from '@aeron/codecs/internal';
import type { AtomicCounter } from '@aeron/core/internal';
import type { DriverConfig } from '../../config/driver-config.ts';
import {
  type CongestionControl,
  type CongestionControlRequest,
  type CongestionControlSupplier,
  StaticWindowCongestionControl,
} from '../../congestion/congestion-control.ts';
import { CubicCongestionControl } from '../../congestion/cubic-congestion-control.ts';
import {
  type FeedbackDelayGenerator,
  NO_DELAY,
  OptimalMulticastDelayGenerator,
  StaticDelayGenerator,
} from '../../loss/feedback-delay.ts';
import type { UdpChannel } from '../../media/udp-channel.ts';
import { parseUdpUri } from '../../media/udp-channel-parameters.ts';
import { congestionControlName } from '../rules/network-subscription-rules.ts';
import type { GroupConsideration } from '../rules/subscription-params.ts';
import { receiverWindowLength } from '../rules/windows.ts';

/** Shorter delays for NAKs are not meant: the reference's clock does not go so far. */
const NAK_DELAY_MIN_NS = 1000;

/** Whether there may be other receivers that lose the same data. @source aeron-driver/DriverConductor (isMulticastSemantics) */
export function hasMulticastSemantics(
  { isMulticast }: Pick<UdpChannel, 'isMulticast'>,
  group: GroupConsideration,
  setupFlags: number,
): boolean {
  return group === 'infer' ? isMulticast || (setupFlags & SETUP_GROUP_FLAG) !== 0 : group === 'true';
}

/** How loss is treated. */
export interface LossTreatment {
  readonly isReliable: boolean;
  readonly isGroup: boolean;
}

/** @param random uniform in [0, 1). @source aeron-driver/DriverConductor (resolveDelayGenerator) */
export function feedbackDelay(
  { isReliable, isGroup }: LossTreatment,
  { nakDelayNs }: Pick<UdpChannel, 'nakDelayNs'>,
  config: DriverConfig,
  random: () => number,
): FeedbackDelayGenerator {
  if (!isReliable) {
    return NO_DELAY;
  }
  if (isGroup) {
    return new OptimalMulticastDelayGenerator(config.nakMulticastMaxBackoffNs, config.nakMulticastGroupSize, random);
  }
  const delayNs = nakDelayNs ?? config.nakUnicastDelayNs;
  return new StaticDelayGenerator(delayNs, Math.max(delayNs, NAK_DELAY_MIN_NS) * config.nakUnicastRetryDelayRatio);
}

/** Whether all gaps are asked for side by side: others that lose the same data would answer all of them at once. */
export function asksForAllGaps({ isReliable, isGroup }: LossTreatment, config: DriverConfig): boolean {
  return isReliable && !isGroup && config.nakUnicastAllGaps;
}

/** The image that a window is for. */
export type CongestionStream = Omit<CongestionControlRequest, 'maxWindowLength' | 'nowNs'>;

type CubicCounterRow = typeof DRIVER_COUNTERS.CUBIC_RTT | typeof DRIVER_COUNTERS.CUBIC_WINDOW;

/** What a strategy is made with. */
export interface CongestionControlPorts {
  readonly config: DriverConfig;
  readonly nowNs: number;
  /** Takes the place of what settings and channel ask for. */
  readonly supplier: CongestionControlSupplier | undefined;
  /** Allocates a counter that is freed with the image. */
  readonly newCounter: (row: CubicCounterRow) => AtomicCounter;
}

/**
 * @throws AeronError INVALID_ARGUMENT for a strategy that there is not.
 * @source aeron-driver/DefaultCongestionControlSupplier
 */
export function createCongestionControl(stream: CongestionStream, ports: CongestionControlPorts): CongestionControl {
  const { termLength, mtuLength, channel } = stream;
  const { config, nowNs, supplier, newCounter } = ports;
  const maxWindowLength = receiverWindowLength(termLength, channel.receiverWindowLength || config.initialWindowLength);
  if (supplier !== undefined) {
    return supplier({ ...stream, maxWindowLength, nowNs });
  }
  const name = congestionControlName(parseUdpUri(channel.uri), config.congestionControlSupplier);
  if (name === 'static') {
    return new StaticWindowCongestionControl(maxWindowLength);
  }
  const rtt = newCounter(DRIVER_COUNTERS.CUBIC_RTT);
  const window = newCounter(DRIVER_COUNTERS.CUBIC_WINDOW);
  const options = {
    ...{ mtuLength, maxWindowLength },
    measureRtt: config.cubicMeasureRtt,
    initialRttNs: config.cubicInitialRttNs,
    tcpMode: config.cubicTcpMode,
    onRtt: (rttNs: number) => rtt.set(rttNs),
    onWindow: (windowLength: number) => window.set(windowLength),
  };
  return new CubicCongestionControl(options, nowNs);
}
