// SPDX-License-Identifier: Apache-2.0
import { SeededRandom } from '../../testing/seeded-random.ts';
import { codeOf, pattern } from '../conformance/subjects.ts';
import type { SimulatedPlatform } from './simulated-platform.ts';
import { SimulatedWorld } from './simulated-world.ts';

const SECTOR = 512;

function worldWithDisk(capacity = 2 ** 30, seed = 1): SimulatedWorld {
  const world = new SimulatedWorld(seed);
  world.host('host', {
    volumes: [
      { root: '/', capacity, isVolatile: false },
      { root: '/dev/shm', capacity, isVolatile: true },
    ],
  });
  return world;
}

function writeSynced(platform: SimulatedPlatform, path: string, content: Uint8Array): void {
  const file = platform.files.open(path, 'create');
  file.write(0, content, 0, content.length);
  file.sync();
  file.close();
}

describe('a simulated process that crashes', () => {
  it('loses its mappings and handles, while others keep theirs and the file keeps all bytes', () => {
    const world = worldWithDisk();
    const [one, two] = [world.platform('host'), world.platform('host')];
    const mapped = one.mapper.create('/var/file', 8192, { sparse: true });
    const other = two.mapper.map('/var/file', { access: 'read-write' });
    new Uint8Array(mapped.memory)[5] = 5;
    one.crash();
    expect(new Uint8Array(other.memory)[5]).toBe(5);
    expect(two.files.read('/var/file')[5]).toBe(5);
    expect(() => one.files.read('/var/file')).toThrow('simulated process has ended');
    expect(() => one.mapper.map('/var/file', { access: 'read-only' })).toThrow('simulated process has ended');
    expect(two.host.isProcessAlive(one.host.pid)).toBe(false);
    expect(two.host.isProcessAlive(two.host.pid)).toBe(true);
  });

  it('runs nothing any more', () => {
    const world = worldWithDisk();
    const platform = world.platform('host');
    let ran = 0;
    platform.scheduler.after(1, () => ran++, true);
    platform.scheduler.soon(() => ran++);
    platform.crash();
    world.step(10_000_000);
    expect(ran).toBe(0);
  });
});

describe('a simulated power failure', () => {
  it('keeps what was synced and clears shared memory', () => {
    const world = worldWithDisk();
    const before = world.platform('host');
    writeSynced(before, '/var/synced', pattern(2000));
    before.files.createDirectories('/dev/shm/aeron');
    before.files.write('/dev/shm/aeron/cnc.dat', pattern(100));
    world.losePower('host');
    const after = world.platform('host');
    expect(after.files.read('/var/synced')).toEqual(pattern(2000));
    expect(after.files.list('/dev/shm')).toEqual([]);
    expect(after.host.isProcessAlive(before.host.pid)).toBe(false);
  });

  it('loses what was not synced when told so', () => {
    const world = worldWithDisk();
    const before = world.platform('host');
    writeSynced(before, '/var/file', pattern(1000));
    const file = before.files.open('/var/file', 'read-write');
    file.write(100, pattern(1500, 7), 0, 1500);
    world.losePower('host', 'lost');
    expect(world.platform('host').files.read('/var/file')).toEqual(pattern(1000));
  });

  it('may keep any sectors of an unsynced write, and only whole ones', () => {
    const length = 8 * SECTOR;
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const world = worldWithDisk(2 ** 30, seed);
      const before = world.platform('host');
      writeSynced(before, '/var/file', new Uint8Array(length).fill(1));
      const file = before.files.open('/var/file', 'read-write');
      file.write(0, new Uint8Array(length).fill(2), 0, length);
      world.losePower('host');
      const content = world.platform('host').files.read('/var/file');
      const sectors = Array.from({ length: 8 }, (_, i) => content.subarray(i * SECTOR, (i + 1) * SECTOR));
      expect(sectors.every((sector) => sector.every((byte) => byte === sector[0]))).toBe(true);
      outcomes.add(sectors.map((sector) => sector[0]).join(''));
    }
    expect(outcomes.size).toBeGreaterThan(10);
  });

  it('treats stores through a mapping like writes', () => {
    const world = worldWithDisk();
    const before = world.platform('host');
    const mapped = before.mapper.create('/var/mark.dat', 4096, { sparse: true });
    const bytes = new Uint8Array(mapped.memory);
    bytes[0] = 1;
    mapped.sync();
    bytes[0] = 2;
    world.losePower('host', 'lost');
    expect(world.platform('host').files.read('/var/mark.dat')[0]).toBe(1);
  });

  it('is repeated by its seed', () => {
    const run = (seed: number): Uint8Array => {
      const world = worldWithDisk(2 ** 30, seed);
      const platform = world.platform('host');
      const random = new SeededRandom(seed);
      writeSynced(platform, '/var/file', pattern(10_000));
      const file = platform.files.open('/var/file', 'read-write');
      for (let i = 0; i < 20; i++) {
        file.write(random.nextInt(9000), random.fill(new Uint8Array(1000)), 0, 1000);
      }
      world.losePower('host');
      return world.platform('host').files.read('/var/file');
    };
    expect(run(9)).toEqual(run(9));
    expect(run(9)).not.toEqual(run(10));
  });
});

