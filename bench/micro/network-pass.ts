// SPDX-License-Identifier: Apache-2.0
/**
 * A pass of the sender over one publication and a pass of the receiver over one image, without what the system calls cost: term
 * scan, dispatch, rebuild, the frames that go back.
 */
import { busyReceiver, PACKET_COUNT } from '../../packages/driver/src/testing/busy-receiver.ts';
import { busySender } from '../../packages/driver/src/testing/busy-sender.ts';
import { multiDestinationChannel, udpChannel } from '../../packages/driver/src/testing/sender-harness.ts';
import { measure } from './micro.ts';

const CALLS = 500_000;

function repeat(operation: () => void): (count: number) => void {
  return (count) => {
    for (let i = 0; i < count; i++) {
      operation();
    }
  };
}

function newlyFedSender(): () => void {
  const { passes, feedback } = busySender(udpChannel(), 0);
  passes();
  return feedback;
}

const CASES: Record<string, () => (count: number) => void> = {
  'sender: 2 datagrams to send, then none': () => repeat(busySender(udpChannel(), 0).passes),
  'sender: the same by MDC': () => repeat(busySender(multiDestinationChannel('dynamic'), 0).passes),
  'sender: a status message and a NAK, 1 KiB sent again': () => repeat(newlyFedSender()),
  [`receiver: ${PACKET_COUNT} packets`]: () => repeat(busyReceiver().receive),
  'receiver: nothing': () => repeat(busyReceiver().idle),
  'receiver: a status message and a NAK': () => repeat(busyReceiver().answer),
};

const wanted = process.argv[2];
for (const [name, prepare] of Object.entries(CASES)) {
  if (wanted === undefined || name.includes(wanted)) {
    measure(name, CALLS, prepare());
  }
}
