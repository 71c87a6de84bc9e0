// SPDX-License-Identifier: Apache-2.0
/** Directories that may not be written or read. Root may do everything, so as root the drivers and clients here are nobody. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RemoteClient } from '../support/remote-client.ts';
import { onStage, PROGRAMS, type Stage, stopDriver } from '../support/stage.ts';

jest.setTimeout(60_000);

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
const onUnix = process.platform === 'win32' ? describe.skip : describe;

/** A folder that others may enter, in which nobody may make anything. */
function closedFolder(stage: Stage): string {
  chmodSync(stage.folder, 0o755);
  const folder = join(stage.folder, 'closed');
  mkdirSync(folder);
  chmodSync(folder, 0o555);
  return folder;
}

onUnix('without the permission', () => {
  it('to make its directory a driver says so, with the path', async () => {
    await onStage(async (stage) => {
      const directory = join(closedFolder(stage), 'aeron');
      expect(await stage.launchDriver(directory, {}, identity).ended).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(new RegExp(`FILE_ACCESS: can't create: EACCES path=${directory}`)),
      });
    });
  });

  it('to write into a directory that exists a driver says so, with the path', async () => {
    await onStage(async (stage) => {
      const parent = closedFolder(stage);
      const directory = join(parent, 'aeron');
      chmodSync(parent, 0o755);
      mkdirSync(directory);
      chmodSync(directory, 0o555);
      chmodSync(parent, 0o555); // or its owner could put another directory in its place
      try {
        const { code, stderr } = await stage.launchDriver(directory, {}, identity).ended;
        expect(code).toBe(1);
        expect(stderr).toMatch(/FILE_ACCESS: .*E(ACCES|PERM)/);
        expect(stderr).toContain(directory);
      } finally {
        chmodSync(parent, 0o755);
      }
    });
  });

  it('to read the file of a driver a client says so, with the path, and the others do not notice', async () => {
    await onStage(async (stage) => {
      chmodSync(stage.folder, 0o755);
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      const friend = await stage.startClient(directory);
      chmodSync(join(directory, 'cnc.dat'), isRoot ? 0o600 : 0o000);
      const options = JSON.stringify({ aeronDirectoryName: directory, driverTimeoutMs: 100 });
      const stranger = new RemoteClient(stage.start(join(PROGRAMS, 'client.mjs'), [options], identity));
      await expect(stranger.call('connect')).rejects.toMatchObject({
        code: 'DRIVER_TIMEOUT',
        message: expect.stringMatching(new RegExp(`EACCES.*path=${directory}/cnc.dat`)),
      });
      await friend.publication(1001);
      expect(await friend.call('status')).toMatchObject({ isClosed: false, errors: [] });
      await stopDriver(driver);
    });
  });

  it('to make a path at all, since a part of it is a file, a driver says so', async () => {
    await onStage(async (stage) => {
      expect(await stage.launchDriver('/dev/null/aeron').ended).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/FILE_ACCESS: .*ENOTDIR path=\/dev\/null\/aeron/),
      });
    });
  });
});
