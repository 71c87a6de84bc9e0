// SPDX-License-Identifier: Apache-2.0
import { SimulatedWorld } from './simulated-world.ts';

const MS = 1_000_000;

describe('SimulatedWorld', () => {
  it('moves all clocks together, each process from its own zero', () => {
    const world = new SimulatedWorld(1, { epochMs: 5000 });
    world.host('b', { clockSkewMs: 100 });
    const first = world.platform('a');
    world.step(7 * MS);
    const second = world.platform('b');
    world.step(3 * MS);
    expect([first.clock.nanoTime(), second.clock.nanoTime()]).toEqual([10 * MS, 3 * MS]);
    expect([first.clock.epochMs(), second.clock.epochMs()]).toEqual([5010, 5110]);
  });

  it('lets no time pass but in its steps', () => {
    const world = new SimulatedWorld(1);
    const { clock, threads } = world.platform('a');
    const before = clock.nanoTime();
    threads.park(5 * MS);
    threads.park(2 * MS);
    expect(clock.nanoTime()).toBe(before);
    expect([threads.parkCount, threads.parkedNs]).toEqual([2, 7 * MS]);
  });

  it('survives callbacks that always ask for another soon one', () => {
    const world = new SimulatedWorld(1, { loopTurnNs: 1000 });
    const { scheduler } = world.platform('a');
    let turns = 0;
    const spin = (): void => {
      turns++;
      scheduler.soon(spin);
    };
    spin();
    world.step(MS);
    expect(turns).toBe(1001);
  });

  it('runs until a condition holds or the limit is reached', () => {
    const world = new SimulatedWorld(1);
    const { scheduler } = world.platform('a');
    let isDone = false;
    scheduler.after(
      20,
      () => {
        isDone = true;
      },
      true,
    );
    expect(world.runUntil(() => isDone, 10 * MS)).toBe(false);
    expect(world.nowNs).toBe(10 * MS);
    expect(world.runUntil(() => isDone, 50 * MS)).toBe(true);
    expect(world.nowNs).toBe(20 * MS);
  });

  it('gives hosts addresses and names, and processes ids', () => {
    const world = new SimulatedWorld(1);
    const [one, two] = [world.platform('a'), world.platform('a')];
    expect(world.host('a').addresses).toEqual(['10.0.0.1', 'fd00::1']);
    expect(world.host('x', { addresses: ['192.0.2.1'] }).addresses).toEqual(['192.0.2.1']);
    expect(() => world.host('y', { addresses: ['192.0.2.1'] })).toThrow('192.0.2.1');
    expect(one.host.pid).not.toBe(two.host.pid);
    const lookup = one.names.lookup('x');
    world.step(2 * MS);
    expect(lookup.addresses).toEqual([{ family: 'IPv4', address: '192.0.2.1' }]);
  });

  it('answers names late, with what the table says then, or with the failure told', () => {
    const world = new SimulatedWorld(1);
    world.names.latencyNs = 10 * MS;
    world.names.set('service', ['192.0.2.1']);
    const { names } = world.platform('a');
    const moved = names.lookup('service');
    world.step(5 * MS);
    expect(moved.state).toBe('pending');
    world.names.set('service', ['192.0.2.2', '2001:db8::1']);
    world.step(5 * MS);
    expect(moved.addresses).toEqual([
      { family: 'IPv4', address: '192.0.2.2' },
      { family: 'IPv6', address: '2001:db8::1' },
    ]);
    world.names.fail('service', 'EAI_AGAIN');
    const failed = names.lookup('service');
    world.step(10 * MS);
    expect([failed.state, (failed.error as { code?: string } | undefined)?.code]).toEqual(['failed', 'EAI_AGAIN']);
  });

  it('closes the sockets of a crashed process, so that another can have the port', () => {
    const world = new SimulatedWorld(1);
    const bind = { family: 'IPv4', address: '0.0.0.0', port: 5000 } as const;
    const first = world.platform('a');
    first.datagrams.open({ bind });
    const early = first.datagrams.open({ bind: { ...bind, port: 5001 } });
    world.step(MS);
    first.datagrams.open({ bind: { ...bind, port: 5002 } }); // not open yet at the crash
    first.crash();
    expect(early.state).toBe('closed');
    const second = world.platform('a');
    const sockets = [5000, 5001, 5002].map((port) => second.datagrams.open({ bind: { ...bind, port } }));
    world.step(MS);
    expect(sockets.map(({ state }) => state)).toEqual(['open', 'open', 'open']);
  });

  it('ends the threads of a crashed process', () => {
    const world = new SimulatedWorld(1);
    let exits = 0;
    world.registerThread('worker', ({ onExit }) => onExit(() => exits++));
    const platform = world.platform('a');
    platform.threads.spawn('worker', 'worker', null);
    world.step(MS);
    platform.crash();
    expect(exits).toBe(1);
    expect(() => world.platform('a').threads.spawn('x', 'unknown', null)).toThrow('module=unknown');
  });
});
