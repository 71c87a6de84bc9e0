// SPDX-License-Identifier: Apache-2.0
/** Sends back what it receives. */
import {
  ControlledAction,
  ControlledFragmentAssembler,
  createIdleStrategy,
  type Publication,
  type Subscription,
} from '@aeron/client';
import type { SampleSettings } from '../options/sample-settings.ts';
import { busyLoop } from '../support/busy-loop.ts';
import { checkRetryable } from '../support/offer.ts';

/** Echoes until told to stop. */
export async function echo(
  pings: Subscription,
  pongs: Publication,
  { fragmentLimit, idleStrategy }: SampleSettings,
  stopping: AbortSignal,
): Promise<void> {
  const assembler = new ControlledFragmentAssembler((buffer, offset, length) => {
    const result = pongs.offer(buffer, offset, length);
    if (result < 0) {
      checkRetryable(result);
      return ControlledAction.ABORT; // the next poll brings this message again
    }
    return ControlledAction.CONTINUE;
  });
  await busyLoop(
    () => pings.controlledPoll(assembler.onFragment, fragmentLimit),
    createIdleStrategy(idleStrategy),
    stopping,
  );
}
