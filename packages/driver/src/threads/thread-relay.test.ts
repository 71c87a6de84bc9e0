// SPDX-License-Identifier: Apache-2.0
import type { ThreadHandle } from '@aeron/core/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import { PlayedThread } from '../testing/played-thread.ts';
import type { AgentThreadData } from './thread-messages.ts';
import { RelayedThreads, type ThreadEvent, ThreadRelay } from './thread-relay.ts';

const DATA = { roles: [] } as unknown as AgentThreadData;

/** Both ends, with messages that are cloned and arrive in a later turn; `isConductorThere` says whether they do. */
function start(spawnError?: Error) {
  const world = new SimulatedWorld(1);
  world.host('driver');
  const { scheduler, threads } = world.platform('driver');
  const spawned: PlayedThread[] = [];
  const spawn = (name: string, _module: string, data: unknown): PlayedThread => {
    if (spawnError !== undefined) {
      throw spawnError;
    }
    const thread = new PlayedThread(name, data as AgentThreadData);
    spawned.push(thread);
    return thread;
  };
  const conductor = { isThere: true };
  const tell = (event: ThreadEvent): void => {
    const copy = structuredClone(event);
    setImmediate(() => conductor.isThere && relayed.onEvent(copy));
  };
  const relay = new ThreadRelay({ scheduler, threads: { mayBlock: false, park: () => undefined, spawn } }, tell);
  const relayed = new RelayedThreads(threads, (request) => {
    const copy = structuredClone(request);
    setImmediate(() => relay.onRequest(copy));
  });
  return { world, relay, relayed, spawned, conductor };
}

const turn = async (): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
};

function heardOf(thread: ThreadHandle): unknown[] {
  const heard: unknown[] = [];
  thread.onMessage((message) => heard.push(message));
  thread.onError((error) => heard.push(error));
  thread.exited.then((exitCode) => heard.push(exitCode));
  return heard;
}

describe("threads that the conductor's owner starts", () => {
  it('are to the conductor as its own', async () => {
    const { relayed, spawned } = start();
    const handles = [relayed.spawn('one', 'm', DATA), relayed.spawn('two', 'm', DATA)] as const;
    const heard = handles.map(heardOf);
    handles[1].post({ kind: 'close' });
    await turn();
    const [one, two] = spawned as [PlayedThread, PlayedThread];
    expect([one, two].map(({ name, data, posted }) => [name, data, posted])).toEqual([
      ['one', DATA, []],
      ['two', DATA, [{ kind: 'close' }]],
    ]);
    one.say({ kind: 'ready' });
    one.throwError(new RangeError('far out'));
    one.exit(7);
    await turn();
    expect(heard).toEqual([
      [{ kind: 'ready' }, expect.objectContaining({ message: 'far out', name: 'RangeError' }), 7],
      [],
    ]);
    const ended = handles[1].terminate();
    await turn();
    await ended;
    expect(two.isTerminated).toBe(true);
  });

  it('that can not be started have failed and ended', async () => {
    const { relayed } = start(new Error('no threads left'));
    const heard = heardOf(relayed.spawn('one', 'm', DATA));
    await turn();
    expect(heard).toEqual([expect.objectContaining({ message: 'no threads left' }), 1]);
  });

  it('outlive a conductor that crashes: they are asked to end, one after the other, and by force those that do not', async () => {
    const { world, relay, relayed, spawned, conductor } = start();
    for (const name of ['one', 'two', 'three']) {
      relayed.spawn(name, 'm', DATA);
    }
    await turn();
    conductor.isThere = false;
    const [one, two, three] = spawned as [PlayedThread, PlayedThread, PlayedThread];
    one.exit(0);
    await turn();
    let isClosed = false;
    const closed = relay.close().then(() => {
      isClosed = true;
    });
    expect([one, two, three].map(({ posted }) => posted)).toEqual([[], [{ kind: 'close' }], []]);
    world.step(4_000_000_000);
    expect(two.isTerminated).toBe(false);
    world.step(2_000_000_000);
    expect(two.isTerminated).toBe(true);
    await turn();
    expect(three.posted).toEqual([{ kind: 'close' }]);
    expect(isClosed).toBe(false);
    three.exit(0);
    await closed;
    relayed.spawn('late', 'm', DATA);
    await turn();
    expect(spawned).toHaveLength(3);
  });

  it('hold the process as the driver is told to, whenever they start', async () => {
    const { relay, relayed, spawned } = start();
    relayed.spawn('one', 'm', DATA);
    await turn();
    relay.holdProcess(false);
    relayed.spawn('two', 'm', DATA);
    await turn();
    expect(spawned.map(({ isProcessHeld }) => isProcessHeld)).toEqual([false, false]);
    relay.holdProcess(true);
    expect(spawned.map(({ isProcessHeld }) => isProcessHeld)).toEqual([true, true]);
  });
});
