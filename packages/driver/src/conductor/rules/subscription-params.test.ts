// SPDX-License-Identifier: Apache-2.0
import { type SubscriptionDefaults, subscriptionParams } from './subscription-params.ts';

const KIB = 1024;
const DEFAULTS: SubscriptionDefaults = {
  termLength: 64 * KIB,
  initialWindowLength: 128 * KIB,
  reliableStream: true,
  rejoinStream: true,
  tetherSubscriptions: true,
  termBufferSparseFile: true,
  receiverGroupConsideration: 'infer',
  untetheredWindowLimitTimeoutNs: 5e9,
  untetheredLingerTimeoutNs: 4e9,
  untetheredRestingTimeoutNs: 10e9,
};

function parse(parameters: Record<string, string>) {
  return subscriptionParams(
    { get: (name) => parameters[name], toString: () => `aeron:ipc?${JSON.stringify(parameters)}` },
    DEFAULTS,
  );
}

describe('subscriptionParams', () => {
  it('fills in the settings where the URI says nothing', () => {
    expect(parse({})).toEqual({
      sessionId: undefined,
      joinPosition: undefined,
      isReliable: true,
      isRejoin: true,
      isSparse: true,
      isTether: true,
      isResponse: false,
      group: 'infer',
      receiverWindowLength: 32 * KIB,
      untethered: { windowLimitNs: 5e9, lingerNs: 4e9, restingNs: 10e9 },
    });
  });

  it('takes every parameter from the URI; only the text true is true', () => {
    const params = parse({
      'session-id': '5',
      'init-term-id': '1',
      'term-id': '2',
      'term-offset': '64',
      reliable: 'false',
      rejoin: 'TRUE',
      sparse: 'no',
      tether: '',
      group: 'true',
      'control-mode': 'response',
      'rcv-wnd': '4k',
    });
    expect(params).toMatchObject({
      sessionId: 5,
      joinPosition: { initialTermId: 1, termId: 2, termOffset: 64 },
      isReliable: false,
      isRejoin: false,
      isSparse: false,
      isTether: false,
      isResponse: true,
      group: 'true',
      receiverWindowLength: 4 * KIB,
    });
  });

  it('reads an unknown group as false', () => {
    expect(['infer', 'false', 'x'].map((group) => parse({ group }).group)).toEqual(['infer', 'false', 'false']);
  });

  it.each<[string, Record<string, string>, string]>([
    ['a session tag', { 'session-id': 'tag:1' }, 'invalid session-id=tag:1'],
    ['a position in part', { 'term-id': '1' }, 'complete set'],
    [
      'an offset beyond every term',
      { 'init-term-id': '1', 'term-id': '1', 'term-offset': '1073741856' },
      'out of range',
    ],
    ['a window that is no size', { 'rcv-wnd': '-1' }, 'invalid rcv-wnd=-1'],
    ['a time-out that is no duration', { 'untethered-resting-timeout': 's' }, 'invalid untethered-resting-timeout=s'],
  ])('refuses %s', (_name, parameters, message) => {
    expect(() => parse(parameters)).toThrow(message);
  });
});
