// SPDX-License-Identifier: Apache-2.0
/**
 * What sending and receiving cost the processor, apart from waiting: one thread sends a batch, then receives it, and so on, and
 * takes the processor time of each: DIRECTORY KIND LENGTH WARM_UP_COUNT COUNT. Other processes that want the processor disturb this
 * little.
 */
import { Aeron, type AtomicBuffer, type Publication, type Subscription } from '@aeron/client';
import { CHANNEL, FRAGMENT_LIMIT, STREAM_ID } from './agreement.ts';
import { type Batch, openPublishing } from './publishing.ts';
import { report, turnOfEventLoop } from './window.ts';

const MESSAGES_PER_TURN = 10_000;
const NS_PER_US = 1e3;

let received = 0;
let receivedLength = 0;

interface Costs {
  sendNs: number;
  receiveNs: number;
  messages: number;
}

const [aeronDirectoryName = '', kind = '', length = '', warmUpCount = '', count = ''] = process.argv.slice(2);
await using aeron = await Aeron.connect({ aeronDirectoryName });
const subscription = await aeron.addSubscription(CHANNEL, STREAM_ID);
const { publication, batch } = await openPublishing(aeron, kind);
await subscription.waitForConnection({ timeoutMs: 30_000 });
await takeTurns(publication, subscription, batch, Number(length), Number(warmUpCount));
const { sendNs, receiveNs, messages } = await takeTurns(
  publication,
  subscription,
  batch,
  Number(length),
  Number(count),
);
report({ sendNs: sendNs / messages, receiveNs: receiveNs / messages, receivedLength });

function onFragment(_buffer: AtomicBuffer, _offset: number, fragmentLength: number): void {
  received++;
  receivedLength += fragmentLength;
}

function receive(from: Subscription, expected: number): void {
  while (received < expected) {
    from.poll(onFragment, FRAGMENT_LIMIT);
  }
}

async function takeTurns(
  to: Publication,
  from: Subscription,
  send: Batch,
  messageLength: number,
  messageCount: number,
): Promise<Costs> {
  const costs = { sendNs: 0, receiveNs: 0, messages: 0 };
  while (costs.messages < messageCount) {
    const start = process.cpuUsage();
    const sent = send(to, messageLength, MESSAGES_PER_TURN);
    const sending = process.cpuUsage(start);
    const middle = process.cpuUsage();
    receive(from, received + sent);
    const receiving = process.cpuUsage(middle);
    if (sent === MESSAGES_PER_TURN) {
      costs.sendNs += (sending.user + sending.system) * NS_PER_US;
      costs.receiveNs += (receiving.user + receiving.system) * NS_PER_US;
      costs.messages += sent;
    }
    await turnOfEventLoop();
  }
  return costs;
}
