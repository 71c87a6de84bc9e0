// SPDX-License-Identifier: Apache-2.0
/** Frames of names between drivers: packed up to a datagram's length, and read with every field checked. Pure. */
import {
  FRAME_HEADER_BLOCK_LENGTH,
  FRAME_PROTOCOL_VERSION,
  FrameHeaderFlyweight,
  FrameType,
  isFrameValid,
  type ResolutionEntry,
  readResolutionEntry,
  resolutionEntryLength,
  writeResolutionEntry,
} from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';

/**
 * Writes names into `buffer` and hands over each frame as soon as it is full.
 *
 * @param mtuLength bytes of a frame; one that holds a single name may be longer.
 * @param onFrame is given the length of the frame at the start of `buffer`.
 */
export function writeResolutionFrames(
  entries: Iterable<ResolutionEntry>,
  mtuLength: number,
  buffer: AtomicBuffer,
  onFrame: (length: number) => void,
): void {
  let length = FRAME_HEADER_BLOCK_LENGTH;
  const flush = (): void => {
    if (length > FRAME_HEADER_BLOCK_LENGTH) {
      const header = new FrameHeaderFlyweight().wrap(buffer, 0);
      header.frameLength = length;
      header.version = FRAME_PROTOCOL_VERSION;
      header.flags = 0;
      header.type = FrameType.RES;
      onFrame(length);
      length = FRAME_HEADER_BLOCK_LENGTH;
    }
  };
  for (const entry of entries) {
    if (length + resolutionEntryLength(entry.address.length, entry.hostName.length) > mtuLength) {
      flush();
    }
    length += writeResolutionEntry(buffer, length, entry);
  }
  flush();
}

/**
 * Reads the names of a datagram up to the first that is malformed.
 *
 * @param onEntry is given each name that makes sense.
 * @returns how many names, or -1 for a datagram that is no such frame, or not to its end.
 */
export function readResolutionFrame(
  buffer: AtomicBuffer,
  length: number,
  onEntry: (entry: ResolutionEntry) => void,
): number {
  if (!isFrameValid(buffer, 0, length) || new FrameHeaderFlyweight().wrap(buffer, 0).type !== FrameType.RES) {
    return -1;
  }
  let count = 0;
  for (let offset = FRAME_HEADER_BLOCK_LENGTH; offset < length; count++) {
    const entry = readResolutionEntry(buffer, offset, length - offset);
    if (entry === undefined || entry.udpPort === 0 || entry.ageInMs < 0) {
      return -1;
    }
    onEntry(entry);
    offset += entry.length;
  }
  return count;
}
