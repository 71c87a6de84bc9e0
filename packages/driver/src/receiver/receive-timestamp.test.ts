// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer } from '@aeron/core/internal';
import { allocationPerCall } from '@aeron/core/testing';
import { dataFrame, payloadOf } from '../testing/sender-peer.ts';
import { ReceiveTimestamp } from './receive-timestamp.ts';

it('stamps the frames of a datagram, wherever it lies, without allocating', () => {
  const clock = { epochMs: () => 1_700_000_000_000, nanoTime: () => 5_000 };
  const timestamp = new ReceiveTimestamp(clock, 0);
  const frames = [0, 1, 2].map((i) => dataFrame(i * 64, payloadOf(32, i), { flags: i === 1 ? 0x40 : 0x80 }));
  const buffer = new AtomicBuffer(Uint8Array.from(Buffer.concat([new Uint8Array(12), ...frames, frames[0] as Buffer])));
  timestamp.stamp(buffer, 12, 192);
  const stampAt = (index: number) => buffer.getBigInt64(12 + index * 64 + 32);
  expect(stampAt(0)).toBe(1_700_000_000_000_000_000n);
  expect(stampAt(2)).toBe(stampAt(0));
  expect(buffer.bytes.slice(12 + 64, 12 + 128)).toEqual(frames[1]);
  expect(buffer.bytes.slice(12 + 192)).toEqual(frames[0]);
  expect(allocationPerCall(() => timestamp.stamp(buffer, 12, 192), 30_000)).toBeLessThan(8);
});
