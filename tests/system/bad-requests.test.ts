// SPDX-License-Identifier: Apache-2.0
/**
 * Channels that make no sense or contradict what is there, against the real driver: each is refused with a typed error that names
 * parameter and value, leaves nothing behind, and disturbs nobody.
 */
import { Aeron, type ConcurrentPublication, RegistrationError, type Subscription } from '@aeron/client';
import { MediaDriver } from '@aeron/driver';
import { DriverView } from '../support/driver-view.ts';

jest.setTimeout(60_000);

const STREAM = 1001;

let driver: MediaDriver;
let aeron: Aeron;
/** Of those that must not notice anything. */
let bystander: Aeron;
let publication: ConcurrentPublication;
let subscription: Subscription;
let view: DriverView;

beforeAll(async () => {
  driver = await MediaDriver.launchEmbedded({ ipcTermBufferLength: '64k', timerIntervalNs: '20ms' });
  const { aeronDirectoryName } = driver;
  aeron = await Aeron.connect({ aeronDirectoryName });
  bystander = await Aeron.connect({ aeronDirectoryName });
  subscription = await bystander.addSubscription('aeron:ipc', STREAM);
  publication = await bystander.addPublication('aeron:ipc?init-term-id=7|term-id=7|term-offset=0', STREAM);
  await aeron.addCounter(1001, 'so that the driver knows this client');
  view = DriverView.open(aeronDirectoryName);
});

afterAll(async () => {
  view.close();
  await aeron.close();
  await bystander.close();
  await driver.close();
});

afterEach(async () => {
  expect(aeron.isClosed || bystander.isClosed).toBe(false);
  const text = `message at ${publication.position}`;
  await publication.offerAsync(text);
  for await (const message of subscription.messages()) {
    expect(message.text()).toBe(text);
    break;
  }
});

