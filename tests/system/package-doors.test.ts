// SPDX-License-Identifier: Apache-2.0
/** What is built has what its sources promise, in both module formats. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const DOORS = ['core', 'codecs', 'client', 'driver'].flatMap((name) => [
  [`@aeron/${name}`, `${name}/src/index.ts`],
  [`@aeron/${name}/internal`, `${name}/src/internal.ts`],
]);

describe.each(DOORS)('%s', (specifier, source) => {
  const promised = Object.keys(require(join(ROOT, 'packages', source))).sort();

  it('exports as CommonJS what its source exports', () => {
    expect(Object.keys(require(specifier)).sort()).toEqual(promised);
  });

  it('exports as ESM what its source exports', () => {
    const script = `console.log(JSON.stringify(Object.keys(await import('${specifier}')).sort()))`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: __dirname,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(promised);
  });
});
