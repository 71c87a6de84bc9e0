// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'tsup';
import { packageBuild } from '../../tools/build/tsup-preset.ts';

export default defineConfig(
  packageBuild({
    index: 'src/index.ts',
    internal: 'src/internal.ts',
    // Beside the index: the entries of threads are found in the folder of who starts them.
    'driver-thread': 'src/bin/driver-thread.ts',
    'agent-thread': 'src/bin/agent-thread.ts',
    'bin/aeronmd': 'src/bin/aeronmd.ts',
    'bin/aeron-stat': 'src/bin/aeron-stat.ts',
    'bin/backlog-stat': 'src/bin/backlog-stat.ts',
    'bin/driver-tool': 'src/bin/driver-tool.ts',
    'bin/error-stat': 'src/bin/error-stat.ts',
    'bin/log-inspector': 'src/bin/log-inspector.ts',
    'bin/loss-stat': 'src/bin/loss-stat.ts',
    'bin/set-controllable-idle-strategy': 'src/bin/set-controllable-idle-strategy.ts',
    'bin/stream-stat': 'src/bin/stream-stat.ts',
  }),
);
