// SPDX-License-Identifier: Apache-2.0
/** Small disks of their own for tests of what happens without room: a tmpfs, where the test may mount one. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const MIB = 1024 * 1024;

/** Mounts a small disk for as long as `use` runs. @returns why that can't be done, or undefined. */
export async function onDisk(length: number, use: (folder: string) => Promise<void>): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'aeron-disk-'));
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${length}`, 'tmpfs', disk], { encoding: 'utf8' });
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true });
    return mounted.error?.message ?? mounted.stderr.trim();
  }
  try {
    await use(disk);
  } finally {
    spawnSync('umount', ['-l', disk]);
    rmSync(folder, { recursive: true, force: true });
  }
  return undefined;
}

/** Why no disk can be mounted here, or undefined. */
export function whyNoDisk(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'only root on Linux may mount a disk';
  }
  const folder = mkdtempSync(join(tmpdir(), 'aeron-disk-'));
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], {
    encoding: 'utf8',
  });
  spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return status === 0 ? undefined : `can't mount a disk: ${stderr.trim()}`;
}
