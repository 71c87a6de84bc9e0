// SPDX-License-Identifier: Apache-2.0
/** Small programs as users write them, to be run on the installed packages. */

const LIFE = `
const driver = await MediaDriver.launchEmbedded();
const aeron = await Aeron.connect({ aeronDirectoryName: driver.aeronDirectoryName });
for (const channel of ['aeron:ipc', 'aeron:udp?endpoint=127.0.0.1:0']) {
  const subscription = await aeron.addSubscription(channel, 1);
  const endpoint = channel === 'aeron:ipc' ? channel : await resolved(subscription);
  const publication = await aeron.addPublication(endpoint, 1);
  await publication.offerAsync('packed', { timeoutMs: 10000 });
  for await (const message of subscription) {
    console.log(message.text());
    break;
  }
}
await aeron.close();
await driver.close();

async function resolved(subscription) {
  while (subscription.resolvedEndpoint === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  return 'aeron:udp?endpoint=' + subscription.resolvedEndpoint;
}
`;
export const LIFE_OUTPUT = 'packed\npacked';

/** A driver and a client that talk over shared memory and UDP, as an ES module. */
export const LIFE_ESM = `import { Aeron } from '@aeron/client';\nimport { MediaDriver } from '@aeron/driver';\n${LIFE}`;

/** The same as CommonJS. */
export const LIFE_CJS = `const { Aeron } = require('@aeron/client');
const { MediaDriver } = require('@aeron/driver');
(async () => {${LIFE}})();`;

/** Options of Node that log an event of whatever driver the program has. */
export const LOGGING = [
  ...['--import', 'data:text/javascript,process.env.AERON_EVENT_LOG="CMD_IN_ADD_PUBLICATION"'],
  ...['--import', '@aeron/agent/register'],
];
/** What is logged of the program above. */
export const LOGGED = /^\[\d+\.\d{9}\] DRIVER: CMD_IN_ADD_PUBLICATION buffer=streamId=1 .* channel=aeron:ipc$/m;

/** Loads each entry both ways and compares the names. @param entries what the packages export. */
export function entriesProgram(entries: readonly string[]): string {
  return `
import assert from 'node:assert';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
for (const entry of ${JSON.stringify(entries)}) {
  // An entry for node --import is there for what it does, which is to start the log.
  if (entry.endsWith('/register')) {
    require.resolve(entry);
    continue;
  }
  const [esm, cjs] = [Object.keys(await import(entry)), Object.keys(require(entry))];
  assert(esm.length > 0, entry);
  // Node gives a module that was required and is an object itself a name of its own.
  const names = (keys) => keys.filter((key) => key !== 'module.exports' && key !== 'default').sort();
  assert.deepStrictEqual(names(esm), names(cjs), entry);
}
console.log('all entries');
`;
}

/** TypeScript of a user who looks at every type closely. */
export const TYPED = `
import { Aeron, FragmentAssembler, type Publication, type Subscription } from '@aeron/client';
import { registerPrometheusMetrics, type PrometheusRegistry } from '@aeron/client/metrics';
import { AtomicBuffer } from '@aeron/core';
import { MediaDriver } from '@aeron/driver';

export async function main(registry: PrometheusRegistry): Promise<number> {
  await using driver = await MediaDriver.launchEmbedded({ threadingMode: 'SHARED', timerIntervalNs: '1s' });
  await using aeron = await Aeron.connect({ aeronDirectoryName: driver.aeronDirectoryName });
  registerPrometheusMetrics(registry, aeron);
  const subscription: Subscription = await aeron.addSubscription('aeron:ipc', 1);
  const publication: Publication = await aeron.addPublication('aeron:ipc', 1);
  const assembler = new FragmentAssembler((buffer: AtomicBuffer, offset, length) => void buffer.getUtf8(offset, length));
  const position: number = publication.offer(AtomicBuffer.allocate(8), 0, 8);
  return position + subscription.poll(assembler.onFragment, 1);
}
`;
