// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseProperties } from '@aeron/core/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import { driverSettings, resolveDriverConfig } from './driver-config.ts';
import { settableLimits, socketBufferProblems, socketBufferWarnings } from './socket-buffer-limits.ts';

const FOLDER = join(__dirname, '..', '..', 'presets');
const { host, files } = new SimulatedWorld(5).platform('host', { userName: 'ann' });

/** net.core.rmem_default and its sisters as Linux comes, doubled as it reports what was set. */
const AS_IT_COMES = 212_992;
const LINUX = settableLimits(
  { defaultReceive: AS_IT_COMES, maxReceive: 2 * AS_IT_COMES, defaultSend: AS_IT_COMES, maxSend: 2 * AS_IT_COMES },
  'linux',
);

describe.each(readdirSync(FOLDER))('the preset %s', (name) => {
  const properties = parseProperties(readFileSync(join(FOLDER, name), 'utf8'), name);

  it('has settings that there are', () => {
    const known = Object.values(driverSettings.rows).map(({ property }) => property);
    expect(known).toEqual(expect.arrayContaining(Object.keys(properties)));
    expect(() => resolveDriverConfig({ properties }, { host, files })).not.toThrow();
  });

  it('does with what Linux allows as it comes', () => {
    const config = resolveDriverConfig({ properties }, { host, files });
    expect([...socketBufferProblems(config, LINUX), ...socketBufferWarnings(config, LINUX)]).toEqual([]);
  });
});
