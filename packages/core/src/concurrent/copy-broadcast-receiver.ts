// SPDX-License-Identifier: Apache-2.0
/**
 * Reads a broadcast buffer safely: each message is copied out and handed over only if it was still whole after that.
 * Polled by one thread; the buffer given to the handler is reused by the next call.
 *
 * @source agrona/CopyBroadcastReceiver
 */
import { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { AeronError } from '../errors/aeron-error.ts';
import type { BroadcastReceiver } from './broadcast-receiver.ts';
import type { MessageHandler } from './message-handler.ts';

const INITIAL_SCRATCH_LENGTH = 4096;

export class CopyBroadcastReceiver {
  readonly receiver: BroadcastReceiver;
  private scratch: AtomicBuffer = AtomicBuffer.allocate(INITIAL_SCRATCH_LENGTH);

  constructor(receiver: BroadcastReceiver) {
    this.receiver = receiver;
  }

  /**
   * Delivers at most one message.
   *
   * @returns messages delivered.
   * @throws AeronError BROADCAST_LAPPED when messages were lost, BROADCAST_CORRUPT for a record that can't be; after either,
   *   receiving can go on behind the loss.
   */
  receive(handler: MessageHandler): number {
    const receiver = this.receiver;
    const lappedCount = receiver.lappedCount;
    if (!receiver.receiveNext()) {
      return 0;
    }
    if (receiver.lappedCount !== lappedCount) {
      throwLapped(receiver.lappedCount);
    }
    const { typeId, length } = receiver;
    if (length > this.scratch.capacity) {
      this.scratch = AtomicBuffer.allocate(receiver.capacity);
    }
    const scratch = this.scratch;
    scratch.putBytes(0, receiver.buffer, receiver.offset, length);
    if (!receiver.validate()) {
      receiver.lappedCount++;
      throwLapped(receiver.lappedCount);
    }
    handler(typeId, scratch, 0, length);
    return 1;
  }
}

function throwLapped(lappedCount: number): never {
  throw new AeronError('BROADCAST_LAPPED', `unable to keep up with broadcast: lappedCount=${lappedCount}`);
}
