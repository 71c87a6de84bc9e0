// SPDX-License-Identifier: Apache-2.0
import { DRIVER_COUNTERS } from '@aeron/codecs/internal';
import { takeSnapshot } from '../counters/driver-snapshot.ts';
import { ToolHarness } from '../testing/tool-harness.ts';
import { filterText, passesFilter } from './counter-filter.ts';
import { parseInterval, parseStatArguments, parseWatch } from './stat-arguments.ts';

async function labelsThatPass(...args: string[]): Promise<string[]> {
  const harness = new ToolHarness();
  const driver = harness.startDriver();
  const stream = { registrationId: 51, sessionId: -7, streamId: 1001, channel: 'aeron:ipc?alias=orders' };
  driver.addStream(DRIVER_COUNTERS.PUBLISHER_LIMIT, stream, 1);
  driver.addStream(DRIVER_COUNTERS.CUBIC_RTT, { ...stream, registrationId: 52 }, 1);
  driver.addStream(DRIVER_COUNTERS.SENDER_NAKS_RECEIVED, { ...stream, registrationId: 53 }, 1);
  driver.addChannel('aeron:udp?endpoint=a:1', 1);
  driver.addClient(9);
  const { counters } = await harness.run(takeSnapshot(harness.call()));
  const { filter } = parseStatArguments(args);
  return counters.filter((row) => passesFilter(filter, row)).map(({ label }) => label.split(/[: ]/)[0] ?? '');
}

describe('a filter of counters', () => {
  it.each([
    ['type=^1$', ['pub-lmt']],
    ['type=^1', ['pub-lmt', 'rcv-cc-cubic-rtt', 'snd-naks-received', 'client-heartbeat']],
    // Types that have nothing to compare are not kept back, as in the reference.
    ['identity=^5[12]$', ['pub-lmt', 'rcv-cc-cubic-rtt', 'snd-naks-received', 'snd-channel', 'client-heartbeat']],
    ['identity=^44$', ['Status', 'snd-naks-received', 'snd-channel', 'client-heartbeat']],
  ])('%s', async (argument, expected) => {
    expect(await labelsThatPass(argument)).toEqual(expected);
  });

  it.each([
    ['session=-7', true],
    ['session=^7', false],
    ['stream=^1001$', true],
    ['stream=2', false],
    ['channel=alias=or', true],
    ['channel=^aeron:udp', false],
    ['identity=51', true],
    ['identity=52', false],
  ])('%s applies to a stream: %s', async (argument, passes) => {
    expect((await labelsThatPass('type=^1$', argument)).includes('pub-lmt')).toBe(passes);
  });

  it('of channels applies to end points too', async () => {
    expect(await labelsThatPass('type=^6$', 'channel=a:1')).toEqual(['snd-channel']);
    expect(await labelsThatPass('type=^6$', 'channel=a:2')).toEqual([]);
  });

  it('needs all of its patterns to be found', async () => {
    expect(await labelsThatPass('type=^(1|10)$', 'identity=52', 'stream=1001')).toEqual(['rcv-cc-cubic-rtt']);
  });

  it('is shown as it was given', () => {
    expect(filterText(parseStatArguments(['stream=^1001$', 'type=1']).filter)).toBe('type=1 stream=^1001$');
  });
});

describe('arguments', () => {
  it('are those of the Java tool', () => {
    expect(parseStatArguments(['delay=2', 'watch=false', 'channel=a=b'])).toEqual({
      updateIntervalMs: 2000,
      watch: false,
      filter: { channel: /a=b/ },
    });
    expect(parseStatArguments(['delay=0.25']).updateIntervalMs).toBe(250);
    expect(parseStatArguments([])).toEqual({ filter: {} });
  });

  it.each([
    ['nonsense', "Arguments must be in name=pattern format: Invalid 'nonsense'"],
    ['colour=red', "Unrecognised argument: 'colour=red'"],
    ['type=(', 'not a regular expression: type=('],
    ['watch=maybe', 'true or false is expected: watch=maybe'],
    ['delay=', 'a number above 0 is expected: delay='],
    ['delay=0', 'a number above 0 is expected: delay=0'],
    ['delay=1s', 'a number above 0 is expected: delay=1s'],
  ])('%s is refused', (argument, message) => {
    expect(() => parseStatArguments([argument])).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message }),
    );
  });

  it('that stand for options are checked alike', () => {
    expect([parseWatch('true'), parseInterval('update', '500')]).toEqual([true, 500]);
    expect(() => parseWatch('no')).toThrow('watch=no');
    expect(() => parseInterval('update', '-1')).toThrow('update=-1');
  });
});
