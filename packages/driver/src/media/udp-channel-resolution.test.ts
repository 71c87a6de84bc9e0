// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ErrorCode, parseIpAddress } from '@aeron/codecs/internal';
import type { SocketAddress } from '@aeron/core/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import fc from 'fast-check';
import { ControlProtocolError } from '../conductor/control-protocol-error.ts';
import { DefaultNameResolver, NAME_LOOKUP_TIMEOUT_NS } from '../naming/default-name-resolver.ts';
import type { NameResolver } from '../naming/name-resolver.ts';
import { isWildcardAddress } from './ip-addresses.ts';
import type { UdpChannel } from './udp-channel.ts';
import { type UdpChannelContext, UdpChannelResolution } from './udp-channel-resolution.ts';

const LIMIT_NS = 1e9;

function newWorld() {
  const world = new SimulatedWorld(11);
  const platform = world.platform('host', {});
  const resolver = new DefaultNameResolver(platform);
  let unique = 0;
  const context: UdpChannelContext = {
    resolver,
    hostResolver: resolver,
    interfaces: () => platform.datagrams.interfaces(),
    multicastTtl: 0,
    nextUniqueNumber: () => unique++,
  };
  const resolve = (uri: string, isDestination = false, changes: Partial<UdpChannelContext> = {}): UdpChannel => {
    const resolution = new UdpChannelResolution(uri, isDestination, { ...context, ...changes });
    let step = resolution.step();
    world.runUntil(() => {
      step = resolution.step();
      return step !== 'pending';
    }, LIMIT_NS);
    if (step === 'pending') {
      throw new Error('the resolution does not end');
    }
    return step;
  };
  return { world, platform, context, resolve };
}

function refusalOf(work: () => unknown): ControlProtocolError {
  try {
    work();
  } catch (error) {
    if (error instanceof ControlProtocolError) {
      return error;
    }
    throw error;
  }
  throw new Error('not refused');
}

/** The columns of a line of the table, as text. */
function columnsOf(channel: UdpChannel): string[] {
  const text = ({ address, port }: SocketAddress) => `${addressBytes(address)} ${port}`;
  return [
    channel.canonicalForm,
    channel.controlMode.toUpperCase(),
    String(channel.isMulticast),
    String(channel.hasExplicitEndpoint),
    String(channel.hasExplicitControl),
    text(channel.remoteData),
    text(channel.localData),
    text(channel.remoteControl),
    text(channel.localControl),
    String(channel.socketReceiveBufferLength),
    String(channel.socketSendBufferLength),
    String(channel.receiverWindowLength),
    String(channel.sendTimestampOffset ?? -1),
    String(channel.receiveTimestampOffset ?? -1),
    String(channel.groupTag ?? null),
    String(channel.nakDelayNs ?? null),
    channel.isMulticast ? String(channel.multicastTtl) : '-1',
    String(channel.tag ?? '-'),
  ];
}

function addressBytes(address: string): string {
  return String(parseIpAddress(address));
}

/** What the reference says, in the same form; where this driver differs on purpose, what it says instead. */
function expectedColumns(columns: string[], actual: UdpChannel): string[] {
  return columns.map((column, index) => {
    const address = /^([0-9a-f.:]+)(?:%lo)? (\d+)$/i.exec(column);
    if (address !== null) {
      const [, host = '', port] = address;
      const isLocal = index === 6 || index === 8;
      // A local address takes the family of the remote one, since a socket has one family.
      const isOtherFamily = isLocal && host.includes(':') !== (actual.remoteData.family === 'IPv6');
      const local = isWildcardAddress(host)
        ? host.includes(':')
          ? '0.0.0.0'
          : '::'
        : host.includes(':')
          ? '127.0.0.1'
          : '::1';
      return `${addressBytes(isOtherFamily && !actual.hasExplicitControl ? local : host)} ${port}`;
    }
    // Negative offsets other than the reserved value switch timestamps off in both.
    return column === '-3' && index === 12
      ? '-1'
      : column === '-1' && index === 16 && actual.isMulticast
        ? '0'
        : column;
  });
}

