// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSuppliers } from './driver-suppliers.ts';

describe('suppliers from a module', () => {
  const directory = mkdtempSync(join(tmpdir(), 'aeron-suppliers-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  const moduleOf = (name: string, text: string): string => {
    const path = join(directory, `${name}.cjs`);
    writeFileSync(path, text);
    return path;
  };

  it('are none without one', async () => {
    expect(await loadSuppliers({ suppliersModule: undefined })).toEqual({});
  });

  it('are its export', async () => {
    const suppliersModule = moduleOf('good', 'exports.suppliers = { validateTermination: () => true };');
    const { validateTermination } = await loadSuppliers({ suppliersModule });
    expect(validateTermination?.('', new Uint8Array())).toBe(true);
  });

  it('are refused when the module has none, or is not there', async () => {
    const empty = moduleOf('empty', 'exports.other = 1;');
    await expect(loadSuppliers({ suppliersModule: empty })).rejects.toThrow('exports no record of suppliers');
    await expect(loadSuppliers({ suppliersModule: join(directory, 'none.cjs') })).rejects.toThrow("can't be loaded");
  });
});
