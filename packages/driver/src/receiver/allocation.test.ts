// SPDX-License-Identifier: Apache-2.0
import { allocationPerCall } from '@aeron/core/testing';
import { busyReceiver, PACKET_COUNT, PACKET_LENGTH, START } from '../testing/busy-receiver.ts';

const CALLS = 30_000;

/** What goes out is made from positions, which may be boxed on their way: two numbers of 16 bytes. */
const BOXED_LENGTH = 40;

describe('a pass of the receiver allocates nothing', () => {
  it('with packets, without, and with answers', () => {
    const { socket, image, naksSent, idle, receive, answer } = busyReceiver();
    receive();
    expect(image.hwmPosition.get()).toBe(PACKET_COUNT * PACKET_LENGTH);
    expect(image.log.terms[0]?.bytes.slice(0, PACKET_COUNT * PACKET_LENGTH)).toEqual(socket.bytes.slice(START));
    expect(allocationPerCall(receive, CALLS)).toBeLessThan(8);
    expect(allocationPerCall(idle, CALLS)).toBeLessThan(8);
    expect(allocationPerCall(answer, CALLS)).toBeLessThan(BOXED_LENGTH);
    expect(naksSent.get()).toBeGreaterThan(CALLS);
  });
});
