// SPDX-License-Identifier: Apache-2.0
/**
 * What a running driver of the reference and its client leave in memory (live.golden.json, which names its version and is written
 * by java/LiveBytes.java), against what the same doings leave here, byte for byte.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BufferClaim, DirectBufferVector, type ExclusivePublication, type Publication } from '@aeron/client';
import { PublicationFixture } from '@aeron/client/testing/publication-fixture';
import { AtomicBuffer, CountersManager } from '@aeron/core/internal';
import { allocateResolverCounters, ResolverCounters } from '@aeron/driver/naming/resolver-counters';
import { goldenLines, goldenRow } from './golden-rows.ts';

const golden = JSON.parse(
  readFileSync(fileURLToPath(new URL('./live.golden.json', import.meta.url)), 'utf8'),
) as Readonly<Record<string, string>>;

const ADMIN_ACTION = -3;
const STREAM_ID = 1009;
const METADATA_LENGTH = 512;
const VALUE_LENGTH = 128;
const TAILS_LENGTH = 32;

function expectSame(own: AtomicBuffer, name: string): void {
  const reference = goldenRow(golden, name);
  expect(own.capacity).toBe(reference.capacity);
  expect(goldenLines(own)).toEqual(goldenLines(reference));
}

describe('the counters of a name resolver', () => {
  const bootstrap = ['127.0.0.1:48178', 'localhost:48179'];
  const manager = new CountersManager(
    AtomicBuffer.allocate(64 * METADATA_LENGTH),
    AtomicBuffer.allocate(64 * VALUE_LENGTH),
    {
      epochClock: { epochMs: () => 0 },
      labelCharset: 'ascii',
    },
  );
  const ids = allocateResolverCounters(manager, {
    nameResolverSupplier: 'driver',
    nameResolverInitArgs: undefined,
    resolverName: 'golden',
    resolverInterface: '127.0.0.1:48177',
    resolverBootstrapNeighbor: bootstrap,
  });
  if (ids.kind !== 'driver') {
    throw new Error(`a resolver of another kind: ${ids.kind}`);
  }
  const counters = new ResolverCounters(manager, ids, bootstrap);
  counters.onBound({ family: 'IPv4', address: '127.0.0.1', port: 48177 });
  for (const [index, port] of [48178, 48179].entries()) {
    counters.onBootstrapAddress(index, { family: 'IPv4', address: '127.0.0.1', port });
  }

  it.each([
    ['counter resolver neighbors', ids.neighborsId],
    ['counter resolver cache entries', ids.cacheEntriesId],
    ['counter bootstrap neighbor 0', ids.bootstrapIds[0] ?? -1],
    ['counter bootstrap neighbor 1', ids.bootstrapIds[1] ?? -1],
  ])('%s is the same in all its bytes', (name, id) => {
    const record = AtomicBuffer.allocate(METADATA_LENGTH + VALUE_LENGTH);
    record.putBytes(0, manager.metadataBuffer, id * METADATA_LENGTH, METADATA_LENGTH);
    record.putBytes(METADATA_LENGTH, manager.valuesBuffer, id * VALUE_LENGTH, VALUE_LENGTH);
    expectSame(record, name);
  });
});

describe('the terms of a log', () => {
  const made = (sessionId: number, position: number) =>
    new PublicationFixture({ sessionId, position, streamId: STREAM_ID, initialTermId: 7, mtuLength: 1408 });

  function expectSameLog({ log }: PublicationFixture, name: string, termCount: number): void {
    for (let i = 0; i < termCount; i++) {
      expectSame(log.logBuffers.terms[i] as AtomicBuffer, `term ${i} of ${name}`);
    }
    const tails = AtomicBuffer.allocate(TAILS_LENGTH);
    tails.putBytes(0, log.logBuffers.metadata, 0, 28);
    expectSame(tails, `tails of ${name}`);
  }

  it('are the same after a message of every kind: exclusive', () => {
    const fixture = made(98, 0);
    const publication = fixture.exclusive();
    everyKind(publication);
    publication.appendPadding(100);
    block(publication);
    expectSameLog(fixture, 'exclusive', 1);
  });

  it('are the same after a message of every kind: concurrent', () => {
    const fixture = made(97, 0);
    everyKind(fixture.concurrent());
    expectSameLog(fixture, 'concurrent', 1);
  });

  it('are the same over the end of a term: exclusive', () => {
    const fixture = made(96, 63488);
    overTheEnd(fixture.exclusive());
    expectSameLog(fixture, 'exclusive at the end of a term', 2);
  });

  it('are the same over the end of a term: concurrent', () => {
    const fixture = made(95, 63488);
    overTheEnd(fixture.concurrent());
    expectSameLog(fixture, 'concurrent at the end of a term', 2);
  });
});

function message(number: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => number + i * 7);
}

function everyKind(publication: Publication): void {
  publication.offer(message(1, 100));
  publication.offer(message(2, 0));
  publication.offer(message(3, 3000));
  publication.offer(message(4, publication.maxPayloadLength));
  const claim = new BufferClaim();
  publication.tryClaim(40, claim);
  claim.buffer.putUint8Array(claim.offset, message(5, 40));
  claim.reservedValue = 0x0123456789abcdefn;
  claim.commit();
  publication.tryClaim(60, claim);
  claim.abort();
  publication.offer(message(6, 50), 0, 50, message(7, 70), 0, 70);
  publication.offer(
    [
      new DirectBufferVector(message(8, 10), 0, 10),
      new DirectBufferVector(message(9, 10), 0, 0),
      new DirectBufferVector(message(10, 2000), 0, 2000),
    ],
    (_termBuffer, _frameOffset, frameLength) => BigInt(1000 + frameLength),
  );
}

function block(publication: ExclusivePublication): void {
  const frame = AtomicBuffer.allocate(64);
  frame.putInt32(0, 52);
  frame.putUint8(5, 0xc0);
  frame.putUint16(6, 1);
  frame.putInt32(8, publication.termOffset);
  frame.putInt32(12, publication.sessionId);
  frame.putInt32(16, publication.streamId);
  frame.putInt32(20, publication.termId);
  frame.putInt64(24, 77);
  frame.putUint8Array(32, message(11, 20));
  publication.offerBlock(frame, 0, 64);
}

/** 2048 bytes before the end: one message fits, the next does not. */
function overTheEnd(publication: Publication): void {
  publication.offer(message(1, 1000));
  expect(publication.offer(message(2, 1200))).toBe(ADMIN_ACTION);
  publication.offer(message(2, 1200));
}
