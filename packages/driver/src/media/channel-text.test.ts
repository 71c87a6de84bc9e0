// SPDX-License-Identifier: Apache-2.0
import { formatIpAddress } from '@aeron/codecs/internal';
import fc from 'fast-check';
import { parseInterfaceText } from './interface-search.ts';
import {
  hostAddressText,
  isMulticastAddress,
  isPrefixEqual,
  isSameAddress,
  isSameSocketAddress,
  isWildcardAddress,
  needsScope,
} from './ip-addresses.ts';
import { multicastControlAddress } from './multicast-address.ts';
import { parseHostAndPort } from './socket-address-text.ts';

const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 });
const anyAddress = fc.oneof(ipv4, ipv6);

describe('the text of an end point', () => {
  it('is taken apart into what it was put together from', () => {
    const port = fc.nat({ max: 65_535 });
    const scope = fc.option(fc.stringMatching(/^[\w.~-]{1,8}$/), { nil: undefined });
    fc.assert(
      fc.property(anyAddress, port, scope, (bytes, portNumber, scopeText) => {
        const host = formatIpAddress(bytes);
        const isV6 = bytes.length === 16;
        const suffix = scopeText === undefined ? '' : `%${scopeText}`;
        const text = isV6 ? `[${host}${suffix}]:${portNumber}` : `${host}:${portNumber}`;
        expect(parseHostAndPort(text)).toEqual({ host, scope: isV6 ? scopeText : undefined, port: portNumber });
      }),
    );
  });

  it.each(['', 'a', '1.2.3', '[x]', '[f0:xx]:5', ':', 'a:', 'a:b', 'a:1:2', 'a:65536', '[::1]:', '[::1%^]:5', 'a:-1'])(
    'is refused when it is %j',
    (text) => {
      expect(() => parseHostAndPort(text)).toThrow(text);
    },
  );
});

describe('addresses', () => {
  it('are equal whatever their spelling and scope', () => {
    expect(isSameAddress('::1', '0:0:0:0:0:0:0:1')).toBe(true);
    expect(isSameAddress('FE80::1%eth0', 'fe80::1%eth1')).toBe(true);
    expect(isSameAddress('127.0.0.1', '127.0.0.2')).toBe(false);
    expect(isSameAddress('127.0.0.1', '::ffff:127.0.0.1')).toBe(false);
    expect(isSameAddress('localhost', 'localhost')).toBe(false);
    const address = (port: number) => ({ family: 'IPv4', address: '10.0.0.1', port }) as const;
    expect(isSameSocketAddress(address(5), address(5))).toBe(true);
    expect(isSameSocketAddress(address(5), address(6))).toBe(false);
  });

  it('are groups when their first bits say so', () => {
    expect(['224.0.0.0', '239.255.255.250', 'ff02::1', 'fF9E::108', 'FF01::18C%eth0'].every(isMulticastAddress)).toBe(
      true,
    );
    expect(['223.255.255.255', '240.0.0.1', 'fe80::1', '::ff', 'ff02', ''].some(isMulticastAddress)).toBe(false);
  });

  it('are wildcards when no bit is set', () => {
    expect(['0.0.0.0', '::', '0:0:0:0:0:0:0:0'].every(isWildcardAddress)).toBe(true);
    expect(['0.0.0.1', '::1', 'nobody', ''].some(isWildcardAddress)).toBe(false);
  });

  it('of a link or an interface need a scope', () => {
    expect(['fe80::1', 'febf::1', 'ff02::1', 'ff01::5', 'ff32::1'].every(needsScope)).toBe(true);
    expect(['fec0::1', '::1', 'ff05::1', 'fd00::1', '169.254.0.1', 'nobody'].some(needsScope)).toBe(false);
  });

  it('share a prefix when their first bits agree', () => {
    fc.assert(
      fc.property(anyAddress, fc.nat({ max: 128 }), fc.nat({ max: 127 }), (bytes, prefix, flippedBit) => {
        const bits = bytes.length * 8;
        const prefixLength = prefix % (bits + 1);
        const bit = flippedBit % bits;
        const other = bytes.slice();
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
        expect(isPrefixEqual(bytes, bytes, prefixLength)).toBe(true);
        expect(isPrefixEqual(bytes, other, prefixLength)).toBe(bit >= prefixLength);
      }),
    );
    expect(isPrefixEqual(new Uint8Array(4), new Uint8Array(16), 0)).toBe(false);
  });

  it('are printed in canonical forms as the reference prints them', () => {
    expect(hostAddressText('ff01::fd', undefined)).toBe('ff01:0:0:0:0:0:0:fd');
    expect(hostAddressText('::1', 'lo')).toBe('0:0:0:0:0:0:0:1%lo');
    expect(hostAddressText('10.0.0.1', 'eth0')).toBe('10.0.0.1');
    expect(hostAddressText('nobody', 'eth0')).toBe('nobody');
  });

  it('of multicast data have their control at the next, even one', () => {
    fc.assert(
      fc.property(anyAddress, (bytes) => {
        const last = bytes.length - 1;
        const address = formatIpAddress(bytes);
        const family = bytes.length === 4 ? 'IPv4' : 'IPv6';
        const find = () => multicastControlAddress({ family, address, port: 7 });
        if ((bytes[last] ?? 0) % 2 === 0) {
          expect(find).toThrow(`multicast data address must be odd: address=${address}`);
        } else {
          bytes[last] = ((bytes[last] ?? 0) + 1) & 0xff;
          expect(find()).toEqual({ family, address: formatIpAddress(bytes), port: 7 });
        }
      }),
    );
  });
});

describe('the text of an interface', () => {
  it.each([
    ['localhost', { kind: 'search', host: 'localhost', port: 0, prefixLength: undefined }],
    ['127.0.0.0:40455/29', { kind: 'search', host: '127.0.0.0', port: 40455, prefixLength: 29 }],
    ['[2001:db8::1]', { kind: 'search', host: '2001:db8::1', port: 0, prefixLength: undefined }],
    ['[::1]:54321/64', { kind: 'search', host: '::1', port: 54321, prefixLength: 64 }],
    ['[fe80::1%eth0]/64', { kind: 'search', host: 'fe80::1%eth0', port: 0, prefixLength: 64 }],
    ['{lo}', { kind: 'named', name: 'lo', port: 0 }],
    ['{eth0:1}:77', { kind: 'named', name: 'eth0:1', port: 77 }],
  ])('%s is understood', (text, expected) => {
    expect(parseInterfaceText(text)).toEqual(expected);
  });

  it.each(['', 'a:', 'a/', 'a/x', 'a:70000', 'a/24:5', '[::1', '::1', '{}', '{lo', '{lo}x', '{lo}:', '{lo}:70000'])(
    'is refused when it is %j',
    (text) => {
      expect(() => parseInterfaceText(text)).toThrow(`interface=${text}`);
    },
  );
});
