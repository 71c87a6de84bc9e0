// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'tsup';
import { packageBuild } from '../../tools/build/tsup-preset.ts';

export default defineConfig(
  packageBuild({
    index: 'src/index.ts',
    internal: 'src/internal.ts',
    // Beside the index: media-driver.ts finds its thread's entry in its own folder.
    'driver-thread': 'src/bin/driver-thread.ts',
    'bin/aeronmd': 'src/bin/aeronmd.ts',
  }),
);
