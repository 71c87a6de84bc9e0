// SPDX-License-Identifier: Apache-2.0
/**
 * What it costs to read one 32-byte message from a log that is full of them, in ns, and whether reading allocates. One
 * process, no writer, CPU time: the cost of the loop itself.
 *
 *     node --expose-gc --import tsx bench/micro/image-poll.ts
 */
import { memoryUsage } from 'node:process';
import { ControlledAction } from '../../packages/client/src/subscription/controlled-action.ts';
import { FragmentAssembler } from '../../packages/client/src/subscription/fragment-assembler.ts';
import type { FragmentHandler } from '../../packages/client/src/subscription/handlers.ts';
import { bytes, SubscriptionFixture } from '../../packages/client/src/testing/subscription-fixture.ts';

const TERM_LENGTH = 16 * 1024 * 1024;
const MESSAGE_COUNT = TERM_LENGTH / 64;
const ROUNDS = 15;

const fixture = new SubscriptionFixture();
const { image, log } = fixture.addImage({ termLength: TERM_LENGTH });
const payload = bytes(32);
for (let i = 0; i < MESSAGE_COUNT; i++) {
  log.append({ payload });
}
const { subscription } = fixture;

let sum = 0;
const readWord: FragmentHandler = (buffer, offset) => {
  sum = (sum + buffer.getInt32(offset)) | 0;
};
const readHeader: FragmentHandler = (_buffer, _offset, length, header) => {
  sum = (sum + header.sessionId + length) | 0;
};
const readPosition: FragmentHandler = (_buffer, _offset, _length, header) => {
  sum = (sum + header.position) | 0;
};
const goOn = (): typeof ControlledAction.CONTINUE => {
  sum = (sum + 1) | 0;
  return ControlledAction.CONTINUE;
};
const assembler = new FragmentAssembler(readWord);

const cases: Record<string, () => number> = {
  'poll, limit 10': () => image.poll(readWord, 10),
  'poll, limit 100': () => image.poll(readWord, 100),
  'subscription.poll, limit 10': () => subscription.poll(readWord, 10),
  'poll with header': () => image.poll(readHeader, 10),
  'poll with header position': () => image.poll(readPosition, 10),
  'controlledPoll, limit 10': () => image.controlledPoll(goOn, 10),
  'boundedPoll, limit 10': () => image.boundedPoll(readWord, TERM_LENGTH, 10),
  'assembler, unfragmented': () => subscription.poll(assembler.onFragment, 10),
  'peekFrame and advanceTo': () => {
    const header = image.peekFrame();
    if (header === undefined) {
      return 0;
    }
    image.advanceTo(header.position);
    return 1;
  },
};

for (const [name, poll] of Object.entries(cases)) {
  let bestNs = Number.POSITIVE_INFINITY;
  let grownBytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    fixture.counters.putInt64(image.subscriberPositionId * 128, 0);
    globalThis.gc?.();
    const heapBefore = memoryUsage().heapUsed;
    const cpuBefore = process.cpuUsage();
    let count = 0;
    for (let read = poll(); read > 0; read = poll()) {
      count += read;
    }
    const { user, system } = process.cpuUsage(cpuBefore);
    grownBytes = memoryUsage().heapUsed - heapBefore;
    bestNs = Math.min(bestNs, ((user + system) * 1000) / count);
  }
  const perMessage = (grownBytes / MESSAGE_COUNT).toFixed(3);
  console.log(
    `${name.padEnd(30)} ${bestNs.toFixed(1).padStart(6)} ns/message ${perMessage.padStart(8)} heap bytes/message`,
  );
}
console.log(`(checksum ${sum})`);
