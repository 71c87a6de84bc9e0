// SPDX-License-Identifier: Apache-2.0
/**
 * Entry of the worker thread that runs a driver, so that the event loop of the application never delays it: all agents in SHARED
 * mode, else the conductor, which has its owner start the threads of the others. The thread's own event loop keeps turning between
 * slices of work: messages arrive on it, and the garbage collector gives mapped memory back on it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { nodePlatform } from '@aeron/core/internal';
import { platformOptions } from '../config/platform-options.ts';
import { isTerminationAllowed } from '../config/termination.ts';
import type { DriverHooks } from '../driver-hooks.ts';
import { loadSuppliers } from '../driver-suppliers.ts';
import { type LocalDriver, startLocalDriver } from '../threads/local-driver.ts';
import {
  type DriverThreadData,
  errorFromData,
  errorToData,
  type FromDriver,
  type ToDriver,
} from '../threads/thread-messages.ts';
import { RelayedThreads } from '../threads/thread-relay.ts';

const port = parentPort;
if (port === null) {
  throw new Error('driver-thread is started by MediaDriver.launch');
}
const post = (message: FromDriver): void => port.postMessage(message);
const { config, socketBufferLimits } = workerData as DriverThreadData;

try {
  const own = nodePlatform(platformOptions(config));
  const threads = new RelayedThreads(own.threads, (request) => post({ kind: 'thread', request }));
  const platform = { ...own, threads };
  const hooks: DriverHooks = {
    onError: (error) => post({ kind: 'error', error: errorToData(error) }),
    notice: (stream, text) => post({ kind: 'notice', stream, text }),
    onTerminationRequested: () => post({ kind: 'termination-requested' }),
    validateTermination: () => isTerminationAllowed(config),
  };
  let driver: LocalDriver | undefined;
  port.on('message', (message: ToDriver) => {
    switch (message.kind) {
      case 'close':
        void driver?.close();
        break;
      case 'fail':
        driver?.fail(errorFromData(message.error)).catch(() => undefined); // `closed` says so
        break;
      case 'thread':
        threads.onEvent(message.event);
        break;
    }
  });
  const suppliers = await loadSuppliers(config);
  const started = await startLocalDriver({ platform, config, hooks, socketBufferLimits, suppliers }, 'owner');
  driver = started;
  // Whatever ends the thread, its sockets and files must not stay with the process, nor its clients wait.
  process.once('exit', () => started.closeNow());
  post({ kind: 'ready', datagramTransport: started.datagramTransport });
  started.closed.then(
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
