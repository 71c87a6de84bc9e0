// SPDX-License-Identifier: Apache-2.0
import { withConstants } from './constants.ts';

describe('constants of a bundle', () => {
  it('makes what is set once constant, and moves nothing behind it', () => {
    const code =
      'var LENGTH = 32;\nvar LIMIT = /* @__PURE__ */ -LENGTH;\nvar { add, load } = Atomics;\nvar Frame = class {\n};\n';
    const changed = withConstants(code);
    expect(changed).toBe(
      'const LENGTH=32;\nconst LIMIT=/* @__PURE__ */ -LENGTH;\nconst { add, load }=Atomics;\nconst Frame=class {\n};\n',
    );
    expect(changed).toHaveLength(code.length);
  });

  it('changes arrays and objects that are written to, for the names stay', () => {
    expect(withConstants('var words = [0];\nwords[0] = 1;\nwords.length = 2;\n')).toMatch(/^const words=\[0\];/);
  });

  it.each([
    ['assigned', 'var a = 1;\nfunction f() { a = 2; }\n'],
    ['assigned by operator', 'var a = 1;\nfunction f() { a ??= 2; }\n'],
    ['counted', 'var a = 1;\nfunction f() { return a++; }\n'],
    ['assigned by pattern', 'var a = 1;\nfunction f(b) { [{ a }] = b; }\n'],
    ['assigned by loop', 'var a = 1;\nfunction f(b) { for (a of b) { } }\n'],
    ['not set', 'var a;\n'],
    ['local', 'function f() {\n  var a = 1;\n}\n'],
  ])('leaves what is %s', (_, code) => {
    expect(withConstants(code)).toBe(code);
  });

  it('exports constants through other names, on the line of the export', () => {
    expect(withConstants('var A = 1;\nvar b = 2;\nb = 3;\nexport {\n  A,\n  b,\n  A as C\n};\n')).toBe(
      'const A=1;\nvar b = 2;\nb = 3;\nconst $A = A; export {\n  $A as A,\n  b,\n  $A as C\n};\n',
    );
  });
});
