// SPDX-License-Identifier: Apache-2.0
/** The other thread of agent-thread.test.ts: runs an idle agent, tells how long 20 duty cycles took, and stops when asked to. */
import { parentPort, workerData } from 'node:worker_threads';
import { AgentRunner } from '../agent/agent-runner.ts';
import { createIdleStrategy } from '../agent/idle-strategy-names.ts';
import { StopSignal } from '../agent/stop-signal.ts';
import { NodeThreads } from '../platform/node/threads.ts';

/** By then the backoff has come to its longest park. */
const FIRST_MEASURED_CYCLE = 60;
const MEASURED_CYCLES = 20;

const { task } = workerData as { task: { readonly stop: SharedArrayBuffer } };
let cycles = 0;
let startMs = 0;

const runner = new AgentRunner({
  agent: {
    roleName: 'idle',
    doWork: () => {
      cycles++;
      if (cycles === FIRST_MEASURED_CYCLE) {
        startMs = performance.now();
      } else if (cycles === FIRST_MEASURED_CYCLE + MEASURED_CYCLES) {
        parentPort?.postMessage({ elapsedMs: performance.now() - startMs });
      }
      return 0;
    },
    onClose: () => parentPort?.postMessage('closed'),
  },
  idleStrategy: createIdleStrategy('backoff'),
  errorHandler: (error) => {
    throw error;
  },
});
runner.runBlocking(new NodeThreads(), new StopSignal(task.stop));
