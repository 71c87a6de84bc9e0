// SPDX-License-Identifier: Apache-2.0
/**
 * Watches all gaps of an image's current term at the same time, for a stream with one receiver. Conductor's thread.
 *
 * A sender of the reference remembers one range: the one that it sent again last. It ignores NAKs for that range for a while
 * (its linger), and serves a NAK for any other at once. So whoever asks for several ranges must wait by itself until a resend can
 * have come, or each lost datagram would be sent many times:
 *
 * - The first gap is asked for after the configured delay. So is each further one, but if the first is still open it is given some
 *   time more where frames were seen to overtake each other: most of them close by themselves there.
 * - Resends come in the order of the NAKs. So when one is there, those that were asked for before it are lost, and are asked for again
 *   at once; where frames overtake each other, after that time.
 * - A gap that is alone is repeated after the configured retry delay, and each time after twice as long: a sender that has the NAK
 *   ignores that. The reference repeats its one gap at that delay all the time. Here NAKs that come out of order would do harm:
 *   the sender remembers another range than the receiver believes, and serves each.
 * - Each gap is asked for again once its repair has taken longer than repairs take on this path, each time after twice as long, until
 *   that is as seldom as a sender of the reference would serve it.
 * - When what was asked for last is due by that rule, the sender would still ignore it. So it is first asked for 32 bytes that
 *   start where the frame behind the gap does: no longer frame fits into them, nothing is sent, but what the sender remembers is them.
 *
 * @hot
 * @source aeron-driver/LossDetector
 */
import { completeOffset } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';
import type { FeedbackDelayGenerator } from './feedback-delay.ts';
import { FrameGapScanner } from './frame-gap-scanner.ts';
import type { ImageLossDetector, RebuildState } from './image-loss-detector.ts';
import { type GapTable, OpenGaps } from './open-gaps.ts';
import { RepairTime, UNMEASURED_REPAIR_NS } from './repair-time.ts';

/** The shortest frame. */
const FORGET_LENGTH = 32;
const NONE = -1;

/** Where NAKs go. Each tells whether it was taken; if not, it is tried again in the next pass. */
export interface GapRequests {
  /** A gap that was not asked for before. */
  request(termId: number, termOffset: number, length: number): boolean;
  requestAgain(termId: number, termOffset: number, length: number): boolean;
}

export class WindowLossDetector implements ImageLossDetector {
  hasFoundLoss = false;
  private readonly scanner = new FrameGapScanner();
  private readonly delays: FeedbackDelayGenerator;
  private readonly requests: GapRequests;
  private readonly repairTime: RepairTime;
  private readonly gaps: OpenGaps;
  private termCount = NONE;
  private termId = 0;
  /** How far one frame follows the other, which decides alone how far the image is complete. */
  private completeOffset = 0;
  /** What lies before it is complete but for the open gaps. */
  private scannedOffset = 0;
  /** What the sender remembers: the range that was asked for last. */
  private lastTermId = 0;
  private lastStart = NONE;
  private lastEnd = NONE;

  constructor(delays: FeedbackDelayGenerator, requests: GapRequests) {
    this.delays = delays;
    this.requests = requests;
    this.repairTime = new RepairTime(delays.retryDelayNs());
    this.gaps = new OpenGaps(this.repairTime);
  }

  onComplete(nowNs: number): void {
    this.hasFoundLoss = false;
    if (this.gaps.count > 0) {
      this.gaps.close(nowNs);
    }
  }

  scan(termBuffer: AtomicBuffer, state: RebuildState, nowNs: number): number {
    const { rebuildPosition, hwmPosition } = state;
    const termLength = termBuffer.capacity;
    const rebuildOffset = rebuildPosition % termLength;
    this.hasFoundLoss = false;
    if (rebuildPosition >= hwmPosition) {
      this.onComplete(nowNs);
      return rebuildOffset;
    }
    const termCount = Math.floor(rebuildPosition / termLength);
    if (termCount !== this.termCount) {
      this.gaps.close(nowNs);
      this.termCount = termCount;
      this.termId = (state.initialTermId + termCount) | 0;
      this.completeOffset = rebuildOffset;
      this.scannedOffset = rebuildOffset;
    }
    // A loss that spans terms is asked for term by term.
    const isLastTerm = termCount === Math.floor(hwmPosition / termLength);
    const limitOffset = isLastTerm ? hwmPosition % termLength : termLength;
    this.completeOffset = completeOffset(termBuffer, Math.max(this.completeOffset, rebuildOffset), limitOffset);
    this.gaps.update(termBuffer, this.termId, this.completeOffset, nowNs);
    this.look(termBuffer, Math.max(this.scannedOffset, this.completeOffset), limitOffset, nowNs);
    this.completeOffset = completeOffset(termBuffer, this.completeOffset, limitOffset);
    if (this.completeOffset < this.firstMissingOffset) {
      // What seemed to be a frame behind a gap was none (FrameGapScanner): whoever writes payload that looks so delays themselves.
      this.gaps.clear();
      this.look(termBuffer, this.completeOffset, limitOffset, nowNs);
    }
    this.ask(termBuffer, nowNs);
    return this.completeOffset;
  }

