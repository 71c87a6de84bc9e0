// SPDX-License-Identifier: Apache-2.0
/** What every implementation of the mapping port must do. */
import { SeededRandom } from '../../testing/seeded-random.ts';
import type { MapOptions, MappedFile } from '../ports.ts';
import { codeOf, type MakeSubject, pattern, type Subject, withSubject } from './subjects.ts';

const PAGES = 4;

/** Creation, sharing, refusals and unmapping. */
export function mapperConformance(name: string, make: MakeSubject): void {
  describe(`mapping: ${name}`, () => {
    creation(make);
    sharing(make);
    refusals(make);
    unmapping(make);
  });
}

function pathOf({ directory }: Subject): string {
  return `${directory}/mapped.dat`;
}

function fileLength({ platform }: Subject): number {
  return PAGES * platform.host.pageSize;
}

function bytesOf(mapped: MappedFile): Uint8Array {
  return new Uint8Array(mapped.memory, mapped.memoryOffset, mapped.length);
}

function create(subject: Subject, length = fileLength(subject)): MappedFile {
  return subject.platform.mapper.create(pathOf(subject), length, { sparse: true });
}

function creation(make: MakeSubject): void {
  const test = withSubject(make);

  for (const sparse of [true, false]) {
    test(`a ${sparse ? 'sparse' : 'reserved'} file has the length asked for and is zero`, (subject) => {
      const { mapper, files } = subject.platform;
      const length = fileLength(subject) + 100; // not a whole number of pages
      const mapped = mapper.create(pathOf(subject), length, { sparse });
      expect(files.length(pathOf(subject))).toBe(length);
      expect([mapped.length, mapped.memory.byteLength, mapped.memoryOffset]).toEqual([length, length, 0]);
      expect(mapped.path).toBe(pathOf(subject));
      expect(bytesOf(mapped).every((byte) => byte === 0)).toBe(true);
      mapped.unmap();
    });
  }

  test('an existing file is refused and left alone', (subject) => {
    const { mapper, files } = subject.platform;
    files.write(pathOf(subject), pattern(10));
    expect(codeOf(() => mapper.create(pathOf(subject), 4096, { sparse: true }))).toBe('FILE_ACCESS');
    expect(files.read(pathOf(subject))).toEqual(pattern(10));
  });

  test('a missing directory is named', (subject) => {
    const path = `${subject.directory}/missing/file`;
    expect(() => subject.platform.mapper.create(path, 4096, { sparse: true })).toThrow(path);
    expect(codeOf(() => subject.platform.mapper.create(path, 4096, { sparse: true }))).toBe('FILE_ACCESS');
  });

  test('impossible lengths are refused and leave no file', (subject) => {
    const { mapper, files } = subject.platform;
    for (const length of [0, -1, 1.5, Number.NaN, 2 ** 60]) {
      expect(codeOf(() => mapper.create(pathOf(subject), length, { sparse: true }))).toBe('MAPPING');
    }
    expect(files.list(subject.directory)).toEqual([]);
  });
}

function sharing(make: MakeSubject): void {
  const test = withSubject(make);

  test('mappings of one file show the same bytes, and so do reads and writes of the file', (subject) => {
    const { mapper, files } = subject.platform;
    const one = bytesOf(create(subject));
    const two = bytesOf(mapper.map(pathOf(subject), { access: 'read-write' }));
    const reader = bytesOf(mapper.map(pathOf(subject), { access: 'read-only' }));
    one[7] = 42;
    two[8] = 43;
    expect([two[7], one[8], reader[7], reader[8]]).toEqual([42, 43, 42, 43]);
    expect([...files.read(pathOf(subject)).subarray(7, 9)]).toEqual([42, 43]);
    const file = files.open(pathOf(subject), 'read-write');
    file.write(9, pattern(3, 50), 0, 3);
    file.close();
    expect([...one.subarray(9, 12), ...reader.subarray(9, 12)]).toEqual([50, 51, 52, 50, 51, 52]);
  });

  test('atomic operations through two mappings add up', (subject) => {
    const { mapper } = subject.platform;
    const one = create(subject);
    const two = mapper.map(pathOf(subject), { access: 'read-write' });
    const words = [new Int32Array(one.memory), new Int32Array(two.memory)];
    const longs = [new BigInt64Array(one.memory), new BigInt64Array(two.memory)];
    for (let i = 0; i < 1000; i++) {
      Atomics.add(words[i & 1] as Int32Array, 4, 3);
      Atomics.add(longs[i & 1] as BigInt64Array, 5, 5n);
    }
    expect(Atomics.load(words[0] as Int32Array, 4)).toBe(3000);
    expect(Atomics.load(longs[1] as BigInt64Array, 5)).toBe(5000n);
  });

  test('parts show the bytes of their place in the file', (subject) => {
    const { mapper, host } = subject.platform;
    const whole = bytesOf(create(subject));
    const page = host.pageSize;
    const start = bytesOf(mapper.map(pathOf(subject), { access: 'read-write', length: 100 }));
    const middle = bytesOf(mapper.map(pathOf(subject), { access: 'read-write', offset: page, length: page }));
    const rest = bytesOf(mapper.map(pathOf(subject), { access: 'read-only', offset: 2 * page }));
    expect([start.length, middle.length, rest.length]).toEqual([100, page, 2 * page]);
    whole.set([1], 99);
    middle.set([2], 5);
    whole.set([3], 4 * page - 1);
    expect([start[99], whole[page + 5], rest[2 * page - 1]]).toEqual([1, 2, 3]);
  });

  test('a part can be mapped before the whole', (subject) => {
    const { mapper, files, host } = subject.platform;
    files.write(pathOf(subject), pattern(3 * host.pageSize));
    const header = mapper.map(pathOf(subject), { access: 'read-only', length: host.pageSize });
    expect(bytesOf(header)).toEqual(pattern(host.pageSize));
    header.unmap();
    const whole = mapper.map(pathOf(subject), { access: 'read-write' });
    expect([whole.memory.byteLength, whole.length]).toEqual([3 * host.pageSize, 3 * host.pageSize]);
    expect(bytesOf(whole)).toEqual(pattern(3 * host.pageSize));
  });

  test('seeded writes through several mappings and the file read back everywhere', (subject) => {
    const { mapper, files } = subject.platform;
    const length = fileLength(subject);
    const model = new Uint8Array(length);
    const mappings = [bytesOf(create(subject))];
    mappings.push(bytesOf(mapper.map(pathOf(subject), { access: 'read-write' })));
    const file = files.open(pathOf(subject), 'read-write');
    const random = new SeededRandom(20);
    for (let i = 0; i < 200; i++) {
      const source = random.fill(new Uint8Array(random.nextBetween(1, 300)));
      const position = random.nextInt(length - source.length + 1);
      const writer = random.pick([...mappings, undefined]);
      model.set(source, position);
      writer === undefined ? file.write(position, source, 0, source.length) : writer.set(source, position);
    }
    file.close();
    expect(mappings.every((bytes) => Buffer.compare(bytes, model) === 0)).toBe(true);
    expect(Buffer.compare(files.read(pathOf(subject)), model)).toBe(0);
  });
}

