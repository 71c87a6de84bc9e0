// SPDX-License-Identifier: Apache-2.0
/** How far each part of a stream is behind the one before it. Pure. @source aeron-samples/BacklogStat */
import { DRIVER_COUNTERS } from '@aeron/codecs/internal';
import type { CounterRow } from '../counters/counter-row.ts';
import { groupByStream, type StreamCounterRow, type StreamGroup } from '../counters/stream-key.ts';

/** All are stream positions in bytes. */
export interface PublisherBacklog {
  readonly registrationId: number;
  /** Sampled by the driver, so it may be behind what was offered. */
  readonly position: bigint;
  readonly remainingWindow: bigint;
}

export interface SenderBacklog {
  readonly registrationId: number;
  readonly position: bigint;
  /** Still to be sent; negative when the sender is ahead of the sampled position of the publisher. */
  readonly backlog: bigint;
  readonly remainingWindow: bigint;
}

export interface ReceiverBacklog {
  readonly registrationId: number;
  readonly position: bigint;
  readonly highWaterMark: bigint;
}

export interface SubscriberBacklog {
  readonly registrationId: number;
  readonly position: bigint;
  /** The publication whose own log it reads, over IPC or as a spy; undefined for one that reads what is received. */
  readonly publicationId: number | undefined;
  /** Behind the highest position received, or behind that publication; undefined when neither is known. */
  readonly backlog: bigint | undefined;
}

export interface StreamBacklog {
  readonly sessionId: number;
  readonly streamId: number;
  readonly channel: string;
  readonly publisher: PublisherBacklog | undefined;
  readonly sender: SenderBacklog | undefined;
  readonly receiver: ReceiverBacklog | undefined;
  /** By registration id. */
  readonly subscribers: readonly SubscriberBacklog[];
}

const TYPE = {
  PUBLISHER_LIMIT: DRIVER_COUNTERS.PUBLISHER_LIMIT.typeId,
  PUBLISHER_POSITION: DRIVER_COUNTERS.PUBLISHER_POSITION_CONCURRENT.typeId,
  SENDER_POSITION: DRIVER_COUNTERS.SENDER_POSITION.typeId,
  SENDER_LIMIT: DRIVER_COUNTERS.SENDER_LIMIT.typeId,
  RECEIVER_POSITION: DRIVER_COUNTERS.RECEIVER_POSITION.typeId,
  RECEIVER_HWM: DRIVER_COUNTERS.RECEIVER_HWM.typeId,
  SUBSCRIBER_POSITION: DRIVER_COUNTERS.SUBSCRIBER_POSITION.typeId,
  PER_IMAGE: DRIVER_COUNTERS.CUBIC_RTT.typeId,
} as const;
const STREAM_TYPE_IDS: ReadonlySet<number> = new Set(Object.values(TYPE));

/** By session, stream and channel. */
export function streamBacklogs(counters: readonly CounterRow[]): StreamBacklog[] {
  const groups = groupByStream(counters, STREAM_TYPE_IDS);
  const publishers = groups.flatMap(
    (group) => pairOf(group.counters, TYPE.PUBLISHER_POSITION, TYPE.PUBLISHER_LIMIT) ?? [],
  );
  return groups.map((group) => backlogOf(group, publishers));
}

function backlogOf(
  { sessionId, streamId, channel, counters }: StreamGroup,
  publishers: readonly Pair[],
): StreamBacklog {
  const publisher = pairOf(counters, TYPE.PUBLISHER_POSITION, TYPE.PUBLISHER_LIMIT);
  const sender = pairOf(counters, TYPE.SENDER_POSITION, TYPE.SENDER_LIMIT);
  const receiver = pairOf(counters, TYPE.RECEIVER_POSITION, TYPE.RECEIVER_HWM);
  return {
    sessionId,
    streamId,
    channel,
    publisher: publisher && {
      registrationId: publisher.registrationId,
      position: publisher.position,
      remainingWindow: publisher.bound - publisher.position,
    },
    sender: sender && {
      registrationId: sender.registrationId,
      position: sender.position,
      backlog: (publisher?.position ?? 0n) - sender.position,
      remainingWindow: sender.bound - sender.position,
    },
    receiver: receiver && {
      registrationId: receiver.registrationId,
      position: receiver.position,
      highWaterMark: receiver.bound,
    },
    subscribers: counters
      .filter(({ typeId }) => typeId === TYPE.SUBSCRIBER_POSITION)
      .map((counter) => subscriberOf(counter, receiver, publishers))
      .sort((a, b) => a.registrationId - b.registrationId),
  };
}

/** The counter of a subscriber refers to what it reads: an image, or a publication, whose URI may be another than its own. */
function subscriberOf(
  { stream, value, referenceId }: StreamCounterRow,
  receiver: Pair | undefined,
  publishers: readonly Pair[],
): SubscriberBacklog {
  const publication =
    receiver === undefined ? publishers.find(({ registrationId }) => registrationId === referenceId) : undefined;
  const ahead = receiver?.bound ?? publication?.position;
  return {
    registrationId: stream.registrationId,
    position: value,
    publicationId: publication?.registrationId,
    backlog: ahead === undefined ? undefined : ahead - value,
  };
}

interface Pair {
  readonly registrationId: number;
  readonly position: bigint;
  /** Limit or high-water mark. */
  readonly bound: bigint;
}

/** A position and its bound; 0 stands for the one that is missing. Of several counters of a type the last one counts. */
function pairOf(counters: readonly StreamCounterRow[], positionType: number, boundType: number): Pair | undefined {
  const position = counters.findLast(({ typeId }) => typeId === positionType);
  const bound = counters.findLast(({ typeId }) => typeId === boundType);
  const registrationId = (position ?? bound)?.stream.registrationId;
  return registrationId === undefined
    ? undefined
    : { registrationId, position: position?.value ?? 0n, bound: bound?.value ?? 0n };
}
