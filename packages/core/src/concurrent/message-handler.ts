// SPDX-License-Identifier: Apache-2.0
/** What rings and broadcast buffers call for each message, and what a controlled consumer may answer. */
import type { AtomicBuffer } from '../buffer/atomic-buffer.ts';

/**
 * Takes one message.
 *
 * @param offset of the body in `buffer`, valid during the call only.
 * @param length of the body in bytes.
 * @source agrona/MessageHandler
 */
export type MessageHandler = (typeId: number, buffer: AtomicBuffer, offset: number, length: number) => void;

/**
 * What to do after a message was handled.
 *
 * - ABORT: leave this message where it is and stop; it is delivered again.
 * - BREAK: consume it and stop.
 * - COMMIT: consume it, make that visible to producers at once, and go on.
 * - CONTINUE: consume it and go on; visible when the pass ends.
 */
export const ControlledAction = { ABORT: 1, BREAK: 2, COMMIT: 3, CONTINUE: 4 } as const;
export type ControlledAction = (typeof ControlledAction)[keyof typeof ControlledAction];

/** As MessageHandler, with an answer. @source agrona/ControlledMessageHandler */
export type ControlledMessageHandler = (
  typeId: number,
  buffer: AtomicBuffer,
  offset: number,
  length: number,
) => ControlledAction;
