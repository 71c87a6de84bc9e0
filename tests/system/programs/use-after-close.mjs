// SPDX-License-Identifier: Apache-2.0
/**
 * Uses everything that a client hands out after it was closed, while views of its buffers are still held, also after the memory
 * was given up. Arguments: the Aeron directory, the mapping provider. Prints, as one line of JSON, the outcome of each use:
 * what it gave or the name and code of its error. What must not happen is that this process ends before that.
 */
import { Aeron, BufferClaim, FragmentAssembler, ImageFragmentAssembler } from '@aeron/client';
import { nodePlatform } from '@aeron/core/internal';

const [aeronDirectoryName, provider] = process.argv.slice(2);
const CHANNEL = 'aeron:ipc?term-length=64k';
const outcomes = {};
const errors = [];

const aeron = await Aeron.connect({
  aeronDirectoryName,
  platform: nodePlatform({ mapping: { provider } }),
  resourceLingerDurationNs: '50ms',
  idleSleepDurationNs: '1ms',
  errorHandler: (error) => errors.push({ name: error.name, code: error.code ?? null }),
});

const held = await openAll();
for (const close of ['publication', 'exclusive', 'subscription', 'counter']) {
  held[close].close();
}
await useAll('closed');
await untilUnmapped();
globalThis.gc?.();
await useAll('unmapped');
useViews('unmapped');
await aeron.close();
await useAll('client closed');
useViews('client closed');
await reenter();
console.log(JSON.stringify({ outcomes, errors }));

/** One of everything, with views of its memory. */
async function openAll() {
  const publication = await aeron.addPublication(CHANNEL, 1001);
  const exclusive = await aeron.addExclusivePublication(CHANNEL, 1002);
  const subscription = await aeron.addSubscription('aeron:ipc', 1001);
  const counter = await aeron.addCounter(1001, 'mine');
  const image = await subscription.waitForImage();
  const other = await aeron.addSubscription('aeron:ipc', 1002);
  await other.waitForImage();
  await publication.offerAsync('first');
  await publication.offerAsync('x'.repeat(5000));
  let view;
  for (let seen = 0; seen === 0; await turn()) {
    seen = subscription.poll((buffer, offset, length, header) => {
      view = { buffer, offset, length, header };
    }, 1);
  }
  const [claim, exclusiveClaim] = [new BufferClaim(), new BufferClaim()];
  publication.tryClaim(100, claim);
  exclusive.tryClaim(100, exclusiveClaim);
  const bytes = claim.buffer.bytes.subarray(claim.offset, claim.offset + 100);
  const reader = aeron.countersReader;
  const values = reader.valuesBuffer;
  const logs = [publication.logBuffers, exclusive.logBuffers, image.logBuffers];
  return {
    publication,
    exclusive,
    subscription,
    other,
    counter,
    image,
    view,
    claim,
    exclusiveClaim,
    bytes,
    reader,
    values,
    logs,
  };
}

