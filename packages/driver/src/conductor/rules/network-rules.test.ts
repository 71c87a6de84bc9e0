// SPDX-License-Identifier: Apache-2.0
import { ChannelUri, ErrorCode } from '@aeron/codecs/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import fc from 'fast-check';
import type { UdpChannel } from '../../media/udp-channel.ts';
import { UdpChannelResolution } from '../../media/udp-channel-resolution.ts';
import { DefaultNameResolver } from '../../naming/default-name-resolver.ts';
import { type ErrorAnswer, errorAnswer } from '../error-answer.ts';
import { isTagMatch } from './channel-tags.ts';
import { checkAllowsManualControl, checkDestinationUri, sendDestinationEndpoint } from './destination-rules.ts';
import {
  checkPublicationChannel,
  checkResponseSubscription,
  checkSendTimestampOffset,
  checkSpiesSimulateConnection,
  flowControlParameter,
  newPublicationParams,
  responseImage,
} from './network-publication-rules.ts';
import {
  checkReceiveTimestampOffset,
  checkSubscriptionChannel,
  checkSubscriptionOptions,
  congestionControlName,
} from './network-subscription-rules.ts';
import type { PublicationParams } from './publication-params.ts';
import { checkMtuFitsSendBuffer, checkSameSocketBuffers, checkWindowFitsReceiveBuffer } from './socket-buffers.ts';

const { INVALID_CHANNEL, GENERIC_ERROR } = ErrorCode;
const platform = new SimulatedWorld(3).platform('host', {});
const resolver = new DefaultNameResolver(platform);
let uniqueNumber = 0;

function channelOf(parameters: string): UdpChannel {
  const context = {
    resolver,
    hostResolver: resolver,
    interfaces: () => platform.datagrams.interfaces(),
    multicastTtl: 0,
    nextUniqueNumber: () => uniqueNumber++,
  };
  const channel = new UdpChannelResolution(`aeron:udp?${parameters}`, false, context).step();
  if (channel === 'pending') {
    throw new Error('numeric addresses resolve at once');
  }
  return channel;
}

const uriOf = (parameters: string): ChannelUri => ChannelUri.parse(`aeron:udp?${parameters}`);

/** What a client would be told, or undefined. */
function answerTo(work: () => unknown): ErrorAnswer | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return errorAnswer(error);
  }
}

