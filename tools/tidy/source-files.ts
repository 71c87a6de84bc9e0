// SPDX-License-Identifier: Apache-2.0
/** Finds and parses the files that tidy looks at. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly syntax: ts.SourceFile;
  readonly isTest: boolean;
  readonly isGenerated: boolean;
}

/** A finding; `advice` is listed but fails nothing. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
  readonly advice?: boolean;
}

export type Rule = (files: readonly SourceFile[]) => Finding[];

export function readSourceFiles(root: string): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((path) => path !== '')
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

export function parseSource(path: string, text: string): SourceFile {
  return {
    path,
    text,
    syntax: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS),
    isTest: /\.test\.ts$|^tests\/|\/conformance\//.test(path),
    isGenerated: /\/generated\//.test(path),
  };
}

export function lineOf(file: SourceFile, node: ts.Node): number {
  return file.syntax.getLineAndCharacterOfPosition(node.getStart(file.syntax)).line + 1;
}

/** Module specifiers that a file imports or re-exports, with where. */
export function importsOf(file: SourceFile): { specifier: string; node: ts.Node; typeOnly: boolean }[] {
  const found: { specifier: string; node: ts.Node; typeOnly: boolean }[] = [];
  for (const statement of file.syntax.statements) {
    if (
      (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) &&
      statement.moduleSpecifier !== undefined &&
      ts.isStringLiteral(statement.moduleSpecifier)
    ) {
      const typeOnly = ts.isImportDeclaration(statement)
        ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        : statement.isTypeOnly;
      found.push({ specifier: statement.moduleSpecifier.text, node: statement, typeOnly });
    }
  }
  return found;
}
