// SPDX-License-Identifier: Apache-2.0
/**
 * The counters that a driver has once. They are allocated before any other, so that each one's counter id is its system
 * counter id; readers of both implementations rely on that. Created by the conductor's thread; each counter has one writer,
 * or is only ever added to atomically.
 *
 * @source aeron-driver/SystemCounters
 */
import {
  CONTROL_PROTOCOL_VERSION,
  composeVersion,
  formatVersionInfo,
  SYSTEM_COUNTER_TYPE_ID,
  SYSTEM_COUNTERS,
  SystemCounterId,
  type SystemCounterName,
  systemCounterKey,
} from '@aeron/codecs/internal';
import {
  type AtomicCounter,
  assert,
  COMMIT,
  type CountersManager,
  formatDurationNs,
  VERSION,
  VERSION_PARTS,
} from '@aeron/core/internal';
import type { DriverConfig } from '../config/driver-config.ts';

/** Owner of what belongs to no client. */
const NO_OWNER = -1;

/** The settings that labels tell. */
export type SystemCounterConfig = Pick<
  DriverConfig,
  | 'threadingMode'
  | 'conductorCycleThresholdNs'
  | 'senderCycleThresholdNs'
  | 'receiverCycleThresholdNs'
  | 'nameResolverThresholdNs'
>;

export class SystemCounters {
  readonly #counters: readonly AtomicCounter[];

  /** @param manager without any counter yet. */
  constructor(manager: CountersManager, config: SystemCounterConfig) {
    const suffixes = labelSuffixes(config);
    this.#counters = SYSTEM_COUNTERS.map(({ id, name, label }) => {
      const key = systemCounterKey(id);
      const counter = manager.newCounter(label + (suffixes[name] ?? ''), SYSTEM_COUNTER_TYPE_ID, (buffer) =>
        buffer.putUint8Array(0, key),
      );
      assert(counter.id === id, `system counters must be the first: counterId=${counter.id} systemCounterId=${id}`);
      manager.setCounterRegistrationId(id, id);
      manager.setCounterOwnerId(id, NO_OWNER);
      return counter;
    });
    this.get('AERON_VERSION').set(composeVersion(...VERSION_PARTS));
    this.get('CONTROL_PROTOCOL_VERSION').set(CONTROL_PROTOCOL_VERSION);
  }

  get(name: SystemCounterName): AtomicCounter {
    const counter = this.#counters[SystemCounterId[name]];
    assert(counter !== undefined, `no such system counter: name=${name}`);
    return counter;
  }
}

function labelSuffixes(config: SystemCounterConfig): Partial<Record<SystemCounterName, string>> {
  const mode = config.threadingMode;
  const threshold = (durationNs: number) => `: threshold=${formatDurationNs(durationNs)}`;
  const version = formatVersionInfo(VERSION, COMMIT);
  return {
    ERRORS: version,
    AERON_VERSION: version,
    CONDUCTOR_MAX_CYCLE_TIME: `: ${mode}`,
    CONDUCTOR_CYCLE_TIME_THRESHOLD_EXCEEDED: `${threshold(config.conductorCycleThresholdNs)} ${mode}`,
    SENDER_MAX_CYCLE_TIME: `: ${mode}`,
    SENDER_CYCLE_TIME_THRESHOLD_EXCEEDED: `${threshold(config.senderCycleThresholdNs)} ${mode}`,
    RECEIVER_MAX_CYCLE_TIME: `: ${mode}`,
    RECEIVER_CYCLE_TIME_THRESHOLD_EXCEEDED: `${threshold(config.receiverCycleThresholdNs)} ${mode}`,
    NAME_RESOLVER_TIME_THRESHOLD_EXCEEDED: threshold(config.nameResolverThresholdNs),
  };
}
