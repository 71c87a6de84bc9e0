// SPDX-License-Identifier: Apache-2.0
/** The status message of a receiver as flow control gets it. For tests. */
import { highWord, lowWord, type ReceiverReport } from '../flow-control/flow-control.ts';

/** Of a report that says nothing else, bytes. */
export const REPORTED_WINDOW_LENGTH = 10_000;

export interface ReportOptions {
  readonly windowLength?: number;
  readonly groupTag?: bigint | undefined;
  readonly isEndOfStream?: boolean;
}

export function receiverReport(receiverId: bigint, position: number, options: ReportOptions = {}): ReceiverReport {
  const { windowLength = REPORTED_WINDOW_LENGTH, groupTag, isEndOfStream = false } = options;
  return {
    ...{ position, windowLength, isEndOfStream },
    ...{ receiverIdLow: lowWord(receiverId), receiverIdHigh: highWord(receiverId) },
    ...{
      hasGroupTag: groupTag !== undefined,
      groupTagLow: lowWord(groupTag ?? 0n),
      groupTagHigh: highWord(groupTag ?? 0n),
    },
  };
}
