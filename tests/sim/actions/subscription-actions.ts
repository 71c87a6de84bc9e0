// SPDX-License-Identifier: Apache-2.0
/** What applications do with subscriptions and images. */
import { expectThat } from '../model/expect.ts';
import type { ClientNode } from '../nodes/client-node.ts';
import { POLL_WAYS, type Subscriber } from '../nodes/subscriber.ts';
import type { Simulation } from '../simulation.ts';
import { type Action, clientAction } from './action.ts';

const NS_PER_MS = 1e6;
/** What a request may need to get to the driver, also behind clients that died in a command. */
const REQUEST_MARGIN_MS = 10_000;

function subscriptionAction(
  name: string,
  weight: number,
  run: (subscriber: Subscriber, simulation: Simulation, client: ClientNode) => string | undefined,
): Action {
  return clientAction(name, weight, (client, simulation) => {
    const ready = client.subscribers.filter(({ subscription }) => subscription !== undefined);
    if (ready.length === 0) {
      return undefined;
    }
    const subscriber = simulation.world.random.pick(ready);
    const what = run(subscriber, simulation, client);
    return what === undefined ? undefined : `subscription=${subscriber.registrationId} ${what}`;
  });
}

export const addSubscription = clientAction('add subscription', 4, (client, { world, plan, ledgers }) => {
  const { random } = world;
  const { streamId, subscriptionChannel } = random.pick(plan.streams);
  const isTether = random.chance(0.85);
  const isRejoin = isTether || random.chance(0.5);
  const known = [...ledgers.values()].filter(({ facts }) => facts.streamId === streamId);
  const sessionId = known.length > 0 && random.chance(0.15) ? random.pick(known).facts.sessionId : undefined;
  const parameters = [
    ...(isTether ? [] : ['tether=false']),
    ...(isRejoin ? [] : ['rejoin=false']),
    ...(sessionId === undefined ? [] : [`session-id=${sessionId}`]),
  ];
  const separator = subscriptionChannel.includes('?') ? '|' : '?';
  const channel =
    parameters.length === 0 ? subscriptionChannel : subscriptionChannel + separator + parameters.join('|');
  const registrationId = client.aeron.asyncAddSubscription(channel, streamId);
  client.askedForSubscription(registrationId, { streamId, channel, sessionId, isTether, isRejoin });
  return `${channel} ${streamId} id=${registrationId}`;
});

const poll = subscriptionAction('poll', 70, (subscriber, { world }) => {
  const way = world.random.pick(POLL_WAYS);
  const count = subscriber.poll(way, world.random.nextBetween(1, 20));
  return `${way} count=${count}`;
});

const closeSubscription = subscriptionAction('close subscription', 1.5, (subscriber, _simulation, client) => {
  const { subscription } = subscriber;
  client.closeSubscriber(subscriber);
  const isShut = subscription?.isClosed === true && subscription.poll(subscriber.onFragment, 10) === 0;
  expectThat(isShut, () => `not closed: ${subscription}`);
  return '';
});

const rejectImage = subscriptionAction('reject image', 0.2, (subscriber, { world, plan }, client) => {
  const followers = [...subscriber.followers.values()];
  if (followers.length === 0 || !client.isServed) {
    return undefined;
  }
  const { image, ledger } = world.random.pick(followers);
  const coolDownMs = plan.imageLivenessTimeoutMs + plan.clientLivenessTimeoutMs + REQUEST_MARGIN_MS;
  ledger.coolDownUntilNs = world.nowNs + coolDownMs * NS_PER_MS;
  // The image may be gone when the request arrives, and so may the driver.
  image.reject('by the simulation').catch(() => undefined);
  return `session=${image.sessionId}`;
});

export const subscriptionActions: readonly Action[] = [addSubscription, poll, closeSubscription, rejectImage];
