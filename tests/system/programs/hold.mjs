// SPDX-License-Identifier: Apache-2.0
/**
 * A program that does nothing but have a driver. Arguments: the Aeron directory, the threading mode, the calling thread's use or
 * `-`, and what it calls on the driver, in this order: `ref` or `unref`, several by commas.
 */
import { MediaDriver } from '@aeron/driver';

const [aeronDirectoryName, threadingMode, callingThread, calls] = process.argv.slice(2);
const driver = await MediaDriver.launch({
  aeronDirectoryName,
  threadingMode,
  ...(callingThread === '-' ? {} : { callingThread }),
});
for (const call of calls.split(',')) {
  driver[call]();
}
console.log('launched');
