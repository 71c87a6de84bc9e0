// SPDX-License-Identifier: Apache-2.0
import { AeronError, ConfigurationError, isAeronError } from '@aeron/core/internal';
import { driverThreadModule } from './driver-thread-module.ts';
import { errorFromData, errorToData } from './thread-messages.ts';

function sent(error: unknown): Error {
  return errorFromData(structuredClone(errorToData(error)));
}

describe('an error between threads', () => {
  it('keeps code, category, stack and causes', () => {
    const cause = new AeronError('STORAGE_SPACE', 'no room: length=5');
    const error = new AeronError('MAPPING', 'can not map', { cause, category: 'FATAL' });
    const found = sent(error);
    expect(isAeronError(found, 'MAPPING')).toBe(true);
    expect(found).toMatchObject({ message: 'can not map', category: 'FATAL', stack: error.stack });
    expect(isAeronError(found.cause, 'STORAGE_SPACE')).toBe(true);
  });

  it('keeps the name of its class', () => {
    expect(sent(new ConfigurationError('a=b')).name).toBe('ConfigurationError');
    expect(sent(new RangeError('far out')).name).toBe('RangeError');
  });

  it('may be anything, and its own cause', () => {
    expect(sent('just a text').message).toBe('just a text');
    const loop = new Error('round');
    loop.cause = loop;
    expect(sent(loop).message).toBe('round');
  });
});

describe('the entry of the thread', () => {
  it.each([
    ['file:///x/dist/chunk-AB.js', 'file:///x/dist/driver-thread.js'],
    ['file:///x/dist/index.cjs', 'file:///x/dist/driver-thread.js'],
    ['file:///x/src/threads/driver-thread-module.ts', 'file:///x/src/bin/driver-thread.ts'],
  ])('beside %s is %s', (moduleUrl, expected) => {
    expect(driverThreadModule(moduleUrl)).toBe(expected);
  });
});
