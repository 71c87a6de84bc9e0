// SPDX-License-Identifier: Apache-2.0
/**
 * What a file marked `@hot` must not do inside its functions: anything that allocates or that the optimiser handles badly.
 * Exempt are constructors, static factories, functions that never return (they throw) and functions whose TSDoc says `@cold`.
 */
import ts from 'typescript';
import { type Finding, lineOf, type Rule, type SourceFile } from '../source-files.ts';

const BANNED = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.BigIntLiteral, 'a BigInt literal'],
  [ts.SyntaxKind.ArrowFunction, 'a closure'],
  [ts.SyntaxKind.FunctionExpression, 'a closure'],
  [ts.SyntaxKind.NewExpression, 'new'],
  [ts.SyntaxKind.ObjectLiteralExpression, 'an object literal'],
  [ts.SyntaxKind.ArrayLiteralExpression, 'an array literal'],
  [ts.SyntaxKind.TemplateExpression, 'a template literal'],
  [ts.SyntaxKind.SpreadElement, 'spread'],
  [ts.SyntaxKind.ForOfStatement, 'for…of'],
  [ts.SyntaxKind.AwaitExpression, 'await'],
  [ts.SyntaxKind.DeleteExpression, 'delete'],
  [ts.SyntaxKind.ThrowStatement, 'throw (move it to a function that returns never)'],
]);

export const hot: Rule = (files) => files.filter((file) => !file.isTest && isHot(file)).flatMap(check);

function isHot(file: SourceFile): boolean {
  return /^[\s\S]{0,4000}?^ \* @hot\b/m.test(file.text);
}

function check(file: SourceFile): Finding[] {
  const findings: Finding[] = [];
  const report = (node: ts.Node, what: string): void => {
    findings.push({ path: file.path, line: lineOf(file, node), rule: 'hot', message: `${what} in a hot function` });
  };
  const inspect = (node: ts.Node): void => {
    const banned = BANNED.get(node.kind);
    if (banned !== undefined) {
      report(node, banned);
      return;
    }
    if (ts.isCallExpression(node) && node.expression.getText(file.syntax) === 'BigInt') {
      report(node, 'BigInt()');
    }
    ts.forEachChild(node, inspect);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isAccessor(node)) {
      if (node.body !== undefined && !isExempt(node, file)) {
        inspect(node.body);
      }
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(file.syntax);
  return findings;
}

function isExempt(
  node: ts.FunctionDeclaration | ts.MethodDeclaration | ts.AccessorDeclaration,
  file: SourceFile,
): boolean {
  const isStatic = ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static;
  const neverReturns = node.type?.kind === ts.SyntaxKind.NeverKeyword;
  const isCold = ts.getJSDocTags(node).some((tag) => tag.tagName.text === 'cold');
  return Boolean(isStatic) || neverReturns || isCold || node.getSourceFile() !== file.syntax;
}
