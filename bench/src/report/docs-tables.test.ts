// SPDX-License-Identifier: Apache-2.0
import { OURS, REFERENCE } from '../contenders/contender.ts';
import { FULL } from '../workloads/scale.ts';
import { generatedPart, type NamedResults } from './docs-tables.ts';
import { machine } from './machine.ts';
import { Samples } from './samples.ts';

const FACTS = { date: '2026-01-01', machine: machine(), scale: FULL, reference: '1.51.0' };

function run(name: string, ids: readonly string[], ours: number): NamedResults {
  const values = (value: number) => Object.fromEntries(ids.map((id) => [id, [value]]));
  return {
    name,
    facts: FACTS,
    samples: Samples.from({
      values: { [OURS]: values(ours), [`${OURS} dgram`]: values(1), [REFERENCE]: values(10) },
      failures: {},
    }),
  };
}

const IDS = ['ipc.rate.offer.32.1x1.poll', 'ipc.rate.exclusive.32.1x1.poll', 'ipc.rate.claim.32.1x1.poll'];

describe('the page of performance', () => {
  it('shows the latest run that is full, and of the others the targets', () => {
    const page = generatedPart([run('a', IDS, 5), run('b', IDS, 20), run('c', IDS.slice(0, 1), 30)]);
    expect(page).toMatch(/^## Targets\n\nRun b: /);
    expect(page).toContain('| IPC, messages a second | wins | 3 | 3 | 2.00 | 2.00 | 2.00 |');
    expect([...page.matchAll(/<summary>(.*)<\/summary>/g)].map(([, title]) => title)).toEqual([
      'IPC, messages a second',
      'Targets, run c',
      'Targets, run a',
    ]);
    expect(page).toContain('## Rows that lose against the reference\n\nNone.');
  });

  it('shows all that a run of parts measured where nothing is asked of it', () => {
    const page = generatedPart([run('a', IDS, 5), run('part', IDS.slice(2), 30)]);
    const [, part] = page.split('<summary>IPC, messages a second, run part</summary>');
    expect(part).toContain('| tryClaim, 32 bytes | M msg/s | 30.0 | 10.0 | 3.00 |');
  });

  it('counts and lists what loses, apart from transports that a driver does not take by itself', () => {
    const page = generatedPart([run('a', [...IDS, 'udp.rate.32.1408'], 5)]);
    expect(page).toContain('| IPC, messages a second | loses | 3 | 0 | 0.50 | 0.50 | 0.50 |');
    const [visible, folded] = page.split('<summary>1 more with other transports</summary>');
    expect(visible).toContain('| IPC, messages a second: tryClaim, 32 bytes | M msg/s | 5.00 | 10.0 | 0.50 |');
    expect(folded).toContain('| UDP, messages a second: 32 bytes, MTU 1408 [dgram] | k msg/s | 1.00 | 10.0 | 0.10 |');
  });

  it('is empty before anything was recorded', () => {
    expect(generatedPart([])).toBe('');
  });
});
