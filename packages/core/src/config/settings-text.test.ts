// SPDX-License-Identifier: Apache-2.0
import { resolveSettings } from './resolve-settings.ts';
import { duration, integer, size } from './setting-kinds.ts';
import { joinSettings, settingsTable } from './settings.ts';
import { describeSettings, helpText, settingsMarkdown } from './settings-text.ts';

const table = joinSettings(
  settingsTable(
    {
      timerIntervalNs: duration({
        property: 'aeron.timer.interval',
        default: '1s',
        min: '1us',
        doc: 'How often, in <user> time.',
      }),
      onlyOption: integer({ default: 3, doc: 'Set by options alone.' }),
    },
    'Timing',
  ),
  settingsTable(
    {
      termLength: size({
        property: 'aeron.term',
        uriParameter: 'term-length',
        max: '1g',
        doc: `Long ${'word '.repeat(40)}end.`,
      }),
    },
    'Terms',
  ),
);

describe('the text of a settings table', () => {
  it('helps by group, with default and bounds, wrapped to the terminal', () => {
    const lines = helpText(table).split('\n');
    expect(lines[0]).toBe('Timing:');
    expect(lines).toContain('  aeron.timer.interval=1s  [≥ 1us]');
    expect(lines).toContain('  aeron.term=  [≤ 1g]');
    expect(lines.every((line) => line.length <= 100)).toBe(true);
    expect(lines.join(' ')).not.toContain('onlyOption');
    expect(lines.join(' ').match(/word/g)).toHaveLength(40);
  });

  it('documents option, property, environment variable, default, bounds and channel parameter', () => {
    const page = settingsMarkdown(table);
    expect(page).toContain(
      '| `timerIntervalNs` | `aeron.timer.interval` | `AERON_TIMER_INTERVAL` | `1s` | ≥ 1us | How often, in \\<user> time. |',
    );
    expect(page).toContain('| `onlyOption` | – | – | `3` |  | Set by options alone. |');
    expect(page).toContain('| unset | ≤ 1g |');
    expect(page).toContain('Channel parameter `term-length`.');
  });

  it('prints a configuration the way it would be set', () => {
    const config = resolveSettings(table, { options: { timerIntervalNs: 5e6, termLength: 65536 } });
    expect(describeSettings(table, config)).toBe('aeron.timer.interval=5ms\nonlyOption=3\naeron.term=64k');
    expect(describeSettings(table, resolveSettings(table, {}))).toContain('aeron.term=');
  });
});
