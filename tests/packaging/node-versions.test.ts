// SPDX-License-Identifier: Apache-2.0
/** Every supported major version of Node installs the packages, imports them both ways, and lets a driver and a client talk. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  entriesOf,
  MINUTE_MS,
  NPM_QUIET,
  PACKAGES,
  type Packed,
  packAll,
  temporaryFolder,
} from './support/packages.ts';
import { Project } from './support/project.ts';
import { entriesProgram, LIFE_CJS, LIFE_ESM, LIFE_OUTPUT, LOGGED, LOGGING } from './support/user-programs.ts';

const MAJORS = [20, 22, 24, 26];
const CURRENT = Number(process.versions.node.split('.')[0]);

describe.each(MAJORS)('Node %i', (major) => {
  const folder = temporaryFolder();
  let packed: Packed[] = [];
  let node = process.execPath;

  beforeAll(() => {
    packed = packAll(folder);
    node = major === CURRENT ? process.execPath : installNode(join(folder, 'node'), major);
  }, 5 * MINUTE_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'installs and runs what was packed',
    () => {
      expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toMatch(new RegExp(`^v${major}\\.`));
      const project = new Project(join(folder, 'project'), packed, {
        node,
        npmOptions: ['--ignore-scripts', '--engine-strict'],
      });
      expect(project.run('entries.mjs', entriesProgram(PACKAGES.flatMap(entriesOf)))).toBe('all entries');
      expect(project.run('esm.mjs', LIFE_ESM)).toBe(LIFE_OUTPUT);
      expect(project.run('cjs.cjs', LIFE_CJS)).toBe(LIFE_OUTPUT);
      expect(project.run('logged.mjs', LIFE_ESM, ...LOGGING)).toMatch(LOGGED);
      expect(project.run('logged.cjs', LIFE_CJS, ...LOGGING)).toMatch(LOGGED);
      expect(project.command('aeronmd', '--version').stdout).toMatch(/\d+\.\d+\.\d+/);
      // The tool says that there is no driver: it has loaded all it needs, and mapping works.
      const stat = project.command('aeron-stat', '-d', join(folder, 'nobody'), '-t', '0', 'watch=false');
      expect([stat.status, stat.stderr]).toEqual([1, expect.stringContaining(join(folder, 'nobody'))]);
    },
    5 * MINUTE_MS,
  );
});

/** From the registry, where each version is a package for each platform. @returns path of the binary. */
function installNode(folder: string, major: number): string {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'binaries', private: true }));
  const name = `node-${process.platform}-${process.arch}`;
  execFileSync('npm', ['install', `${name}@${major}`, ...NPM_QUIET], { cwd: folder, encoding: 'utf8' });
  return join(folder, 'node_modules', name, 'bin', 'node');
}
