// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    'basic-mds-subscriber': 'src/basic-mds-subscriber.ts',
    'basic-publisher': 'src/basic-publisher.ts',
    'basic-subscriber': 'src/basic-subscriber.ts',
    'embedded-buffer-claim-ipc-throughput': 'src/embedded-buffer-claim-ipc-throughput.ts',
    'embedded-ipc-throughput': 'src/embedded-ipc-throughput.ts',
    'embedded-ping-pong': 'src/embedded-ping-pong.ts',
    'file-receiver': 'src/file-receiver.ts',
    'file-sender': 'src/file-sender.ts',
    'file-transfer': 'src/file-transfer.ts',
    'file-transfer-receiver': 'src/file-transfer/receiver.ts',
    ping: 'src/ping.ts',
    pong: 'src/pong.ts',
    'rate-subscriber': 'src/rate-subscriber.ts',
    'response-client': 'src/response-client.ts',
    'response-server': 'src/response-server.ts',
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
