// SPDX-License-Identifier: Apache-2.0
/**
 * States and allowed transitions as data. A resource holds its state through this and nothing else assigns it, so that a
 * forbidden step is an error where it happens and not a mystery later.
 */
import { assert } from '@aeron/core/internal';

/** State → states that may follow it. */
export type Transitions<S extends string> = Readonly<Record<S, readonly S[]>>;

export class StateMachine<S extends string> {
  readonly #name: string;
  readonly #allowed: Transitions<S>;
  #current: S;

  /** @param name of the resource, for messages. */
  constructor(name: string, allowed: Transitions<S>, initial: S) {
    this.#name = name;
    this.#allowed = allowed;
    this.#current = initial;
  }

  get current(): S {
    return this.#current;
  }

  /** @throws AssertionError when the table does not allow it. */
  transition(to: S): void {
    assert(
      this.#allowed[this.#current].includes(to),
      `forbidden transition: resource=${this.#name} from=${this.#current} to=${to}`,
    );
    this.#current = to;
  }
}
