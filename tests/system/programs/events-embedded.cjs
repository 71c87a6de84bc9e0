// SPDX-License-Identifier: Apache-2.0
// A CommonJS program with a driver of its own and events of its own. The argument is a threading mode.
const { openEvents } = require('@aeron/agent');
const { Aeron } = require('@aeron/client');
const { MediaDriver } = require('@aeron/driver');
const { own } = require('./own-events.cjs');

main();

async function main() {
  const driver = await MediaDriver.launchEmbedded({ threadingMode: process.argv[2] });
  const aeron = await Aeron.connect({ aeronDirectoryName: driver.aeronDirectoryName });
  await aeron.addPublication('aeron:ipc', 7);
  const events = openEvents(own);
  if (events.isOn.DONE) {
    events.log('DONE', { text: 'say "done"', count: 5n });
  }
  await aeron.close();
  await driver.close();
}
