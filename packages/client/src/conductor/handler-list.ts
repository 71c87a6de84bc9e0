// SPDX-License-Identifier: Apache-2.0
/** Handlers that are added and removed by id, or by the function itself. Called in the order in which they were added. */

export class HandlerList<H> {
  readonly #handlers = new Map<number, H>();

  add(id: number, handler: H): void {
    this.#handlers.set(id, handler);
  }

  /** @param idOrHandler a function removes one registration of it. @returns whether there was one. */
  remove(idOrHandler: number | H): boolean {
    if (typeof idOrHandler === 'number') {
      return this.#handlers.delete(idOrHandler);
    }
    for (const [id, handler] of this.#handlers) {
      if (handler === idOrHandler) {
        return this.#handlers.delete(id);
      }
    }
    return false;
  }

  /** A copy, so that a handler may remove itself or others meanwhile. */
  all(): H[] {
    return [...this.#handlers.values()];
  }
}
