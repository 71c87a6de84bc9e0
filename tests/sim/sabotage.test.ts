// SPDX-License-Identifier: Apache-2.0
/** The simulation is only worth something if it notices: each kind of damage must make runs fail. */
import type { LogBuffers } from '@aeron/codecs/internal';
import { AtomicCounter } from '@aeron/core/internal';
import { InvariantViolation } from './model/expect.ts';
import { ipcPlan } from './scenarios/ipc-scenario.ts';
import { Simulation } from './simulation.ts';

const SEEDS = 10;
const WEIGHT = 5;
const HEADER_LENGTH = 32;
const TYPE_OFFSET = 6;
const SUBSCRIBER_POSITION_TYPE_ID = 4;

type Damage = (simulation: Simulation) => string | undefined;

interface Frame {
  readonly log: LogBuffers;
  readonly term: number;
  readonly offset: number;
  readonly length: number;
}

/** A committed frame that a subscriber has yet to read. */
function unreadFrame({ clients }: Simulation): Frame | undefined {
  const live = clients.filter(({ state }) => state === 'live');
  for (const { image } of live.flatMap(({ subscribers }) =>
    subscribers.flatMap(({ followers }) => [...followers.values()]),
  )) {
    const log = image.logBuffers;
    const term = Math.floor(image.position / log.termLength) % 3;
    const offset = image.position % log.termLength;
    const length = log.terms[term]?.getInt32(offset) ?? 0;
    if (length > HEADER_LENGTH && log.terms[term]?.getUint16(offset + TYPE_OFFSET) === 1) {
      return { log, term, offset, length };
    }
  }
  return undefined;
}

const DAMAGES: Readonly<Record<string, Damage>> = {
  'a byte that changes': (simulation) => {
    const frame = unreadFrame(simulation);
    const bytes = frame?.log.terms[frame.term]?.bytes;
    if (frame === undefined || bytes === undefined) {
      return undefined;
    }
    const index = frame.offset + frame.length - 1;
    bytes[index] = (bytes[index] ?? 0) ^ 0x10;
    return `at ${index}`;
  },
  'a message that is lost': (simulation) => {
    const frame = unreadFrame(simulation);
    frame?.log.terms[frame.term]?.putUint16(frame.offset + TYPE_OFFSET, 0);
    return frame === undefined ? undefined : `at ${frame.offset}`;
  },
  'a position that jumps back': ({ drivers: [driver] }) => {
    if (driver?.state !== 'live') {
      return undefined;
    }
    const { counters } = driver;
    let moved: string | undefined;
    counters.forEachMetadata((counterId, typeId) => {
      const value = counters.getCounterValue(counterId);
      if (typeId === SUBSCRIBER_POSITION_TYPE_ID && value > 1024) {
        new AtomicCounter(counters.valuesBuffer, counterId).set(0);
        moved = `counter=${counterId}`;
      }
    });
    return moved;
  },
  'a log that nobody frees': ({ drivers: [driver], world }) => {
    if (driver?.state !== 'live') {
      return undefined;
    }
    const { files } = world.platform(driver.options.hostName);
    files.createDirectories(`${driver.directory}/publications`);
    files.write(`${driver.directory}/publications/999.logbuffer`, new Uint8Array(4096));
    return '';
  },
};

describe('the simulation notices', () => {
  it.each(Object.entries(DAMAGES))('%s', async (name, run) => {
    let done = 0;
    let noticed = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      let isDone = false;
      const damage = {
        name,
        weight: WEIGHT,
        run: (simulation: Simulation) => {
          const what = isDone ? undefined : run(simulation);
          isDone ||= what !== undefined;
          return what;
        },
      };
      const simulation = new Simulation(seed, (world) => {
        const plan = ipcPlan(world);
        return { ...plan, phases: 1, actions: [...plan.actions, damage] };
      });
      await simulation.run().catch((error: unknown) => {
        expect([error instanceof InvariantViolation, String(error)]).toEqual([true, expect.anything()]);
        noticed++;
      });
      done += isDone ? 1 : 0;
    }
    expect(done).toBeGreaterThan(SEEDS / 2);
    expect(noticed).toBeGreaterThan(0.7 * done); // the rest hit what nobody came to read
  });
});
