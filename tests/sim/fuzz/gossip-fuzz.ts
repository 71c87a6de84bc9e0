// SPDX-License-Identifier: Apache-2.0
/** A name resolver that is sent mutated gossip, beside a model that knows what it may believe of it. */
import { AddressType, FRAME_HEADER_BLOCK_LENGTH, FrameType, SystemCounterId } from '@aeron/codecs/internal';
import type { DatagramHandler } from '@aeron/core/internal';
import { SeededRandom, SimulatedWorld } from '@aeron/core/testing';
import { BATCH_COUNT, FuzzSocket, MAX_LENGTH, pushMutated } from '@aeron/driver/testing/datagram-fuzz';
import { GossipNode } from '@aeron/driver/testing/gossip-harness';
import { expectThat } from '../model/expect.ts';
import { GossipModel } from './gossip-model.ts';

const CORPUS_LENGTH = 4096;
const OWN_NAME = 'ann';
/** What the limits of the driver are. */
const MAX_NAMES = 1024;
const MAX_NEIGHBORS = 256;
const TIMEOUT_NS = 10_000_000_000;
const BATCH_NS = 10_000_000;
const LONGEST_NAMES_IN_FRAME = 2;
const SOURCES: Readonly<Record<string, readonly number[]>> = {
  '10.0.0.1': [10, 0, 0, 1],
  '10.0.0.9': [10, 0, 0, 9],
  'fd00::1': [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
};

/** The resolver's socket, which shows the model each datagram that it delivers. */
class GossipSocket extends FuzzSocket {
  onDelivered: (start: number, length: number, source: readonly number[]) => void = () => undefined;

  override poll(handler: DatagramHandler, context: number, limit: number): number {
    const deliver: DatagramHandler = (bytes, offset, length, source, port, index) => {
      this.onDelivered(offset, length, SOURCES[source] ?? []);
      handler(bytes, offset, length, source, port, index);
    };
    return super.poll(deliver, context, limit);
  }
}

/** Names that would be fine, mostly. @param range how many names and hosts there are. */
function plausible(random: SeededRandom, range: number): Uint8Array {
  const bytes = new Uint8Array(MAX_LENGTH / 2);
  const view = new DataView(bytes.buffer);
  let length = FRAME_HEADER_BLOCK_LENGTH;
  for (let count = 1 + random.nextInt(6); count > 0; count--) {
    length += putEntry(view, length, random, range);
  }
  view.setInt32(0, length, true);
  view.setUint16(6, FrameType.RES, true);
  return bytes.slice(0, length);
}

function putEntry(view: DataView, start: number, random: SeededRandom, range: number): number {
  const addressLength = random.chance(0.8) ? 4 : 16;
  const name = random.chance(0.05) ? OWN_NAME : `n${random.nextInt(range)}`.padEnd(random.pick([1, 1, 1, 40]), 'x');
  view.setUint8(start, addressLength === 4 ? AddressType.IPV4 : AddressType.IPV6);
  view.setUint8(start + 1, random.pick([0, 0x80]));
  view.setUint16(start + 2, random.pick([20121, 20121, 8050, 0, 1]), true);
  view.setInt32(start + 4, random.pick([0, 0, 100, 9_999, 10_000, -1]) + random.nextInt(2), true);
  if (random.chance(0.9)) {
    const host = random.nextInt(range);
    const hostStart = start + 8 + addressLength - 4;
    [random.chance(0.95) ? 10 : 224, 9, host >> 8, host & 0xff].forEach((byte, i) => {
      view.setUint8(hostStart + i, byte);
    });
  }
  const nameStart = start + 8 + addressLength + 2;
  view.setInt16(nameStart - 2, name.length, true);
  for (let i = 0; i < name.length; i++) {
    view.setUint8(nameStart + i, name.charCodeAt(i));
  }
  return Math.ceil((nameStart - start + name.length) / 8) * 8;
}

export function fuzzGossip(seed: number, count: number): void {
  const random = new SeededRandom(seed);
  const socket = new GossipSocket();
  socket.random = random;
  const view = new DataView(socket.bytes.buffer);
  const range = random.pick([20, 400, 4000]);
  const corpus = Array.from({ length: CORPUS_LENGTH }, () => plausible(random, range));
  const world = new SimulatedWorld(seed);
  const node = new GossipNode(world, OWN_NAME, { resolverName: OWN_NAME, resolverInterface: '0.0.0.0:8050' });
  node.platform.datagrams.open = () => socket;
  const limits = { ownName: OWN_NAME, ownPort: socket.localAddress.port, timeoutNs: TIMEOUT_NS };
  const model = new GossipModel({ ...limits, maxNames: MAX_NAMES, maxNeighbors: MAX_NEIGHBORS });
  const now = (): number => node.platform.clock.nanoTime();
  socket.onDelivered = (start, length, source) => model.onDatagram(view, start, length, source, now());
  const step = (done: number): void => {
    world.step(BATCH_NS);
    node.resolver.doWork();
    model.expire(now());
    const found = [node.cacheEntryCount, node.neighborCount, node.value(SystemCounterId.INVALID_PACKETS)];
    const expected = [model.nameCount, model.neighborCount, model.invalidCount];
    expectThat(
      found.every((value, i) => value === expected[i]),
      () => `names, neighbours, invalid packets: found=${found} expected=${expected} after ${done} datagrams`,
    );
    const name = `n${random.nextInt(range)}`;
    const address = model.addressOf(name);
    expectThat(
      address === undefined || node.known(name) === address,
      () => `name=${name} found=${node.known(name)} expected=${address} after ${done} datagrams`,
    );
  };
  for (let done = 0; done < count; done += BATCH_COUNT) {
    for (let i = 0; i < BATCH_COUNT; i++) {
      pushMutated(socket, corpus, random);
    }
    step(done + BATCH_COUNT);
    expectThat(socket.waitingCount === 0, () => `datagrams wait: ${socket.waitingCount}`);
  }
  expectThat(node.errors.length === 0, () => `the resolver reported: ${node.errors[0]?.message}`);
  const seconds = Math.ceil((count / BATCH_COUNT) * (BATCH_NS / 1e9)) + 1;
  const sentLimit = seconds * MAX_NEIGHBORS * (1 + MAX_NAMES / LONGEST_NAMES_IN_FRAME);
  expectThat(socket.sentCount <= sentLimit, () => `sent=${socket.sentCount} in ${seconds} s`);
  for (let waited = 0; waited <= TIMEOUT_NS; waited += BATCH_NS) {
    step(count);
  }
  expectThat(node.cacheEntryCount + node.neighborCount === 0, () => `names are left: ${node.cacheEntryCount}`);
  node.resolver.close();
}
