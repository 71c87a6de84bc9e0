// SPDX-License-Identifier: Apache-2.0
/**
 * A client that does what the test tells it, a line of JSON at a time: `{id, operation, …}` in, `{id, result}` or
 * `{id, error}` out. Its options are the first argument. Ends when its input does.
 */
import { createInterface } from 'node:readline';
import {
  ADMIN_ACTION,
  Aeron,
  BufferClaim,
  ControlledAction,
  ControlledFragmentAssembler,
  DirectBufferVector,
  errorString,
  FragmentAssembler,
} from '@aeron/client';
import { CommandId } from '@aeron/codecs';
import { cncFilePath, mapCncFile } from '@aeron/codecs/internal';
import { AtomicBuffer, ManyToOneRingBuffer, nodePlatform } from '@aeron/core/internal';
import { fillMessage, messageLength, reservedValueOf, StreamCheck } from './messages.mjs';

const options = JSON.parse(process.argv[2] ?? '{}');
const MAX_MESSAGE_LENGTH = 8192;
const POLL_LIMIT = 64;
const MESSAGES_PER_TURN = 16;
const HEADER_LENGTH = 32;
const WAIT_LIMIT_MS = 60_000;

const errors = [];
/** Error frames that publications were told of. */
const frames = [];
const resources = new Map();
const claims = [];
const scratch = AtomicBuffer.allocate(MAX_MESSAGE_LENGTH);
let aeron;
let nextHandle = 1;

