// SPDX-License-Identifier: Apache-2.0
/** Looks at all counters of a driver after its duty cycles: positions that only grow, and the order in which they must be. */
import { DRIVER_COUNTERS } from '@aeron/codecs';
import { expectThat } from '../model/expect.ts';
import type { DriverNode } from '../nodes/driver-node.ts';

const { SENDER_POSITION, SENDER_LIMIT, PUBLISHER_POSITION_CONCURRENT, RECEIVER_HWM, RECEIVER_POSITION } =
  DRIVER_COUNTERS;
const GROWING: ReadonlySet<number> = new Set([
  SENDER_POSITION.typeId,
  SENDER_LIMIT.typeId,
  PUBLISHER_POSITION_CONCURRENT.typeId,
  RECEIVER_HWM.typeId,
  RECEIVER_POSITION.typeId,
]);
/** Flow control that takes the limit back when somebody slower joins, or with the spies. */
const MOVING_LIMIT = /fc=min|fc=tagged|ssc=true/;
/** Padding goes on the wire as a header alone, so it is sent whatever room there is: to the end of a term, or that long. */
const TERM_LENGTH_MIN = 64 * 1024;
const PADDING_LENGTH_MAX = 16 * 1024 + 32;
/** The first must never be above the second by more than the third, for the same registration. */
const ORDERED: readonly (readonly [number, number, number])[] = [
  [SENDER_POSITION.typeId, SENDER_LIMIT.typeId, PADDING_LENGTH_MAX],
  [RECEIVER_POSITION.typeId, RECEIVER_HWM.typeId, 0],
];

export class CounterWatch {
  readonly #driver: DriverNode;
  #incarnation = 0;
  /** Last value by type and registration. */
  #values = new Map<string, number>();

  constructor(driver: DriverNode) {
    this.#driver = driver;
  }

  check(): void {
    const driver = this.#driver;
    if (driver.state !== 'live') {
      return;
    }
    const before = this.#incarnation === driver.incarnation ? this.#values : new Map<string, number>();
    const now = new Map<string, number>();
    const { counters } = driver;
    for (let id = counters.nextAllocated(0); id >= 0; id = counters.nextAllocated(id + 1)) {
      const typeId = counters.getCounterTypeId(id);
      const isLimit = typeId === SENDER_LIMIT.typeId;
      if (GROWING.has(typeId) && !(isLimit && MOVING_LIMIT.test(counters.getCounterLabel(id)))) {
        const key = `${typeId}/${counters.getCounterRegistrationId(id)}`;
        const value = counters.getCounterValue(id);
        const last = before.get(key) ?? value;
        expectThat(value >= last, () => `went back: ${last}→${value} ${counters.getCounterLabel(id)}`);
        now.set(key, value);
      }
    }
    this.#incarnation = driver.incarnation;
    this.#values = now;
    this.#checkOrder(now);
  }

  #checkOrder(values: ReadonlyMap<string, number>): void {
    for (const [key, value] of values) {
      const [typeId, registrationId] = key.split('/');
      for (const [lower, upper, slack] of ORDERED) {
        const limit = lower === Number(typeId) ? values.get(`${upper}/${registrationId}`) : undefined;
        const isOrdered = limit === undefined || value <= limit + slack || (slack > 0 && value % TERM_LENGTH_MIN === 0);
        expectThat(isOrdered, () => `type ${lower}=${value} beyond type ${upper}=${limit} of ${registrationId}`);
      }
    }
  }
}
