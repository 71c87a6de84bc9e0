// SPDX-License-Identifier: Apache-2.0
/**
 * A channel URI taken apart: who is asked (`aeron-spy:` or not), which media, and named parameters as text. What the texts mean
 * is in uri-parameters.ts. Used at set-up, by clients and driver; never in a hot path.
 *
 * ```
 *   [aeron-spy:]aeron:<media>[?<key>=<value>(|<key>=<value>)*]
 * ```
 */

import { FRAME_ALIGNMENT } from '../logbuffer/frame-descriptor.ts';
import { isTermLength } from '../logbuffer/log-buffer-descriptor.ts';
import { computeTermIdFromPosition, computeTermOffsetFromPosition } from '../logbuffer/position.ts';
import { invalidUri } from './uri-error.ts';

/** Longest URI that is taken, in characters. */
export const MAX_URI_LENGTH = 4095;

/** Prefix of a URI that spies on a publication of the same driver. */
export const SPY_QUALIFIER = 'aeron-spy';
/** Media of UDP channels. */
export const UDP_MEDIA = 'udp';
/** Media of channels within one machine. */
export const IPC_MEDIA = 'ipc';
/** What a tag reads as where there is none. */
export const INVALID_TAG = -1n;

const SCHEME = 'aeron';
const AERON_PREFIX = `${SCHEME}:`;
const SPY_PREFIX = `${SPY_QUALIFIER}:`;
const TAG_PREFIX = 'tag:';
const WILDCARD_PORT = ':0';
const TAG_VALUE = /^[+-]?\d{1,19}$/;

/** A channel, taken apart and to be changed. @source aeron-client/ChannelUri */
export class ChannelUri {
  /** Parameters by name, in the order in which they were first given. */
  readonly #parameters: Map<string, string>;
  #prefix: string;
  #media: string;

  private constructor(prefix: string, media: string, parameters: Map<string, string>) {
    this.#prefix = prefix;
    this.#media = media;
    this.#parameters = parameters;
  }

  /**
   * Takes a URI apart. Of a parameter that is given twice the last counts. Media is looked at only when there are no
   * parameters, as in the reference: who needs one asks `isUdp` or `isIpc`.
   *
   * @throws AeronError INVALID_URI naming the URI and what is wrong with it.
   */
  static parse(uri: string): ChannelUri {
    if (typeof uri !== 'string') {
      throw invalidUri(String(uri), `channel URI must be a string, not ${typeof uri}`);
    }
    if (uri.length > MAX_URI_LENGTH) {
      throw invalidUri(uri, `channel URI exceeds ${MAX_URI_LENGTH} characters, length=${uri.length}`);
    }
    const prefix = uri.startsWith(SPY_PREFIX) ? SPY_QUALIFIER : '';
    const start = prefix === '' ? 0 : SPY_PREFIX.length;
    if (!uri.startsWith(AERON_PREFIX, start)) {
      throw invalidUri(uri, `channel URI must start with '${AERON_PREFIX}' or '${SPY_PREFIX}${AERON_PREFIX}'`);
    }
    const mediaStart = start + AERON_PREFIX.length;
    const queryStart = uri.indexOf('?', mediaStart);
    const media = uri.slice(mediaStart, queryStart < 0 ? undefined : queryStart);
    const illegal = media.search(/[:|=]/);
    if (illegal >= 0) {
      throw invalidUri(uri, `'${media[illegal]}' in media at index ${mediaStart + illegal}`);
    }
    if (queryStart < 0) {
      checkMedia(uri, media);
      return new ChannelUri(prefix, media, new Map());
    }
    return new ChannelUri(prefix, media, parseParameters(uri, queryStart + 1));
  }

  /** The channel with `session-id` set. */
  static addSessionId(channel: string, sessionId: number): string {
    const uri = ChannelUri.parse(channel);
    uri.put('session-id', String(sessionId));
    return uri.toString();
  }

  /** The channel with this alias unless it has one; the channel as it is when `alias` is empty. */
  static addAliasIfAbsent(channel: string, alias: string | undefined): string {
    if (alias === undefined || alias === '') {
      return channel;
    }
    const uri = ChannelUri.parse(channel);
    if (uri.containsKey('alias')) {
      return channel;
    }
    uri.put('alias', alias);
    return uri.toString();
  }

  /** The channel with its alias replaced by what `transform` makes of it; an empty result removes it. */
  static transformAlias(channel: string, transform: (alias: string | undefined) => string | undefined): string {
    const uri = ChannelUri.parse(channel);
    const alias = transform(uri.get('alias'));
    if (alias === undefined || alias === '') {
      uri.remove('alias');
    } else {
      uri.put('alias', alias);
    }
    return uri.toString();
  }

