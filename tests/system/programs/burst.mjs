// SPDX-License-Identifier: Apache-2.0
/**
 * One end of a burst of short messages, as fast as it goes. Every word of a message is its number, so that a reader that sees a
 * frame before all of it was written notices. Arguments, as JSON: the Aeron directory, `role` (publish or subscribe), `kind`,
 * `count`. The subscriber prints what it received as one line of JSON.
 */
import { Aeron, AtomicBuffer, BufferClaim, DirectBufferVector } from '@aeron/client';

const { aeronDirectoryName, role, kind, count } = JSON.parse(process.argv[2] ?? '{}');
const STREAM = 1001;
const CHANNEL = 'aeron:ipc?term-length=64k';
const LENGTH = 32;
const WORDS = LENGTH / 4;
const POLL_LIMIT = 10;
const ATTEMPTS_PER_TURN = 50_000;

const message = AtomicBuffer.allocate(LENGTH);
const unaligned = new Uint8Array(new ArrayBuffer(LENGTH + 8), 3, LENGTH);
const parts = [new DirectBufferVector(message, 0, 8), new DirectBufferVector(message, 8, LENGTH - 8)];
const claim = new BufferClaim();

/** Each tries to publish the message in `message`. @returns the position, or a negative code. */
const KINDS = {
  offer: (publication) => publication.offer(message, 0, LENGTH),
  array: (publication) => {
    unaligned.set(message.bytes);
    return publication.offer(unaligned);
  },
  vectored: (publication) => publication.offer(parts),
  claim: (publication) => {
    const position = publication.tryClaim(LENGTH, claim);
    if (position > 0) {
      claim.putBytes(message, 0, LENGTH).commit();
    }
    return position;
  },
};

const aeron = await Aeron.connect({ aeronDirectoryName });
await (role === 'publish' ? publish() : subscribe());
await aeron.close();

async function publish() {
  const [way, isExclusive] = kind.startsWith('exclusive ') ? [kind.slice(10), true] : [kind, false];
  const publication = isExclusive
    ? await aeron.addExclusivePublication(CHANNEL, STREAM)
    : await aeron.addPublication(CHANNEL, STREAM);
  await publication.waitForSubscriber({ timeoutMs: 30_000 });
  for (let number = 1; number <= count; ) {
    number = publishFrom(publication, KINDS[way], number);
    await turn();
  }
  while (publication.isConnected) {
    await turn(); // until the subscriber has read all
  }
}

function publishFrom(publication, send, first) {
  let number = first;
  fill(number);
  for (let i = 0; i < ATTEMPTS_PER_TURN && number <= count; i++) {
    if (send(publication) > 0) {
      fill(++number);
    }
  }
  return number;
}

function fill(number) {
  for (let word = 0; word < WORDS; word++) {
    message.putInt32(word * 4, number);
  }
}

async function subscribe() {
  const subscription = await aeron.addSubscription('aeron:ipc', STREAM);
  let expected = 1;
  let problem = null;
  const onFragment = (buffer, offset, length) => {
    for (let word = 0; word < WORDS; word++) {
      const found = buffer.getInt32(offset + word * 4);
      if (found !== expected || length !== LENGTH) {
        problem ??= `message ${expected} of ${length} bytes: word ${word} is ${found}`;
      }
    }
    expected++;
  };
  while (expected <= count && problem === null) {
    for (let i = 0; i < ATTEMPTS_PER_TURN && expected <= count && problem === null; i++) {
      subscription.poll(onFragment, POLL_LIMIT);
    }
    await turn();
  }
  console.log(JSON.stringify({ received: expected - 1, problem }));
}

function turn() {
  return new Promise((resolve) => setImmediate(resolve));
}
