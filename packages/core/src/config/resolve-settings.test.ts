// SPDX-License-Identifier: Apache-2.0
import { isAeronError } from '../errors/aeron-error.ts';
import { resolveSettings } from './resolve-settings.ts';
import { boolean, choice, decimal, duration, int64, integer, list, size, text } from './setting-kinds.ts';
import { joinSettings, type SettingsConfig, type SettingsRule, settingsTable } from './settings.ts';

const table = settingsTable({
  timerIntervalNs: duration({ property: 'aeron.timer.interval', default: '1s', min: '1us', doc: 'Tick.' }),
  livenessNs: duration({ property: 'aeron.liveness', default: '10s', doc: 'Liveness.' }),
  lingerNs: duration({ property: 'aeron.linger', doc: 'Linger.' }),
  termLength: size({ property: 'aeron.term', default: '64k', min: '64k', max: '1g', doc: 'Term.' }),
  maxResend: integer({ property: 'aeron.max.resend', default: 16, min: 1, max: 256, doc: 'Resend.' }),
  lowest: integer({ property: 'aeron.lowest', default: -1, doc: 'May be negative.' }),
  groupTag: int64({ property: 'aeron.group.tag', doc: 'Tag.' }),
  sparse: boolean({ property: 'aeron.sparse', default: true, doc: 'Sparse.' }),
  mode: choice(['SHARED', 'INVOKER'], {
    property: 'aeron.mode',
    default: 'SHARED',
    aliases: { one: 'SHARED' },
    doc: '',
  }),
  clientName: text({ property: 'aeron.client.name', default: '', maxLength: 5, doc: 'Name.' }),
  neighbours: list({ property: 'aeron.neighbours', default: 'a, b', doc: 'Names.' }),
  threshold: duration({ property: 'aeron.odd', environment: 'AERON_VERY_ODD', default: '5s', doc: 'Odd.' }),
});
type Config = SettingsConfig<typeof table>;

function failure(sources: Parameters<typeof resolveSettings<typeof table>>[1], rules?: SettingsRule<Config>[]): string {
  try {
    resolveSettings(table, sources, rules);
  } catch (error) {
    expect(isAeronError(error, 'CONFIGURATION')).toBe(true);
    return (error as Error).message;
  }
  throw new Error('nothing was wrong');
}