describe('a UDP channel for a publication', () => {
  it.each<[string, number | undefined, string]>([
    ['endpoint=127.0.0.1:5', undefined, ''],
    ['endpoint=127.0.0.1:5|control=127.0.0.1:0', undefined, ''],
    ['endpoint=127.0.0.1:0|control=127.0.0.1:7|control-mode=manual', undefined, ''],
    ['endpoint=127.0.0.1:0|control=127.0.0.1:7|control-mode=dynamic', undefined, ''],
    ['control=127.0.0.1:7|control-mode=response', undefined, ''],
    ['control-mode=manual', undefined, ''],
    ['endpoint=127.0.0.1:0', GENERIC_ERROR, 'endpoint has port=0 for publication'],
    ['endpoint=127.0.0.1:0|control=127.0.0.1:7|control-mode=response', GENERIC_ERROR, 'endpoint has port=0'],
    ['control=127.0.0.1:7', GENERIC_ERROR, "requires that either 'endpoint' or 'control-mode' is specified"],
    ['control=127.0.0.1:7|control-mode=unheard-of', GENERIC_ERROR, "either 'endpoint' or 'control-mode'"],
  ])('with %s is answered by %s', (parameters, code, text) => {
    const answer = answerTo(() => checkPublicationChannel(channelOf(parameters)));
    expect(answer?.errorCode).toBe(code);
    expect(answer?.message ?? '').toContain(text);
  });

  it.each<[string, string | undefined, string]>([
    ['endpoint=127.0.0.1:5', undefined, ''],
    ['endpoint=127.0.0.1:5|fc=max', undefined, 'unsupported unicast flow control strategy: fc=max'],
    ['endpoint=224.0.1.1:5|interface=127.0.0.1', undefined, ''],
    ['endpoint=224.0.1.1:5|interface=127.0.0.1|fc=min,g:/3,t:2s', 'min,g:/3,t:2s', ''],
    ['control=127.0.0.1:7|control-mode=dynamic|fc=tagged,g:-5/1', 'tagged,g:-5/1', ''],
    ['control=127.0.0.1:7|control-mode=manual|fc=max', 'max', ''],
    ['control=127.0.0.1:7|control-mode=response|fc=max', undefined, 'unsupported unicast flow control'],
    ['control=127.0.0.1:7|control-mode=dynamic|fc=fastest', undefined, 'unsupported strategy: fastest'],
    ['control=127.0.0.1:7|control-mode=dynamic|fc=min,t:soon', undefined, 'receiver timeout: soon'],
  ])('with %s has flow control %s', (parameters, expected, problem) => {
    let found: string | undefined;
    const answer = answerTo(() => {
      found = flowControlParameter(uriOf(parameters), channelOf(parameters));
    });
    expect(answer?.errorCode).toBe(problem === '' ? undefined : GENERIC_ERROR);
    expect(answer?.message ?? '').toContain(problem);
    expect(found).toBe(expected);
  });

  it('must agree on send timestamps with the end point that it joins', () => {
    const plain = channelOf('endpoint=127.0.0.1:5');
    const reserved = channelOf('endpoint=127.0.0.1:5|channel-snd-ts-offset=reserved');
    const eight = channelOf('endpoint=127.0.0.1:5|channel-snd-ts-offset=8');
    const same = channelOf('endpoint=127.0.0.1:5|channel-snd-ts-offset=-8|alias=x');
    expect(answerTo(() => checkSendTimestampOffset(reserved, same))).toBeUndefined();
    expect(answerTo(() => checkSendTimestampOffset(eight, plain))).toEqual({
      errorCode: INVALID_CHANNEL,
      message: expect.stringContaining(`channel-snd-ts-offset=8 existingChannel=${plain.uri} channel=${eight.uri}`),
    });
    expect(answerTo(() => checkSendTimestampOffset(plain, reserved))?.message).toContain('channel-snd-ts-offset=-1');
  });

  it('must agree on spies with the publication that it joins, said or not', () => {
    const existing = { spiesSimulateConnection: true, channel: 'aeron:udp?old' };
    const check = (spiesSimulateConnection: boolean) =>
      answerTo(() => checkSpiesSimulateConnection('aeron:udp?new', { spiesSimulateConnection }, existing));
    expect(check(true)).toBeUndefined();
    expect(check(false)).toEqual({
      errorCode: GENERIC_ERROR,
      message: expect.stringContaining(
        'existing=true requested=false existingChannel=aeron:udp?old channel=aeron:udp?new',
      ),
    });
  });
});

describe('a response channel', () => {
  const image = { isResponseRequested: true };
  const silent = { isResponseRequested: false };
  const find = (id: number) => ({ 7: image, 8: silent })[id];

  it('needs the subscription that a request publication names', () => {
    const check = (isResponse: boolean, responseCorrelationId: number) =>
      answerTo(() => checkResponseSubscription({ isResponse, responseCorrelationId }, (id) => id === 7))?.message;
    expect(check(false, -1)).toBeUndefined();
    expect(check(false, 7)).toBeUndefined();
    expect(check(true, 9)).toBeUndefined();
    expect(check(false, 9)).toContain('unable to find response subscription for response-correlation-id=9');
  });

  it.each<[boolean, number, unknown]>([
    [false, -1, undefined],
    [false, 7, undefined],
    [true, -2, undefined],
    [true, 7, image],
    [true, -1, 'no response-correlation-id set'],
    [true, 8, 'image.correlationId=8 did not request a response channel'],
    [true, 9, 'image.correlationId=9 not found'],
  ])('response=%s id=%s is answered through the image', (isResponse, responseCorrelationId, expected) => {
    let found: unknown;
    const answer = answerTo(() => {
      found = responseImage({ isResponse, responseCorrelationId }, find);
    });
    if (typeof expected === 'string') {
      expect(answer).toEqual({ errorCode: GENERIC_ERROR, message: expect.stringContaining(expected) });
    } else {
      expect([answer, found]).toEqual([undefined, expected]);
    }
  });

  it('is held open by a publication with the smallest log', () => {
    const params = { termLength: 2 ** 24, mtuLength: 16384, publicationWindowLength: 2 ** 23, isResponse: true };
    const of = (responseCorrelationId: number) =>
      newPublicationParams({ ...params, responseCorrelationId } as PublicationParams);
    expect(of(7)).toMatchObject(params);
    expect(of(-2)).toMatchObject({ termLength: 65536, mtuLength: 8192, publicationWindowLength: 32768 });
  });
});

