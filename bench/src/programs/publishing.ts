// SPDX-License-Identifier: Apache-2.0
/** The ways to send a message that are measured. */
import { type Aeron, AtomicBuffer, BufferClaim, DirectBufferVector, type Publication } from '@aeron/client';
import { integer, text } from './arguments.ts';

/** Tries to send so many messages, and stops early at the first that it can't. @returns how many it could. */
export type Batch = (publication: Publication, attempts: number) => number;

const HEAD_LENGTH = 8;

interface Kind {
  readonly isExclusive: boolean;
  batch(length: number): Batch;
}

const KINDS: Readonly<Record<string, Kind>> = {
  offer: { isExclusive: false, batch: offers },
  exclusive: { isExclusive: true, batch: offers },
  claim: { isExclusive: false, batch: claims },
  vectored: { isExclusive: false, batch: vectors },
};

function offers(length: number): Batch {
  const message = AtomicBuffer.allocate(length);
  return (publication, attempts) => {
    let sent = 0;
    while (sent < attempts && publication.offer(message, 0, length) > 0) {
      sent++;
    }
    return sent;
  };
}

function claims(length: number): Batch {
  const claim = new BufferClaim();
  return (publication, attempts) => {
    let sent = 0;
    while (sent < attempts && publication.tryClaim(length, claim) > 0) {
      claim.buffer.putInt32(claim.offset, sent);
      claim.commit();
      sent++;
    }
    return sent;
  };
}

/** A head and the rest. */
function vectors(length: number): Batch {
  const message = AtomicBuffer.allocate(length);
  const parts = [
    new DirectBufferVector(message, 0, HEAD_LENGTH),
    new DirectBufferVector(message, HEAD_LENGTH, length - HEAD_LENGTH),
  ];
  return (publication, attempts) => {
    let sent = 0;
    while (sent < attempts && publication.offer(parts) > 0) {
      sent++;
    }
    return sent;
  };
}

/** Adds the publication that the arguments `kind`, `length` and `stream` ask for. */
export async function openPublishing(
  aeron: Aeron,
  channel: string,
): Promise<{ readonly publication: Publication; readonly batch: Batch }> {
  const kind = KINDS[text('kind')];
  if (kind === undefined) {
    throw new Error(`no such kind of publisher: ${text('kind')}`);
  }
  const publication = kind.isExclusive
    ? await aeron.addExclusivePublication(channel, integer('stream'))
    : await aeron.addPublication(channel, integer('stream'));
  return { publication, batch: kind.batch(integer('length')) };
}
