// SPDX-License-Identifier: Apache-2.0
/** The simulated disk answers as the real one does, whatever is asked in whatever order. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { NodeFiles } from '../node/files.ts';
import type { FileMode, Files } from '../ports.ts';
import { SimulatedWorld } from '../sim/simulated-world.ts';
import { pattern } from './subjects.ts';

const NAMES = ['a', 'b', 'a/c', 'a/d', 'b/c/d'];

type Call = (files: Files, root: string) => unknown;

const path = fc.constantFrom(...NAMES);
const content = fc.nat(700).map((length) => pattern(length, length));
const position = fc.nat(1500);

function onPath(call: (files: Files, path: string) => unknown): fc.Arbitrary<[string, Call]> {
  return path.map<[string, Call]>((name) => [`${call} ${name}`, (files, root) => call(files, `${root}/${name}`)]);
}

function withOpenFile(mode: FileMode): fc.Arbitrary<[string, Call]> {
  return fc.tuple(path, content, position, position).map<[string, Call]>(([name, bytes, writeAt, length]) => [
    `open ${name} ${mode}`,
    (files, root) => {
      const file = files.open(`${root}/${name}`, mode);
      try {
        const before = new Uint8Array(2000);
        const count = file.read(writeAt, before, 0, 2000);
        if (mode !== 'read') {
          file.write(writeAt, bytes, 0, bytes.length);
          file.truncate(length);
        }
        return [count, file.length(), Buffer.from(before).toString('latin1')];
      } finally {
        file.close();
      }
    },
  ]);
}

const call: fc.Arbitrary<[string, Call]> = fc.oneof(
  onPath((files, name) => files.kind(name)),
  onPath((files, name) => files.createDirectories(name)),
  onPath((files, name) => files.list(name)),
  onPath((files, name) => files.deleteTree(name)),
  onPath((files, name) => (files.kind(name) === 'directory' ? undefined : files.deleteFile(name))),
  onPath((files, name) => Buffer.from(files.read(name)).toString('latin1')),
  onPath((files, name) => (files.kind(name) === 'file' ? files.length(name) : undefined)),
  fc
    .tuple(path, content)
    .map<[string, Call]>(([name, bytes]) => [`write ${name}`, (files, root) => files.write(`${root}/${name}`, bytes)]),
  fc
    .tuple(path, content)
    .map<[string, Call]>(([name, bytes]) => [
      `append ${name}`,
      (files, root) => files.append(`${root}/${name}`, bytes),
    ]),
  fc
    .tuple(path, path)
    .map<[string, Call]>(([from, to]) => [
      `rename ${from} ${to}`,
      (files, root) => files.rename(`${root}/${from}`, `${root}/${to}`),
    ]),
  withOpenFile('read'),
  withOpenFile('read-write'),
  withOpenFile('create'),
);

function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
}

it('gives the same results and the same error codes as the operating system', () => {
  const real = new NodeFiles();
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      const root = mkdtempSync(join(tmpdir(), 'aeron-files-'));
      const { files } = new SimulatedWorld(1).platform('host');
      files.createDirectories('/root');
      try {
        for (const [name, run] of calls) {
          expect([name, outcome(() => run(files, '/root'))]).toEqual([name, outcome(() => run(real, root))]);
        }
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    }),
    { numRuns: 150 },
  );
});
