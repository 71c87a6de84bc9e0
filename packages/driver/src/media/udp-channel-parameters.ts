// SPDX-License-Identifier: Apache-2.0
/** The parameters of a UDP channel URI that concern its sockets, read and checked; no name is resolved here. Pure. */
import { ChannelUri, URI_PARAMETERS } from '@aeron/codecs/internal';
import { throwInvalidChannel } from '../conductor/control-protocol-error.ts';
import {
  durationParameterNs,
  int32Parameter,
  int64Parameter,
  refuse,
  sizeParameter,
} from '../conductor/rules/uri-values.ts';
import type { ControlMode, UdpChannel } from './udp-channel.ts';

/** Stands for the reserved value of the frame header, which lies right before the payload. */
export const RESERVED_VALUE_TIMESTAMP_OFFSET = -8;

const INT32_MAX = 2 ** 31 - 1;
const TTL_MAX = 255;

/** What the URI says by itself. */
export interface UdpChannelParameters
  extends Pick<
    UdpChannel,
    | 'uri'
    | 'controlMode'
    | 'endpointText'
    | 'controlText'
    | 'tag'
    | 'socketReceiveBufferLength'
    | 'socketSendBufferLength'
    | 'receiverWindowLength'
    | 'groupTag'
    | 'nakDelayNs'
    | 'sendTimestampOffset'
    | 'receiveTimestampOffset'
  > {
  readonly interfaceText: string | undefined;
  /** Only read where the end point is multicast. */
  readonly ttlText: string | undefined;
}

/** @throws ControlProtocolError INVALID_CHANNEL naming the parameter at fault. */
export function udpChannelParameters(text: string): UdpChannelParameters {
  const uri = parseUdpUri(text);
  refuseTransportSecurity(uri);
  const controlMode = controlModeOf(uri.get('control-mode'));
  const endpointText = uri.get('endpoint');
  const controlText = uri.get('control');
  const tag = int64Parameter(uri, 'tags', uri.channelTag);
  if (controlMode === 'dynamic' && controlText === undefined) {
    refuse(uri, 'explicit control expected with dynamic control mode, such as control=localhost:40456:');
  }
  const isDistinct = endpointText !== undefined || controlText !== undefined || tag !== undefined;
  if (!isDistinct && controlMode !== 'manual' && controlMode !== 'response') {
    const unknown = unknownParameters(uri);
    const note = unknown.length === 0 ? '' : `, and there is no parameter ${unknown.join(', ')}`;
    refuse(uri, `URIs for UDP must specify an endpoint, control, tags, or control-mode=manual/response${note}:`);
  }
  return {
    uri: text,
    controlMode,
    endpointText,
    controlText,
    tag,
    interfaceText: uri.get('interface'),
    ttlText: uri.get('ttl'),
    socketReceiveBufferLength: bufferLength(uri, 'so-rcvbuf'),
    socketSendBufferLength: bufferLength(uri, 'so-sndbuf'),
    receiverWindowLength: bufferLength(uri, 'rcv-wnd'),
    groupTag: int64Parameter(uri, 'gtag', uri.get('gtag')),
    nakDelayNs: uri.get('nak-delay') !== undefined ? durationParameterNs(uri, 'nak-delay', 0) : undefined,
    sendTimestampOffset: timestampOffset(uri, 'channel-snd-ts-offset'),
    receiveTimestampOffset: timestampOffset(uri, 'channel-rcv-ts-offset'),
  };
}

/** Who asks for encryption must not get plain text without being told. As the C driver; the Java driver ignores it. */
function refuseTransportSecurity(uri: ChannelUri): void {
  const text = uri.get('ats') ?? 'false';
  if (text !== 'false') {
    refuse(uri, `ats=${text} is not supported, there is no transport security:`);
  }
}

/** Names that no parameter has: mistyped ones, or of a newer version. They are ignored, as in the reference, until one is missing. */
function unknownParameters(uri: ChannelUri): string[] {
  const known = new Set<string>(Object.values(URI_PARAMETERS).map(({ name }) => name));
  const unknown: string[] = [];
  uri.forEachParameter((name) => {
    if (!known.has(name)) {
      unknown.push(name);
    }
  });
  return unknown;
}

/** @throws ControlProtocolError INVALID_CHANNEL, also for another medium. */
export function parseUdpUri(text: string): ChannelUri {
  let uri: ChannelUri;
  try {
    uri = ChannelUri.parse(text);
  } catch (error) {
    return throwInvalidChannel(error instanceof Error ? error.message : String(error), error);
  }
  return uri.isUdp ? uri : throwInvalidChannel(`UdpChannel only supports UDP media: channel=${text}`);
}

/** Hops that a multicast datagram may take. @throws ControlProtocolError INVALID_CHANNEL. */
export function parseTtl(text: string, uri: string): number {
  const ttl = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return ttl <= TTL_MAX
    ? ttl
    : throwInvalidChannel(`invalid ttl=${text}, must be between 0 and ${TTL_MAX}: channel=${uri}`);
}

/** Unknown text is no mode, as in the reference. */
function controlModeOf(text: string | undefined): ControlMode {
  return text === 'manual' || text === 'dynamic' || text === 'response' ? text : 'none';
}

function bufferLength(uri: ChannelUri, name: string): number {
  const length = sizeParameter(uri, name) ?? 0;
  return length <= INT32_MAX ? length : refuse(uri, `invalid ${name}=${length}, at most ${INT32_MAX}:`);
}

/** A negative offset switches timestamps off, as in the reference. */
function timestampOffset(uri: ChannelUri, name: string): number | undefined {
  if (uri.get(name) === 'reserved') {
    return RESERVED_VALUE_TIMESTAMP_OFFSET;
  }
  const offset = int32Parameter(uri, name);
  return offset === undefined || (offset < 0 && offset !== RESERVED_VALUE_TIMESTAMP_OFFSET) ? undefined : offset;
}