  /** Whether a parameter's value refers to something else by tag: `tag:<int64>`. */
  static isTagged(value: string | undefined): boolean {
    return value?.startsWith(TAG_PREFIX) ?? false;
  }

  /**
   * The tag that a value refers to, or INVALID_TAG for one that is not tagged.
   *
   * @throws AeronError INVALID_URI when what follows `tag:` is no int64.
   */
  static getTag(value: string | undefined): bigint {
    if (value === undefined || !ChannelUri.isTagged(value)) {
      return INVALID_TAG;
    }
    const text = value.slice(TAG_PREFIX.length);
    const tag = TAG_VALUE.test(text) ? BigInt(text.replace('+', '')) : undefined;
    if (tag === undefined || BigInt.asIntN(64, tag) !== tag) {
      throw invalidUri(value, `tag is not a 64-bit number, tag=${text}`);
    }
    return tag;
  }

  /** A destination for `channel` at another endpoint: media and interface are kept, nothing else. */
  static createDestinationUri(channel: string, endpoint: string): string {
    const uri = ChannelUri.parse(channel);
    const networkInterface = uri.get('interface');
    const destination = new ChannelUri('', uri.media, new Map());
    destination.put('endpoint', endpoint);
    if (networkInterface !== undefined) {
      destination.put('interface', networkInterface);
    }
    return destination.toString();
  }

  /** The endpoint with port 0, or undefined when it has no port. */
  static replacePortWithWildcard(endpoint: string | undefined): string | undefined {
    const portSeparator = endpoint?.lastIndexOf(':') ?? -1;
    return endpoint === undefined || portSeparator < 0
      ? undefined
      : `${endpoint.slice(0, portSeparator)}${WILDCARD_PORT}`;
  }

  /** Whether the channel has `control-mode=response`. */
  static isControlModeResponse(channel: string): boolean {
    return ChannelUri.parse(channel).hasControlModeResponse;
  }

  /** `aeron-spy`, or empty. */
  get prefix(): string {
    return this.#prefix;
  }

  /** @throws AeronError INVALID_URI for anything but `aeron-spy` and nothing. */
  set prefix(prefix: string) {
    if (prefix !== '' && prefix !== SPY_QUALIFIER) {
      throw invalidUri(this.toString(), `unknown prefix, prefix=${prefix}`);
    }
    this.#prefix = prefix;
  }

  /** Always `aeron`. */
  get scheme(): string {
    return SCHEME;
  }

  /** `udp` or `ipc`; as parsed, perhaps something unknown. */
  get media(): string {
    return this.#media;
  }

  /** @throws AeronError INVALID_URI for anything but `udp` and `ipc`. */
  set media(media: string) {
    checkMedia(this.toString(), media);
    this.#media = media;
  }

  /** Whether media is `udp`. */
  get isUdp(): boolean {
    return this.#media === UDP_MEDIA;
  }

  /** Whether media is `ipc`. */
  get isIpc(): boolean {
    return this.#media === IPC_MEDIA;
  }

  /** Whether the channel spies on a publication of the same driver: prefix `aeron-spy`. */
  get isSpy(): boolean {
    return this.#prefix === SPY_QUALIFIER;
  }

  /** First of `tags`: the channel's. */
  get channelTag(): string | undefined {
    return this.#tag(0);
  }

  /** Second of `tags`: the publication's or subscription's. */
  get entityTag(): string | undefined {
    return this.#tag(1);
  }

  /** Whether `control-mode=response`. */
  get hasControlModeResponse(): boolean {
    return this.get('control-mode') === 'response';
  }

  /** The text of a parameter. */
  get(key: string): string | undefined;
  get(key: string, defaultValue: string): string;
  get(key: string, defaultValue?: string): string | undefined {
    return this.#parameters.get(key) ?? defaultValue;
  }

  /**
   * Sets a parameter.
   *
   * @returns the text that it had.
   * @throws AeronError INVALID_URI for a key or value that could not be read back.
   */
  put(key: string, value: string): string | undefined {
    if (key === '' || /[|=]/.test(key) || value.includes('|')) {
      throw invalidUri(this.toString(), `parameter cannot be written, key=${key} value=${value}`);
    }
    const before = this.#parameters.get(key);
    this.#parameters.set(key, value);
    return before;
  }