async function refusal(add: () => Promise<unknown>): Promise<RegistrationError> {
  const before = JSON.stringify(view.counters().map(({ registrationId, typeId }) => [registrationId, typeId]));
  const error: unknown = await add().then(
    (resource) => new Error(`not refused: ${resource}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RegistrationError)) {
    throw error;
  }
  expect(error.code).toBe('REGISTRATION');
  const after = JSON.stringify(view.counters().map(({ registrationId, typeId }) => [registrationId, typeId]));
  expect(after).toBe(before);
  return error;
}

describe('a publication is refused for', () => {
  it.each([
    ['a term length below the least', 'term-length=32k', 'term-length=32768'],
    ['a term length above the most', 'term-length=2g', 'term-length=2147483648'],
    ['a term length that is no power of two', 'term-length=65537', 'term-length=65537'],
    ['a term length of nothing', 'term-length=0', 'term-length=0'],
    ['a negative term length', 'term-length=-65536', 'term-length=-65536'],
    ['a term length that is no number', 'term-length=large', 'term-length=large'],
    ['a term length beyond all numbers', 'term-length=99999999999999999999g', 'term-length=99999999999999999999g'],
    ['an MTU that holds no payload', 'mtu=32', 'mtu=32'],
    ['an MTU that is no multiple of the alignment', 'mtu=1400', 'mtu=1400'],
    ['an MTU above the largest datagram', 'mtu=65536', 'mtu=65536'],
    ['an MTU above the longest message', 'mtu=16384|term-length=64k', 'mtu=16384 maxMessageLength=8192'],
    ['a session id that is no number', 'session-id=first', 'session-id=first'],
    ['a session id beyond 32 bits', 'session-id=4294967296', 'session-id=4294967296'],
    ['a session tag that nobody has', 'session-id=tag:99', 'session-id=tag:99'],
    ['half a starting position', 'term-id=8', 'init-term-id term-id term-offset'],
    ['an offset beyond the term', 'init-term-id=1|term-id=1|term-offset=65568', 'term-offset=65568'],
    ['an offset that is not aligned', 'init-term-id=1|term-id=1|term-offset=33', 'term-offset=33'],
    ['a term before the first', 'init-term-id=5|term-id=4|term-offset=0', 'term-id=4'],
    ['a window below the MTU', 'pub-wnd=64', 'pub-wnd=64'],
    ['a window above half a term', 'pub-wnd=64k', 'pub-wnd=65536'],
    ['a linger time that is no time', 'linger=forever', 'linger=forever'],
    ['a stream id that is another', 'stream-id=7', 'stream-id=7'],
    ['a parameter without a value', 'term-length', 'term-length'],
  ])('%s', async (_what, parameters, words) => {
    const channel = `aeron:ipc?${parameters}`;
    for (const add of [() => aeron.addPublication(channel, 2001), () => aeron.addExclusivePublication(channel, 2001)]) {
      const error = await refusal(add);
      expect(error.errorCode).toBe('INVALID_CHANNEL');
      expect(error.message).toContain(words);
      expect(error.message).toContain(channel.split('|')[0]);
    }
  });

  it.each([
    '',
    'aeron',
    'aeron:',
    'ipc',
    'http://example.com',
    'aeron:pigeon',
    'aeron:ipc?=|=',
    'aeron-spy:',
    'aeron:udp',
  ])('the channel "%s"', async (channel) => {
    const error = await refusal(() => aeron.addPublication(channel, 2001));
    expect(error.errorCode).toBe('INVALID_CHANNEL');
    expect(error.message).toContain(channel);
  });

  it.each([
    ['another term length', 'term-length=128k', 'existing=65536 requested=131072'],
    ['another MTU', 'mtu=2048', 'existing=1408 requested=2048'],
    ['another session id', 'session-id=12345', /'session-id': existing=-?\d+ requested=12345/],
    ['another initial term', 'init-term-id=8|term-id=8|term-offset=0', "'init-term-id': existing=7 requested=8"],
    ['another starting term', 'init-term-id=7|term-id=8|term-offset=0', "'term-id': existing=7 requested=8"],
    ['another starting offset', 'init-term-id=7|term-id=7|term-offset=64', "'term-offset': existing=0 requested=64"],
  ])('%s than the one that it would share', async (_what, parameters, words) => {
    const channel = `aeron:ipc?${parameters}`;
    const error = await refusal(() => aeron.addPublication(channel, STREAM));
    expect(error.errorCode).toBe('GENERIC_ERROR'); // as the reference answers
    expect(error.message).toMatch(words);
    expect(error.message).toContain(channel);
  });

  it('a session id that is in use', async () => {
    const channel = `aeron:ipc?session-id=${publication.sessionId}`;
    const error = await refusal(() => aeron.addExclusivePublication(channel, STREAM));
    expect(error.errorCode).toBe('INVALID_CHANNEL');
    expect(error.message).toContain(String(publication.sessionId));
  });

  it('a channel that is longer than a command may be', async () => {
    const channel = `aeron:ipc?alias=${'a'.repeat(5000)}`;
    const error: unknown = await aeron.addPublication(channel, 2001).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: expect.stringMatching(/^(REGISTRATION|INVALID_ARGUMENT)$/) });
    expect(String(error)).toMatch(/50\d\d|4095/);
  });
});

describe('a subscription is refused for', () => {
  it.each([
    ['session-id=first', 'session-id=first'],
    ['session-id=tag:1', 'session-id=tag:1'],
    ['init-term-id=1', 'init-term-id'],
    ['rcv-wnd=wide', 'rcv-wnd=wide'],
    ['untethered-window-limit-timeout=long', 'untethered-window-limit-timeout=long'],
  ])('%s', async (parameters, words) => {
    const channel = `aeron:ipc?${parameters}`;
    const error = await refusal(() => aeron.addSubscription(channel, STREAM));
    expect(error.errorCode).toBe('INVALID_CHANNEL');
    expect(error.message).toContain(words);
    expect(error.message).toContain(channel);
  });
});

describe('a counter is refused for', () => {
  it.each([
    ['a key that is too long', { label: 'x', key: new Uint8Array(113) }, 'keyLength=113 max=112'],
    ['a label that is too long', 'x'.repeat(381), 'labelLength=381 max=380'],
  ])('%s, before the driver is asked', async (_what, details, words) => {
    await expect(aeron.addCounter(1001, details)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(words),
    });
  });
});

describe('a message is refused for', () => {
  it('a length above the longest, by offer and by claim', async () => {
    const { BufferClaim } = await import('@aeron/client');
    const closed = expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('8193') });
    expect(() => publication.offer(new Uint8Array(8193))).toThrow(closed);
    expect(() => publication.tryClaim(1377, new BufferClaim())).toThrow(/1377.*1376/);
    expect(() => publication.offer(new Uint8Array(10), 8, 4)).toThrow(/offset=8.*length=4|8.*4/);
  });
});