async function useAll(when) {
  const { publication, exclusive, subscription, counter, image, reader } = held;
  for (const [name, target] of Object.entries({ publication, exclusive })) {
    use(`${when}: ${name}.offer`, () => target.offer('x'));
    use(`${when}: ${name}.offer parts`, () => target.offer(Buffer.from('x'), 0, 1, Buffer.from('y'), 0, 1));
    use(`${when}: ${name}.tryClaim`, () => target.tryClaim(10, new BufferClaim()));
    use(`${when}: ${name}.position`, () => target.position);
    use(`${when}: ${name}.positionLimit`, () => target.positionLimit);
    use(`${when}: ${name}.availableWindow`, () => target.availableWindow);
    use(`${when}: ${name}.isConnected`, () => target.isConnected);
    use(`${when}: ${name}.channelStatus`, () => target.channelStatus);
    use(`${when}: ${name}.toString`, () => typeof target.toString());
    use(`${when}: ${name}.close`, () => target.close());
    await useAsync(`${when}: ${name}.offerAsync`, () => target.offerAsync('x'));
    await useAsync(`${when}: ${name}.addDestination`, () => target.addDestination('aeron:ipc'));
  }
  use(`${when}: exclusive.appendPadding`, () => exclusive.appendPadding(64));
  use(`${when}: exclusive.offerBlock`, () => exclusive.offerBlock(held.view.buffer, 0, 32));
  use(`${when}: exclusive.revoke`, () => exclusive.revoke());
  const assembler = new FragmentAssembler(() => undefined);
  const ofImage = new ImageFragmentAssembler(() => undefined);
  use(`${when}: subscription.poll`, () => subscription.poll(assembler.onFragment, 10));
  use(`${when}: subscription.controlledPoll`, () => subscription.controlledPoll(() => 4, 10));
  use(`${when}: subscription.blockPoll`, () => subscription.blockPoll(() => undefined, 4096));
  use(`${when}: subscription.rawPoll`, () => subscription.rawPoll(() => undefined, 4096));
  use(`${when}: subscription.imageCount`, () => subscription.imageCount);
  use(`${when}: subscription.lag`, () => subscription.lag);
  use(`${when}: subscription.channelStatus`, () => subscription.channelStatus);
  use(`${when}: subscription.toString`, () => typeof subscription.toString());
  use(`${when}: subscription.startPolling`, () => subscription.startPolling(() => undefined));
  use(`${when}: subscription.close`, () => subscription.close());
  await useAsync(`${when}: subscription.messages`, () => subscription.messages().next());
  await useAsync(`${when}: subscription.waitForImage`, () => subscription.waitForImage());
  use(`${when}: image.poll`, () => image.poll(ofImage.onFragment, 10));
  use(`${when}: image.boundedPoll`, () => image.boundedPoll(() => undefined, 1e9, 10));
  use(`${when}: image.controlledPoll`, () => image.controlledPoll(() => 4, 10));
  use(`${when}: image.blockPoll`, () => image.blockPoll(() => undefined, 4096));
  use(`${when}: image.position`, () => image.position);
  use(`${when}: image.isEndOfStream`, () => image.isEndOfStream);
  use(`${when}: image.lag`, () => image.lag);
  use(`${when}: image.activeTransportCount`, () => image.activeTransportCount);
  use(`${when}: image.toString`, () => typeof image.toString());
  await useAsync(`${when}: image.reject`, () => image.reject('too late'));
  for (const method of ['get', 'increment', 'getBigInt', 'toString']) {
    use(`${when}: counter.${method}`, () => typeof counter[method]());
  }
  use(`${when}: counter.set`, () => counter.set(1));
  use(`${when}: counter.label`, () => counter.label);
  use(`${when}: counter.close`, () => counter.close());
  if (when === 'client closed') {
    use(`${when}: aeron.countersReader`, () => aeron.countersReader);
    use(`${when}: aeron.nextCorrelationId`, () => aeron.nextCorrelationId());
    use(`${when}: aeron.asyncAddPublication`, () => aeron.asyncAddPublication(CHANNEL, 1));
    use(`${when}: aeron.getPublication`, () => aeron.getPublication(1));
    use(`${when}: aeron.toString`, () => typeof aeron.toString());
    use(`${when}: reader.getCounterValue`, () => typeof reader.getCounterValue(1));
    use(`${when}: reader.forEach`, () => reader.forEach(() => {}));
    await useAsync(`${when}: aeron.addPublication`, () => aeron.addPublication(CHANNEL, 1));
    await useAsync(`${when}: aeron.addSubscription`, () => aeron.addSubscription(CHANNEL, 1));
    await useAsync(`${when}: aeron.addCounter`, () => aeron.addCounter(1001, 'x'));
    await useAsync(`${when}: aeron.close`, () => aeron.close());
  }
}

/** What the program kept of the memory itself: reads and writes give something or throw. */
function useViews(when) {
  const { view, claim, exclusiveClaim, bytes, values } = held;
  use(`${when}: view of a fragment`, () => typeof view.buffer.getInt32(view.offset));
  use(`${when}: text of a fragment`, () => typeof view.buffer.getUtf8(view.offset, view.length));
  use(`${when}: header`, () => typeof view.header.position);
  use(`${when}: view of a claim`, () => bytes.fill(1).length >= 0);
  use(`${when}: commit`, () => claim.commit());
  use(`${when}: abort`, () => exclusiveClaim.abort());
  use(`${when}: counter values`, () => typeof values.getInt64Volatile(0));
}

/** Closing from inside a handler, in the middle of a poll. */
async function reenter() {
  const second = await Aeron.connect({
    aeronDirectoryName,
    errorHandler: (error) => errors.push({ name: error.name, code: error.code ?? null }),
  });
  const publication = await second.addPublication(CHANNEL, 1003);
  const subscription = await second.addSubscription('aeron:ipc', 1003);
  await subscription.waitForConnection();
  for (let i = 0; i < 10; i++) {
    await publication.offerAsync(`message ${i}`);
  }
  let calls = 0;
  use('in a handler: subscription.close', () =>
    subscription.poll(() => {
      calls++;
      subscription.close();
      publication.close();
      void second.close();
    }, 10),
  );
  outcomes['in a handler: calls'] = calls;
}

function use(name, action) {
  try {
    const result = action();
    outcomes[name] = typeof result === 'bigint' ? String(result) : (result ?? null);
  } catch (error) {
    outcomes[name] = describe(error);
  }
}

async function useAsync(name, action) {
  try {
    const result = await action();
    outcomes[name] = typeof result === 'object' ? { done: result?.done ?? null } : (result ?? null);
  } catch (error) {
    outcomes[name] = describe(error);
  }
}

function describe(error) {
  return { error: error.name, code: error.code ?? null };
}

async function untilUnmapped() {
  while (!held.logs.every(({ isClosed }) => isClosed)) {
    held.other.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function turn() {
  return new Promise((resolve) => setImmediate(resolve));
}
