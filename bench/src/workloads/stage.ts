// SPDX-License-Identifier: Apache-2.0
/** Starts and stops what a workload runs on. */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aeron } from '@aeron/client';
import type { Contender, DriverProperties, ProgramArguments, ProgramName } from '../contenders/contender.ts';
import { newDirectory } from '../contenders/places.ts';
import { Program, type Values } from '../contenders/program.ts';
import type { Scale } from './scale.ts';
import type { DriverExtras, RunningDriver, Stage } from './workload.ts';

const SETTLING_MS = 200;
const DRIVER_LIMIT_MS = 60_000;
const LOOK_MS = 50;

export function createStage(contender: Contender, scale: Scale, properties: DriverProperties): Stage {
  return {
    contender,
    scale,
    properties,
    withDriver: (more, use, extras) => withDriver(contender, { ...properties, ...more }, use, extras),
    runAlone: (name, args) => runAlone(contender, properties, name, args),
  };
}

async function withDriver<T>(
  contender: Contender,
  properties: DriverProperties,
  use: (driver: RunningDriver) => Promise<T>,
  { hasEventLog = false }: DriverExtras = {},
): Promise<T> {
  const directory = newDirectory(contender.name);
  const program = new Program(contender.driver(directory, properties, hasEventLog));
  let isEndWanted = false;
  try {
    await untilServing(directory, program);
    await sleep(SETTLING_MS);
    const result = await use({
      directory,
      program,
      start: (name, args) => new Program(contender.program(name, { directory, ...args }, properties)),
      end: () => {
        isEndWanted = true;
        return program.stop();
      },
    });
    if (program.hasEnded && !isEndWanted) {
      throw new Error(`the driver did not last: ${program.complaint()}`);
    }
    return result;
  } finally {
    await program.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runAlone(
  contender: Contender,
  properties: DriverProperties,
  name: ProgramName,
  args: ProgramArguments,
): Promise<Values> {
  const directory = newDirectory(contender.name);
  try {
    return await new Program(contender.program(name, { directory, ...args }, properties)).result();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function untilServing(aeronDirectoryName: string, driver: Program): Promise<void> {
  const abort = new AbortController();
  const timer = setInterval(() => {
    if (driver.hasEnded) {
      abort.abort(new Error(`the driver did not start: ${driver.complaint()}`));
    }
  }, LOOK_MS);
  try {
    const aeron = await Aeron.connect({ aeronDirectoryName, driverTimeoutMs: DRIVER_LIMIT_MS, signal: abort.signal });
    await aeron.close();
  } finally {
    clearInterval(timer);
  }
}
