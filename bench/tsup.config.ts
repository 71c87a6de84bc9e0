// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    main: 'src/main.ts',
    ping: 'src/programs/ping.ts',
    pong: 'src/programs/pong.ts',
    publisher: 'src/programs/publisher.ts',
    subscriber: 'src/programs/subscriber.ts',
    turns: 'src/programs/turns.ts',
  },
  format: ['esm'],
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  clean: true,
  tsconfig: 'tsconfig.json',
});
