// SPDX-License-Identifier: Apache-2.0
/** Rules on the text of files: licence line, header, unfinished work, swallowed errors, sizes. */
import type { Finding, Rule } from '../source-files.ts';

const LICENCE = '// SPDX-License-Identifier: Apache-2.0';
const FILE_LINES_ADVISED = 400;
const FILE_LINES_LIMIT = 700;
const IMPORTS_ADVISED = 25;

interface TextRule {
  readonly name: string;
  readonly pattern: RegExp;
  readonly message: string;
  readonly alsoInTests: boolean;
}

const PATTERNS: readonly TextRule[] = [
  {
    name: 'unfinished',
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    message: 'unfinished work is finished or left out',
    alsoInTests: true,
  },
  {
    name: 'focus',
    pattern: /\b(it|describe|test)\.(only|todo)\b/,
    message: 'a focused or empty test',
    alsoInTests: true,
  },
  { name: 'swallow', pattern: /catch\s*(\([^)]*\))?\s*\{\s*\}/, message: 'an error is swallowed', alsoInTests: false },
  {
    name: 'suppress',
    pattern: /@ts-(ignore|nocheck|expect-error)/,
    message: 'a type error is suppressed',
    alsoInTests: false,
  },
  {
    name: 'abbreviated-unit',
    pattern: /\b(timeout|delay|interval)\s*:\s*number\b/,
    message: 'a time without its unit in the name',
    alsoInTests: false,
  },
];

export const text: Rule = (files) => {
  const findings: Finding[] = [];
  for (const file of files) {
    if (file.path.startsWith('tools/tidy/')) {
      continue;
    }
    const lines = file.text.split('\n');
    const first = lines[0]?.startsWith('#!') ? 1 : 0;
    if (lines[first] !== LICENCE) {
      findings.push({ path: file.path, line: first + 1, rule: 'licence', message: `the first line is ${LICENCE}` });
    }
    for (const rule of PATTERNS) {
      if (file.isTest && !rule.alsoInTests) {
        continue;
      }
      const index = lines.findIndex((line) => rule.pattern.test(line));
      if (index >= 0) {
        findings.push({ path: file.path, line: index + 1, rule: rule.name, message: rule.message });
      }
    }
    if (!file.isGenerated && !file.isTest) {
      findings.push(...sizes(file.path, lines));
    }
  }
  return findings;
};

function sizes(path: string, lines: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  if (lines.length > FILE_LINES_ADVISED) {
    const message = `${lines.length} lines; has it still one responsibility?`;
    findings.push({ path, line: 1, rule: 'size', message, advice: lines.length <= FILE_LINES_LIMIT });
  }
  const imported = lines.filter((line) => /^import\b|^} from /.test(line)).length;
  if (imported > IMPORTS_ADVISED && !/\/(index|internal|testing)\.ts$/.test(path)) {
    findings.push({
      path,
      line: 1,
      rule: 'size',
      message: `${imported} imports; does it know too much?`,
      advice: true,
    });
  }
  return findings;
}
