// SPDX-License-Identifier: Apache-2.0
/** Runs a whole driver in the calling thread, whichever that is, as guest of its event loop or as owner of the thread. */
import { AeronError, AgentRunner, type Platform, toError } from '@aeron/core/internal';
import { AssembledDriver, type DriverSetup } from '../assembled-driver.ts';
import { EventLoopUse } from './event-loop-use.ts';
import type { RunningDriver } from './running-driver.ts';
import { type ThreadOwnerOptions, ThreadOwnerRunner } from './thread-owner-runner.ts';

/** A guest never blocks the event loop; an owner blocks it for some milliseconds at a time, and idles for less. */
export type ThreadUse = 'guest' | 'owner';

/** @throws AeronError when the driver's files can't be created, or an agent can't start; then nothing is left open. */
export function startLocalDriver(setup: DriverSetup, use: ThreadUse): RunningDriver {
  const loop = new EventLoopUse(setup.platform);
  const platform: Platform = { ...setup.platform, ...loop.ports };
  const driver = new AssembledDriver({ ...setup, platform });
  let startError: Error | undefined;
  const errorHandler = (error: Error): void => {
    startError ??= error;
    driver.resources.onError(error);
  };
  const options = { agent: driver.agent, idleStrategy: driver.idleStrategy(), errorHandler };
  const runner = use === 'guest' ? startAsGuest(platform, options) : startAsOwner(platform, loop, options);
  driver.onReadable = () => runner.wake();
  if (!runner.isRunning) {
    driver.close();
    throw startError ?? new AeronError('AERON', `agent did not start: role=${driver.agent.roleName}`);
  }
  const closed = runner.closed.then(
    () => driver.close(),
    (error: unknown) => {
      driver.close();
      throw toError(error);
    },
  );
  // Whoever awaits it learns of a failure; without anyone it must not end the process.
  closed.catch(() => undefined);
  return {
    closed,
    close: () => {
      void runner.close();
      return closed;
    },
    unref: () => {
      runner.keepAlive = false;
    },
  };
}

function startAsGuest(platform: Platform, options: ThreadOwnerOptions): AgentRunner {
  const runner = new AgentRunner(options);
  runner.startOnEventLoop({ scheduler: platform.scheduler, clock: platform.clock });
  return runner;
}

function startAsOwner(platform: Platform, loop: EventLoopUse, options: ThreadOwnerOptions): ThreadOwnerRunner {
  const runner = new ThreadOwnerRunner({ ...options, needsEventLoop: () => loop.isNeeded }, platform);
  runner.start();
  return runner;
}
