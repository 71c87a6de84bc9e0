// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'tsup';
import { packageBuild } from '../../tools/build/tsup-preset.ts';

export default defineConfig(
  packageBuild({ index: 'src/index.ts', internal: 'src/internal.ts', metrics: 'src/metrics.ts' }),
);
