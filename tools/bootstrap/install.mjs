// SPDX-License-Identifier: Apache-2.0
// Installs the dependencies where they are missing or older than the lock file.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand } from './npm-command.mjs';

export function ensureInstalled(root) {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs) {
    return;
  }
  console.log('Installing dependencies …');
  // mmap-io is optional and compiles at install; the headers of Node 20 and later need a newer C++ than its build file asks
  // for. Where there is no compiler npm leaves it out and koffi maps the files.
  const standard = Number(process.versions.node.split('.')[0]) >= 22 ? 'c++20' : 'c++17';
  const environment = { ...process.env, CXXFLAGS: process.env['CXXFLAGS'] ?? `-std=${standard}` };
  const { command, first, shell } = npmCommand();
  // Not `npm ci`: it insists on a lock entry for the packages of every platform, and a registry mirror that has only some of
  // them can't write such a lock. `install --no-save` keeps to the locked versions as well and leaves the lock alone.
  const result = spawnSync(command, [...first, 'install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    env: environment,
    shell,
  });
  if (result.status !== 0) {
    console.error(`npm install failed with status ${result.status}`);
    process.exit(1);
  }
}
