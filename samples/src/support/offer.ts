// SPDX-License-Identifier: Apache-2.0
/** What samples make of the result of an offer. */
import { errorString, isRetryable } from '@aeron/client';

/** @throws Error for a result after which offering again is in vain: the publication is closed or at its end. */
export function checkRetryable(result: number): void {
  if (!isRetryable(result)) {
    throw new Error(`the publication takes no more messages: ${errorString(result)}`);
  }
}
