// SPDX-License-Identifier: Apache-2.0
// The one entry behind every npm script. On a fresh clone it installs and builds what is missing, so that each script works
// by itself. Plain JavaScript without dependencies: nothing else can be relied on before the installation.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';

const MINIMUM_NODE = [20, 19];
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

checkNode();
const [task, ...args] = process.argv.slice(2);
const tasks = { demo, build, test, check, sim, bench, interop, docs };
if (!Object.hasOwn(tasks, task ?? '')) {
  console.error(`task=${task} is none of ${Object.keys(tasks).join(', ')}`);
  process.exit(2);
}
ensureInstalled(root);
process.exitCode = tasks[task]();

function demo() {
  ensureBuilt(root, { types: false });
  return node(join(root, 'samples', 'dist', 'file-transfer.js'), args);
}

function build() {
  ensureBuilt(root, { types: true, force: args.includes('--force') });
  return 0;
}

function test() {
  ensureBuilt(root, { types: false });
  return jest(args);
}

function sim() {
  return node(bin('tsx'), [join(root, 'tests', 'sim', 'main.ts'), ...args]);
}

function bench() {
  ensureBuilt(root, { types: false });
  return node(join(root, 'bench', 'dist', 'main.js'), args);
}

function interop() {
  ensureBuilt(root, { types: false });
  return node(bin('tsx'), [join(root, 'tests', 'interop', 'main.ts'), ...args]);
}

function check() {
  const steps = [
    ['format and lint', () => node(bin('biome'), ['check', '--error-on-warnings', '.'])],
    ['types', () => node(join(root, 'node_modules', 'typescript-native', 'bin', 'tsc'), ['-p', root])],
    ['tidy', () => node(bin('tsx'), [join(root, 'tools', 'tidy', 'main.ts')])],
    ['generated code', () => node(bin('tsx'), [join(root, 'tools', 'codegen', 'main.ts'), '--check'])],
  ];
  let failures = 0;
  for (const [name, step] of steps) {
    const status = step();
    console.log(`check ${name}: ${status === 0 ? 'ok' : 'FAILED'}`);
    failures += status === 0 ? 0 : 1;
  }
  return failures === 0 ? 0 : 1;
}

/** The generated pages, and the API reference, which is not committed. */
function docs() {
  const pages = node(bin('tsx'), [join(root, 'tools', 'docs', 'main.ts')]);
  const options = join(root, 'tools', 'docs', 'typedoc.config.mjs');
  return pages === 0 ? node(bin('typedoc'), ['--options', options]) : pages;
}

function jest(extra) {
  const workers = extra.some((argument) => argument.startsWith('-w') || argument.startsWith('--maxWorkers'))
    ? []
    : ['--maxWorkers', String(Math.min(4, availableParallelism()))];
  return node(bin('jest'), ['--config', join(root, 'jest.config.mjs'), ...workers, ...extra]);
}

function bin(name) {
  const entries = {
    jest: ['jest', 'bin', 'jest.js'],
    tsx: ['tsx', 'dist', 'cli.mjs'],
    biome: ['@biomejs', 'biome', 'bin', 'biome'],
    typedoc: ['typedoc', 'bin', 'typedoc'],
  };
  return join(root, 'node_modules', ...entries[name]);
}

function node(script, scriptArgs) {
  // Where the user stood when calling npm, so that a file named on the command line is the one that they mean.
  const cwd = process.env['INIT_CWD'] ?? root;
  return spawnSync(process.execPath, [script, ...scriptArgs], { stdio: 'inherit', cwd }).status ?? 1;
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    console.error(`Node ${MINIMUM_NODE.join('.')} or later is needed; this is ${process.versions.node}.`);
    process.exit(1);
  }
}
