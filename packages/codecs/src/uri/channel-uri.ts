// SPDX-License-Identifier: Apache-2.0
/**
 * A channel as the parts of its URI: `[aeron-spy:]aeron:<media>[?key=value(|key=value)*]`. Knows the grammar only; what the
 * parameters mean is in uri-parameters.ts.
 */
import { AeronError } from '@aeron/core/internal';
import { computeTermIdFromPosition } from '../logbuffer/position.ts';

const SCHEME = 'aeron:';
const SPY_QUALIFIER = 'aeron-spy';
const TAG_PREFIX = 'tag:';
const WILDCARD_PORT = ':0';
const FRAME_ALIGNMENT = 32;
/** Characters of a URI. */
export const MAX_URI_LENGTH = 4095;
/** What `tagOf` returns for a value without a tag. */
export const INVALID_TAG = -1n;

/** @source aeron-client/ChannelUri */
export class ChannelUri {
  /** `aeron-spy` or empty. */
  readonly prefix: '' | 'aeron-spy';
  readonly media: string;
  readonly #parameters: Map<string, string>;

  private constructor(prefix: '' | 'aeron-spy', media: string, parameters: Map<string, string>) {
    this.prefix = prefix;
    this.media = media;
    this.#parameters = parameters;
  }

  /**
   * The last of several equal keys wins. The media is checked only where no parameters follow, as in the reference.
   *
   * @throws AeronError INVALID_URI naming the URI and the part that is wrong.
   */
  static parse(uri: string): ChannelUri {
    if (uri.length > MAX_URI_LENGTH) {
      refuse(`URI length (${uri.length}) exceeds max supported length (${MAX_URI_LENGTH}): ${uri.slice(0, 64)}…`);
    }
    const isSpy = uri.startsWith(`${SPY_QUALIFIER}:`);
    const start = isSpy ? SPY_QUALIFIER.length + 1 : 0;
    if (!uri.startsWith(SCHEME, start)) {
      refuse(`Aeron URIs must start with 'aeron:', found: ${uri}`);
    }
    const mediaStart = start + SCHEME.length;
    const question = uri.indexOf('?', mediaStart);
    const media = uri.slice(mediaStart, question < 0 ? undefined : question);
    const illegal = /[:|=]/.exec(media);
    if (illegal !== null) {
      refuse(`encountered '${illegal[0]}' within media definition at index ${mediaStart + illegal.index} in ${uri}`);
    }
    if (question < 0 && media !== 'ipc' && media !== 'udp') {
      refuse(`unknown media: ${media} in ${uri}`);
    }
    const parameters = question < 0 ? new Map<string, string>() : parseParameters(uri, question + 1);
    return new ChannelUri(isSpy ? SPY_QUALIFIER : '', media, parameters);
  }

  /** A URI with nothing but its media. */
  static of(media: 'ipc' | 'udp'): ChannelUri {
    return new ChannelUri('', media, new Map());
  }

  get scheme(): 'aeron' {
    return 'aeron';
  }

  get isUdp(): boolean {
    return this.media === 'udp';
  }

  get isIpc(): boolean {
    return this.media === 'ipc';
  }

  get isSpy(): boolean {
    return this.prefix === SPY_QUALIFIER;
  }

  get(key: string): string | undefined;
  get(key: string, defaultValue: string): string;
  get(key: string, defaultValue?: string): string | undefined {
    return this.#parameters.get(key) ?? defaultValue;
  }

  has(key: string): boolean {
    return this.#parameters.has(key);
  }

  /** @throws AeronError INVALID_URI for a key or value that could not be read back. */
  put(key: string, value: string): this {
    if (key === '' || /[=|]/.test(key)) {
      refuse(`invalid parameter name: ${key}`);
    }
    if (value.includes('|')) {
      refuse(`'|' in the value of ${key}: ${value}`);
    }
    this.#parameters.set(key, value);
    return this;
  }

  /** @returns whether it was there. */
  remove(key: string): boolean {
    return this.#parameters.delete(key);
  }

  forEachParameter(consumer: (key: string, value: string) => void): void {
    for (const [key, value] of this.#parameters) {
      consumer(key, value);
    }
  }

  /** The first of `tags`. */
  get channelTag(): string | undefined {
    return this.get('tags')?.split(',')[0];
  }

  /** The second of `tags`. */
  get entityTag(): string | undefined {
    return this.get('tags')?.split(',')[1];
  }

  get hasControlModeResponse(): boolean {
    return this.get('control-mode') === 'response';
  }

  /**
   * Sets the four parameters that start a stream at a position.
   *
   * @throws AeronError INVALID_ARGUMENT for a position that is negative or not a multiple of 32.
   */
  initialPosition(position: number, initialTermId: number, termLength: number): this {
    if (!(position >= 0 && position % FRAME_ALIGNMENT === 0)) {
      throw new AeronError('INVALID_ARGUMENT', `invalid position: ${position}`);
    }
    const termId = computeTermIdFromPosition(position, termLength, initialTermId);
    return this.put('init-term-id', String(initialTermId))
      .put('term-id', String(termId))
      .put('term-offset', String(position % termLength))
      .put('term-length', String(termLength));
  }

