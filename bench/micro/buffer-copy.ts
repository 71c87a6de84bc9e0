// SPDX-License-Identifier: Apache-2.0
/**
 * Copying a message between two buffers, by length, alignment and kind of source. Behind the thresholds in
 * packages/core/src/buffer/copy.ts.
 *
 *     npx tsx bench/micro/buffer-copy.ts
 */
import { AtomicBuffer } from '../../packages/core/src/buffer/atomic-buffer.ts';
import { measure } from './micro.ts';

const TARGET_LENGTH = 1024 * 1024;
const CALLS = 1_000_000;
const LENGTHS = [8, 32, 64, 128, 256, 512, 1024, 4096];

const target = AtomicBuffer.allocate(TARGET_LENGTH);

/** Calls `copy` with target offsets that move through the buffer as frames do. */
function moving(length: number, copy: (targetOffset: number) => void): (count: number) => void {
  const step = (length + 32 + 31) & ~31;
  return (count) => {
    let offset = 0;
    for (let i = 0; i < count; i++) {
      copy(offset);
      offset += step;
      if (offset + length + 8 > TARGET_LENGTH) {
        offset = 0;
      }
    }
  };
}

for (const length of LENGTHS) {
  const whole = AtomicBuffer.allocate(length);
  const part = AtomicBuffer.allocate(length + 64);
  const bytes = new Uint8Array(length + 64);
  const cases: Record<string, (offset: number) => void> = {
    'buffer, aligned': (offset) => target.putBytes(offset, part, 16, length),
    'buffer, unaligned': (offset) => target.putBytes(offset + 4, part, 3, length),
    'buffer, whole': (offset) => target.putBytes(offset, whole, 0, length),
    'array, part': (offset) => target.putUint8Array(offset, bytes, 8, length),
    'out to an array': (offset) => target.getBytes(offset, bytes, 8, length),
  };
  for (const [name, copy] of Object.entries(cases)) {
    measure(`${name}, ${length} bytes`, Math.min(CALLS, Math.ceil(2e8 / (length + 100))), moving(length, copy));
  }
}
