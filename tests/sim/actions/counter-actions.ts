// SPDX-License-Identifier: Apache-2.0
/** What applications do with counters, and requests that a driver must refuse. */
import { expectThat } from '../model/expect.ts';
import { type Action, clientAction } from './action.ts';

const FIRST_TYPE_ID = 1000;
const STATIC_COUNTERS = 4;

const addCounter = clientAction('add counter', 2, (client, { world }) => {
  const typeId = FIRST_TYPE_ID + world.random.nextInt(5);
  const key = new Uint8Array(world.random.nextInt(113));
  const registrationId = client.aeron.asyncAddCounter(typeId, { label: `of ${client.name}`, key });
  client.asked('counter', registrationId);
  return `typeId=${typeId} id=${registrationId}`;
});

const addStaticCounter = clientAction('add static counter', 0.5, (client, { world }) => {
  const registrationId = world.random.nextInt(STATIC_COUNTERS);
  const correlationId = client.aeron.asyncAddStaticCounter(FIRST_TYPE_ID + 100, 'static', registrationId);
  client.asked('static', correlationId);
  return `registrationId=${registrationId}`;
});

const useCounter = clientAction('use counter', 5, (client, { world }) => {
  if (client.counters.length === 0) {
    return undefined;
  }
  const held = world.random.pick(client.counters);
  const { counter } = held;
  if (!counter.isClientOwned) {
    counter.increment(); // shared with the other clients
    return `static=${counter.id}`;
  }
  expectThat(counter.get() === held.value, () => `counter changed by itself: ${counter} expected=${held.value}`);
  held.value = world.random.nextInt(2 ** 40) - 2 ** 39;
  counter.set(held.value);
  return `counter=${counter.id} value=${held.value}`;
});

const closeCounter = clientAction('close counter', 1, (client, { world }) => {
  if (client.counters.length === 0) {
    return undefined;
  }
  const held = world.random.pick(client.counters);
  client.counters = client.counters.filter((other) => other !== held);
  held.counter.close();
  return `counter=${held.counter.id}`;
});

/** What must be refused, and with which words. */
const REFUSALS: readonly (readonly [channel: string, words: RegExp])[] = [
  ['aeron:ipc?term-length=65535', /term-length.*65535|termLength.*65535/i],
  ['aeron:ipc?term-length=2g', /term-length|2g|2147483648/i],
  ['aeron:ipc?mtu=33', /mtu.*33/i],
  ['aeron:ipc?session-id=first', /session-id=first/],
  ['aeron:ipc?term-id=5', /term-id|init-term-id|term-offset/],
  ['aeron:ipc?init-term-id=1|term-id=1|term-offset=7', /term-offset/],
  ['aeron:ipc?pub-wnd=1', /pub-wnd=1/],
  ['aeron:ipc?linger=long', /linger.*long/],
  ['aeron:carrier-pigeon', /carrier-pigeon/],
  ['aeron', /aeron/],
];

/** What a driver says when it refuses; it also counts and records it as an error. */
export const REFUSAL_WORDS: readonly RegExp[] = REFUSALS.map(([, words]) => words);

const refused = clientAction('ask for the impossible', 1, (client, { world, plan }) => {
  const [channel, words] = world.random.pick(REFUSALS);
  const { streamId } = world.random.pick(plan.streams);
  client.asked('exclusive', client.aeron.asyncAddExclusivePublication(channel, streamId), words);
  return channel;
});

export const counterActions: readonly Action[] = [addCounter, addStaticCounter, useCounter, closeCounter, refused];
