// SPDX-License-Identifier: Apache-2.0
/** Each counter of a driver belongs to whom the table of counters, and so docs/COUNTERS.md, says. */
import { DRIVER_COUNTERS } from '@aeron/codecs';
import { DriverView } from '../support/driver-view.ts';
import { Loopback } from '../support/loopback.ts';
import { until } from '../support/until.ts';

const STREAM_ID = 1001;
const EXPECTED_TYPE_IDS = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 17, 18, 19, 20];

describe('counters', () => {
  const loopback = new Loopback();
  afterAll(() => loopback.close());

  it('have the owner that the table names', async () => {
    const { driver, aeron } = await loopback.node();
    const group = 'aeron:udp?control=127.0.0.1:24201|control-mode=dynamic|fc=min';
    const publication = await aeron.addPublication(group, STREAM_ID);
    const receiving = 'aeron:udp?endpoint=127.0.0.1:24202|control=127.0.0.1:24201|cc=cubic';
    await aeron.addSubscription(receiving, STREAM_ID);
    await aeron.addExclusivePublication('aeron:ipc', STREAM_ID);
    await publication.waitForSubscriber();

    const view = DriverView.open(driver.aeronDirectoryName);
    const counters = await until(() => {
      const found = view.counters();
      return EXPECTED_TYPE_IDS.every((id) => found.some(({ typeId }) => typeId === id)) && found;
    }, `counters of all types: ${EXPECTED_TYPE_IDS}`);
    view.close();

    const rows = Object.values(DRIVER_COUNTERS);
    for (const { typeId, label, ownerId } of counters) {
      const row = rows.find((each) => each.typeId === typeId && label.startsWith(each.label));
      const owner = ownerId === aeron.clientId ? 'client' : ownerId <= 0 ? 'driver' : `nobody known: ${ownerId}`;
      expect([label, owner]).toEqual([label, row?.owner]);
    }
  });
});
