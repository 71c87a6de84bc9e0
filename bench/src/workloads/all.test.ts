// SPDX-License-Identifier: Apache-2.0
import { WORKLOADS } from './all.ts';

describe('the workloads', () => {
  it('have metrics with names of their own', () => {
    const ids = WORKLOADS.flatMap(({ metrics }) => metrics.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('have targets only for variants that they have', () => {
    for (const { variants, metrics } of WORKLOADS) {
      const names = variants === undefined ? [''] : variants.map(({ name }) => name);
      for (const { targets = {} } of metrics) {
        // Some transports exist on Linux only.
        const known = [...names, ...(names.includes('dgram') ? ['batch', 'offload'] : [])];
        expect(known).toEqual(expect.arrayContaining(Object.keys(targets)));
      }
    }
  });

  it('are few enough in a quick run', () => {
    const quick = WORKLOADS.filter(({ isQuick }) => isQuick === true);
    expect(quick.length).toBeGreaterThan(5);
    expect(quick.length).toBeLessThan(20);
  });
});
