// SPDX-License-Identifier: Apache-2.0
/**
 * Pulls single messages out of a subscription. A message that was handed out as a view counts as read when the next one is
 * asked for or the reading ends, so the publisher cannot write over it before; what was not handed out stays unread.
 *
 * One per subscription, with the fragments of unfinished messages, so that reading can end and begin again anywhere.
 */
import { DATA_HEADER_BEGIN_FLAG, DATA_HEADER_BLOCK_LENGTH, UNFRAGMENTED } from '@aeron/codecs/internal';
import { AeronError } from '@aeron/core';
import { beginMessage, continueMessage } from '../subscription/assembly.ts';
import { BufferBuilder } from '../subscription/buffer-builder.ts';
import type { Header } from '../subscription/header.ts';
import type { Image } from '../subscription/image.ts';
import { copyOf, Message, viewOf } from './message.ts';

/** What is read; a subscription. */
export interface MessageSource {
  readonly images: readonly Image[];
}

export interface ReadMode {
  /** Whether messages are copies that the application may keep. */
  readonly copy: boolean;
  /** Whether fragments are put together; else each fragment is a message. */
  readonly assemble: boolean;
  /** How many fragments one image may deliver before the next has its turn; also the most that one `read` looks at. */
  readonly fragmentLimit: number;
}

export class MessageReader {
  /** Out: fragments taken by the last `read`; 0 with no message means that there was nothing to read. */
  fragmentsRead = 0;
  readonly #source: MessageSource;
  readonly #builders = new WeakMap<Image, BufferBuilder>();
  #imageIndex = 0;
  #turnCount = 0;
  #heldImage: Image | undefined;
  #heldPosition = 0;
  #owner: object | undefined;

  constructor(source: MessageSource) {
    this.#source = source;
  }

  /** Reserves the reader. @throws AeronError AERON while another owner reads: views cannot be valid for two. */
  acquire(owner: object): void {
    if (this.#owner !== undefined && this.#owner !== owner) {
      throw new AeronError('AERON', 'the subscription is being iterated already: end that iteration first');
    }
    this.#owner = owner;
  }

  /** Gives the reader back and counts the last message as read. */
  surrender(owner: object): void {
    if (this.#owner === owner) {
      this.#owner = undefined;
      this.#release();
    }
  }

  /** The next message, or undefined when none is complete. Counts the one before as read. */
  read(mode: ReadMode): Message | undefined {
    this.#release();
    this.fragmentsRead = 0;
    const { images } = this.#source;
    let emptyCount = 0;
    while (emptyCount < images.length && this.fragmentsRead < mode.fragmentLimit) {
      if (this.#imageIndex >= images.length || this.#turnCount >= mode.fragmentLimit) {
        this.#endTurn(images.length);
      }
      const image = images[this.#imageIndex] as Image;
      const header = image.peekFrame();
      if (header === undefined) {
        emptyCount++;
        this.#endTurn(images.length);
        continue;
      }
      emptyCount = 0;
      this.#turnCount++;
      this.fragmentsRead++;
      const message = this.#take(image, header, mode);
      if (message !== undefined) {
        return message;
      }
    }
    return undefined;
  }

  #take(image: Image, header: Header, mode: ReadMode): Message | undefined {
    const { buffer, flags, position } = header;
    const offset = header.offset + DATA_HEADER_BLOCK_LENGTH;
    const length = header.frameLength - DATA_HEADER_BLOCK_LENGTH;
    if (!mode.assemble || (flags & UNFRAGMENTED) === UNFRAGMENTED) {
      const message = new Message((mode.copy ? copyOf : viewOf)(buffer, offset, length), header);
      this.#settle(image, position, mode.copy);
      return message;
    }
    const builder = this.#builderOf(image);
    if ((flags & DATA_HEADER_BEGIN_FLAG) !== 0) {
      beginMessage(builder, buffer, offset, length, header);
    } else if (continueMessage(builder, buffer, offset, length, header)) {
      const data = (mode.copy ? copyOf : viewOf)(builder.buffer, 0, builder.limit);
      const message = new Message(data, builder.completeHeader(header));
      builder.reset();
      this.#settle(image, position, mode.copy);
      return message;
    }
    image.advanceTo(position);
    return undefined;
  }

  /** A copy is the application's: its place in the log is free at once. */
  #settle(image: Image, position: number, isCopy: boolean): void {
    if (isCopy) {
      image.advanceTo(position);
    } else {
      this.#heldImage = image;
      this.#heldPosition = position;
    }
  }

  #release(): void {
    this.#heldImage?.advanceTo(this.#heldPosition);
    this.#heldImage = undefined;
  }

  #endTurn(imageCount: number): void {
    this.#imageIndex = this.#imageIndex + 1 < imageCount ? this.#imageIndex + 1 : 0;
    this.#turnCount = 0;
  }

  #builderOf(image: Image): BufferBuilder {
    let builder = this.#builders.get(image);
    if (builder === undefined) {
      builder = new BufferBuilder();
      this.#builders.set(image, builder);
    }
    return builder;
  }
}
