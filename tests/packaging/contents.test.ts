// SPDX-License-Identifier: Apache-2.0
/** What is in the tarballs: all that is needed and no more, entries and types that resolve, and maps that lead to the source. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { MINUTE_MS, PACKAGES, type Packed, packAll, root, temporaryFolder } from './support/packages.ts';

const PRESETS = ['low-latency-shared.properties', 'low-latency.properties', 'throughput.properties'];
const UNPACKED_LENGTH_MAX = 6_000_000;

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly (string | null)[];
}

describe.each(PACKAGES.map(({ folder, manifest }) => [manifest.name, folder]))('%s', (name, folder) => {
  const target = temporaryFolder();
  let packed: Packed;
  let unpacked = '';

  beforeAll(() => {
    packed = packAll(target).find((each) => each.folder === folder) as Packed;
    unpacked = join(target, 'unpacked');
    mkdirSync(unpacked);
    execFileSync('tar', ['-xzf', packed.tarball, '-C', unpacked, '--strip-components=1']);
  }, 5 * MINUTE_MS);

  afterAll(() => rmSync(target, { recursive: true, force: true }));

  it('holds what is needed and no more', () => {
    const { files } = packed;
    expect(files).toEqual(
      expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.cjs']),
    );
    expect(files).toEqual(expect.arrayContaining(['dist/index.d.ts', 'dist/index.d.cts', 'dist/index.js.map']));
    expect(files.filter((file) => !/^(dist\/|presets\/|package\.json$|README\.md$|LICENSE$)/.test(file))).toEqual([]);
    const presets = files.filter((file) => file.startsWith('presets/'));
    expect(presets.map((file) => basename(file))).toEqual(folder === 'driver' ? PRESETS : []);
    expect(files.filter((file) => /\.test\./.test(file))).toEqual([]);
    expect(packed.unpackedLength).toBeLessThan(UNPACKED_LENGTH_MAX);
  });

  it('says what it is and under which licence', () => {
    expect(readFileSync(join(unpacked, 'LICENSE'), 'utf8')).toContain('Apache License');
    const readme = readFileSync(join(unpacked, 'README.md'), 'utf8');
    expect(readme).toMatch(new RegExp(`^# ${name}\n`));
    expect(readme.length).toBeGreaterThan(400);
    const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({ license: 'Apache-2.0', engines: { node: expect.stringContaining('20.19') } });
    expect(manifest['description']).toBeTruthy();
    expect(manifest['keywords']).toContain('aeron');
  });

  it('has maps for all code, with the sources in them', () => {
    const scripts = packed.files.filter((file) => /\.c?js$/.test(file));
    for (const script of scripts) {
      expect([script, packed.files.includes(`${script}.map`)]).toEqual([script, true]);
      const map = JSON.parse(readFileSync(join(unpacked, `${script}.map`), 'utf8')) as SourceMap;
      // A file of ours stands in the map; glue that the build adds may refer to the packed file itself.
      const missing = map.sources.filter((_, index) => typeof map.sourcesContent?.[index] !== 'string');
      expect([script, missing.filter((source) => source !== basename(script))]).toEqual([script, []]);
      expect(map.sources.filter((source) => isAbsolute(source))).toEqual([]);
    }
  });

  it('passes publint', () => {
    const publint = join(root, 'node_modules', 'publint', 'src', 'cli.js');
    const result = spawnSync(process.execPath, [publint, 'run', packed.tarball, '--strict'], { encoding: 'utf8' });
    expect({ status: result.status, output: result.status === 0 ? '' : result.stdout + result.stderr }).toEqual({
      status: 0,
      output: '',
    });
  });

  it('has types that resolve however they are imported', () => {
    const script = join(root, 'tests', 'packaging', 'support', 'check-types.mjs');
    const result = spawnSync(process.execPath, [script, packed.tarball], { encoding: 'utf8' });
    expect({ status: result.status, output: result.stdout + result.stderr }).toEqual({ status: 0, output: '' });
  });
});
