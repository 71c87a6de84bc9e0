// SPDX-License-Identifier: Apache-2.0
import { isAeronError } from '@aeron/core/internal';
import fc from 'fast-check';
import {
  formatHostAndPort,
  isHostAndPort,
  isMulticastAddress,
  isWildcardPort,
  parseHostAndPort,
  parseInterface,
} from './socket-address-text.ts';

describe('parseHostAndPort', () => {
  it.each([
    ['localhost:0', 'localhost', 0, false, undefined],
    ['192.168.1.1:65535', '192.168.1.1', 65535, false, undefined],
    ['[::1]:99', '::1', 99, true, undefined],
    ['[fe80::1%eth0.1]:99', 'fe80::1', 99, true, 'eth0.1'],
    ['[::ffff:10.0.0.1]:7', '::ffff:10.0.0.1', 7, true, undefined],
  ])('takes %s apart', (text, host, port, isIpv6, scope) => {
    expect(parseHostAndPort(text)).toEqual({ host, port, isIpv6, scope });
    expect(isHostAndPort(text)).toBe(true);
    if (scope === undefined) {
      expect(formatHostAndPort(host, port)).toBe(text);
    }
  });

  it.each([
    '',
    'localhost',
    'localhost:',
    'a:b',
    'a:1:2',
    '::1:80',
    '[::1]',
    '[::1]80',
    '[::1',
    '[xyz]:1',
    '[::1%]:1',
    'a:65536',
    'a:-1',
  ])('refuses %p and names it', (text) => {
    expect(() => parseHostAndPort(text)).toThrow(expect.objectContaining({ code: 'INVALID_URI' }));
    expect(() => parseHostAndPort(text)).toThrow(`uri=${text}`);
    expect(isHostAndPort(text)).toBe(false);
  });

  it('never fails with anything but INVALID_URI', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.constantFrom(...'[]:%/{}.0a')).map((parts) => parts.join('')),
        ),
        (text) => {
          for (const parse of [parseHostAndPort, parseInterface]) {
            try {
              parse(text);
            } catch (error) {
              if (!isAeronError(error, 'INVALID_URI')) {
                throw error;
              }
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('parseInterface', () => {
  it.each([
    ['{eth0}', { kind: 'name', name: 'eth0', port: 0 }],
    ['{eth0}:40', { kind: 'name', name: 'eth0', port: 40 }],
    ['{a}b}:40', { kind: 'name', name: 'a}b', port: 40 }],
    [
      'localhost',
      { kind: 'address', host: 'localhost', port: 0, isIpv6: false, prefixLength: undefined, scope: undefined },
    ],
    ['10.0.0.0/8', { kind: 'address', host: '10.0.0.0', port: 0, isIpv6: false, prefixLength: 8, scope: undefined }],
    [
      '10.0.0.1:50/24',
      { kind: 'address', host: '10.0.0.1', port: 50, isIpv6: false, prefixLength: 24, scope: undefined },
    ],
    ['[::1]', { kind: 'address', host: '::1', port: 0, isIpv6: true, prefixLength: undefined, scope: undefined }],
    ['[fe80::1%lo]:5/64', { kind: 'address', host: 'fe80::1', port: 5, isIpv6: true, prefixLength: 64, scope: 'lo' }],
  ])('takes %s apart', (text, expected) => {
    expect(parseInterface(text)).toEqual(expected);
  });

  it.each([
    '',
    '{}',
    '{eth0',
    '{eth0}:',
    '{eth0}x',
    '{eth0}:65536',
    '10.0.0.1:',
    '10.0.0.1/',
    '10.0.0.1/33',
    '[::1]/129',
    'a:b',
    '::1',
  ])('refuses %p and names it', (text) => {
    expect(() => parseInterface(text)).toThrow(expect.objectContaining({ code: 'INVALID_URI' }));
    expect(() => parseInterface(text)).toThrow(`uri=${text}`);
  });
});

describe('addresses', () => {
  it('are multicast or not', () => {
    const multicast = ['224.0.0.1', '239.255.255.255', 'ff02::1', 'FF05::2'];
    const others = ['223.255.255.255', '240.0.0.1', 'fe80::1', 'ff02.example.org', 'localhost', '::1', ''];
    expect(multicast.filter(isMulticastAddress)).toEqual(multicast);
    expect(others.filter(isMulticastAddress)).toEqual([]);
  });

  it('ask for any port or not', () => {
    expect(['a:0', '[::1]:0', 'a:00'].every(isWildcardPort)).toBe(true);
    expect(['a:10', 'a', ':10'].some(isWildcardPort)).toBe(false);
  });
});
