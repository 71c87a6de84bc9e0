// SPDX-License-Identifier: Apache-2.0
import { readsProperties, settingsOf } from './install-here.ts';

describe('the settings of event logging', () => {
  it('come from the command line before the environment, as those of aeronmd do', () => {
    const environment = { AERON_EVENT_LOG: 'admin', AERON_EVENT_BUFFER_LENGTH: '1m', HOME: '/' };
    const args = [
      '-Daeron.event.log=all',
      '-D',
      'aeron.event.buffer.length=',
      '-Daeron.dir=/a',
      'aeron.event.log.style=json',
    ];
    expect(settingsOf(args, environment)).toEqual({
      environment: { AERON_EVENT_LOG: 'all', AERON_EVENT_BUFFER_LENGTH: '', HOME: '/' },
      properties: { 'aeron.event.log': 'all', 'aeron.event.buffer.length': '' },
    });
  });

  it.each([
    [['aeronmd', 'driver.properties'], true],
    [['/a/node_modules/.bin/aeronmd', '-D', 'aeron.dir=/a', 'http://host/driver.properties'], true],
    [['/a/dist/bin/aeronmd.js', '-Daeron.dir=/a', '-D', 'aeron.event.log=all'], false],
    [['aeronmd', '-v'], false],
    [['/a/server.js', 'driver.properties'], false],
    [[], false],
  ])('are complete at once unless aeronmd has files to read: %j', (args, expected) => {
    expect(readsProperties(['node', ...args])).toBe(expected);
  });
});
