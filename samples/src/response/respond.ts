// SPDX-License-Identifier: Apache-2.0
/** One client of a response server: what it asks, and the stream on which it alone is answered. */
import { type Aeron, type ConcurrentPublication, type Image, ImageFragmentAssembler } from '@aeron/client';
import { describeFailure } from '../support/program.ts';

/** Makes the answer to a request, and hears what became of it. */
export interface Responder {
  respond(request: string, image: Image): string;
  onResponse(result: number): void;
}

/** Where responses go. */
export interface ResponseTarget {
  /** Without what makes it answer one image. */
  readonly channel: string;
  readonly streamId: number;
}

export class RequestSession {
  readonly #aeron: Aeron;
  readonly #image: Image;
  readonly #target: ResponseTarget;
  readonly #assembler: ImageFragmentAssembler;
  #registrationId: number | undefined;
  #publication: ConcurrentPublication | undefined;
  #isRefused = false;

  /** May be called where the client forbids commands: in the handler that tells of the image. */
  constructor(aeron: Aeron, image: Image, target: ResponseTarget, responder: Responder) {
    this.#aeron = aeron;
    this.#image = image;
    this.#target = target;
    this.#assembler = new ImageFragmentAssembler((buffer, offset, length) => {
      const response = responder.respond(buffer.getUtf8(offset, length), image);
      responder.onResponse(this.#publication?.offer(response) ?? 0);
    });
  }

  /** Whether nobody asks any more. */
  get isOver(): boolean {
    return this.#image.isClosed;
  }

  /** Requests wait until there is a way to answer them. @returns how much was done. */
  work(fragmentLimit: number): number {
    if (this.#isRefused) {
      return 0;
    }
    if (this.#publication === undefined) {
      return this.#open();
    }
    return this.#publication.isConnected ? this.#image.poll(this.#assembler.onFragment, fragmentLimit) : 0;
  }

  close(): void {
    if (!this.#isRefused && this.#registrationId !== undefined) {
      this.#aeron.asyncRemovePublication(this.#registrationId);
    }
  }

  #open(): number {
    const { channel, streamId } = this.#target;
    if (this.#registrationId === undefined) {
      const answering = `${channel}|control-mode=response|response-correlation-id=${this.#image.correlationId}`;
      console.log(`Responding on channel ${answering} on stream id ${streamId}`);
      this.#registrationId = this.#aeron.asyncAddPublication(answering, streamId);
    }
    try {
      this.#publication = this.#aeron.getPublication(this.#registrationId) ?? undefined;
    } catch (error) {
      // The others are still to be answered; the driver refuses when the image has gone meanwhile.
      this.#isRefused = true;
      console.error(describeFailure(error));
    }
    return this.#publication === undefined ? 0 : 1;
  }
}
