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

export const THREADING_MODES = ['DEDICATED', 'SHARED_NETWORK', 'SHARED', 'INVOKER'] as const;

export type ThreadingMode = (typeof THREADING_MODES)[number];

/** Whether the agents beside the conductor have threads of their own. */
export function hasAgentThreads({ threadingMode }: { readonly threadingMode: ThreadingMode }): boolean {
  return threadingMode === 'DEDICATED' || threadingMode === 'SHARED_NETWORK';
}

/** The two settings of how one thread idles. */
const idleStrategy = (property: string, defaultName: string, thread: string) =>
  text({
    property,
    default: defaultName,
    check: (name) =>
      idleStrategyAlias(name) === undefined ? `expected one of ${IDLE_STRATEGY_ALIASES.join(', ')}` : undefined,
    doc: `What ${thread} does when there is no work: ${IDLE_STRATEGY_ALIASES.join(', ')}.`,
  });

const idleStrategyInitArgs = (property: string) =>
  text({
    property: `${property}.init.args`,
    doc: 'Arguments of that strategy: spins-yields-minPark-maxPark for backoff (10-20-1us-1ms), one duration for the sleeping ones.',
  });

const NATIVE_IDLE = 'aeron.driver.native.resource.agent.idle.strategy';

export const threadSettings = settingsTable(
  {
    threadingMode: choice(THREADING_MODES, {
      property: 'aeron.threading.mode',
      default: 'SHARED',
      doc:
        'DEDICATED has a thread for each agent: conductor, sender, receiver and native resources. SHARED_NETWORK has one for sender ' +
        'and receiver together. SHARED runs all agents in one. INVOKER has none: the application calls the invoker.',
    }),
    suppliersModule: text({
      property: 'aeron.driver.suppliers.module',
      doc: 'A module, as URL or package name, whose export `suppliers` takes the place of parts of the driver: see DriverSuppliers.',
    }),
    conductorIdleStrategy: idleStrategy('aeron.conductor.idle.strategy', 'backoff', 'the thread of the conductor'),
    conductorIdleStrategyInitArgs: idleStrategyInitArgs('aeron.conductor.idle.strategy'),
    senderIdleStrategy: idleStrategy('aeron.sender.idle.strategy', 'backoff', 'the thread of the sender'),
    senderIdleStrategyInitArgs: idleStrategyInitArgs('aeron.sender.idle.strategy'),
    receiverIdleStrategy: idleStrategy('aeron.receiver.idle.strategy', 'backoff', 'the thread of the receiver'),
    receiverIdleStrategyInitArgs: idleStrategyInitArgs('aeron.receiver.idle.strategy'),
    nativeResourceAgentIdleStrategy: idleStrategy(NATIVE_IDLE, 'sleep-ms', 'the thread of native resources'),
    nativeResourceAgentIdleStrategyInitArgs: idleStrategyInitArgs(NATIVE_IDLE),
    sharedNetworkIdleStrategy: idleStrategy(
      'aeron.sharednetwork.idle.strategy',
      'backoff',
      'the thread of sender and receiver in SHARED_NETWORK mode',
    ),
    sharedNetworkIdleStrategyInitArgs: idleStrategyInitArgs('aeron.sharednetwork.idle.strategy'),
    sharedIdleStrategy: idleStrategy('aeron.shared.idle.strategy', 'backoff', 'the thread of SHARED mode'),
    sharedIdleStrategyInitArgs: idleStrategyInitArgs('aeron.shared.idle.strategy'),
    dormantParkPeriodNs: duration({
      property: 'aeron.driver.dormant.park.period',
      default: '20ms',
      doc:
        'How long an agent parks that looks after no client, stream or end point, where its idle strategy would park it for a ' +
        'millisecond or more; the first command may wait so long. 0: as the strategy says.',
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
