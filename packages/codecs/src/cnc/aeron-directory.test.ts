// SPDX-License-Identifier: Apache-2.0
import { SimulatedWorld } from '@aeron/core/testing';
import { defaultAeronDirectory, randomAeronDirectory } from './aeron-directory.ts';

const LINUX = { operatingSystem: 'linux', hasSharedMemoryDirectory: true, temporaryDirectory: '/tmp', userName: 'ann' };

describe('the directory of a driver', () => {
  it.each([
    ['on Linux', {}, '/dev/shm/aeron-ann'],
    ['on Linux without shared memory', { hasSharedMemoryDirectory: false }, '/tmp/aeron-ann'],
    ['on macOS', { operatingSystem: 'darwin', temporaryDirectory: '/var/folders/x/' }, '/var/folders/x/aeron-ann'],
    ['without a user name', { userName: '' }, '/dev/shm/aeron-default'],
  ])('%s has the name that the reference gives it', (_name, facts, expected) => {
    expect(defaultAeronDirectory({ ...LINUX, ...facts })).toBe(expected);
  });

  it('of an embedded driver differs each time', () => {
    const { host } = new SimulatedWorld(3).platform('host', { userName: 'ann' });
    const names = Array.from({ length: 50 }, () => randomAeronDirectory(host));
    expect(new Set(names).size).toBe(50);
    expect(names[0]).toMatch(/^\/dev\/shm\/aeron-ann-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});
