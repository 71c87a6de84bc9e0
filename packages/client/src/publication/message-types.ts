// SPDX-License-Identifier: Apache-2.0
/** What an application may offer. */
import type { AtomicBuffer } from '@aeron/core';
import type { DirectBufferVector } from './direct-buffer-vector.ts';

export type { ReservedValueSupplier } from '@aeron/codecs/internal';

/** Bytes that a range can be taken of. */
export type MessageRange = AtomicBuffer | Uint8Array | DataView;

/** A whole message. A string is sent as UTF-8. */
export type MessageBytes = MessageRange | string;

/** Pieces that go out as one message, one behind the other. */
export type MessageParts = readonly (DirectBufferVector | MessageBytes)[];
