// SPDX-License-Identifier: Apache-2.0
/** One driver and some clients on one machine, talking over IPC. */
import { DRIVER_COUNTERS } from '@aeron/codecs';
import type { SimulatedWorld } from '@aeron/core/testing';
import { counterActions, REFUSAL_WORDS } from '../actions/counter-actions.ts';
import { connect, driverStarts, lifeActions } from '../actions/life-actions.ts';
import { addPublication, publicationActions } from '../actions/publication-actions.ts';
import { addSubscription, subscriptionActions } from '../actions/subscription-actions.ts';
import { describeCounter } from '../model/counter-text.ts';
import type { Medium, Plan, StreamChoice } from '../plan.ts';

const DIRECTORY = '/dev/shm/aeron-sim';
const CLIENT_LIVENESS_TIMEOUT_MS = 2000;
const IMAGE_LIVENESS_TIMEOUT_MS = 600;
const DRIVER_TIMEOUT_MS = 3000;
const TIMER_INTERVAL_MS = 50;
const SETTLE_NS = 8e9;

const medium: Medium = {
  keyOfPublication: (node, { originalRegistrationId }) => `${node.driverIncarnation}/${originalRegistrationId}`,
  keyOfImage: (node, { correlationId }) => `${node.driverIncarnation}/${correlationId}`,
  reaches: (ledger, node) => ledger.key.startsWith(`${node.driverIncarnation}/`),
  streamCounters: (_driver, clients) => {
    const streams = new Map<number, string[]>();
    const positions: string[] = [];
    for (const { aeron, publishers, subscribers } of clients) {
      for (const { publication } of publishers) {
        const { originalRegistrationId } = publication;
        streams.set(originalRegistrationId, [
          describeCounter(DRIVER_COUNTERS.PUBLISHER_LIMIT.typeId, originalRegistrationId, 0),
          describeCounter(DRIVER_COUNTERS.PUBLISHER_POSITION_EXCLUSIVE.typeId, originalRegistrationId, 0),
        ]);
      }
      for (const { registrationId, followers } of subscribers) {
        for (const _ of followers) {
          positions.push(describeCounter(DRIVER_COUNTERS.SUBSCRIBER_POSITION.typeId, registrationId, aeron.clientId));
        }
      }
    }
    return [...[...streams.values()].flat(), ...positions];
  },
};

export function ipcPlan({ random }: SimulatedWorld): Plan {
  const streams = Array.from({ length: random.nextBetween(1, 3) }, (_, index) => streamChoice(1001 + index, random));
  const clientCount = random.nextBetween(2, 4);
  return {
    drivers: [
      {
        hostName: 'machine',
        directory: DIRECTORY,
        timerIntervalMs: TIMER_INTERVAL_MS,
        driverTimeoutMs: DRIVER_TIMEOUT_MS,
        toleratedErrors: [
          /^image rejected:/,
          /^Unable to resolve image/,
          /^insufficient usable storage/,
          ...REFUSAL_WORDS,
        ],
        settings: {
          dirDeleteOnShutdown: true,
          counterValuesBufferLength: '1m',
          lowStorageWarningThreshold: '0',
          termBufferSparseFile: random.chance(0.5),
          ipcTermBufferLength: '64k',
          ipcMtuLength: random.pick(['1408', '4096', '160', '8192']),
          ipcPublicationTermWindowLength: random.pick(['0', '16k', '32k']),
          clientLivenessTimeoutNs: `${CLIENT_LIVENESS_TIMEOUT_MS}ms`,
          publicationUnblockTimeoutNs: '2500ms',
          publicationLingerTimeoutNs: '100ms',
          imageLivenessTimeoutNs: `${IMAGE_LIVENESS_TIMEOUT_MS}ms`,
          untetheredWindowLimitTimeoutNs: '300ms',
          // Longer than any client that lives is held up: it must have closed its image before the image may be overtaken.
          untetheredLingerTimeoutNs: '1500ms',
          untetheredRestingTimeoutNs: '400ms',
          // Longer than any client that lives is held up: until then it may still read and write the counters of images that have gone.
          counterFreeToReuseTimeoutNs: '2500ms',
        },
      },
    ],
    clients: Array.from({ length: clientCount }, (_, index) => ({
      name: `client-${index}`,
      driverIndex: 0,
    })),
    streams,
    medium,
    actions: [...lifeActions, ...publicationActions, ...subscriptionActions, ...counterActions],
    opening: [
      driverStarts,
      ...Array.from({ length: clientCount }, () => connect),
      ...Array.from({ length: clientCount }, () => [addPublication, addSubscription]).flat(),
    ],
    phases: 2,
    stepsPerPhase: random.nextBetween(200, 500),
    messageLengthMax: 8192,
    settleNs: SETTLE_NS,
    clientLivenessTimeoutMs: CLIENT_LIVENESS_TIMEOUT_MS,
    imageLivenessTimeoutMs: IMAGE_LIVENESS_TIMEOUT_MS,
    driverTimeoutMs: DRIVER_TIMEOUT_MS,
  };
}

function streamChoice(streamId: number, random: SimulatedWorld['random']): StreamChoice {
  const publicationChannel = random.pick(['aeron:ipc', 'aeron:ipc?term-length=128k', 'aeron:ipc?alias=sim|mtu=1440']);
  return { streamId, publicationChannel, subscriptionChannel: 'aeron:ipc' };
}
