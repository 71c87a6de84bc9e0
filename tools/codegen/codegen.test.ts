// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diagram } from './diagram.ts';
import { generate, generatedFolder, layoutsOf } from './generate.ts';
import { ascii, bytes, flags, i16, i32, i64, layout, offsets, opaque64, reserved, u8, varBytes } from './layout.ts';
import { minimumLength } from './model.ts';
import { TABLES } from './tables.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const about = { doc: 'For a test.', source: 'none' };

describe('generated code', () => {
  const files = generate(TABLES);

  it.each(files.map((file) => [file.path, file.text]))('is what the tables say: %s', (path, text) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(text);
  });

  it('is all that there is in the generated folders', () => {
    for (const folder of new Set(TABLES.map((source) => generatedFolder(source.folder)))) {
      const wanted = files.map((file) => file.path).filter((path) => path.startsWith(`${folder}/`));
      expect(readdirSync(join(root, folder)).map((name) => `${folder}/${name}`)).toEqual(wanted.sort());
    }
  });

  it('has a table for every layout file', () => {
    const tables = TABLES.map(({ folder, table }) => `${folder}/${table}`);
    const source = join(root, 'packages/codecs/src');
    const found = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.layout.ts'),
    );
    expect(found.map((path) => path.replaceAll('\\', '/')).sort()).toEqual(tables.sort());
  });
});

describe('layout', () => {
  it('lays rows out in order, after those of the base', () => {
    const base = layout('Base', { a: i32, b: u8 }, about);
    const derived = layout('Derived', base, { c: u8, d: i16, e: i64, f: bytes(3) }, about);
    expect(derived.fields.map(({ name, offset }) => [name, offset])).toEqual([
      ['a', 0],
      ['b', 4],
      ['c', 5],
      ['d', 6],
      ['e', 8],
      ['f', 16],
    ]);
    expect(derived.blockLength).toBe(19);
  });

  it('refuses an offset that the rows before contradict', () => {
    expect(() => layout('Wrong', { a: i32, b: i32.at(8) }, about)).toThrow(
      'Wrong.b: stated offset=8 computed offset=4',
    );
  });

  it('refuses an offset for a field whose place depends on the one before', () => {
    expect(() => layout('Wrong', { a: ascii().at(0), b: ascii().at(8) }, about)).toThrow('Wrong.b: stated offset=8');
  });

  it('lets a row refine the one of the base, at the same place and of the same type', () => {
    const base = layout('Base', { flags: u8, type: u8 }, about);
    const derived = layout('Derived', base, { flags: flags(u8, { begin: 0x80 }) }, about);
    expect(derived.fields[0]).toMatchObject({ name: 'flags', offset: 0, flags: [{ name: 'begin', mask: 0x80 }] });
    expect(() => layout('Wrong', base, { flags: i32 }, about)).toThrow('keeps its type u8');
    expect(() => layout('Wrong', base, { flags: u8.at(1) }, about)).toThrow('stated offset=1 computed offset=0');
  });

  it('refuses fixed rows after variable-length ones, and names that the flyweight has itself', () => {
    expect(() => layout('Wrong', { a: ascii(), b: i32 }, about)).toThrow('Wrong.b: fixed fields come before');
    expect(() => layout('Wrong', { offset: i32 }, about)).toThrow('Wrong.offset: the name is taken');
    expect(() => layout('Wrong', { Name: i32 }, about)).toThrow('Wrong.Name: names are camelCase');
  });

  it('takes an optional row only at the very end', () => {
    const ok = layout('Ok', { a: i32, b: opaque64.optional() }, about);
    expect([minimumLength(ok), ok.blockLength]).toEqual([4, 12]);
    expect(() => layout('Wrong', { a: i32.optional(), b: i32 }, about)).toThrow('only the last field may be optional');
    expect(() => layout('Wrong', { a: i32.optional(), b: ascii() }, about)).toThrow('exclude each other');
  });

  it('counts the prefixes of variable-length rows into the shortest message', () => {
    expect(minimumLength(layout('Two', { a: i32, b: varBytes(), c: ascii() }, about))).toBe(12);
  });

  it('refuses to emit padding that would not land on a multiple of 4', () => {
    const unaligned = layout('Odd', { a: u8, b: ascii(), c: ascii() }, about);
    expect(() => generate([{ folder: 'x', table: 'x.layout.ts', exports: { unaligned } }])).toThrow(
      'layout Odd: padding',
    );
  });

  it('refuses two layouts of one name in a folder', () => {
    const exports = { a: layout('Same', { x: i32 }, about), b: layout('Same', { y: i32 }, about) };
    expect(() => generate([{ folder: 'x', table: 'x.layout.ts', exports }])).toThrow('two layouts have one name');
  });

  it('finds the layouts among the exports of a table', () => {
    expect(layoutsOf({ a: offsets('A', { x: i32, gap: reserved(4) }, about), other: 5 })).toHaveLength(1);
  });
});

describe('diagram', () => {
  it('draws four bytes a row with their offsets', () => {
    const drawn = diagram(layout('Small', { a: u8, b: u8, c: i16, d: i64, e: ascii() }, about));
    expect(drawn).toEqual([
      '      +---------------+---------------+---------------+---------------+',
      '    0 |       a       |       b       |               c               |',
      '      +---------------+---------------+---------------+---------------+',
      '    4 |                               d                               |',
      '    8 |                                                               |',
      '      +---------------+---------------+---------------+---------------+',
      '   12 |                       eLength (4 bytes)                       |',
      '      +---------------+---------------+---------------+---------------+',
      '   16 |                         e (ASCII) ...                         |',
      '      +---------------+---------------+---------------+---------------+',
    ]);
  });
});
