// SPDX-License-Identifier: Apache-2.0
/** What every implementation of the host, names and threads ports must do. */
import { eventually, type MakeSubject, withSubject } from './subjects.ts';

const NS_PER_MS = 1_000_000;

/** Facts, process ids and random numbers. */
export function hostConformance(name: string, make: MakeSubject): void {
  describe(`host: ${name}`, () => {
    const test = withSubject(make);

    test('knows which processes run', ({ platform: { host } }) => {
      expect(host.isProcessAlive(host.pid)).toBe(true);
      for (const pid of [0, -1, 1.5, Number.NaN, 2 ** 31 - 1]) {
        expect(host.isProcessAlive(pid)).toBe(false);
      }
    });

    test('gives random int32 values', ({ platform: { host } }) => {
      const values = Array.from({ length: 200 }, () => host.randomInt32());
      expect(values.every((value) => value === (value | 0))).toBe(true);
      expect(new Set(values).size).toBeGreaterThan(190);
      expect(values.some((value) => value < 0) && values.some((value) => value > 0)).toBe(true);
    });

    test('keeps memory that is offered under a name', ({ platform: { host } }) => {
      const name = `conformance-${host.randomInt32()}`;
      expect(host.sharedMemory(name)).toBeUndefined();
      const memory = new SharedArrayBuffer(8);
      host.offerSharedMemory(name, memory);
      const found = host.sharedMemory(name);
      new Uint8Array(memory)[3] = 7;
      expect(found === undefined ? undefined : new Uint8Array(found)[3]).toBe(7);
    });

    test('describes its machine', ({ platform: { host, files } }) => {
      expect(host.pageSize & (host.pageSize - 1)).toBe(0);
      expect(host.pageSize).toBeGreaterThanOrEqual(4096);
      expect(host.userName).not.toBe('');
      expect(files.kind(host.temporaryDirectory)).toBe('directory');
      expect(files.kind('/dev/shm') === 'directory').toBe(host.hasSharedMemoryDirectory);
    });
  });
}

/** `localhost` resolves to loopback, and names under `.invalid` never do. */
export function namesConformance(name: string, make: MakeSubject): void {
  describe(`names: ${name}`, () => {
    const test = withSubject(make);

    test('resolves the name of this host', async (subject) => {
      const lookup = subject.platform.names.lookup('localhost');
      expect(lookup.state).toBe('pending');
      await eventually(subject, 'look-up ends', () => lookup.state !== 'pending');
      expect(lookup.state).toBe('resolved');
      const [first] = lookup.addresses;
      expect(['127.0.0.1', '::1']).toContain(first?.address);
      expect(first?.family).toBe(first?.address.includes(':') ? 'IPv6' : 'IPv4');
    });

    test('resolves numeric addresses at once', ({ platform: { names } }) => {
      expect(names.lookup('192.0.2.9')).toMatchObject({
        state: 'resolved',
        addresses: [{ family: 'IPv4', address: '192.0.2.9' }],
      });
      expect(names.lookup('fe80::1').addresses).toEqual([{ family: 'IPv6', address: 'fe80::1' }]);
    });

    test('fails for a name that does not exist', async (subject) => {
      const lookup = subject.platform.names.lookup('no-such-host.invalid');
      await eventually(subject, 'look-up ends', () => lookup.state !== 'pending');
      expect(lookup.state).toBe('failed');
      expect(['ENOTFOUND', 'EAI_AGAIN']).toContain((lookup.error as { code?: string } | undefined)?.code);
      expect(lookup.addresses).toEqual([]);
    });
  });
}

/** Threads for the suite, by module. */
export interface ThreadModules {
  /** Answers each message with `[data, message]`. */
  readonly echo: string;
  /** Throws `new Error('thread failed')` at once. */
  readonly failing: string;
}

/** Messages, shared memory, failure and termination. */
export function threadsConformance(name: string, make: MakeSubject, modules: ThreadModules): void {
  describe(`threads: ${name}`, () => {
    const test = withSubject(make);

    test('a thread gets its data and exchanges copies of messages', async (subject) => {
      const thread = subject.platform.threads.spawn('echo', modules.echo, { value: 5 });
      expect(thread.name).toBe('echo');
      const received: unknown[] = [];
      thread.onMessage((message) => received.push(message));
      const message = { list: [1, 2] };
      thread.post(message);
      message.list.push(3);
      await eventually(subject, 'the answer comes', () => received.length > 0);
      expect(received).toEqual([[{ value: 5 }, { list: [1, 2] }]]);
      await thread.terminate();
      expect(typeof (await thread.exited)).toBe('number');
    });

    test('shared memory given to a thread is shared', async (subject) => {
      const memory = new SharedArrayBuffer(8);
      const thread = subject.platform.threads.spawn('echo', modules.echo, memory);
      const received: unknown[] = [];
      thread.onMessage((message) => received.push(message));
      thread.post('there?');
      await eventually(subject, 'the answer comes', () => received.length > 0);
      const [[shared]] = received as [[SharedArrayBuffer]];
      new Int32Array(memory)[1] = 42;
      expect(new Int32Array(shared)[1]).toBe(42);
      await thread.terminate();
    });

    test('an error ends the thread and is told, also to who asks late', async (subject) => {
      const thread = subject.platform.threads.spawn('failing', modules.failing, undefined);
      let code: number | undefined;
      void thread.exited.then((value) => {
        code = value;
      });
      await eventually(subject, 'the thread ends', () => code !== undefined);
      expect(code).not.toBe(0);
      const messages: string[] = [];
      thread.onError((error) => messages.push(error.message));
      expect(messages).toEqual(['thread failed']);
    });

    test('a terminated thread is over, and terminating it again is fine', async (subject) => {
      const thread = subject.platform.threads.spawn('echo', modules.echo, undefined);
      thread.holdProcess(false);
      thread.holdProcess(true);
      await thread.terminate();
      await thread.terminate();
      expect(typeof (await thread.exited)).toBe('number');
    });

    test('parking returns', ({ platform: { threads } }) => {
      threads.park(NS_PER_MS);
      threads.park(0);
    });
  });
}
