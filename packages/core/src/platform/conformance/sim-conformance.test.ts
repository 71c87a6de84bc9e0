// SPDX-License-Identifier: Apache-2.0
/** The simulated platform passes the suites of all ports. */
import { SimulatedWorld } from '../sim/simulated-world.ts';
import { clockConformance, schedulerConformance } from './clock-conformance.ts';
import { datagramsConformance } from './datagrams-conformance.ts';
import { diagnosticsConformance } from './diagnostics-conformance.ts';
import { filesConformance } from './files-conformance.ts';
import { hostConformance, namesConformance, threadsConformance } from './host-conformance.ts';
import { mapperConformance } from './mapper-conformance.ts';
import type { Subject } from './subjects.ts';

function makeSubject(directory: string): Subject {
  const world = new SimulatedWorld(1);
  world.registerThread('echo', ({ data, onMessage, post }) => onMessage((message) => post([data, message])));
  world.registerThread('failing', () => {
    throw new Error('thread failed');
  });
  const platform = world.platform('host');
  platform.files.createDirectories(directory);
  return {
    platform,
    directory,
    pass: async () => {
      world.step(1_000_000);
    },
    dispose: () => platform.crash(),
  };
}

const make = (): Subject => makeSubject('/var/test');

clockConformance('sim', make);
schedulerConformance('sim', make);
filesConformance('sim', make);
mapperConformance('sim, disk', make);
mapperConformance('sim, shared memory', () => makeSubject('/dev/shm/test'));
datagramsConformance('sim', make);
hostConformance('sim', make);
diagnosticsConformance('sim', make);
namesConformance('sim', make);
threadsConformance('sim', make, { echo: 'echo', failing: 'failing' });
