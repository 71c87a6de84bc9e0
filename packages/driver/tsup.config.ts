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
  }),
);
