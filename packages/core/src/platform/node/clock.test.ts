// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { NodeClock } from './clock.ts';

describe('NodeClock', () => {
  it('shows worker threads the same time', async () => {
    const clock = new NodeClock();
    const before = clock.nanoTime();
    const worker = new Worker(join(__dirname, 'fixtures', 'typescript-thread.mjs'), {
      workerData: { module: join(__dirname, 'fixtures', 'clock-thread.ts') },
    });
    const inThread = await new Promise<number>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    expect(inThread).toBeGreaterThan(before);
    expect(inThread).toBeLessThan(clock.nanoTime());
    await worker.terminate();
  });
});
