// SPDX-License-Identifier: Apache-2.0
/** Brings the parts of a message, whatever they are, into the form that the append paths take. */
import { AeronError, AtomicBuffer } from '@aeron/core';
import { DirectBufferVector } from './direct-buffer-vector.ts';
import type { MessageBytes, MessageParts } from './message-types.ts';

/** @throws AeronError INVALID_ARGUMENT for a part that holds no bytes. */
export function vectorsOf(parts: MessageParts): readonly DirectBufferVector[] {
  for (let i = 0; i < parts.length; i++) {
    if (!(parts[i] instanceof DirectBufferVector)) {
      return parts.map(vectorOf);
    }
  }
  return parts as readonly DirectBufferVector[];
}

function vectorOf(part: DirectBufferVector | MessageBytes): DirectBufferVector {
  if (part instanceof DirectBufferVector) {
    return part;
  }
  if (part instanceof Uint8Array || part instanceof AtomicBuffer) {
    return new DirectBufferVector(part);
  }
  if (part instanceof DataView) {
    return new DirectBufferVector(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  if (typeof part === 'string') {
    return new DirectBufferVector(Buffer.from(part));
  }
  throw new AeronError('INVALID_ARGUMENT', `nothing that can be part of a message: part=${String(part)}`);
}
