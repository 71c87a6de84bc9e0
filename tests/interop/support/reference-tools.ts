// SPDX-License-Identifier: Apache-2.0
/** Runs the operator tools: the reference's, which are in its jar, and ours as they ship. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { peerArguments } from './reference-jar.ts';

const OUTPUT_LENGTH_MAX = 64 * 1024 * 1024;
const SAMPLES = 'io.aeron.samples';
const PLAIN_JAVA = ['-Dfile.encoding=UTF-8', '-Dsun.stdout.encoding=UTF-8', '-Duser.language=en', '-Duser.country=US'];

/** One of the reference's tools on a directory. @returns what it prints. */
export async function referenceTool(
  version: string,
  directory: string,
  [name = '', ...args]: readonly string[],
  properties: Readonly<Record<string, string>> = {},
): Promise<string> {
  const java = peerArguments(version).slice(0, -1);
  const defines = Object.entries({ 'aeron.dir': directory, ...properties }).map(([key, value]) => `-D${key}=${value}`);
  return run('java', [...java, ...PLAIN_JAVA, ...defines, `${SAMPLES}.${name}`, ...args]);
}

/** One of our tools on a directory. @returns what it prints. */
export function ownTool(directory: string, [name = '', ...args]: readonly string[]): Promise<string> {
  const require = createRequire(import.meta.url);
  const script = join(dirname(require.resolve('@aeron/driver/package.json')), 'dist', 'bin', `${name}.js`);
  return run(process.execPath, [script, ...args, `-Daeron.dir=${directory}`]);
}

/** How a tool failed. @throws Error when it did not. */
export async function failureOf(run: Promise<string>): Promise<{ readonly code: number; readonly stderr: string }> {
  const output = await run.catch((error: { code: number; stderr: string }) => error);
  if (typeof output === 'string') {
    throw new Error(`the tool did not fail: ${output}`);
  }
  return output;
}

async function run(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { maxBuffer: OUTPUT_LENGTH_MAX });
  return stdout;
}
