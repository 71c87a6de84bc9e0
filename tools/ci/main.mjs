// SPDX-License-Identifier: Apache-2.0
// All that CI does, each step a command that anyone can run. Prints the sum of passed and failed tests and steps as its last
// line and exits 1 if anything failed. Plain JavaScript: it also runs before anything is installed.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const MINUTE_MS = 60_000;

// Jest's closing line carries the counts; a step without such a line counts as one.
const STEPS = [
  { name: 'test', command: ['npm', 'test'], limitMs: 25 * MINUTE_MS },
  { name: 'check', command: ['npm', 'run', 'check'], limitMs: 5 * MINUTE_MS },
  { name: 'build with declarations', command: ['npm', 'run', 'build'], limitMs: 10 * MINUTE_MS },
  { name: 'packaging', command: ['npm', 'test', '--', '--selectProjects', 'packaging'], limitMs: 15 * MINUTE_MS },
  { name: 'readme', command: ['npm', 'test', '--', '--selectProjects', 'readme'], limitMs: 15 * MINUTE_MS },
  { name: 'docs', command: ['npm', 'run', 'docs'], limitMs: 5 * MINUTE_MS },
  { name: 'simulation', command: ['npm', 'run', 'sim', '--', '--seeds', '1000'], limitMs: 15 * MINUTE_MS },
  { name: 'fuzz', command: ['npm', 'run', 'sim', '--', '--fuzz', '10000000'], limitMs: 10 * MINUTE_MS },
  { name: 'interop', command: ['npm', 'run', 'test:interop'], limitMs: 35 * MINUTE_MS },
  { name: 'bench', command: ['npm', 'run', 'bench', '--', '--quick'], limitMs: 10 * MINUTE_MS },
];

const sum = { passed: 0, failed: 0, skipped: 0 };
for (const step of STEPS) {
  const { status, output } = await run(step);
  const counts = jestCounts(output);
  if (counts === undefined) {
    sum[status === 0 ? 'passed' : 'failed'] += 1;
  } else {
    sum.passed += counts.passed;
    sum.failed += counts.failed + (status !== 0 && counts.failed === 0 ? 1 : 0);
    sum.skipped += counts.skipped;
  }
  console.log(`--- ${step.name}: ${status === 0 ? 'ok' : `FAILED with status ${status}`}`);
}
process.exitCode = sum.failed === 0 && sum.passed > 0 ? 0 : 1;
const skipped = sum.skipped === 0 ? '' : `, ${sum.skipped} skipped`;
console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);

function run({ name, command, limitMs }) {
  console.log(`--- ${name}: ${command.join(' ')}`);
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const kept = [];
    const keep = (stream) => (chunk) => {
      stream.write(chunk);
      kept.push(chunk);
    };
    child.stdout.on('data', keep(process.stdout));
    child.stderr.on('data', keep(process.stderr));
    const timer = setTimeout(() => {
      console.log(`--- ${name}: no end within ${limitMs / MINUTE_MS} minutes`);
      process.kill(-child.pid, 'SIGKILL');
    }, limitMs);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ status: code ?? signal, output: Buffer.concat(kept).toString('utf8') });
    });
  });
}

function jestCounts(output) {
  const line = [...output.matchAll(/^Tests:\s+(.*)$/gm)].at(-1)?.[1];
  if (line === undefined) {
    return undefined;
  }
  const count = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}
