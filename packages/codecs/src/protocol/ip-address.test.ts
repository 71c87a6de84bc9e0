// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net';
import fc from 'fast-check';
import { formatAddressAndPort, formatIpAddress, parseIpAddress } from './ip-address.ts';

describe('internet addresses', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:db8::', '2001:db8::'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:10.1.2.3', '::ffff:a01:203'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('%s is written as %s', (text, canonical) => {
    const bytes = parseIpAddress(text);
    expect(bytes === undefined ? undefined : formatIpAddress(bytes)).toBe(canonical);
  });

  it.each([
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.-4',
    '1:2',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'g::',
    '1:2:3:4:5:6:7:8::',
  ])('%j is none', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  it('come back from their text, which Node takes for an address too', () => {
    const sixteen = fc.array(fc.constantFrom(0, 0, 0, 1, 0x7f, 0xff), { minLength: 16, maxLength: 16 });
    const four = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.oneof(four, sixteen), (values) => {
        const bytes = Uint8Array.from(values);
        const text = formatIpAddress(bytes);
        expect(isIP(text)).toBe(bytes.length === 4 ? 4 : 6);
        expect(parseIpAddress(text)).toEqual(bytes);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('are written with a port', () => {
    expect(formatAddressAndPort('10.0.0.1', 40123)).toBe('10.0.0.1:40123');
    expect(formatAddressAndPort('::1', 40123)).toBe('[::1]:40123');
    expect(() => formatIpAddress(new Uint8Array(5))).toThrow('length=5');
  });
});
