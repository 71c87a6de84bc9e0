// SPDX-License-Identifier: Apache-2.0
/** Operator tools as they ship, run to their end on a directory. */
import { join } from 'node:path';
import { Child, type Ended } from './child.ts';

const BIN = join(__dirname, '..', '..', 'packages', 'driver', 'dist', 'bin');

/** @param directory of the driver, as the tool's user would name it by the environment. */
export function runTool(tool: string, directory: string, ...args: string[]): Promise<Ended> {
  const env = { ...process.env, AERON_DIR: directory };
  return new Child(join(BIN, `${tool}.js`), args, { env }).ended;
}
