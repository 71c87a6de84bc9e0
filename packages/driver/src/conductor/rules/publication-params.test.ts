// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { ControlProtocolError } from '../control-protocol-error.ts';
import {
  NO_ENTITY_TAG,
  NO_RESPONSE_CORRELATION_ID,
  PROTOTYPE_RESPONSE_CORRELATION_ID,
  type PublicationDefaults,
  type PublicationFacts,
  publicationParams,
} from './publication-params.ts';

const KIB = 1024;
const DEFAULTS: PublicationDefaults = {
  termLength: 64 * KIB,
  mtuLength: 1408,
  termWindowLength: 0,
  publicationLingerTimeoutNs: 5e9,
  maxResend: 16,
  termBufferSparseFile: true,
  spiesSimulateConnection: false,
  untetheredWindowLimitTimeoutNs: 5e9,
  untetheredLingerTimeoutNs: undefined,
  untetheredRestingTimeoutNs: 10e9,
};
const TAGGED = { sessionId: 77, mtuLength: 4096, termLength: 128 * KIB, channel: 'aeron:ipc?tags=1,9' };
const FACTS: PublicationFacts = {
  streamId: 10,
  findByTag: (tag) => (tag === 9n ? TAGGED : undefined),
  findByTagInMedium: (tag) => (tag === 9n ? TAGGED : undefined),
};

function uri(parameters: Record<string, string>) {
  return {
    entityTag: parameters['tags']?.split(',')[1],
    get: (name: string) => parameters[name],
    toString: () => `aeron:ipc?${JSON.stringify(parameters)}`,
  };
}

const parse = (parameters: Record<string, string>, defaults = DEFAULTS) =>
  publicationParams(uri(parameters), defaults, FACTS);

