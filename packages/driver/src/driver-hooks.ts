// SPDX-License-Identifier: Apache-2.0
/** What the inside of a driver tells the outside, in whichever thread that is. */
import type { ErrorHandler } from '@aeron/core/internal';
import type { TerminationValidator } from './driver-resources.ts';

/** Where a text for people goes. */
export type NoticeStream = 'stdout' | 'stderr';

export interface DriverHooks {
  /** Errors that no client was told; they are counted and in the error log already. */
  readonly onError: ErrorHandler;
  /** A text for people. */
  readonly notice: (stream: NoticeStream, text: string) => void;
  /** A client has asked the driver to end, and may. */
  readonly onTerminationRequested: () => void;
  readonly validateTermination: TerminationValidator;
}
