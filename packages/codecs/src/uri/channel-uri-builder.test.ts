// SPDX-License-Identifier: Apache-2.0
import { isAeronError } from '@aeron/core/internal';
import fc from 'fast-check';
import { ChannelUri } from './channel-uri.ts';
import { type ChannelUriOptions, ChannelUriStringBuilder, channelUri } from './channel-uri-builder.ts';
import { URI_PARAMETER_KEYS, URI_PARAMETERS, type UriParameterKey } from './uri-parameters.ts';
import { parseParams, uriParameter } from './uri-values.ts';

/** A value of each parameter as a program has it, and as it is written. */
const EXAMPLES: { [K in UriParameterKey]: readonly [value: unknown, text: string] } = {
  tags: ['1,2', '1,2'],
  endpoint: ['localhost:9999', 'localhost:9999'],
  networkInterface: ['{eth0}:50', '{eth0}:50'],
  controlEndpoint: ['[::1]:40', '[::1]:40'],
  controlMode: ['dynamic', 'dynamic'],
  mtu: [8192, '8k'],
  termLength: [1048576, '1m'],
  initialTermId: [-5, '-5'],
  termId: [-4, '-4'],
  termOffset: [96, '96'],
  sessionId: ['tag:-77', 'tag:-77'],
  ttl: [255, '255'],
  reliable: [false, 'false'],
  linger: [5_000_000_000, '5s'],
  alias: ['name', 'name'],
  congestionControl: ['cubic', 'cubic'],
  flowControl: ['min,g:/2,t:5s', 'min,g:/2,t:5s'],
  groupTag: [-(2n ** 63n), '-9223372036854775808'],
  sparse: [true, 'true'],
  eos: [false, 'false'],
  tether: [false, 'false'],
  group: ['infer', 'infer'],
  rejoin: [true, 'true'],
  spiesSimulateConnection: [true, 'true'],
  socketSndbufLength: [1000, '1000'],
  socketRcvbufLength: [0, '0'],
  receiverWindowLength: [131072, '128k'],
  mediaReceiveTimestampOffset: ['reserved', 'reserved'],
  channelReceiveTimestampOffset: [8, '8'],
  channelSendTimestampOffset: [-8, '-8'],
  responseEndpoint: ['host:1', 'host:1'],
  responseCorrelationId: ['prototype', 'prototype'],
  nakDelay: [100, '100ns'],
  untetheredWindowLimitTimeout: [1_500_000_000, '1500ms'],
  untetheredLingerTimeout: [0, '0ns'],
  untetheredRestingTimeout: [1000, '1us'],
  maxResend: [16, '16'],
  streamId: [-1001, '-1001'],
  publicationWindowLength: [65536, '64k'],
  transportSecurity: [false, 'false'],
};

const ALL = Object.fromEntries(URI_PARAMETER_KEYS.map((key) => [key, EXAMPLES[key][0]])) as Partial<ChannelUriOptions>;