  /** @returns the text that the parameter had. */
  remove(key: string): string | undefined {
    const before = this.#parameters.get(key);
    this.#parameters.delete(key);
    return before;
  }

  /** Whether a parameter is given, by its name in the URI, such as `term-length`; an empty text counts. */
  containsKey(key: string): boolean {
    return this.#parameters.has(key);
  }

  /** Calls back for each parameter with its name and text, in the order in which they were first given. */
  forEachParameter(consumer: (key: string, value: string) => void): void {
    this.#parameters.forEach((value, key) => {
      consumer(key, value);
    });
  }

  /**
   * Sets the parameters that make a publication start at `position`.
   *
   * @throws AeronError INVALID_URI for a position that is negative or not a multiple of 32, or an impossible term length.
   */
  initialPosition(position: number, initialTermId: number, termLength: number): void {
    if (!(position >= 0 && position % FRAME_ALIGNMENT === 0)) {
      throw invalidUri(
        this.toString(),
        `initial position must be a multiple of ${FRAME_ALIGNMENT}, position=${position}`,
      );
    }
    if (!isTermLength(termLength)) {
      throw invalidUri(this.toString(), `not a term length, term-length=${termLength}`);
    }
    this.put('init-term-id', String(initialTermId));
    this.put('term-id', String(computeTermIdFromPosition(position, termLength, initialTermId)));
    this.put('term-offset', String(computeTermOffsetFromPosition(position, termLength)));
    this.put('term-length', String(termLength));
  }

  /**
   * Gives the endpoint the port that was bound for it. One with a port of its own stays; a missing one becomes `resolvedEndpoint`.
   *
   * @throws AeronError INVALID_URI when `resolvedEndpoint` has no port, or port 0.
   */
  replaceEndpointWildcardPort(resolvedEndpoint: string): void {
    const portSeparator = resolvedEndpoint.lastIndexOf(':');
    if (portSeparator < 0 || resolvedEndpoint.endsWith(WILDCARD_PORT)) {
      throw invalidUri(this.toString(), `resolved endpoint has no port, resolvedEndpoint=${resolvedEndpoint}`);
    }
    const endpoint = this.get('endpoint');
    if (endpoint === undefined) {
      this.put('endpoint', resolvedEndpoint);
    } else if (endpoint.endsWith(WILDCARD_PORT)) {
      this.put('endpoint', endpoint.slice(0, -WILDCARD_PORT.length) + resolvedEndpoint.slice(portSeparator));
    }
  }

  /** Whether prefix, media and parameters are the same, in whatever order. */
  equals(that: ChannelUri): boolean {
    return (
      this.#prefix === that.#prefix &&
      this.#media === that.#media &&
      this.#parameters.size === that.#parameters.size &&
      [...this.#parameters].every(([key, value]) => that.#parameters.get(key) === value)
    );
  }

  /** The URI, which `parse` reads back to an equal one. */
  toString(): string {
    const prefix = this.#prefix === '' ? '' : SPY_PREFIX;
    const parameters = [...this.#parameters].map(([key, value]) => `${key}=${value}`).join('|');
    return `${prefix}${AERON_PREFIX}${this.#media}${parameters === '' ? '' : `?${parameters}`}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  #tag(index: number): string | undefined {
    return this.#parameters.get('tags')?.split(',')[index];
  }
}

function parseParameters(uri: string, start: number): Map<string, string> {
  const parameters = new Map<string, string>();
  for (let at = start; ; ) {
    const keyEnd = uri.indexOf('=', at);
    const keyText = uri.slice(at, keyEnd < 0 ? undefined : keyEnd);
    const barInKey = keyText.indexOf('|');
    if (barInKey >= 0) {
      throw invalidUri(
        uri,
        `'|' ends a parameter without a value at index ${at + barInKey}, key=${keyText.slice(0, barInKey)}`,
      );
    }
    if (keyEnd < 0) {
      throw invalidUri(uri, `parameter without a value at index ${at}, key=${keyText}`);
    }
    if (keyText === '') {
      throw invalidUri(uri, `parameter without a key at index ${at}`);
    }
    const valueEnd = uri.indexOf('|', keyEnd);
    parameters.set(keyText, uri.slice(keyEnd + 1, valueEnd < 0 ? undefined : valueEnd));
    if (valueEnd < 0) {
      return parameters;
    }
    at = valueEnd + 1;
  }
}

function checkMedia(uri: string, media: string): void {
  if (media !== UDP_MEDIA && media !== IPC_MEDIA) {
    throw invalidUri(uri, `unknown media, media=${media}`);
  }
}
