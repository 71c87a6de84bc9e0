// SPDX-License-Identifier: Apache-2.0
/** What every implementation of the files port must do. */
import { codeOf, type MakeSubject, pattern, type Subject, withSubject } from './subjects.ts';

/** Names, contents, open files, directories and error codes. */
export function filesConformance(name: string, make: MakeSubject): void {
  describe(`files: ${name}`, () => {
    namedThings(make);
    contents(make);
    openFiles(make);
    directories(make);
  });
}

function at({ directory }: Subject, name: string): string {
  return `${directory}/${name}`;
}

function namedThings(make: MakeSubject): void {
  const test = withSubject(make);

  test('tells files, directories and nothing apart', (subject) => {
    const { files } = subject.platform;
    files.write(at(subject, 'file'), pattern(1));
    expect(files.kind(at(subject, 'file'))).toBe('file');
    expect(files.kind(subject.directory)).toBe('directory');
    expect(files.kind(at(subject, 'missing'))).toBe('none');
    expect(files.kind(at(subject, 'missing/below'))).toBe('none');
    expect(files.kind(at(subject, 'file/below'))).toBe('none');
  });

  test('a rename keeps the content and replaces what was there', (subject) => {
    const { files } = subject.platform;
    files.write(at(subject, 'from'), pattern(10, 1));
    files.write(at(subject, 'to'), pattern(20, 2));
    files.rename(at(subject, 'from'), at(subject, 'to'));
    expect(files.kind(at(subject, 'from'))).toBe('none');
    expect(files.read(at(subject, 'to'))).toEqual(pattern(10, 1));
    expect(codeOf(() => files.rename(at(subject, 'from'), at(subject, 'to')))).toBe('ENOENT');
  });

  test('a deleted file is gone, and deleting it again is an error', (subject) => {
    const { files } = subject.platform;
    files.write(at(subject, 'file'), pattern(1));
    files.deleteFile(at(subject, 'file'));
    expect(files.kind(at(subject, 'file'))).toBe('none');
    expect(codeOf(() => files.deleteFile(at(subject, 'file')))).toBe('ENOENT');
  });

  test('a canonical path has no detours, also where it ends in what does not exist', (subject) => {
    const { files } = subject.platform;
    const canonical = files.canonical(subject.directory);
    expect(files.canonical(`${subject.directory}/a/../b/./c`)).toBe(`${canonical}/b/c`);
    expect(files.canonical(canonical)).toBe(canonical);
  });

  test('knows the usable space, also for a path that does not exist yet', (subject) => {
    const { files } = subject.platform;
    expect(files.usableSpace(subject.directory)).toBeGreaterThan(0);
    expect(files.usableSpace(at(subject, 'missing/below'))).toBeGreaterThan(0);
  });
}

function contents(make: MakeSubject): void {
  const test = withSubject(make);

  test('reads back what was written, replaced and appended', (subject) => {
    const { files } = subject.platform;
    const path = at(subject, 'file');
    files.write(path, pattern(100));
    files.write(path, pattern(50, 7));
    expect(files.read(path)).toEqual(pattern(50, 7));
    files.append(path, pattern(3, 9));
    expect(files.length(path)).toBe(53);
    expect([...files.read(path).subarray(50)]).toEqual([9, 10, 11]);
    files.append(at(subject, 'new'), pattern(2));
    expect(files.length(at(subject, 'new'))).toBe(2);
  });

  test('what is read belongs to the reader', (subject) => {
    const { files } = subject.platform;
    files.write(at(subject, 'file'), pattern(10));
    files.read(at(subject, 'file')).fill(0);
    expect(files.read(at(subject, 'file'))).toEqual(pattern(10));
  });

  test('a write sets the modification time to about now', (subject) => {
    const { files, clock } = subject.platform;
    files.write(at(subject, 'file'), pattern(1));
    expect(Math.abs(files.modifiedMs(at(subject, 'file')) - clock.epochMs())).toBeLessThan(5000);
  });

  test('names the problem by the code of the operating system', (subject) => {
    const { files } = subject.platform;
    files.write(at(subject, 'file'), pattern(1));
    const codes = [
      codeOf(() => files.read(at(subject, 'missing'))),
      codeOf(() => files.length(at(subject, 'missing'))),
      codeOf(() => files.modifiedMs(at(subject, 'missing'))),
      codeOf(() => files.list(at(subject, 'missing'))),
      codeOf(() => files.write(at(subject, 'missing/file'), pattern(1))),
      codeOf(() => files.open(at(subject, 'missing'), 'read')),
      codeOf(() => files.open(at(subject, 'missing'), 'read-write')),
      codeOf(() => files.open(at(subject, 'missing/file'), 'create')),
    ];
    expect(codes).toEqual(codes.map(() => 'ENOENT'));
    expect(codeOf(() => files.open(at(subject, 'file'), 'create'))).toBe('EEXIST');
    expect(codeOf(() => files.list(at(subject, 'file')))).toBe('ENOTDIR');
    expect(codeOf(() => files.read(subject.directory))).toBe('EISDIR');
    expect(codeOf(() => files.write(at(subject, 'file/below'), pattern(1)))).toBe('ENOTDIR');
  });
}

