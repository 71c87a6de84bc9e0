// SPDX-License-Identifier: Apache-2.0
/** Workflows can't be run here, but they can be read: that they are well-formed, and that each command in them exists. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(__dirname, '..', '..');
const folder = join(root, '.github', 'workflows');
const ANY_MACHINE = ['git', 'sed'];
const SUPPORTED_MAJORS = [20, 22, 24, 26];

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly 'runs-on': string;
  readonly needs?: string | readonly string[];
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
  .scripts;

const workflows = readdirSync(folder).map((file): [string, Workflow, string] => {
  const text = readFileSync(join(folder, file), 'utf8');
  return [file, parse(text, { strict: true, uniqueKeys: true }) as Workflow, text];
});

/** What is wrong with a command line; undefined when nothing is. */
function problemWith(command: string): string | undefined {
  const [program = '', first = '', second = ''] = command.trim().split(/\s+/);
  switch (program) {
    case 'npm':
      if (first === 'run') {
        return second in scripts ? undefined : `no such script: ${second}`;
      }
      return first in scripts || ['config', 'pkg'].includes(first) ? undefined : `npm does what: ${first}`;
    case 'npx':
      return existsSync(join(root, 'node_modules', '.bin', first)) ? undefined : `no such program: ${first}`;
    case 'bash':
    case 'node':
      return existsSync(join(root, first)) ? undefined : `no such file: ${first}`;
    default:
      return ANY_MACHINE.includes(program) ? undefined : `no such command: ${program}`;
  }
}

describe.each(workflows)('%s', (_file, workflow, text) => {
  const jobs = Object.entries(workflow.jobs);

  it('says what starts it, what it may do, and where it runs', () => {
    expect(workflow.name).toBeTruthy();
    expect(Object.keys(workflow.on).filter((event) => !['push', 'pull_request'].includes(event))).toEqual([]);
    expect(workflow.permissions).toMatchObject({ contents: 'read' });
    for (const [name, job] of jobs) {
      expect(name).toMatch(/^[a-z_][a-z0-9_-]*$/);
      const needs = [job.needs ?? []].flat();
      expect(needs.filter((needed) => !(needed in workflow.jobs))).toEqual([]);
      expect(job['runs-on']).toMatch(/^(ubuntu-latest|macos-latest|\$\{\{ matrix\.os \}\})$/);
    }
  });

  it('begins each job with the sources and a Node that the project supports', () => {
    for (const [, { steps, strategy }] of jobs) {
      expect(steps[0]?.uses).toMatch(/^actions\/checkout@v\d+$/);
      const version = steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'))?.with?.['node-version'];
      const versions = /matrix\.node/.test(String(version)) ? strategy?.matrix['node'] : [version];
      expect(versions?.filter((each) => !SUPPORTED_MAJORS.includes(Number(each)))).toEqual([]);
    }
  });

  it('runs commands that exist', () => {
    const commands = jobs
      .flatMap(([, { steps }]) => steps)
      .flatMap(({ run }) => (run === undefined ? [] : run.split('\n')));
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands.filter((line) => line.trim() !== '')) {
      expect([command, problemWith(command)]).toEqual([command, undefined]);
    }
  });

  it('has steps that either use or run, by a version', () => {
    for (const { uses, run } of jobs.flatMap(([, { steps }]) => steps)) {
      expect([uses, run].filter((each) => each !== undefined)).toHaveLength(1);
      expect(uses ?? 'actions/none@v1').toMatch(/^actions\/[a-z-]+@v\d+$/);
    }
  });

  it('refers to nothing that is not there', () => {
    const matrixKeys = new Set(jobs.flatMap(([, { strategy }]) => Object.keys(strategy?.matrix ?? {})));
    for (const [, expression = ''] of text.matchAll(/\$\{\{\s*(.*?)\s*\}\}/g)) {
      const [context, key] = expression.split('.');
      const known = context === 'matrix' ? matrixKeys.has(key ?? '') : ['github', 'secrets'].includes(context ?? '');
      expect([expression, known]).toEqual([expression, true]);
    }
  });
});

it('every supported version of Node is tested', () => {
  const matrices = workflows.flatMap(([, { jobs }]) =>
    Object.values(jobs).map(({ strategy }) => strategy?.matrix['node']),
  );
  expect(matrices).toContainEqual(SUPPORTED_MAJORS);
});

describe('the test of commands', () => {
  it.each([
    ['npm run nothing', 'no such script: nothing'],
    ['npm frobnicate', 'npm does what: frobnicate'],
    ['npx no-such-program', 'no such program: no-such-program'],
    ['node tools/none.mjs', 'no such file: tools/none.mjs'],
    ['curl somewhere', 'no such command: curl'],
  ])('finds %s', (command, problem) => expect(problemWith(command)).toBe(problem));
});
