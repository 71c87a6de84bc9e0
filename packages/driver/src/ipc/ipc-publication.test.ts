// SPDX-License-Identifier: Apache-2.0

import { endOfStreamPosition, isConnected, LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET } from '@aeron/codecs/internal';
import type { AtomicCounter } from '@aeron/core/internal';
import { SubscriptionLink } from '../conductor/registry/subscription-link.ts';
import type { SubscriptionParams } from '../conductor/rules/subscription-params.ts';
import { IpcLog, PLAIN_PARAMS, TERM_LENGTH } from '../testing/ipc-log.ts';
import { IpcPublication, type IpcPublicationPort } from './ipc-publication.ts';

const SECOND = 1e9;
const UNBLOCK_NS = 15 * SECOND;
const LIVENESS_NS = 10 * SECOND;

class Surroundings implements IpcPublicationPort {
  readonly log: string[] = [];
  readonly errors: Error[] = [];
  readonly onError = (error: Error): void => {
    this.errors.push(error);
  };
  readonly links: SubscriptionLink[] = [];
  onEnded = () => this.note('ended');
  onDone = (publication: IpcPublication) => {
    this.note('done');
    this.unlink(publication);
  };
  unlinkSubscriptions = (publication: IpcPublication) => {
    this.note('unlink');
    this.unlink(publication);
  };
  linkSubscriptions = () => this.note('link');
  notifyUnavailable = () => this.note('unavailable');
  notifyAvailable = (_publication: IpcPublication, _link: SubscriptionLink, position: AtomicCounter) =>
    this.note(`available @${position.get()}`);
  onRejected = (_publication: IpcPublication, reason: string) => this.note(`rejected ${reason}`);
  freeLog = () => this.note('free log');
  onUnblocked = () => this.note('unblocked');
  onRevoked = () => this.note('revoked');

  take(): string[] {
    return this.log.splice(0);
  }

  private note(what: string): void {
    this.log.push(what);
  }

  private unlink(publication: IpcPublication): void {
    for (const link of this.links) {
      link.unlink(publication);
    }
  }
}

function fixture(overrides: { isExclusive?: boolean } = {}) {
  const isExclusive = overrides.isExclusive ?? false;
  const log = new IpcLog(undefined, isExclusive);
  const port = new Surroundings();
  const publication = new IpcPublication(
    {
      registrationId: 1,
      channel: 'aeron:ipc',
      streamId: 3,
      sessionId: 2,
      isExclusive,
      params: PLAIN_PARAMS,
      start: log.start,
      log: log.mapped,
      publisherPosition: log.newCounter(),
      publisherLimit: log.newCounter(),
    },
    { publicationUnblockTimeoutNs: UNBLOCK_NS, imageLivenessTimeoutNs: LIVENESS_NS },
    port,
    0,
  );
  publication.incRef();
  const subscribe = (params: Partial<SubscriptionParams> = {}) => {
    const link = new SubscriptionLink({
      kind: 'ipc',
      registrationId: 10,
      streamId: 3,
      channel: 'aeron:ipc',
      client: { hasTimedOut: false } as never,
      params: { isTether: true, isRejoin: true, ...params } as SubscriptionParams,
    });
    const position = log.newCounter();
    position.set(publication.joinPosition);
    link.link(publication, position);
    publication.addSubscriber(link, position, 0);
    port.links.push(link);
    return { link, position };
  };
  return { log, port, publication, subscribe };
}

