// SPDX-License-Identifier: Apache-2.0
/**
 * Two ways to write a channel URI from typed values: `channelUri({...})`, and the builder that users of the reference know.
 * Both follow from the table of parameters; neither knows any single one, apart from the few that go together.
 */
import { AeronError } from '@aeron/core/internal';
import { FRAME_ALIGNMENT } from '../logbuffer/frame-descriptor.ts';
import { checkTermLength } from '../logbuffer/log-buffer-descriptor.ts';
import { computeTermIdFromPosition, computeTermOffsetFromPosition } from '../logbuffer/position.ts';
import { ChannelUri, IPC_MEDIA, SPY_QUALIFIER, UDP_MEDIA } from './channel-uri.ts';
import { ParameterProblem, type SessionIdValue } from './parameter-kinds.ts';
import {
  parameterKind,
  URI_PARAMETER_KEYS,
  URI_PARAMETERS,
  type UriParameterInput,
  type UriParameterKey,
  type UriParameterValue,
} from './uri-parameters.ts';
import { type ChannelParams, parseParams } from './uri-values.ts';

/** A channel as an object: `media`, and any parameter by its name. Sizes and durations (ns) may be texts such as `64k`, `5s`. */
export type ChannelUriOptions = {
  readonly media: 'udp' | 'ipc';
  /** `aeron-spy` to spy on a publication of the same driver. */
  readonly prefix?: 'aeron-spy' | '' | undefined;
} & { readonly [K in UriParameterKey]?: UriParameterInput<K> | undefined };

/**
 * Writes a channel URI.
 *
 *     channelUri({ media: 'udp', endpoint: 'localhost:20121', termLength: '64k' })
 *       // aeron:udp?endpoint=localhost:20121|term-length=64k
 *
 * @throws AeronError INVALID_ARGUMENT naming the parameter and its value.
 */
export function channelUri(options: ChannelUriOptions): string {
  const values = new Map<UriParameterKey, unknown>();
  for (const [key, given] of Object.entries(options)) {
    if (key === 'media' || key === 'prefix' || given === undefined) {
      continue;
    }
    if (!(key in URI_PARAMETERS)) {
      throw invalidArgument(`unknown channel parameter: ${key}=${String(given)}`);
    }
    values.set(key as UriParameterKey, accepted(key as UriParameterKey, given as never));
  }
  checkPosition(Object.fromEntries(values) as ChannelParams);
  return write(checkedPrefix(options.prefix ?? ''), checkedMedia(options.media), values);
}

/** Sets, clears (null) or copies (from a ChannelUri) a parameter when given something, else gets it. */
export interface ParameterMethod<K extends UriParameterKey, Self> {
  (): UriParameterValue<K> | undefined;
  (value: UriParameterInput<K> | ChannelUri | null | undefined): Self;
}

type ParameterMethods<Self> = { [K in UriParameterKey]: ParameterMethod<K, Self> };

class Builder {
  #prefix = '';
  #media: string | undefined;
  /** Whether a session id that is given as a number is a tag. */
  #isSessionIdTagged = false;
  readonly #values = new Map<UriParameterKey, unknown>();

  constructor(initial?: string | ChannelUri) {
    if (initial !== undefined) {
      const uri = typeof initial === 'string' ? ChannelUri.parse(initial) : initial;
      this.#prefix = uri.prefix;
      this.#media = checkedMedia(uri.media);
      for (const [key, value] of Object.entries(parseParams(uri))) {
        this.#values.set(key as UriParameterKey, value);
      }
      this.#isSessionIdTagged = ChannelUri.isTagged(uri.get('session-id'));
    }
  }

  prefix(...given: [] | [prefix: string | ChannelUri | null]): string | this {
    if (given.length === 0) {
      return this.#prefix;
    }
    const [prefix] = given;
    this.#prefix = checkedPrefix(prefix instanceof ChannelUri ? prefix.prefix : (prefix ?? ''));
    return this;
  }

  media(...given: [] | [media: string | ChannelUri]): string | undefined | this {
    if (given.length === 0) {
      return this.#media;
    }
    const [media] = given;
    this.#media = checkedMedia(media instanceof ChannelUri ? media.media : media);
    return this;
  }

  parameter(key: UriParameterKey, given: readonly unknown[]): unknown {
    if (given.length === 0) {
      return this.#values.get(key);
    }
    const [input] = given;
    const value =
      input instanceof ChannelUri ? parseParams(input)[key] : input == null ? undefined : accepted(key, input as never);
    if (value === undefined) {
      this.#values.delete(key);
    } else {
      this.#values.set(key, value);
    }
    return this;
  }

