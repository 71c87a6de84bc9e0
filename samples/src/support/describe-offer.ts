// SPDX-License-Identifier: Apache-2.0
/** What became of an offer, in the words of the reference's samples. */
import { ADMIN_ACTION, BACK_PRESSURED, CLOSED, MAX_POSITION_EXCEEDED, NOT_CONNECTED } from '@aeron/client';

const FAILURES: Readonly<Record<number, string>> = {
  [BACK_PRESSURED]: 'Offer failed due to back pressure',
  [NOT_CONNECTED]: 'Offer failed because publisher is not connected to a subscriber',
  [ADMIN_ACTION]: 'Offer failed because of an administration action in the system',
  [CLOSED]: 'Offer failed because publication is closed',
  [MAX_POSITION_EXCEEDED]: 'Offer failed due to publication reaching its max position',
};

/** @param success what to say of a message that was taken. */
export function describeOffer(result: number, success: string): string {
  return FAILURES[result] ?? success;
}
