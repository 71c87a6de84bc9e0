// SPDX-License-Identifier: Apache-2.0
/** The project's own rules, run as a test and by `npm run check`. */
import { hot } from './rules/hot.ts';
import { imports } from './rules/imports.ts';
import { text } from './rules/text.ts';
import type { Finding, Rule, SourceFile } from './source-files.ts';

const RULES: readonly Rule[] = [imports, hot, text];

export function tidy(files: readonly SourceFile[]): Finding[] {
  return RULES.flatMap((rule) => rule(files)).sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}

export function format(finding: Finding): string {
  const kind = finding.advice ? 'advice' : 'error';
  return `${finding.path}:${finding.line}: ${kind} ${finding.rule}: ${finding.message}`;
}
