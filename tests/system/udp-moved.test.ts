// SPDX-License-Identifier: Apache-2.0
/** The receiver of a publication moves to an address that the publication's socket can't be connected to, and comes back. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/ports.ts';
import { onStage } from '../support/stage.ts';
import { runTool } from '../support/tools.ts';
import { until } from '../support/until.ts';

const STREAM = 1001;
const SEND_CHANNEL_STATUS_TYPE_ID = 6;
const ERRORED = -1;
const ACTIVE = 1;
/** Resolves a name to one address, to another when it is looked up again, and to the first from then on. */
const RESOLVER = `exports.suppliers = {
  nameResolver: (hosts) => {
    const again = ['10.255.0.1'];
    return {
      name: 'moving',
      lookup: (name) => name,
      resolve: (host, parameter, isAgain) =>
        hosts.resolve(host !== 'moving' ? host : (isAgain && again.shift()) || '127.0.0.1', parameter, isAgain),
    };
  },
};`;

// Elsewhere a socket of loopback may be connected to any address.
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a driver whose receiver moves out of reach', () => {
  it.each([
    ['dgram', 'SHARED'],
    ['dgram', 'DEDICATED'],
    ['batch', 'DEDICATED'],
    ['offload', 'SHARED'],
  ])('shows clients that the channel is errored, why, and that it is not any more: %s, %s', async (transport, mode) => {
    await onStage(async (stage) => {
      const suppliers = join(stage.folder, 'suppliers.cjs');
      writeFileSync(suppliers, RESOLVER);
      const directory = stage.newDirectory();
      await stage.startDriver(directory, {
        'aeron.threading.mode': mode,
        'aeron.driver.datagram.transport': transport,
        'aeron.driver.suppliers.module': suppliers,
        'aeron.driver.reresolution.check.interval': '200ms',
      });
      const client = await stage.startClient(directory);
      const channel = `aeron:udp?endpoint=moving:${await freePort()}|interface=127.0.0.1`; // leads to no other machine
      await client.publication(STREAM, { channel });
      const view = stage.view(directory);
      const status = () => view.counters().find(({ typeId }) => typeId === SEND_CHANNEL_STATUS_TYPE_ID)?.value;
      expect(status()).toBe(ACTIVE);
      await until(() => status() === ERRORED, 'the channel to be errored');
      await until(() => view.system('ERRORS') > 0, 'the error');
      const { stdout } = await runTool('error-stat', directory);
      expect(stdout).toMatch(/re-resolve endpoint channel error - .*: aeron:udp\?endpoint=moving/);
      await until(() => status() === ACTIVE, 'the channel to be active again');
    });
  });
});
