// SPDX-License-Identifier: Apache-2.0
/**
 * The container files, without a container engine: the commands of the Dockerfile run in plain folders, and the services of the
 * compose file as processes of this machine, on what those commands installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { environmentNameOf } from '@aeron/core/internal';
import { parse } from 'yaml';
import { driverSettings } from '../../packages/driver/src/config/driver-config.ts';
import { PageRunner } from '../support/page-runner.ts';
import { environmentOf, type Instruction, parseDockerfile, type Stage, wordsOf } from './support/dockerfile.ts';
import { MINUTE_MS, root, temporaryFolder } from './support/packages.ts';

interface Service {
  readonly build: { readonly context: string; readonly dockerfile: string; readonly target: string };
  readonly ipc: string;
  readonly shm_size?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly command?: readonly string[];
}

const folder = join(root, 'container');
const stages = parseDockerfile(readFileSync(join(folder, 'Dockerfile'), 'utf8'));
const composeText = readFileSync(join(folder, 'compose.yaml'), 'utf8');
const { services } = parse(composeText, { merge: true, strict: true }) as { services: Record<string, Service> };

function stage(name: string): Stage {
  const found = stages.find((each) => each.name === name);
  if (found === undefined) {
    throw new Error(`no such stage: ${name}`);
  }
  return found;
}

const named = (each: Stage, name: string): Instruction[] => each.instructions.filter((one) => one.name === name);

describe('Dockerfile', () => {
  it('builds on one version of Node, or on its own stages', () => {
    for (const [index, { base }] of stages.entries()) {
      const earlier = stages.slice(0, index).map(({ name }) => name);
      expect(earlier.includes(base) ? 'a stage' : base).toMatch(/^(a stage|node:\$\{NODE_VERSION\}-slim)$/);
    }
  });

  it('copies from stages, and from a build context that has no builds of this machine', () => {
    for (const { name, instructions } of stages) {
      for (const { text } of instructions.filter((one) => one.name === 'COPY')) {
        const from = /^--from=(\S+) /.exec(text)?.[1];
        expect([name, from ?? '.']).toEqual([name, from === undefined ? '.' : stage(from).name]);
      }
    }
    const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', '**/dist', '.build', '.git']));
  });

  it.each(['driver', 'samples'])('makes an image %s that is not run by root, and takes signals itself', (name) => {
    const image = stage(name);
    expect(named(image, 'USER').map(({ text }) => text)).toEqual(['node']);
    expect(wordsOf(image, 'ENTRYPOINT').length).toBeGreaterThan(0);
    expect(named(image, 'RUN')).toEqual([]);
  });
});

describe('compose.yaml', () => {
  it.each(Object.entries(services))('%s is built by a stage, and shares memory with a driver', (_name, service) => {
    const { build, ipc, shm_size, depends_on = {}, environment = {} } = service;
    expect(existsSync(join(folder, build.context, build.dockerfile))).toBe(true);
    const target = stage(build.target);
    const driver = build.target === 'driver' ? service : services[ipc.replace('service:', '')];
    expect(driver?.ipc).toBe('shareable');
    expect(driver?.shm_size).toMatch(/^\d+m$/);
    expect(driver === service || shm_size === undefined).toBe(true);
    expect(environmentOf(target)['AERON_DIR']).toBe(environmentOf(stage('driver'))['AERON_DIR']);
    for (const [name, { condition }] of Object.entries(depends_on)) {
      expect(condition).toBe('service_healthy');
      expect(named(stage(services[name]?.build.target ?? ''), 'HEALTHCHECK')).toHaveLength(1);
    }
    const known = Object.values(driverSettings.rows).map(
      (row) => row.environment ?? environmentNameOf(row.property ?? ''),
    );
    expect(known).toEqual(expect.arrayContaining(Object.keys(environment)));
  });
});

