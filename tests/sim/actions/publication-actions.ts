// SPDX-License-Identifier: Apache-2.0
/** What applications do with publications. */
import {
  ADMIN_ACTION,
  BACK_PRESSURED,
  CLOSED,
  ConcurrentPublication,
  DirectBufferVector,
  ExclusivePublication,
  NOT_CONNECTED,
} from '@aeron/client';
import { AtomicBuffer } from '@aeron/core';
import { expectThat } from '../model/expect.ts';
import { fillPattern } from '../model/message-pattern.ts';
import { alignedFrameLength } from '../model/stream-ledger.ts';
import type { ClientNode } from '../nodes/client-node.ts';
import type { Publisher } from '../nodes/publisher.ts';
import type { Simulation } from '../simulation.ts';
import { type Action, clientAction } from './action.ts';

const SCRATCH_LENGTH = 64 * 1024;
const scratch = AtomicBuffer.allocate(SCRATCH_LENGTH);

function publicationAction(
  name: string,
  weight: number,
  run: (publisher: Publisher, simulation: Simulation, client: ClientNode) => string | undefined,
): Action {
  return clientAction(name, weight, (client, simulation) => {
    if (client.publishers.length === 0) {
      return undefined;
    }
    const publisher = simulation.world.random.pick(client.publishers);
    const what = run(publisher, simulation, client);
    return what === undefined ? undefined : `session=${publisher.publication.sessionId} ${what}`;
  });
}

export const addPublication = clientAction('add publication', 4, (client, { world, plan }) => {
  const stream = world.random.pick(plan.streams);
  const isExclusive = world.random.chance(0.4);
  const registrationId = isExclusive
    ? client.aeron.asyncAddExclusivePublication(stream.publicationChannel, stream.streamId)
    : client.aeron.asyncAddPublication(stream.publicationChannel, stream.streamId);
  client.asked(isExclusive ? 'exclusive' : 'publication', registrationId);
  return `${stream.publicationChannel} ${stream.streamId} exclusive=${isExclusive} id=${registrationId}`;
});

const offer = publicationAction('offer', 70, (publisher, simulation) => {
  const { world, plan } = simulation;
  const length = messageLength(simulation, Math.min(plan.messageLengthMax, publisher.publication.maxMessageLength));
  const messageNumber = ++simulation.messageCount;
  fillPattern(scratch.bytes, 0, length, messageNumber);
  const before = limitBefore(publisher);
  const result = offerInSomeForm(publisher, length, messageNumber, world.random.nextInt(4));
  return accepted(publisher, result, before, () => {
    publisher.ledger.append(result, length, messageNumber, 'committed');
    return `length=${length} message=${messageNumber} position=${result}`;
  });
});

const claim = publicationAction('claim', 8, (publisher, simulation) => {
  const { publication } = publisher;
  const length = messageLength(simulation, publication.maxPayloadLength);
  const bufferClaim = publisher.newClaim();
  const before = limitBefore(publisher);
  const result = publication.tryClaim(length, bufferClaim);
  return accepted(publisher, result, before, () => {
    const messageNumber = ++simulation.messageCount;
    const entry = publisher.ledger.append(result, length, messageNumber, 'claimed');
    publisher.claims.push({ claim: bufferClaim, entry, claimedNs: simulation.world.nowNs });
    return `length=${length} message=${messageNumber} position=${result}`;
  });
});

const finishClaim = publicationAction('finish claim', 20, (publisher, { world }) => {
  const [open] = publisher.claims.splice(world.random.nextInt(Math.max(1, publisher.claims.length)), 1);
  return open === undefined ? undefined : publisher.finish(open, world.random.chance(0.8));
});

