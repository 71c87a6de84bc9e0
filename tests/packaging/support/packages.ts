// SPDX-License-Identifier: Apache-2.0
/** The packages that are published, as their manifests state them, and their tarballs. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const MINUTE_MS = 60_000;
export const NPM_QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface PublishedPackage {
  /** Its folder below packages/. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** All of them, each after what it depends on. */
export const PACKAGES: readonly PublishedPackage[] = inOrder(
  readdirSync(join(root, 'packages'))
    .filter((folder) => existsSync(join(root, 'packages', folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readManifest(folder) }))
    .filter(({ manifest }) => manifest.private !== true),
);

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')) as Manifest;
}

function inOrder(packages: readonly PublishedPackage[]): PublishedPackage[] {
  const ordered: PublishedPackage[] = [];
  const add = (each: PublishedPackage): void => {
    if (!ordered.includes(each)) {
      for (const sister of sistersOf(each, packages)) {
        add(sister);
      }
      ordered.push(each);
    }
  };
  packages.forEach(add);
  return ordered;
}

/** What it depends on among ours. */
function sistersOf({ manifest }: PublishedPackage, packages: readonly PublishedPackage[]): PublishedPackage[] {
  const names = Object.keys(manifest.dependencies ?? {});
  return packages.filter((other) => names.includes(other.manifest.name));
}

/** A package with all of ours that it needs: what comes along when it alone is asked for. */
export function closureOf(folder: string): PublishedPackage[] {
  const one = PACKAGES.find((each) => each.folder === folder);
  if (one === undefined) {
    throw new Error(`no such package: ${folder}`);
  }
  const sisters = sistersOf(one, PACKAGES).flatMap((sister) => closureOf(sister.folder));
  return [...new Set([...sisters, one])];
}

/** What can be imported of it, without its manifest. */
export function entriesOf({ manifest }: PublishedPackage): string[] {
  return Object.keys(manifest.exports)
    .filter((entry) => entry !== './package.json')
    .map((entry) => manifest.name + entry.slice(1));
}

/** All programs of all packages. */
export function programs(): string[] {
  return PACKAGES.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {}));
}

export interface Packed {
  readonly folder: string;
  /** Path of the tarball. */
  readonly tarball: string;
  /** Paths of its files. */
  readonly files: readonly string[];
  /** Bytes when unpacked. */
  readonly unpackedLength: number;
}

interface NpmPackOutput {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** Packs all of them into a folder. The packages must have been built with declarations. */
export function packAll(target: string): Packed[] {
  return PACKAGES.map(({ folder }) => {
    const output = execFileSync('npm', ['pack', '--json', '--pack-destination', target, ...NPM_QUIET], {
      cwd: join(root, 'packages', folder),
      encoding: 'utf8',
    });
    const [packed] = JSON.parse(output) as NpmPackOutput[];
    if (packed === undefined) {
      throw new Error(`npm pack said nothing of ${folder}`);
    }
    const { filename, unpackedSize, files } = packed;
    const paths = files.map(({ path }) => path);
    return { folder, tarball: join(target, filename), files: paths, unpackedLength: unpackedSize };
  });
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'aeron-packaging-'));
}
