// SPDX-License-Identifier: Apache-2.0
/** `npm run test:interop`: compiles the reference's side, then runs the interop tests against each reference version. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guardedRun } from './support/guarded-run.ts';
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
const config = join(root, 'jest.config.mjs');
const progress = join(root, 'tests', 'interop', 'support', 'progress-reporter.cjs');
const { status, leftovers } = await guardedRun(
  process.execPath,
  [
    jest,
    '--config',
    config,
    '--selectProjects',
    'interop',
    '--runInBand',
    '--reporters',
    'default',
    '--reporters',
    progress,
    ...process.argv.slice(2),
  ],
  { cwd: root },
);
for (const leftover of leftovers) {
  console.error(`Left behind by the run, and now gone: ${leftover}`);
}
process.exitCode = leftovers.length > 0 ? 1 : status;
