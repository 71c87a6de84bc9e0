// SPDX-License-Identifier: Apache-2.0
/** Runs the micro-benchmarks, each in a process of its own: the compiler specialises on what a process has seen. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Not a benchmark. */
const SHARED = ['micro.ts'];

/** @returns 1 where one failed. */
export function runMicro(root: string, text: string): number {
  const folder = join(root, 'bench', 'micro');
  const files = readdirSync(folder).filter(
    (name) => name.endsWith('.ts') && !SHARED.includes(name) && name.includes(text),
  );
  if (files.length === 0) {
    throw new Error(`no micro-benchmark has a name with ${text}`);
  }
  let failures = 0;
  for (const name of files) {
    console.log(`\n${name}`);
    const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
    const { status } = spawnSync(process.execPath, [tsx, join(folder, name)], { stdio: 'inherit', cwd: root });
    failures += status === 0 ? 0 : 1;
  }
  return failures === 0 ? 0 : 1;
}