function openFiles(make: MakeSubject): void {
  const test = withSubject(make);

  test('positional reads and writes meet the same bytes', (subject) => {
    const { files } = subject.platform;
    const file = files.open(at(subject, 'file'), 'create');
    file.write(10, pattern(20), 5, 10);
    expect(file.length()).toBe(20);
    const target = new Uint8Array(30).fill(255);
    expect(file.read(8, target, 2, 28)).toBe(12);
    expect([...target.subarray(0, 6)]).toEqual([255, 255, 0, 0, 5, 6]);
    expect([...target.subarray(14)]).toEqual(new Array(16).fill(255));
    expect(file.read(20, target, 0, 5)).toBe(0);
    file.close();
    expect(files.length(at(subject, 'file'))).toBe(20);
  });

  test('two openings of one file see each other, and a deleted file lives until it is closed', (subject) => {
    const { files } = subject.platform;
    const path = at(subject, 'file');
    const writer = files.open(path, 'create');
    const reader = files.open(path, 'read');
    files.deleteFile(path);
    writer.write(0, pattern(4, 3), 0, 4);
    const target = new Uint8Array(4);
    expect(reader.read(0, target, 0, 4)).toBe(4);
    expect(target).toEqual(pattern(4, 3));
    writer.close();
    reader.close();
    expect(files.kind(path)).toBe('none');
  });

  test('truncating cuts, extending gives zeros, and cut bytes do not come back', (subject) => {
    const { files } = subject.platform;
    const file = files.open(at(subject, 'file'), 'create');
    file.write(0, pattern(100, 1), 0, 100);
    file.truncate(40);
    file.truncate(60);
    file.sync();
    file.close();
    const content = files.read(at(subject, 'file'));
    expect(content.length).toBe(60);
    expect(content.subarray(0, 40)).toEqual(pattern(40, 1));
    expect(content.subarray(40)).toEqual(new Uint8Array(20));
  });

  test('a file opened for reading refuses writes, and a closed one everything', (subject) => {
    const { files } = subject.platform;
    files.write(at(subject, 'file'), pattern(10));
    const file = files.open(at(subject, 'file'), 'read');
    expect(codeOf(() => file.write(0, pattern(1), 0, 1))).toBe('EBADF');
    file.close();
    file.close();
    expect(codeOf(() => file.read(0, new Uint8Array(1), 0, 1))).toBeDefined();
    expect(files.read(at(subject, 'file'))).toEqual(pattern(10));
  });

  test('opening for reading and writing keeps the content', (subject) => {
    const { files } = subject.platform;
    files.write(at(subject, 'file'), pattern(10));
    const file = files.open(at(subject, 'file'), 'read-write');
    file.write(2, pattern(1, 99), 0, 1);
    file.close();
    expect([...files.read(at(subject, 'file')).subarray(0, 4)]).toEqual([0, 1, 99, 3]);
  });
}

function directories(make: MakeSubject): void {
  const test = withSubject(make);

  test('creates missing parents, and existing directories are fine', (subject) => {
    const { files } = subject.platform;
    files.createDirectories(at(subject, 'a/b/c'));
    files.createDirectories(at(subject, 'a/b/c'));
    expect(files.kind(at(subject, 'a/b/c'))).toBe('directory');
    files.write(at(subject, 'file'), pattern(1));
    expect(codeOf(() => files.createDirectories(at(subject, 'file')))).toBe('EEXIST');
    expect(codeOf(() => files.createDirectories(at(subject, 'file/below')))).toBe('ENOTDIR');
  });

  test('lists names sorted, without what lies deeper', (subject) => {
    const { files } = subject.platform;
    files.createDirectories(at(subject, 'b/deeper'));
    files.write(at(subject, 'c'), pattern(1));
    files.write(at(subject, 'a'), pattern(1));
    files.write(at(subject, 'b/deeper/file'), pattern(1));
    expect(files.list(subject.directory)).toEqual(['a', 'b', 'c']);
    expect(files.list(at(subject, 'b'))).toEqual(['deeper']);
  });

  test('deletes a tree, and a missing one is fine', (subject) => {
    const { files } = subject.platform;
    files.createDirectories(at(subject, 'tree/deeper'));
    files.write(at(subject, 'tree/deeper/file'), pattern(1));
    files.write(at(subject, 'tree-not'), pattern(1));
    files.deleteTree(at(subject, 'tree'));
    files.deleteTree(at(subject, 'tree'));
    expect(files.list(subject.directory)).toEqual(['tree-not']);
  });

  test('a renamed directory takes along what is in it', (subject) => {
    const { files } = subject.platform;
    files.createDirectories(at(subject, 'old/deeper'));
    files.write(at(subject, 'old/deeper/file'), pattern(5));
    files.rename(at(subject, 'old'), at(subject, 'new'));
    expect(files.kind(at(subject, 'old'))).toBe('none');
    expect(files.read(at(subject, 'new/deeper/file'))).toEqual(pattern(5));
  });
}
