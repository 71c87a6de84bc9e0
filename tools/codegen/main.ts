// SPDX-License-Identifier: Apache-2.0
/** Writes the generated code: `npx tsx tools/codegen/main.ts`. Files in generated folders that no table asks for are removed. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate, generatedFolder } from './generate.ts';
import { TABLES } from './tables.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const files = generate(TABLES);
let changed = 0;

for (const folder of new Set(TABLES.map((source) => generatedFolder(source.folder)))) {
  mkdirSync(join(root, folder), { recursive: true });
  const wanted = new Set(files.filter((file) => dirname(file.path) === folder).map((file) => basename(file.path)));
  for (const name of readdirSync(join(root, folder))) {
    if (!wanted.has(name)) {
      rmSync(join(root, folder, name));
      changed++;
    }
  }
}
for (const { path, text } of files) {
  if (readText(join(root, path)) !== text) {
    writeFileSync(join(root, path), text);
    changed++;
  }
}
process.stdout.write(`codegen: files=${files.length} changed=${changed}\n`);

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
