// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run bench [-- --quick] [--json FILE]`: measures this implementation and, where Java and Maven are there, the
 * reference in the same run, turn by turn, so that what disturbs the machine disturbs both. Prints one table.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Aeron } from '@aeron/client';
import { type Implementation, newDirectory, referenceImplementation, TYPESCRIPT } from './implementation.ts';
import { FULL, MEASUREMENTS, QUICK, type Scale } from './measurements.ts';
import { prepareReference, REFERENCE_VERSION } from './reference/maven.ts';
import { describeMachine, machine } from './report/machine.ts';
import { Samples } from './report/samples.ts';
import { tableOf } from './report/table.ts';

const DRIVER_SETTLING_MS = 1_000;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    only: { type: 'string' },
    ours: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(`npm run bench -- [options]
  --quick        less than a minute, for a first look
  --json FILE    also writes what was measured, every single value
  --only TEXT    only measurements whose name contains it
  --ours         leaves the reference out
  --rounds N     how often each is measured`);
  process.exit(0);
}
await main();

async function main(): Promise<void> {
  const scale = {
    ...(values.quick ? QUICK : FULL),
    ...(values.rounds === undefined ? {} : { rounds: Number(values.rounds) }),
  };
  const reference = values.ours ? { missing: 'it was left out by --ours' } : prepareReference();
  const other = referenceImplementation(reference);
  console.log(describeMachine());
  console.log(
    'missing' in reference
      ? `The reference is not measured: ${reference.missing}.`
      : `Reference: Java client and driver ${REFERENCE_VERSION}, measured turn by turn.`,
  );
  const samples = new Samples();
  for (let round = 1; round <= scale.rounds; round++) {
    for (const implementation of other === undefined ? [TYPESCRIPT] : [TYPESCRIPT, other]) {
      await measure(implementation, scale, samples, `${round} of ${scale.rounds}`);
    }
  }
  console.log(`\n${tableOf(samples, chosen(), other?.name)}`);
  if (values.json !== undefined) {
    writeFileSync(
      values.json,
      `${JSON.stringify({ machine: machine(), scale, samples: samples.toJSON() }, null, 2)}\n`,
    );
  }
}

function chosen() {
  const text = values.only ?? '';
  return MEASUREMENTS.filter(({ metrics }) => metrics.some(({ id, name }) => `${id} ${name}`.includes(text)));
}

/** One round of one implementation, on a driver of its own. */
async function measure(implementation: Implementation, scale: Scale, samples: Samples, round: string): Promise<void> {
  const directory = newDirectory(implementation.name);
  const driver = implementation.startDriver(directory);
  try {
    await untilServing(directory);
    await sleep(DRIVER_SETTLING_MS);
    for (const measurement of chosen()) {
      if (!measurement.isOursOnly || implementation === TYPESCRIPT) {
        const [first] = measurement.metrics;
        process.stderr.write(`round ${round}, ${implementation.name}: ${first?.name}\n`);
        samples.add(implementation.name, await measurement.run({ implementation, scale, driver, directory }));
      }
    }
  } finally {
    await driver.stop();
  }
}

async function untilServing(aeronDirectoryName: string): Promise<void> {
  const aeron = await Aeron.connect({ aeronDirectoryName, driverTimeoutMs: 30_000 });
  await aeron.close();
}
