// SPDX-License-Identifier: Apache-2.0
/** The packages as a user gets them: packed, installed into an empty project, imported in both module systems, type-checked. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MINUTE_MS = 60_000;
const NPM_QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

type PackageName = 'core' | 'codecs' | 'client' | 'driver';

interface PackedFile {
  readonly path: string;
}

const PROGRAM = `
const driver = await MediaDriver.launchEmbedded();
const aeron = await Aeron.connect({ aeronDirectoryName: driver.aeronDirectoryName });
const subscription = await aeron.addSubscription('aeron:ipc', 1);
const publication = await aeron.addPublication('aeron:ipc', 1);
await publication.offerAsync('packed', { timeoutMs: 10000 });
for await (const message of subscription) {
  console.log(message.text());
  break;
}
await aeron.close();
await driver.close();
`;

const TYPED = `
import { Aeron, FragmentAssembler, type Publication, type Subscription } from '@aeron/client';
import { AtomicBuffer } from '@aeron/core';
import { MediaDriver } from '@aeron/driver';

export async function main(): Promise<number> {
  await using driver = await MediaDriver.launchEmbedded({ threadingMode: 'SHARED', timerIntervalNs: '1s' });
  await using aeron = await Aeron.connect({ aeronDirectoryName: driver.aeronDirectoryName });
  const subscription: Subscription = await aeron.addSubscription('aeron:ipc', 1);
  const publication: Publication = await aeron.addPublication('aeron:ipc', 1);
  const assembler = new FragmentAssembler((buffer: AtomicBuffer, offset, length) => void buffer.getUtf8(offset, length));
  const position: number = publication.offer(AtomicBuffer.allocate(8), 0, 8);
  return position + subscription.poll(assembler.onFragment, 1);
}
`;

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
}

function manifestOf(name: PackageName): Manifest {
  return JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as Manifest;
}

/** Loads whatever the packages say that they export, both ways, and compares the names. */
function entriesProgram(): string {
  const entries = (['core', 'codecs', 'client', 'driver'] as const).flatMap((name) => {
    const { name: packageName, exports } = manifestOf(name);
    return Object.keys(exports)
      .filter((entry) => entry !== './package.json')
      .map((entry) => packageName + entry.slice(1));
  });
  return `
import assert from 'node:assert';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
for (const entry of ${JSON.stringify(entries)}) {
  const [esm, cjs] = [Object.keys(await import(entry)), Object.keys(require(entry))];
  assert(esm.length > 0, entry);
  assert.deepStrictEqual(esm.sort(), cjs.sort(), entry);
}
console.log('all entries');
`;
}

