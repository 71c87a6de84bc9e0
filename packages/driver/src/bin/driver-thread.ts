// SPDX-License-Identifier: Apache-2.0
/**
 * Entry of the worker thread that runs a driver, so that the event loop of the application never delays it: all agents in SHARED
 * mode, else the conductor, which starts the threads of the others. The thread's own event loop keeps turning between
 * slices of work: messages arrive on it, and the garbage collector gives mapped memory back on it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { nodePlatform } from '@aeron/core/internal';
import { platformOptions } from '../config/platform-options.ts';
import { isTerminationAllowed } from '../config/termination.ts';
import type { DriverHooks } from '../driver-hooks.ts';
import { loadSuppliers } from '../driver-suppliers.ts';
import { startLocalDriver } from '../threads/local-driver.ts';
import { type DriverThreadData, errorToData, type FromDriver, type ToDriver } from '../threads/thread-messages.ts';

const port = parentPort;
if (port === null) {
  throw new Error('driver-thread is started by MediaDriver.launch');
}
const post = (message: FromDriver): void => port.postMessage(message);
const { config, socketBufferLimits } = workerData as DriverThreadData;

try {
  const platform = nodePlatform(platformOptions(config));
  const hooks: DriverHooks = {
    onError: (error) => post({ kind: 'error', error: errorToData(error) }),
    notice: (stream, text) => post({ kind: 'notice', stream, text }),
    onTerminationRequested: () => post({ kind: 'termination-requested' }),
    validateTermination: () => isTerminationAllowed(config),
  };
  const suppliers = await loadSuppliers(config);
  const driver = await startLocalDriver({ platform, config, hooks, socketBufferLimits, suppliers }, 'owner');
  port.on('message', (message: ToDriver) => {
    if (message.kind === 'close') {
      void driver.close();
    }
  });
  // Whatever ends the thread, its sockets and files must not stay with the process, nor its clients wait.
  process.once('exit', () => driver.closeNow());
  post({ kind: 'ready', datagramTransport: driver.datagramTransport });
  driver.closed.then(
    () => end({ kind: 'closed' }),
    (error: unknown) => end({ kind: 'closed', error: errorToData(error) }),
  );
} catch (error) {
  end({ kind: 'failed', error: errorToData(error) });
}

/** Nothing else holds the thread once its port is closed. */
function end(message: FromDriver): void {
  post(message);
  port?.close();
}
