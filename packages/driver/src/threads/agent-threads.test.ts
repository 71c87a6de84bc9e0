// SPDX-License-Identifier: Apache-2.0
import type { Platform } from '@aeron/core/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import { createRingQueueMemory } from '../agents/driver-queues.ts';
import { type DriverOptions, resolveDriverConfig } from '../config/driver-config.ts';
import { createStateMemory } from '../shared-state/state-table.ts';
import { PlayedThread } from '../testing/played-thread.ts';
import { AgentThreads } from './agent-threads.ts';
import type { AgentThreadData } from './thread-messages.ts';

function start(options: DriverOptions) {
  const world = new SimulatedWorld(1);
  world.host('driver');
  const simulated = world.platform('driver');
  const spawned: PlayedThread[] = [];
  const platform: Platform = {
    ...simulated,
    threads: {
      mayBlock: true,
      park: () => undefined,
      spawn: (name, _module, data) => {
        const thread = new PlayedThread(name, data as AgentThreadData);
        spawned.push(thread);
        return thread;
      },
    },
  };
  const config = resolveDriverConfig({ options: { aeronDirectoryName: '/dev/shm/aeron-test', ...options } }, simulated);
  const resolverCounterIds = { neighbors: -1, cacheEntries: -1 } as unknown as AgentThreadData['resolverCounterIds'];
  const shared = { config, queues: createRingQueueMemory(), stateMemory: createStateMemory(), resolverCounterIds };
  const errors: string[] = [];
  const threads = new AgentThreads(platform, shared, (error) => errors.push(error.message));
  return { world, threads, spawned, errors, shared };
}

async function started(options: DriverOptions) {
  const all = start(options);
  for (const thread of all.spawned) {
    thread.say({ kind: 'ready' });
  }
  await all.threads.start();
  return all;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the threads of the agents', () => {
  it.each([
    ['DEDICATED', 'classic', ['sender', 'receiver', 'aeron-md-nra']],
    ['DEDICATED', 'new', ['aeron-md-snd', 'aeron-md-rcv', 'aeron-md-nra']],
    ['SHARED_NETWORK', 'classic', ['[sender, receiver]', 'aeron-md-nra']],
    ['SHARED_NETWORK', 'new', ['aeron-md-net', 'aeron-md-nra']],
  ] as const)('in %s mode have their %s names and share memory with the conductor', async (mode, naming, names) => {
    const { spawned, shared } = await started({ threadingMode: mode, threadNaming: naming });
    expect(spawned.map(({ name }) => name)).toEqual(names);
    expect(spawned.flatMap(({ data }) => data.roles)).toEqual(['sender', 'receiver', 'native']);
    for (const { data } of spawned) {
      expect(data.queues).toBe(shared.queues);
      expect(data.stateMemory).toBe(shared.stateMemory);
    }
  });

  it('report what their agents report', async () => {
    const { spawned, errors } = await started({ threadingMode: 'DEDICATED' });
    spawned[0]?.say({ kind: 'error', error: { name: 'Error', message: 'a hiccup' } });
    expect(errors).toEqual(['a hiccup']);
  });

  it('end one after the other, and only then is the end complete', async () => {
    const { threads, spawned, errors } = await started({ threadingMode: 'DEDICATED' });
    let isClosed = false;
    const closed = threads.close().then(() => {
      isClosed = true;
    });
    for (const [index, thread] of spawned.entries()) {
      expect(spawned.map(({ posted }) => posted.length)).toEqual(spawned.map((_, other) => (other <= index ? 1 : 0)));
      expect(isClosed).toBe(false);
      thread.exit(0);
      await turn();
    }
    await closed;
    expect(errors).toEqual([]);
  });

  it('do not start when one of them can not: the others end', async () => {
    const { threads, spawned, errors } = start({ threadingMode: 'DEDICATED' });
    const failure = threads.start().catch((error: unknown) => error);
    const [sender, receiver, native] = spawned as [PlayedThread, PlayedThread, PlayedThread];
    sender.say({ kind: 'ready' });
    native.say({ kind: 'ready' });
    receiver.say({ kind: 'failed', error: { name: 'AeronError', message: 'no room', code: 'STORAGE_SPACE' } });
    receiver.exit(1);
    await turn();
    expect(sender.posted).toEqual([{ kind: 'close' }]);
    sender.exit(0);
    await turn();
    expect(receiver.posted).toEqual([]);
    native.exit(0);
    expect(await failure).toMatchObject({ message: 'no room', code: 'STORAGE_SPACE' });
    expect(errors).toEqual([]); // who started them is told
  });

  it.each([
    [
      'said why',
      (thread: PlayedThread) => thread.say({ kind: 'failed', error: { name: 'Error', message: 'boom' } }),
      'boom',
    ],
    ['threw', (thread: PlayedThread) => thread.throwError(new Error('bang')), 'bang'],
    ['was silent', () => undefined, 'ended unexpectedly: name=receiver exitCode=3'],
  ] as const)('crash when one ends that nobody asked to, which %s', async (_how, prepare, message) => {
    const { threads, spawned, errors } = await started({ threadingMode: 'DEDICATED' });
    const [sender, receiver, native] = spawned as [PlayedThread, PlayedThread, PlayedThread];
    prepare(receiver);
    receiver.exit(3);
    expect((await threads.failed).message).toContain(message);
    expect(errors).toEqual([expect.stringContaining(message)]);
    const closed = threads.close().catch((error: unknown) => error);
    sender.exit(0);
    await turn();
    expect(native.posted).toHaveLength(1);
    native.exit(0);
    expect(await closed).toMatchObject({ message: expect.stringContaining(message) });
  });

  it('crash with the reason of an agent that ends itself, which is reported once', async () => {
    const { threads, spawned, errors } = await started({ threadingMode: 'SHARED_NETWORK' });
    const [network, native] = spawned as [PlayedThread, PlayedThread];
    const error = { name: 'AgentTerminationError', message: 'not like this', code: 'TERMINATED' as const };
    native.say({ kind: 'error', error });
    native.exit(0);
    expect(await threads.failed).toMatchObject({ message: 'not like this', code: 'TERMINATED' });
    expect(errors).toEqual(['not like this']);
    const closed = threads.close().catch((reason: unknown) => reason);
    network.exit(0);
    expect(await closed).toMatchObject({ message: 'not like this' });
  });

  it('are stopped by force when they do not end in time', async () => {
    const { world, threads, spawned } = await started({ threadingMode: 'SHARED_NETWORK' });
    const closed = threads.close().catch((error: unknown) => error);
    const [network, native] = spawned as [PlayedThread, PlayedThread];
    world.step(4_000_000_000);
    expect(network.isTerminated).toBe(false);
    world.step(2_000_000_000);
    expect(network.isTerminated).toBe(true);
    await turn();
    native.exit(0);
    expect(await closed).toMatchObject({ message: expect.stringContaining('did not end in time') });
  });

  it.each([false, true])('hold the process as told: %s', async (isHeld) => {
    const { threads, spawned } = await started({ threadingMode: 'DEDICATED' });
    threads.holdProcess(!isHeld);
    threads.holdProcess(isHeld);
    expect(spawned.map(({ isProcessHeld }) => isProcessHeld)).toEqual([isHeld, isHeld, isHeld]);
  });
});
