// SPDX-License-Identifier: Apache-2.0
/**
 * Makes the constants of a module constants again after bundling. esbuild turns each `const` at the top of a module into `var`, and
 * what a chunk exports is a cell that the engine reads anew at each use. V8 compiles a `const` that is not exported into the
 * number that it is, and a call through it into a call that needs no check.
 *
 *     var HEADER_LENGTH = 32;            const HEADER_LENGTH=32;
 *     export { HEADER_LENGTH };          const $HEADER_LENGTH = HEADER_LENGTH; export { $HEADER_LENGTH as HEADER_LENGTH };
 *
 * No line and no column moves before the export at the end, so source maps stay right.
 */
import ts from 'typescript';

const EXPORTED = '$';
const EQUALS = ' = ';

/** @returns the module with all `var` that are set once, where they are declared, as `const`. */
export function withConstants(code: string): string {
  const module = ts.createSourceFile('chunk.js', code, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
  const assigned = assignedNames(module);
  const names = new Set<string>();
  let result = '';
  let end = 0;
  for (const statement of module.statements) {
    const declaration = constantOf(statement, assigned);
    if (declaration !== undefined) {
      const start = statement.getStart(module);
      const name = code.slice(declaration.name.getStart(module), declaration.name.end);
      // Two characters more here, two spaces less there.
      result += `${code.slice(end, start)}const ${name}=`;
      end = declaration.name.end + EQUALS.length;
      for (const bound of boundNames(declaration.name)) {
        names.add(bound);
      }
    }
  }
  return exportedApart(result + code.slice(end), names);
}

/** The declaration of a statement `var … = …` whose names are set nowhere else. */
function constantOf(statement: ts.Statement, assigned: ReadonlySet<string>): ts.VariableDeclaration | undefined {
  if (!ts.isVariableStatement(statement) || (statement.declarationList.flags & ts.NodeFlags.BlockScoped) !== 0) {
    return undefined;
  }
  const [declaration, another] = statement.declarationList.declarations;
  if (declaration?.initializer === undefined || another !== undefined) {
    return undefined;
  }
  const isSpaced = declaration.getSourceFile().text.startsWith(EQUALS, declaration.name.end);
  return isSpaced && !boundNames(declaration.name).some((name) => assigned.has(name)) ? declaration : undefined;
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) {
    return [name.text];
  }
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}

/** All names that are assigned to after their declaration, in whatever scope: rather too many than too few. */
function assignedNames(module: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const addTargets = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      names.add(node.text);
    } else if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) {
      node.forEachChild(addTargets); // a pattern
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
      addTargets(node.left);
    } else if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && isCount(node.operator)) {
      addTargets(node.operand);
    } else if (ts.isForInStatement(node) || ts.isForOfStatement(node)) {
      addTargets(node.initializer);
    }
    node.forEachChild(visit);
  };
  visit(module);
  return names;
}

function isCount(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.PlusPlusToken || kind === ts.SyntaxKind.MinusMinusToken;
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** Exports constants under their names through others, so that the module itself has them as its own. */
function exportedApart(code: string, names: ReadonlySet<string>): string {
  return code.replace(/^export \{([^}]*)\};$/m, (whole, list: string) => {
    const copies = new Set<string>();
    const items = list.split(',').map((item) => {
      const [name = '', alias = name] = item.trim().split(' as ');
      if (!names.has(name)) {
        return item;
      }
      copies.add(`${EXPORTED}${name} = ${name}`);
      return item.replace(item.trim(), `${EXPORTED}${name} as ${alias}`);
    });
    return copies.size === 0 ? whole : `const ${[...copies].join(', ')}; export {${items.join(',')}};`;
  });
}
