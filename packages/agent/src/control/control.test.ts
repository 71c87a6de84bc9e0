// SPDX-License-Identifier: Apache-2.0
import { EventCatalogue, EventMemory } from '@aeron/codecs/internal';
import { type SimulatedPlatform, SimulatedWorld } from '@aeron/core/testing';
import { ControlActions } from './control-actions.ts';
import { callControl } from './control-client.ts';
import { ControlFile, controlFilePath } from './control-file.ts';
import type { ControlRequest } from './control-messages.ts';
import { ControlServer } from './control-server.ts';

const DIRECTORY = '/dev/shm/aeron-test';

function newScene() {
  const world = new SimulatedWorld(1);
  world.host('here');
  const driver = world.platform('here');
  const tool = world.platform('here');
  driver.files.createDirectories(DIRECTORY);
  const memory = EventMemory.create(64 * 1024);
  const errors: string[] = [];
  const actions = new ControlActions({
    ...{ memory, catalogue: new EventCatalogue(), pid: driver.host.pid, output: 'a.log', malformedCount: () => 0 },
    clock: driver.clock,
  });
  const server = new ControlServer({
    memory,
    platform: driver,
    actions,
    onError: (error) => errors.push(error.message),
  });
  const index = memory.openDirectory(DIRECTORY);
  server.doWork();
  return { world, driver, tool, memory, server, errors, index };
}

type Scene = ReturnType<typeof newScene>;

async function call(scene: Scene, request: Partial<ControlRequest>, platform: SimulatedPlatform = scene.tool) {
  const asked = { action: 'status', component: 'driver', events: 'all', ...request } as const;
  let settled = false;
  const answer = callControl({ platform, aeronDirectory: DIRECTORY, timeoutMs: 3000 }, asked).finally(() => {
    settled = true;
  });
  answer.catch(() => undefined);
  for (let i = 0; i < 2000 && !settled; i++) {
    scene.server.doWork();
    scene.world.step(10_000_000);
    await new Promise(setImmediate);
  }
  return answer;
}

const driverNames = (answer: { components: readonly { component: string; events: readonly string[] }[] }) =>
  answer.components.find(({ component }) => component === 'DRIVER')?.events;

describe('commands to a process that logs events', () => {
  it('switch events on, to others, and off, and tell what is on', async () => {
    const scene = newScene();
    expect(driverNames(await call(scene, {}))).toEqual([]);
    expect(driverNames(await call(scene, { action: 'on', events: 'RESEND' }))).toEqual(['RESEND']);
    expect(driverNames(await call(scene, { action: 'on', events: '54' }))).toEqual(['NAK_SENT', 'RESEND']);
    expect(driverNames(await call(scene, { action: 'set', events: 'FRAME_IN' }))).toEqual(['FRAME_IN']);
    const archive = await call(scene, { action: 'on', component: 'Archive', events: 'CATALOG_RESIZE' });
    expect(archive.components.map(({ events }) => events.length)).toEqual([1, 1, 0]);
    expect(await call(scene, { action: 'off' })).toMatchObject({ pid: scene.driver.host.pid, output: 'a.log' });
    expect(scene.memory.enabled(0).every((bits) => bits === 0)).toBe(true);
  });

  it('that make no sense change nothing and say why', async () => {
    const scene = newScene();
    await call(scene, { action: 'on', events: 'RESEND' });
    await expect(call(scene, { action: 'on', events: 'RESEND,NOPE,9' })).rejects.toThrow('unknown event code: NOPE, 9');
    await expect(call(scene, { action: 'on', component: 'nobody' })).rejects.toThrow(
      'no such component: nobody; there are driver, archive, cluster',
    );
    expect(driverNames(await call(scene, {}))).toEqual(['RESEND']);
  });

  it('find nobody where no such process is', async () => {
    const scene = newScene();
    const { tool } = scene;
    await expect(
      callControl(
        { platform: tool, aeronDirectory: '/dev/shm/none', timeoutMs: 10 },
        {
          ...{ action: 'status', component: 'driver', events: '' },
        },
      ),
    ).rejects.toThrow('no process takes commands here: aeron.dir=/dev/shm/none; is its process started with');
    scene.driver.crash();
    await expect(call(scene, {}).catch((error) => Promise.reject(error))).rejects.toThrow('does not run any more');
  });

  it('give up on a process that does not answer', async () => {
    const scene = newScene();
    const { world, tool } = scene;
    const answer = callControl(
      { platform: tool, aeronDirectory: DIRECTORY, timeoutMs: 100 },
      {
        ...{ action: 'status', component: 'driver', events: '' },
      },
    );
    answer.catch(() => undefined);
    for (let i = 0; i < 50; i++) {
      world.step(10_000_000);
      await new Promise(setImmediate);
    }
    await expect(answer).rejects.toThrow('no answer in time: aeron.dir=/dev/shm/aeron-test timeoutMs=100');
  });

  it('survive others that were left half written, and garbage', async () => {
    const scene = newScene();
    const file = ControlFile.open(scene.tool, DIRECTORY);
    file.moveRequest(0, 1); // and then its writer was killed
    expect(driverNames(await call(scene, { action: 'on', events: 'RESEND' }))).toEqual(['RESEND']);
    for (const garbage of ['', 'no json', '[]', '{"action":"explode"}', '{"action":"on","component":5}']) {
      const { requestGeneration } = file;
      file.putRequest(garbage);
      file.moveRequest(requestGeneration, requestGeneration + 2);
      scene.server.doWork();
      expect(file.answerGeneration).toBe(requestGeneration + 2);
      expect(JSON.parse(file.answer()).problem).toMatch(/./);
    }
    expect(driverNames(await call(scene, {}))).toEqual(['RESEND']);
    expect(() => file.putRequest('x'.repeat(20_000))).toThrow('too long for the control file: length=20000 max=16384');
  });

  it('refuse a file that is none', async () => {
    const scene = newScene();
    scene.memory.closeDirectory(scene.index);
    scene.server.doWork();
    scene.driver.files.deleteFile(controlFilePath(DIRECTORY));
    scene.driver.files.write(controlFilePath(DIRECTORY), new Uint8Array(100));
    expect(() => ControlFile.open(scene.tool, DIRECTORY)).toThrow('no control file of events');
    scene.driver.files.write(controlFilePath(DIRECTORY), new Uint8Array(64 * 1024));
    expect(() => ControlFile.open(scene.tool, DIRECTORY)).toThrow('magic=0');
  });

  it('reach the next driver of a directory, and none that has gone', async () => {
    const scene = newScene();
    scene.memory.closeDirectory(scene.index);
    scene.driver.files.deleteTree(DIRECTORY);
    scene.driver.files.createDirectories(DIRECTORY);
    scene.memory.openDirectory(DIRECTORY); // before anybody has noticed that the other has gone
    scene.server.doWork();
    expect(driverNames(await call(scene, { action: 'on', events: '55' }))).toEqual(['RESEND']);
    scene.memory.openDirectory('/dev/shm/does-not-exist');
    scene.server.doWork();
    expect(scene.errors).toHaveLength(1);
    scene.server.close();
  });
});