describe('IpcPublication', () => {
  it('is connected while it has subscribers', () => {
    const { log, publication, subscribe } = fixture();
    const states = [isConnected(log.mapped.metadata)];
    const { link } = subscribe();
    states.push(isConnected(log.mapped.metadata));
    link.close();
    states.push(isConnected(log.mapped.metadata));
    expect(states).toEqual([false, true, false]);
    expect(publication.state).toBe('ACTIVE');
  });

  it('drains, lingers and is done after its last publisher has gone', () => {
    const { log, port, publication, subscribe } = fixture();
    const { position } = subscribe();
    publication.updatePublisherPositionAndLimit();
    log.publishToPosition(4096);
    publication.decRef();
    expect(publication.state).toBe('DRAINING');
    expect(endOfStreamPosition(log.mapped.metadata)).toBe(4096);
    expect(publication.isAcceptingSubscriptions).toBe(true);
    publication.onTimeEvent(SECOND);
    expect(publication.state).toBe('DRAINING');
    position.set(4096);
    expect(publication.isAcceptingSubscriptions).toBe(false);
    publication.onTimeEvent(2 * SECOND);
    expect([publication.state, publication.hasReachedEndOfLife]).toEqual(['LINGER', false]);
    publication.onTimeEvent(3 * SECOND);
    expect([publication.state, publication.hasReachedEndOfLife]).toEqual(['DONE', true]);
    publication.close();
    expect(port.take()).toEqual(['ended', 'done', 'free log']);
    expect(position.isClosed).toBe(true);
  });

  it('stays while one of several publishers holds it', () => {
    const { publication } = fixture();
    publication.incRef();
    publication.decRef();
    publication.onTimeEvent(SECOND);
    expect(publication.state).toBe('ACTIVE');
  });

  it('ends at the next tick when revoked, without waiting for subscribers, and lingers as long as it is held', () => {
    const { log, port, publication, subscribe } = fixture();
    subscribe();
    publication.updatePublisherPositionAndLimit();
    log.publishToPosition(4096);
    publication.revoke();
    expect(publication.state).toBe('ACTIVE');
    publication.onTimeEvent(SECOND);
    expect(publication.state).toBe('LINGER');
    expect(endOfStreamPosition(log.mapped.metadata)).toBe(4096);
    expect(isConnected(log.mapped.metadata)).toBe(false);
    publication.onTimeEvent(2 * SECOND);
    expect(publication.state).toBe('LINGER');
    publication.decRef();
    publication.onTimeEvent(3 * SECOND);
    expect(publication.state).toBe('DONE');
    expect(port.take()).toEqual(['ended', 'revoked', 'done']);
  });

  it('takes the revocation also when the last publisher goes with it', () => {
    const { port, publication } = fixture();
    publication.revoke();
    publication.decRef();
    expect(publication.state).toBe('ACTIVE');
    publication.onTimeEvent(SECOND);
    publication.onTimeEvent(2 * SECOND);
    expect(publication.state).toBe('DONE');
    expect(port.take()).toEqual(['ended', 'revoked', 'done']);
  });

  it('steps over a claim whose publisher died, once the time-out has passed', () => {
    const { log, port, publication, subscribe } = fixture();
    const { position } = subscribe();
    publication.updatePublisherPositionAndLimit();
    const blockedAt = log.publish(100);
    log.claimAndDie(100);
    const behind = log.publish(100);
    position.set(blockedAt);
    publication.updatePublisherPositionAndLimit();
    publication.onTimeEvent(SECOND);
    publication.onTimeEvent(SECOND + UNBLOCK_NS);
    expect(log.frameLengthAt(blockedAt)).toBeLessThanOrEqual(0);
    publication.onTimeEvent(SECOND + UNBLOCK_NS + 1);
    expect(log.frameLengthAt(blockedAt)).toBeGreaterThan(0);
    expect(behind).toBeGreaterThan(blockedAt);
    expect(port.take()).toEqual(['unblocked']);
  });

  it('waits anew whenever the subscribers move', () => {
    const { log, port, publication, subscribe } = fixture();
    const { position } = subscribe();
    publication.updatePublisherPositionAndLimit();
    const first = log.publish(100);
    log.claimAndDie(100);
    publication.onTimeEvent(SECOND);
    position.set(first);
    publication.updatePublisherPositionAndLimit();
    publication.onTimeEvent(2 * SECOND + UNBLOCK_NS);
    expect(port.take()).toEqual([]);
  });

  it('never unblocks an exclusive publication while it is published to', () => {
    const { log, port, publication, subscribe } = fixture({ isExclusive: true });
    subscribe();
    publication.updatePublisherPositionAndLimit();
    log.claimAndDie(100);
    publication.onTimeEvent(SECOND);
    publication.onTimeEvent(SECOND + 2 * UNBLOCK_NS);
    expect(port.take()).toEqual([]);
  });

  it('unblocks at every tick while draining, so that a dead publisher does not keep subscribers waiting', () => {
    const { log, port, publication, subscribe } = fixture();
    const { position } = subscribe();
    publication.updatePublisherPositionAndLimit();
    const end = log.claimAndDie(100);
    publication.decRef();
    publication.onTimeEvent(SECOND);
    expect(port.take()).toEqual(['unblocked']);
    position.set(end);
    publication.onTimeEvent(2 * SECOND);
    expect(publication.state).toBe('LINGER');
  });

  it('unblocks while draining also what subscribers only reach then', () => {
    const { log, port, publication, subscribe } = fixture({ isExclusive: true });
    const { position } = subscribe();
    const blockedAt = log.publish(100);
    log.claimAndDie(100);
    const end = log.publish(100);
    publication.decRef();
    publication.onTimeEvent(SECOND);
    expect(port.take()).toEqual([]);
    position.set(blockedAt);
    publication.onTimeEvent(2 * SECOND);
    expect(port.take()).toEqual(['unblocked']);
    position.set(end);
    publication.onTimeEvent(3 * SECOND);
    expect(publication.state).toBe('LINGER');
  });

  it('steps over a last claim without a header while draining, once the time-out has passed', () => {
    const { log, port, publication, subscribe } = fixture();
    const { position } = subscribe();
    const blockedAt = log.publish(100);
    const end = log.moveTailAndDie(100);
    publication.decRef();
    position.set(blockedAt);
    publication.onTimeEvent(SECOND);
    publication.onTimeEvent(SECOND + UNBLOCK_NS);
    expect(port.take()).toEqual([]);
    publication.onTimeEvent(SECOND + UNBLOCK_NS + 1);
    expect(port.take()).toEqual(['unblocked']);
    expect(log.frameLengthAt(blockedAt)).toBe(end - blockedAt);
    position.set(end);
    publication.onTimeEvent(SECOND + UNBLOCK_NS + 2);
    expect(publication.state).toBe('LINGER');
  });

  it('drops all subscribers when rejected, takes none for a while, then asks for them again', () => {
    const { log, port, publication, subscribe } = fixture();
    const { link, position } = subscribe();
    publication.reject('no more', SECOND);
    expect(port.take()).toEqual(['rejected no more', 'unlink']);
    expect(isConnected(log.mapped.metadata)).toBe(false);
    expect(link.isLinked(publication)).toBe(false);
    expect(position.isClosed).toBe(true);
    expect(publication.isAcceptingSubscriptions).toBe(false);
    publication.onTimeEvent(SECOND + LIVENESS_NS);
    expect(port.take()).toEqual([]);
    publication.onTimeEvent(SECOND + LIVENESS_NS + 1);
    expect(port.take()).toEqual(['link']);
    expect(publication.isAcceptingSubscriptions).toBe(true);
  });

  it('extends the cool-down when rejected again, and tells the publisher again', () => {
    const { port, publication } = fixture();
    publication.reject('a', SECOND);
    publication.reject('b', 2 * SECOND);
    expect(port.take()).toEqual(['rejected a', 'unlink', 'rejected b']);
    publication.onTimeEvent(SECOND + LIVENESS_NS + 1);
    expect(publication.isAcceptingSubscriptions).toBe(false);
  });

  it('leaves an untethered subscriber behind, goes on without it, and takes it back where the others are', () => {
    const { log, port, publication, subscribe } = fixture();
    const { position: tethered } = subscribe();
    const { position: untethered } = subscribe({ isTether: false });
    publication.updatePublisherPositionAndLimit();
    log.publishToPosition(TERM_LENGTH / 2);
    tethered.set(TERM_LENGTH / 2);
    publication.updatePublisherPositionAndLimit();
    publication.onTimeEvent(5 * SECOND);
    expect(port.take()).toEqual(['unavailable']);
    expect(publication.joinPosition).toBe(0);
    publication.onTimeEvent(10 * SECOND);
    expect(publication.joinPosition).toBe(TERM_LENGTH / 2);
    publication.onTimeEvent(20 * SECOND);
    expect(port.take()).toEqual([`available @${TERM_LENGTH / 2}`]);
    expect(untethered.get()).toBe(TERM_LENGTH / 2);
  });

  it('does not wait, while draining, for an untethered subscriber that was told to leave', () => {
    const { log, port, publication, subscribe } = fixture();
    const { position: tethered } = subscribe();
    subscribe({ isTether: false });
    publication.updatePublisherPositionAndLimit();
    log.publishToPosition(TERM_LENGTH / 2);
    tethered.set(TERM_LENGTH / 2);
    publication.updatePublisherPositionAndLimit();
    publication.onTimeEvent(5 * SECOND);
    expect(port.take()).toEqual(['unavailable']);
    publication.decRef();
    publication.onTimeEvent(9 * SECOND);
    expect(publication.state).toBe('DRAINING');
    publication.onTimeEvent(10 * SECOND);
    expect(publication.state).toBe('LINGER');
  });

  it('frees the position of a subscriber that rests when the publication ends', () => {
    const { log, publication, subscribe } = fixture();
    const { position: tethered } = subscribe();
    const { position: untethered } = subscribe({ isTether: false });
    publication.updatePublisherPositionAndLimit();
    log.publishToPosition(TERM_LENGTH / 2);
    tethered.set(TERM_LENGTH / 2);
    publication.updatePublisherPositionAndLimit();
    publication.onTimeEvent(5 * SECOND);
    publication.onTimeEvent(10 * SECOND);
    publication.close();
    expect([tethered.isClosed, untethered.isClosed]).toEqual([true, true]);
  });

  it('forgets an untethered subscriber that may not rejoin', () => {
    const { log, publication, subscribe } = fixture();
    const { position: tethered } = subscribe();
    const { link, position } = subscribe({ isTether: false, isRejoin: false });
    publication.updatePublisherPositionAndLimit();
    log.publishToPosition(TERM_LENGTH / 2);
    tethered.set(TERM_LENGTH / 2);
    publication.updatePublisherPositionAndLimit();
    publication.onTimeEvent(5 * SECOND);
    publication.onTimeEvent(10 * SECOND);
    expect([link.isLinked(publication), position.isClosed]).toEqual([false, true]);
  });

  it('ends the stream, and says so once, when its log has become nonsense', () => {
    const { log, port, publication, subscribe } = fixture();
    subscribe();
    log.mapped.metadata.putInt32(LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET, -5);
    for (let i = 0; i < 3; i++) {
      publication.updatePublisherPositionAndLimit();
    }
    expect(port.errors).toHaveLength(1);
    publication.decRef();
    publication.onTimeEvent(SECOND);
    publication.onTimeEvent(2 * SECOND);
    expect(publication.state).toBe('DONE');
    expect(port.take()).toEqual(['ended', 'done']);
  });
});
