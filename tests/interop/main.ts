// SPDX-License-Identifier: Apache-2.0
/** `npm run test:interop`: compiles the reference's side, then runs the interop tests against each reference version. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { driverDirectories } from './support/driver-directories.ts';
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
// One process runs all tests, and names the directories of its drivers after itself.
const leftovers = driverDirectories(result.pid);
for (const directory of leftovers) {
  console.error(`Left behind: ${directory}`);
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = leftovers.length > 0 ? 1 : (result.status ?? 1);
