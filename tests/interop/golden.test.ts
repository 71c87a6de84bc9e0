// SPDX-License-Identifier: Apache-2.0
/** Captures the golden bytes again, from the newest release of the reference, and compares them with the files that are kept. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { peerArguments } from './support/reference-jar.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';

const golden = join(__dirname, '..', 'golden');

describe('the golden bytes', () => {
  it.each([
    ['layouts.golden.json', 'LayoutBytes.java'],
    ['shared-memory.golden.json', 'SharedMemoryBytes.java'],
    ['live.golden.json', 'LiveBytes.java'],
  ])('%s is what the reference writes today', async (file, program) => {
    const [version = ''] = REFERENCE_VERSIONS;
    const java = [...peerArguments(version).slice(0, -1), join(golden, 'java', program)];
    const { stdout } = await promisify(execFile)('java', java);
    expect(stdout).toBe(readFileSync(join(golden, file), 'utf8'));
    expect(JSON.parse(stdout)).toMatchObject({ reference: version });
  });
});
