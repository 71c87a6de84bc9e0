// SPDX-License-Identifier: Apache-2.0
/** Runs a whole driver as guest of the event loop of the calling thread, whichever that is. */
import { AeronError, AgentRunner, type Platform, toError } from '@aeron/core/internal';
import { AssembledDriver } from '../assembled-driver.ts';
import type { DriverConfig } from '../config/driver-config.ts';
import type { DriverHooks } from '../driver-hooks.ts';
import type { RunningDriver } from './running-driver.ts';

/** @throws AeronError when the driver's files can't be created, or an agent can't start; then nothing is left open. */
export function startGuestDriver(platform: Platform, config: DriverConfig, hooks: DriverHooks): RunningDriver {
  const driver = new AssembledDriver(platform, config, hooks);
  let startError: Error | undefined;
  const runner = new AgentRunner({
    agent: driver.agent,
    idleStrategy: driver.idleStrategy(),
    errorHandler: (error) => {
      startError ??= error;
      driver.resources.onError(error);
    },
  });
  runner.startOnEventLoop({ scheduler: platform.scheduler, clock: platform.clock });
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
