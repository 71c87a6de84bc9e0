// SPDX-License-Identifier: Apache-2.0
/** The mistakes that take a process of their own, or the machine: see mistakes.test.ts. */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aeron } from '@aeron/client';
import { Child } from '../support/child.ts';
import { servingPid } from '../support/driver-view.ts';
import { onStage, stopDriver } from '../support/stage.ts';
import { runTool } from '../support/tools.ts';
import { until } from '../support/until.ts';

jest.setTimeout(90_000);

const NOBODY = 65534;
const SHORT_MS = 200;
const ROOT = join(__dirname, '..', '..');
const isRoot = process.getuid?.() === 0;
const isLinuxRoot = process.platform === 'linux' && isRoot;

/** Named as in the guide. */
function mistake(title: string, make: () => Promise<void>): void {
  it(title, make);
}

/** A newcomer's program, run where it finds the packages. */
function program(folder: string, text: string): Child {
  const script = join(folder, 'program.mjs');
  writeFileSync(script, text.replaceAll(/'@aeron\/(\w+)'/g, `'${ROOT}/packages/$1/dist/index.js'`));
  return new Child(script);
}

const connected = (directory: string, options = '') => `
import { Aeron } from '@aeron/client';
const aeron = await Aeron.connect({ aeronDirectoryName: '${directory}', ${options} });
`;

describe('drivers', () => {
  mistake('the driver runs as another user', async () => {
    await onStage(async (stage) => {
      chmodSync(stage.folder, 0o755);
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      chmodSync(join(directory, 'cnc.dat'), isRoot ? 0o600 : 0o000);
      const script = join(stage.folder, 'stranger.mjs');
      writeFileSync(
        script,
        `import { Aeron } from '${ROOT}/packages/client/dist/index.js';
await Aeron.connect({ aeronDirectoryName: '${directory}', driverTimeoutMs: ${SHORT_MS} }).catch(({ code, message }) => console.log(code, message));`,
      );
      const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
      const { stdout } = await stage.start(script, [], identity).ended;
      expect(stdout).toMatch(
        /^DRIVER_TIMEOUT no media driver: .*EACCES.*its driver runs as another user.*use the same user/,
      );
      chmodSync(join(directory, 'cnc.dat'), 0o600);
      await stopDriver(driver);
    });
  });

  mistake('the driver was killed, and its directory left', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      await driver.kill();
      const attempt = () => Aeron.connect({ aeronDirectoryName: directory, driverTimeoutMs: SHORT_MS });
      let said = '';
      // Its last heartbeat counts until it is as old as the time-out.
      await until(async () => {
        said = await attempt().then(
          (aeron) => aeron.close().then(() => ''),
          (error: Error) => error.message,
        );
        return said !== '';
      }, 'the heartbeat to grow old');
      expect(said).toMatch(/no driver heartbeat detected: ageMs=\d+ driverTimeoutMs=\d+; start one \(npx aeronmd\)/);
      const { stdout } = await runTool('driver-tool', directory, 'pid');
      expect(stdout.trim()).toBe(String(driver.pid)); // whose process is gone
      const early = await stage.launchDriver(directory).ended;
      expect(early.stderr).toMatch(/ACTIVE_DRIVER: .*that process does not run any more: try again in 3s/);
      await until(async () => {
        const next = stage.launchDriver(directory);
        await until(() => servingPid(directory) === next.pid || !next.isRunning, 'the next driver');
        return next.isRunning && stopDriver(next).then(() => true);
      }, 'the next driver to take the place');
    });
  });

  const whereMountable = isLinuxRoot ? mistake : it.skip;
  whereMountable('a shared-memory file system that is too small', async () => {
    await onStage(async (stage) => {
      const disk = stage.newFolder();
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]).status).toBe(0);
      try {
        const directory = join(disk, 'aeron');
        const settings = { 'aeron.ipc.term.buffer.length': '64m', 'aeron.counters.buffer.length': '1m' };
        const driver = await stage.startDriver(directory, settings);
        const aeron = await Aeron.connect({ aeronDirectoryName: directory });
        await expect(aeron.addPublication('aeron:ipc', 1)).rejects.toMatchObject({
          errorCode: 'STORAGE_SPACE',
          message: expect.stringMatching(
            /length=\d+ usable=\d+ in \S+: ask for a smaller term-length.*file system larger/,
          ),
        });
        await aeron.close();
        const tight = await stage.launchDriver(join(disk, 'second'), { 'aeron.counters.buffer.length': '64m' }).ended;
        expect([tight.code, tight.stderr]).toEqual([
          1,
          expect.stringMatching(
            /STORAGE_SPACE: .*ENOSPC .*length=\d+: make that file system larger, or choose another for aeron.dir/,
          ),
        ]);
        await stopDriver(driver);
      } finally {
        spawnSync('umount', ['-l', disk]);
      }
    });
  });
});

describe('programs', () => {
  mistake('blocking the event loop', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory, { 'aeron.client.liveness.timeout': '1s' });
      const text = `${connected(directory, "keepAliveIntervalNs: '200ms'")}
const end = Date.now() + 1500;
while (Date.now() < end);
await new Promise((resolve) => aeron.on('close', resolve));
`;
      const { stderr } = await program(stage.folder, text).ended;
      expect(stderr).toMatch(/ConductorServiceTimeoutError: service interval exceeded: timeout=1s interval=\d+ms: /);
      expect(stderr).toMatch(/the event loop was blocked.*Do long work in pieces or in a worker thread/);
      await stopDriver(driver);
    });
  });

  mistake('nothing keeps the program alive', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      const idle = `${connected(directory)}
await aeron.addSubscription('aeron:ipc', 1, { availableImageHandler: (image) => console.log('never seen', image) });
console.log('ends');
`;
      expect(await program(stage.folder, idle).ended).toMatchObject({ code: 0, stdout: 'ends\n' });
      const held = program(stage.folder, `${connected(directory, 'keepProcessAlive: true')}console.log('stays');`);
      await until(() => held.stdout === 'stays\n', 'the program that stays');
      await new Promise((resolve) => setTimeout(resolve, SHORT_MS));
      expect(held.isRunning).toBe(true);
      await held.kill();
      await stopDriver(driver);
    });
  });

  mistake('ending without closing the client', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory, { 'aeron.client.liveness.timeout': '500ms' });
      const counters = stage.view(directory);
      const text = `${connected(directory, "keepAliveIntervalNs: '100ms'")}
await aeron.addPublication('aeron:ipc', 1);
process.kill(process.pid, 'SIGKILL');
`;
      expect((await program(stage.folder, text).ended).signal).toBe('SIGKILL');
      await until(() => counters.system('CLIENT_TIMEOUTS') === 1, 'the driver to notice');
      const { stdout } = await runTool('aeron-stat', directory, 'watch=false', 'type=^0$');
      expect(stdout).toMatch(/24: +1 - Client liveness timeouts/);
      await stopDriver(driver);
    });
  });

  mistake('closing before the message has been read', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      const text = `${connected(directory)}
const publication = await aeron.addPublication('aeron:ipc', 1);
const subscription = await aeron.addSubscription('aeron:ipc', 1);
await publication.offerAsync('unread');
await aeron.close();
try {
  for await (const message of subscription) console.log(message.text());
  console.log('nothing left');
} catch ({ code, message }) {
  console.log(code, message);
}
`;
      const { stdout, stderr } = await program(stage.folder, text).ended;
      expect(stderr).toBe('');
      expect(stdout).toBe('nothing left\n');
      await stopDriver(driver);
    });
  });
});
