// SPDX-License-Identifier: Apache-2.0
/** The receiver of a publication moves to an address that the publication's socket can't be connected to. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/ports.ts';
import { onStage } from '../support/stage.ts';
import { runTool } from '../support/tools.ts';
import { until } from '../support/until.ts';

const STREAM = 1001;
const SEND_CHANNEL_STATUS_TYPE_ID = 6;
const ERRORED = -1;
/** Resolves a name to one address first, and to another when it is looked up again. */
const RESOLVER = `exports.suppliers = {
  nameResolver: (hosts) => ({
    name: 'moving',
    lookup: (name) => name,
    resolve: (host, parameter, isAgain) =>
      hosts.resolve(host !== 'moving' ? host : isAgain ? '10.255.0.1' : '127.0.0.1', parameter, isAgain),
  }),
};`;

// By `dgram` it fails later, and does not end in the same place.
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a driver whose sockets are connected by system calls', () => {
  it.each(['SHARED', 'DEDICATED'])('shows clients that the channel is errored, and why: %s', async (threadingMode) => {
    await onStage(async (stage) => {
      const suppliers = join(stage.folder, 'suppliers.cjs');
      writeFileSync(suppliers, RESOLVER);
      const directory = stage.newDirectory();
      await stage.startDriver(directory, {
        'aeron.threading.mode': threadingMode,
        'aeron.driver.suppliers.module': suppliers,
        'aeron.driver.reresolution.check.interval': '200ms',
      });
      const client = await stage.startClient(directory);
      const channel = `aeron:udp?endpoint=moving:${await freePort()}|interface=127.0.0.1`; // leads to no other machine
      await client.publication(STREAM, { channel });
      const view = stage.view(directory);
      const statuses = () =>
        view
          .counters()
          .filter(({ typeId }) => typeId === SEND_CHANNEL_STATUS_TYPE_ID)
          .map(({ value }) => value);
      expect(statuses()).toEqual([1]);
      await until(() => statuses()[0] === ERRORED, 'the channel to be errored');
      await until(() => view.system('ERRORS') > 0, 'the error');
      const { stdout } = await runTool('error-stat', directory);
      expect(stdout).toMatch(/re-resolve endpoint channel error - .*: aeron:udp\?endpoint=moving/);
    });
  });
});
