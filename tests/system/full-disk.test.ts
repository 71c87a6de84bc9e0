// SPDX-License-Identifier: Apache-2.0
/** A shared-memory disk without room, made as a small tmpfs of its own where the test may mount one. */
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aeron, RegistrationError } from '@aeron/client';
import { MediaDriver } from '@aeron/driver';
import { MIB, onDisk, whyNoDisk } from '../support/small-disk.ts';
import { onStage, stopDriver } from '../support/stage.ts';

jest.setTimeout(60_000);

const problem = whyNoDisk();
const whereMountable = problem === undefined ? describe : describe.skip;

whereMountable(`on a disk without room${problem === undefined ? '' : ` (skipped: ${problem})`}`, () => {
  it('a driver does not start, says how much it needed where, and leaves nothing', async () => {
    await onDisk(4 * MIB, async (disk) => {
      await onStage(async (stage) => {
        const directory = join(disk, 'aeron');
        const { code, stderr } = await stage.launchDriver(directory).ended;
        expect(code).toBe(1);
        expect(stderr).toMatch(/STORAGE_SPACE: .*length=\d{7,}/);
        expect(stderr).toContain(`${directory}/cnc.dat`);
        expect(readdirSync(disk)).toEqual([]);
      });
    });
  });

  it.each(['sparse=true', 'sparse=false'])('a publication is refused (%s), and all others go on', async (sparse) => {
    await onDisk(32 * MIB, async (disk) => {
      const aeronDirectoryName = join(disk, 'aeron');
      const errors: Error[] = [];
      await using driver = await MediaDriver.launch({
        aeronDirectoryName,
        counterValuesBufferLength: '1m',
        ipcTermBufferLength: '64k',
        lowStorageWarningThreshold: '0',
        errorHandler: (error) => errors.push(error),
      });
      await using aeron = await Aeron.connect({ aeronDirectoryName });
      const subscription = await aeron.addSubscription('aeron:ipc', 1001);
      const publication = await aeron.addPublication('aeron:ipc', 1001);

      const refusal: unknown = await aeron
        .addPublication(`aeron:ipc?term-length=16m|${sparse}`, 1002)
        .catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(RegistrationError);
      expect(refusal).toMatchObject({ code: 'REGISTRATION', errorCode: 'STORAGE_SPACE' });
      const free = statfsSync(disk).bavail * statfsSync(disk).bsize;
      expect(String(refusal)).toContain(`length=${3 * 16 * MIB + 4096} usable=${free}`);
      expect(String(refusal)).toContain(aeronDirectoryName);

      // Whoever fills the rest of the disk does no harm to what is there already.
      writeFileSync(join(disk, 'ballast'), new Uint8Array(Math.max(0, free - 512 * 1024)));
      let received = 0;
      for (let i = 0; i < 1000; i++) {
        while (publication.offer(`message ${i}`) < 0) {
          await new Promise((resolve) => setImmediate(resolve));
          received += subscription.poll(() => undefined, 100);
        }
      }
      for (; received < 1000; await new Promise((resolve) => setImmediate(resolve))) {
        received += subscription.poll(() => undefined, 100);
      }
      await expect(aeron.addPublication('aeron:ipc?term-length=1m', 1003)).rejects.toMatchObject({
        errorCode: 'STORAGE_SPACE',
      });
      rmSync(join(disk, 'ballast'));
      const later = await aeron.addPublication('aeron:ipc?term-length=1m', 1003);
      expect(later.termBufferLength).toBe(MIB);
      expect(errors.every((error) => /insufficient usable storage|ENOSPC/.test(error.message))).toBe(true);
      expect(driver.config.aeronDirectoryName).toBe(aeronDirectoryName);
    });
  });

  it('a driver that was refused takes the place once there is room', async () => {
    await onDisk(64 * MIB, async (disk) => {
      await onStage(async (stage) => {
        const directory = join(disk, 'aeron');
        writeFileSync(join(disk, 'ballast'), new Uint8Array(60 * MIB));
        expect(await stage.launchDriver(directory).ended).toMatchObject({ code: 1 });
        rmSync(join(disk, 'ballast'));
        const driver = await stage.startDriver(directory);
        await stopDriver(driver);
      });
    });
  });
});
