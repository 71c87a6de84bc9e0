// SPDX-License-Identifier: Apache-2.0
/**
 * README.md followed to the letter, as by somebody who knows Node and not Aeron: in a fresh clone of what is committed, each
 * block in turn, against the clock. Installs from the registry, so it is a step of its own in CI.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Block, readBlocks } from '../support/markdown.ts';
import { PageRunner } from '../support/page-runner.ts';

const MINUTE_MS = 60_000;
const PATIENCE_MS = 5 * MINUTE_MS;
/** Takes longer than that; CI begins with it, in a fresh clone as well. */
const STEP_OF_ITS_OWN = 'npm test';

const root = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'aeron-readme-'));
const clone = join(folder, 'aeron');
const sharedMemory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const aeronDirectory = mkdtempSync(join(sharedMemory, 'aeron-readme-'));

/** Of a shell that knows nothing of the npm and the test that run this; its user has a driver's directory for this alone. */
function readersEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE_ENV$|JEST_)/.test(name));
  return { ...Object.fromEntries(own), AERON_DIR: join(aeronDirectory, 'driver') };
}

describe('README.md', () => {
  const blocks = readBlocks(join(root, 'README.md'));
  let runner: PageRunner;
  let startMs = 0;

  beforeAll(() => {
    execFileSync('git', ['clone', '--quiet', root, clone]);
    runner = new PageRunner(clone, { environment: readersEnvironment(), limitMs: PATIENCE_MS });
    startMs = Date.now();
  });

  afterAll(async () => {
    await runner.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(aeronDirectory, { recursive: true, force: true });
  });

  for (const block of blocks) {
    it(`line ${block.line} ${block.language}`, () => runner.run(withoutOwnStep(block)), 2 * PATIENCE_MS);
  }

  it('has two processes talk within five minutes', () => {
    const elapsedMs = Date.now() - startMs;
    console.log(`README followed in ${Math.round(elapsedMs / 1000)} s, installation and build included`);
    expect(runner.output).toContain('Hello from another process');
    expect(elapsedMs).toBeLessThan(PATIENCE_MS);
  });

  it('leaves out only what CI runs by itself', () => {
    expect(blocks.filter(({ notRun }) => notRun !== undefined)).toEqual([]);
    const ci = readFileSync(join(root, 'tools', 'ci', 'main.mjs'), 'utf8');
    expect(ci).toContain(
      `command: [${STEP_OF_ITS_OWN.split(' ')
        .map((word) => `'${word}'`)
        .join(', ')}]`,
    );
  });
});

function withoutOwnStep(block: Block): Block {
  const lines = block.text.split('\n').filter((line) => line.split('#')[0]?.trim() !== STEP_OF_ITS_OWN);
  return { ...block, text: lines.join('\n') };
}
