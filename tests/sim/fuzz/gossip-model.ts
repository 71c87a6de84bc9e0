// SPDX-License-Identifier: Apache-2.0
/**
 * What a driver may learn from gossip, written down a second time from the protocol and without the driver's code: which names it
 * must know afterwards, how many neighbours, and how many invalid packets it must have counted.
 */
const FRAME_HEADER_LENGTH = 8;
const RES_TYPE = 7;
const MIN_FRAME_LENGTH = 22; // with one entry for IPv4, without its name
const SELF_FLAG = 0x80;
const NAME_MAX_LENGTH = 512;
const NS_PER_MS = 1_000_000;

interface Entry {
  readonly isSelf: boolean;
  readonly port: number;
  readonly ageInMs: number;
  readonly address: readonly number[];
  readonly name: string;
  readonly length: number;
}

export interface GossipLimits {
  readonly ownName: string;
  readonly ownPort: number;
  readonly timeoutNs: number;
  readonly maxNames: number;
  readonly maxNeighbors: number;
}

/** A driver that gossips over IPv4. */
export class GossipModel {
  readonly #limits: GossipLimits;
  /** By length of the address and name. */
  readonly #names = new Map<string, { readonly address: readonly number[]; readonly heardNs: number }>();
  /** By address and port; when they were last heard of. */
  readonly #neighbors = new Map<string, number>();
  invalidCount = 0;

  constructor(limits: GossipLimits) {
    this.#limits = limits;
  }

  get nameCount(): number {
    return this.#names.size;
  }

  get neighborCount(): number {
    return this.#neighbors.size;
  }

  /** The IPv4 address of the name, if it is known. */
  addressOf(name: string): string | undefined {
    return this.#names.get(`4:${name}`)?.address.join('.');
  }

  /** @param source address that the datagram came from, as numbers. */
  onDatagram(view: DataView, start: number, length: number, source: readonly number[], nowNs: number): void {
    const isFrame =
      length >= MIN_FRAME_LENGTH &&
      view.getUint8(start + 4) === 0 &&
      view.getUint16(start + 6, true) === RES_TYPE &&
      view.getInt32(start, true) >= 0 &&
      view.getInt32(start, true) <= length;
    let offset = FRAME_HEADER_LENGTH;
    let isSound = isFrame;
    while (isSound && offset < length) {
      const entry = readEntry(view, start + offset, length - offset);
      isSound = entry !== undefined;
      if (entry !== undefined) {
        this.#onEntry(entry, source, nowNs);
        offset += entry.length;
      }
    }
    this.invalidCount += isSound ? 0 : 1;
  }

  expire(nowNs: number): void {
    const { timeoutNs } = this.#limits;
    for (const [key, { heardNs }] of this.#names) {
      if (nowNs - heardNs > timeoutNs) {
        this.#names.delete(key);
      }
    }
    for (const [key, heardNs] of this.#neighbors) {
      if (nowNs - heardNs >= timeoutNs) {
        this.#neighbors.delete(key);
      }
    }
  }

  #onEntry(entry: Entry, source: readonly number[], nowNs: number): void {
    const { ownName, ownPort, timeoutNs } = this.#limits;
    const heardNs = nowNs - entry.ageInMs * NS_PER_MS;
    if ((entry.name === ownName && entry.port === ownPort) || nowNs - heardNs >= timeoutNs) {
      return;
    }
    const isAnywhere = entry.address.every((byte) => byte === 0);
    const address = entry.isSelf && isAnywhere ? source : entry.address;
    const first = address[0] as number;
    const isGroup = address.length === 4 ? first >> 4 === 0xe : first === 0xff;
    if (isGroup || address.every((byte) => byte === 0)) {
      this.invalidCount++;
      return;
    }
    const isNamed = this.#learnName(entry.name, address, heardNs);
    const isMet = address.length !== 4 || this.#meet(`${address.join('.')}:${entry.port}`, entry.isSelf, heardNs);
    this.invalidCount += isNamed && isMet ? 0 : 1;
  }

  /** @returns whether there was room. */
  #learnName(name: string, address: readonly number[], heardNs: number): boolean {
    const key = `${address.length}:${name}`;
    const known = this.#names.get(key);
    if (known === undefined && this.#names.size >= this.#limits.maxNames) {
      return false;
    }
    if (known === undefined || heardNs >= known.heardNs) {
      this.#names.set(key, { address, heardNs });
    }
    return true;
  }

  /** @returns whether there was room. */
  #meet(key: string, isSelf: boolean, heardNs: number): boolean {
    const isKnown = this.#neighbors.has(key);
    if (!isKnown && this.#neighbors.size >= this.#limits.maxNeighbors) {
      return false;
    }
    if (isSelf || !isKnown) {
      this.#neighbors.set(key, heardNs);
    }
    return true;
  }
}

/** @returns undefined when it makes no sense, or not as a whole. */
function readEntry(view: DataView, start: number, room: number): Entry | undefined {
  const type = view.getInt8(start);
  const addressLength = type === 1 ? 4 : 16;
  const nameStart = 8 + addressLength + 2;
  if ((type !== 1 && type !== 2) || room < nameStart) {
    return undefined;
  }
  const nameLength = view.getInt16(start + nameStart - 2, true);
  const port = view.getUint16(start + 2, true);
  const ageInMs = view.getInt32(start + 4, true);
  if (nameLength < 1 || nameLength > NAME_MAX_LENGTH || nameStart + nameLength > room || port === 0 || ageInMs < 0) {
    return undefined;
  }
  const bytes = (from: number, count: number) => Array.from({ length: count }, (_, i) => view.getUint8(from + i));
  return {
    ...{ isSelf: (view.getUint8(start + 1) & SELF_FLAG) !== 0, port, ageInMs },
    address: bytes(start + 8, addressLength),
    name: String.fromCharCode(...bytes(start + nameStart, nameLength)),
    length: Math.ceil((nameStart + nameLength) / 8) * 8,
  };
}
