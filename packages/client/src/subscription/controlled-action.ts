// SPDX-License-Identifier: Apache-2.0
/**
 * What a controlled fragment handler answers: small integers, so that a poll compares a register and no object.
 */

/**
 * What a controlled handler says is to be done with the fragment that it was shown.
 *
 * @source aeron-client/ControlledFragmentHandler.Action
 */
export const ControlledAction = {
  /** Stop, and do not count this fragment as read: the next poll presents it again. */
  ABORT: 1,
  /** Stop after this fragment. */
  BREAK: 2,
  /** Publish the position after this fragment now, so that flow control sees it, and go on. */
  COMMIT: 3,
  /** Go on; the position is published when the poll ends. */
  CONTINUE: 4,
} as const;

/** One of the values of {@link ControlledAction}. */
export type ControlledAction = (typeof ControlledAction)[keyof typeof ControlledAction];
