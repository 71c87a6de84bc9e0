// SPDX-License-Identifier: Apache-2.0
/**
 * What sending and receiving cost the processor, apart from waiting: one thread sends a batch, then receives it, and so on, and
 * takes the processor time of each. Other processes that want the processor disturb this little.
 */
import type { Publication } from '@aeron/client';
import { connect, integer, text } from './arguments.ts';
import { type Batch, openPublishing } from './publishing.ts';
import { Receiving } from './receiving.ts';
import { report, turnOfEventLoop } from './window.ts';

const MESSAGES_PER_TURN = 10_000;
const NS_PER_US = 1e3;

interface Costs {
  sendNs: number;
  receiveNs: number;
  messages: number;
}

await using aeron = await connect();
const receiving = await Receiving.open(aeron, text('channel'));
const { publication, batch } = await openPublishing(aeron, text('channel'));
await receiving.waitForConnections();
await publication.waitForSubscriber({ timeoutMs: 30_000 });
await takeTurns(publication, batch, receiving, integer('count'));
const { sendNs, receiveNs, messages } = await takeTurns(publication, batch, receiving, integer('count'));
report({ sendNs: sendNs / messages, receiveNs: receiveNs / messages });

function receive(from: Receiving, expected: number): void {
  while (from.received < expected) {
    from.poll();
  }
}

async function takeTurns(to: Publication, send: Batch, from: Receiving, messageCount: number): Promise<Costs> {
  const costs = { sendNs: 0, receiveNs: 0, messages: 0 };
  while (costs.messages < messageCount) {
    const start = process.cpuUsage();
    const sent = send(to, MESSAGES_PER_TURN);
    const sending = process.cpuUsage(start);
    const middle = process.cpuUsage();
    receive(from, from.received + sent);
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
