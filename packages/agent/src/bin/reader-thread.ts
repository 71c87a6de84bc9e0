// SPDX-License-Identifier: Apache-2.0
/** Entry of the worker thread that reads events. */
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { nodePlatform } from '@aeron/core/internal';
import type { ReaderAnswer, ReaderConfig, ReaderRequest } from '../reader/reader-config.ts';
import { ReaderThread } from '../reader/reader-thread.ts';
import { loadModule } from './load-module.ts';

const STANDARD_OUTPUT = 1;
const RETRY_MS = 1;
const word = new Int32Array(new SharedArrayBuffer(4));

const port = parentPort;
if (port === null) {
  throw new Error('reader-thread is started by @aeron/agent');
}
const post = (answer: ReaderAnswer): void => port.postMessage(answer);
const ports = { platform: nodePlatform(), print, post, load: loadModule };
const thread = new ReaderThread(workerData as ReaderConfig, ports);
port.on('message', (request: ReaderRequest) => thread.onRequest(request));
post({ kind: 'ready' });
thread.run(() => port.close());

/** Past the streams of the main thread, whose event loop may be busy. A pipe that is full is waited for. */
function print(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(STANDARD_OUTPUT, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') {
        return; // nobody reads any more
      }
      if (code !== 'EAGAIN') {
        throw error;
      }
      Atomics.wait(word, 0, 0, RETRY_MS);
    }
  }
}