function refusals(make: MakeSubject): void {
  const test = withSubject(make);

  test('a range that is empty, crooked or beyond the end is refused with its figures', (subject) => {
    const { mapper, host, files } = subject.platform;
    files.write(pathOf(subject), pattern(2 * host.pageSize));
    const bad: Omit<MapOptions, 'access'>[] = [
      { length: 0 },
      { length: -1 },
      { length: 1.5 },
      { length: Number.NaN },
      { length: 2 * host.pageSize + 1 },
      { length: Number.MAX_SAFE_INTEGER },
      { offset: 2 * host.pageSize },
      { offset: host.pageSize, length: host.pageSize + 1 },
      { offset: 1, length: 1 },
      { offset: -host.pageSize, length: 10 },
      { offset: 64 * host.pageSize, length: 10 },
    ];
    for (const range of bad) {
      const map = (): unknown => mapper.map(pathOf(subject), { access: 'read-only', ...range });
      expect(codeOf(map)).toBe('MAPPING');
      expect(map).toThrow(`fileLength=${2 * host.pageSize}`);
    }
  });

  test('an empty file is refused', (subject) => {
    subject.platform.files.write(pathOf(subject), pattern(0));
    expect(codeOf(() => subject.platform.mapper.map(pathOf(subject), { access: 'read-write' }))).toBe('MAPPING');
  });

  test('what is missing or no file is refused with its path', (subject) => {
    const { mapper } = subject.platform;
    for (const path of [pathOf(subject), subject.directory]) {
      expect(codeOf(() => mapper.map(path, { access: 'read-only' }))).toBe('FILE_ACCESS');
      expect(() => mapper.map(path, { access: 'read-only' })).toThrow(path);
    }
  });
}

function unmapping(make: MakeSubject): void {
  const test = withSubject(make);

  test('unmapping twice is fine, the bytes stay in the file, and it can be mapped again', (subject) => {
    const { mapper, files } = subject.platform;
    const mapped = create(subject);
    bytesOf(mapped)[3] = 77;
    mapped.sync();
    mapped.unmap();
    mapped.unmap();
    mapped.sync();
    expect(mapped.memory.byteLength).toBe(0);
    expect(files.read(pathOf(subject))[3]).toBe(77);
    expect(bytesOf(mapper.map(pathOf(subject), { access: 'read-only' }))[3]).toBe(77);
  });

  test('a stale view is harmless, whether it is read or written', (subject) => {
    const mapped = create(subject);
    const view = bytesOf(mapped);
    const words = new Int32Array(mapped.memory);
    view.fill(1);
    mapped.unmap();
    view[5] = 9;
    expect([undefined, 9]).toContain(view[5]);
    expect([0, mapped.length]).toContain(view.length);
    // Calls on an empty view may throw; what matters is that the process lives through them.
    for (const call of [() => view.fill(2), () => view.slice(), () => Atomics.add(words, 1, 1), () => view.at(-1)]) {
      codeOf(call);
    }
    expect([undefined, 2]).toContain(view[5]);
  });

  test('a mapping outlives the name of its file, and a new file of that name is another', (subject) => {
    const { mapper, files } = subject.platform;
    const old = bytesOf(create(subject));
    files.deleteFile(pathOf(subject));
    const fresh = bytesOf(create(subject));
    old[0] = 1;
    expect(fresh[0]).toBe(0);
    expect(bytesOf(mapper.map(pathOf(subject), { access: 'read-only' }))[0]).toBe(0);
    expect(old[0]).toBe(1);
  });

  test('hundreds of mappings come and go', (subject) => {
    const { mapper } = subject.platform;
    create(subject).unmap();
    for (let i = 0; i < 300; i++) {
      const mapped = mapper.map(pathOf(subject), { access: 'read-write' });
      const view = bytesOf(mapped);
      view[i] = i;
      mapped.unmap();
    }
    const check = mapper.map(pathOf(subject), { access: 'read-only' });
    expect([...bytesOf(check).subarray(250, 260)]).toEqual([250, 251, 252, 253, 254, 255, 0, 1, 2, 3]);
  });
}
