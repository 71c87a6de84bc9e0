// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StopSignal } from './stop-signal.ts';

const BOOTSTRAP = join(__dirname, '..', 'platform', 'node', 'fixtures', 'typescript-thread.mjs');
const MODULE = join(__dirname, '..', 'testing', 'agent-thread.ts');

describe('AgentRunner in a thread of its own', () => {
  it('parks between duty cycles and ends when another thread asks for it', async () => {
    const stop = new StopSignal();
    const worker = new Worker(BOOTSTRAP, { workerData: { module: MODULE, task: { stop: stop.shared } } });
    try {
      const [{ elapsedMs }] = await once(worker, 'message');
      expect(elapsedMs).toBeGreaterThan(19); // 20 parks of 1 ms; without them it would be microseconds
      const [closed, exited] = [once(worker, 'message'), once(worker, 'exit')];
      stop.request();
      expect(await closed).toEqual(['closed']);
      expect(await exited).toEqual([0]);
    } finally {
      await worker.terminate();
    }
  }, 20_000);
});
