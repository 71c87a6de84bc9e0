// SPDX-License-Identifier: Apache-2.0
/**
 * What is missing of one term: ranges in the order of the stream, each with what has been asked for and when. A range that is
 * partly repaired becomes what remains of it, and what remains was asked for as often as the whole. Memory is taken with the first
 * gap and kept. Conductor's thread.
 *
 * @hot
 */
import { TermGapScanner } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';
import type { RepairTime } from './repair-time.ts';

/** Ranges that are followed at a time; what is missing beyond them waits until some are repaired. */
export const MAX_OPEN_GAPS = 64;

/** The ranges, field by field: no objects, so that a pass allocates nothing. */
export class GapTable {
  count = 0;
  readonly starts = new Int32Array(MAX_OPEN_GAPS);
  readonly ends = new Int32Array(MAX_OPEN_GAPS);
  /** How often it was asked for. */
  readonly nakCounts = new Int32Array(MAX_OPEN_GAPS);
  /** Whether its repair has been measured: 1 or 0. */
  readonly measured = new Uint8Array(MAX_OPEN_GAPS);
  readonly firstNakNs = new Float64Array(MAX_OPEN_GAPS);
  /** When it is to be asked for, for the first time or again. */
  readonly dueNs = new Float64Array(MAX_OPEN_GAPS);
  /** When the same NAK is repeated, and how long after that once more. */
  readonly repeatNs = new Float64Array(MAX_OPEN_GAPS);
  readonly repeatDelayNs = new Float64Array(MAX_OPEN_GAPS);

  append(start: number, end: number): number {
    const index = this.count++;
    this.starts[index] = start;
    this.ends[index] = end;
    return index;
  }

  /** Another range that was asked for as a range of another table was. */
  appendPart(start: number, end: number, whole: GapTable, index: number): number {
    const at = this.append(start, end);
    this.nakCounts[at] = whole.nakCounts[index] as number;
    this.measured[at] = whole.measured[index] as number;
    this.firstNakNs[at] = whole.firstNakNs[index] as number;
    this.dueNs[at] = whole.dueNs[index] as number;
    this.repeatNs[at] = whole.repeatNs[index] as number;
    this.repeatDelayNs[at] = whole.repeatDelayNs[index] as number;
    return at;
  }
}

export class OpenGaps {
  /** Undefined until the first gap. */
  table: GapTable | undefined = undefined;
  private spare: GapTable | undefined = undefined;
  private readonly repairTime: RepairTime;
  private readonly scanner = new TermGapScanner();

  constructor(repairTime: RepairTime) {
    this.repairTime = repairTime;
  }

  get count(): number {
    return this.table === undefined ? 0 : this.table.count;
  }

  /** Where the first one starts; there is one. */
  get firstOffset(): number {
    return (this.table as GapTable).starts[0] as number;
  }

  /** @returns whether there was room. */
  add(start: number, end: number, dueNs: number): boolean {
    this.table ??= createTable();
    this.spare ??= createTable();
    const { table } = this;
    if (table.count === MAX_OPEN_GAPS) {
      return false;
    }
    const index = table.append(start, end);
    table.nakCounts[index] = 0;
    table.measured[index] = 0;
    table.dueNs[index] = dueNs;
    return true;
  }

  /** All of them are repaired, or their term is over. */
  close(nowNs: number): void {
    const { table } = this;
    if (table !== undefined) {
      for (let i = 0; i < table.count; i++) {
        this.measure(table, i, nowNs);
      }
      table.count = 0;
    }
  }

  /** Looks what has come in since the last time. @param rebuildOffset what lies before it has been consumed. */
  update(term: AtomicBuffer, rebuildOffset: number, nowNs: number): void {
    const { table, spare, scanner } = this;
    if (table === undefined || spare === undefined || table.count === 0) {
      return;
    }
    spare.count = 0;
    let hasChanged = false;
    for (let i = 0; i < table.count; i++) {
      const start = table.starts[i] as number;
      const end = table.ends[i] as number;
      const gapOffset = scanner.scan(term, Math.max(start, rebuildOffset), end);
      if (gapOffset === start && scanner.gapLength === end - start) {
        spare.appendPart(start, end, table, i);
      } else {
        hasChanged = true;
        this.measure(table, i, nowNs);
        this.split(term, i, gapOffset, nowNs);
      }
    }
    if (hasChanged) {
      this.table = spare;
      this.spare = table;
    }
  }

  /** What remains of a range, from its first missing byte on. */
  private split(term: AtomicBuffer, index: number, firstOffset: number, nowNs: number): void {
    const { scanner } = this;
    const table = this.table as GapTable;
    const spare = this.spare as GapTable;
    const start = table.starts[index] as number;
    const end = table.ends[index] as number;
    const laterCount = table.count - index - 1;
    for (let offset = firstOffset; offset < end; offset = scanner.scan(term, offset, end)) {
      // The last place is for all that is left, be some of it repaired.
      const isLastPlace = spare.count + laterCount + 1 >= MAX_OPEN_GAPS;
      const partEnd = isLastPlace ? end : offset + scanner.gapLength;
      const at = spare.appendPart(offset, partEnd, table, index);
      if (partEnd === end && offset > start && (spare.nakCounts[at] as number) > 0) {
        // The resend has come to here, so the rest may be under way.
        spare.dueNs[at] = Math.max(spare.dueNs[at] as number, nowNs + this.repairTime.estimateNs);
      }
      offset = partEnd;
    }
  }

  private measure(table: GapTable, index: number, nowNs: number): void {
    const nakCount = table.nakCounts[index] as number;
    if (nakCount > 0 && table.measured[index] === 0) {
      table.measured[index] = 1;
      this.repairTime.onRepair(nowNs - (table.firstNakNs[index] as number), nakCount);
    }
  }
}

/** @cold */
function createTable(): GapTable {
  return new GapTable();
}
