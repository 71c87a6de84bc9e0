// SPDX-License-Identifier: Apache-2.0
/** The packages as a user gets them: installed from their tarballs into empty projects, alone and together. */
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  closureOf,
  entriesOf,
  MINUTE_MS,
  PACKAGES,
  type Packed,
  packAll,
  programs,
  root,
  temporaryFolder,
} from './support/packages.ts';
import { Project, type ProjectOptions } from './support/project.ts';
import { entriesProgram, LIFE_CJS, LIFE_ESM, LIFE_OUTPUT } from './support/user-programs.ts';

const NO_COMPILER = { CC: '/bin/false', CXX: '/bin/false', npm_config_nodedir: '/nonexistent' };
const MAPPING = `
import { MediaDriver } from '@aeron/driver';
const provider = PROVIDER;
// mmap-io works on the main thread only.
const driver = await MediaDriver.launchEmbedded({ mappingProvider: provider, callingThread: 'guest' });
console.log(driver.config.mappingProvider);
await driver.close();
`;

describe('packed packages', () => {
  const folder = temporaryFolder();
  let packed: Packed[] = [];
  let together: Project;

  const tarballsOf = (folders: readonly string[]) => packed.filter((each) => folders.includes(each.folder));
  const all = () => PACKAGES.map((each) => each.folder);
  const project = (name: string, folders: readonly string[], options?: ProjectOptions) =>
    new Project(join(folder, name), tarballsOf(folders), options);

  beforeAll(() => {
    packed = packAll(folder);
    // Without install scripts mmap-io is there as sources only: unbuilt.
    together = project('together', all(), { npmOptions: ['--ignore-scripts'] });
  }, 5 * MINUTE_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(PACKAGES.map((each) => [each.manifest.name, each]))(
    '%s installs alone, with what it needs and nothing else of ours',
    (name, each) => {
      const closure = closureOf(each.folder);
      const alone = project(
        `alone-${each.folder}`,
        closure.map((one) => one.folder),
        { npmOptions: ['--ignore-scripts', '--engine-strict'] },
      );
      const installed = readdirSync(join(alone.path, 'node_modules', '@aeron')).map((one) => `@aeron/${one}`);
      expect(installed.sort()).toEqual(closure.map(({ manifest }) => manifest.name).sort());
      expect([name, alone.run('entries.mjs', entriesProgram(entriesOf(each)))]).toEqual([name, 'all entries']);
    },
    3 * MINUTE_MS,
  );

  it(
    'serve ES modules and CommonJS alike',
    () => {
      expect(together.run('esm.mjs', LIFE_ESM)).toBe(LIFE_OUTPUT);
      expect(together.run('cjs.cjs', LIFE_CJS)).toBe(LIFE_OUTPUT);
      expect(together.run('entries.mjs', entriesProgram(PACKAGES.flatMap(entriesOf)))).toBe('all entries');
    },
    3 * MINUTE_MS,
  );

  it.each(programs())('have the command %s, which helps and tells its version', (name) => {
    const help = together.command(name, '--help');
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toMatch(/usage/i);
    const version = together.command(name, '--version');
    expect([version.status, version.stdout]).toEqual([0, expect.stringMatching(/\d+\.\d+\.\d+/)]);
  });

  it('lead from the stack of an error to the source', () => {
    const program = "import { AtomicBuffer } from '@aeron/core';\nAtomicBuffer.allocate(8).putInt64(16, 1);\n";
    const required = "const { AtomicBuffer } = require('@aeron/core');\nAtomicBuffer.allocate(8).slice(4, 8);\n";
    for (const [file, text] of [
      ['throws.mjs', program],
      ['throws.cjs', required],
    ] as const) {
      const result = together.attempt(file, text, '--enable-source-maps');
      expect([file, result.status]).toEqual([file, 1]);
      expect(result.stderr).toMatch(/at .*src\/buffer\/atomic-buffer\.ts:\d+:\d+/);
      expect(result.stderr).toContain('RangeError');
    }
  });

  it(
    'do without mmap-io: absent',
    () => {
      const absent = project('absent', all(), { npmOptions: ['--ignore-scripts'] });
      rmSync(join(absent.path, 'node_modules', 'mmap-io'), { recursive: true, force: true });
      expect(absent.run('esm.mjs', LIFE_ESM)).toBe(LIFE_OUTPUT);
    },
    3 * MINUTE_MS,
  );

  it(
    'do without mmap-io: its build fails, and the installation does not',
    () => {
      const unbuildable = project('unbuildable', all(), { environment: NO_COMPILER });
      expect(existsSync(join(unbuildable.path, 'node_modules', 'mmap-io', 'build', 'Release', 'mmap-io.node'))).toBe(
        false,
      );
      expect(unbuildable.run('esm.mjs', LIFE_ESM)).toBe(LIFE_OUTPUT);
    },
    5 * MINUTE_MS,
  );

  const built = join(root, 'node_modules', 'mmap-io');
  (existsSync(join(built, 'build', 'Release', 'mmap-io.node')) ? it : it.skip)(
    'make use of mmap-io where it was built, also when told to use nothing else',
    () => {
      const target = join(together.path, 'node_modules', 'mmap-io');
      rmSync(target, { recursive: true, force: true });
      cpSync(built, target, { recursive: true });
      for (const provider of ['mmap-io', 'koffi', 'auto']) {
        expect(together.run('mapping.mjs', MAPPING.replace('PROVIDER', `'${provider}'`))).toBe(provider);
      }
      expect(together.run('esm.mjs', LIFE_ESM)).toBe(LIFE_OUTPUT);
    },
    3 * MINUTE_MS,
  );

  it(
    'say what is missing where neither native package could be installed',
    () => {
      const bare = project('bare', all(), { npmOptions: ['--omit=optional', '--ignore-scripts'] });
      const program =
        "import { Aeron } from '@aeron/client';\nimport { MediaDriver } from '@aeron/driver';\n" +
        'for (const attempt of [() => Aeron.connect(), () => MediaDriver.launchEmbedded()]) {\n' +
        '  await attempt().catch(({ code, message }) => console.log(code, message));\n}\n';
      const lines = bare.run('main.mjs', program).split('\n');
      expect(lines).toHaveLength(2);
      for (const line of lines) {
        expect(line).toMatch(/^MAPPING .*provider=auto: mmap-io: .*; koffi: ./);
      }
    },
    3 * MINUTE_MS,
  );
});
