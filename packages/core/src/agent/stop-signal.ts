// SPDX-License-Identifier: Apache-2.0
/** How one thread asks an agent of another one to end: a word in shared memory, since a blocked thread reads no messages. */
export class StopSignal {
  /** To be passed to the other thread, which makes a StopSignal over it. */
  readonly shared: SharedArrayBuffer;
  readonly #word: Int32Array;

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.shared = shared;
    this.#word = new Int32Array(shared, 0, 1);
  }

  request(): void {
    Atomics.store(this.#word, 0, 1);
  }

  get isRequested(): boolean {
    return Atomics.load(this.#word, 0) !== 0;
  }
}
