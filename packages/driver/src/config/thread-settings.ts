// SPDX-License-Identifier: Apache-2.0
/** Settings rows: threads, idling and timing. */
import {
  choice,
  duration,
  IDLE_STRATEGY_ALIASES,
  idleStrategyAlias,
  integer,
  settingsTable,
  text,
} from '@aeron/core/internal';

const CYCLE_DOC = 'A pass that takes longer is counted as a stall.';

/** The modes that this driver runs in; the reference has two more, which need the network agents. */
export const THREADING_MODES = ['SHARED', 'INVOKER'] as const;

export type ThreadingMode = (typeof THREADING_MODES)[number];

export const threadSettings = settingsTable(
  {
    threadingMode: choice(THREADING_MODES, {
      property: 'aeron.threading.mode',
      default: 'SHARED',
      doc: 'SHARED runs all agents in one thread of the driver. INVOKER runs none: the application calls the invoker.',
    }),
    sharedIdleStrategy: text({
      property: 'aeron.shared.idle.strategy',
      default: 'backoff',
      check: (name) =>
        idleStrategyAlias(name) === undefined ? `expected one of ${IDLE_STRATEGY_ALIASES.join(', ')}` : undefined,
      doc: `What the thread of SHARED mode does when there is no work: ${IDLE_STRATEGY_ALIASES.join(', ')}.`,
    }),
    sharedIdleStrategyInitArgs: text({
      property: 'aeron.shared.idle.strategy.init.args',
      doc: 'Arguments of that strategy: spins-yields-minPark-maxPark for backoff (10-20-1us-1ms), one duration for the sleeping ones.',
    }),
    timerIntervalNs: duration({
      property: 'aeron.timer.interval',
      default: '1s',
      doc: 'How often the conductor checks timeouts. Must be less than the client liveness timeout and the untethered timeouts.',
    }),
    clientLivenessTimeoutNs: duration({
      property: 'aeron.client.liveness.timeout',
      default: '10s',
      doc: 'How long a client may be silent before the driver releases what it owned.',
    }),
    resourceFreeLimit: integer({
      property: 'aeron.driver.resource.free.limit',
      default: 1,
      min: 1,
      doc: 'How many log buffers are freed in one pass.',
    }),
    conductorCycleThresholdNs: duration({
      property: 'aeron.driver.conductor.cycle.threshold',
      default: '100ms',
      doc: `Work cycle of the conductor. ${CYCLE_DOC}`,
    }),
    senderCycleThresholdNs: duration({
      property: 'aeron.driver.sender.cycle.threshold',
      default: '100ms',
      doc: `Work cycle of the sender. ${CYCLE_DOC}`,
    }),
    receiverCycleThresholdNs: duration({
      property: 'aeron.driver.receiver.cycle.threshold',
      default: '100ms',
      doc: `Work cycle of the receiver. ${CYCLE_DOC}`,
    }),
    nameResolverThresholdNs: duration({
      property: 'aeron.name.resolver.threshold',
      environment: 'AERON_DRIVER_NAME_RESOLVER_THRESHOLD',
      default: '5s',
      doc: 'A name look-up that takes longer is counted as a stall.',
    }),
  },
  'Threads and timing',
);
