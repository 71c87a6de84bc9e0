// SPDX-License-Identifier: Apache-2.0
/**
 * The text of the addresses that datagrams come from. The same few come over and over, so each is made once: two records are
 * compared word by word, and only one that was not seen before is decoded.
 *
 * @hot
 */
import { AF_INET, SocketName } from './linux-constants.ts';
import { NativeBlock } from './native-block.ts';
import type { NativeSockets } from './native-sockets.ts';
import { ADDRESS_TEXT_LENGTH, type SocketNames } from './socket-names.ts';

/** Texts kept; when there are more, all are forgotten. */
const KNOWN_MAX = 4096;
const IPV6_WORDS = [2, 3, 4, 5, 6] as const; // address and scope
const [WORD_2, WORD_3, WORD_4, WORD_5, WORD_6] = IPV6_WORDS;

export class SourceAddresses {
  readonly #names: SocketNames;
  readonly #scratch: NativeBlock;
  readonly #ipv4: Map<number, string>;
  readonly #ipv6: Map<string, string>;
  readonly #lastIPv6: Int32Array;
  #lastIPv6Text: string;
  #lastIPv4: number;
  #lastIPv4Text: string;

  constructor(native: NativeSockets, names: SocketNames) {
    this.#names = names;
    this.#scratch = new NativeBlock(native, ADDRESS_TEXT_LENGTH);
    this.#ipv4 = new Map();
    this.#ipv6 = new Map();
    this.#lastIPv6 = new Int32Array(IPV6_WORDS.length);
    this.#lastIPv6Text = '::';
    this.#lastIPv4 = 0;
    this.#lastIPv4Text = '0.0.0.0';
  }

  /** Of the record at `offset`. */
  textOf(block: NativeBlock, offset: number): string {
    if (block.getUint16(offset + SocketName.FAMILY) !== AF_INET) {
      return this.#textOfIPv6(block, offset);
    }
    const address = block.getInt32(offset + SocketName.IPV4_ADDRESS);
    if (address !== this.#lastIPv4) {
      this.#lastIPv4Text = this.#ipv4.get(address) ?? this.#learnIPv4(block, offset, address);
      this.#lastIPv4 = address;
    }
    return this.#lastIPv4Text;
  }

  #textOfIPv6(block: NativeBlock, offset: number): string {
    const last = this.#lastIPv6;
    const isSame =
      block.getInt32(offset + 4 * WORD_2) === last[0] &&
      block.getInt32(offset + 4 * WORD_3) === last[1] &&
      block.getInt32(offset + 4 * WORD_4) === last[2] &&
      block.getInt32(offset + 4 * WORD_5) === last[3] &&
      block.getInt32(offset + 4 * WORD_6) === last[4];
    return isSame ? this.#lastIPv6Text : this.#changeIPv6(block, offset);
  }

  /** @cold */
  #learnIPv4(block: NativeBlock, offset: number, address: number): string {
    if (this.#ipv4.size >= KNOWN_MAX) {
      this.#ipv4.clear();
    }
    const text = this.#names.decodeAddress(block, offset, this.#scratch);
    this.#ipv4.set(address, text);
    return text;
  }

  /** @cold */
  #changeIPv6(block: NativeBlock, offset: number): string {
    const words = IPV6_WORDS.map((word) => block.getInt32(offset + 4 * word));
    const key = words.join();
    let text = this.#ipv6.get(key);
    if (text === undefined) {
      if (this.#ipv6.size >= KNOWN_MAX) {
        this.#ipv6.clear();
      }
      text = this.#names.decodeAddress(block, offset, this.#scratch);
      this.#ipv6.set(key, text);
    }
    this.#lastIPv6.set(words);
    this.#lastIPv6Text = text;
    return text;
  }
}
