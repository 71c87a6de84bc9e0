// SPDX-License-Identifier: Apache-2.0
/** The ways to send a message that are measured. */
import { type Aeron, AtomicBuffer, BufferClaim, type Publication } from '@aeron/client';
import { CHANNEL, STREAM_ID } from './agreement.ts';

/** Tries to send so many messages. @returns how many it could. */
export type Batch = (publication: Publication, length: number, attempts: number) => number;

const LENGTH_MAX = 64 * 1024;

const message = AtomicBuffer.allocate(LENGTH_MAX);
const claim = new BufferClaim();

const offer: Batch = (publication, length, attempts) => {
  let sent = 0;
  for (let i = 0; i < attempts; i++) {
    if (publication.offer(message, 0, length) > 0) {
      sent++;
    }
  }
  return sent;
};

const tryClaim: Batch = (publication, length, attempts) => {
  let sent = 0;
  for (let i = 0; i < attempts; i++) {
    if (publication.tryClaim(length, claim) > 0) {
      claim.buffer.putInt32(claim.offset, i);
      claim.commit();
      sent++;
    }
  }
  return sent;
};

const KINDS: Readonly<Record<string, { readonly batch: Batch; readonly isExclusive: boolean }>> = {
  offer: { batch: offer, isExclusive: false },
  exclusive: { batch: offer, isExclusive: true },
  claim: { batch: tryClaim, isExclusive: false },
};

/** Adds the publication of a kind. */
export async function openPublishing(
  aeron: Aeron,
  kindName: string,
): Promise<{ readonly publication: Publication; readonly batch: Batch }> {
  const kind = KINDS[kindName];
  if (kind === undefined) {
    throw new Error(`no such kind of publisher: ${kindName}`);
  }
  const publication = kind.isExclusive
    ? await aeron.addExclusivePublication(CHANNEL, STREAM_ID)
    : await aeron.addPublication(CHANNEL, STREAM_ID);
  return { publication, batch: kind.batch };
}
