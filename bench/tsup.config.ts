// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'tsup';

/** What runs in processes of its own, beside the benchmark itself. */
const PROGRAMS = [
  'churn',
  'circuit',
  'driver-collections',
  'duplex',
  'first-message',
  'ping',
  'pong',
  'publisher',
  'streams',
  'subscriber',
  'turns',
];

export default defineConfig({
  entry: {
    main: 'src/main.ts',
    peer: 'src/programs/peers/peer.ts',
    ...Object.fromEntries(PROGRAMS.map((name) => [name, `src/programs/${name}.ts`])),
  },
  format: ['esm'],
  platform: 'node',
  target: 'node20',
  splitting: false,
  external: ['zeromq'],
  sourcemap: true,
  clean: true,
  tsconfig: 'tsconfig.json',
});