const TABLE = readFileSync(join(__dirname, 'fixtures', 'udp-channels.tsv'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'));

/** Accepted by the reference, which then fails at the socket, or masks with bits that there are not. */
const REFUSED_HERE_ONLY = [/ttl=256/, /127\.0\.0\.1\/33/];

describe('the resolution of UDP channels', () => {
  const { resolve } = newWorld();

  it.each(TABLE)('agrees with the reference on %s', (line = '', ...columns) => {
    const isDestination = line.startsWith('D ');
    const uri = isDestination ? line.slice(2) : line;
    if (columns[0] === 'REFUSED' || REFUSED_HERE_ONLY.some((pattern) => pattern.test(uri))) {
      expect(refusalOf(() => resolve(uri, isDestination)).errorCode).toBe(ErrorCode.INVALID_CHANNEL);
    } else {
      const channel = resolve(uri, isDestination);
      expect(columnsOf(channel)).toEqual(expectedColumns(columns, channel));
      expect(channel.uri).toBe(uri);
    }
  });
});

describe('a UDP channel', () => {
  it('is of one address family for all its sockets', () => {
    const { resolve } = newWorld();
    const endpoints = ['127.0.0.1:5', '[::1]:5', '224.0.1.1:5', '[ff02::1]:5', 'localhost:5'];
    const interfaces = [
      '',
      '|interface=0.0.0.0',
      '|interface=[::]',
      '|interface={lo}',
      '|interface=127.0.0.1',
      '|interface=[::1]',
    ];
    for (const endpoint of endpoints) {
      for (const suffix of interfaces) {
        const uri = `aeron:udp?endpoint=${endpoint}${suffix}`;
        // On a multicast channel a wildcard is a search for nothing but itself.
        if (!/(224|ff02).*interface=(0.0.0.0|\[::\])$/.test(uri)) {
          const { remoteData, localData, remoteControl, localControl } = resolve(uri);
          const families = [remoteData, localData, remoteControl, localControl].map(({ family }) => family);
          expect([uri, new Set(families).size]).toEqual([uri, 1]);
        }
      }
    }
  });

  it('does not list the interfaces, which takes a while, where none is searched for', () => {
    const { resolve, platform } = newWorld();
    let count = 0;
    const interfaces = () => {
      count++;
      return platform.datagrams.interfaces();
    };
    resolve('aeron:udp?endpoint=127.0.0.1:4000', false, { interfaces });
    expect(count).toBe(0);
    resolve('aeron:udp?endpoint=127.0.0.1:4000|interface=127.0.0.1', false, { interfaces });
    expect(count).toBe(1);
  });

  it('prefers interfaces that are no loopback for multicast, with a longer prefix first', () => {
    const { resolve } = newWorld();
    const one = { index: 1, family: 'IPv4', isLoopback: false, supportsMulticast: true } as const;
    const lo = { ...one, name: 'lo', address: '127.0.0.1', prefixLength: 8, isLoopback: true };
    const wide = { ...one, name: 'wide', address: '10.1.0.1', prefixLength: 8 };
    const narrow = { ...one, name: 'narrow', address: '10.2.0.1', prefixLength: 24 };
    const mute = { ...one, name: 'mute', address: '10.3.0.1', prefixLength: 30, supportsMulticast: false };
    const channel = resolve('aeron:udp?endpoint=224.0.1.1:4000', false, { interfaces: () => [lo, wide, mute, narrow] });
    expect(channel).toMatchObject({ interfaceName: 'narrow', interfaceAddress: '10.2.0.1' });
    expect(channel.canonicalForm).toBe('UDP-10.2.0.1:0-224.0.1.1:4000');
    expect(resolve('aeron:udp?endpoint=224.0.1.1:4000', false, { interfaces: () => [mute, lo] }).interfaceName).toBe(
      'lo',
    );
    const refusal = refusalOf(() =>
      resolve('aeron:udp?endpoint=224.0.1.1:4000|interface=10.0.0.0/8', false, { interfaces: () => [mute, lo] }),
    );
    expect(refusal.message).toContain('candidates=[mute=10.3.0.1/30]');
  });

  it('is tied to the interface that it was given, and to no other', () => {
    const { resolve } = newWorld();
    const interfaceOf = (suffix: string) => {
      const { interfaceName, interfaceAddress } = resolve(`aeron:udp?endpoint=127.0.0.1:5${suffix}`);
      return [interfaceName, interfaceAddress];
    };
    expect(interfaceOf('')).toEqual([undefined, undefined]);
    expect(interfaceOf('|interface={lo}')).toEqual(['lo', '127.0.0.1']);
    expect(interfaceOf('|interface=127.0.0.0/8')).toEqual(['lo', '127.0.0.1']);
  });

  it('is refused when it asks for transport security, which there is not', () => {
    const { resolve } = newWorld();
    expect(() => resolve('aeron:udp?endpoint=127.0.0.1:5|ats=true')).toThrow(/ats=true/);
    expect(() => resolve('aeron:udp?endpoint=127.0.0.1:5|ats=maybe')).toThrow(/ats=maybe/);
    expect(resolve('aeron:udp?endpoint=127.0.0.1:5|ats=false').isMulticast).toBe(false);
  });

  it('knows offsets and lengths at their bounds', () => {
    const { resolve } = newWorld();
    const of = (parameter: string) => resolve(`aeron:udp?endpoint=127.0.0.1:5|${parameter}`);
    expect(of('channel-snd-ts-offset=0').sendTimestampOffset).toBe(0);
    expect(of('channel-rcv-ts-offset=-1').receiveTimestampOffset).toBeUndefined();
    expect(of('so-sndbuf=2147483647').socketSendBufferLength).toBe(2147483647);
    expect(() => of('so-sndbuf=2147483648')).toThrow('invalid so-sndbuf=2147483648');
    expect(of('gtag=-9223372036854775808').groupTag).toBe(-(2n ** 63n));
  });

  it('takes the configured time to live only where the URI says nothing', () => {
    const { resolve } = newWorld();
    const ttlOf = (suffix: string) =>
      resolve(`aeron:udp?endpoint=224.0.1.1:4000${suffix}`, false, { multicastTtl: 9 }).multicastTtl;
    expect([ttlOf(''), ttlOf('|ttl=0'), ttlOf('|ttl=3')]).toEqual([9, 0, 3]);
  });

  it('keeps the scope of link-local addresses only', () => {
    const { resolve } = newWorld();
    expect(resolve('aeron:udp?endpoint=[fe80::1%eth0]:5').remoteData.address).toBe('fe80::1%eth0');
    expect(resolve('aeron:udp?endpoint=[fd00::1%eth0]:5').remoteData.address).toBe('fd00::1');
    expect(resolve('aeron:udp?endpoint=[ff02::5%eth0]:5').remoteControl.address).toBe('ff02::6%eth0');
  });

  it('gives each ambiguous channel a form of its own', () => {
    const { resolve } = newWorld();
    const forms = Array.from({ length: 5 }, () => resolve('aeron:udp?endpoint=localhost:0').canonicalForm);
    expect(forms).toEqual([0, 1, 2, 3, 4].map((n) => `UDP-0.0.0.0:0-localhost:0-${n}`));
  });

  it('knows names that stand for a whole end point', () => {
    const { resolve, context } = newWorld();
    const resolver: NameResolver = {
      name: 'table',
      lookup: (name) =>
        ({ ENDPOINT: '192.168.1.1:40124', GROUP: '224.0.1.1:40124', CONTROL: '192.168.1.2:40125' })[name] ?? name,
      resolve: (host, parameter, isReResolution) => context.resolver.resolve(host, parameter, isReResolution),
    };
    const formOf = (parameters: string) =>
      resolve(`aeron:udp?interface=localhost|${parameters}`, false, { resolver }).canonicalForm;
    expect(formOf('endpoint=ENDPOINT')).toBe('UDP-127.0.0.1:0-ENDPOINT');
    expect(formOf('endpoint=GROUP')).toBe('UDP-127.0.0.1:0-224.0.1.1:40124');
    expect(formOf('endpoint=ENDPOINT|control=CONTROL')).toBe('UDP-CONTROL-ENDPOINT');
    expect(formOf('endpoint=GROUP|control=CONTROL')).toBe('UDP-127.0.0.1:0-224.0.1.1:40124');
  });

  it('names a group by the name that it was resolved from', () => {
    const { world, resolve } = newWorld();
    world.names.set('group.example', ['224.0.1.1']);
    const { canonicalForm, remoteControl } = resolve('aeron:udp?interface={lo}|endpoint=group.example:7');
    expect(canonicalForm).toBe('UDP-127.0.0.1:0-group.example:7');
    expect(remoteControl.address).toBe('224.0.1.2');
  });

  it('is refused with the name and the resolver when a name has no address', () => {
    const { world, resolve } = newWorld();
    world.names.fail('flaky', 'EAI_AGAIN');
    expect(refusalOf(() => resolve('aeron:udp?endpoint=flaky:7')).message).toContain(
      'unresolved - endpoint=flaky:7, name-resolver=default',
    );
    expect(refusalOf(() => resolve('aeron:udp?endpoint=localhost:7|interface=flaky')).message).toContain(
      'unresolved - interface=flaky',
    );
  });

  it('is refused when a look-up takes too long', () => {
    const { world, context } = newWorld();
    world.names.latencyNs = 1e15;
    const resolution = new UdpChannelResolution('aeron:udp?endpoint=localhost:7', false, context);
    expect(resolution.step()).toBe('pending');
    world.step(NAME_LOOKUP_TIMEOUT_NS - 1);
    expect(resolution.step()).toBe('pending');
    world.step(1);
    expect(() => resolution.step()).toThrow('unresolved - endpoint=localhost:7');
  });

  it('stays the same once it is there', () => {
    const { context } = newWorld();
    const resolution = new UdpChannelResolution('aeron:udp?endpoint=127.0.0.1:0', false, context);
    expect(resolution.step()).toBe(resolution.step());
  });

  it('is resolved or refused as an invalid channel, whatever the URI says', () => {
    const { resolve } = newWorld();
    const host = fc.constantFrom(
      'localhost',
      '127.0.0.1',
      '[::1]',
      '224.0.1.1',
      '224.0.1.2',
      '[ff02::3]',
      '',
      'x',
      '[',
      '1.2.3.4/8',
      '{lo}',
      '{',
    );
    const port = fc.constantFrom('', ':', ':0', ':1', ':65535', ':65536', ':x', ':1:2', '/24', ':7/24', '/99');
    const value = fc.oneof(
      fc.tuple(host, port).map((parts) => parts.join('')),
      fc.string({ maxLength: 12 }).map((text) => text.replaceAll('|', '')),
    );
    const keys = ['endpoint', 'control', 'interface', 'control-mode', 'tags', 'ttl', 'so-sndbuf', 'gtag', 'nak-delay'];
    const parameters = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 5 });
    fc.assert(
      fc.property(parameters, fc.boolean(), (values, isDestination) => {
        const uri = `aeron:udp?${Object.entries(values)
          .map(([key, text]) => `${key}=${text}`)
          .join('|')}`;
        try {
          const channel = resolve(uri, isDestination);
          expect(channel.canonicalForm.startsWith('UDP-')).toBe(true);
          expect(channel.remoteData.port).toBeLessThanOrEqual(65535);
        } catch (error) {
          expect(error).toBeInstanceOf(ControlProtocolError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
