// SPDX-License-Identifier: Apache-2.0
/** Time, turns, and the coming and going of drivers and clients. */
import { CommandId } from '@aeron/codecs';
import { cncFilePath, mapCncFile } from '@aeron/codecs/internal';
import { ManyToOneRingBuffer } from '@aeron/core/internal';
import type { DriverNode } from '../nodes/driver-node.ts';
import type { Simulation } from '../simulation.ts';
import { type Action, clientAction } from './action.ts';

const NS_PER_MS = 1e6;
const LOG_LENGTH_MIN = 3 * 64 * 1024;
const ROOM = 2 ** 34;

const driverTurns: Action = {
  name: 'driver turns',
  weight: 40,
  run: ({ drivers, world }) => {
    const live = drivers.filter(({ state }) => state === 'live');
    if (live.length === 0) {
      return undefined;
    }
    const driver = world.random.pick(live);
    let workCount = 0;
    for (let turns = world.random.nextBetween(1, 4); turns > 0; turns--) {
      workCount += driver.invoke();
    }
    return `work=${workCount}`;
  },
};

const clientTurn = clientAction('client turn', 40, (client) => `work=${client.invoke()}`);

const shortTime: Action = {
  name: 'a moment passes',
  weight: 25,
  run: (simulation) => {
    const durationNs = simulation.world.random.nextBetween(1_000, 2_000_000);
    simulation.elapse(durationNs);
    return `ns=${durationNs}`;
  },
};

const longTime: Action = {
  name: 'time passes',
  weight: 4,
  run: (simulation) => {
    const durationMs = simulation.world.random.nextBetween(10, 400);
    simulation.elapse(durationMs * NS_PER_MS);
    return `ms=${durationMs}`;
  },
};

export const connect: Action = {
  name: 'connect',
  weight: 8,
  run: ({ clients, world }) => {
    const absent = clients.filter(({ state, driver }) => state === 'absent' && driver.state === 'live');
    if (absent.length === 0) {
      return undefined;
    }
    const client = world.random.pick(absent);
    client.connect();
    return `${client.name} clientId=${client.aeron.clientId}`;
  },
};

const close = clientAction('close client', 0.3, (client) => {
  client.close();
  return '';
});

const kill = clientAction('kill client', 0.4, (client) => {
  const claims = client.publishers.reduce((sum, publisher) => sum + publisher.claims.length, 0);
  client.kill();
  return `claims=${claims}`;
});

/** Dies while it writes a command: behind it the ring is blocked until the driver steps over it. */
const killInCommand = clientAction('kill client in a command', 0.1, (client, { world }) => {
  if (!client.isServed) {
    return undefined;
  }
  const cnc = mapCncFile(client.platform, cncFilePath(client.driver.directory));
  const claimed = new ManyToOneRingBuffer(cnc.toDriver).tryClaim(
    CommandId.ADD_PUBLICATION,
    world.random.nextBetween(0, 200),
  );
  client.driver.isCountUncertain = true;
  client.kill();
  return `claimed=${claimed}`;
});

const pauseShortly = clientAction('client pauses', 0.6, (client, { world, plan }) => {
  const durationMs = world.random.nextInt(plan.clientLivenessTimeoutMs / 2);
  client.pause(durationMs * NS_PER_MS, false);
  return `ms=${durationMs}`;
});

const pauseTooLong = clientAction('client pauses too long', 0.3, (client, { world, plan }) => {
  const durationMs = plan.clientLivenessTimeoutMs * 1.5 + world.random.nextInt(2000);
  client.pause(durationMs * NS_PER_MS, true);
  return `ms=${durationMs}`;
});

function driverAction(
  name: string,
  weight: number,
  run: (driver: DriverNode, simulation: Simulation) => unknown,
): Action {
  return {
    name,
    weight,
    run: async (simulation) => {
      const live = simulation.drivers.filter(({ state }) => state === 'live');
      if (live.length === 0) {
        return undefined;
      }
      const driver = simulation.world.random.pick(live);
      const what = await run(driver, simulation);
      return `${driver.directory} ${what ?? ''}`;
    },
  };
}

const driverStops = driverAction('driver stops', 0.06, (driver) => driver.stop());

const driverDies = driverAction('driver dies', 0.06, (driver) => driver.kill());

const driverPauses = driverAction('driver pauses', 0.2, (driver, { world, plan }) => {
  const durationMs = world.random.nextInt(plan.driverTimeoutMs / 2);
  driver.pause(durationMs * NS_PER_MS);
  return `ms=${durationMs}`;
});

const driverPausesTooLong = driverAction('driver pauses too long', 0.04, (driver, { world, plan }) => {
  const durationMs = plan.driverTimeoutMs * 1.2 + world.random.nextInt(2000);
  driver.wasHeldUp = true;
  driver.pause(durationMs * NS_PER_MS);
  return `ms=${durationMs}`;
});

export const driverStarts: Action = {
  name: 'driver starts',
  weight: 5,
  run: async ({ drivers, world, isDiskFull }) => {
    const absent = drivers.filter(({ state }) => state === 'absent');
    if (absent.length === 0) {
      return undefined;
    }
    const driver = world.random.pick(absent);
    return `${driver.directory} started=${await driver.start(isDiskFull)}`;
  },
};

/** Leaves less room than the smallest log takes. */
const diskFillsUp: Action = {
  name: 'disk fills up',
  weight: 0.3,
  run: (simulation) => {
    if (simulation.isDiskFull) {
      return undefined;
    }
    simulation.isDiskFull = true;
    for (const volume of volumesOf(simulation)) {
      volume.capacity = volume.used + simulation.world.random.nextInt(LOG_LENGTH_MIN);
    }
    return '';
  },
};

const diskIsFreed: Action = { name: 'disk is freed', weight: 3, run: freeDisk };

/** Gives the drivers' disks room again. */
export function freeDisk(simulation: Simulation): string | undefined {
  if (!simulation.isDiskFull) {
    return undefined;
  }
  simulation.isDiskFull = false;
  for (const volume of volumesOf(simulation)) {
    volume.capacity = ROOM;
  }
  return '';
}

function volumesOf({ drivers, world }: Simulation) {
  return drivers.map(({ options, directory }) => world.host(options.hostName).disk.volumeOf(directory));
}

/** For every medium. */
export const lifeActions: readonly Action[] = [
  driverTurns,
  clientTurn,
  shortTime,
  longTime,
  connect,
  close,
  kill,
  killInCommand,
  pauseShortly,
  pauseTooLong,
  driverStarts,
  driverStops,
  driverDies,
  driverPauses,
  driverPausesTooLong,
  diskFillsUp,
  diskIsFreed,
];
