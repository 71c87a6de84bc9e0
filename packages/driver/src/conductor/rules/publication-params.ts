// SPDX-License-Identifier: Apache-2.0
/**
 * What the URI of a new publication asks for, with the driver's settings filled in and every bound checked. Pure: facts in,
 * parameters out, or the channel is refused. Random values and session ids are the caller's to choose.
 */
import { type StreamPosition, streamPosition } from './stream-position.ts';
import { type UntetheredDefaults, type UntetheredTimeouts, untetheredTimeouts } from './untethered-timeouts.ts';
import {
  booleanParameter,
  durationParameterNs,
  int32Parameter,
  parseInt64,
  refuse,
  sizeParameter,
  type UriParameters,
} from './uri-values.ts';
import { maxMessageLength, mtuLengthProblem, producerWindowLength, termLengthProblem } from './windows.ts';

/** An entity tag of -1 is no tag. */
export const NO_ENTITY_TAG = -1n;
/** No response channel. */
export const NO_RESPONSE_CORRELATION_ID = -1;
/** The value of `response-correlation-id=prototype`: an end point made ahead of the first request. */
export const PROTOTYPE_RESPONSE_CORRELATION_ID = -2;

const MAX_RESEND_LIMIT = 256;

/** @source aeron-driver/PublicationParams */
export interface PublicationParams {
  readonly termLength: number;
  readonly mtuLength: number;
  readonly publicationWindowLength: number;
  /** Undefined: the driver picks a free one. */
  readonly sessionId: number | undefined;
  readonly entityTag: bigint;
  /** Undefined: a random term, from its start. */
  readonly position: StreamPosition | undefined;
  readonly lingerTimeoutNs: number;
  readonly untethered: UntetheredTimeouts;
  readonly maxResend: number;
  readonly signalEos: boolean;
  readonly isSparse: boolean;
  readonly spiesSimulateConnection: boolean;
  readonly isResponse: boolean;
  readonly responseCorrelationId: number;
}

/** The settings that fill in what a URI leaves out; the first three differ between IPC and network. */
export interface PublicationDefaults extends UntetheredDefaults {
  readonly termLength: number;
  readonly mtuLength: number;
  /** 0: half a term. */
  readonly termWindowLength: number;
  readonly publicationLingerTimeoutNs: number;
  readonly maxResend: number;
  readonly termBufferSparseFile: boolean;
  readonly spiesSimulateConnection: boolean;
}

/** What a `session-id=tag:N` or a new tag is compared with. */
export interface TaggedPublication {
  readonly sessionId: number;
  readonly mtuLength: number;
  readonly termLength: number;
  readonly channel: string;
}

/** What the driver knows already. */
export interface PublicationFacts {
  readonly streamId: number;
  /** The publication of any medium that carries this entity tag. */
  findByTag(entityTag: bigint): TaggedPublication | undefined;
  /** The same, but only of the medium of this URI. */
  findByTagInMedium(entityTag: bigint): TaggedPublication | undefined;
}

/** A URI that may carry tags. */
export interface PublicationUri extends UriParameters {
  /** The second of `tags`. */
  readonly entityTag: string | undefined;
}

/** @throws ControlProtocolError INVALID_CHANNEL naming the parameter at fault. */
export function publicationParams(
  uri: PublicationUri,
  defaults: PublicationDefaults,
  facts: PublicationFacts,
): PublicationParams {
  checkStreamId(uri, facts.streamId);
  const entityTag = parseEntityTag(uri, facts);
  const tagged = taggedSession(uri, facts);
  const termLength = parseTermLength(uri, tagged?.termLength, defaults.termLength);
  const mtuLength = parseMtuLength(uri, tagged?.mtuLength, defaults.mtuLength, termLength);
  return {
    termLength,
    mtuLength,
    publicationWindowLength: parseWindowLength(uri, defaults.termWindowLength, termLength, mtuLength),
    sessionId: tagged === undefined ? int32Parameter(uri, 'session-id') : tagged.sessionId,
    entityTag,
    position: streamPosition(uri, termLength),
    lingerTimeoutNs: durationParameterNs(uri, 'linger', defaults.publicationLingerTimeoutNs),
    untethered: untetheredTimeouts(uri, defaults),
    maxResend: parseMaxResend(uri, defaults.maxResend),
    signalEos: booleanParameter(uri, 'eos', true),
    isSparse: booleanParameter(uri, 'sparse', defaults.termBufferSparseFile),
    spiesSimulateConnection: booleanParameter(uri, 'ssc', defaults.spiesSimulateConnection),
    isResponse: uri.get('control-mode') === 'response',
    responseCorrelationId: parseResponseCorrelationId(uri),
  };
}

