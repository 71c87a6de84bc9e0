// SPDX-License-Identifier: Apache-2.0
/**
 * What is missing of one term: ranges in the order of the stream, each with what has been asked for and when. A range that is
 * partly repaired becomes what remains of it, and what remains was asked for as often as the whole. Memory is taken with the first
 * gap and kept. Conductor's thread.
 *
 * @hot
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { FrameGapScanner } from './frame-gap-scanner.ts';
import type { RepairTime } from './repair-time.ts';

/** Ranges that are followed at a time; what is missing beyond them waits until some are repaired. */
export const MAX_OPEN_GAPS = 64;
/** What was asked for so often is asked for again only when its time is over: it may be that it can't be sent again. */
export const MAX_QUICK_NAKS = 16;

/** The ranges, field by field: no objects, so that a pass allocates nothing. */
export class GapTable {
  count = 0;
  readonly starts = new Int32Array(MAX_OPEN_GAPS);
  readonly ends = new Int32Array(MAX_OPEN_GAPS);
  /** How often it was asked for. */
  readonly nakCounts = new Int32Array(MAX_OPEN_GAPS);
  /** Whether its repair has been measured: 1 or 0. */
  readonly measured = new Uint8Array(MAX_OPEN_GAPS);
  /** Which of all NAKs of the image was its last, in steps of two and modulo 2^32. */
  readonly nakNumbers = new Int32Array(MAX_OPEN_GAPS);
  /** Whether something that was asked for later has come, so that its resend is known to be lost: 1 or 0. */
  readonly knownLost = new Uint8Array(MAX_OPEN_GAPS);
  /** How often it was asked for again because time was over. */
  readonly timeOuts = new Int32Array(MAX_OPEN_GAPS);
  readonly firstNakNs = new Float64Array(MAX_OPEN_GAPS);
  readonly lastNakNs = new Float64Array(MAX_OPEN_GAPS);
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
    this.nakNumbers[at] = whole.nakNumbers[index] as number;
    this.knownLost[at] = whole.knownLost[index] as number;
    this.timeOuts[at] = whole.timeOuts[index] as number;
    this.firstNakNs[at] = whole.firstNakNs[index] as number;
    this.lastNakNs[at] = whole.lastNakNs[index] as number;
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
  private readonly scanner = new FrameGapScanner();
  /** The last NAK so far, and the last one that is known to have been answered. */
  private nakNumber = 0;
  private answeredNumber = 0;

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
    table.knownLost[index] = 0;
    table.timeOuts[index] = 0;
    table.dueNs[index] = dueNs;
    return true;
  }

  /** Follows none of them any more. */
  clear(): void {
    if (this.table !== undefined) {
      this.table.count = 0;
    }
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

  /** Looks what has come in since the last time. @param completeOffset nothing is missing before it. */
  update(term: AtomicBuffer, termId: number, completeOffset: number, nowNs: number): void {
    const { table, spare, scanner } = this;
    if (table === undefined || spare === undefined || table.count === 0) {
      return;
    }
    const answeredBefore = this.answeredNumber;
    spare.count = 0;
    let hasChanged = false;
    for (let i = 0; i < table.count; i++) {
      const start = table.starts[i] as number;
      const end = table.ends[i] as number;
      const gapOffset = scanner.scan(term, termId, Math.max(start, completeOffset), end);
      if (gapOffset === start && scanner.gapLength === end - start) {
        spare.appendPart(start, end, table, i);
      } else {
        hasChanged = true;
        this.measure(table, i, nowNs);
        this.split(term, termId, i, gapOffset, nowNs);
      }
    }
    if (hasChanged) {
      this.table = spare;
      this.spare = table;
    }
    if (this.answeredNumber !== answeredBefore) {
      this.findLostResends(nowNs);
    }
  }

  /** One of them is being asked for. */
  onNak(index: number, nowNs: number): void {
    const table = this.table as GapTable;
    const nakCount = table.nakCounts[index] as number;
    const isTimeOut = nakCount > 0 && table.knownLost[index] === 0;
    this.nakNumber = (this.nakNumber + 2) | 0;
    if (nakCount === 0) {
      table.firstNakNs[index] = nowNs;
    }
    table.nakCounts[index] = nakCount + 1;
    table.timeOuts[index] = (table.timeOuts[index] as number) + (isTimeOut ? 1 : 0);
    table.nakNumbers[index] = this.nakNumber;
    table.knownLost[index] = 0;
    table.lastNakNs[index] = nowNs;
  }

  /** A sender answers NAKs in their order. So what was asked for before something that has come will not come any more. */
  private findLostResends(nowNs: number): void {
    const table = this.table as GapTable;
    const dueNs = nowNs + this.repairTime.reorderingNs;
    for (let i = 0; i < table.count; i++) {
      const nakCount = table.nakCounts[i] as number;
      const isBefore = (((table.nakNumbers[i] as number) - this.answeredNumber) | 0) < 0;
      if (nakCount > 0 && nakCount < MAX_QUICK_NAKS && isBefore) {
        table.knownLost[i] = 1;
        table.dueNs[i] = Math.min(table.dueNs[i] as number, dueNs);
      }
    }
  }

  /** What remains of a range, from its first missing byte on. */
  private split(term: AtomicBuffer, termId: number, index: number, firstOffset: number, nowNs: number): void {
    const { scanner } = this;
    const table = this.table as GapTable;
    const spare = this.spare as GapTable;
    const start = table.starts[index] as number;
    const end = table.ends[index] as number;
    const laterCount = table.count - index - 1;
    for (let offset = firstOffset; offset < end; offset = scanner.scan(term, termId, offset, end)) {
      // The last place is for all that is left, be some of it repaired.
      const isLastPlace = spare.count + laterCount + 1 >= MAX_OPEN_GAPS;
      const partEnd = isLastPlace ? end : offset + scanner.gapLength;
      const at = spare.appendPart(offset, partEnd, table, index);
      if (partEnd < end) {
        spare.nakNumbers[at] = ((spare.nakNumbers[at] as number) - 1) | 0; // what lies behind it came by the same NAK
      } else if (offset > start && (spare.nakCounts[at] as number) > 0) {
        // The resend has come to here, so the rest may be under way.
        spare.dueNs[at] = Math.max(spare.dueNs[at] as number, nowNs + this.repairTime.estimateNs);
      }
      offset = partEnd;
    }
  }

  private measure(table: GapTable, index: number, nowNs: number): void {
    const { repairTime } = this;
    const nakCount = table.nakCounts[index] as number;
    if (nakCount === 0) {
      repairTime.onOvertaken();
      return;
    }
    const nakNumber = table.nakNumbers[index] as number;
    const isAnswer = nowNs - (table.lastNakNs[index] as number) >= repairTime.shortestNs;
    if (isAnswer && ((nakNumber - this.answeredNumber) | 0) > 0) {
      this.answeredNumber = nakNumber;
    }
    if (table.measured[index] === 0) {
      table.measured[index] = 1;
      if ((table.timeOuts[index] as number) > 0) {
        repairTime.onLateRepair(nowNs - (table.firstNakNs[index] as number));
      } else {
        repairTime.onRepair(nowNs - (table.lastNakNs[index] as number));
      }
    }
  }
}

/** @cold */
function createTable(): GapTable {
  return new GapTable();
}
