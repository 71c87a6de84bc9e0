// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comparisonsPart, writeComparison } from './comparisons.ts';

describe('comparisons of Node versions', () => {
  const root = mkdtempSync(join(tmpdir(), 'aeron-bench-test-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('make no section while there are none', () => {
    expect(comparisonsPart(root)).toBe('');
  });

  it('are shown the latest first and the others folded, of each run its last text', () => {
    writeComparison(root, '2026-02', 'old\n');
    writeComparison(root, '2026-02', 'a machine\n\n| table |');
    writeComparison(root, '2026-01', 'another\n');
    expect(comparisonsPart(root)).toBe(
      '\n\n## Node versions\n\nRun 2026-02, this implementation alone. a machine\n\n| table |\n\n' +
        '<details>\n<summary>Node versions, run 2026-01</summary>\n\n' +
        'Run 2026-01, this implementation alone. another\n\n</details>',
    );
  });
});
