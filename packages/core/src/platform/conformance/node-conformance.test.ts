// SPDX-License-Identifier: Apache-2.0
/** The platform over Node passes the suites of all ports, mapping by each provider that can be loaded here. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DatagramTransportName } from '../node/datagram/choose-transport.ts';
import { type ChooseMapperOptions, chooseMapper } from '../node/mapping/choose-mapper.ts';
import { loadMmapIo } from '../node/mapping/mmap-io-mapper.ts';
import { nodePlatform } from '../node/node-platform.ts';
import { clockConformance, schedulerConformance } from './clock-conformance.ts';
import { datagramsConformance } from './datagrams-conformance.ts';
import { diagnosticsConformance } from './diagnostics-conformance.ts';
import { filesConformance } from './files-conformance.ts';
import { hostConformance, namesConformance, threadsConformance } from './host-conformance.ts';
import { mapperConformance } from './mapper-conformance.ts';
import type { MakeSubject } from './subjects.ts';

const mmapIoModule = process.env['AERON_TEST_MMAP_IO'] ?? 'mmap-io';
const hasSharedMemory = process.platform === 'linux';

function nodeSubject(
  mapping: ChooseMapperOptions,
  parent = tmpdir(),
  transport: DatagramTransportName = 'dgram',
): MakeSubject {
  return () => {
    const directory = mkdtempSync(join(parent, 'aeron-conformance-'));
    return {
      platform: nodePlatform({ mapping, datagrams: { transport } }),
      directory,
      pass: () => delay(1),
      dispose: () => rmSync(directory, { recursive: true, force: true }),
    };
  };
}

const make = nodeSubject({ provider: 'koffi' });
clockConformance('node', make);
schedulerConformance('node', make);
filesConformance('node', make);
mapperConformance('koffi', make);
if (hasSharedMemory) {
  mapperConformance('koffi, shared memory', nodeSubject({ provider: 'koffi' }, '/dev/shm'));
}
datagramsConformance('dgram', make);
for (const transport of ['batch', 'offload'] as const) {
  if (process.platform === 'linux') {
    datagramsConformance(transport, nodeSubject({ provider: 'koffi' }, tmpdir(), transport));
  }
}
hostConformance('node', make);
diagnosticsConformance('node', make);
namesConformance('node', make);
threadsConformance('node', make, {
  echo: join(__dirname, 'fixtures', 'echo-thread.mjs'),
  failing: join(__dirname, 'fixtures', 'failing-thread.mjs'),
});

const mmapIo = loadMmapIo(mmapIoModule);
if (mmapIo instanceof Error) {
  describe('mapping: mmap-io', () => {
    it.skip(`can't be loaded here: ${mmapIo.message.split('\n', 1)[0]}`, () => {});
  });
} else {
  mapperConformance('mmap-io', nodeSubject({ provider: 'mmap-io', mmapIoModule }));
  mapperConformance('mmap-io, then koffi', nodeSubject({ provider: 'auto', mmapIoModule }));
  it('is served by mmap-io first when it can be loaded', () => {
    expect(chooseMapper({ mmapIoModule }).name).toBe('mmap-io, koffi');
  });
}