const operations = {
  async connect() {
    aeron = await Aeron.connect({
      ...options,
      errorHandler: (error) => errors.push({ code: error.code ?? error.name, message: error.message }),
      publicationErrorFrameHandler: ({ errorCode, errorMessage }) => frames.push({ errorCode, errorMessage }),
    });
    return aeron.clientId;
  },

  async addPublication({ channel, streamId, isExclusive = false }) {
    const publication = isExclusive
      ? await aeron.addExclusivePublication(channel, streamId)
      : await aeron.addPublication(channel, streamId);
    return keep({ publication, close: () => publication.close() });
  },

  async addSubscription({ channel, streamId, way = 'poll', maxLength = MAX_MESSAGE_LENGTH, isLate = false }) {
    const subscription = await aeron.addSubscription(channel, streamId);
    const check = new StreamCheck(maxLength, isLate);
    const resource = { subscription, check, isReading: true, close: () => subscription.close() };
    readers[way](resource);
    return keep(resource);
  },

  async addCounter({ typeId = 1001, label }) {
    const counter = await aeron.addCounter(typeId, label);
    return keep({ counter, close: () => counter.close() });
  },

  /** Of a publication or a subscription; to where, or from where. */
  async addDestination({ handle, channel }) {
    const { publication, subscription } = resources.get(handle);
    return (publication ?? subscription).addDestination(channel);
  },

  async removeDestination({ handle, channel }) {
    const { publication, subscription } = resources.get(handle);
    return (publication ?? subscription).removeDestination(channel);
  },

  describe: ({ handle }) => {
    const { publication, subscription, counter } = resources.get(handle);
    if (publication !== undefined) {
      const { registrationId, originalRegistrationId, sessionId, position, isConnected, isClosed } = publication;
      const window = publication.availableWindow;
      return { registrationId, originalRegistrationId, sessionId, position, window, isConnected, isClosed };
    }
    return subscription === undefined
      ? { id: counter.id, registrationId: counter.registrationId, isClosed: counter.isClosed }
      : {
          registrationId: subscription.registrationId,
          images: subscription.imageCount,
          isClosed: subscription.isClosed,
          localSocketAddresses: subscription.localSocketAddresses,
        };
  },

  /** Facts of each image of a subscription. */
  images: ({ handle }) =>
    resources.get(handle).subscription.images.map((image) => {
      const { sessionId, correlationId, sourceIdentity, position, activeTransportCount } = image;
      return { sessionId, correlationId, sourceIdentity, position, activeTransportCount };
    }),

  /** Publishes messages `first` to `first + count - 1`, each until it is accepted. Notes its progress in a file if told to. */
  async publish({ handle, publisher, first = 0, count, progressFile, maxLength = MAX_MESSAGE_LENGTH }) {
    const { publication } = resources.get(handle);
    const progress = progressFile === undefined ? undefined : progressIn(progressFile);
    const message = AtomicBuffer.allocate(MAX_MESSAGE_LENGTH); // others may be published meanwhile
    for (let index = first; index < first + count; index++) {
      const length = messageLength(publisher, index, maxLength);
      fillMessage(message.bytes, 0, length, publisher, index);
      await untilAccepted(publication, () => offerInSomeForm(publication, message, publisher, index, length));
      progress?.putInt64Release(0, index + 1);
      if (index % MESSAGES_PER_TURN === 0) {
        await turn(); // the client's conductor needs the event loop now and then
      }
    }
    return publication.position;
  },

  /** One offer. @returns the name of its result. */
  offer: ({ handle, length = 1 }) => {
    const { publication } = resources.get(handle);
    return errorString(publication.offer(scratch, 0, length));
  },

  /** Claims room for message `index` and leaves it like that, with a part of it written. */
  async claim({ handle, publisher, index, length }) {
    const { publication } = resources.get(handle);
    const claim = new BufferClaim();
    const position = await untilAccepted(publication, () => publication.tryClaim(length, claim));
    claim.reservedValue = reservedValueOf(publisher, index);
    claim.buffer.setMemory(claim.offset, length >> 1, 0xee);
    claims.push({ claim, publisher, index });
    return position;
  },

  /** Moves the tail of the log as a claim does, and no more: where a publisher stands for an instant. */
  async moveTail({ handle, length }) {
    const { publication } = resources.get(handle);
    const claim = new BufferClaim();
    const position = await untilAccepted(publication, () => publication.tryClaim(length, claim));
    claim.buffer.setMemory(claim.offset - HEADER_LENGTH, HEADER_LENGTH, 0);
    return position;
  },

  commitClaims: () => {
    for (const { claim, publisher, index } of claims.splice(0)) {
      fillMessage(claim.buffer.bytes, claim.offset, claim.length, publisher, index);
      claim.commit();
    }
  },

  /** Claims room for a command and never commits it: all commands of other clients wait behind it. */
  claimCommand: ({ length = 64 }) => {
    const cnc = mapCncFile(nodePlatform(), cncFilePath(options.aeronDirectoryName));
    return new ManyToOneRingBuffer(cnc.toDriver).tryClaim(CommandId.ADD_PUBLICATION, length);
  },

  received: ({ handle }) => {
    const { check, subscription } = resources.get(handle);
    return { counts: check.counts, images: subscription.imageCount, problem: check.problem };
  },

  async untilConnected({ handle, isConnected = true }) {
    const { publication } = resources.get(handle);
    await when(
      () => publication.isConnected === isConnected,
      () => `${publication}`,
    );
  },

  async untilImages({ handle, count }) {
    const { subscription } = resources.get(handle);
    await when(
      () => subscription.imageCount === count,
      () => `${subscription} images=${subscription.imageCount} expected=${count}`,
    );
  },

  /** Until so many messages of each publisher have come. @returns all counts. */
  async untilReceived({ handle, counts }) {
    const { check, subscription } = resources.get(handle);
    await when(
      () => check.problem !== null || Object.entries(counts).every(([key, count]) => (check.counts[key] ?? 0) >= count),
      () => `${subscription} received=${JSON.stringify(check.counts)} expected=${JSON.stringify(counts)}`,
    );
    if (check.problem !== null) {
      throw new Error(check.problem);
    }
    return check.counts;
  },

  /** From now on the subscriber does not read. */
  stopReading: ({ handle }) => {
    resources.get(handle).isReading = false;
  },

  resumeReading: ({ handle }) => {
    resources.get(handle).isReading = true;
  },

  /** The stream ends at once, for everybody. */
  revoke: ({ handle }) => resources.get(handle).publication.revoke(),

  /** Does not want any image of the subscription any more. */
  async reject({ handle, reason }) {
    for (const image of resources.get(handle).subscription.images) {
      await image.reject(reason);
    }
  },

  close: ({ handle }) => resources.get(handle).close(),

  closeClient: () => aeron.close(),

  status: () => ({ isClosed: aeron.isClosed, clientId: aeron.clientId, errors, frames }),
};

