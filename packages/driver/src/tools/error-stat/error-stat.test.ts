// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer, DistinctErrorLog } from '@aeron/core/internal';
import { TOOL_DIRECTORY, ToolHarness } from '../testing/tool-harness.ts';
import { formatTimestamp } from '../text/dates.ts';
import { errorStat } from './error-stat.ts';

const MARK_FILE = '/tmp/mark.dat';
const LOG_OFFSET = 4096;
/** With room for a stack, which names the path of the checkout in each line. */
const FILE_LENGTH = 1024 * 1024;

function harnessWithErrors(): ToolHarness {
  const harness = new ToolHarness();
  const driver = harness.startDriver();
  const error = Object.assign(new Error('first\u001b[2J thing'), { stack: 'Error\n    at somewhere' });
  driver.errors.record(error);
  harness.world.step(1500e6);
  driver.errors.record(error);
  driver.errors.record(new Error('second thing'));
  return harness;
}

describe('error-stat', () => {
  it('prints each distinct error with how often and when it was seen', async () => {
    const harness = harnessWithErrors();
    const nowMs = harness.platform.clock.epochMs();
    const text = await harness.textOf(errorStat(harness.call(), { fileOffset: 0 }));
    const [from, to] = [formatTimestamp(nowMs - 1500), formatTimestamp(nowMs)];
    expect(text.startsWith(`Command \`n Control file ${TOOL_DIRECTORY}/cnc.dat\n\n`)).toBe(true);
    expect(text).toContain(`\n\n2 observations from ${from} to ${to} for:\nError: first.[2J thing\n    at somewhere\n`);
    expect(text).toContain(`\n\n1 observations from ${to} to ${to} for:\nError: second thing\n`);
    expect(text.endsWith('\n\n2 distinct errors observed.\n')).toBe(true);
  });

  it('says so when there is none', async () => {
    const harness = new ToolHarness();
    harness.startDriver();
    expect(await harness.textOf(errorStat(harness.call(), { fileOffset: 0 }))).toBe(
      `Command \`n Control file ${TOOL_DIRECTORY}/cnc.dat\n\n0 distinct errors observed.\n`,
    );
  });

  it('tells programs everything', async () => {
    const harness = harnessWithErrors();
    const text = await harness.textOf(errorStat(harness.call({ json: true }), { fileOffset: 0 }));
    const lastObservationMs = harness.platform.clock.epochMs();
    expect(JSON.parse(text)).toMatchObject({
      distinctErrorCount: 2,
      errors: [{ observationCount: 2, firstObservationMs: lastObservationMs - 1500, lastObservationMs }, {}],
    });
  });
});

describe('error-stat of another file', () => {
  function harnessWithFile(): ToolHarness {
    const harness = new ToolHarness();
    harness.platform.files.createDirectories('/tmp');
    const content = AtomicBuffer.allocate(FILE_LENGTH);
    new DistinctErrorLog(content.slice(LOG_OFFSET, FILE_LENGTH - LOG_OFFSET), harness.platform.clock).record(
      new Error('of a mark file'),
    );
    harness.platform.files.write(MARK_FILE, content.bytes);
    return harness;
  }

  it('reads it from the offset on', async () => {
    const harness = harnessWithFile();
    const text = await harness.textOf(errorStat(harness.call(), { file: MARK_FILE, fileOffset: LOG_OFFSET }));
    expect(text.startsWith(`Error file ${MARK_FILE}\n\n1 observations from `)).toBe(true);
    expect(text).toContain('Error: of a mark file');
  });

  it.each([4, FILE_LENGTH, 1e9])('refuses an offset of %d, where no log can start', async (fileOffset) => {
    const harness = harnessWithFile();
    await expect(harness.textOf(errorStat(harness.call(), { file: MARK_FILE, fileOffset }))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(`offset=${fileOffset} path=${MARK_FILE} length=${FILE_LENGTH}`),
    });
  });

  it('names a file that is not there', async () => {
    const harness = new ToolHarness();
    await expect(harness.textOf(errorStat(harness.call(), { file: '/tmp/none', fileOffset: 0 }))).rejects.toMatchObject(
      { code: 'FILE_ACCESS', message: expect.stringMatching(/ENOENT.*\/tmp\/none/) },
    );
  });
});
