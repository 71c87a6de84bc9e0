// SPDX-License-Identifier: Apache-2.0
/**
 * Reads a loss report that a driver may be adding to. Trusts no length in it: an entry that does not fit ends the report.
 *
 * @source aeron-driver/LossReportReader
 */
import {
  LOSS_REPORT_ENTRY_ALIGNMENT,
  LOSS_REPORT_ENTRY_MIN_LENGTH,
  LOSS_REPORT_ENTRY_OBSERVATION_COUNT_OFFSET,
  LossReportEntryFlyweight,
} from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';

/** What one stream has lost; times are epoch ms. */
export interface StreamLoss {
  readonly observationCount: number;
  readonly totalBytesLost: number;
  readonly firstObservationMs: number;
  readonly lastObservationMs: number;
  readonly sessionId: number;
  readonly streamId: number;
  readonly channel: string;
  /** `host:port` of the sender. */
  readonly source: string;
}

/** In the order in which the streams first lost something. */
export function readLossReport(report: AtomicBuffer): StreamLoss[] {
  const losses: StreamLoss[] = [];
  const entry = new LossReportEntryFlyweight();
  let offset = 0;
  while (offset + LOSS_REPORT_ENTRY_MIN_LENGTH <= report.capacity) {
    const observationCount = report.getInt64Volatile(offset + LOSS_REPORT_ENTRY_OBSERVATION_COUNT_OFFSET);
    if (observationCount <= 0 || entry.wrap(report, offset).validate(report.capacity - offset) !== undefined) {
      break;
    }
    losses.push({
      observationCount,
      totalBytesLost: entry.totalBytesLost,
      firstObservationMs: entry.firstObservationTimestampMs,
      lastObservationMs: entry.lastObservationTimestampMs,
      sessionId: entry.sessionId,
      streamId: entry.streamId,
      channel: entry.channel,
      source: entry.source,
    });
    offset += Math.ceil(entry.encodedLength / LOSS_REPORT_ENTRY_ALIGNMENT) * LOSS_REPORT_ENTRY_ALIGNMENT;
  }
  return losses;
}
