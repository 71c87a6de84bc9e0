// SPDX-License-Identifier: Apache-2.0
/**
 * CUBIC (RFC 8312) for a receiver: the window, counted in MTUs, falls by a fifth on loss and grows along a cubic curve that is
 * flat where the loss happened, so that it lingers there and then probes.
 *
 *   window = C · (t - k)³ + wMax      t: seconds since the last loss     k: when the curve is back at wMax
 */
import type { CongestionControl, RebuildProgress } from './congestion-control.ts';

const C = 0.4;
const B = 0.2;
const INITIAL_WINDOW_MTUS = 10;
const RTT_TIMEOUT_MULTIPLE = 4;
const NS_PER_SECOND = 1e9;

/** What cubic congestion control is told of its stream. Lengths are bytes. */
export interface CubicOptions {
  readonly mtuLength: number;
  readonly maxWindowLength: number;
  readonly measureRtt: boolean;
  readonly initialRttNs: number;
  /** Grow at least as fast as standard TCP would. */
  readonly tcpMode: boolean;
  /** Counters `rcv-cc-cubic-rtt` (ns) and `rcv-cc-cubic-wnd` (bytes). */
  readonly onRtt: (rttNs: number) => void;
  /** Told when the window changed, in bytes. */
  readonly onWindow: (windowLength: number) => void;
}

/** Sizes the window by loss, as TCP’s CUBIC does. @source aeron-driver/ext.CubicCongestionControl */
export class CubicCongestionControl implements CongestionControl {
  readonly name = 'cubic';
  readonly initialWindowLength: number;
  readonly maxWindowLength: number;
  readonly #options: CubicOptions;
  readonly #maxWindow: number;
  #window: number;
  #wMax: number;
  #k: number;
  #rttNs: number;
  #rttTimeoutNs: number;
  #lastRttNs = 0;
  #lastLossNs: number;
  #lastUpdateNs: number;

  /** Begins with a window of ten MTUs, or the largest if that is smaller. */
  constructor(options: CubicOptions, nowNs: number) {
    this.#options = options;
    this.maxWindowLength = options.maxWindowLength;
    this.#maxWindow = Math.max(1, Math.floor(options.maxWindowLength / options.mtuLength));
    this.#window = Math.min(INITIAL_WINDOW_MTUS, this.#maxWindow);
    this.initialWindowLength = this.windowLength;
    this.#wMax = this.#maxWindow;
    this.#k = Math.cbrt((this.#wMax * B) / C);
    this.#rttNs = options.initialRttNs;
    this.#rttTimeoutNs = options.initialRttNs * RTT_TIMEOUT_MULTIPLE;
    this.#lastLossNs = nowNs;
    this.#lastUpdateNs = nowNs;
    options.onRtt(0);
    options.onWindow(this.windowLength);
  }

  get windowLength(): number {
    return this.#window * this.#options.mtuLength;
  }

  onTrackRebuild(progress: RebuildProgress, nowNs: number): boolean {
    if (progress.hasFoundLoss) {
      this.#wMax = this.#window;
      this.#k = Math.cbrt((this.#wMax * B) / C);
      this.#lastLossNs = nowNs;
      this.#setWindow(Math.max(1, Math.trunc(this.#window * (1 - B))));
      return true;
    }
    if (this.#window < this.#maxWindow && this.#lastUpdateNs + this.#options.initialRttNs < nowNs) {
      this.#setWindow(this.#grownWindow(nowNs));
      this.#lastUpdateNs = nowNs;
      return false;
    }
    // At the smallest window nothing else would move the sender on.
    return this.#window === 1 && progress.consumptionPosition > progress.lastStatusMessagePosition;
  }

  shouldMeasureRtt(nowNs: number): boolean {
    if (!this.#options.measureRtt || this.#lastRttNs + this.#rttTimeoutNs >= nowNs) {
      return false;
    }
    this.#lastRttNs = nowNs;
    return true;
  }

  /** Sets the pace of `tcpMode`, and how soon to measure again: after four of them. */
  onRttMeasurement(rttNs: number, nowNs: number): void {
    this.#lastRttNs = nowNs;
    this.#rttNs = rttNs;
    this.#rttTimeoutNs = Math.max(rttNs, this.#options.initialRttNs) * RTT_TIMEOUT_MULTIPLE;
    this.#options.onRtt(rttNs);
  }

  #grownWindow(nowNs: number): number {
    const seconds = (nowNs - this.#lastLossNs) / NS_PER_SECOND;
    const cubic = Math.min(this.#maxWindow, this.#wMax + Math.trunc(C * (seconds - this.#k) ** 3));
    if (!this.#options.tcpMode || cubic >= this.#wMax) {
      return Math.max(1, cubic);
    }
    const rounds = seconds / (this.#rttNs / NS_PER_SECOND);
    const tcp = Math.trunc(this.#wMax * (1 - B) + ((3 * B) / (2 - B)) * rounds);
    return Math.min(this.#maxWindow, Math.max(1, cubic, tcp));
  }

  #setWindow(window: number): void {
    if (window !== this.#window) {
      this.#window = window;
      this.#options.onWindow(this.windowLength);
    }
  }
}
