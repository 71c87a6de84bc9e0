// SPDX-License-Identifier: Apache-2.0
/**
 * A client gone mad: writes commands without sense into the ring, and nonsense into everything of its own that others read: the
 * terms and metadata of its logs, the positions of its subscriptions. Arguments: the Aeron directory, a seed, how many commands,
 * the stream that it publishes to. Prints `done` and waits to be killed.
 */
import { Aeron } from '@aeron/client';
import { cncFilePath, mapCncFile } from '@aeron/codecs/internal';
import { AtomicBuffer, ManyToOneRingBuffer, nodePlatform } from '@aeron/core/internal';
import { SeededRandom } from '@aeron/core/testing';

const [aeronDirectoryName, seed, count, streamId] = process.argv.slice(2);
const COMMAND_TYPES = 0x14;
const MAX_COMMAND_LENGTH = 600;
const HEADER_LENGTH = 32;

const random = new SeededRandom(Number(seed));
const aeron = await Aeron.connect({ aeronDirectoryName, errorHandler: () => undefined });
const publication = await aeron.addPublication('aeron:ipc', Number(streamId));
const exclusive = await aeron.addExclusivePublication('aeron:ipc', Number(streamId));
const subscription = await aeron.addSubscription('aeron:ipc', Number(streamId));
await publication.offerAsync('so far all is well');
await exclusive.offerAsync('so far all is well');
await subscription.waitForImage();

const ring = new ManyToOneRingBuffer(mapCncFile(nodePlatform(), cncFilePath(aeronDirectoryName)).toDriver);
const command = AtomicBuffer.allocate(MAX_COMMAND_LENGTH);
for (let i = 0; i < Number(count); ) {
  const length = random.nextInt(MAX_COMMAND_LENGTH);
  random.fill(command.bytes);
  if (ring.write(1 + random.nextInt(COMMAND_TYPES), command, 0, length)) {
    i++;
  } else {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
for (const image of subscription.images) {
  const offset = image.subscriberPositionId * 128;
  aeron.countersReader.valuesBuffer.putInt64(offset, random.nextInt32());
}
for (const { logBuffers } of [publication, exclusive]) {
  const { terms, metadata } = logBuffers;
  for (const term of terms) {
    for (let frame = 0; frame < 100; frame++) {
      term.putInt32(HEADER_LENGTH * random.nextInt(term.capacity / HEADER_LENGTH), random.nextInt32());
    }
    term.putInt32(0, 0x7fffffff); // a frame that no term holds
  }
  for (let offset = 0; offset < metadata.capacity; offset += 4) {
    metadata.putInt32(offset, random.nextInt32());
  }
}
console.log('done');
process.stdin.resume();
