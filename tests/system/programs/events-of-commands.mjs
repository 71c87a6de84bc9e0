// SPDX-License-Identifier: Apache-2.0
// Has a driver do what it logs of its clients: publications that are shared, destinations, counters, a rejected image, an untethered
// subscription that is set aside. Arguments: the directory, two ports, and which of these parts; all when none is named.
import { Aeron } from '@aeron/client';
import { CommandId } from '@aeron/codecs';
import { CorrelatedCommandFlyweight, cncFilePath, mapCncFile } from '@aeron/codecs/internal';
import { AtomicBuffer, ManyToOneRingBuffer, nodePlatform } from '@aeron/core/internal';

const [directory, port, otherPort, ...names] = process.argv.slice(2);
const STREAM = 2001;
const aeron = await Aeron.connect({ aeronDirectoryName: directory });

async function turnUntil(condition) {
  while (!condition()) {
    await new Promise(setImmediate);
  }
}

async function useDestinations() {
  const publication = await aeron.addPublication('aeron:udp?control-mode=manual', STREAM);
  const channel = `aeron:udp?endpoint=127.0.0.1:${port}`;
  await publication.addDestination(channel);
  await publication.removeDestination(channel);
  await publication.close();

  const subscription = await aeron.addSubscription('aeron:udp?control-mode=manual', STREAM);
  await subscription.addDestination(channel);
  await subscription.removeDestination(channel);
  await subscription.close();
}

async function useDestinationById() {
  const publication = await aeron.addPublication('aeron:udp?control-mode=manual', STREAM);
  await publication.removeDestination(await publication.addDestination(`aeron:udp?endpoint=127.0.0.1:${otherPort}`));
  await publication.close();
}

/** Clients of today show that they live by a counter, and need no command for it. */
function keepAlive() {
  const cnc = mapCncFile(nodePlatform(), cncFilePath(directory), { access: 'read-write' });
  const buffer = AtomicBuffer.allocate(64);
  const command = new CorrelatedCommandFlyweight().wrap(buffer, 0);
  Object.assign(command, { clientId: aeron.clientId, correlationId: 0 });
  new ManyToOneRingBuffer(cnc.toDriver).write(CommandId.CLIENT_KEEPALIVE, buffer, 0, command.encodedLength);
  cnc.close();
}

async function useCounter() {
  const counter = await aeron.addCounter(1102, { label: 'comes and goes' });
  const { id } = counter;
  let isGone = false;
  aeron.on('unavailableCounter', (_registrationId, counterId) => {
    isGone ||= counterId === id;
  });
  await counter.close();
  await turnUntil(() => isGone);
}

async function rejectImage() {
  const subscription = await aeron.addSubscription('aeron:ipc', STREAM);
  const publication = await aeron.addPublication('aeron:ipc', STREAM);
  await turnUntil(() => subscription.imageCount === 1);
  await subscription.imageAtIndex(0).reject('not wanted any more');
  await turnUntil(() => subscription.imageCount === 0);
  await publication.close();
  await subscription.close();
}

async function leaveOneBehind() {
  const times =
    'untethered-window-limit-timeout=100ms|untethered-linger-timeout=100ms|untethered-resting-timeout=100ms';
  const reader = await aeron.addSubscription('aeron:ipc', STREAM + 1);
  const idler = await aeron.addSubscription('aeron:ipc?tether=false', STREAM + 1);
  const publication = await aeron.addPublication(`aeron:ipc?term-length=64k|${times}`, STREAM + 1);
  await turnUntil(() => reader.imageCount === 1 && idler.imageCount === 1);
  const message = Buffer.alloc(1000);
  await turnUntil(() => {
    publication.offer(message); // until there is back-pressure, and on: nobody waits for the idler for ever
    reader.poll(() => undefined, 50);
    return idler.imageCount === 0;
  });
  await turnUntil(() => {
    reader.poll(() => undefined, 50);
    return idler.imageCount === 1; // it may join again
  });
  await publication.close();
}

const parts = { useDestinations, useDestinationById, keepAlive, useCounter, rejectImage, leaveOneBehind };
for (const name of names.length === 0 ? Object.keys(parts) : names) {
  await parts[name]();
}
await aeron.close();
console.log('done');
