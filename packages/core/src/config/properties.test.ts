// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { parseProperties, splitPair } from './properties.ts';

describe('a properties text', () => {
  it('separates names from values by = or :, and trims both', () => {
    expect(parseProperties('aeron.dir = /tmp/a\naeron.mtu.length:4096\n')).toEqual({
      'aeron.dir': '/tmp/a',
      'aeron.mtu.length': '4096',
    });
  });

  it('keeps separators inside a value', () => {
    expect(parseProperties('uri=aeron:udp?endpoint=localhost:40123')).toEqual({
      uri: 'aeron:udp?endpoint=localhost:40123',
    });
  });

  it('skips blank lines and comments', () => {
    expect(parseProperties('# one=1\n\n  ! two=2\nthree=3')).toEqual({ three: '3' });
  });

  it('joins lines that end in a backslash', () => {
    expect(parseProperties('names=alpha,\\\n    beta,\\\r\n    gamma\nnext=1')).toEqual({
      names: 'alpha,beta,gamma',
      next: '1',
    });
  });

  it('takes a doubled backslash at the end of a line as text', () => {
    expect(parseProperties('path=C:\\\\\nnext=1')).toEqual({ path: 'C:\\', next: '1' });
  });

  it('undoes the escapes of Java and leaves others alone', () => {
    expect(parseProperties('a\\:b=tab\\there\\u0041\\q')).toEqual({ 'a:b': 'tab\thereA\\q' });
  });

  it('keeps an empty value, which unsets a setting', () => {
    expect(parseProperties('aeron.dir=')).toEqual({ 'aeron.dir': '' });
  });

  it('lets the last of two lines win', () => {
    expect(parseProperties('a=1\na=2')).toEqual({ a: '2' });
  });

  it.each(['no separator', '=nameless', '   :'])('refuses the line %j and names its number', (line) => {
    expect(() => parseProperties(`# first\n${line}\n`, 'driver.properties')).toThrow(/driver\.properties line=2/);
  });

  it('never fails in another way, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          return Object.values(parseProperties(text)).every((value) => typeof value === 'string');
        } catch (error) {
          return (error as Error).name === 'ConfigurationError';
        }
      }),
    );
  });
});

describe('a define on the command line', () => {
  it('splits at the first separator', () => {
    expect(splitPair('aeron.dir=/a=b')).toEqual(['aeron.dir', '/a=b']);
    expect(splitPair('aeron.dir')).toBeUndefined();
  });
});
