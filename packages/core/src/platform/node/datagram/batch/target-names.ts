// SPDX-License-Identifier: Apache-2.0
/**
 * The addresses that are sent to, as the kernel takes them. Callers hand over the same records again and again, so each is encoded
 * once and found by its identity.
 *
 * @hot
 */
import type { SocketAddress } from '../../../ports.ts';
import { SocketName } from './linux-constants.ts';
import { NativeBlock } from './native-block.ts';
import type { NativeSockets } from './native-sockets.ts';
import type { SocketNames } from './socket-names.ts';

/** Targets that are kept; a further one takes the place of the oldest. */
export const TARGETS_KEPT = 4096;

/** Shared by the sockets of a thread. */
export class TargetNames {
  readonly #names: SocketNames;
  readonly #block: NativeBlock;
  readonly #offsets: Map<SocketAddress, number>;
  readonly #targets: (SocketAddress | undefined)[];
  #nextSlot: number;

  constructor(native: NativeSockets, names: SocketNames) {
    this.#names = names;
    this.#block = new NativeBlock(native, TARGETS_KEPT * SocketName.LENGTH);
    this.#offsets = new Map();
    this.#targets = [];
    this.#nextSlot = 0;
  }

  /** Writes into a register where the name lies until the next call. @throws Error when it is no numeric address. */
  locate(target: SocketAddress, registers: Float64Array, register: number): void {
    registers[register] = this.#block.address + (this.#offsets.get(target) ?? this.#add(target));
  }

  /** @cold */
  #add(target: SocketAddress): number {
    const slot = this.#nextSlot;
    const offset = slot * SocketName.LENGTH;
    const former = this.#targets[slot];
    if (former !== undefined) {
      this.#offsets.delete(former);
      this.#targets[slot] = undefined;
    }
    this.#names.encode(this.#block, offset, target);
    this.#nextSlot = (slot + 1) % TARGETS_KEPT;
    this.#targets[slot] = target;
    this.#offsets.set(target, offset);
    return offset;
  }
}
