// SPDX-License-Identifier: Apache-2.0
/** Finds and parses the files that tidy looks at. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Folders that hold no source of this repository. */
const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', 'target']);

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
  return listSources(root).map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

/** What git knows of; all that is there where there is no git, as in an unpacked archive. */
function listSources(root: string): string[] {
  const args = ['-c', 'safe.directory=*', 'ls-files', '--cached', '--others', '--exclude-standard', '--', '*.ts'];
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.split('\n').filter((path) => path !== '') : [...walk(root, '')];
}

function* walk(root: string, folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !entry.name.startsWith('.') && !NOT_OURS.has(entry.name)) {
      yield* walk(root, path);
    } else if (entry.isFile() && entry.name.endsWith('.ts')) {
      yield path;
    }
  }
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