describe('resolving settings', () => {
  it('gives typed, normalised defaults in a frozen record', () => {
    const config = resolveSettings(table, {});
    const timerIntervalNs: number = config.timerIntervalNs;
    const groupTag: bigint | undefined = config.groupTag;
    const mode: 'SHARED' | 'INVOKER' = config.mode;
    expect(timerIntervalNs).toBe(1e9);
    expect(groupTag).toBeUndefined();
    expect(mode).toBe('SHARED');
    expect(config).toMatchObject({ termLength: 65536, lowest: -1, sparse: true, neighbours: ['a', 'b'] });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('prefers options to the environment, that to properties, and those to the default', () => {
    const properties = { 'aeron.max.resend': '2', 'aeron.term': '128k', 'aeron.sparse': 'off' };
    const environment = { AERON_MAX_RESEND: '3', AERON_TERM: '256k' };
    const config = resolveSettings(table, { options: { maxResend: 4 }, environment, properties });
    expect(config).toMatchObject({ maxResend: 4, termLength: 262144, sparse: false, lowest: -1 });
  });

  it('blames the environment only for what came from there', () => {
    const environment = { AERON_TERM: 'x' };
    expect(failure({ environment })).toContain('(environment variable AERON_TERM)');
    expect(failure({ environment, properties: { 'aeron.term': '64k' } })).toContain(
      '(environment variable AERON_TERM)',
    );
    const failureOfBoth = failure({ environment, properties: { 'aeron.term': 'x' } }); // as programs do for -D
    expect(failureOfBoth).toMatch(/^invalid setting: aeron\.term=x: .*1g$/);
  });

  it('takes options as values or as text', () => {
    const options = { timerIntervalNs: '5ms', livenessNs: 7, groupTag: -9n, neighbours: ['x'], sparse: '1' };
    expect(resolveSettings(table, { options })).toMatchObject({
      timerIntervalNs: 5e6,
      livenessNs: 7,
      groupTag: -9n,
      neighbours: ['x'],
      sparse: true,
    });
  });

  it('treats an undefined option as absent', () => {
    expect(resolveSettings(table, { options: { maxResend: undefined } }).maxResend).toBe(16);
  });

  it.each(['@null', '', '  '])('takes %j as unset, whatever a lower source says', (unset) => {
    const sources = { environment: { AERON_MAX_RESEND: unset }, properties: { 'aeron.max.resend': '2' } };
    expect(resolveSettings(table, sources).maxResend).toBe(16);
  });

  it('uses the stated environment variable instead of the derived one', () => {
    const environment = { AERON_VERY_ODD: '1s', AERON_ODD: '2s' };
    expect(resolveSettings(table, { environment }).threshold).toBe(1e9);
  });

  it('matches choices and their aliases in any case', () => {
    expect(resolveSettings(table, { environment: { AERON_MODE: 'invoker' } }).mode).toBe('INVOKER');
    expect(resolveSettings(table, { options: { mode: 'ONE' } }).mode).toBe('SHARED');
  });

  it('keeps all 64 bits of a tag', () => {
    expect(resolveSettings(table, { environment: { AERON_GROUP_TAG: '-9223372036854775808' } }).groupTag).toBe(
      -(2n ** 63n),
    );
    expect(failure({ environment: { AERON_GROUP_TAG: '9223372036854775808' } })).toContain('aeron.group.tag=');
  });

  it('reports everything that is wrong at once, with name, value and origin', () => {
    const message = failure({
      options: { maxResend: 0, sparse: 'maybe', clientName: 'too long' },
      environment: { AERON_TERM: '64q', AERON_MODE: 'DEDICATED' },
      properties: { 'aeron.timer.interval': '1ns' },
    });
    expect(message.split('\n')).toHaveLength(7);
    expect(message).toMatch(/^6 invalid settings:/);
    expect(message).toContain('maxResend=0: less than 1 (option for aeron.max.resend)');
    expect(message).toContain('sparse=maybe: expected true or false');
    expect(message).toContain('clientName=too long: longer than 5 characters');
    expect(message).toContain(
      'aeron.term=64q: expected a size such as 4096, 64k, 8m or 1g (environment variable AERON_TERM)',
    );
    expect(message).toContain('aeron.mode=DEDICATED: expected one of SHARED, INVOKER');
    expect(message).toContain('aeron.timer.interval=1ns: less than 1us');
  });

  it.each([
    ['maxResend', 1.5],
    ['maxResend', Number.NaN],
    ['termLength', true],
    ['livenessNs', -1],
    ['groupTag', 1.5],
    ['neighbours', [1]],
    ['sparse', 1],
    ['mode', 3],
    ['clientName', 3],
  ])('refuses the option %s=%p', (key, value) => {
    expect(failure({ options: { [key]: value } as object })).toContain(`${key}=${String(value)}: `);
  });

  it('refuses options that do not exist', () => {
    expect(failure({ options: { timerInterval: 5 } as object })).toBe(
      'invalid setting: timerInterval=5: no such option',
    );
  });

  it('applies rules between settings', () => {
    const rule: SettingsRule<Config> = ['order', (c) => (c.livenessNs > c.timerIntervalNs ? undefined : 'too short')];
    expect(failure({ options: { livenessNs: 5 } }, [rule])).toBe('invalid setting: order: too short');
  });

  it('leaves out a rule that reads an invalid setting', () => {
    const rule: SettingsRule<Config> = ['order', (c) => (c.livenessNs > 0 ? 'reached' : 'reached')];
    const message = failure({ options: { livenessNs: 'soon' } }, [rule]);
    expect(message).toContain('livenessNs=soon');
    expect(message).not.toContain('reached');
  });
});

describe('a settings table', () => {
  it('fails at load when a default is out of its bounds', () => {
    expect(() => size({ property: 'aeron.x', default: '1k', min: '4k', doc: '' })).toThrow('aeron.x=1k: less than 4k');
  });

  it('joins with others, but not when a key is in both', () => {
    const other = settingsTable({ lease: duration({ default: '1s', doc: '' }) }, 'Other');
    const joined = joinSettings(table, other);
    const config = resolveSettings(joined, { options: { lease: 5 } });
    const lease: number = config.lease;
    expect([lease, config.maxResend]).toEqual([5, 16]);
    expect(joined.groups.map((group) => group.title)).toEqual(['Settings', 'Other']);
    expect(() => joinSettings(table, table)).toThrow('two settings have one key');
  });

  it('takes numbers with fractions where the row allows them', () => {
    const rates = settingsTable({
      rate: decimal({ property: 'aeron.rate', default: 0, min: 0, max: 1, doc: 'Rate.' }),
    });
    const rateOf = (text: string): number => resolveSettings(rates, { environment: { AERON_RATE: text } }).rate;
    expect(['0', '1', '0.25', '.5', '1.', '2e-3'].map(rateOf)).toEqual([0, 1, 0.25, 0.5, 1, 0.002]);
    expect(resolveSettings(rates, { options: { rate: 0.125 } }).rate).toBe(0.125);
    for (const text of ['x', '1.5', '-0.1', '0x1', '1,5', 'NaN', 'Infinity', '.']) {
      expect(() => rateOf(text)).toThrow(`aeron.rate=${text}: `);
    }
  });
});