describe('publicationParams', () => {
  it('fills in the settings where the URI says nothing', () => {
    expect(parse({})).toEqual({
      termLength: 64 * KIB,
      mtuLength: 1408,
      publicationWindowLength: 32 * KIB,
      sessionId: undefined,
      entityTag: NO_ENTITY_TAG,
      position: undefined,
      lingerTimeoutNs: 5e9,
      untethered: { windowLimitNs: 5e9, lingerNs: 5e9, restingNs: 10e9 },
      maxResend: 16,
      signalEos: true,
      isSparse: true,
      spiesSimulateConnection: false,
      isResponse: false,
      responseCorrelationId: NO_RESPONSE_CORRELATION_ID,
    });
  });

  it('takes every parameter from the URI', () => {
    expect(
      parse({
        'stream-id': '10',
        'session-id': '-7',
        tags: '1,42',
        'term-length': '128k',
        mtu: '8k',
        'pub-wnd': '16k',
        linger: '2s',
        eos: 'false',
        sparse: 'false',
        ssc: 'true',
        'untethered-window-limit-timeout': '1s',
        'untethered-linger-timeout': '2s',
        'untethered-resting-timeout': '3s',
        'max-resend': '256',
        'init-term-id': '-5',
        'term-id': '-3',
        'term-offset': '96',
        'control-mode': 'response',
        'response-correlation-id': '12',
      }),
    ).toEqual({
      termLength: 128 * KIB,
      mtuLength: 8 * KIB,
      publicationWindowLength: 16 * KIB,
      sessionId: -7,
      entityTag: 42n,
      position: { initialTermId: -5, termId: -3, termOffset: 96 },
      lingerTimeoutNs: 2e9,
      untethered: { windowLimitNs: 1e9, lingerNs: 2e9, restingNs: 3e9 },
      maxResend: 256,
      signalEos: false,
      isSparse: false,
      spiesSimulateConnection: true,
      isResponse: true,
      responseCorrelationId: 12,
    });
  });

  it('lets the linger of untethered subscribers follow the window limit of the URI', () => {
    expect(parse({ 'untethered-window-limit-timeout': '7s' }).untethered.lingerNs).toBe(7e9);
  });

  it('copies session, MTU and term length of the publication that session-id=tag:N names', () => {
    const { sessionId, mtuLength, termLength } = parse({ 'session-id': 'tag:9' });
    expect({ sessionId, mtuLength, termLength }).toEqual({ sessionId: 77, mtuLength: 4096, termLength: 128 * KIB });
  });

  it('accepts the first and the last position of a term, and term ids that wrap', () => {
    const last = { 'init-term-id': '2147483647', 'term-id': '-2147483648', 'term-offset': '65536' };
    expect(parse(last).position).toEqual({ initialTermId: 2147483647, termId: -2147483648, termOffset: 65536 });
  });

  it('limits the window to half a term', () => {
    expect(parse({}, { ...DEFAULTS, termWindowLength: 16 * KIB }).publicationWindowLength).toBe(16 * KIB);
    expect(parse({}, { ...DEFAULTS, termWindowLength: 60 * KIB }).publicationWindowLength).toBe(32 * KIB);
  });

  it('knows the prototype of a response', () => {
    expect(parse({ 'response-correlation-id': 'prototype' }).responseCorrelationId).toBe(
      PROTOTYPE_RESPONSE_CORRELATION_ID,
    );
  });

  const position = { 'init-term-id': '1', 'term-id': '1', 'term-offset': '0' };
  it.each<[string, Record<string, string>, string]>([
    ['a stream id that differs', { 'stream-id': '11' }, 'stream-id=11 does not match provided streamId=10'],
    ['a stream id that is no number', { 'stream-id': 'x' }, 'invalid stream-id=x'],
    ['an entity tag that is no number', { tags: '1,abc' }, 'invalid entity tag abc'],
    ['an entity tag beyond 64 bits', { tags: '1,9223372036854775808' }, 'invalid entity tag 9223372036854775808'],
    ['the reserved entity tag', { tags: '1,-1' }, '-1 tag is reserved'],
    ['an entity tag in use', { tags: '1,9' }, '9 entityTag already in use: existingChannel=aeron:ipc?tags=1,9'],
    ['a session id that is no number', { 'session-id': '1.5' }, 'invalid session-id=1.5'],
    ['a session id beyond 32 bits', { 'session-id': '2147483648' }, 'invalid session-id=2147483648'],
    ['a session tag that is no number', { 'session-id': 'tag:x' }, 'session-id=tag:x has an invalid tag'],
    ['a session tag that nobody has', { 'session-id': 'tag:8' }, 'session-id=tag:8 must reference'],
    ['a session tag that stands for none', { 'session-id': 'tag:-1' }, 'session-id=tag:-1 must reference'],
    ['a term length below the least', { 'term-length': '32k' }, 'term-length=32768 must be between'],
    ['a term length above the most', { 'term-length': '2g' }, 'term-length=2147483648 must be between'],
    ['a term length that is no power of two', { 'term-length': '65537' }, 'term-length=65537 is not a power of 2'],
    ['a term length that is no size', { 'term-length': '64kb' }, 'invalid term-length=64kb'],
    [
      'a term length other than the tagged',
      { 'session-id': 'tag:9', 'term-length': '64k' },
      'does not match session-id',
    ],
    ['an MTU of a header alone', { mtu: '32' }, 'mtu=32 must be over 32'],
    ['an MTU above the most', { mtu: '65536' }, 'mtu=65536 must be over 32 and at most 65504'],
    ['an MTU that is not aligned', { mtu: '1000' }, 'mtu=1000 must be a multiple of FRAME_ALIGNMENT'],
    ['an MTU other than the tagged', { 'session-id': 'tag:9', mtu: '1408' }, 'mtu=1408 does not match session-id'],
    ['an MTU over the longest message', { mtu: '9k' }, 'MTU greater than max message length for term length: mtu=9216'],
    ['a window below the MTU', { 'pub-wnd': '1k' }, 'pub-wnd=1024 cannot be less than the mtu=1408'],
    ['a window over half a term', { 'pub-wnd': '33k' }, 'pub-wnd=33792 must not exceed half the term-length=65536'],
    ['a linger that is no duration', { linger: '5 s' }, 'invalid linger=5 s'],
    ['no resends', { 'max-resend': '0' }, 'invalid max-resend=0'],
    ['too many resends', { 'max-resend': '257' }, 'invalid max-resend=257'],
    ['a position in part', { 'term-id': '1', 'term-offset': '0' }, 'complete set: init-term-id term-id term-offset'],
    ['an offset beyond the term', { ...position, 'term-offset': '65568' }, 'term-offset=65568 > term-length=65536'],
    ['a negative offset', { ...position, 'term-offset': '-32' }, 'term-offset=-32 out of range'],
    ['an offset that is not aligned', { ...position, 'term-offset': '33' }, 'term-offset=33 must be a multiple of'],
    ['a term before the first', { ...position, 'term-id': '0' }, 'difference greater than 2^31 - 1'],
    ['a negative response id', { 'response-correlation-id': '-2' }, 'invalid response-correlation-id=-2'],
    ['a response id that is no number', { 'response-correlation-id': 'p' }, 'invalid response-correlation-id=p'],
  ])('refuses %s', (_name, parameters, message) => {
    const attempt = () => parse(parameters);
    expect(attempt).toThrow(ControlProtocolError);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow('channel=aeron:ipc');
  });

  it('gives in-bounds parameters or refuses with INVALID_CHANNEL, whatever the texts', () => {
    const names = ['session-id', 'term-length', 'mtu', 'pub-wnd', 'linger', 'init-term-id', 'term-id', 'term-offset'];
    const text = fc.oneof(
      fc.integer().map(String),
      fc.constantFrom('64k', '1g', '128k', '4k', 'tag:9', '', '-1', '0', '32', '5s', '99999999999999999999'),
      fc.string({ maxLength: 6 }),
    );
    const parameters = fc.dictionary(fc.constantFrom(...names), text);
    fc.assert(
      fc.property(parameters, (given) => {
        let params: ReturnType<typeof parse>;
        try {
          params = parse(given);
        } catch (error) {
          expect((error as ControlProtocolError).errorCode).toBe(1);
          return;
        }
        expect(Math.log2(params.termLength) % 1).toBe(0);
        expect(params.mtuLength).toBeLessThanOrEqual(params.termLength / 8);
        expect(params.publicationWindowLength).toBeLessThanOrEqual(params.termLength / 2);
        expect(params.publicationWindowLength).toBeGreaterThanOrEqual(params.mtuLength);
        expect(params.position?.termOffset ?? 0).toBeLessThanOrEqual(params.termLength);
      }),
      { seed: 20, numRuns: 3000 },
    );
  });
});
