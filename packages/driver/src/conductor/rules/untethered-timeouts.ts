// SPDX-License-Identifier: Apache-2.0
/** How long an untethered subscription may hold back its stream, and how long it stays away. Pure. */
import { durationParameterNs, type UriParameters } from './uri-values.ts';

export interface UntetheredTimeouts {
  /** At the end of the window for this long → told that the image is gone. */
  readonly windowLimitNs: number;
  /** Then this long until it no longer holds the stream back. */
  readonly lingerNs: number;
  /** Then this long until it may rejoin. */
  readonly restingNs: number;
}

/** The settings behind them; an unset linger is as long as the window limit. */
export interface UntetheredDefaults {
  readonly untetheredWindowLimitTimeoutNs: number;
  readonly untetheredLingerTimeoutNs: number | undefined;
  readonly untetheredRestingTimeoutNs: number;
}

/** @source aeron-driver/PublicationParams */
export function untetheredTimeouts(uri: UriParameters, defaults: UntetheredDefaults): UntetheredTimeouts {
  const windowLimitNs = durationParameterNs(
    uri,
    'untethered-window-limit-timeout',
    defaults.untetheredWindowLimitTimeoutNs,
  );
  const lingerDefaultNs = defaults.untetheredLingerTimeoutNs ?? windowLimitNs;
  return {
    windowLimitNs,
    lingerNs: durationParameterNs(uri, 'untethered-linger-timeout', lingerDefaultNs),
    restingNs: durationParameterNs(uri, 'untethered-resting-timeout', defaults.untetheredRestingTimeoutNs),
  };
}
