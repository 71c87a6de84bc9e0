// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { formatDurationNs, formatSize, parseDurationNs, parseSize } from './quantities.ts';

const wholeNumber = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(5000).map((n) => n * 1024 ** 3),
  fc.nat(5000).map((n) => n * 1e9),
);

describe('sizes', () => {
  it.each([
    ['0', 0],
    ['4096', 4096],
    ['64k', 65536],
    ['64K', 65536],
    ['16m', 16777216],
    ['1G', 1073741824],
  ])('read %s as %d bytes', (text, length) => {
    expect(parseSize(text)).toBe(length);
  });

  it.each(['', 'k', '-1', '1.5m', '1t', '64 k', '1kk', '9007199254740993', '99999999999999999999', '0x10'])(
    'refuse %j',
    (text) => {
      expect(parseSize(text)).toBeUndefined();
    },
  );

  it.each([
    [65536, '64k'],
    [1408, '1408'],
    [1049344, '1049344'],
    [1073741824, '1g'],
    [0, '0'],
  ])('print %d with the largest unit that is exact', (length, text) => {
    expect(formatSize(length)).toBe(text);
  });

  it('come back from their text for any length', () => {
    fc.assert(fc.property(wholeNumber, (length) => parseSize(formatSize(length)) === length));
  });
});

describe('durations', () => {
  it.each([
    ['7', 7],
    ['7ns', 7],
    ['1us', 1e3],
    ['500ms', 5e8],
    ['5S', 5e9],
    ['10MS', 1e7],
  ])('read %s as %d ns', (text, durationNs) => {
    expect(parseDurationNs(text)).toBe(durationNs);
  });

  it.each(['', 's', '-5s', '1m', '1h', '5 s', '1.5s', 'ms', '99999999999s'])('refuse %j', (text) => {
    expect(parseDurationNs(text)).toBeUndefined();
  });

  it.each([
    [1e9, '1s'],
    [1.5e9, '1500ms'],
    [1e3, '1us'],
    [1001, '1001ns'],
    [0, '0ns'],
  ])('print %d with the largest unit that is exact', (durationNs, text) => {
    expect(formatDurationNs(durationNs)).toBe(text);
  });

  it('come back from their text for any duration', () => {
    fc.assert(fc.property(wholeNumber, (durationNs) => parseDurationNs(formatDurationNs(durationNs)) === durationNs));
  });
});
