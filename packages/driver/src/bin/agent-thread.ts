// SPDX-License-Identifier: Apache-2.0
/** Entry of the worker threads that run the agents beside the conductor, in the modes DEDICATED and SHARED_NETWORK. */
import { parentPort, workerData } from 'node:worker_threads';
import { nodePlatform } from '@aeron/core/internal';
import { platformOptions } from '../config/platform-options.ts';
import { loadSuppliers } from '../driver-suppliers.ts';
import { startAgentThread } from '../threads/agent-thread.ts';
import { type AgentThreadData, errorToData, type FromAgentThread, type ToDriver } from '../threads/thread-messages.ts';

const port = parentPort;
if (port === null) {
  throw new Error('agent-thread is started by the conductor');
}
const post = (message: FromAgentThread): void => port.postMessage(message);
const data = workerData as AgentThreadData;

try {
  const platform = nodePlatform(platformOptions(data.config));
  const agent = startAgentThread(data, { platform, suppliers: await loadSuppliers(data.config), post });
  port.on('message', (message: ToDriver) => {
    if (message.kind === 'close') {
      void agent.close();
    }
  });
  // Whatever ends the thread, its sockets and files must not stay with the process.
  process.once('exit', () => agent.closeNow());
  post({ kind: 'ready' });
  agent.closed.then(() => port.close(), fail);
} catch (error) {
  fail(error);
}

/** Nothing else holds the thread once its port is closed. */
function fail(error: unknown): void {
  post({ kind: 'failed', error: errorToData(error) });
  port?.close();
}
