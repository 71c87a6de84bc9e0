// SPDX-License-Identifier: Apache-2.0
/** Runs an agent in the calling thread, as guest of its event loop or as owner of the thread. */
import { AgentRunner, type Platform } from '@aeron/core/internal';
import { EventLoopUse } from './event-loop-use.ts';
import { type ThreadOwnerOptions, ThreadOwnerRunner } from './thread-owner-runner.ts';

/** A guest never blocks the event loop; an owner blocks it for some milliseconds at a time, and idles for less. */
export type ThreadUse = 'guest' | 'owner';

/** An agent that runs. */
export interface RunningAgent {
  readonly isRunning: boolean;
  /** Whether the agent alone keeps the process alive, from now on. */
  set keepAlive(keepAlive: boolean);
  /** Settles when the agent has ended; rejects if the error handler threw. */
  readonly closed: Promise<void>;
  /** Ends it. @returns `closed`. Idempotent. */
  close(): Promise<void>;
  /** Ends it in this very call, also from within a duty cycle. Idempotent. */
  closeNow(): void;
  /** Cuts an idle time short, for one who knows that there is work. */
  wake(): void;
}

/** The ports of a thread, watched for whether its agents need the event loop. */
export interface WatchedPlatform {
  readonly platform: Platform;
  readonly loop: EventLoopUse;
}

/** To be used in place of `platform` by the agents of this thread. */
export function watchPlatform(platform: Platform): WatchedPlatform {
  const loop = new EventLoopUse(platform);
  return { platform: { ...platform, ...loop.ports }, loop };
}

/** Starts the agent: returns after its `onStart`. If that failed the agent is closed and `isRunning` is false. */
export function runAgent(
  options: ThreadOwnerOptions,
  { platform, loop }: WatchedPlatform,
  use: ThreadUse,
): RunningAgent {
  if (use === 'guest') {
    const runner = new AgentRunner(options);
    runner.startOnEventLoop({ scheduler: platform.scheduler, clock: platform.clock });
    return runner;
  }
  const runner = new ThreadOwnerRunner(
    { ...options, needsEventLoop: () => loop.isNeeded, wait: () => loop.wait },
    platform,
  );
  runner.start();
  return runner;
}