function checkStreamId(uri: UriParameters, streamId: number): void {
  const stated = int32Parameter(uri, 'stream-id');
  if (stated !== undefined && stated !== streamId) {
    refuse(uri, `stream-id=${stated} does not match provided streamId=${streamId}:`);
  }
}

function parseEntityTag(uri: PublicationUri, facts: PublicationFacts): bigint {
  const text = uri.entityTag;
  if (text === undefined) {
    return NO_ENTITY_TAG;
  }
  const tag = parseInt64(text) ?? refuse(uri, `invalid entity tag ${text}, must be a number:`);
  if (tag === NO_ENTITY_TAG) {
    refuse(uri, `${NO_ENTITY_TAG} tag is reserved:`);
  }
  const existing = facts.findByTag(tag);
  return existing === undefined
    ? tag
    : refuse(uri, `${tag} entityTag already in use: existingChannel=${existing.channel}`);
}

const TAG_PREFIX = 'tag:';

function taggedSession(uri: UriParameters, facts: PublicationFacts): TaggedPublication | undefined {
  const text = uri.get('session-id');
  if (text === undefined || !text.startsWith(TAG_PREFIX)) {
    return undefined;
  }
  const tag = parseInt64(text.slice(TAG_PREFIX.length)) ?? refuse(uri, `session-id=${text} has an invalid tag:`);
  const existing = tag === NO_ENTITY_TAG ? undefined : facts.findByTagInMedium(tag);
  return existing ?? refuse(uri, `session-id=${text} must reference a publication of the same medium:`);
}

function parseTermLength(uri: UriParameters, taggedLength: number | undefined, defaultLength: number): number {
  const termLength = sizeParameter(uri, 'term-length');
  if (termLength === undefined) {
    return taggedLength ?? defaultLength;
  }
  const problem = termLengthProblem(termLength);
  if (problem !== undefined) {
    refuse(uri, problem);
  }
  if (taggedLength !== undefined && termLength !== taggedLength) {
    refuse(uri, `term-length=${termLength} does not match session-id tag value of ${taggedLength}:`);
  }
  return termLength;
}

function parseMtuLength(
  uri: UriParameters,
  taggedLength: number | undefined,
  defaultLength: number,
  termLength: number,
): number {
  const stated = sizeParameter(uri, 'mtu');
  if (stated !== undefined) {
    const problem = mtuLengthProblem(stated);
    if (problem !== undefined) {
      refuse(uri, problem);
    }
    if (taggedLength !== undefined && stated !== taggedLength) {
      refuse(uri, `mtu=${stated} does not match session-id tag value of ${taggedLength}:`);
    }
  }
  const mtuLength = stated ?? taggedLength ?? defaultLength;
  const limit = maxMessageLength(termLength);
  if (mtuLength > limit) {
    refuse(
      uri,
      `MTU greater than max message length for term length: mtu=${mtuLength} maxMessageLength=${limit} termLength=${termLength}`,
    );
  }
  return mtuLength;
}

function parseWindowLength(
  uri: UriParameters,
  configuredLength: number,
  termLength: number,
  mtuLength: number,
): number {
  const length = sizeParameter(uri, 'pub-wnd');
  if (length === undefined) {
    return producerWindowLength(termLength, configuredLength);
  }
  if (length < mtuLength) {
    refuse(uri, `pub-wnd=${length} cannot be less than the mtu=${mtuLength}:`);
  }
  if (length > termLength / 2) {
    refuse(uri, `pub-wnd=${length} must not exceed half the term-length=${termLength}:`);
  }
  return length;
}

function parseMaxResend(uri: UriParameters, defaultValue: number): number {
  const maxResend = int32Parameter(uri, 'max-resend');
  if (maxResend !== undefined && (maxResend <= 0 || maxResend > MAX_RESEND_LIMIT)) {
    refuse(uri, `invalid max-resend=${maxResend}, must be > 0 and <= ${MAX_RESEND_LIMIT}:`);
  }
  return maxResend ?? defaultValue;
}

function parseResponseCorrelationId(uri: UriParameters): number {
  const text = uri.get('response-correlation-id');
  if (text === undefined) {
    return NO_RESPONSE_CORRELATION_ID;
  }
  if (text === 'prototype') {
    return PROTOTYPE_RESPONSE_CORRELATION_ID;
  }
  const id = parseInt64(text);
  if (id === undefined || id < NO_RESPONSE_CORRELATION_ID || id > Number.MAX_SAFE_INTEGER) {
    return refuse(uri, `invalid response-correlation-id=${text}, must be a number >= -1 or 'prototype':`);
  }
  return Number(id);
}
