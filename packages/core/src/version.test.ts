// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION, VERSION_PARTS } from './version.ts';

const packages = join(__dirname, '..', '..');

describe('the version', () => {
  it.each(readdirSync(packages))('is that of the package %s', (name) => {
    const manifest = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as { version: string };
    expect(manifest.version).toBe(VERSION);
  });

  it('is told in parts as well', () => {
    expect(VERSION.split('-')[0]).toBe(VERSION_PARTS.join('.'));
  });
});