describe('a UDP channel for a subscription', () => {
  it.each<[string, number | undefined, string]>([
    ['endpoint=127.0.0.1:0', undefined, ''],
    ['endpoint=127.0.0.1:0|control=127.0.0.1:7', undefined, ''],
    ['endpoint=127.0.0.1:5|control=127.0.0.1:0', GENERIC_ERROR, 'control has port=0 for subscription'],
    ['endpoint=127.0.0.1:5|media-rcv-ts-offset=reserved', INVALID_CHANNEL, 'Media timestamps'],
  ])('with %s is answered by %s', (parameters, code, text) => {
    const answer = answerTo(() => checkSubscriptionChannel(uriOf(parameters), channelOf(parameters)));
    expect(answer?.errorCode).toBe(code);
    expect(answer?.message ?? '').toContain(text);
  });

  it('chooses its congestion control where the setting leaves it the choice', () => {
    expect(congestionControlName(uriOf('endpoint=a:1'), 'default')).toBe('static');
    expect(congestionControlName(uriOf('endpoint=a:1|cc=static'), 'default')).toBe('static');
    expect(congestionControlName(uriOf('endpoint=a:1|cc=cubic'), 'default')).toBe('cubic');
    expect(congestionControlName(uriOf('endpoint=a:1|cc=cubic'), 'static')).toBe('static');
    expect(congestionControlName(uriOf('endpoint=a:1|cc=reno'), 'cubic')).toBe('cubic');
    expect(answerTo(() => congestionControlName(uriOf('endpoint=a:1|cc=reno'), 'default'))).toEqual({
      errorCode: GENERIC_ERROR,
      message: expect.stringContaining('unsupported congestion control : cc=reno'),
    });
  });

  it('must agree on receive timestamps with the end point that it joins', () => {
    const plain = channelOf('endpoint=127.0.0.1:5');
    const zero = channelOf('endpoint=127.0.0.1:5|channel-rcv-ts-offset=0');
    expect(answerTo(() => checkReceiveTimestampOffset(zero, zero))).toBeUndefined();
    expect(answerTo(() => checkReceiveTimestampOffset(zero, plain))).toEqual({
      errorCode: INVALID_CHANNEL,
      message: expect.stringContaining('channel-rcv-ts-offset=0 existingChannel='),
    });
    expect(answerTo(() => checkReceiveTimestampOffset(plain, zero))?.message).toContain('channel-rcv-ts-offset=-1');
  });

  it.each(['isReliable', 'isRejoin', 'isResponse'] as const)(
    'must agree on %s with the one that shares its images',
    (key) => {
      const options = { isReliable: true, isRejoin: false, isResponse: false };
      const existing = { ...options, channel: 'aeron:udp?old' };
      expect(answerTo(() => checkSubscriptionOptions('aeron:udp?new', options, existing))).toBeUndefined();
      const answer = answerTo(() =>
        checkSubscriptionOptions('aeron:udp?new', { ...options, [key]: !options[key] }, existing),
      );
      expect(answer?.errorCode).toBe(INVALID_CHANNEL);
      expect(answer?.message).toMatch(/(reliable=false|rejoin=true|isResponse=true) existingChannel=aeron:udp\?old/);
    },
  );
});

