// SPDX-License-Identifier: Apache-2.0

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OURS, REFERENCE } from '../contenders/contender.ts';
import { columnOf } from '../run.ts';
import { QUICK } from '../workloads/scale.ts';
import type { Metric, Workload } from '../workloads/workload.ts';
import { machine } from './machine.ts';
import { mergeResults, readResults } from './results.ts';
import { rowsOf } from './rows.ts';
import { Samples } from './samples.ts';
import { markdownTable, textTable } from './table.ts';

const RATE: Metric = {
  ...{ id: 'rate', name: 'rate', unit: 'M msg/s', isMoreBetter: true },
  targets: { '': { ratio: 1.25, peer: { name: 'zeromq.js', ratio: 20 } } },
};
const TIME: Metric = {
  ...{ id: 'time', name: 'time', unit: 'µs', isMoreBetter: false },
  targets: { fast: { atMost: 400 }, slow: { ratio: 0.5 } },
};

function workload(metric: Metric, variants: readonly string[] = []): Workload {
  return {
    group: 'some',
    metrics: [metric],
    variants: variants.map((name) => ({ name, properties: {} })),
    run: async () => ({}),
  };
}

function samplesOf(columns: Record<string, Record<string, readonly number[]>>): Samples {
  return Samples.from({ values: columns, failures: {} });
}

describe('a row', () => {
  it('has the median and the spread of what was measured', () => {
    const samples = samplesOf({ [OURS]: { rate: [9, 1, 3, Number.NaN] } });
    const [row] = rowsOf([workload(RATE)], samples);
    expect(row?.ours).toEqual({ median: 3, min: 1, max: 9 });
    expect(samplesOf({ [OURS]: { rate: [1, 2] } }).summary(OURS, 'rate')?.median).toBe(1.5);
  });

  it.each([
    [RATE, 30, 20, 1.5],
    [TIME, 30, 20, 20 / 30],
  ])('says how many times as good this implementation is, whichever way is better', (metric, ours, theirs, ratio) => {
    const samples = samplesOf({ [OURS]: { [metric.id]: [ours] }, [REFERENCE]: { [metric.id]: [theirs] } });
    expect(rowsOf([workload(metric)], samples)[0]?.ratio).toBe(ratio);
  });

  it.each([
    [30, 20, 1, true],
    [30, 20, 2, false],
    [24, 20, 1, false],
    [30, undefined, 1, undefined],
    [24, 20, undefined, false],
  ])('of %p against %p and a peer of %p has a target that is met: %p', (ours, theirs, peer, isMet) => {
    const samples = samplesOf({
      [OURS]: { rate: [ours] },
      ...(theirs === undefined ? {} : { [REFERENCE]: { rate: [theirs] } }),
      ...(peer === undefined ? {} : { 'zeromq.js': { rate: [peer] } }),
    });
    expect(rowsOf([workload(RATE)], samples)[0]?.isMet).toBe(isMet);
  });

  it('exists for each variant, with its own target', () => {
    const samples = samplesOf({
      [columnOf(OURS, 'fast')]: { time: [500] },
      [columnOf(OURS, 'slow')]: { time: [500] },
      [REFERENCE]: { time: [300] },
    });
    const rows = rowsOf([workload(TIME, ['fast', 'slow'])], samples);
    expect(rows.map(({ name, isMet }) => [name, isMet])).toEqual([
      ['time [fast]', false],
      ['time [slow]', true],
    ]);
  });

  it('of a workload that failed says why', () => {
    const samples = new Samples();
    samples.fail(OURS, ['rate'], 'it broke');
    const table = textTable(rowsOf([workload(RATE)], samples), true);
    expect(samples.hasFailures).toBe(true);
    expect(table).toContain('FAILED TypeScript: it broke');
  });
});

describe('a table', () => {
  it('in Markdown keeps bars in cells', () => {
    expect(markdownTable(['a', 'b', 'c'], [['x|y', 'z', '1']])).toBe(
      '| a | b | c |\n| --- | --- | ---: |\n| x\\|y | z | 1 |',
    );
  });
});

describe('a file of results', () => {
  it('takes the parts of a run one after the other; what is measured again replaces what was there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-results-'));
    try {
      const path = join(folder, 'run.json');
      const facts = { date: '2026-01-01', machine: machine(), scale: QUICK, reference: '1.51.0' };
      const broken = samplesOf({ [OURS]: { rate: [1] } });
      broken.fail(OURS, ['time'], 'it broke');
      mergeResults(path, { facts, samples: broken });
      mergeResults(path, { facts, samples: samplesOf({ [OURS]: { time: [5] }, [REFERENCE]: { rate: [2] } }) });
      const { samples } = readResults(path);
      expect(samples.toJSON()).toEqual({
        values: { [OURS]: { rate: [1], time: [5] }, [REFERENCE]: { rate: [2] } },
        failures: { [OURS]: {} },
      });
      expect(samples.hasFailures).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
