// SPDX-License-Identifier: Apache-2.0
// Has a driver do what it logs: streams over UDP with losses, several receivers, revocation, a rejected image, a name, a token. The
// directory is the argument.
import { Aeron } from '@aeron/client';
import { cncFilePath, mapCncFile, TerminateDriverFlyweight } from '@aeron/codecs/internal';
import { AtomicBuffer, ManyToOneRingBuffer, nodePlatform } from '@aeron/core/internal';

const [directory, port, controlPort, secret] = process.argv.slice(2);
const STREAM = 1001;
const MESSAGES = 300;

const aeron = await Aeron.connect({ aeronDirectoryName: directory });
const control = `aeron:udp?control=localhost:${controlPort}|control-mode=dynamic`;
const channel = `${control}|fc=min|term-length=64k`;
const subscription = await aeron.addSubscription(`${control}|endpoint=localhost:${port}`, STREAM);
const publication = await aeron.addExclusivePublication(channel, STREAM);

/** A message of a cluster client that opens a session, with credentials. */
function connectRequest() {
  const text = (value) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(value.length);
    return Buffer.concat([length, Buffer.from(value)]);
  };
  const head = Buffer.alloc(8 + 16);
  for (const [i, value] of [16, 3, 111, 14].entries()) {
    head.writeUInt16LE(value, 2 * i);
  }
  return Buffer.concat([head, text('aeron:udp?endpoint=localhost:9'), text(secret)]);
}

let received = 0;
const consume = () => subscription.poll(() => received++, 50);
for (let sent = 0; sent < MESSAGES; ) {
  const result = publication.offer(sent === 7 ? connectRequest() : Buffer.from(`message ${sent}`));
  sent += result > 0 ? 1 : 0;
  consume();
  await new Promise(setImmediate);
}
while (received < MESSAGES) {
  consume();
  await new Promise(setImmediate);
}
const image = subscription.imageAtIndex(0);
publication.revoke();
while (!image.isClosed && subscription.imageCount > 0) {
  consume();
  await new Promise(setImmediate);
}
await subscription.close();
await aeron.addSubscription('aeron:udp?endpoint=no-such-host.invalid:9', STREAM).catch(() => undefined);

// The token of a client that asks the driver to end; this one may not.
const cnc = mapCncFile(nodePlatform(), cncFilePath(directory), { access: 'read-write' });
const buffer = AtomicBuffer.allocate(256);
const terminate = new TerminateDriverFlyweight().wrap(buffer, 0);
Object.assign(terminate, { clientId: 0, correlationId: -1, token: Buffer.from(secret) });
new ManyToOneRingBuffer(cnc.toDriver).write(0x0e, buffer, 0, terminate.encodedLength);
cnc.close();
await aeron.addCounter(1101, { label: 'after the token' });
await aeron.close();
console.log('done');