describe('channelUri', () => {
  it('writes every parameter, in the order of the table', () => {
    const expected = URI_PARAMETER_KEYS.map((key) => `${URI_PARAMETERS[key].name}=${EXAMPLES[key][1]}`).join('|');
    expect(channelUri({ ...ALL, media: 'udp', prefix: 'aeron-spy' })).toBe(`aeron-spy:aeron:udp?${expected}`);
  });

  it('gives back as values what it wrote', () => {
    expect(parseParams(ChannelUri.parse(channelUri({ ...ALL, media: 'udp' })))).toEqual(ALL);
  });

  it('takes sizes and durations as texts, and numbers for 64-bit values', () => {
    expect(channelUri({ media: 'udp', termLength: '64K', linger: '1500us', groupTag: 9, sessionId: 'tag:9' })).toBe(
      'aeron:udp?term-length=64k|session-id=tag:9|linger=1500us|gtag=9',
    );
    expect(channelUri({ media: 'ipc', alias: undefined })).toBe('aeron:ipc');
  });

  it.each<[Partial<Record<string, unknown>>, string]>([
    [{ mtu: 0 }, 'less than 32: mtu=0'],
    [{ mtu: 65536 }, 'more than 65504: mtu=65536'],
    [{ mtu: 33 }, 'not a multiple of 32: mtu=33'],
    [{ termLength: 32768 }, 'less than 65536: term-length=32768'],
    [{ termLength: '2g' }, 'more than 1073741824: term-length=2g'],
    [{ termLength: 98304 }, 'not a power of two: term-length=98304'],
    [{ termLength: '64x' }, 'not a size such as 64k: term-length=64x'],
    [{ termOffset: 33, termId: 0, initialTermId: 0 }, 'not a multiple of 32: term-offset=33'],
    [{ termOffset: -32, termId: 0, initialTermId: 0 }, 'less than 0: term-offset=-32'],
    [{ initialTermId: 2 ** 31, termId: 0, termOffset: 0 }, 'not a 32-bit number: init-term-id=2147483648'],
    [{ ttl: 256 }, 'more than 255: ttl=256'],
    [{ ttl: 1.5 }, 'not a 32-bit number: ttl=1.5'],
    [{ controlMode: 'auto' }, 'not one of manual, dynamic, response: control-mode=auto'],
    [{ linger: -1 }, 'not a whole number of ns: linger=-1'],
    [{ linger: '5x' }, 'not a duration such as 5s: linger=5x'],
    [{ groupTag: 2n ** 63n }, 'not a 64-bit number: gtag=9223372036854775808'],
    [{ groupTag: 1.5 }, 'give a bigint: gtag=1.5'],
    [{ alias: 'a|b' }, "not a text without '|': alias=a|b"],
    [{ reliable: 'yes' }, 'not a boolean: reliable=yes'],
    [{ maxResend: 257 }, 'more than 256: max-resend=257'],
    [{ responseCorrelationId: -2 }, "not a number of at least -1 or 'prototype': response-correlation-id=-2"],
    [{ sessionId: 'tag:x' }, 'not a 64-bit number: session-id=tag:x'],
    [{ socketRcvbufLength: 2 ** 31 }, 'more than 2147483647: so-rcvbuf=2147483648'],
    [{ channelSendTimestampOffset: 'here' }, 'not a 32-bit number: channel-snd-ts-offset=here'],
    [{ colour: 'red' }, 'unknown channel parameter: colour=red'],
    [{ media: 'tcp' }, 'media must be udp or ipc: media=tcp'],
    [{ prefix: 'spy' }, 'prefix must be aeron-spy or nothing: prefix=spy'],
    [{ termId: 4 }, 'go together or not at all: init-term-id=undefined term-id=4 term-offset=undefined'],
    [{ initialTermId: 5, termId: 4, termOffset: 0 }, 'term-id is before init-term-id'],
    [{ initialTermId: 5, termId: 5, termOffset: 131072, termLength: 65536 }, 'beyond term-length=65536'],
  ])('refuses %p', (options, problem) => {
    const write = () => channelUri({ media: 'udp', ...options } as ChannelUriOptions);
    expect(write).toThrow(problem);
    expect(write).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe('values of a channel URI', () => {
  it('are refused by name, value and URI', () => {
    const uri = ChannelUri.parse('aeron:udp?endpoint=a:1|mtu=1500');
    expect(() => parseParams(uri)).toThrow('not a multiple of 32, mtu=1500: uri=aeron:udp?endpoint=a:1|mtu=1500');
    expect(uriParameter(uri, 'endpoint')).toBe('a:1');
    expect(uriParameter(uri, 'termLength')).toBeUndefined();
  });

  it('read booleans as the reference does', () => {
    const read = (text: string) => parseParams(ChannelUri.parse(`aeron:udp?sparse=${text}|group=${text}`));
    expect(read('TRUE')).toEqual({ sparse: true, group: true });
    expect(read('yes')).toEqual({ sparse: false, group: false });
    expect(read('infer')).toEqual({ sparse: false, group: 'infer' });
  });

  it('never fail with anything but INVALID_URI', () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('-1', '0', '1e9', '9'.repeat(30), 'tag:', 'infer', '64k', '5s', '-0', '+5'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...URI_PARAMETER_KEYS), value, (key, text) => {
        try {
          const uri = ChannelUri.parse(`aeron:udp?${URI_PARAMETERS[key].name}=${text}`);
          const builder = new ChannelUriStringBuilder(uri);
          expect(new ChannelUriStringBuilder(builder.build()).build()).toBe(builder.build());
        } catch (error) {
          if (!isAeronError(error, 'INVALID_URI')) {
            throw error;
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('have a documented row each, under distinct names', () => {
    const rows = Object.values(URI_PARAMETERS);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    for (const { doc, sides } of rows) {
      expect(doc).toMatch(/\.$/);
      expect(sides).toMatch(/^[PSDC]+$/);
    }
  });
});

describe('ChannelUriStringBuilder', () => {
  it('has a method for every parameter that sets, gets, copies and clears', () => {
    const full = ChannelUri.parse(channelUri({ ...ALL, media: 'udp' }));
    for (const key of URI_PARAMETER_KEYS) {
      const builder = new ChannelUriStringBuilder().media('udp');
      const method = (...given: unknown[]) => (builder[key] as (...args: unknown[]) => unknown)(...given);
      const text = `aeron:udp?${URI_PARAMETERS[key].name}=${EXAMPLES[key][1]}`;
      expect(method()).toBeUndefined();
      expect(method(EXAMPLES[key][0])).toBe(builder);
      expect(method()).toEqual(EXAMPLES[key][0]);
      expect(builder.build()).toBe(text);
      expect(method(null)).toBe(builder);
      expect(builder.build()).toBe('aeron:udp');
      expect(method(full)).toBe(builder);
      expect(String(builder)).toBe(text);
    }
  });

  it('starts from a URI, and forgets all of it', () => {
    const uri = channelUri({ ...ALL, media: 'udp', prefix: 'aeron-spy' });
    const builder = new ChannelUriStringBuilder(uri);
    expect(builder.build()).toBe(uri);
    expect([builder.media(), builder.prefix(), builder.isSessionIdTagged()]).toEqual(['udp', 'aeron-spy', true]);
    expect(builder.clear().media('ipc').build()).toBe('aeron:ipc');
    expect(() => new ChannelUriStringBuilder('aeron:udp?mtu=1')).toThrow(
      expect.objectContaining({ code: 'INVALID_URI' }),
    );
  });

  it('writes tags, tagged sessions and flow control', () => {
    const builder = () => new ChannelUriStringBuilder().media('udp');
    expect(builder().tags(1n, 2).build()).toBe('aeron:udp?tags=1,2');
    expect(builder().tags(1, null).build()).toBe('aeron:udp?tags=1');
    expect(() => builder().tags(null, 5)).toThrow('entityTag=5');
    expect(
      builder()
        .taggedSessionId(2n ** 40n)
        .build(),
    ).toBe('aeron:udp?session-id=tag:1099511627776');
    expect(builder().sessionId(5).isSessionIdTagged(true).build()).toBe('aeron:udp?session-id=tag:5');
    expect(builder().isSessionIdTagged(true).sessionId(5).build()).toBe('aeron:udp?session-id=tag:5');
    expect(builder().taggedSessionId(5).sessionId('6').build()).toBe('aeron:udp?session-id=6');
    expect(builder().taggedFlowControl(100, 2, '2s').build()).toBe('aeron:udp?fc=tagged,g:100/2,t:2s');
    expect(builder().taggedFlowControl(null, 2, null).build()).toBe('aeron:udp?fc=tagged,g:/2');
    expect(builder().taggedFlowControl(null, null, null).build()).toBe('aeron:udp?fc=tagged');
    expect(builder().minFlowControl(3, '5s').build()).toBe('aeron:udp?fc=min,g:/3,t:5s');
    expect(builder().minFlowControl(null, null).build()).toBe('aeron:udp?fc=min');
  });

  it('makes a publication start at a position', () => {
    expect(
      new ChannelUriStringBuilder()
        .media('ipc')
        .initialPosition(131072 + 64, 7, 65536)
        .build(),
    ).toBe('aeron:ipc?term-length=64k|init-term-id=7|term-id=9|term-offset=64');
    expect(() => new ChannelUriStringBuilder().initialPosition(31, 7, 65536)).toThrow('position=31');
    expect(() => new ChannelUriStringBuilder().initialPosition(32, 7, 65537)).toThrow('termLength=65537');
  });

  it('checks what goes together when asked to', () => {
    const builder = () => new ChannelUriStringBuilder().media('udp');
    expect(() => new ChannelUriStringBuilder().validate()).toThrow('media=undefined');
    expect(() => builder().validate()).toThrow('either endpoint or control');
    expect(() => builder().endpoint('a:1').termId(4).validate()).toThrow('go together');
    expect(builder().controlEndpoint('a:1').validate().build()).toBe('aeron:udp?control=a:1');
    expect(() => new ChannelUriStringBuilder().build()).toThrow('media=undefined');
  });
});
