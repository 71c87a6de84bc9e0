// SPDX-License-Identifier: Apache-2.0
import { UntetheredSubscriptions } from './untethered-subscriptions.ts';

const TIMEOUTS = { windowLimitNs: 50, lingerNs: 20, restingNs: 100 };
const LIMIT = 1000;

interface Link {
  readonly name: string;
  readonly isTether: boolean;
  readonly isRejoin: boolean;
}

function fixture() {
  const log: string[] = [];
  const subscriptions = new UntetheredSubscriptions<Link, { position: number; get(): number }>(TIMEOUTS, {
    notifyUnavailable: (link) => log.push(`unavailable ${link.name}`),
    stopFlowControl: () => log.push('stop flow control'),
    release: (link) => log.push(`release ${link.name}`),
    rejoin: (link) => log.push(`rejoin ${link.name}`),
  });
  return { log, subscriptions };
}

function subscriber(overrides: Partial<Link> = {}) {
  const position = {
    position: 0,
    get() {
      return this.position;
    },
  };
  return { link: { name: 's', isTether: false, isRejoin: true, ...overrides }, position };
}

describe('UntetheredSubscriptions', () => {
  it('leaves alone a subscriber that is beyond the window limit, however long', () => {
    const { log, subscriptions } = fixture();
    const { link, position } = subscriber();
    position.position = LIMIT + 32;
    subscriptions.add(link, position, 0);
    for (let nowNs = 10; nowNs <= 1000; nowNs += 10) {
      subscriptions.check(LIMIT, nowNs);
    }
    expect(log).toEqual([]);
    expect(subscriptions.stateOf(link)).toBe('ACTIVE');
  });

  it('while draining, lets go of who was left behind and touches nobody else', () => {
    const { log, subscriptions } = fixture();
    const [active, lingering] = [subscriber({ name: 'active' }), subscriber({ name: 'lingering' })];
    subscriptions.add(lingering.link, lingering.position, 0);
    subscriptions.check(LIMIT, 50);
    subscriptions.add(active.link, active.position, 0);
    for (let nowNs = 60; nowNs <= 1000; nowNs += 10) {
      subscriptions.checkDraining(nowNs);
    }
    expect(log).toEqual(['unavailable lingering', 'stop flow control']);
    expect([subscriptions.stateOf(active.link), subscriptions.stateOf(lingering.link)]).toEqual(['ACTIVE', 'RESTING']);
  });

  it('goes round from active by linger and resting to active, each after its time-out', () => {
    const { log, subscriptions } = fixture();
    const { link, position } = subscriber();
    position.position = LIMIT; // at the limit is not beyond it
    subscriptions.add(link, position, 0);
    const trace: (string | undefined)[] = [];
    for (const nowNs of [49, 50, 69, 70, 169, 170]) {
      subscriptions.check(LIMIT, nowNs);
      trace.push(subscriptions.stateOf(link));
    }
    expect(trace).toEqual(['ACTIVE', 'LINGER', 'LINGER', 'RESTING', 'RESTING', 'ACTIVE']);
    expect(log).toEqual(['unavailable s', 'stop flow control', 'rejoin s']);
  });

  it('starts the window limit time-out anew whenever the subscriber catches up', () => {
    const { log, subscriptions } = fixture();
    const { link, position } = subscriber();
    subscriptions.add(link, position, 0);
    subscriptions.check(LIMIT, 40);
    position.position = LIMIT + 32;
    subscriptions.check(LIMIT, 45);
    position.position = LIMIT - 32;
    subscriptions.check(LIMIT, 94);
    expect(log).toEqual([]);
    subscriptions.check(LIMIT, 95);
    expect(log).toEqual(['unavailable s']);
  });

  it('gives a subscriber up after the linger when it may not rejoin', () => {
    const { log, subscriptions } = fixture();
    const { link, position } = subscriber({ isRejoin: false });
    subscriptions.add(link, position, 0);
    subscriptions.check(LIMIT, 50);
    subscriptions.check(LIMIT, 70);
    subscriptions.check(LIMIT, 1000);
    expect(log).toEqual(['unavailable s', 'stop flow control', 'release s']);
    expect(subscriptions.stateOf(link)).toBeUndefined();
  });

  it('ignores tethered subscribers', () => {
    const { log, subscriptions } = fixture();
    const { link, position } = subscriber({ isTether: true });
    subscriptions.add(link, position, 0);
    subscriptions.check(LIMIT, 1000);
    expect(log).toEqual([]);
    expect(subscriptions.stateOf(link)).toBeUndefined();
  });

  it('judges each subscriber by itself, also when one is released in the same check', () => {
    const { log, subscriptions } = fixture();
    const leaving = subscriber({ name: 'leaving', isRejoin: false });
    const staying = subscriber({ name: 'staying' });
    subscriptions.add(leaving.link, leaving.position, 0);
    subscriptions.add(staying.link, staying.position, 0);
    subscriptions.check(LIMIT, 50);
    subscriptions.check(LIMIT, 70);
    expect(log).toEqual([
      'unavailable leaving',
      'unavailable staying',
      'stop flow control',
      'release leaving',
      'stop flow control',
    ]);
    expect(subscriptions.stateOf(staying.link)).toBe('RESTING');
  });
});
