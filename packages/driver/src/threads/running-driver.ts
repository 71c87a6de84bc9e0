// SPDX-License-Identifier: Apache-2.0
/** A driver that runs somewhere, whichever way its agents are run. */
import type { AgentInvoker } from '@aeron/core/internal';

export interface RunningDriver {
  /** Settles when the driver has ended and given up its files; rejects when it ended by a failure. */
  readonly closed: Promise<void>;
  /** How it sends and receives datagrams: `dgram`, `batch`, `offload`, or what the wiring says. */
  readonly datagramTransport: string;
  /** In INVOKER mode. */
  readonly invoker?: AgentInvoker;
  /** Ends it. @returns `closed`. Idempotent. */
  close(): Promise<void>;
  /** Ends it because of an error, which its error log gets. @returns `closed`, which rejects with it. */
  fail(error: Error): Promise<void>;
  /** Whether the process stays alive for the driver; it does from the start. */
  holdProcess(isHeld: boolean): void;
}
