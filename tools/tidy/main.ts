// SPDX-License-Identifier: Apache-2.0
/** Lists every finding; exits 1 if one of them is an error. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSourceFiles } from './source-files.ts';
import { format, tidy } from './tidy.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const findings = tidy(readSourceFiles(root));
for (const finding of findings) {
  console.log(format(finding));
}
process.exitCode = findings.some((finding) => !finding.advice) ? 1 : 0;
