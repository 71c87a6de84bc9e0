// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer, DistinctErrorLog } from '@aeron/core/internal';
import { formatErrorLog, savedErrorsPath } from './error-log-text.ts';

describe('an error log as text', () => {
  it('tells how often and when each error was seen', () => {
    // With room for two stacks, which name the path of the checkout in each line.
    const buffer = AtomicBuffer.allocate(1024 * 1024);
    let nowMs = 1_700_000_000_000;
    const log = new DistinctErrorLog(buffer, { epochMs: () => nowMs });
    const error = new Error('first thing');
    log.record(error);
    nowMs += 1500;
    log.record(error);
    log.record(new Error('second thing'));
    const report = formatErrorLog(buffer);
    expect(report.distinctErrorCount).toBe(2);
    expect(report.text).toContain(
      '2 observations from 2023-11-14 22:13:20.000+0000 to 2023-11-14 22:13:21.500+0000 for:',
    );
    expect(report.text).toContain('first thing');
    expect(report.text).toContain('second thing');
    expect(report.text).toContain('2 distinct errors observed.');
  });

  it('says so when there is none', () => {
    expect(formatErrorLog(AtomicBuffer.allocate(1024))).toEqual({
      distinctErrorCount: 0,
      text: '\n0 distinct errors observed\n',
    });
  });

  it('is made of any bytes without failing', () => {
    const buffer = AtomicBuffer.allocate(256);
    buffer.setMemory(0, 256, 0x7f);
    expect(formatErrorLog(buffer).distinctErrorCount).toBe(1);
  });

  it('is saved under the name of the directory and the time', () => {
    expect(savedErrorsPath('/dev/shm/aeron-ann', 1_700_000_000_007)).toBe(
      '/dev/shm/aeron-ann-2023-11-14-22-13-20-007+0000-error.log',
    );
  });
});