describe('what the commands install', () => {
  const place = temporaryFolder();
  const sharedMemory = mkdtempSync('/dev/shm/aeron-container-');
  const runners: PageRunner[] = [];

  afterAll(async () => {
    for (const runner of runners.reverse()) {
      await runner.close();
    }
    rmSync(place, { recursive: true, force: true });
    rmSync(sharedMemory, { recursive: true, force: true });
  });

  /** Where a path of the stage is here. The sources are where they are: npm test has built them already. */
  const here = (name: string, path: string): string =>
    path === '/build' ? root : path.startsWith('/packed') ? join(place, path) : join(place, name, path);

  /** Runs a stage as docker would, without its COPY of the build context. */
  function build(name: string): void {
    const { base, instructions } = stage(name);
    let workFolder = '/';
    if (stages.some((each) => each.name === base)) {
      cpSync(join(place, base), join(place, name), { recursive: true, verbatimSymlinks: true });
      workFolder = named(stage(base), 'WORKDIR').at(-1)?.text ?? workFolder;
    }
    for (const instruction of instructions) {
      if (instruction.name === 'WORKDIR') {
        workFolder = instruction.text;
        mkdirSync(here(name, workFolder), { recursive: true });
      } else if (instruction.name === 'COPY') {
        const [, from, source = '', target = ''] = /^--from=(\S+) (\S+) (\S+)$/.exec(instruction.text) ?? [];
        if (from !== undefined && here(from, source) !== here(name, target)) {
          cpSync(here(from, source), here(name, target), { recursive: true, verbatimSymlinks: true });
        }
      } else if (instruction.name === 'RUN') {
        const command = instruction.text.replaceAll('/packed', join(place, 'packed'));
        execFileSync('sh', ['-euc', command], { cwd: here(name, workFolder), stdio: 'pipe' });
      }
    }
  }

  /** The environment of a container of this stage, with the paths of this machine. */
  function environment(name: string, host: string, own: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    const { PATH = '', AERON_DIR = '', ...others } = environmentOf(stage(name));
    const path = PATH.replace('/opt/aeron', join(place, name, 'opt', 'aeron')).replace(':$PATH', '');
    const search = [path, process.env['PATH']].filter((each) => each !== '').join(delimiter);
    return { ...process.env, ...others, PATH: search, AERON_DIR: AERON_DIR.replace('/dev/shm', host), ...own };
  }

  beforeAll(() => {
    for (const { name } of stages) {
      build(name);
    }
  }, 10 * MINUTE_MS);

  it('is the driver with its tools, and nothing of the client', () => {
    const modules = join(place, 'driver', 'opt', 'aeron', 'node_modules');
    expect(existsSync(join(modules, '.bin', 'aeron-stat'))).toBe(true);
    expect(existsSync(join(modules, '@aeron', 'client'))).toBe(false);
    expect(existsSync(join(modules, 'typescript'))).toBe(false);
  });

  it(
    'runs as the services of the compose file, and the hosts talk to each other',
    async () => {
      const block = (text: string) =>
        ({ line: 0, language: 'sh', mode: 'terminal', notRun: undefined, fileName: undefined, text }) as const;
      const outputs: Record<string, PageRunner> = {};
      const drivers = Object.entries(services).filter(([, service]) => service.build.target === 'driver');
      const programs = Object.entries(services).filter(([, service]) => service.build.target === 'samples');
      const hostFolder = (name: string) => join(sharedMemory, name);

      for (const [name, service] of drivers) {
        mkdirSync(hostFolder(name), { recursive: true });
        const env = environment('driver', hostFolder(name), service.environment);
        const runner = new PageRunner(join(place, name), { environment: env });
        runners.push(runner);
        await runner.run(block(wordsOf(stage('driver'), 'ENTRYPOINT').join(' ')));
        // As the engine does until the container is healthy.
        const [check = '', ...words] = wordsOf(stage('driver'), 'HEALTHCHECK');
        const healthy = () => spawnSync(check, words, { env, encoding: 'utf8' });
        for (let attempts = 0; healthy().status !== 0; attempts++) {
          expect([attempts < 20, healthy().stderr]).toEqual([true, expect.anything()]);
        }
      }
      for (const [name, service] of programs.reverse()) {
        const host = service.ipc.replace('service:', '');
        const cwd = join(place, 'samples', named(stage('samples'), 'WORKDIR').at(-1)?.text ?? '');
        const words = (service.command ?? []).map((word) => word.replace(/host-[a-z]/, '127.0.0.1'));
        const runner = new PageRunner(cwd, { environment: environment('samples', hostFolder(host)) });
        runners.push(runner);
        outputs[name] = runner;
        await runner.run(block(`exec node ${words.map((word) => `'${word}'`).join(' ')}`));
      }
      const expected = { ...block('<<Hello World! …>>\n'), language: 'text', mode: 'output' } as const;
      await outputs['subscriber']?.run(expected);
    },
    3 * MINUTE_MS,
  );
});
