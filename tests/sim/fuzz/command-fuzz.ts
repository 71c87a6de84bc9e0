// SPDX-License-Identifier: Apache-2.0
/** A conductor whose clients send mutated and random commands, and write into all that they may write into. */
import { expectServes, Mob } from '@aeron/driver/testing/client-mob';
import { expectThat } from '../model/expect.ts';

const SYSTEM_COUNTERS = 46;
const WORK_INTERVAL = 4;

export function fuzzCommands(seed: number, count: number): void {
  const mob = new Mob(seed);
  const { driver } = mob;
  for (let i = 0; i < count; i++) {
    mob.act();
    if (i % WORK_INTERVAL === 0) {
      mob.work();
    }
  }
  mob.work();
  const silence = (): void => {
    for (const image of driver.agents.images) {
      image.isDeactivated = true; // nobody sends to this driver any more
    }
  };
  driver.elapse(40_000, silence); // all die; counters rest and are free again
  driver.events();
  expectServes(driver);
  driver.elapse(60_000);
  driver.counters.forEachMetadata((counterId) => {
    const isLeft = counterId >= SYSTEM_COUNTERS && driver.counters.getCounterOwnerId(counterId) !== -1;
    expectThat(!isLeft, () => `counter is left: ${driver.counters.getCounterLabel(counterId)}`);
  });
  expectThat(driver.logFiles().length === 0, () => `logs are left: ${driver.logFiles()}`);
  const mapped = driver.systemCounters.get('BYTES_CURRENTLY_MAPPED').get();
  expectThat(mapped === 0, () => `bytes are mapped still: ${mapped}`);
}