  tags(...given: readonly unknown[]): unknown {
    const [channelTag, entityTag] = given;
    if (given.length < 2 || entityTag == null) {
      const single = typeof channelTag === 'bigint' || typeof channelTag === 'number' ? String(channelTag) : channelTag;
      return this.parameter('tags', given.length === 0 ? [] : [single]);
    }
    if (channelTag == null) {
      throw invalidArgument(`an entity tag needs a channel tag: entityTag=${String(entityTag)}`);
    }
    return this.parameter('tags', [`${String(channelTag)},${String(entityTag)}`]);
  }

  sessionId(...given: readonly unknown[]): unknown {
    const [input] = given;
    if (typeof input === 'string') {
      this.#isSessionIdTagged = ChannelUri.isTagged(input);
    }
    this.parameter('sessionId', typeof input === 'number' && this.#isSessionIdTagged ? [`tag:${input}`] : given);
    return given.length === 0 ? this.#values.get('sessionId') : this;
  }

  taggedSessionId(tag: bigint | number | null): this {
    this.#isSessionIdTagged = true;
    this.parameter('sessionId', [tag === null ? null : `tag:${tag}`]);
    return this;
  }

  isSessionIdTagged(...given: [] | [isTagged: boolean]): boolean | this {
    if (given.length === 0) {
      return this.#isSessionIdTagged;
    }
    this.#isSessionIdTagged = given[0];
    const value = this.#values.get('sessionId') as SessionIdValue | undefined;
    if (value !== undefined) {
      const digits = String(value).replace('tag:', '');
      this.parameter('sessionId', [given[0] ? `tag:${digits}` : digits]);
    }
    return this;
  }

  taggedFlowControl(groupTag: bigint | number | null, minGroupSize: number | null, timeout: string | null): this {
    const group = groupTag === null && minGroupSize === null ? '' : `,g:${groupTag ?? ''}`;
    const size = minGroupSize === null ? '' : `/${minGroupSize}`;
    this.parameter('flowControl', [`tagged${group}${size}${timeout === null ? '' : `,t:${timeout}`}`]);
    return this;
  }

  minFlowControl(minGroupSize: number | null, timeout: string | null): this {
    const size = minGroupSize === null ? '' : `,g:/${minGroupSize}`;
    this.parameter('flowControl', [`min${size}${timeout === null ? '' : `,t:${timeout}`}`]);
    return this;
  }

  initialPosition(position: number, initialTermId: number, termLength: number): this {
    checkTermLength(termLength);
    if (!(position >= 0 && position % FRAME_ALIGNMENT === 0)) {
      throw invalidArgument(`initial position must be a multiple of ${FRAME_ALIGNMENT}: position=${position}`);
    }
    this.parameter('initialTermId', [initialTermId]);
    this.parameter('termId', [computeTermIdFromPosition(position, termLength, initialTermId)]);
    this.parameter('termOffset', [computeTermOffsetFromPosition(position, termLength)]);
    this.parameter('termLength', [termLength]);
    return this;
  }

  clear(): this {
    this.#prefix = '';
    this.#media = undefined;
    this.#isSessionIdTagged = false;
    this.#values.clear();
    return this;
  }

  validate(): this {
    const media = checkedMedia(this.#media);
    if (media === UDP_MEDIA && !this.#values.has('endpoint') && !this.#values.has('controlEndpoint')) {
      throw invalidArgument(`either endpoint or control must be given for UDP: uri=${this.build()}`);
    }
    checkPosition(Object.fromEntries(this.#values) as ChannelParams);
    return this;
  }

  build(): string {
    return write(this.#prefix, checkedMedia(this.#media), this.#values);
  }

  toString(): string {
    return this.build();
  }
}

for (const key of URI_PARAMETER_KEYS) {
  if (!(key in Builder.prototype)) {
    Object.defineProperty(Builder.prototype, key, {
      value(this: Builder, ...given: unknown[]) {
        return this.parameter(key, given);
      },
    });
  }
}

/**
 * Writes channel URIs step by step. Each parameter has one method: without argument it gets, with a value it sets, with null it
 * clears, with a ChannelUri it takes over what that has. Parameters come out in a fixed order, whatever order they were set in.
 *
 * @source aeron-client/ChannelUriStringBuilder
 */
export interface ChannelUriStringBuilder extends Omit<ParameterMethods<ChannelUriStringBuilder>, 'tags'> {
  /** `aeron-spy`, or empty. */
  prefix(): string;
  /** Sets the prefix; null clears it. @throws AeronError INVALID_ARGUMENT for anything but `aeron-spy` and nothing. */
  prefix(prefix: string | ChannelUri | null): this;
  /** `udp` or `ipc`. */
  media(): string | undefined;
  /** @throws AeronError INVALID_ARGUMENT for anything but `udp` and `ipc`. */
  media(media: string | ChannelUri): this;
  /** Tags of the channel, and of the publication or subscription: `<channel>[,<entity>]`, each an int64. */
  tags(): string | undefined;
  /** Sets both as they stand in the URI; null clears them. */
  tags(tags: string | ChannelUri | null | undefined): this;
  /** Sets them one by one. @throws AeronError INVALID_ARGUMENT for an entity tag without a channel tag. */
  tags(channelTag: bigint | number | null, entityTag: bigint | number | null): this;
  /** Takes the session of the publication with this tag. */
  taggedSessionId(tag: bigint | number | null): this;
  /** Whether the number set as session id is a tag. */
  isSessionIdTagged(): boolean;
  /** Says whether the number set as session id is a tag. */
  isSessionIdTagged(isTagged: boolean): this;
  /**
   * Sets `fc=tagged`: receivers with `groupTag` hold the sender back, and it waits for `minGroupSize` of them. Null
   * leaves a part to the driver.
   *
   * @param timeout such as `5s`, or null.
   */
  taggedFlowControl(groupTag: bigint | number | null, minGroupSize: number | null, timeout: string | null): this;
  /**
   * Sets `fc=min`: the slowest receiver holds the sender back, which waits for `minGroupSize` of them.
   *
   * @param timeout such as `5s`, or null.
   */
  minFlowControl(minGroupSize: number | null, timeout: string | null): this;
  /** Makes a publication start at `position`. */
  initialPosition(position: number, initialTermId: number, termLength: number): this;
  /** Forgets everything. */
  clear(): this;
  /** @throws AeronError INVALID_ARGUMENT when what was set does not go together. */
  validate(): this;
  /** @throws AeronError INVALID_ARGUMENT without media. */
  build(): string;
  toString(): string;
}

/** See the interface of the same name. */
export const ChannelUriStringBuilder = Builder as unknown as {
  /** Begins with a channel, or with nothing set. */
  new (initial?: string | ChannelUri): ChannelUriStringBuilder;
};

function accepted<K extends UriParameterKey>(key: K, given: UriParameterInput<K>): UriParameterValue<K> {
  const value = parameterKind(key).accept(given);
  if (value instanceof ParameterProblem) {
    throw invalidArgument(`${value.text}: ${URI_PARAMETERS[key].name}=${String(given)}`);
  }
  return value;
}

function write(prefix: string, media: string, values: ReadonlyMap<UriParameterKey, unknown>): string {
  const texts = URI_PARAMETER_KEYS.filter((key) => values.has(key)).map(
    (key) => `${URI_PARAMETERS[key].name}=${parameterKind(key).format(values.get(key) as never)}`,
  );
  const query = texts.length === 0 ? '' : `?${texts.join('|')}`;
  return `${prefix === '' ? '' : `${prefix}:`}aeron:${media}${query}`;
}

function checkPosition({ initialTermId, termId, termOffset, termLength }: ChannelParams): void {
  const given = `init-term-id=${initialTermId} term-id=${termId} term-offset=${termOffset}`;
  if (initialTermId === undefined && termId === undefined && termOffset === undefined) {
    return;
  }
  if (initialTermId === undefined || termId === undefined || termOffset === undefined) {
    throw invalidArgument(`init-term-id, term-id and term-offset go together or not at all: ${given}`);
  }
  if (((termId - initialTermId) | 0) < 0) {
    throw invalidArgument(`term-id is before init-term-id: ${given}`);
  }
  if (termLength !== undefined && termOffset > termLength) {
    throw invalidArgument(`term-offset is beyond term-length=${termLength}: ${given}`);
  }
}

function checkedMedia(media: string | undefined): string {
  if (media !== UDP_MEDIA && media !== IPC_MEDIA) {
    throw invalidArgument(`media must be udp or ipc: media=${media}`);
  }
  return media;
}

function checkedPrefix(prefix: string): string {
  if (prefix !== '' && prefix !== SPY_QUALIFIER) {
    throw invalidArgument(`prefix must be ${SPY_QUALIFIER} or nothing: prefix=${prefix}`);
  }
  return prefix;
}

function invalidArgument(message: string): AeronError {
  return new AeronError('INVALID_ARGUMENT', message);
}
