// SPDX-License-Identifier: Apache-2.0
/** What of mapping only the real providers can show: pages given back, sizes beyond 2 GiB, threads, and the choice. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { codeOf } from '../../conformance/subjects.ts';
import type { FileMapper } from '../../ports.ts';
import { chooseMapper } from './choose-mapper.ts';
import { loadMmapIo, MMAP_IO_LIMIT } from './mmap-io-mapper.ts';

const GIB = 2 ** 30;
const mmapIoModule = process.env['AERON_TEST_MMAP_IO'] ?? 'mmap-io';
const hasMmapIo = !(loadMmapIo(mmapIoModule) instanceof Error);
const isLinux = process.platform === 'linux';

const providers: [string, () => FileMapper][] = [
  ['koffi', () => chooseMapper({ provider: 'koffi' })],
  ['mmap-io', () => chooseMapper({ provider: 'mmap-io', mmapIoModule })],
];

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'aeron-mapping-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function isMapped(path: string): boolean {
  return readFileSync('/proc/self/maps', 'latin1').includes(path);
}

async function collectUntil(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) {
    collectGarbage();
    await delay(1); // finalizers run as tasks of their own
  }
  expect(condition()).toBe(true);
}

describe.each(providers)('mapping by %s', (name, makeMapper) => {
  // What can't be tried here is reported as skipped, never left out.
  const onLinux = isLinux && (name === 'koffi' || hasMmapIo) ? it : it.skip;

  onLinux('gives the pages back after unmapping, at the latest when the last view is collected', async () => {
    const path = join(directory, 'unmapped.dat');
    (() => {
      const mapped = makeMapper().create(path, 65536, { sparse: true });
      const view = new Uint8Array(mapped.memory);
      view[0] = 1;
      expect(isMapped(path)).toBe(true);
      mapped.unmap();
      expect([undefined, 1]).toContain(view[0]);
    })();
    await collectUntil(() => !isMapped(path));
  });

  onLinux('keeps the pages while any view is left, whatever else is collected', async () => {
    const path = join(directory, 'kept.dat');
    const view = (() => {
      const mapped = makeMapper().create(path, 65536, { sparse: true });
      return new Uint8Array(mapped.memory, 4096, 10);
    })();
    view[3] = 9;
    for (let i = 0; i < 20; i++) {
      collectGarbage();
      await delay(1);
    }
    expect(isMapped(path)).toBe(true);
    expect(view[3]).toBe(9);
  });

  onLinux('gives the pages of a forgotten mapping back', async () => {
    const path = join(directory, 'forgotten.dat');
    (() => {
      makeMapper().create(path, 65536, { sparse: true });
    })();
    await collectUntil(() => !isMapped(path));
  });

  onLinux('survives a stray write through a read-only mapping, and nobody sees it', () => {
    const path = join(directory, 'read-only.dat');
    writeFileSync(path, new Uint8Array(8192).fill(3));
    const mapped = makeMapper().map(path, { access: 'read-only' });
    const view = new Uint8Array(mapped.memory);
    view[0] = 9;
    expect(readFileSync(path)[0]).toBe(3);
    const writer = makeMapper().map(path, { access: 'read-write' });
    new Uint8Array(writer.memory)[4096] = 7;
    expect(view[4096]).toBe(7);
  });

  onLinux('says that there is no space, and leaves no file', () => {
    const path = join('/dev/shm', `aeron-mapping-${process.pid}.dat`);
    const create = (): unknown => makeMapper().create(path, 2 ** 45, { sparse: false });
    expect(codeOf(create)).toBe(name === 'mmap-io' ? 'MAPPING' : 'STORAGE_SPACE'); // its own limit comes first
    expect(create).toThrow(`path=${path}`);
    expect(existsSync(path)).toBe(false);
  });
});

describe('sizes beyond 2 GiB', () => {
  it('are served by koffi, alone or behind mmap-io', () => {
    for (const provider of ['koffi', 'auto'] as const) {
      const path = join(directory, `${provider}.dat`);
      const mapper = chooseMapper({ provider, mmapIoModule });
      const mapped = mapper.create(path, 3 * GIB, { sparse: true });
      new Uint8Array(mapped.memory)[3 * GIB - 1] = 5;
      const end = mapper.map(path, { access: 'read-only', offset: 3 * GIB - 65536, length: 65536 });
      const whole = mapper.map(path, { access: 'read-only' });
      expect([mapped.memory.byteLength, whole.length]).toEqual([3 * GIB, 3 * GIB]);
      expect(new Uint8Array(end.memory)[65535]).toBe(5);
      for (const each of [mapped, end, whole]) {
        each.unmap();
      }
    }
  });

  (hasMmapIo ? it : it.skip)('are refused by mmap-io alone, with the limit', () => {
    const mapper = chooseMapper({ provider: 'mmap-io', mmapIoModule });
    const path = join(directory, 'large.dat');
    expect(codeOf(() => mapper.create(path, MMAP_IO_LIMIT, { sparse: true }))).toBe('MAPPING');
    expect(() => mapper.create(path, MMAP_IO_LIMIT, { sparse: true })).toThrow(`limit=${MMAP_IO_LIMIT}`);
    expect(existsSync(path)).toBe(false);
  });
});

describe('mapping in a second thread', () => {
  it('shares memory with the first through koffi, while mmap-io is left to the main thread', async () => {
    const path = join(directory, 'shared.dat');
    const mapped = chooseMapper({ provider: 'koffi' }).create(path, 4096, { sparse: true });
    const words = new Int32Array(mapped.memory);
    const worker = new Worker(join(__dirname, '..', 'fixtures', 'typescript-thread.mjs'), {
      workerData: { module: join(__dirname, 'fixtures', 'mapping-thread.ts'), path, mmapIoModule, count: 10_000 },
    });
    const result = new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    for (let i = 0; i < 10_000; i++) {
      Atomics.add(words, 0, 1);
    }
    expect(await result).toEqual({ auto: 'koffi', forced: 'MAPPING' });
    expect(Atomics.load(words, 0)).toBe(20_000);
    await worker.terminate();
  });
});

describe('the choice of the provider', () => {
  it('falls back to koffi where mmap-io is missing or is something else', () => {
    for (const missing of ['no-such-package-of-ours', join(__dirname, 'fixtures', 'not-mmap-io.cjs')]) {
      expect(chooseMapper({ mmapIoModule: missing }).name).toBe('koffi');
      const forced = (): unknown => chooseMapper({ provider: 'mmap-io', mmapIoModule: missing });
      expect(codeOf(forced)).toBe('MAPPING');
      expect(forced).toThrow('provider=mmap-io');
    }
  });

  it('is forced by the setting', () => {
    expect(chooseMapper({ provider: 'koffi', mmapIoModule }).name).toBe('koffi');
  });

  (hasMmapIo ? it : it.skip)('is forced to mmap-io by the setting', () => {
    expect(chooseMapper({ provider: 'mmap-io', mmapIoModule }).name).toBe('mmap-io');
  });
});