  /** According to the open gaps. */
  private get firstMissingOffset(): number {
    return this.gaps.count === 0 ? this.scannedOffset : this.gaps.firstOffset;
  }

  /** Looks for gaps in what has come in since the last time. */
  private look(termBuffer: AtomicBuffer, fromOffset: number, limitOffset: number, nowNs: number): void {
    const { scanner, gaps } = this;
    let offset = fromOffset;
    while (offset < limitOffset) {
      const gapOffset = scanner.scan(termBuffer, this.termId, offset, limitOffset);
      offset = gapOffset + scanner.gapLength;
      if (scanner.gapLength > 0) {
        if (!gaps.add(gapOffset, offset, nowNs + this.delays.delayNs())) {
          offset = gapOffset; // it is seen again when there is room
          break;
        }
        this.hasFoundLoss = true;
      }
    }
    this.scannedOffset = offset;
  }

  private ask(termBuffer: AtomicBuffer, nowNs: number): void {
    const { table } = this.gaps;
    if (table === undefined) {
      return;
    }
    let hasRoom = true;
    for (let i = 0; i < table.count && hasRoom; i++) {
      const isNew = table.nakCounts[i] === 0;
      const isRemembered = !isNew && this.isRemembered(table.starts[i] as number);
      const waitNs = isNew && i > 0 ? this.repairTime.reorderingNs : 0;
      if ((table.dueNs[i] as number) + waitNs <= nowNs) {
        hasRoom = (!isRemembered || this.makeForget(termBuffer)) && this.request(table, i, nowNs);
      } else if (isRemembered && table.count === 1 && (table.repeatNs[i] as number) <= nowNs) {
        hasRoom = this.repeat(table, i, nowNs);
      }
    }
  }

  private isRemembered(termOffset: number): boolean {
    return this.termId === this.lastTermId && termOffset >= this.lastStart && termOffset < this.lastEnd;
  }

  private request(table: GapTable, index: number, nowNs: number): boolean {
    const { requests, termId } = this;
    const start = table.starts[index] as number;
    const length = (table.ends[index] as number) - start;
    const nakCount = (table.nakCounts[index] as number) + 1;
    const isTaken =
      nakCount === 1 ? requests.request(termId, start, length) : requests.requestAgain(termId, start, length);
    if (!isTaken) {
      return false;
    }
    this.remember(start, start + length);
    this.gaps.onNak(index, nowNs);
    table.dueNs[index] = nowNs + retryDelayNs(table.timeOuts[index] as number, this.repairTime.estimateNs);
    const repeatDelayNs = this.delays.retryDelayNs();
    table.repeatNs[index] = nowNs + repeatDelayNs;
    table.repeatDelayNs[index] = 2 * repeatDelayNs;
    return true;
  }

  private repeat(table: GapTable, index: number, nowNs: number): boolean {
    const start = table.starts[index] as number;
    const repeatDelayNs = table.repeatDelayNs[index] as number;
    table.repeatNs[index] = nowNs + repeatDelayNs;
    table.repeatDelayNs[index] = 2 * repeatDelayNs;
    return this.requests.requestAgain(this.termId, start, (table.ends[index] as number) - start);
  }

  /** Has the sender remember something else, where it ignores what is missing for longer than repairs take. @returns whether there was room. */
  private makeForget(termBuffer: AtomicBuffer): boolean {
    const { lastEnd } = this;
    const isUseful = this.repairTime.estimateNs < UNMEASURED_REPAIR_NS;
    if (!isUseful || lastEnd >= this.scannedOffset || termBuffer.getInt32(lastEnd) <= 0) {
      return true; // it goes on as with the reference
    }
    if (!this.requests.requestAgain(this.termId, lastEnd, FORGET_LENGTH)) {
      return false;
    }
    this.remember(lastEnd, lastEnd + FORGET_LENGTH);
    return true;
  }

  private remember(start: number, end: number): void {
    this.lastTermId = this.termId;
    this.lastStart = start;
    this.lastEnd = end;
  }
}

/** @param timeOuts of the gap, with the one that led to this NAK. @returns how long after it the next one is due. */
export function retryDelayNs(timeOuts: number, repairNs: number): number {
  return Math.min(repairNs * 2 ** timeOuts, Math.max(UNMEASURED_REPAIR_NS, repairNs));
}