const appendPadding = publicationAction('append padding', 1, (publisher, simulation) => {
  const { publication, ledger } = publisher;
  if (!(publication instanceof ExclusivePublication)) {
    return undefined;
  }
  const length = messageLength(simulation, Math.min(simulation.plan.messageLengthMax, publication.maxFramedLength));
  const before = limitBefore(publisher);
  const result = publication.appendPadding(length);
  return accepted(publisher, result, before, () => {
    ledger.appendVoid(result, alignedFrameLength(length));
    return `padding length=${length} position=${result}`;
  });
});

const closePublication = publicationAction('close publication', 1.5, (publisher, _simulation, client) => {
  client.closePublisher(publisher);
  publisher.publication.close();
  expectThat(publisher.publication.offer(scratch, 0, 1) === CLOSED, () => `not closed: ${publisher.publication}`);
  return '';
});

const revoke = publicationAction('revoke', 0.3, (publisher, _simulation, client) => {
  if (!(publisher.publication instanceof ExclusivePublication)) {
    return undefined;
  }
  client.closePublisher(publisher);
  publisher.ledger.isRevoked = true;
  publisher.publication.revoke();
  return '';
});

/** The application dies between moving the tail and writing the header: what it leaves is not even a length. */
const killInClaim = publicationAction('kill client in a claim', 0.15, (publisher, simulation, client) => {
  const { publication, ledger } = publisher;
  if (!(publication instanceof ConcurrentPublication) || publication.position < 0) {
    return undefined;
  }
  const length = messageLength(simulation, publication.maxPayloadLength);
  const claimHolder = publisher.newClaim();
  const result = publication.tryClaim(length, claimHolder);
  if (result < 0) {
    return undefined;
  }
  ledger.append(result, length, ++simulation.messageCount, 'orphaned');
  claimHolder.buffer.setMemory(claimHolder.offset - 32, 32, 0);
  client.kill();
  return `length=${length} position=${result}`;
});

function messageLength({ world }: Simulation, max: number): number {
  const { random } = world;
  const dice = random.nextFloat();
  if (dice < 0.05) {
    return 0;
  }
  return dice < 0.1 ? max : random.nextInt(dice < 0.7 ? Math.min(max, 300) : max + 1);
}

function offerInSomeForm({ publication }: Publisher, length: number, messageNumber: number, form: number): number {
  const supplier = () => BigInt(messageNumber);
  switch (form) {
    case 0:
      return publication.offer(scratch, 0, length, supplier);
    case 1:
      return publication.offer(scratch.bytes.subarray(0, length), supplier);
    case 2: {
      const half = length >> 1;
      return publication.offer(scratch, 0, half, scratch, half, length - half, supplier);
    }
    default: {
      const third = Math.floor(length / 3);
      const vectors = [
        new DirectBufferVector(scratch, 0, third),
        new DirectBufferVector(scratch, third, third),
        new DirectBufferVector(scratch, 2 * third, length - 2 * third),
      ];
      return publication.offer(vectors, supplier);
    }
  }
}

interface LimitBefore {
  readonly position: number;
  readonly limit: number;
}

function limitBefore({ publication }: Publisher): LimitBefore {
  return { position: publication.position, limit: publication.positionLimit };
}

/** Looks at the result of something that publishes. @param note notes it in the ledger; called when it was accepted. */
function accepted(
  { publication }: Publisher,
  result: number,
  { position, limit }: LimitBefore,
  note: () => string,
): string {
  if (result >= 0) {
    expectThat(position < limit, () => `accepted beyond the limit: position=${position} limit=${limit}`);
    return note();
  }
  const isKnown = result === BACK_PRESSURED || result === NOT_CONNECTED || result === ADMIN_ACTION || result === CLOSED;
  expectThat(isKnown, () => `unexpected result=${result} of ${publication}`);
  if (result === BACK_PRESSURED || result === NOT_CONNECTED) {
    expectThat(position >= limit, () => `refused below the limit: position=${position} limit=${limit}`);
  }
  return `result=${result}`;
}

export const publicationActions: readonly Action[] = [
  addPublication,
  offer,
  claim,
  finishClaim,
  appendPadding,
  closePublication,
  revoke,
  killInClaim,
];
