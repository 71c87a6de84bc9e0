// SPDX-License-Identifier: Apache-2.0
import { LossReportEntryFlyweight } from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import { resolveDriverConfig } from '../config/driver-config.ts';
import { createLossReportFile, LossReport } from './loss-report.ts';

const STREAM = {
  sessionId: 5,
  streamId: 1001,
  channel: 'aeron:udp?endpoint=localhost:20121',
  source: '127.0.0.1:4000',
};

function newReport(length: number) {
  const { mapper } = new SimulatedWorld(2).platform('host');
  const mapped = mapper.create('/tmp/loss-report.dat', length, { sparse: false });
  return { report: new LossReport(mapped), buffer: new AtomicBuffer(mapped.memory) };
}

describe('the loss report', () => {
  it('has one entry for each stream, aligned to 64 bytes', () => {
    const { report, buffer } = newReport(4096);
    report.createEntry(1000, 77, STREAM);
    report.createEntry(2000, 78, { ...STREAM, sessionId: 6 });
    const first = new LossReportEntryFlyweight().wrap(buffer, 0);
    expect(first.validate(128)).toBeUndefined();
    expect(first).toMatchObject({
      observationCount: 1,
      totalBytesLost: 1000,
      firstObservationTimestampMs: 77,
      lastObservationTimestampMs: 77,
      ...STREAM,
    });
    const second = new LossReportEntryFlyweight().wrap(buffer, 128);
    expect(second).toMatchObject({ totalBytesLost: 2000, sessionId: 6 });
    expect(new LossReportEntryFlyweight().wrap(buffer, 256).observationCount).toBe(0);
  });

  it('adds up what a stream loses', () => {
    const { report, buffer } = newReport(4096);
    const entry = report.createEntry(1000, 77, STREAM);
    entry?.recordObservation(500, 90);
    entry?.recordObservation(1, 95);
    expect(new LossReportEntryFlyweight().wrap(buffer, 0)).toMatchObject({
      observationCount: 3,
      totalBytesLost: 1501,
      firstObservationTimestampMs: 77,
      lastObservationTimestampMs: 95,
    });
  });

  it('takes no more entries than fit', () => {
    const { report } = newReport(256);
    const entries = [1, 2, 3].map((sessionId) => report.createEntry(1, 1, { ...STREAM, sessionId }));
    expect(entries.map((entry) => entry !== undefined)).toEqual([true, true, false]);
  });

  it('lies beside the CnC file, as long as whole pages', () => {
    const platform = new SimulatedWorld(2).platform('host');
    const config = resolveDriverConfig({ options: { lossReportBufferLength: 1024 * 1024 + 1 } }, platform);
    platform.files.createDirectories(config.aeronDirectoryName);
    const mapped = createLossReportFile(platform.mapper, config);
    expect(mapped.path).toBe('/dev/shm/aeron-sim/loss-report.dat');
    expect(mapped.length).toBe(1024 * 1024 + 4096);
  });
});
