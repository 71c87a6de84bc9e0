// SPDX-License-Identifier: Apache-2.0
/** Loaded into the driver's process before the driver (`node --import`): says at its end what garbage collection took. */
import { Collections } from './collections.ts';

const collections = new Collections();
process.once('exit', () => {
  process.stdout.write(`${JSON.stringify(collections.end())}\n`);
});
