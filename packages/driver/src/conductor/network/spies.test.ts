// SPDX-License-Identifier: Apache-2.0
import { isConnected } from '@aeron/codecs/internal';
import { onlyEvent, type ReceivedEvent } from '../../testing/conductor-harness.ts';
import {
  CLIENT,
  ENDPOINT,
  NetworkScene,
  namesOf,
  refusal,
  type ScenePublication,
  TERM_LENGTH,
} from '../../testing/network-scene.ts';

const SPY = `aeron-spy:${ENDPOINT}`;
const WINDOW = TERM_LENGTH / 2;

const positionOf = (scene: NetworkScene, events: readonly ReceivedEvent[]) =>
  scene.counter(Number(onlyEvent(events, 'ON_AVAILABLE_IMAGE')['subscriberPositionId']));

function connect({ state }: ScenePublication): void {
  state.hasReceivers = true;
  state.hasRequiredReceivers = true;
}

describe('a spy', () => {
  it('has no channel status, and sees the publications of its channel from where the sender is', () => {
    const scene = new NetworkScene();
    const publication = scene.publication();
    publication.senderPosition.set(4096);
    const events = scene.addSubscription(SPY);
    expect(namesOf(events)).toEqual(['ON_SUBSCRIPTION_READY', 'ON_AVAILABLE_IMAGE']);
    expect(onlyEvent(events, 'ON_SUBSCRIPTION_READY')['channelStatusCounterId']).toBe(-1);
    expect(onlyEvent(events, 'ON_AVAILABLE_IMAGE')).toMatchObject({
      ...{ correlationId: publication.registrationId, sessionId: publication.sessionId },
      ...{ sourceIdentity: 'aeron:ipc', logFileName: publication.logFileName },
    });
    expect(positionOf(scene, events).get()).toBe(4096);
    expect(publication.state.hasSpies).toBe(true);
  });

  it('sees later publications, and those of its session alone where it names one', () => {
    const scene = new NetworkScene();
    scene.subscription(SPY);
    scene.subscription(`${SPY}|session-id=5`);
    const events = scene.addExclusivePublication(`${ENDPOINT}|session-id=6`);
    expect(namesOf(events)).toEqual(['ON_EXCLUSIVE_PUBLICATION_READY', 'ON_AVAILABLE_IMAGE']);
    const both = scene.addExclusivePublication(`${ENDPOINT}|session-id=5`);
    expect(namesOf(both)).toEqual(['ON_EXCLUSIVE_PUBLICATION_READY', 'ON_AVAILABLE_IMAGE', 'ON_AVAILABLE_IMAGE']);
    expect(namesOf(scene.addPublication('aeron:udp?endpoint=127.0.0.1:40124'))).toEqual(['ON_PUBLICATION_READY']);
  });

  it('finds a publication by its tag', () => {
    const scene = new NetworkScene();
    scene.publication(`${ENDPOINT}|tags=9`);
    expect(namesOf(scene.addSubscription('aeron-spy:aeron:udp?tags=9'))).toContain('ON_AVAILABLE_IMAGE');
  });

  it('holds the publisher back', () => {
    const scene = new NetworkScene();
    const publication = scene.publication();
    connect(publication);
    const position = positionOf(scene, scene.addSubscription(SPY));
    scene.driver.settle();
    scene.driver.publish(publication.logFileName, 8192);
    publication.senderPosition.set(8192);
    scene.driver.settle();
    expect(publication.publisherLimit.get()).toBe(WINDOW);
    position.set(2048);
    scene.driver.settle();
    expect(publication.publisherLimit.get()).toBe(2048 + WINDOW);
    expect(publication.state.maxSpyPosition).toBeLessThanOrEqual(8192);
    position.set(2 ** 50); // it can't have read what was not published
    scene.driver.settle();
    expect(publication.state.maxSpyPosition).toBe(8192);
    expect(publication.publisherLimit.get()).toBe(8192 + WINDOW);
  });

  it('alone makes a connection only where it may', () => {
    const scene = new NetworkScene();
    const plain = scene.publication();
    const simulated = scene.publication('aeron:udp?endpoint=127.0.0.1:40124|ssc=true');
    const spies = [SPY, 'aeron-spy:aeron:udp?endpoint=127.0.0.1:40124'].map((channel) => scene.subscription(channel));
    scene.driver.settle();
    expect(isConnected(plain.log.metadata)).toBe(false);
    expect(isConnected(simulated.log.metadata)).toBe(true);
    expect(simulated.publisherLimit.get()).toBe(WINDOW);
    scene.remove('SUBSCRIPTION', spies[1]?.registrationId ?? -1);
    expect(isConnected(simulated.log.metadata)).toBe(false);
    expect(simulated.state.hasSpies).toBe(false);
    expect(scene.labelsOf(4)).toHaveLength(1);
  });

  it('keeps a publication until it has seen all of it', () => {
    const scene = new NetworkScene({ publicationLingerTimeoutNs: '1s' });
    const publication = scene.publication();
    connect(publication);
    const position = positionOf(scene, scene.addSubscription(SPY));
    scene.driver.settle();
    scene.driver.publish(publication.logFileName, 4096);
    publication.senderPosition.set(4096);
    scene.remove('PUBLICATION', publication.registrationId);
    expect(namesOf(scene.elapse(2000))).toEqual([]);
    expect(namesOf(scene.addSubscription(SPY))).toEqual(['ON_SUBSCRIPTION_READY']); // nothing left to see
    position.set(4096);
    expect(namesOf(scene.elapse(300))).toEqual(['ON_UNAVAILABLE_IMAGE']);
    expect(scene.labelsOf(4)).toHaveLength(0);
    scene.elapse(1500);
    expect(scene.labelsOf(1)).toHaveLength(0);
  });

  it('loses a revoked publication at once', () => {
    const scene = new NetworkScene();
    const { registrationId } = scene.publication();
    scene.subscription(SPY);
    scene.driver.run('REMOVE_PUBLICATION', { clientId: CLIENT, registrationId, flags: 1 });
    expect(namesOf(scene.elapse(200))).toEqual(['ON_UNAVAILABLE_IMAGE']);
  });

  const TIMEOUTS = 'untethered-window-limit-timeout=1s|untethered-linger-timeout=2s';

  it('that is not tethered is left behind', () => {
    const scene = new NetworkScene();
    const publication = scene.publication(`${ENDPOINT}|${TIMEOUTS}`);
    connect(publication);
    scene.addSubscription(`${SPY}|tether=false`);
    scene.driver.settle();
    scene.driver.publish(publication.logFileName, WINDOW);
    publication.senderPosition.set(WINDOW);
    expect(namesOf(scene.elapse(1500))).toEqual(['ON_UNAVAILABLE_IMAGE']);
    expect(publication.publisherLimit.get()).toBe(WINDOW);
    scene.elapse(2000);
    expect(publication.publisherLimit.get()).toBe(2 * WINDOW);
  });

  it('that was left behind keeps no stream from its end', () => {
    const scene = new NetworkScene({ publicationLingerTimeoutNs: '0' });
    const publication = scene.publication(`${ENDPOINT}|${TIMEOUTS}`);
    connect(publication);
    scene.addSubscription(`${SPY}|tether=false`);
    scene.driver.settle();
    scene.driver.publish(publication.logFileName, WINDOW);
    publication.senderPosition.set(WINDOW);
    expect(namesOf(scene.elapse(1500))).toEqual(['ON_UNAVAILABLE_IMAGE']);
    scene.remove('PUBLICATION', publication.registrationId);
    scene.elapse(3000);
    expect(scene.labelsOf(1)).toHaveLength(0);
  });

  it('goes without a stream for want of a counter, and nobody else does', () => {
    const scene = new NetworkScene({}, 46 + 9 + 1);
    const publication = scene.publication();
    expect(namesOf(scene.addSubscription(SPY))).toContain('ON_AVAILABLE_IMAGE');
    expect(namesOf(scene.addSubscription(SPY))).toEqual(['ON_SUBSCRIPTION_READY']);
    expect(scene.errors).toHaveLength(1);
    expect(publication.state.hasSpies).toBe(true);
  });

  it('is refused for a channel that makes no sense', () => {
    const scene = new NetworkScene();
    expect(refusal(scene.addSubscription('aeron-spy:aeron:udp')).errorCode).toBe(1);
    expect(refusal(scene.addSubscription('aeron-spy:aeron:udp?endpoint=nowhere:1')).errorCode).toBe(1);
  });
});
