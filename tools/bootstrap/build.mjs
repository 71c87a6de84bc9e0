// SPDX-License-Identifier: Apache-2.0
// Builds the packages whose output is missing or older than a source, in dependency order.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureProgramsLinked } from './link-programs.mjs';

// Each stands after what it imports.
const BUILD_ORDER = [
  'packages/core',
  'packages/codecs',
  'packages/client',
  'packages/driver',
  'packages/agent',
  'samples',
  'bench',
];

export function ensureBuilt(root, { types, force = false }) {
  let upstreamMs = newestMs(join(root, 'tools', 'build'));
  for (const folder of BUILD_ORDER) {
    const path = join(root, folder);
    if (!existsSync(join(path, 'tsup.config.ts'))) {
      continue;
    }
    upstreamMs = Math.max(upstreamMs, newestMs(path));
    const stamp = readStamp(root, folder);
    if (!force && stamp.builtMs >= upstreamMs && (stamp.types || !types) && existsSync(join(path, 'dist'))) {
      continue;
    }
    console.log(`Building ${folder} …`);
    const startedMs = Date.now();
    runTsup(root, path, types);
    writeStamp(root, folder, { builtMs: startedMs, types });
  }
  ensureProgramsLinked(root);
}

function runTsup(root, path, types) {
  const result = spawnSync(
    process.execPath,
    [join(root, 'node_modules', 'tsup', 'dist', 'cli-default.js'), '--silent'],
    {
      cwd: path,
      stdio: 'inherit',
      env: { ...process.env, AERON_BUILD_TYPES: types ? 'true' : 'false' },
    },
  );
  if (result.status !== 0) {
    console.error(`build of ${path} failed with status ${result.status}`);
    process.exit(1);
  }
}

function newestMs(path) {
  let newest = 0;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.name === 'dist' || entry.name === 'node_modules') {
      continue;
    }
    const child = join(path, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestMs(child) : statSync(child).mtimeMs);
  }
  return newest;
}

function stampPath(root, folder) {
  return join(root, '.build', `${folder.replaceAll('/', '-')}.json`);
}

function readStamp(root, folder) {
  const path = stampPath(root, folder);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { builtMs: 0, types: false };
}

function writeStamp(root, folder, stamp) {
  mkdirSync(join(root, '.build'), { recursive: true });
  writeFileSync(stampPath(root, folder), JSON.stringify(stamp));
}
