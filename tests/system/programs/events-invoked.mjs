// SPDX-License-Identifier: Apache-2.0
// A driver in INVOKER mode, run by a program between its own turns, until a signal. The arguments are its settings, `-Dname=value`.
import { MediaDriver } from '@aeron/driver';

const properties = Object.fromEntries(process.argv.slice(2).map((define) => define.slice(2).split(/=(.*)/s)));
const driver = await MediaDriver.launch({ properties });
let isRunning = true;
process.once('SIGTERM', () => {
  isRunning = false;
});
while (isRunning) {
  if (driver.invoker.invoke() === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await new Promise(setImmediate);
}
await driver.close();
