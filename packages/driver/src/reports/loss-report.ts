// SPDX-License-Identifier: Apache-2.0
/**
 * The file loss-report.dat: one entry for each image that lost data, kept up to date for tools to read. Conductor only writes.
 * Each entry is complete before its observation count is stored, which is what readers stop at.
 *
 * @source aeron-driver/LossReport
 */
import {
  LOSS_REPORT_ENTRY_LAST_OBSERVATION_TIMESTAMP_MS_OFFSET,
  LOSS_REPORT_ENTRY_OBSERVATION_COUNT_OFFSET,
  LOSS_REPORT_ENTRY_TOTAL_BYTES_LOST_OFFSET,
  LossReportEntryFlyweight,
  lossReportPath,
} from '@aeron/codecs/internal';
import { AtomicBuffer, type FileMapper, type MappedFile } from '@aeron/core/internal';
import { type DriverConfig, pageAligned } from '../config/driver-config.ts';

/** The stream that an entry is about. */
export interface LossSource {
  readonly sessionId: number;
  readonly streamId: number;
  readonly channel: string;
  /** `host:port` of the sender. */
  readonly source: string;
}

/**
 * Creates and maps the empty report. Its space is reserved for the same reason as that of the CnC file.
 *
 * @throws AeronError STORAGE_SPACE, FILE_ACCESS.
 */
export function createLossReportFile(mapper: FileMapper, config: DriverConfig): MappedFile {
  const length = pageAligned(config.lossReportBufferLength, config.filePageSize);
  return mapper.create(lossReportPath(config.aeronDirectoryName), length, { sparse: false });
}

export class LossReport {
  readonly #buffer: AtomicBuffer;
  #nextOffset = 0;

  constructor(mapped: MappedFile) {
    this.#buffer = new AtomicBuffer(mapped.memory, mapped.memoryOffset, mapped.length);
  }

  /**
   * Adds an entry with one observation.
   *
   * @returns undefined when the report is full: the stream then goes unreported.
   */
  createEntry(bytesLost: number, timestampMs: number, stream: LossSource): LossReportEntry | undefined {
    const offset = this.#nextOffset;
    const length = LossReportEntryFlyweight.computeLength(stream.channel.length, stream.source.length);
    if (length > this.#buffer.capacity - offset) {
      return undefined;
    }
    const entry = new LossReportEntryFlyweight().wrap(this.#buffer, offset);
    entry.totalBytesLost = bytesLost;
    entry.firstObservationTimestampMs = timestampMs;
    entry.lastObservationTimestampMs = timestampMs;
    entry.sessionId = stream.sessionId;
    entry.streamId = stream.streamId;
    entry.channel = stream.channel;
    entry.source = stream.source;
    this.#buffer.putInt64Release(offset + LOSS_REPORT_ENTRY_OBSERVATION_COUNT_OFFSET, 1);
    this.#nextOffset = offset + length;
    return new LossReportEntry(this.#buffer, offset);
  }
}

/** One stream's entry. */
export class LossReportEntry {
  readonly #buffer: AtomicBuffer;
  readonly #offset: number;

  constructor(buffer: AtomicBuffer, offset: number) {
    this.#buffer = buffer;
    this.#offset = offset;
  }

  /** @param bytesLost in this observation alone. */
  recordObservation(bytesLost: number, timestampMs: number): void {
    const buffer = this.#buffer;
    const offset = this.#offset;
    buffer.putInt64Release(offset + LOSS_REPORT_ENTRY_LAST_OBSERVATION_TIMESTAMP_MS_OFFSET, timestampMs);
    buffer.getAndAddInt64(offset + LOSS_REPORT_ENTRY_TOTAL_BYTES_LOST_OFFSET, bytesLost);
    buffer.getAndAddInt64(offset + LOSS_REPORT_ENTRY_OBSERVATION_COUNT_OFFSET, 1);
  }
}
