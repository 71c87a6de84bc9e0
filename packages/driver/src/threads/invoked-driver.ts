// SPDX-License-Identifier: Apache-2.0
/** A driver whose duty cycles the application runs by calling the invoker. */
import { type Agent, AgentInvoker, isAeronError } from '@aeron/core/internal';
import { AssembledDriver, type DriverSetup } from '../assembled-driver.ts';
import type { RunningDriver } from './running-driver.ts';

/** @throws AeronError when the driver's files can't be created. */
export function startInvokedDriver(setup: DriverSetup): RunningDriver {
  const driver = new AssembledDriver(setup);
  driver.open();
  let failure: Error | undefined;
  let settle: () => void = () => undefined;
  const closed = new Promise<void>((resolve, reject) => {
    settle = () => (failure === undefined ? resolve() : reject(failure));
  });
  // Whoever awaits it learns of a failure; without anyone it must not end the process.
  closed.catch(() => undefined);
  const invoker = new AgentInvoker({
    agent: withFilesGivenUp(driver, () => settle()),
    errorHandler: (error) => {
      failure ??= isAeronError(error, 'TERMINATED') ? error : undefined;
      driver.resources.onError(error);
    },
  });
  invoker.start();
  return {
    datagramTransport: setup.platform.datagrams.name,
    invoker,
    closed,
    close: () => {
      invoker.close();
      return closed;
    },
    fail: (error) => {
      failure ??= error;
      driver.resources.onError(error);
      invoker.close();
      return closed;
    },
    holdProcess: () => undefined,
  };
}

/** The driver's agents, with the files given up after them however their end came about. */
function withFilesGivenUp(driver: AssembledDriver, settle: () => void): Agent {
  const { agent } = driver;
  return {
    roleName: agent.roleName,
    onStart: () => agent.onStart?.(),
    doWork: () => agent.doWork(),
    onClose: () => {
      try {
        agent.onClose?.();
      } finally {
        driver.close();
        settle();
      }
    },
  };
}
