// SPDX-License-Identifier: Apache-2.0
// The API reference, as Markdown in docs/api. Fails when something public has no docstring, or a link leads nowhere.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OptionDefaults } from 'typedoc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const source = (...path) => join(root, 'packages', ...path);

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'Aeron in TypeScript',
  entryPoints: [
    source('client', 'src', 'index.ts'),
    source('client', 'src', 'metrics.ts'),
    source('driver', 'src', 'index.ts'),
    source('agent', 'src', 'index.ts'),
    source('codecs', 'src', 'index.ts'),
    source('core', 'src', 'index.ts'),
  ],
  basePath: join(root, 'packages'),
  tsconfig: join(root, 'tsconfig.json'),
  skipErrorChecking: true, // `npm run check` looks at the types
  readme: 'none',
  plugin: ['typedoc-plugin-markdown'],
  out: join(root, 'docs', 'api'),
  excludePrivate: true,
  excludeProtected: true,
  excludeInternal: true,
  disableSources: true,
  blockTags: [...OptionDefaults.blockTags, '@source', '@thread'],
  modifierTags: [...OptionDefaults.modifierTags, '@hot', '@cold'],
  excludeTags: ['@source', '@thread', '@hot', '@cold'],
  validation: { notExported: true, invalidLink: true, notDocumented: true, rewrittenLink: true },
  requiredToBeDocumented: [
    'Class',
    'Enum',
    'Interface',
    'TypeAlias',
    'Variable',
    'Function',
    'Method',
    'Accessor',
    'Constructor',
  ],
  packagesRequiringDocumentation: ['@aeron/client', '@aeron/driver', '@aeron/agent', '@aeron/codecs', '@aeron/core'],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
};