describe('socket buffers', () => {
  const channel = channelOf('endpoint=127.0.0.1:5');
  const existing = channelOf('endpoint=127.0.0.1:5|alias=old');
  const lengths = { socketSendBufferLength: 4096, socketReceiveBufferLength: 8192 };
  const unset = { socketSendBufferLength: 0, socketReceiveBufferLength: 0 };
  const osDefaults = { defaultSend: 2048, defaultReceive: 1024 };

  it('must hold a datagram to send', () => {
    const check = (mtuLength: number, has: typeof lengths, limits = osDefaults) =>
      answerTo(() => checkMtuFitsSendBuffer(mtuLength, has, limits, { channel, existing }));
    expect(check(4096, lengths)).toBeUndefined();
    expect(check(4128, lengths)).toEqual({
      errorCode: GENERIC_ERROR,
      message: expect.stringContaining(
        `mtu=4128 so-sndbuf=4096 existingChannel=${existing.uri} channel=${channel.uri}`,
      ),
    });
    expect(check(2048, unset)).toBeUndefined();
    expect(check(2080, unset)?.message).toContain('mtu=2080 so-sndbuf=2048 (OS default)');
    expect(check(65504, unset, { defaultSend: 0, defaultReceive: 0 })).toBeUndefined();
  });

  it('must hold a window to receive', () => {
    const check = (windowLength: number, has: typeof lengths, limits = osDefaults) =>
      answerTo(() => checkWindowFitsReceiveBuffer(windowLength, has, limits, { channel, existing: undefined }));
    expect(check(8192, lengths)).toBeUndefined();
    expect(check(8193, lengths)).toEqual({
      errorCode: GENERIC_ERROR,
      message: expect.stringContaining(`rcv-wnd=8193 so-rcvbuf=8192 channel=${channel.uri}`),
    });
    expect(check(1025, unset)?.message).toContain('so-rcvbuf=1024 (OS default)');
    expect(check(1e9, unset, { defaultSend: 0, defaultReceive: 0 })).toBeUndefined();
  });

  it('are those of the end point that is joined', () => {
    const check = (parameters: string, has = lengths) =>
      answerTo(() => checkSameSocketBuffers(channelOf(`endpoint=127.0.0.1:5|${parameters}`), existing, has));
    expect(check('alias=none')).toBeUndefined();
    expect(check('so-sndbuf=4k|so-rcvbuf=8k')).toBeUndefined();
    expect(check('so-sndbuf=8k')).toEqual({
      errorCode: INVALID_CHANNEL,
      message: expect.stringContaining('so-sndbuf=8192 does not match existing value of 4096'),
    });
    expect(check('so-rcvbuf=1k', unset)?.message).toContain(
      'so-rcvbuf=1024 does not match existing value of OS default',
    );
  });
});

