// SPDX-License-Identifier: Apache-2.0
/**
 * The first frame of a datagram in words. The keys are the reference's; what is too short for its header is `...`.
 *
 * @source aeron-driver/DriverProtocolBinaryRenderer
 */
import {
  type DissectedFields,
  FRAME_HEADER_BLOCK_LENGTH,
  FRAME_HEADER_FLAGS_OFFSET,
  FRAME_HEADER_TYPE_OFFSET,
  FrameType,
  frameByType,
  ResolutionEntryIpv4Flyweight,
  ResolutionEntryIpv6Flyweight,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import { hexDump } from './hex-dump.ts';
import { bare, bits, modernAddress, quoted } from './plain-text.ts';

const CUT = '...';
const DATA_HEADER_LENGTH = 32;
const IPV4_ENTRY = 1;
const IPV6_ENTRY = 2;

/** Frame type → what it is called, and `key=field` in the order of the line. */
const LINES: Readonly<Record<number, readonly [type: string, keys: string]>> = {
  [FrameType.DATA]: ['DATA', 'sessionId streamId termId termOffset'],
  [FrameType.PAD]: ['PAD', 'sessionId streamId termId termOffset'],
  [FrameType.SM]: [
    'SM',
    'sessionId streamId termId=consumptionTermId termOffset=consumptionTermOffset receiverWindowLength receiverId',
  ],
  [FrameType.NAK]: ['NAK', 'sessionId streamId termId termOffset length'],
  [FrameType.SETUP]: ['SETUP', 'sessionId streamId activeTermId initialTermId termOffset termLength mtu=mtuLength ttl'],
  [FrameType.RTTM]: ['RTT', 'sessionId streamId echoTimestampNs receptionDelta=receptionDeltaNs receiverId'],
  [FrameType.ERR]: ['ERR', 'sessionId streamId receiverId groupTag errorCode'],
  [FrameType.RSP_SETUP]: ['RSP_SETUP', 'sessionId streamId responseSessionId'],
};

/** @param isContentShown whether a hex dump of a message follows. */
export function frameText(bytes: Uint8Array, isContentShown: boolean): string {
  if (bytes.length < FRAME_HEADER_BLOCK_LENGTH) {
    return CUT;
  }
  const buffer = new AtomicBuffer(bytes);
  const type = buffer.getUint16(FRAME_HEADER_TYPE_OFFSET);
  if (type === FrameType.RES) {
    return resolutionText(buffer);
  }
  const line = LINES[type];
  const row = frameByType(type);
  if (line === undefined || row === undefined) {
    return `type=UNKNOWN(${type})`;
  }
  if (bytes.length < row.layout.minLength) {
    return CUT;
  }
  const [name, keys] = line;
  const fields = row.layout.dissect(buffer, 0, Math.max(bytes.length, row.layout.minLength));
  if ('problem' in fields) {
    return CUT;
  }
  const head = `type=${name} flags=${bits(Number(fields['flags']))} frameLength=${fields['frameLength']}`;
  const text = [head, ...keys.split(' ').map((key) => keyText(key, fields))].join(' ');
  switch (type) {
    case FrameType.ERR:
      return `${text} errorMessage=${quoted(String(fields['message']))}`;
    case FrameType.DATA:
    case FrameType.PAD:
      return isContentShown ? text + payloadText(bytes, Number(fields['frameLength'])) : text;
    default:
      return text;
  }
}

/** The fields of the first frame, for structured output; undefined when it has none that can be read. */
export function frameFields(bytes: Uint8Array): DissectedFields | undefined {
  if (bytes.length < FRAME_HEADER_BLOCK_LENGTH) {
    return undefined;
  }
  const buffer = new AtomicBuffer(bytes);
  const type = buffer.getUint16(FRAME_HEADER_TYPE_OFFSET);
  const row = frameByType(type);
  const fields =
    row !== undefined && bytes.length >= row.layout.minLength && row.layout.dissect(buffer, 0, bytes.length);
  return fields === undefined || fields === false || 'problem' in fields
    ? { type }
    : { ...fields, type: LINES[type]?.[0] ?? row?.name ?? type };
}

function keyText(key: string, fields: DissectedFields): string {
  const [label = key, field = label] = key.split('=');
  return `${label}=${fields[field]}`;
}

function payloadText(bytes: Uint8Array, frameLength: number): string {
  const payload = bytes.subarray(DATA_HEADER_LENGTH, Math.min(bytes.length, frameLength));
  if (payload.length === 0) {
    return '';
  }
  const missing = frameLength - DATA_HEADER_LENGTH - payload.length;
  return ` payload=\n${hexDump(payload)}${missing > 0 ? `${CUT}${missing} bytes truncated` : ''}`;
}

function resolutionText(buffer: AtomicBuffer): string {
  const flags = bits(buffer.getUint8(FRAME_HEADER_FLAGS_OFFSET));
  const frameLength = buffer.getInt32(0);
  const end = Math.min(frameLength, buffer.capacity);
  let text = `type=RES flags=${flags} frameLength=${frameLength}`;
  for (let at = FRAME_HEADER_BLOCK_LENGTH; at < end; ) {
    const left = end - at;
    const entry = entryAt(buffer, at);
    if (entry === undefined) {
      return `${text} ${CUT} invalid resType=${buffer.getInt8(at)}`;
    }
    if (entry.wrap(buffer, at).validate(left) !== undefined) {
      return `${text} ${CUT} ${left} bytes left`;
    }
    text += ` [resType=${entry.resolutionType} flags=${bits(entry.flags)} port=${entry.udpPort} ageInMs=${entry.ageInMs} address=${modernAddress(entry.address)} name=${bare(entry.hostName)}]`;
    at += Math.max(entry.encodedLength, 1);
  }
  return text;
}

function entryAt(
  buffer: AtomicBuffer,
  at: number,
): ResolutionEntryIpv4Flyweight | ResolutionEntryIpv6Flyweight | undefined {
  switch (buffer.getInt8(at)) {
    case IPV4_ENTRY:
      return new ResolutionEntryIpv4Flyweight();
    case IPV6_ENTRY:
      return new ResolutionEntryIpv6Flyweight();
    default:
      return undefined;
  }
}
