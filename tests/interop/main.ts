// SPDX-License-Identifier: Apache-2.0
/** `npm run test:interop`: compiles the reference's side, then runs the interop tests against each reference version. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilePeer, missingTools } from './support/reference-jar.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';

const missing = missingTools();
if (missing !== undefined) {
  console.error(`Interop tests run against the reference implementation. ${missing}.`);
  process.exit(1);
}
for (const version of REFERENCE_VERSIONS) {
  console.log(`Compiling against io.aeron:aeron-all:${version} …`);
  compilePeer(version);
}
const root = fileURLToPath(new URL('../..', import.meta.url));
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const result = spawnSync(
  process.execPath,
  [
    jest,
    '--config',
    join(root, 'jest.config.mjs'),
    '--selectProjects',
    'interop',
    '--runInBand',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', cwd: root, env: { ...process.env, AERON_INTEROP: 'true' } },
);
process.exitCode = result.status ?? 1;
