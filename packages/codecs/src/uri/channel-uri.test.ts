// SPDX-License-Identifier: Apache-2.0
import { isAeronError } from '@aeron/core/internal';
import fc from 'fast-check';
import { ChannelUri, INVALID_TAG, MAX_URI_LENGTH } from './channel-uri.ts';

function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isAeronError(error, 'INVALID_URI')) {
      return error.message;
    }
    throw error;
  }
  return 'none';
}

describe('ChannelUri.parse', () => {
  it('takes media and parameters apart', () => {
    const uri = ChannelUri.parse('aeron:udp?endpoint=224.10.9.8:777|alias=a=b|empty=');
    expect([uri.prefix, uri.media, uri.scheme, uri.isUdp, uri.isIpc, uri.isSpy]).toEqual([
      '',
      'udp',
      'aeron',
      true,
      false,
      false,
    ]);
    expect(uri.get('endpoint')).toBe('224.10.9.8:777');
    expect(uri.get('alias')).toBe('a=b');
    expect(uri.get('empty')).toBe('');
    expect(uri.get('missing')).toBeUndefined();
    expect(uri.get('missing', 'default')).toBe('default');
    expect([uri.containsKey('alias'), uri.containsKey('b')]).toEqual([true, false]);
  });

  it('knows a spy', () => {
    const uri = ChannelUri.parse('aeron-spy:aeron:ipc');
    expect([uri.prefix, uri.isSpy, uri.isIpc, uri.toString()]).toEqual([
      'aeron-spy',
      true,
      true,
      'aeron-spy:aeron:ipc',
    ]);
  });

  it('lets the last of two equal keys count', () => {
    expect(ChannelUri.parse('aeron:udp?a=1|b=2|a=3').toString()).toBe('aeron:udp?a=3|b=2');
  });

  it('looks at the media only where there are no parameters', () => {
    expect(ChannelUri.parse('aeron:tcp?endpoint=x:1').media).toBe('tcp');
    expect(ChannelUri.parse('aeron:?a=b').media).toBe('');
  });

  it.each([
    ['', "must start with 'aeron:'"],
    ['udp:a', "must start with 'aeron:'"],
    ['aeron-spy:udp', "must start with 'aeron:'"],
    ['AERON:udp', "must start with 'aeron:'"],
    ['aeron:', 'unknown media, media='],
    ['aeron:tcp', 'unknown media, media=tcp'],
    ['aeron:udp:x', "':' in media at index 9"],
    ['aeron:udp|a=b', "'|' in media at index 9"],
    ['aeron:ud=p?a=b', "'=' in media at index 8"],
    ['aeron:udp?', 'parameter without a value at index 10, key='],
    ['aeron:udp?endpoint', 'parameter without a value at index 10, key=endpoint'],
    ['aeron:udp?endpoint=x|', 'parameter without a value at index 21, key='],
    ['aeron:udp?=x', 'parameter without a key at index 10'],
    ['aeron:udp?a=b|=x', 'parameter without a key at index 14'],
    ['aeron:udp?a|b=c', "'|' ends a parameter without a value at index 11, key=a"],
    ['aeron:udp?a=b||c=d', "'|' ends a parameter without a value at index 14, key="],
  ])('refuses %p and says why', (text, problem) => {
    const message = problemOf(() => ChannelUri.parse(text));
    expect(message).toContain(problem);
    expect(message).toContain(`uri=${text}`);
  });

  it('refuses what is too long or no text', () => {
    const uri = `aeron:udp?alias=${'x'.repeat(MAX_URI_LENGTH - 16)}`;
    expect(ChannelUri.parse(uri).get('alias')).toHaveLength(MAX_URI_LENGTH - 16);
    expect(problemOf(() => ChannelUri.parse(`${uri}x`))).toContain('length=4096');
    expect(problemOf(() => ChannelUri.parse(undefined as unknown as string))).toContain('not undefined');
  });

  it('never fails with anything but INVALID_URI', () => {
    const garbage = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `aeron:udp?${text}`),
      fc
        .array(fc.constantFrom('aeron:', 'aeron-spy:', 'udp', 'ipc', '?', '|', '=', 'a', ':'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(garbage, (text) => {
        problemOf(() => ChannelUri.parse(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads back what it prints', () => {
    const key = fc.string({ minLength: 1 }).filter((text) => !/[|=]/.test(text));
    const value = fc.string().filter((text) => !text.includes('|'));
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.constantFrom('udp', 'ipc'),
        fc.dictionary(key, value),
        (isSpy, media, parameters) => {
          const uri = ChannelUri.parse(`${isSpy ? 'aeron-spy:' : ''}aeron:${media}`);
          for (const [name, text] of Object.entries(parameters)) {
            uri.put(name, text);
          }
          const again = ChannelUri.parse(uri.toString());
          expect(again.toString()).toBe(uri.toString());
          expect(again.equals(uri)).toBe(true);
          const found: [string, string][] = []; // not an object: a name may be `__proto__`
          again.forEachParameter((name, text) => {
            found.push([name, text]);
          });
          expect(found.sort()).toEqual(Object.entries(parameters).sort());
        },
      ),
    );
  });
});

describe('ChannelUri', () => {
  it('is changed in place, and refuses what it could not read back', () => {
    const uri = ChannelUri.parse('aeron:udp?endpoint=a:1');
    expect(uri.put('endpoint', 'b:2')).toBe('a:1');
    expect(uri.put('mtu', '1408')).toBeUndefined();
    expect(uri.remove('endpoint')).toBe('b:2');
    expect(uri.remove('endpoint')).toBeUndefined();
    uri.media = 'ipc';
    uri.prefix = 'aeron-spy';
    expect(uri.toString()).toBe('aeron-spy:aeron:ipc?mtu=1408');
    expect(problemOf(() => uri.put('', 'x'))).toContain('key= value=x');
    expect(problemOf(() => uri.put('a=', 'x'))).toContain('key=a=');
    expect(problemOf(() => uri.put('a', 'x|y'))).toContain('value=x|y');
    expect(
      problemOf(() => {
        uri.media = 'tcp';
      }),
    ).toContain('media=tcp');
    expect(
      problemOf(() => {
        uri.prefix = 'spy';
      }),
    ).toContain('prefix=spy');
  });

  it('compares by content, whatever the order', () => {
    const uri = ChannelUri.parse('aeron:udp?a=1|b=2');
    expect(uri.equals(ChannelUri.parse('aeron:udp?b=2|a=1'))).toBe(true);
    expect(uri.equals(ChannelUri.parse('aeron:udp?b=2|a=2'))).toBe(false);
    expect(uri.equals(ChannelUri.parse('aeron:udp?a=1'))).toBe(false);
    expect(uri.equals(ChannelUri.parse('aeron:ipc?a=1|b=2'))).toBe(false);
    expect(uri.equals(ChannelUri.parse('aeron-spy:aeron:udp?a=1|b=2'))).toBe(false);
  });

  it('has tags', () => {
    const tagsOf = (uri: string) => [ChannelUri.parse(uri).channelTag, ChannelUri.parse(uri).entityTag];
    expect(tagsOf('aeron:udp?tags=1001,1002')).toEqual(['1001', '1002']);
    expect(tagsOf('aeron:udp?tags=1001')).toEqual(['1001', undefined]);
    expect(tagsOf('aeron:udp?tags=,7')).toEqual(['', '7']);
    expect(tagsOf('aeron:udp')).toEqual([undefined, undefined]);
  });

  it('reads references by tag', () => {
    expect(ChannelUri.isTagged('tag:5')).toBe(true);
    expect(ChannelUri.isTagged('5')).toBe(false);
    expect(ChannelUri.isTagged(undefined)).toBe(false);
    expect(ChannelUri.getTag('tag:-9223372036854775808')).toBe(-(2n ** 63n));
    expect(ChannelUri.getTag('5')).toBe(INVALID_TAG);
    for (const tag of ['tag:', 'tag:x', 'tag:9223372036854775808', 'tag:1.5']) {
      expect(problemOf(() => ChannelUri.getTag(tag))).toContain(tag);
    }
  });

  it('sets a start position', () => {
    const uri = ChannelUri.parse('aeron:ipc');
    uri.initialPosition(65536 * 3 + 96, 2 ** 31 - 2, 65536);
    expect(uri.toString()).toBe(
      'aeron:ipc?init-term-id=2147483646|term-id=-2147483647|term-offset=96|term-length=65536',
    );
    expect(problemOf(() => uri.initialPosition(-32, 0, 65536))).toContain('position=-32');
    expect(problemOf(() => uri.initialPosition(33, 0, 65536))).toContain('position=33');
    expect(problemOf(() => uri.initialPosition(32, 0, 1000))).toContain('term-length=1000');
  });

  it('makes channels from channels', () => {
    expect(ChannelUri.addSessionId('aeron:udp?endpoint=a:1|session-id=4', -7)).toBe(
      'aeron:udp?endpoint=a:1|session-id=-7',
    );
    expect(ChannelUri.addAliasIfAbsent('aeron:ipc', 'x')).toBe('aeron:ipc?alias=x');
    expect(ChannelUri.addAliasIfAbsent('aeron:ipc?alias=y', 'x')).toBe('aeron:ipc?alias=y');
    expect(ChannelUri.addAliasIfAbsent('not looked at', '')).toBe('not looked at');
    expect(ChannelUri.transformAlias('aeron:ipc?alias=y', (alias) => `${alias}z`)).toBe('aeron:ipc?alias=yz');
    expect(ChannelUri.transformAlias('aeron:ipc?alias=y', () => undefined)).toBe('aeron:ipc');
    expect(ChannelUri.createDestinationUri('aeron:udp?control=c:1|interface=lo|mtu=1k', 'e:2')).toBe(
      'aeron:udp?endpoint=e:2|interface=lo',
    );
    expect(ChannelUri.isControlModeResponse('aeron:udp?control-mode=response')).toBe(true);
    expect(ChannelUri.isControlModeResponse('aeron:udp?control-mode=manual')).toBe(false);
  });

  it('puts a bound port in the place of a wildcard', () => {
    const resolved = (channel: string, endpoint: string) => {
      const uri = ChannelUri.parse(channel);
      uri.replaceEndpointWildcardPort(endpoint);
      return uri.get('endpoint');
    };
    expect(resolved('aeron:udp?endpoint=localhost:0', '127.0.0.1:4001')).toBe('localhost:4001');
    expect(resolved('aeron:udp?endpoint=[::1]:0', '[::1]:4001')).toBe('[::1]:4001');
    expect(resolved('aeron:udp?endpoint=localhost:10', '127.0.0.1:4001')).toBe('localhost:10');
    expect(resolved('aeron:udp', '127.0.0.1:4001')).toBe('127.0.0.1:4001');
    expect(problemOf(() => resolved('aeron:udp', '127.0.0.1'))).toContain('resolvedEndpoint=127.0.0.1');
    expect(problemOf(() => resolved('aeron:udp', '127.0.0.1:0'))).toContain('no port');
    expect(ChannelUri.replacePortWithWildcard('[::1]:99')).toBe('[::1]:0');
    expect(ChannelUri.replacePortWithWildcard('localhost')).toBeUndefined();
    expect(ChannelUri.replacePortWithWildcard(undefined)).toBeUndefined();
  });
});
