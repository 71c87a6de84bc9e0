// SPDX-License-Identifier: Apache-2.0
/** A user's TypeScript compiles against what was packed, under each way to resolve modules. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MINUTE_MS, packAll, root, temporaryFolder } from './support/packages.ts';
import { Project } from './support/project.ts';
import { TYPED } from './support/user-programs.ts';

const OPTIONS = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2023,esnext.disposable'];
const CJS = 'import client = require("@aeron/client");\nexport const connect = client.Aeron.connect;\n';

describe('types', () => {
  const folder = temporaryFolder();
  let project: Project;

  beforeAll(() => {
    project = new Project(join(folder, 'project'), packAll(folder), { npmOptions: ['--ignore-scripts'] });
    writeFileSync(join(project.path, 'main.ts'), TYPED);
    writeFileSync(join(project.path, 'main.cts'), CJS);
    const modules = join(project.path, 'node_modules');
    mkdirSync(join(modules, '@types'), { recursive: true });
    symlinkSync(join(root, 'node_modules', '@types', 'node'), join(modules, '@types', 'node'));
    symlinkSync(join(root, 'node_modules', 'undici-types'), join(modules, 'undici-types'));
  }, 5 * MINUTE_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['node16', 'node16', ['main.ts', 'main.cts']],
    ['nodenext', 'nodenext', ['main.ts', 'main.cts']],
    ['bundler', 'esnext', ['main.ts']],
  ])(
    'resolve by %s',
    (moduleResolution, module, files) => {
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      const resolution = ['--module', module, '--moduleResolution', moduleResolution, '--types', 'node'];
      const args = [tsc, ...OPTIONS, '--skipLibCheck', 'false', ...resolution, ...files];
      const result = spawnSync(process.execPath, args, { cwd: project.path, encoding: 'utf8' });
      expect(result).toMatchObject({ stdout: '', status: 0 });
    },
    3 * MINUTE_MS,
  );
});
