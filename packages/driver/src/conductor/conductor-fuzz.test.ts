// SPDX-License-Identifier: Apache-2.0
/** Clients gone mad: whatever they put into the ring, the logs and the counters, the conductor goes on serving the others. */

import { expectServes, Mob } from '../testing/client-mob.ts';

const COMMANDS_PER_SEED = 3000;
const SEEDS = [1, 2, 3, 4];
const SYSTEM_COUNTERS = 46;
describe.each(SEEDS)('a mob of clients, seed %d', (seed) => {
  it('neither stops the conductor nor keeps anything after it is gone', () => {
    const mob = new Mob(seed);
    const { driver } = mob;
    for (let i = 0; i < COMMANDS_PER_SEED; i++) {
      mob.act();
      if (i % 4 === 0) {
        mob.work();
      }
    }
    mob.work();
    const silence = () => {
      for (const image of driver.agents.images) {
        image.isDeactivated = true; // nobody sends to this driver any more
      }
    };
    driver.elapse(40_000, silence); // all die; counters rest and are free again
    driver.events();
    expectServes(driver);
    driver.elapse(60_000);
    const left: number[] = [];
    driver.counters.forEachMetadata((counterId) => {
      if (counterId >= SYSTEM_COUNTERS && driver.counters.getCounterOwnerId(counterId) !== -1) {
        left.push(counterId);
      }
    });
    expect(left).toEqual([]);
    expect(driver.logFiles()).toEqual([]);
    expect(driver.platform.files.list(`${driver.directory}/images`)).toEqual([]);
    expect(driver.systemCounters.get('BYTES_CURRENTLY_MAPPED').get()).toBe(0);
  });
});
