// SPDX-License-Identifier: Apache-2.0

import { lossReportPath } from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import fc from 'fast-check';
import { TOOL_DIRECTORY, ToolHarness } from '../testing/tool-harness.ts';
import { formatTimestamp } from '../text/dates.ts';
import { lossStat } from './loss-stat.ts';
import { readLossReport } from './read-loss-report.ts';

const HEADER =
  '#OBSERVATION_COUNT,TOTAL_BYTES_LOST,FIRST_OBSERVATION,LAST_OBSERVATION,SESSION_ID,STREAM_ID,CHANNEL,SOURCE';
const STREAM = {
  sessionId: -5,
  streamId: 1001,
  channel: 'aeron:udp?endpoint=localhost:20121',
  source: '127.0.0.1:4000',
};
const FIRST_MS = 1_700_000_000_000;

function harnessWithLosses(): ToolHarness {
  const harness = new ToolHarness();
  const { lossReport } = harness.startDriver();
  lossReport.createEntry(1000, FIRST_MS, STREAM)?.recordObservation(500, FIRST_MS + 90);
  lossReport.createEntry(64, FIRST_MS + 5, { ...STREAM, sessionId: 6, channel: 'aeron:udp?endpoint=\u001b[2J:1' });
  return harness;
}

describe('loss-stat', () => {
  it('prints a line for each stream that has lost something', async () => {
    const harness = harnessWithLosses();
    const times = [0, 90, 5].map((ms) => formatTimestamp(FIRST_MS + ms));
    expect((await harness.textOf(lossStat(harness.call()))).split('\n')).toEqual([
      HEADER,
      `2,1500,${times[0]},${times[1]},-5,1001,aeron:udp?endpoint=localhost:20121,127.0.0.1:4000`,
      `1,64,${times[2]},${times[2]},6,1001,aeron:udp?endpoint=.[2J:1,127.0.0.1:4000`,
      '2 loss entries',
      '',
    ]);
  });

  it('says so when none has', async () => {
    const harness = new ToolHarness();
    harness.startDriver();
    expect(await harness.textOf(lossStat(harness.call()))).toBe(`${HEADER}\n0 loss entries\n`);
  });

  it('tells programs everything', async () => {
    const harness = harnessWithLosses();
    const { path, losses } = JSON.parse(await harness.textOf(lossStat(harness.call({ json: true }))));
    expect(path).toBe(lossReportPath(TOOL_DIRECTORY));
    expect(losses[0]).toEqual({
      observationCount: 2,
      totalBytesLost: 1500,
      firstObservationMs: FIRST_MS,
      lastObservationMs: FIRST_MS + 90,
      ...STREAM,
    });
  });

  it('fails where there is no report', async () => {
    const harness = new ToolHarness();
    await expect(harness.textOf(lossStat(harness.call()))).rejects.toMatchObject({
      message: `Loss report does not exist: ${TOOL_DIRECTORY}/loss-report.dat`,
    });
  });
});

describe('a loss report', () => {
  it('ends at an entry whose texts do not fit', async () => {
    const harness = harnessWithLosses();
    const content = harness.platform.files.read(lossReportPath(TOOL_DIRECTORY));
    const report = new AtomicBuffer(content);
    expect(readLossReport(report)).toHaveLength(2);
    report.putInt32(128 + 40, 0x7fffffff);
    expect(readLossReport(report)).toHaveLength(1);
    report.putInt32(40, -1);
    expect(readLossReport(report)).toEqual([]);
  });

  it('made of any bytes is read without failing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 512 }), (bytes) => {
        const report = AtomicBuffer.allocate(512);
        report.putUint8Array(0, bytes);
        expect(readLossReport(report).length).toBeLessThanOrEqual(8);
      }),
      { seed: 6 },
    );
  });
});
