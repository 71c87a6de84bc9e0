// SPDX-License-Identifier: Apache-2.0
import { AtomicCounter, type DatagramSocket } from '@aeron/core/internal';
import { allocationPerCall } from '@aeron/core/testing';
import type { UdpChannel } from '../media/udp-channel.ts';
import { TERM_LENGTH } from '../testing/ipc-log.ts';
import { ipv4 } from '../testing/receiver-peer.ts';
import { multiDestinationChannel, SenderHarness, udpChannel } from '../testing/sender-harness.ts';

const CALLS = 50_000;

/** A socket that takes everything and gives nothing, at no cost. */
function silentSocket(): DatagramSocket {
  return {
    state: 'open',
    error: undefined,
    localAddress: ipv4('0.0.0.0', 1),
    receiveBufferLength: 0,
    sendBufferLength: 0,
    droppedCount: 0,
    runLimit: 1,
    sendRun: (_source, _offset, _lengths, count) => count,
    poll: () => 0,
    send: (_source, _offset, length) => length,
    reconnect: () => undefined,
    close: () => undefined,
  };
}

function busySender(channel: UdpChannel, termCount: number) {
  const datagrams = { open: silentSocket } as never;
  let nowNs = 2 ** 40;
  const clock = { nanoTime: () => nowNs, epochMs: () => 1_700_000_000_000 };
  const harness = new SenderHarness({ resources: { datagrams, clock } });
  harness.open(channel);
  const publication = harness.add({}, { termCount, termOffset: 0 });
  const [position, limit] = [publication.spec.senderPositionCounterId, publication.spec.senderLimitCounterId].map(
    (counterId) => new AtomicCounter(harness.values, counterId),
  ) as [AtomicCounter, AtomicCounter];
  const start = position.get();
  limit.set(start + TERM_LENGTH / 2);
  publication.publish(1000);
  publication.publish(1000);
  return {
    /** What the test itself does for each pass. */
    prepare: () => {
      nowNs += 1000;
      clock.nanoTime();
      position.set(start);
    },
    /** A pass that sends, and one that finds nothing to send. */
    passes: () => {
      nowNs += 1000;
      position.set(start);
      harness.sender.doWork();
      harness.sender.doWork();
    },
    position,
  };
}

/** A stream position above 2^31 is boxed where it leaves a function that is not inlined: a few times in a pass. */
const BOXED_POSITIONS_LENGTH = 2 * 64;

describe('a pass of the sender allocates nothing', () => {
  it.each([
    ['to one destination', udpChannel(), 0, 0],
    [
      'to several, with timestamps, far into the stream',
      { ...multiDestinationChannel('dynamic'), sendTimestampOffset: 8 },
      100_000,
      BOXED_POSITIONS_LENGTH,
    ],
  ] as const)('%s', (_name, channel, termCount, boxedLength) => {
    const { prepare, passes, position } = busySender(channel, termCount);
    passes();
    expect(position.get() % TERM_LENGTH).toBe(2112);
    // The clock's own number is read once in each of the two passes.
    const baseLength = 2 * allocationPerCall(prepare, CALLS) + boxedLength;
    expect(allocationPerCall(passes, CALLS) - baseLength).toBeLessThan(8);
  });
});