/** How a subscriber reads. Each goes on until its subscription is closed. */
const readers = {
  poll(resource) {
    const assembler = new FragmentAssembler((buffer, offset, length, header) => {
      resource.check.onMessage(buffer.bytes, offset, length, header.reservedValue);
    });
    read(resource, () => resource.subscription.poll(assembler.onFragment, POLL_LIMIT));
  },
  controlled(resource) {
    let count = 0;
    const assembler = new ControlledFragmentAssembler((buffer, offset, length, header) => {
      if (++count % 13 === 0) {
        return ControlledAction.ABORT;
      }
      resource.check.onMessage(buffer.bytes, offset, length, header.reservedValue);
      return count % 5 === 0 ? ControlledAction.COMMIT : ControlledAction.CONTINUE;
    });
    read(resource, () => resource.subscription.controlledPoll(assembler.onFragment, POLL_LIMIT));
  },
  async messages(resource) {
    for await (const message of resource.subscription.messages()) {
      resource.check.onMessage(message.data, 0, message.data.length, message.reservedValue);
    }
  },
};

async function read(resource, poll) {
  while (!resource.subscription.isClosed && !aeron.isClosed) {
    const count = resource.isReading ? poll() : 0;
    await (count > 0 ? turn() : new Promise((resolve) => setTimeout(resolve, 1)));
  }
}

function offerInSomeForm(publication, message, publisher, index, length) {
  const supplier = () => reservedValueOf(publisher, index);
  switch (index % 4) {
    case 0:
      return publication.offer(message, 0, length, supplier);
    case 1: {
      const half = length >> 1;
      return publication.offer(message, 0, half, message, half, length - half, supplier);
    }
    case 2: {
      const third = Math.floor(length / 3);
      const vectors = [
        new DirectBufferVector(message, 0, third),
        new DirectBufferVector(message, third, length - third),
      ];
      return publication.offer(vectors, supplier);
    }
    default:
      return length <= publication.maxPayloadLength
        ? claimAndCommit(publication, message, length, supplier())
        : publication.offer(message.bytes.subarray(0, length), supplier);
  }
}

function claimAndCommit(publication, message, length, reservedValue) {
  const claim = new BufferClaim();
  const result = publication.tryClaim(length, claim);
  if (result > 0) {
    claim.putBytes(message, 0, length);
    claim.reservedValue = reservedValue;
    claim.commit();
  }
  return result;
}

async function untilAccepted(publication, offer) {
  for (;;) {
    const result = offer();
    if (result >= 0) {
      return result;
    }
    if (publication.isClosed) {
      const reasons = errors.map(({ code, message }) => `${code}: ${message}`).join('; ');
      throw Object.assign(new Error(`publication is closed: ${publication} ${reasons}`), { code: 'CLOSED' });
    }
    if (result !== ADMIN_ACTION) {
      await turn();
    }
  }
}

function progressIn(file) {
  const { memory, memoryOffset, length } = nodePlatform().mapper.create(file, 4096, { sparse: false });
  return new AtomicBuffer(memory, memoryOffset, length);
}

function keep(resource) {
  const handle = nextHandle++;
  resources.set(handle, resource);
  return handle;
}

async function when(condition, describe) {
  const deadlineMs = Date.now() + WAIT_LIMIT_MS;
  while (!condition()) {
    if (Date.now() > deadlineMs) {
      throw new Error(`waited in vain: ${describe()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function turn() {
  return new Promise((resolve) => setImmediate(resolve));
}

async function answer(line) {
  const { id, operation, ...parameters } = JSON.parse(line);
  try {
    const result = await operations[operation](parameters);
    console.log(JSON.stringify({ id, result: result ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ id, error: { code: error.code ?? error.name, message: error.message } }));
  }
}

const input = createInterface({ input: process.stdin });
input.on('line', (line) => void answer(line));
input.on('close', () => process.exit(0));
