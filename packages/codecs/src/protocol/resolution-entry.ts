// SPDX-License-Identifier: Apache-2.0
/** The names in a resolution frame, one after the other behind the frame header. Driver's name resolver; not a hot path. */
import type { AtomicBuffer } from '@aeron/core/internal';
import { ResolutionEntryIpv4Flyweight } from './generated/resolution-entry-ipv4.ts';
import { ResolutionEntryIpv6Flyweight } from './generated/resolution-entry-ipv6.ts';
import { IPV4_ADDRESS_LENGTH, IPV6_ADDRESS_LENGTH } from './ip-address.ts';

/** Values of `resolutionType`, and of `addressType` in publication errors. */
export const AddressType = { IPV4: 1, IPV6: 2 } as const;

/** Bytes of the longest name. */
export const RESOLUTION_MAX_NAME_LENGTH = 512;

/** One name and where its driver is. */
export interface ResolutionEntry {
  /** Whether the sender of the frame speaks of itself. */
  readonly isSelf: boolean;
  readonly udpPort: number;
  /** Since the driver was last heard of, ms. */
  readonly ageInMs: number;
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly hostName: string;
}

/** An entry as read, with the bytes it takes up. */
export interface ReadResolutionEntry extends ResolutionEntry {
  readonly length: number;
}

type EntryFlyweight = ResolutionEntryIpv4Flyweight | ResolutionEntryIpv6Flyweight;

/** Bytes of an entry, rounded up to where the next one starts. */
export function resolutionEntryLength(addressLength: number, nameLength: number): number {
  const isIpv4 = addressLength === IPV4_ADDRESS_LENGTH;
  return (isIpv4 ? ResolutionEntryIpv4Flyweight : ResolutionEntryIpv6Flyweight).computeLength(nameLength);
}

/**
 * Reads the entry at `offset`.
 *
 * @param length bytes from `offset` to the end of the frame.
 * @returns undefined when it is malformed; the rest of the frame cannot be read then.
 * @source aeron-client/ResolutionEntryFlyweight
 */
export function readResolutionEntry(
  buffer: AtomicBuffer,
  offset: number,
  length: number,
): ReadResolutionEntry | undefined {
  if (length < 1 || offset + length > buffer.capacity) {
    return undefined;
  }
  const entry = entryFlyweight(buffer.getInt8(offset))?.wrap(buffer, offset);
  if (entry === undefined || entry.validate(length) !== undefined) {
    return undefined;
  }
  const nameLength = entry.hostNameLength;
  if (nameLength < 1 || nameLength > RESOLUTION_MAX_NAME_LENGTH) {
    return undefined;
  }
  return {
    isSelf: entry.selfFlag,
    udpPort: entry.udpPort,
    ageInMs: entry.ageInMs,
    address: entry.address.slice(),
    hostName: entry.hostName,
    length: entry.encodedLength,
  };
}

/**
 * Writes an entry at `offset`, up to where the next one starts.
 *
 * @returns the bytes written.
 * @throws RangeError when the address has neither 4 nor 16 bytes, or the name is empty or too long.
 */
export function writeResolutionEntry(buffer: AtomicBuffer, offset: number, entry: ResolutionEntry): number {
  const { address, hostName } = entry;
  if (address.length !== IPV4_ADDRESS_LENGTH && address.length !== IPV6_ADDRESS_LENGTH) {
    throw new RangeError(`an address has 4 or 16 bytes: length=${address.length}`);
  }
  if (hostName.length < 1 || hostName.length > RESOLUTION_MAX_NAME_LENGTH) {
    throw new RangeError(`name length out of bounds: length=${hostName.length} max=${RESOLUTION_MAX_NAME_LENGTH}`);
  }
  const type = address.length === IPV4_ADDRESS_LENGTH ? AddressType.IPV4 : AddressType.IPV6;
  const length = resolutionEntryLength(address.length, hostName.length);
  buffer.setMemory(offset, length, 0);
  const flyweight = newFlyweight(type).wrap(buffer, offset);
  flyweight.resolutionType = type;
  flyweight.selfFlag = entry.isSelf;
  flyweight.udpPort = entry.udpPort;
  flyweight.ageInMs = entry.ageInMs;
  flyweight.address = address;
  flyweight.hostName = hostName;
  return length;
}

function entryFlyweight(type: number): EntryFlyweight | undefined {
  return type === AddressType.IPV4 || type === AddressType.IPV6 ? newFlyweight(type) : undefined;
}

function newFlyweight(type: number): EntryFlyweight {
  return type === AddressType.IPV4 ? new ResolutionEntryIpv4Flyweight() : new ResolutionEntryIpv6Flyweight();
}
