// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'tsup';
import { packageBuild } from '../../tools/build/tsup-preset.ts';

export default defineConfig(
  packageBuild({
    index: 'src/index.ts',
    register: 'src/bin/register.ts',
    // Beside the index: the entries of threads are found in the folder of who starts them.
    'reader-thread': 'src/bin/reader-thread.ts',
    'bin/aeron-agent': 'src/bin/aeron-agent.ts',
  }),
);