describe('packed packages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aeron-packaging-'));
  const tarballs = new Map<PackageName, string>();
  const contents = new Map<PackageName, string[]>();

  beforeAll(() => {
    for (const name of ['core', 'codecs', 'client', 'driver'] as const) {
      const output = execFileSync('npm', ['pack', '--json', '--pack-destination', folder, ...NPM_QUIET], {
        cwd: join(root, 'packages', name),
        encoding: 'utf8',
      });
      const [packed] = JSON.parse(output) as { filename: string; files: PackedFile[] }[];
      tarballs.set(name, join(folder, packed?.filename ?? ''));
      contents.set(
        name,
        (packed?.files ?? []).map((file) => file.path),
      );
    }
  }, 5 * MINUTE_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function project(name: string, packages: readonly PackageName[], ...options: string[]): string {
    const path = join(folder, name);
    mkdirSync(path);
    writeFileSync(join(path, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
    const files = packages.map((each) => tarballs.get(each) ?? '');
    execFileSync('npm', ['install', ...files, ...options, ...NPM_QUIET], { cwd: path, encoding: 'utf8' });
    return path;
  }

  function run(path: string, file: string, program: string): string {
    writeFileSync(join(path, file), program);
    const result = spawnSync(process.execPath, [file], { cwd: path, encoding: 'utf8', timeout: MINUTE_MS });
    expect(result).toMatchObject({ status: 0, stderr: '' });
    return result.stdout.trim();
  }

  it.each(['core', 'codecs', 'client', 'driver'] as const)('%s holds what is needed and no more', (name) => {
    const files = contents.get(name) ?? [];
    expect(files).toEqual(
      expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.cjs']),
    );
    expect(files).toEqual(expect.arrayContaining(['dist/index.d.ts', 'dist/index.d.cts', 'dist/index.js.map']));
    expect(files.filter((file) => !/^(dist\/|package\.json$|README\.md$|LICENSE$)/.test(file))).toEqual([]);
    expect(files.filter((file) => /\.test\./.test(file))).toEqual([]);
  });

  it(
    'serve ES modules and CommonJS alike, without install scripts and without mmap-io',
    () => {
      const path = project('both', ['core', 'codecs', 'client', 'driver'], '--ignore-scripts');
      rmSync(join(path, 'node_modules', 'mmap-io'), { recursive: true, force: true });
      const esm = "import { Aeron } from '@aeron/client';\nimport { MediaDriver } from '@aeron/driver';\n";
      expect(run(path, 'esm.mjs', esm + PROGRAM)).toBe('packed');
      const cjs = "const { Aeron } = require('@aeron/client');\nconst { MediaDriver } = require('@aeron/driver');\n";
      expect(run(path, 'cjs.cjs', `${cjs}(async () => {${PROGRAM}})();`)).toBe('packed');
      for (const [name, bin] of Object.entries(manifestOf('driver').bin ?? {})) {
        const help = spawnSync(join(path, 'node_modules', '.bin', name), ['-h'], {
          encoding: 'utf8',
          timeout: MINUTE_MS,
        });
        expect([bin, help.status, help.stderr]).toEqual([bin, 0, '']);
        expect(help.stdout).toMatch(/usage/i);
      }
      expect(run(path, 'entries.mjs', entriesProgram())).toBe('all entries');
    },
    5 * MINUTE_MS,
  );

  it(
    'say what is missing where neither native package could be installed',
    () => {
      const path = project('bare', ['core', 'codecs', 'client', 'driver'], '--omit=optional', '--ignore-scripts');
      const program =
        "import { Aeron } from '@aeron/client';\nimport { MediaDriver } from '@aeron/driver';\n" +
        'for (const attempt of [() => Aeron.connect(), () => MediaDriver.launchEmbedded()]) {\n' +
        '  await attempt().catch(({ code, message }) => console.log(code, message));\n}\n';
      const lines = run(path, 'main.mjs', program).split('\n');
      expect(lines).toHaveLength(2);
      for (const line of lines) {
        expect(line).toMatch(/^MAPPING .*provider=auto: mmap-io: .*; koffi: ./);
      }
    },
    5 * MINUTE_MS,
  );

  it(
    'let the client be installed without the driver',
    () => {
      const path = project('client-alone', ['core', 'codecs', 'client']);
      expect(readdirSync(join(path, 'node_modules', '@aeron')).sort()).toEqual(['client', 'codecs', 'core']);
      const program = "import { Aeron } from '@aeron/client';\nconsole.log(typeof Aeron.connect);\n";
      expect(run(path, 'main.mjs', program)).toBe('function');
    },
    5 * MINUTE_MS,
  );

  it.each([
    ['node16', 'node16'],
    ['bundler', 'esnext'],
  ])(
    'have types that resolve by %s',
    (moduleResolution, module) => {
      const path = project(`types-${moduleResolution}`, ['core', 'codecs', 'client', 'driver'], '--ignore-scripts');
      writeFileSync(join(path, 'main.ts'), TYPED);
      writeFileSync(
        join(path, 'main.cts'),
        'import client = require("@aeron/client");\nexport const connect = client.Aeron.connect;\n',
      );
      mkdirSync(join(path, 'node_modules', '@types'), { recursive: true });
      symlinkSync(join(root, 'node_modules', '@types', 'node'), join(path, 'node_modules', '@types', 'node'));
      symlinkSync(join(root, 'node_modules', 'undici-types'), join(path, 'node_modules', 'undici-types'));
      const options = [
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--lib',
        'es2023,esnext.disposable',
        '--skipLibCheck',
        'false',
      ];
      const files = moduleResolution === 'bundler' ? ['main.ts'] : ['main.ts', 'main.cts'];
      const result = spawnSync(
        process.execPath,
        [
          join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
          ...options,
          '--types',
          'node',
          '--module',
          module,
          '--moduleResolution',
          moduleResolution,
          ...files,
        ],
        { cwd: path, encoding: 'utf8' },
      );
      expect(result).toMatchObject({ stdout: '', status: 0 });
    },
    5 * MINUTE_MS,
  );
});
