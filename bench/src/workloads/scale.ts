// SPDX-License-Identifier: Apache-2.0
/** How long things take, and how often they are done. */

export interface Scale {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
  /** Messages of a measurement of costs, and as many to warm up. */
  readonly costMessages: number;
  readonly warmUpPings: number;
  readonly pings: number;
  /** How long an idle driver is left alone before it is looked at, and how long it is. */
  readonly settleMs: number;
  readonly idleMs: number;
}

export const FULL: Scale = {
  rounds: 3,
  warmUpMs: 1_500,
  windowMs: 1_500,
  costMessages: 5_000_000,
  warmUpPings: 100_000,
  pings: 300_000,
  settleMs: 12_000,
  idleMs: 8_000,
};

export const QUICK: Scale = {
  rounds: 1,
  warmUpMs: 600,
  windowMs: 600,
  costMessages: 2_000_000,
  warmUpPings: 20_000,
  pings: 50_000,
  settleMs: 2_000,
  idleMs: 4_000,
};
