// SPDX-License-Identifier: Apache-2.0
// Our driver, with all its events as records of the older form in a file. Arguments: the file, then settings, `-Dname=value`. Ends
// in order on SIGTERM. The file: type id, length, record, and an empty line for the reference to fill in; as EventRecords.java has it.
import { appendFileSync, writeFileSync } from 'node:fs';
import { driverEvents, EVENT_MEMORY_NAME, EventFlag, EventMemory, maskOf } from '@aeron/codecs/internal';
import { nodePlatform } from '@aeron/core/internal';
import { MediaDriver } from '@aeron/driver';

const DRAIN_INTERVAL_MS = 10;
const [file, ...defines] = process.argv.slice(2);
const properties = Object.fromEntries(defines.map((define) => define.slice(2).split(/=(.*)/s)));

const memory = EventMemory.create(8 * 1024 * 1024);
memory.flags = EventFlag.CLASSIC_RECORDS | EventFlag.RENDER_DATA;
memory.setEnabled(driverEvents.typeCode, maskOf(Object.values(driverEvents.rows).map(({ id }) => id)));
nodePlatform().host.offerSharedMemory(EVENT_MEMORY_NAME, memory.shared);

const NO_LINE = Buffer.alloc(2);
writeFileSync(file, '');
function drain() {
  const records = [];
  memory.ring.read((typeId, buffer, offset, length) => {
    const head = Buffer.alloc(8);
    head.writeInt32BE(typeId, 0);
    head.writeInt32BE(length, 4);
    records.push(head, Buffer.from(buffer.subarray(offset, length)), NO_LINE);
  }, 100_000);
  appendFileSync(file, Buffer.concat(records));
}
const timer = setInterval(drain, DRAIN_INTERVAL_MS);

const driver = await MediaDriver.launch({ properties });
process.once('SIGTERM', async () => {
  await driver.close();
  clearInterval(timer);
  drain();
});
