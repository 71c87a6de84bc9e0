// SPDX-License-Identifier: Apache-2.0
/** Settings of a simulated driver on a network: short times, small windows, and what may vary drawn at random. */
import type { SeededRandom } from '@aeron/core/testing';
import type { DriverNodeOptions } from '../nodes/driver-node.ts';

export const DRIVER_TIMEOUT_MS = 3000;
export const CLIENT_LIVENESS_TIMEOUT_MS = 2000;
const TIMER_INTERVAL_MS = 50;
/** Why applications reject images. */
export const REJECTION = 'not like this';

/** What stands in the way of something new until something old is gone. */
export const PASSING_PROBLEMS: readonly RegExp[] = [/EADDRINUSE/, /found in CLOSING state/, /clashing sessionId/];
/** What drivers may report when the network is as it is here, and peers come and go. */
const TOLERATED_ERRORS: readonly RegExp[] = [
  ...PASSING_PROBLEMS,
  new RegExp(`errorMessage=${REJECTION}`), // a publication is told of it, and the error log
  /Unable to resolve image for correlationId/, // it has gone before it could be rejected
];

export function driverOptions(hostName: string, random: SeededRandom): Omit<DriverNodeOptions, 'onProblem'> {
  return {
    hostName,
    directory: `/dev/shm/aeron-${hostName}`,
    timerIntervalMs: TIMER_INTERVAL_MS,
    driverTimeoutMs: DRIVER_TIMEOUT_MS,
    toleratedErrors: TOLERATED_ERRORS,
    settings: {
      dirDeleteOnShutdown: true,
      counterValuesBufferLength: '1m',
      lowStorageWarningThreshold: '0',
      publicationTermBufferLength: '64k',
      clientLivenessTimeoutNs: `${CLIENT_LIVENESS_TIMEOUT_MS}ms`,
      publicationUnblockTimeoutNs: '2500ms',
      publicationLingerTimeoutNs: '200ms',
      publicationConnectionTimeoutNs: random.pick(['400ms', '1s']),
      imageLivenessTimeoutNs: random.pick(['600ms', '1s']),
      statusMessageTimeoutNs: random.pick(['50ms', '100ms']),
      flowControlReceiverTimeoutNs: random.pick(['500ms', '1s']),
      nakMulticastMaxBackoffNs: random.pick(['1ms', '10ms']),
      retransmitUnicastLingerNs: random.pick(['1ms', '10ms', '60ms']),
      maxResend: random.pick([1, 4, 16]),
      cubicMeasureRtt: random.chance(0.5),
      isUnicastConnected: random.chance(0.5),
      untetheredWindowLimitTimeoutNs: '300ms',
      untetheredLingerTimeoutNs: '1500ms',
      untetheredRestingTimeoutNs: '400ms',
      counterFreeToReuseTimeoutNs: '2500ms',
    },
  };
}
