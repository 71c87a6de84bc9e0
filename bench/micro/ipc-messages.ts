// SPDX-License-Identifier: Apache-2.0
/**
 * What a message costs from offer to handler through the client's own classes, apart from waiting: batches are sent and read by
 * turns in one thread, the terms cleaned in between as the driver does.
 *
 *     npx tsx bench/micro/ipc-messages.ts [CASE]
 */
import { cleanPublication } from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core';
import { BufferClaim } from '../../packages/client/src/publication/buffer-claim.ts';
import { DirectBufferVector } from '../../packages/client/src/publication/direct-buffer-vector.ts';
import type { Publication } from '../../packages/client/src/publication/publication.ts';
import { PublicationFixture } from '../../packages/client/src/testing/publication-fixture.ts';

const TERM_LENGTH = 16 * 1024 * 1024;
const BYTES_PER_BATCH = 2 * 1024 * 1024;
const BATCHES = 60;
const ROUNDS = 7;
const LARGEST = 64 * 1024;

type Kind = 'concurrent' | 'exclusive';
type Send = (publication: Publication, attempts: number) => void;

const atomic = AtomicBuffer.allocate(LARGEST);
const array = new Uint8Array(LARGEST);
const exact = new Uint8Array(32);
const claim = new BufferClaim();
const vectors = [new DirectBufferVector(atomic, 0, 16), new DirectBufferVector(array, 64, 16)];

let fragmentsReceived = 0;

function offering(source: AtomicBuffer | Uint8Array, length: number, offset = 0): Send {
  return (publication, attempts) => {
    for (let i = 0; i < attempts; i++) {
      publication.offer(source, offset, length);
    }
  };
}

const offerWhole: Send = (publication, attempts) => {
  for (let i = 0; i < attempts; i++) {
    publication.offer(exact);
  }
};

const offerVectors: Send = (publication, attempts) => {
  for (let i = 0; i < attempts; i++) {
    publication.offer(vectors);
  }
};

function claiming(length: number): Send {
  return (publication, attempts) => {
    for (let i = 0; i < attempts; i++) {
      if (publication.tryClaim(length, claim) > 0) {
        claim.buffer.putInt32(claim.offset, i);
        claim.commit();
      }
    }
  };
}

const CASES: Record<string, [send: Send, length: number]> = {
  'offer 32': [offering(atomic, 32), 32],
  'offer between words 32': [offering(atomic, 32, 3), 32],
  'offer array 32': [offering(array, 32), 32],
  'offer whole array 32': [offerWhole, 32],
  'offer vectors 2 x 16': [offerVectors, 32],
  'claim 32': [claiming(32), 32],
  'offer 288': [offering(atomic, 288), 288],
  'offer array 288': [offering(array, 288), 288],
  'offer 1024': [offering(atomic, 1024), 1024],
  'offer 1344': [offering(atomic, 1344), 1344],
  'offer array 1344': [offering(array, 1344), 1344],
  'offer 65536': [offering(atomic, 65536), 65536],
};

function onFragment(): void {
  fragmentsReceived++;
}

function measure(kind: Kind, name: string, send: Send, length: number): void {
  const fixture = new PublicationFixture({
    isExclusive: kind === 'exclusive',
    mtuLength: 1408,
    termLength: TERM_LENGTH,
  });
  const publication = kind === 'exclusive' ? fixture.exclusive() : fixture.concurrent();
  const { subscription } = fixture.subscriptions;
  const { terms } = fixture.log.logBuffers;
  const count = Math.ceil(BYTES_PER_BATCH / (length + 64));
  let cleanPosition = 0;
  let best = { send: Number.POSITIVE_INFINITY, poll: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round++) {
    let sendNs = 0;
    let pollNs = 0;
    for (let batch = 0; batch < BATCHES; batch++) {
      fixture.limit = publication.position + TERM_LENGTH / 2;
      const start = process.hrtime();
      send(publication, count);
      const [sendSeconds, sendRest] = process.hrtime(start);
      const middle = process.hrtime();
      while (subscription.poll(onFragment, 10) > 0) {}
      const [pollSeconds, pollRest] = process.hrtime(middle);
      sendNs += sendSeconds * 1e9 + sendRest;
      pollNs += pollSeconds * 1e9 + pollRest;
      while (cleanPosition < publication.position) {
        cleanPosition = cleanPublication(terms, TERM_LENGTH, cleanPosition, publication.position);
      }
      subscription.poll(onFragment, 10); // padding at the end of a term is a poll of its own
    }
    best = {
      send: Math.min(best.send, sendNs / (BATCHES * count)),
      poll: Math.min(best.poll, pollNs / (BATCHES * count)),
    };
  }
  console.log(
    `${kind} ${name}`.padEnd(40),
    `${best.send.toFixed(1).padStart(8)} ns sent`,
    `${best.poll.toFixed(1).padStart(8)} ns read`,
  );
}

// One case per process keeps each as the compiler would see it in a program that does only this.
const wanted = process.argv[2];
for (const kind of ['concurrent', 'exclusive'] as const) {
  for (const [name, [send, length]] of Object.entries(CASES)) {
    if (wanted === undefined || `${kind} ${name}`.includes(wanted)) {
      measure(kind, name, send, length);
    }
  }
}
console.log(`(fragments ${fragmentsReceived})`);
