// SPDX-License-Identifier: Apache-2.0
import { FixedIdleStrategy } from '@aeron/core/internal';
import { bytes, SubscriptionFixture } from '../testing/subscription-fixture.ts';

describe('Subscription.startPolling', () => {
  it('calls the handler from the event loop until it is stopped', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    const lengths: number[] = [];
    log.append({ payload: bytes(1) });
    const polling = fixture.subscription.startPolling((_buffer, _offset, length) => lengths.push(length));
    expect(lengths).toEqual([]);
    await fixture.loop.turn();
    expect(lengths).toEqual([1]);
    log.append({ payload: bytes(2) });
    await fixture.loop.turn();
    expect(lengths).toEqual([1, 2]);
    expect(polling.isRunning).toBe(true);
    polling.stop();
    polling[Symbol.dispose]();
    log.append({ payload: bytes(3) });
    await fixture.loop.turn();
    expect(lengths).toEqual([1, 2]);
    expect(polling.isRunning).toBe(false);
    expect(fixture.loop.pendingCount).toBe(0);
    await polling.finished;
  });

  it('takes the fragment limit and the idle strategy it is given', async () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    for (let i = 0; i < 5; i++) {
      log.append();
    }
    const published: number[] = [];
    const idleStrategy = new FixedIdleStrategy('sleep', 5_000_000);
    fixture.subscription.startPolling(() => published.push(fixture.publishedPosition(image)), {
      fragmentLimit: 2,
      idleStrategy,
    });
    await fixture.loop.turn();
    expect(published).toEqual([0, 0, 64, 64, 128]);
    log.append();
    await fixture.loop.turn(4);
    expect(published).toHaveLength(5);
    await fixture.loop.turn(1);
    expect(published).toHaveLength(6);
  });

  it('gives other work of the loop a turn while messages keep coming', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    for (let i = 0; i < 1000; i++) {
      log.append();
    }
    let count = 0;
    fixture.subscription.startPolling(() => {
      fixture.loop.spend(50_000);
      count++;
    });
    await fixture.loop.turn();
    expect(count).toBeLessThanOrEqual(60);
    for (let i = 0; i < 60; i++) {
      await fixture.loop.turn();
    }
    expect(count).toBe(1000);
  });

  it('may be stopped from the handler', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    log.append();
    log.append();
    let count = 0;
    const polling = fixture.subscription.startPolling(
      () => {
        count++;
        polling.stop();
      },
      { fragmentLimit: 1 },
    );
    await fixture.loop.turn();
    expect(count).toBe(1);
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('ends when its signal fires, even before it began', async () => {
    const fixture = new SubscriptionFixture();
    const abort = new AbortController();
    const polling = fixture.subscription.startPolling(() => undefined, { signal: abort.signal });
    await fixture.loop.turn();
    abort.abort();
    await polling.finished;
    const late = fixture.subscription.startPolling(() => undefined, { signal: abort.signal });
    await late.finished;
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it.each(['subscription', 'client'])('ends when the %s closes', async (what) => {
    const fixture = new SubscriptionFixture();
    const polling = fixture.subscription.startPolling(() => undefined);
    await fixture.loop.turn();
    if (what === 'client') {
      fixture.port.isClosed = true;
    } else {
      fixture.subscription.close();
    }
    await fixture.loop.turn(1);
    await polling.finished;
    expect(polling.isRunning).toBe(false);
  });

  it('goes on after an error that the error handler kept', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    log.append();
    log.append();
    let count = 0;
    fixture.subscription.startPolling(() => {
      count++;
      throw new Error('handler');
    });
    await fixture.loop.turn();
    expect(count).toBe(2);
    expect(fixture.errors).toHaveLength(2);
  });

  it('ends with the error when the error handler throws, and reports it', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    log.append();
    fixture.errorHandler = (error) => {
      throw error;
    };
    const failure = new Error('handler');
    const polling = fixture.subscription.startPolling(() => {
      throw failure;
    });
    await fixture.loop.turn();
    await expect(polling.finished).rejects.toBe(failure);
    expect(fixture.port.reported).toEqual([failure]);
    expect(polling.isRunning).toBe(false);
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('reports an error of a poll that stopped it as well', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    log.append();
    fixture.errorHandler = (error) => {
      throw error;
    };
    const failure = new Error('handler');
    const polling = fixture.subscription.startPolling(() => {
      polling.stop();
      throw failure;
    });
    await fixture.loop.turn();
    await polling.finished;
    expect(fixture.port.reported).toEqual([failure]);
  });
});
