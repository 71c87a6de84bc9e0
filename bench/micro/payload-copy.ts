// SPDX-License-Identifier: Apache-2.0
/** Copying a message into a term, by length and by what the message lies in. Behind packages/codecs/src/logbuffer/payload-copy.ts. */
import { AtomicBuffer } from '@aeron/core/internal';
import { copyPayload, type PayloadSource } from '../../packages/codecs/src/logbuffer/payload-copy.ts';
import { measure } from './micro.ts';

const TERM_LENGTH = 1024 * 1024;
const CALLS = 1_000_000;
const LENGTHS = [8, 32, 64, 96, 128, 288, 1344];

function copies(source: PayloadSource, offset: number, length: number): (count: number) => void {
  const term = AtomicBuffer.allocate(TERM_LENGTH);
  const step = (length + 32 + 31) & ~31;
  return (count) => {
    let target = 0;
    for (let i = 0; i < count; i++) {
      copyPayload(term, target + 32, source, offset, length);
      target = target + 2 * step > TERM_LENGTH ? 0 : target + step;
    }
  };
}

for (const length of LENGTHS) {
  measure(`AtomicBuffer, ${length} bytes`, CALLS, copies(AtomicBuffer.allocate(length), 0, length));
  measure(`whole Uint8Array, ${length} bytes`, CALLS, copies(new Uint8Array(length), 0, length));
  measure(`slice of a Uint8Array, ${length} bytes`, CALLS, copies(new Uint8Array(length + 16), 8, length));
}
