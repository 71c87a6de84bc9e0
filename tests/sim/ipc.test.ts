// SPDX-License-Identifier: Apache-2.0
/** A thousand short lives of a driver and its clients over IPC, run by the program that `npm run sim` runs. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runSeed } from './run-seed.ts';

const SEEDS = 1000;
const TSX = join(__dirname, '..', '..', 'node_modules', 'tsx', 'dist', 'cli.mjs');

jest.setTimeout(600_000);

/** Runs the program. @returns its exit status and all that it printed. */
function simulate(...args: string[]): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [TSX, join(__dirname, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, output })));
}

describe('a driver and its clients over IPC', () => {
  it(`keep every promise in ${SEEDS} runs, whatever happens`, async () => {
    const { status, output } = await simulate('--scenario', 'ipc', '--seeds', String(SEEDS));
    expect(output).toContain(`${SEEDS} of ${SEEDS} seeds passed`);
    expect(status).toBe(0);
    // That must have meant something: enough was published and checked, and every kind of trouble came up.
    const [messages = 0, bytes = 0] = [/(\d+) messages/, /(\d+) bytes checked/].map((count) =>
      Number(count.exec(output)?.[1]),
    );
    expect(messages).toBeGreaterThan(50 * SEEDS);
    expect(bytes).toBeGreaterThan(100_000 * SEEDS);
    for (const rare of [
      'driver dies',
      'driver stops',
      'kill client in a claim',
      'kill client in a command',
      'revoke',
    ]) {
      const times = Number(new RegExp(`${rare} (\\d+)`).exec(output)?.[1] ?? 0);
      expect([rare, times > SEEDS / 50]).toEqual([rare, true]);
    }
  });

  it('live the same life again for the same seed, and another one for another', async () => {
    const [once, again] = [await runSeed('ipc', 42), await runSeed('ipc', 42)];
    expect(again).toEqual(once);
    expect((await runSeed('ipc', 43)).fingerprint).not.toBe(once.fingerprint);
  });
});

describe('the program', () => {
  it.each([['--seeds', '0'], ['--seed', 'x'], ['--scenario', 'pigeons'], ['--nonsense']])(
    'says how it is to be called when it is called with %s %s',
    async (...args) => {
      const { status, output } = await simulate(...args);
      expect(status).toBe(2);
      expect(output).toContain('--seeds N');
    },
  );
});
