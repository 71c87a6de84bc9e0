// SPDX-License-Identifier: Apache-2.0
/**
 * One buffer builder per session, for assemblers that are fed by several images.
 */
import { BufferBuilder } from './buffer-builder.ts';

export class SessionBuilders {
  readonly #bySessionId = new Map<number, BufferBuilder>();
  readonly #initialBufferLength: number;

  constructor(initialBufferLength: number) {
    this.#initialBufferLength = initialBufferLength;
  }

  /** The builder of a session that has begun a message before. */
  find(sessionId: number): BufferBuilder | undefined {
    return this.#bySessionId.get(sessionId);
  }

  findOrCreate(sessionId: number): BufferBuilder {
    let builder = this.#bySessionId.get(sessionId);
    if (builder === undefined) {
      builder = new BufferBuilder(this.#initialBufferLength);
      this.#bySessionId.set(sessionId, builder);
    }
    return builder;
  }

  /** @returns whether there was one. */
  remove(sessionId: number): boolean {
    return this.#bySessionId.delete(sessionId);
  }

  clear(): void {
    this.#bySessionId.clear();
  }
}
