// SPDX-License-Identifier: Apache-2.0
/**
 * Order between plain accesses, which JavaScript has no fence for (ADR 0001). `Atomics` accesses are sequentially
 * consistent, which a weakly ordered machine keeps among themselves; but a plain store may still overtake an atomic store
 * before it, and a plain load may sink below an atomic load after it. An atomic store followed by an atomic load stops both:
 * nothing moves up over the load, nothing moves down over the store, and the two keep their order.
 *
 * @hot
 */

const { load, store } = Atomics;
const word = new Int32Array(2);

/** All loads and stores before it happen before all loads and stores after it. */
export function fullFence(): void {
  store(word, 0, 0);
  word[1] = load(word, 0); // kept, so that no compiler drops the load
}

/** To be called right after a release store: no later store becomes visible before that one. */
export function fenceAfterRelease(): void {
  word[1] = load(word, 0);
}
