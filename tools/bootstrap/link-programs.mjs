// SPDX-License-Identifier: Apache-2.0
// Makes the packages' programs known to npx in a clone. npm links programs when it installs, and leaves out those that are not
// there; here they are built after that.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand } from './npm-command.mjs';

export function ensureProgramsLinked(root) {
  const missing = manifests(root).filter(({ bin = {} }) => Object.keys(bin).some((name) => !isLinked(root, name)));
  if (missing.length === 0) {
    return;
  }
  const { command, first, shell } = npmCommand();
  const names = missing.map(({ name }) => name);
  const result = spawnSync(command, [...first, 'rebuild', '--ignore-scripts', '--loglevel=error', ...names], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell,
  });
  if (result.status !== 0) {
    console.error(`npm rebuild failed with status ${result.status}; npx will not find the programs of ${names}`);
  }
}

function manifests(root) {
  return readdirSync(join(root, 'packages'))
    .map((folder) => join(root, 'packages', folder, 'package.json'))
    .filter(existsSync)
    .map((path) => JSON.parse(readFileSync(path, 'utf8')));
}

function isLinked(root, name) {
  return existsSync(join(root, 'node_modules', '.bin', name));
}
