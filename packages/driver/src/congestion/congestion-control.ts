// SPDX-License-Identifier: Apache-2.0
/** How much a receiver invites its sender to have under way. Lives in the conductor's half of an image. */

import type { UdpChannel } from '../media/udp-channel.ts';

/** What one pass over an image found, as stream positions. */
export interface RebuildProgress {
  readonly consumptionPosition: number;
  readonly lastStatusMessagePosition: number;
  readonly hasFoundLoss: boolean;
}

/** Chooses the window of an image. @source aeron-driver/CongestionControl */
export interface CongestionControl {
  readonly name: string;
  readonly initialWindowLength: number;
  readonly maxWindowLength: number;
  /** The window to offer, in bytes, as of the last `onTrackRebuild`. */
  readonly windowLength: number;
  /** @returns whether a status message has to go out at once. */
  onTrackRebuild(progress: RebuildProgress, nowNs: number): boolean;
  /** Whether the round trip is to be measured now; once said, it counts as asked for. */
  shouldMeasureRtt(nowNs: number): boolean;
  /** A round trip was measured: `rttNs` of it, `nowNs` on the monotonic clock. */
  onRttMeasurement(rttNs: number, nowNs: number): void;
}

/** The image that needs a strategy. */
export interface CongestionControlRequest {
  readonly channel: UdpChannel;
  readonly streamId: number;
  readonly sessionId: number;
  readonly correlationId: number;
  readonly termLength: number;
  readonly mtuLength: number;
  /** What the channel or the setting allows, at most half a term. */
  readonly maxWindowLength: number;
  readonly nowNs: number;
}

/** Makes the strategy of one image. @source aeron-driver/CongestionControlSupplier */
export type CongestionControlSupplier = (request: CongestionControlRequest) => CongestionControl;

/** One window for ever. @source aeron-driver/StaticWindowCongestionControl */
export class StaticWindowCongestionControl implements CongestionControl {
  readonly name = 'static';
  readonly initialWindowLength: number;
  readonly maxWindowLength: number;
  readonly windowLength: number;

  constructor(windowLength: number) {
    this.initialWindowLength = windowLength;
    this.maxWindowLength = windowLength;
    this.windowLength = windowLength;
  }

  onTrackRebuild(): boolean {
    return false;
  }

  shouldMeasureRtt(): boolean {
    return false;
  }

  onRttMeasurement(): void {
    // The window does not depend on it.
  }
}
