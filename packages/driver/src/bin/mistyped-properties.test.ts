// SPDX-License-Identifier: Apache-2.0
import { driverSettings } from '../config/driver-config.ts';
import { mistypedProperties } from './mistyped-properties.ts';

const KNOWN = Object.values(driverSettings.rows).flatMap(({ property }) => property ?? []);

describe('a mistyped property', () => {
  it.each([
    ['aeron.theading.mode', 'aeron.threading.mode'],
    ['aeron.dri', 'aeron.dir'],
    ['aeron.term.buffer.lenght', 'aeron.term.buffer.length'],
    ['aeron.mtu.lengths', 'aeron.mtu.length'],
    ['Aeron.dir', 'aeron.dir'],
  ])('%s was meant to be %s', (given, meant) => {
    expect(mistypedProperties([given], KNOWN)).toEqual([[given, meant]]);
  });

  it('is none that is known, or that another program may know', () => {
    const others = ['aeron.client.name', 'aeron.event.log', 'aeron.event.buffer.length', 'aeron.archive.dir', 'x', ''];
    expect(mistypedProperties([...KNOWN, ...others], KNOWN)).toEqual([]);
  });
});