describe('a destination', () => {
  it.each<[string, string]>([
    ['aeron:udp?endpoint=127.0.0.1:5', '127.0.0.1:5'],
    ['aeron:udp?endpoint=[::1]:10', '[::1]:10'],
    ['aeron:udp?endpoint=name|alias=x', 'name'],
  ])('to send to is read from %s', (text, expected) => {
    expect(sendDestinationEndpoint(text)).toBe(expected);
  });

  it.each<[string, string]>([
    ['aeron:udp?endpoint=127.0.0.1:0', 'port=0'],
    ['aeron:udp?endpoint=127.0.0.1:000', 'port=0'],
    ['aeron:udp?alias=x', 'needs an endpoint'],
    ['aeron:udp?endpoint=', 'needs an endpoint'],
    ['aeron:ipc', 'only supports UDP media'],
    ['aeron-spy:aeron:udp?endpoint=a:1', 'spies are invalid as send destinations'],
    ['aeron:udp?endpoint=a:1|control-mode=response', 'control-mode=response'],
    ['udp://a:1', 'must start with'],
    ...['mtu', 'rcv-wnd', 'so-rcvbuf', 'so-sndbuf', 'response-correlation-id'].map((key): [string, string] => [
      `aeron:udp?endpoint=a:1|${key}=1`,
      `must not contain the key: ${key}`,
    ]),
  ])('to send to is refused for %s', (text, problem) => {
    expect(answerTo(() => sendDestinationEndpoint(text))).toEqual({
      errorCode: INVALID_CHANNEL,
      message: expect.stringContaining(problem),
    });
  });

  it('to listen at may not change what belongs to its channel either', () => {
    expect(answerTo(() => checkDestinationUri(uriOf('endpoint=a:0|control=b:1')))).toBeUndefined();
    expect(answerTo(() => checkDestinationUri(uriOf('endpoint=a:1|rcv-wnd=4k')))?.errorCode).toBe(INVALID_CHANNEL);
  });

  it('is added by command only where the channel says so', () => {
    const check = (controlMode: UdpChannel['controlMode']) => answerTo(() => checkAllowsManualControl({ controlMode }));
    expect(check('manual')).toBeUndefined();
    expect((['none', 'dynamic', 'response'] as const).map((mode) => check(mode)?.errorCode)).toEqual([
      INVALID_CHANNEL,
      INVALID_CHANNEL,
      INVALID_CHANNEL,
    ]);
  });
});

describe('a tag', () => {
  const current = ({ localData, remoteData }: UdpChannel) => ({ localData, remoteData });

  it('names an end point with the same addresses and control mode, or none stated', () => {
    const existing = channelOf('endpoint=127.0.0.1:5|control=127.0.0.1:7|control-mode=dynamic|tags=1001');
    const match = (parameters: string) => isTagMatch(channelOf(parameters), existing, current(existing));
    expect(match('tags=1001')).toBe(true);
    expect(match('tags=1002')).toBe(false);
    expect(match('endpoint=127.0.0.1:5')).toBe(false);
    expect(match('endpoint=127.0.0.1:5|control=127.0.0.1:7|control-mode=dynamic|tags=1001,5')).toBe(true);
    expect(match('endpoint=127.0.0.1:5|control=127.0.0.1:7|tags=1001')).toBe(true);
    expect(() => match('endpoint=127.0.0.1:5|control=127.0.0.1:7|control-mode=manual|tags=1001')).toThrow(
      'matching tag=1001 has mismatched control-mode',
    );
    expect(() => match('endpoint=127.0.0.1:6|control=127.0.0.1:7|tags=1001')).toThrow(
      'matching tag=1001 has mismatched endpoint or control',
    );
    expect(() => match('endpoint=127.0.0.1:5|tags=1001')).toThrow('mismatched endpoint or control');
  });

  it('is compared with where the end point sends to now', () => {
    const existing = channelOf('endpoint=127.0.0.1:5|tags=1');
    const moved = { ...current(existing), remoteData: { family: 'IPv4', address: '127.0.0.2', port: 5 } as const };
    expect(isTagMatch(channelOf('endpoint=127.0.0.2:5|tags=1'), existing, moved)).toBe(true);
    expect(() => isTagMatch(channelOf('endpoint=127.0.0.1:5|tags=1'), existing, moved)).toThrow('mismatched endpoint');
  });

  it('matches itself, whatever the channel', () => {
    const address = fc.constantFrom('127.0.0.1:5', '127.0.0.1:0', '[::1]:9', '10.0.0.1:65535');
    const mode = fc.constantFrom('', '|control-mode=manual', '|control-mode=dynamic', '|control-mode=response');
    fc.assert(
      fc.property(
        address,
        fc.option(address),
        mode,
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        (endpoint, control, suffix, tag) => {
          const controlText = control === null ? '|control=127.0.0.1:7' : `|control=${control}`;
          const channel = channelOf(`endpoint=${endpoint}${controlText}${suffix}|tags=${tag}`);
          expect(isTagMatch(channel, channel, current(channel))).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });
});
