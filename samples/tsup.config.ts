// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    'basic-publisher': 'src/basic-publisher.ts',
    'basic-subscriber': 'src/basic-subscriber.ts',
    'embedded-buffer-claim-ipc-throughput': 'src/embedded-buffer-claim-ipc-throughput.ts',
    'embedded-ipc-throughput': 'src/embedded-ipc-throughput.ts',
    'embedded-ping-pong': 'src/embedded-ping-pong.ts',
    'file-receiver': 'src/file-transfer/receiver.ts',
    'file-transfer': 'src/file-transfer.ts',
    ping: 'src/ping.ts',
    pong: 'src/pong.ts',
    'rate-subscriber': 'src/rate-subscriber.ts',
    'streaming-exclusive-publisher': 'src/streaming-exclusive-publisher.ts',
    'streaming-publisher': 'src/streaming-publisher.ts',
  },
  format: ['esm'],
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  clean: true,
  tsconfig: 'tsconfig.json',
});
