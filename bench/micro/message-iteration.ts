// SPDX-License-Identifier: Apache-2.0
/**
 * What it costs to bring one 32-byte message to the application in the styles of the event loop, in ns: async iteration over
 * views and copies, handler polling, a Node stream. One process, no writer, CPU time.
 *
 *     npx tsx bench/micro/message-iteration.ts
 */
import { nodePlatform } from '@aeron/core/internal';
import { readable } from '../../packages/client/src/streams/readable.ts';
import { bytes, SubscriptionFixture } from '../../packages/client/src/testing/subscription-fixture.ts';

const TERM_LENGTH = 16 * 1024 * 1024;
const MESSAGE_COUNT = TERM_LENGTH / 64;
const ROUNDS = 5;

const fixture = new SubscriptionFixture('aeron:ipc', nodePlatform());
const { subscription } = fixture;
const { image, log } = fixture.addImage({ termLength: TERM_LENGTH });
const payload = bytes(32);
for (let i = 0; i < MESSAGE_COUNT; i++) {
  log.append({ payload });
}

let sum = 0;

const styles: Record<string, () => Promise<void>> = {
  'for await, views': async () => {
    let count = 0;
    for await (const message of subscription.messages()) {
      sum += message.data[0] as number;
      if (++count === MESSAGE_COUNT) {
        break;
      }
    }
  },
  'for await, copies': async () => {
    let count = 0;
    for await (const message of subscription.messages({ copy: true })) {
      sum += message.data[0] as number;
      if (++count === MESSAGE_COUNT) {
        break;
      }
    }
  },
  startPolling: async () => {
    let count = 0;
    const polling = subscription.startPolling((buffer, offset) => {
      sum += buffer.getUint8(offset);
      if (++count === MESSAGE_COUNT) {
        polling.stop();
      }
    });
    await polling.finished;
  },
  'Node stream': async () => {
    const stream = readable(subscription);
    let byteCount = 0;
    for await (const chunk of stream) {
      byteCount += (chunk as Buffer).length;
      if (byteCount === MESSAGE_COUNT * payload.length) {
        break;
      }
    }
    sum += byteCount;
  },
};

for (const [name, run] of Object.entries(styles)) {
  let bestNs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    fixture.counters.putInt64(image.subscriberPositionId * 128, 0);
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    bestNs = Math.min(bestNs, ((user + system) * 1000) / MESSAGE_COUNT);
  }
  console.log(`${name.padEnd(20)} ${bestNs.toFixed(0).padStart(6)} ns/message`);
}
console.log(`(checksum ${sum})`);
