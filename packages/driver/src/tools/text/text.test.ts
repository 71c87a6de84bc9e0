// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { formatDateTime, formatLongDate, formatTime, formatTimestamp } from './dates.ts';
import { jsonLine } from './json.ts';
import { alignRight, digitCount, groupDigits } from './numbers.ts';
import { printable, printableLines } from './printable.ts';

describe('text from shared memory', () => {
  it('can not steer a terminal', () => {
    expect(printable('a\u001b[2Jb\r\nc\u009bd\u0000')).toBe('a.[2Jb..c.d.');
    expect(printableLines('a\u001b[2J\r\n\tat b\rc')).toBe('a.[2J\n\tat b.c');
  });

  it('is left alone otherwise', () => {
    const label = 'pub-lmt: 3 -175788409 1001 aeron:udp?endpoint=[::1]:40123|alias=Zürich';
    expect([printable(label), printableLines(`${label}\n`)]).toEqual([label, `${label}\n`]);
  });

  it('never holds a control character', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0x2ff })), (codes) => {
        const text = String.fromCharCode(...codes);
        expect(printable(text)).not.toMatch(/\p{Cc}/u);
        expect(printableLines(text)).not.toMatch(/(?![\n\t])\p{Cc}/u);
      }),
      { seed: 3 },
    );
  });
});

describe('numbers', () => {
  it('are grouped by three digits, however large', () => {
    expect([0n, 999n, 1000n, -1234567n, 2n ** 63n - 1n].map(groupDigits)).toEqual([
      '0',
      '999',
      '1,000',
      '-1,234,567',
      '9,223,372,036,854,775,807',
    ]);
  });

  it('are aligned to the right, and never cut', () => {
    expect([alignRight('12', 5), alignRight('123456', 5)]).toEqual(['   12', '123456']);
    expect([0, 9, 10, 65535].map(digitCount)).toEqual([1, 1, 2, 5]);
  });
});

describe('times', () => {
  // In whatever time zone the test runs.
  const parsed = (text: string) => Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));

  it('tell the time zone, so that they can be read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (epochMs) => {
        expect(parsed(formatTimestamp(epochMs))).toBe(epochMs);
        expect(formatTimestamp(epochMs).startsWith(`${formatDateTime(epochMs)}.`)).toBe(true);
        expect(formatDateTime(epochMs).endsWith(` ${formatTime(epochMs)}`)).toBe(true);
        expect(Date.parse(formatLongDate(epochMs))).toBe(Math.floor(epochMs / 1000) * 1000);
      }),
      { seed: 4 },
    );
  });

  it('that no calendar has are the nearest that one has', () => {
    expect(formatDateTime(2 ** 63)).toMatch(/^275760-09-1[23] /);
    expect(formatTimestamp(-(2 ** 63))).toMatch(/^-271821-04-/);
  });

  it('have the form of the reference', () => {
    expect(formatTimestamp(1_700_000_000_007)).toMatch(/^2023-11-1[45] \d\d:\d\d:\d\d\.007[+-]\d{4}$/);
    expect(formatLongDate(1_700_000_000_007)).toMatch(/^(Tue|Wed) Nov 1[45] \d\d:\d\d:20 \S+ 2023$/);
  });
});

describe('JSON', () => {
  it('has one document on a line, with every integer exact', () => {
    expect(jsonLine({ a: 5n, b: -(2n ** 63n), c: 'x\ny', d: undefined })).toBe(
      '{"a":5,"b":"-9223372036854775808","c":"x\\ny"}\n',
    );
  });
});
