// SPDX-License-Identifier: Apache-2.0
/**
 * Every parameter of a channel URI, one row each, in the order in which they are written. From the table follow the typed
 * options, the builder, the parser of all values, and the documentation. What the driver does with them, and its defaults, is
 * the driver's.
 */
import { FRAME_ALIGNMENT } from '../logbuffer/frame-descriptor.ts';
import { TERM_MAX_LENGTH, TERM_MIN_LENGTH } from '../logbuffer/log-buffer-descriptor.ts';
import { MAX_UDP_PAYLOAD_LENGTH } from '../protocol/frame-type.ts';
import {
  boolean,
  choice,
  duration,
  idOr,
  inferableBoolean,
  int32,
  int32Or,
  int64,
  type ParameterKind,
  sessionId,
  size,
  text,
} from './parameter-kinds.ts';

/** Where a parameter means something: publications, subscriptions, destinations, clients only. */
export type ParameterSide = 'P' | 'S' | 'D' | 'C';

/** One parameter. */
export interface ParameterRow {
  /** As in the URI. */
  readonly name: string;
  readonly kind: ParameterKind<unknown, never>;
  /** Some of P, S, D, C. */
  readonly sides: string;
  readonly doc: string;
}

/** By the name that the parameter has in options and in the builder. */
export const URI_PARAMETERS = {
  tags: {
    name: 'tags',
    kind: text(),
    sides: 'PSD',
    doc: 'Tag of the channel and, behind a comma, of the entity; int64 each, -1 is reserved.',
  },
  endpoint: {
    name: 'endpoint',
    kind: text(),
    sides: 'PSD',
    doc: 'host:port to send to or to listen on; port 0 is any free one, for subscriptions.',
  },
  networkInterface: {
    name: 'interface',
    kind: text(),
    sides: 'PSD',
    doc: 'Local interface: address[:port][/prefix] or {name}[:port].',
  },
  controlEndpoint: {
    name: 'control',
    kind: text(),
    sides: 'PS',
    doc: 'host:port at which a multi-destination publication is found.',
  },
  controlMode: {
    name: 'control-mode',
    kind: choice('manual', 'dynamic', 'response'),
    sides: 'PS',
    doc: 'Who decides on destinations; dynamic needs control.',
  },
  mtu: {
    name: 'mtu',
    kind: size({ min: FRAME_ALIGNMENT, max: MAX_UDP_PAYLOAD_LENGTH, multipleOf: FRAME_ALIGNMENT }),
    sides: 'P',
    doc: 'Bytes of the longest frame, header included.',
  },
  termLength: {
    name: 'term-length',
    kind: size({ min: TERM_MIN_LENGTH, max: TERM_MAX_LENGTH, powerOfTwo: true }),
    sides: 'P',
    doc: 'Bytes of one of the three terms of the log.',
  },
  initialTermId: {
    name: 'init-term-id',
    kind: int32(),
    sides: 'PS',
    doc: 'Term at which the stream began; only together with term-id and term-offset.',
  },
  termId: { name: 'term-id', kind: int32(), sides: 'PS', doc: 'Term at which it goes on.' },
  termOffset: {
    name: 'term-offset',
    kind: int32({ min: 0, max: TERM_MAX_LENGTH, multipleOf: FRAME_ALIGNMENT }),
    sides: 'PS',
    doc: 'Offset in that term.',
  },
  sessionId: {
    name: 'session-id',
    kind: sessionId(),
    sides: 'PS',
    doc: 'Session of the publication, or the only one subscribed to; tag:N takes that of a tagged publication.',
  },
  ttl: {
    name: 'ttl',
    kind: int32({ min: 0, max: 255 }),
    sides: 'PS',
    doc: 'Hops of multicast; 0 leaves it to the operating system.',
  },
  reliable: {
    name: 'reliable',
    kind: boolean(),
    sides: 'S',
    doc: 'Whether lost data is asked for again rather than skipped.',
  },
  linger: { name: 'linger', kind: duration(), sides: 'P', doc: 'How long a drained publication stays to answer NAKs.' },
  alias: { name: 'alias', kind: text(), sides: 'PSD', doc: 'A name for people; not interpreted.' },
  congestionControl: { name: 'cc', kind: text(), sides: 'S', doc: 'Congestion control: static or cubic.' },
  flowControl: {
    name: 'fc',
    kind: text(),
    sides: 'P',
    doc: 'Flow control: max, min[,g:/n][,t:duration], tagged[,g:tag[/n]][,t:duration].',
  },
  groupTag: { name: 'gtag', kind: int64(), sides: 'S', doc: 'Tag with which a receiver joins tagged flow control.' },
  sparse: {
    name: 'sparse',
    kind: boolean(),
    sides: 'PS',
    doc: 'Whether the log file takes disk space only where it was written.',
  },
  eos: { name: 'eos', kind: boolean(), sides: 'P', doc: 'Whether the end of the stream is signalled.' },
  tether: {
    name: 'tether',
    kind: boolean(),
    sides: 'S',
    doc: 'Whether the subscription always counts in flow control.',
  },
  group: {
    name: 'group',
    kind: inferableBoolean(),
    sides: 'S',
    doc: 'Whether loss is handled as in a group of receivers.',
  },
  rejoin: { name: 'rejoin', kind: boolean(), sides: 'S', doc: 'Whether a stream that went away may come back.' },
  spiesSimulateConnection: {
    name: 'ssc',
    kind: boolean(),
    sides: 'P',
    doc: 'Whether spies alone make the publication connected.',
  },
  socketSndbufLength: {
    name: 'so-sndbuf',
    kind: size(),
    sides: 'PS',
    doc: 'Bytes of the socket send buffer; 0 is the default of the operating system.',
  },
  socketRcvbufLength: {
    name: 'so-rcvbuf',
    kind: size(),
    sides: 'PS',
    doc: 'Bytes of the socket receive buffer; 0 is the default of the operating system.',
  },
  receiverWindowLength: { name: 'rcv-wnd', kind: size(), sides: 'S', doc: 'Bytes of the first receiver window.' },
  mediaReceiveTimestampOffset: {
    name: 'media-rcv-ts-offset',
    kind: int32Or('reserved'),
    sides: 'S',
    doc: 'Where the network stack puts its receive timestamp; C driver only.',
  },
  channelReceiveTimestampOffset: {
    name: 'channel-rcv-ts-offset',
    kind: int32Or('reserved'),
    sides: 'S',
    doc: 'Where the driver puts its receive timestamp.',
  },
  channelSendTimestampOffset: {
    name: 'channel-snd-ts-offset',
    kind: int32Or('reserved'),
    sides: 'P',
    doc: 'Where the driver puts its send timestamp.',
  },
  responseEndpoint: {
    name: 'response-endpoint',
    kind: text(),
    sides: 'C',
    doc: 'host:port for responses; drivers do not read it.',
  },
  responseCorrelationId: {
    name: 'response-correlation-id',
    kind: idOr('prototype', -1),
    sides: 'P',
    doc: 'Image that a response goes to, or subscription that takes responses; prototype holds the port.',
  },
  nakDelay: {
    name: 'nak-delay',
    kind: duration(),
    sides: 'S',
    doc: 'How long loss is waited out before data is asked for again.',
  },
  untetheredWindowLimitTimeout: {
    name: 'untethered-window-limit-timeout',
    kind: duration(),
    sides: 'PS',
    doc: 'How long an untethered subscription may fall behind the window.',
  },
  untetheredLingerTimeout: {
    name: 'untethered-linger-timeout',
    kind: duration(),
    sides: 'PS',
    doc: 'How long it still counts after that.',
  },
  untetheredRestingTimeout: {
    name: 'untethered-resting-timeout',
    kind: duration(),
    sides: 'PS',
    doc: 'How long it rests before it joins again.',
  },
  maxResend: {
    name: 'max-resend',
    kind: int32({ min: 1, max: 256 }),
    sides: 'P',
    doc: 'Retransmissions under way at once, for groups.',
  },
  streamId: {
    name: 'stream-id',
    kind: int32(),
    sides: 'P',
    doc: 'Must equal the stream id that the publication is added with.',
  },
  publicationWindowLength: {
    name: 'pub-wnd',
    kind: size(),
    sides: 'P',
    doc: 'Bytes that the publisher may be ahead; from the MTU to half a term.',
  },
  transportSecurity: {
    name: 'ats',
    kind: boolean(),
    sides: 'PS',
    doc: 'Transport security; not available in any free driver.',
  },
} as const satisfies Record<string, ParameterRow>;

/** Names of the parameters in programs. */
export type UriParameterKey = keyof typeof URI_PARAMETERS;

type Kind<K extends UriParameterKey> = (typeof URI_PARAMETERS)[K]['kind'];

/** What a parameter is in a program. */
export type UriParameterValue<K extends UriParameterKey> = Kind<K> extends ParameterKind<infer V, infer _G> ? V : never;

/** What a program may give for it. */
export type UriParameterInput<K extends UriParameterKey> =
  Kind<K> extends ParameterKind<infer V, infer G> ? V | G : never;

/** All keys, in the order in which parameters are written. */
export const URI_PARAMETER_KEYS = Object.keys(URI_PARAMETERS) as UriParameterKey[];

/** The row of a parameter with its own types. */
export function parameterKind<K extends UriParameterKey>(
  key: K,
): ParameterKind<UriParameterValue<K>, UriParameterInput<K>> {
  return URI_PARAMETERS[key].kind as unknown as ParameterKind<UriParameterValue<K>, UriParameterInput<K>>;
}
