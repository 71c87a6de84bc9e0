// SPDX-License-Identifier: Apache-2.0
/**
 * A driver whose duty cycles the program runs by hand. Its properties are the first argument, as JSON. Ends as aeronmd does, with the
 * number of the signal.
 */
import { constants } from 'node:os';
import { MediaDriver } from '@aeron/driver';

const driver = await MediaDriver.launch({ properties: JSON.parse(process.argv[2]), environment: {} });
let status = 0;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    status = constants.signals[signal];
    void driver.close();
  });
}
while (!driver.invoker.isClosed) {
  const isIdle = driver.invoker.invoke() === 0;
  await new Promise((resolve) => (isIdle ? setTimeout(resolve, 1) : setImmediate(resolve)));
}
await driver.closed;
process.exitCode = status;