  /**
   * Puts the port that was bound in place of a wildcard, or the whole end point where there is none.
   *
   * @param resolvedEndpoint `host:port`.
   * @throws AeronError INVALID_ARGUMENT for an end point without a real port.
   */
  replaceEndpointWildcardPort(resolvedEndpoint: string): this {
    const separator = resolvedEndpoint.lastIndexOf(':');
    if (separator < 0 || resolvedEndpoint.endsWith(WILDCARD_PORT)) {
      const what = separator < 0 ? 'no port' : 'a wildcard port';
      throw new AeronError('INVALID_ARGUMENT', `${what} specified on resolvedEndpoint=${resolvedEndpoint}`);
    }
    const endpoint = this.get('endpoint');
    if (endpoint === undefined) {
      this.put('endpoint', resolvedEndpoint);
    } else if (endpoint.endsWith(WILDCARD_PORT)) {
      this.put('endpoint', endpoint.slice(0, -WILDCARD_PORT.length) + resolvedEndpoint.slice(separator));
    }
    return this;
  }

  /** Whether both say the same, whatever the order of their parameters. */
  equals(other: ChannelUri): boolean {
    return (
      this.prefix === other.prefix &&
      this.media === other.media &&
      this.#parameters.size === other.#parameters.size &&
      [...this.#parameters].every(([key, value]) => other.get(key) === value)
    );
  }

  /** Parameters come in the order in which they were set; the reference's order is unspecified. */
  toString(): string {
    const parameters = [...this.#parameters].map(([key, value]) => `${key}=${value}`).join('|');
    const prefix = this.isSpy ? `${SPY_QUALIFIER}:` : '';
    return `${prefix}${SCHEME}${this.media}${parameters === '' ? '' : `?${parameters}`}`;
  }
}

/** The channel with this session id. */
export function addSessionId(channel: string, sessionId: number): string {
  return ChannelUri.parse(channel).put('session-id', String(sessionId)).toString();
}

/** The channel with this alias, unless it has one or the alias is empty. */
export function addAliasIfAbsent(channel: string, alias: string): string {
  const uri = ChannelUri.parse(channel);
  return alias === '' || uri.has('alias') ? channel : uri.put('alias', alias).toString();
}

/** The channel with the alias that `transform` makes of the present one; none when it makes nothing. */
export function transformAlias(channel: string, transform: (alias: string | undefined) => string | undefined): string {
  const uri = ChannelUri.parse(channel);
  const alias = transform(uri.get('alias'));
  if (alias === undefined || alias === '') {
    uri.remove('alias');
  } else {
    uri.put('alias', alias);
  }
  return uri.toString();
}

/** Whether a parameter's value refers to a tag, as in `session-id=tag:7`. */
export function isTagged(value: string): boolean {
  return value.startsWith(TAG_PREFIX);
}

/**
 * The tag that a value refers to, or INVALID_TAG for one that refers to none.
 *
 * @throws AeronError INVALID_URI for a tag that is not a number.
 */
export function tagOf(value: string): bigint {
  if (!isTagged(value)) {
    return INVALID_TAG;
  }
  const text = value.slice(TAG_PREFIX.length);
  if (!/^-?\d{1,19}$/.test(text)) {
    refuse(`invalid tag: ${value}`);
  }
  return BigInt(text);
}

/** A destination for an end point, over the media and the interface of a channel. */
export function createDestinationUri(channel: string, endpoint: string): string {
  const uri = ChannelUri.parse(channel);
  const networkInterface = uri.get('interface');
  const suffix = networkInterface === undefined ? '' : `|interface=${networkInterface}`;
  return `${SCHEME}${uri.media}?endpoint=${endpoint}${suffix}`;
}

/** `host:port` with port 0, or undefined where there is no port. */
export function replacePortWithWildcard(endpoint: string): string | undefined {
  const separator = endpoint.lastIndexOf(':');
  return separator < 0 ? undefined : `${endpoint.slice(0, separator)}${WILDCARD_PORT}`;
}

/** @throws AeronError INVALID_URI. */
export function isControlModeResponse(channel: string): boolean {
  return ChannelUri.parse(channel).hasControlModeResponse;
}

function parseParameters(uri: string, start: number): Map<string, string> {
  const parameters = new Map<string, string>();
  let index = start;
  for (const pair of uri.slice(start).split('|')) {
    const equals = pair.indexOf('=');
    if (equals === 0) {
      refuse(`empty key not allowed at index ${index} in ${uri}`);
    }
    if (equals < 0) {
      const isLast = index + pair.length === uri.length;
      refuse(
        isLast
          ? `no value for '${pair}' at the end of ${uri}`
          : `invalid end of key at index ${index + pair.length} in ${uri}`,
      );
    }
    parameters.set(pair.slice(0, equals), pair.slice(equals + 1));
    index += pair.length + 1;
  }
  return parameters;
}

function refuse(message: string): never {
  throw new AeronError('INVALID_URI', message);
}