describe('a full simulated disk', () => {
  it('takes what fits, then fails with ENOSPC, and works again when space is freed', () => {
    const { files } = worldWithDisk(10_000).platform('host');
    files.write('/var/a', pattern(6000));
    expect(files.usableSpace('/var')).toBe(4000);
    expect(codeOf(() => files.write('/var/b', pattern(6000)))).toBe('ENOSPC');
    expect(files.length('/var/b')).toBe(4000);
    expect(files.usableSpace('/var')).toBe(0);
    files.deleteFile('/var/a');
    files.write('/var/b', pattern(6000));
    expect(files.usableSpace('/var')).toBe(4000);
  });

  it('refuses a reserved mapping and leaves no file, but not a sparse one', () => {
    const { files, mapper } = worldWithDisk(10_000).platform('host');
    expect(codeOf(() => mapper.create('/var/log', 16_384, { sparse: false }))).toBe('STORAGE_SPACE');
    expect(files.kind('/var/log')).toBe('none');
    expect(mapper.create('/var/log', 16_384, { sparse: true }).length).toBe(16_384);
    expect(files.usableSpace('/var')).toBe(10_000);
  });

  it('gives the space of a deleted file back when the last mapping of it is gone', () => {
    const { files, mapper } = worldWithDisk(10_000).platform('host');
    const mapped = mapper.create('/var/log', 8192, { sparse: false });
    files.deleteFile('/var/log');
    expect(files.usableSpace('/var')).toBe(1808);
    mapped.unmap();
    expect(files.usableSpace('/var')).toBe(10_000);
  });
});

describe('faults of a simulated disk', () => {
  it('strike the next calls that are meant, as often as told', () => {
    const world = worldWithDisk();
    const { files } = world.platform('host');
    const { faults } = world.host('host').disk;
    faults.failNext({ operation: 'create', pathIncludes: 'logs', count: 2 }, 'EMFILE');
    files.write('/var/other', pattern(1));
    expect(codeOf(() => files.write('/var/logs-1', pattern(1)))).toBe('EMFILE');
    expect(codeOf(() => files.write('/var/logs-1', pattern(1)))).toBe('EMFILE');
    files.write('/var/logs-1', pattern(1));
  });

  it('tear a write where told', () => {
    const world = worldWithDisk();
    const { files } = world.platform('host');
    files.write('/var/file', new Uint8Array(100));
    const file = files.open('/var/file', 'read-write');
    world.host('host').disk.faults.tearNextWrite(30);
    expect(codeOf(() => file.write(0, new Uint8Array(100).fill(1), 0, 100))).toBe('EIO');
    const content = files.read('/var/file');
    expect([content[29], content[30], content.length]).toEqual([1, 0, 100]);
  });

  it('forbid what permissions forbid, for all below a directory', () => {
    const world = worldWithDisk();
    const { files, mapper } = world.platform('host');
    files.createDirectories('/var/dir');
    files.write('/var/dir/file', pattern(4096));
    world.host('host').disk.faults.permit('/var/dir', 'read-only');
    expect(files.read('/var/dir/file')).toEqual(pattern(4096));
    expect(codeOf(() => files.write('/var/dir/file', pattern(1)))).toBe('EACCES');
    expect(codeOf(() => files.deleteFile('/var/dir/file'))).toBe('EACCES');
    expect(codeOf(() => files.createDirectories('/var/dir/new'))).toBe('EACCES');
    expect(codeOf(() => mapper.map('/var/dir/file', { access: 'read-write' }))).toBe('FILE_ACCESS');
    mapper.map('/var/dir/file', { access: 'read-only' });
    world.host('host').disk.faults.permit('/var/dir', 'none');
    expect(codeOf(() => files.list('/var/dir'))).toBe('EACCES');
  });

  it('come at random when a rate is set', () => {
    const world = worldWithDisk();
    const { files } = world.platform('host');
    files.write('/var/file', pattern(10));
    world.host('host').disk.faults.errorRate = 0.3;
    const codes = Array.from({ length: 200 }, () => codeOf(() => files.read('/var/file')));
    const failed = codes.filter((code) => code === 'EIO').length;
    expect(failed).toBeGreaterThan(50);
    expect(failed).toBeLessThan(150);
    expect(codes.every((code) => code === undefined || code === 'EIO')).toBe(true);
  });
});

describe('volumes of a simulated disk', () => {
  it('have space of their own and no renames between them', () => {
    const { files } = worldWithDisk(10_000).platform('host');
    files.write('/dev/shm/file', pattern(4000));
    expect([files.usableSpace('/dev/shm'), files.usableSpace('/var')]).toEqual([6000, 10_000]);
    expect(codeOf(() => files.rename('/dev/shm/file', '/var/file'))).toBe('EXDEV');
  });
});
